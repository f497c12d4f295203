"""What is looked at before a year goes on with a further version of its set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from parindex.access import Person
from parindex.assessments.amendments import amended_sheets, amending, planning, queries
from parindex.assessments.amendments.model import AmendmentPlan
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import checked_year
from parindex.assessments.model import WITH_AGENCIES, WITH_APPRAISERS, Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_
from parindex.store.database import Connection

_HINDRANCES: Final = {
    "amended_unfit": N_("Bộ %(found)s khác họ, khác cấp hoặc không dành cho năm này."),
    "amended_nothing": N_("Bộ %(found)s không đổi dòng nào của bộ đang dùng."),
    "amended_code": N_("Tiêu chí giữ nguyên nhưng đổi mã %(found)s; trong kỳ phải giữ mã cũ."),
    "amended_body": N_("Cơ quan thẩm định “%(found)s” chưa được giao cho đơn vị nào của kỳ."),
    "amended_attribute": N_("Bộ hỏi thêm thuộc tính “%(found)s” của đơn vị, kỳ này chưa có."),
    "amended_late": N_("Còn phiếu quá hạn đang chờ khóa: %(found)s. Chờ khóa xong rồi làm lại."),
}


async def of_amending(
    connection: Connection, person: Person | None, cycle_id: UUID, set_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a year goes on with a further version of its set.

    Args:
        connection: In a transaction of the tenant.
        person: Who would enter the decision.
        cycle_id: The year.
        set_id: The further version.
        hold: Nobody else changes the year and its sheets until the transaction ends.

    Raises:
        Refused: ``not_found``, ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await checked_year.allowed(connection, person, "cycle:amend_set", cycle_id, hold=hold)
    if hold:
        await sheet_queries.lock_of_cycle(connection, cycle_id)
    older, newer = await published(connection, cycle.criteria_set_id), await published(connection, set_id)
    plan = planning.planned(older, newer)
    sheets = [one for one in await sheet_queries.of_cycle(connection, cycle_id) if one.state in amended_sheets.TOUCHED]
    touched = await queries.decided_of(connection, cycle_id, [*plan.reopened, *plan.retired])
    lines = [
        OddLine(code=code, told=said(_HINDRANCES[code], found=found), href=_set(newer), impossible=True)
        for code, found in await amending.hindrances(connection, cycle, older, newer, plan, sheets)
    ]
    return DeedCheck(
        deed="cycle:amend_set",
        subject=str(cycle.id),
        title=said(N_("Sửa bộ tiêu chí trong kỳ")),
        about=checked_year.named(cycle),
        headline=said(N_("Từ %(older)s sang %(newer)s"), older=_name(older), newer=_name(newer)),
        numbers=(*_of_leaves(plan), *_of_sheets(cycle, sheets, touched["declared"], touched["decided"])),
        lasting=(
            said(N_("Phiếu của kỳ chuyển sang phiên bản mới; không quay lại phiên bản trước được.")),
            said(N_("Nội dung, điểm và quyết định trước đó của các dòng bị động tới được giữ nguyên trong lịch sử.")),
            said(N_("Các dòng khác giữ điểm, trạng thái và quyết định thẩm định; kết quả công bố nêu cả hai phiên bản.")),
        ),
        lines=(*lines, *_odd(older, newer)),
        marked=cycle.marked,
    )  # fmt: skip


def of_decision(decided: ReasonedDecision) -> list[OddLine | None]:
    """What looks wrong with the decision that was typed."""
    return [number_without_figure(decided.number)]


def _of_leaves(plan: AmendmentPlan) -> Iterator[CheckNumber]:
    yield CheckNumber(
        value=len(plan.reopened), what=said(N_("tiêu chí thành phần phải kê khai lại")), names=plan.reopened
    )
    if plan.retired:
        yield CheckNumber(value=len(plan.retired), what=said(N_("tiêu chí thành phần bãi bỏ")), names=plan.retired)
    yield CheckNumber(value=len(plan.kept), what=said(N_("tiêu chí thành phần giữ nguyên")))


def _of_sheets(cycle: Cycle, sheets: Sequence[Sheet], declared: int, decided: int) -> Iterator[CheckNumber]:
    if cycle.state == "issued":
        return
    sent = [sheet for sheet in sheets if sheet.state in WITH_APPRAISERS]
    back = [sheet for sheet in sheets if sheet.state == "with_leader"]
    # Agencies and appraisers work on meanwhile: these are shown, and nobody is asked again for one sheet more.
    yield CheckNumber(
        value=sum(sheet.state in WITH_AGENCIES for sheet in sheets), what=said(N_("phiếu đang ở đơn vị")),
        then=said(N_("được sửa ngay trên phiếu")), steady=False,
    )  # fmt: skip
    if back:
        yield CheckNumber(
            value=len(back), what=said(N_("phiếu chờ lãnh đạo duyệt")), then=said(N_("trở về bước nhập")),
            names=tuple(sheet.agency_short for sheet in back), steady=False,
        )  # fmt: skip
    yield CheckNumber(
        value=len(sent), what=said(N_("phiếu đã gửi")), steady=False,
        then=said(N_("chỉ mở lại các tiêu chí trên, đến ngày cuối bên dưới")),
    )  # fmt: skip
    yield CheckNumber(value=declared, what=said(N_("mục đã kê khai ở các tiêu chí này")), steady=False)
    if decided:
        yield CheckNumber(
            value=decided,
            what=said(N_("mục đã có quyết định thẩm định")),
            then=said(N_("phải thẩm định lại")),
            steady=False,
        )


def _odd(older: Published, newer: Published) -> Iterator[OddLine]:
    if newer.criteria_set.supersedes != older.criteria_set.version:
        told = said(
            N_("Bộ %(newer)s không ghi là thay thế phiên bản %(version)s."), newer=_name(newer),
            version=older.criteria_set.version,
        )  # fmt: skip
        yield OddLine(code="amended_supersedes", told=told, href=_set(newer))


def _name(known: Published) -> str:
    return f"{known.criteria_set.family} {known.criteria_set.version}"


def _set(known: Published) -> str:
    return f"/work/criteria/sets/{known.id}"
