"""What is looked at before an agency is added to a year whose plan was issued."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex.access import Person
from parindex.agencies import Agency
from parindex.agencies import queries as registry
from parindex.assessments.cycles import checked_year, deadlines, joining
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Cycle
from parindex.audit.confirmation import CheckNumber, CheckSentence, DeedCheck, OddLine, said
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.text import TIME_ZONE

SHORT: Final = 7
"""Days until the deadline of which an agency that comes now is told that they are few."""


async def of_joining(
    connection: Connection,
    person: Person | None,
    cycle_id: UUID,
    code: str,
    *,
    zone: ZoneInfo = TIME_ZONE,
    hold: bool = False,
) -> DeedCheck:
    """Before an agency is added to a year: its days, and what it means for ranking and surveys.

    Raises:
        Refused: ``not_allowed``, ``cycle_wrong_state``, and what :func:`~joining.candidate` raises.
    """
    cycle = await checked_year.allowed(connection, person, "cycle:join", cycle_id, hold=hold)
    agency = await joining.candidate(connection, cycle, code)
    members = await cycle_queries.agencies(connection, cycle_id)
    ranked = sum(row["ranked"] for row in members)
    numbers = [
        CheckNumber(
            value=ranked, what=said(N_("đơn vị đang được xếp hạng")),
            then=said(N_("thứ hạng của mọi đơn vị có thể lùi một bậc khi thêm đơn vị này vào xếp hạng")),
        ),
    ]  # fmt: skip
    if cycle.closes is not None:
        last = deadlines.last_day(cycle.closes, zone)[0]
        numbers.append(CheckNumber(value=last, what=said(N_("hạn nhận phiếu của kỳ")), then=_sheet(cycle)))
    return DeedCheck(
        deed="cycle:join",
        subject=str(cycle.id),
        title=said(N_("Thêm đơn vị vào kỳ đánh giá")),
        about=checked_year.named(cycle),
        headline=said(N_("%(name)s (%(code)s) tham gia kỳ"), name=agency.name_vi, code=agency.code),
        numbers=tuple(numbers),
        lasting=(
            said(N_("Không rút lại được: đơn vị không nộp phiếu thì được ghi là không nộp, không tính là 0 điểm.")),
            said(N_("Quyết định và lý do được ghi trên trang của kỳ và trong nhật ký.")),
        ),
        lines=tuple(await _lines(connection, cycle, agency, {row["agency_id"] for row in members}, zone)),
        marked=cycle.marked,
    )


def _sheet(cycle: Cycle) -> CheckSentence:
    if cycle.state == "issued":
        return said(N_("phiếu được cấp khi mở tự đánh giá"))
    return said(N_("phiếu được cấp ngay; ghi hạn riêng bên dưới nếu quyết định cho"))


async def _lines(
    connection: Connection, cycle: Cycle, agency: Agency, members: set[UUID], zone: ZoneInfo
) -> list[OddLine]:
    lines = []
    year = str(cycle.year)
    if agency.valid_from > date(cycle.year, 1, 1):
        told = said(
            N_("%(name)s chỉ có từ ngày %(day)s: số liệu của năm %(year)s không đủ mười hai tháng."),
            name=agency.short, day=agency.valid_from, year=year,
        )  # fmt: skip
        lines.append(OddLine(code="part_of_year", told=told, href=f"/work/agencies/{agency.code}"))
    before = [
        one for one in await registry.successions(connection, [agency.id])
        if one.successor_id == agency.id and one.predecessor_id in members
    ]  # fmt: skip
    if before:
        told = said(
            N_("Cơ quan tiền thân đang tham gia kỳ: %(names)s. Cùng một địa bàn được chấm hai lần."),
            names=tuple(one.predecessor_name for one in before),
        )
        lines.append(OddLine(code="predecessors_in_year", told=told, href=f"/work/cycles/{cycle.id}"))
    rounds = await cycle_queries.rounds_of(connection, cycle.id)
    if rounds:
        told = said(
            N_("%(n)s đợt khảo sát được lập trước đó: phải bổ sung mẫu của đơn vị, nếu không chỉ số của đơn vị thiếu phần khảo sát "
               "và không có khoảng hạng."), n=len(rounds),
        )  # fmt: skip
        lines.append(OddLine(code="rounds_drawn", told=told, href="/work/surveys"))
    if not any(not row["disabled"] for row in await registry.accounts_of(connection, agency.id)):
        told = said(N_("%(name)s chưa có tài khoản nào để kê khai."), name=agency.short)
        lines.append(OddLine(code="no_accounts", told=told, href="/work/people"))
    moment = await cycle_queries.now(connection)
    if cycle.state == "self_assessment" and cycle.closes is not None and (cycle.closes - moment).days < SHORT:
        last = deadlines.last_day(cycle.closes, zone)[0]
        told = said(N_("Hạn nhận phiếu là %(day)s, không còn đủ bảy ngày hoặc đã qua."), day=last)
        lines.append(OddLine(code="deadline_short", told=told))
    return lines
