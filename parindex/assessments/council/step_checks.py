"""What is looked at before the secretary opens a year or closes one of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex.access import Person
from parindex.assessments.council import opening_lines, queries
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import checked_year, closing, deadlines, steps
from parindex.assessments.cycles import members as members_of
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_AGENCIES, WITH_APPRAISERS, Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.audit.decision_lines import number_without_figure, signed_before
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.text import TIME_ZONE, date_text

SHORT: Final = 7
"""Days below which the time for self-assessment is told to be short: chosen here, no law sets one."""


async def of_opening(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False,
    action: str = "cycle:open",
) -> DeedCheck:  # fmt: skip
    """Before a year is opened.

    Args:
        connection: In a transaction of the tenant.
        person: Who would open it.
        cycle_id: The year.
        zone: The tenant's time.
        hold: Nobody else moves what is checked until the transaction ends.
        action: Whose right is asked for: the same is looked at while the year is drafted, and before it is issued.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    cycle = await checked_year.allowed(connection, person, action, cycle_id, hold=hold)
    known = await published(connection, cycle.criteria_set_id)
    members = await cycle_queries.agencies(connection, cycle_id)
    taking_part = {row["agency_id"] for row in members}
    bodies = await cycle_queries.bodies(connection, cycle_id)
    mapped = {row["body"] for row in bodies}
    registered = await members_of.registered(connection, cycle)
    left_out = tuple(one.short_name or one.name_vi for one in registered if one.id not in taking_part)
    moment = await cycle_queries.now(connection)
    here = f"/work/years/{cycle.id}/draft"
    lines: list[OddLine] = []
    if codes := [area.partition(" ")[0] for area in steps.unmapped(known, mapped)]:
        told = said(
            N_("Chưa chỉ định cơ quan thẩm định và cơ quan thay thế cho các mục: %(areas)s."), areas=tuple(codes)
        )
        lines.append(OddLine(code="body_missing", told=told, href=here, impossible=True))
    if not taking_part:
        told = said(N_("Chưa có đơn vị nào tham gia."))
        lines.append(OddLine(code="without_agencies", told=told, href=here, impossible=True))
    elif len(taking_part) == 1:
        lines.append(OddLine(code="one_agency", told=said(N_("Chỉ có một đơn vị: không xếp hạng được.")), href=here))
    if left_out and taking_part:
        told = said(
            N_("%(n)s đơn vị cùng cấp trong danh mục không tham gia: %(agencies)s."), n=len(left_out), agencies=left_out
        )
        lines.append(OddLine(code="left_out", told=told, href=here))
    return DeedCheck(
        deed="cycle:open",
        subject=str(cycle.id),
        title=said(N_("Mở tự đánh giá")),
        about=checked_year.named(cycle),
        headline=said(N_("%(n)s đơn vị bắt đầu tự đánh giá"), n=len(taking_part)),
        numbers=_of_year(cycle, known, len(taking_part), zone),
        lasting=(
            said(N_("Bộ tiêu chí và danh sách đơn vị của kỳ này không đổi được nữa.")),
            said(N_("Hạn nộp chỉ lùi được bằng quyết định gia hạn.")),
        ),
        lines=(
            *lines,
            *await opening_lines.lacking(connection, cycle, known, members, bodies),
            *_opening_days(cycle, moment, zone),
        ),
        marked=cycle.marked,
    )


async def of_closing_self_assessment(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before self-assessment is closed, in time or early; as :func:`of_opening`."""
    cycle = await checked_year.allowed(connection, person, "cycle:close_self_assessment", cycle_id, hold=hold)
    sheets = await _sheets(connection, cycle_id, hold=hold)
    unsent = [sheet for sheet in sheets if sheet.state in WITH_AGENCIES]
    waiting = [s for s in unsent if s.extended and not s.shut and s.closes is not None]
    over = [sheet for sheet in unsent if sheet not in waiting]
    early = await closing.is_early(connection, cycle)
    silent = [sheet for sheet in over if sheet.state == "not_started"]
    here = f"/work/cycles/{cycle.id}"
    lines = []
    if early and cycle.closes is not None:
        days = deadlines.days_late(await cycle_queries.now(connection), cycle.closes)
        told = said(
            N_("Sớm %(days)s ngày: phiếu còn được nhận đến hết ngày %(day)s và tự chốt khi hết hạn."),
            days=days, day=_last_day(cycle.closes, zone),
        )  # fmt: skip
        lines.append(OddLine(code="closed_early", told=told, href=here))
    if not over and waiting:
        told = said(N_("Mọi phiếu chưa gửi đều còn trong thời gian gia hạn; chưa có phiếu nào để chốt."))
        lines.append(OddLine(code="all_extended", told=told, href=f"{here}/extend", impossible=True))
    if over:
        told = said(N_("%(n)s trong %(all)s đơn vị chưa gửi phiếu."), n=len(over), all=len(sheets))
        lines.append(OddLine(code="unsent", told=told, href=here))
    if silent:
        told = said(
            N_("%(n)s đơn vị sẽ bị ghi là không nộp phiếu: %(agencies)s."), n=len(silent), agencies=_short(silent)
        )
        lines.append(OddLine(code="no_submission", told=told, href=here))
    return DeedCheck(
        deed="cycle:close_self_assessment",
        subject=str(cycle.id),
        title=said(N_("Đóng tự đánh giá trước hạn") if early else N_("Đóng tự đánh giá")),
        about=checked_year.named(cycle),
        headline=_unsent(len(over), len(sheets)),
        numbers=_of_sheets(sheets, over, waiting, zone),
        lasting=(
            said(N_("Đơn vị không sửa được phiếu đã chốt; chỉ mở lại từng phiếu bằng quyết định gia hạn.")),
            said(N_("Phiếu chốt tự động ghi “chưa ký”; điểm tự đánh giá được giữ nguyên như lúc chốt.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )


async def of_closing_appraisal(
    connection: Connection, person: Person | None, cycle_id: UUID, *, zone: ZoneInfo = TIME_ZONE, hold: bool = False
) -> DeedCheck:
    """Before appraisal is closed and its points are final; as :func:`of_opening`."""
    cycle = await checked_year.allowed(connection, person, "cycle:close_appraisal", cycle_id, hold=hold)
    sheets = await _sheets(connection, cycle_id, hold=hold)
    appraised = [sheet for sheet in sheets if sheet.state in WITH_APPRAISERS]
    silent = [sheet for sheet in sheets if sheet.state == "no_submission"]
    rows = {row["sheet_id"]: row for row in await queries.decided_of_cycle(connection, cycle_id)}
    undecided = [(sheet, rows[sheet.id]) for sheet in appraised if sheet.id in rows and rows[sheet.id]["undecided"]]
    count = {name: sum(row[name] for row in rows.values()) for name in ("undecided", "agreed", "changed", "undeclared")}
    here = f"/work/cycles/{cycle.id}"
    lines = []
    if undecided:
        told = said(
            N_("Còn %(n)s mục chưa quyết định: %(entries)s."), n=count["undecided"],
            entries=tuple(f"{sheet.agency_short} {row['first']}" for sheet, row in undecided),
        )  # fmt: skip
        lines.append(OddLine(code="undecided", told=told, href=here, impossible=True))
    if not appraised:
        told = said(N_("Không có phiếu nào được thẩm định: năm này sẽ không có đơn vị nào được xếp hạng."))
        lines.append(OddLine(code="nothing_appraised", told=told, href=here))
    elif not count["changed"] and not undecided:
        told = said(N_("Không mục nào bị điều chỉnh: điểm chốt đúng bằng điểm tự đánh giá của mọi đơn vị."))
        lines.append(OddLine(code="nothing_changed", told=told, href=here))
    moment = await cycle_queries.now(connection)
    if cycle.appraisal_due is not None and cycle.appraisal_due > moment:
        told = said(
            N_("Sớm %(days)s ngày: hạn thẩm định là hết ngày %(day)s."),
            days=deadlines.days_late(moment, cycle.appraisal_due), day=_last_day(cycle.appraisal_due, zone),
        )  # fmt: skip
        lines.append(OddLine(code="appraisal_early", told=told, href=here))
    if silent:
        told = said(
            N_("%(n)s đơn vị không nộp phiếu và không có điểm chốt: %(agencies)s."),
            n=len(silent),
            agencies=_short(silent),
        )
        lines.append(OddLine(code="no_submission", told=told, href=here))
    return DeedCheck(
        deed="cycle:close_appraisal",
        subject=str(cycle.id),
        title=said(N_("Đóng thẩm định")),
        about=checked_year.named(cycle),
        headline=said(N_("Điểm của %(n)s đơn vị trở thành điểm chốt"), n=len(appraised)),
        numbers=_of_decisions(count, len(appraised)),
        lasting=(
            said(N_("Điểm chốt không sửa được nữa trước khi công bố; sau đó chỉ sửa bằng đính chính theo quyết định.")),
            said(N_("Không gia hạn nộp phiếu được nữa.")),
        ),
        lines=tuple(lines),
        marked=cycle.marked,
    )


def of_decision(decided: ReasonedDecision, cycle: Cycle, zone: ZoneInfo = TIME_ZONE) -> tuple[OddLine | None, ...]:
    """What looks wrong with the decision to close a year early."""
    opened = cycle.opens_at.astimezone(zone).date() if cycle.opens_at else None
    told = N_("Quyết định ký ngày %(day)s, trước ngày mở tự đánh giá %(event)s.")
    return (signed_before(decided.date, opened, told), number_without_figure(decided.number))


async def _sheets(connection: Connection, cycle_id: UUID, *, hold: bool) -> list[Sheet]:
    if hold:
        await sheet_queries.lock_of_cycle(connection, cycle_id)
    return await sheet_queries.of_cycle(connection, cycle_id)


def _last_day(moment: datetime, zone: ZoneInfo) -> date:
    return deadlines.last_day(moment, zone)[0]


def _short(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return tuple(sheet.agency_short for sheet in sheets)


def _unsent(unsent: int, every: int) -> CheckSentence:
    if unsent:
        return said(N_("%(n)s trong %(all)s đơn vị chưa gửi phiếu"), n=unsent, all=every)
    return said(N_("Không còn phiếu nào phải chốt tự động"))


def _of_year(cycle: Cycle, known: Published, agencies_: int, zone: ZoneInfo) -> tuple[CheckNumber, ...]:
    then = said(N_("Mỗi đơn vị có một phiếu."))
    numbers = [
        CheckNumber(value=agencies_, what=said(N_("đơn vị tham gia")), then=then),
        CheckNumber(value=len(known.leaves), what=said(N_("tiêu chí thành phần đơn vị kê khai"))),
    ]
    if cycle.due is not None:
        then = said(N_("Phiếu gửi sau ngày này là nộp chậm."))
        numbers.append(CheckNumber(value=_last_day(cycle.due, zone), what=said(N_("hạn nộp phiếu")), then=then))
    if cycle.closes is not None:
        then = said(N_("Phiếu chưa gửi được chốt tự động lúc 24:00."))
        numbers.append(
            CheckNumber(value=_last_day(cycle.closes, zone), what=said(N_("ngày thôi nhận phiếu")), then=then)
        )
    return tuple(numbers)


def _opening_days(cycle: Cycle, moment: datetime, zone: ZoneInfo) -> list[OddLine]:
    here = f"/work/years/{cycle.id}/draft"
    if cycle.closes is None:
        told = said(N_("Kỳ đánh giá chưa có hạn nộp: phiếu được nhận cho đến khi thư ký đóng bước này."))
        return [OddLine(code="no_deadline", told=told, href=here)]
    lines = []
    if cycle.opens_at is not None and cycle.opens_at > moment:
        told = said(
            N_("Sớm %(days)s ngày: ngày bắt đầu đã định là %(day)s."),
            days=deadlines.days_late(moment, cycle.opens_at), day=cycle.opens_at.astimezone(zone).date(),
        )  # fmt: skip
        lines.append(OddLine(code="opened_early", told=told, href=here))
    if cycle.closes <= moment:
        told = said(
            N_("Hạn nhận phiếu đã qua từ ngày %(day)s: mọi phiếu sẽ bị chốt ngay."), day=_last_day(cycle.closes, zone)
        )
        lines.append(OddLine(code="deadline_over", told=told, href=here))
    elif cycle.due is not None and (left := deadlines.days_late(moment, cycle.due)) < SHORT:
        told = said(N_("Đơn vị chỉ có %(days)s ngày để tự đánh giá."), days=left)
        lines.append(OddLine(code="short_time", told=told, href=here))
    return lines


def _of_sheets(
    sheets: Sequence[Sheet], over: Sequence[Sheet], waiting: Sequence[Sheet], zone: ZoneInfo
) -> tuple[CheckNumber, ...]:
    """What becomes of every group of sheets."""
    by_state = {state: [sheet for sheet in over if sheet.state == state] for state in WITH_AGENCIES}
    unsigned = N_("Chốt tự động với nội dung hiện có, ghi “chưa ký”.")
    groups = [
        CheckNumber(
            value=sum(sheet.state not in WITH_AGENCIES for sheet in sheets), what=said(N_("phiếu đã gửi")),
            then=said(N_("Giữ nguyên, chuyển sang thẩm định.")),
        ),
        _group(by_state["with_leader"], N_("phiếu chờ lãnh đạo duyệt"), unsigned),
        _group(by_state["drafting"], N_("phiếu đang nhập"), unsigned),
        _group(
            by_state["not_started"], N_("đơn vị chưa bắt đầu"),
            N_("Ghi là không nộp phiếu: không xếp hạng, không tính là 0 điểm."),
        ),
    ]  # fmt: skip
    if waiting:
        names = tuple(f"{s.agency_short} ({date_text(_last_day(s.closes, zone))})" for s in waiting if s.closes)
        then = said(N_("Vẫn mở đến hạn riêng, không bị chốt lúc này."))
        groups.append(CheckNumber(value=len(waiting), what=said(N_("phiếu có gia hạn")), then=then, names=names))
    empty = sum(max(0, sheet.applicable - sheet.declared) for sheet in over if sheet.state != "not_started")
    if empty:
        then = said(N_("Thành “chưa biết”, không phải 0 điểm."))
        what = said(N_("tiêu chí thành phần còn trống trong các phiếu bị chốt"))
        groups.append(CheckNumber(value=empty, what=what, then=then, steady=False))
    return tuple(group for place, group in enumerate(groups) if group.value or not place)


def _group(sheets: Sequence[Sheet], what: str, then: str) -> CheckNumber:
    return CheckNumber(value=len(sheets), what=said(what), then=said(then), names=_short(sheets))


def _of_decisions(count: dict[str, int], appraised: int) -> tuple[CheckNumber, ...]:
    return (
        CheckNumber(value=appraised, what=said(N_("phiếu được thẩm định")), then=said(N_("Khóa lại."))),
        CheckNumber(value=count["agreed"], what=said(N_("mục đồng ý như kê khai"))),
        CheckNumber(value=count["changed"], what=said(N_("mục bị điều chỉnh, có lý do"))),
        CheckNumber(
            value=count["undeclared"], what=said(N_("mục không kê khai")),
            then=said(N_("Không có điểm, không phải 0 điểm.")),
        ),
    )  # fmt: skip
