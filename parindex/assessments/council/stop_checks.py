"""What is looked at before a year is issued, stands still, goes on, is given up or goes into the archive."""

from __future__ import annotations

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex.access import Person
from parindex.assessments.council.step_checks import of_opening
from parindex.assessments.cycles import checked_year, deadlines, pausing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import CYCLE_STATES, WITH_AGENCIES, WITH_APPRAISERS, Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.text import TIME_ZONE

SOON_AFTER: Final = 30
"""Days after publication within which something may still be asked of a year."""


async def of_issuing(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before a drafted year is issued; as :func:`~parindex.assessments.council.step_checks.of_opening`."""
    check = await of_opening(connection, person, cycle_id, zone=zone, hold=hold, action="cycle:issue")
    return msgspec.structs.replace(
        check,
        deed="cycle:issue",
        title=said(N_("Ban hành kế hoạch của kỳ")),
        headline=said(N_("Các đơn vị được báo kế hoạch của kỳ, chưa bắt đầu tự đánh giá")),
        lasting=(
            said(N_("Bộ tiêu chí, danh sách đơn vị và các ngày của kỳ không sửa được nữa; sai thì phải hủy kỳ này.")),
        ),
    )


async def of_pausing(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before a year stands still."""
    del zone
    cycle = await checked_year.allowed(connection, person, "cycle:pause", cycle_id, hold=hold)
    sheets = await _sheets(connection, cycle_id, hold=hold)
    return DeedCheck(
        deed="cycle:pause",
        subject=str(cycle.id),
        title=said(N_("Tạm dừng kỳ đánh giá")),
        about=checked_year.named(cycle),
        headline=said(CYCLE_STATES[cycle.state]),
        numbers=_of_work(sheets),
        lasting=(
            said(N_("Trong lúc tạm dừng không ai kê khai, nộp, thẩm định hay tổng hợp được; hết hạn cũng không chốt phiếu nào.")),
            said(N_("Những gì đã nhập được giữ nguyên. Kỳ tiếp tục từ đúng bước này bằng một quyết định khác.")),
        ),
        marked=cycle.marked,
    )  # fmt: skip


async def of_resuming(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before a year goes on: how long it stood still, and what its deadline does then."""
    cycle = await checked_year.allowed(connection, person, "cycle:resume", cycle_id, hold=hold)
    before = await pausing.paused_in(connection, cycle_id)
    since = (await cycle_queries.transitions(connection, cycle_id))[-1]["at"].astimezone(zone).date()
    moment = await cycle_queries.now(connection)
    days = (moment.astimezone(zone).date() - since).days
    numbers = (
        CheckNumber(value=since, what=said(N_("ngày tạm dừng")), then=said(CYCLE_STATES[before])),
        CheckNumber(value=days, what=said(N_("ngày đã dừng")), steady=False),
    )
    lines: list[OddLine] = []
    if before == "self_assessment" and cycle.closes is not None and cycle.closes <= moment:
        last = deadlines.last_day(cycle.closes, zone)[0]
        told = said(
            N_("Hạn nhận phiếu đã qua từ ngày %(day)s: không đặt hạn mới thì mọi phiếu bị chốt ngay."), day=last
        )
        lines.append(OddLine(code="deadline_over", told=told, href=f"/work/cycles/{cycle.id}"))
    return DeedCheck(
        deed="cycle:resume",
        subject=str(cycle.id),
        title=said(N_("Tiếp tục kỳ đánh giá")),
        about=checked_year.named(cycle),
        headline=said(N_("Kỳ tiếp tục từ bước đã dừng")),
        numbers=numbers,
        lasting=(said(N_("Hạn nộp không tự lùi theo số ngày đã dừng; đặt hạn mới ở ô bên cạnh nếu quyết định cho phép.")),),
        lines=tuple(lines),
        marked=cycle.marked,
    )  # fmt: skip


async def of_cancelling(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before a year is given up."""
    del zone
    cycle = await checked_year.allowed(connection, person, "cycle:cancel", cycle_id, hold=hold)
    sheets = await _sheets(connection, cycle_id, hold=hold)
    sent = [sheet for sheet in sheets if sheet.state not in WITH_AGENCIES]
    here = f"/work/cycles/{cycle.id}"
    lines = []
    if sent:
        told = said(N_("%(n)s đơn vị đã nộp phiếu: công của họ không được tính vào xếp hạng nào."), n=len(sent))
        lines.append(OddLine(code="sheets_sent", told=told, href=here))
    rounds = await cycle_queries.rounds_of(connection, cycle_id)
    if rounds:
        told = said(N_("%(n)s đợt khảo sát gắn với kỳ này không dùng được cho kỳ khác."), n=len(rounds))
        lines.append(OddLine(code="rounds_held", told=told, href="/work/surveys"))
    return DeedCheck(
        deed="cycle:cancel",
        subject=str(cycle.id),
        title=said(N_("Hủy kỳ đánh giá")),
        about=checked_year.named(cycle),
        headline=said(CYCLE_STATES[cycle.state]),
        numbers=_of_work(sheets),
        lasting=(
            said(N_("Kỳ đã hủy không mở lại được. Phiếu, tài liệu và nhật ký vẫn được giữ và xem được.")),
            said(N_("Có thể lập kỳ mới cho cùng năm, cùng chỉ số và cùng cấp.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )


async def of_archiving(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before a published year goes into the archive: how long it has been public, for what may still be asked of it."""
    cycle = await checked_year.allowed(connection, person, "cycle:archive", cycle_id, hold=hold)
    way = [row for row in await cycle_queries.transitions(connection, cycle_id) if row["to_state"] == "published"]
    since = way[-1]["at"].astimezone(zone).date()
    days = ((await cycle_queries.now(connection)).astimezone(zone).date() - since).days
    lines = []
    if days < SOON_AFTER:
        told = said(N_("Kết quả mới công bố %(days)s ngày: đơn vị có thể còn đề nghị xem xét lại."), days=days)
        lines.append(OddLine(code="published_lately", told=told, href=f"/work/years/{cycle.id}"))
    return DeedCheck(
        deed="cycle:archive",
        subject=str(cycle.id),
        title=said(N_("Đưa kỳ đánh giá vào lưu trữ")),
        about=checked_year.named(cycle),
        headline=said(CYCLE_STATES[cycle.state]),
        numbers=(
            CheckNumber(value=since, what=said(N_("ngày công bố gần nhất")), then=said(N_("ấn bản giữ nguyên"))),
            CheckNumber(value=days, what=said(N_("ngày đã công bố")), steady=False),
        ),
        lasting=(
            said(N_("Kỳ đã lưu trữ không mở lại để đính chính được nữa.")),
            said(N_("Ấn bản, phiếu, tài liệu và nhật ký vẫn được giữ và xem được như trước.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )


async def of_deleting(
    connection: Connection, person: Person | None, cycle_id: UUID, *, hold: bool = False
) -> DeedCheck:
    """Before a draft is taken away."""
    cycle = await checked_year.allowed(connection, person, "cycle:draft", cycle_id, hold=hold)
    rounds = await cycle_queries.rounds_of(connection, cycle_id)
    return DeedCheck(
        deed="cycle:draft",
        subject=str(cycle.id),
        title=said(N_("Xóa bản nháp")),
        about=checked_year.named(cycle),
        headline=said(N_("Bản nháp và những gì gắn với nó bị xóa")),
        numbers=(
            CheckNumber(
                value=len(await cycle_queries.agencies(connection, cycle_id)), what=said(N_("đơn vị đã chọn tham gia"))
            ),
            CheckNumber(value=len(rounds), what=said(N_("đợt khảo sát, cùng các đơn vị mẫu đã nhập"))),
        ),
        lasting=(
            said(
                N_("Danh mục đơn vị, tài khoản, bộ tiêu chí và bộ câu hỏi giữ nguyên; nhật ký ghi lại bản nháp đã xóa.")
            ),
        ),
        marked=cycle.marked,
    )


def of_decision(
    decided: ReasonedDecision, cycle: Cycle, step: str, zone: ZoneInfo = TIME_ZONE
) -> tuple[OddLine | None, ...]:
    """What looks wrong with a decision: no figure in its number; signed before the year that it stops was opened."""
    opened = cycle.opens_at.astimezone(zone).date() if cycle.opens_at and step not in ("issue", "cancel") else None
    told = N_("Quyết định ký ngày %(day)s, trước ngày mở tự đánh giá %(event)s.")
    return (signed_before(decided.date, opened, told), number_without_figure(decided.number))


async def _sheets(connection: Connection, cycle_id: UUID, *, hold: bool) -> list[Sheet]:
    if hold:
        await sheet_queries.lock_of_cycle(connection, cycle_id)
    return await sheet_queries.of_cycle(connection, cycle_id)


def _of_work(sheets: list[Sheet]) -> tuple[CheckNumber, ...]:
    with_agencies = sum(sheet.state in WITH_AGENCIES for sheet in sheets)
    with_appraisers = sum(sheet.state in WITH_APPRAISERS for sheet in sheets)
    return (
        CheckNumber(value=with_agencies, what=said(N_("phiếu đang ở đơn vị")), steady=False),
        CheckNumber(value=with_appraisers, what=said(N_("phiếu đang thẩm định")), steady=False),
        CheckNumber(value=len(sheets) - with_agencies - with_appraisers, what=said(N_("phiếu đã chốt hoặc không nộp"))),
    )
