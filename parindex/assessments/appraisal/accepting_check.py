"""What is looked at before the rest of a leaf is accepted as declared."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from parindex.access import Person
from parindex.assessments.appraisal import accepting
from parindex.assessments.appraisal.accepting import Rest
from parindex.assessments.criteria.published_sets import criterion_of
from parindex.assessments.evidence import queries as evidence_queries
from parindex.audit.confirmation import CheckNumber, DeedCheck, OddLine, said
from parindex.errors import N_
from parindex.store.database import Connection

MANY: Final = 5
"""Agencies from which on it is told that all of them get the most points: chosen here, no law sets one."""


async def of_rest(
    connection: Connection, person: Person | None, cycle_id: UUID, code: str, *, hold: bool = False
) -> DeedCheck:
    """Before the rest of a leaf is accepted.

    Args:
        connection: In a transaction of the tenant.
        person: Who would accept it.
        cycle_id: The year.
        code: The leaf.
        hold: Nobody else changes the sheets until the transaction ends.

    Raises:
        Refused: as :func:`accepting.rest`.
    """
    rest = await accepting.rest(connection, person, cycle_id, code, hold=hold)
    place = rest.published.leaf(code)
    names = tuple(one.sheet.agency_name for one in rest.waiting)
    given = sum((one.leaf.points or 0 for one in rest.waiting), start=place.node.max * 0)
    numbers = [
        CheckNumber(
            value=len(names), what=said(N_("đơn vị được chấp nhận như kê khai")), names=names,
            then=said(N_("Điểm tự đánh giá thành điểm thẩm định.")),
        ),
        CheckNumber(value=given, what=said(N_("điểm được chấp nhận, cộng lại"))),
    ]  # fmt: skip
    if rest.apart:
        then = said(N_("Không nằm trong số này, quyết định riêng từng đơn vị."))
        what = said(N_("đơn vị có dấu hiệu cần xem lại hoặc số liệu không tính được điểm"))
        numbers.append(CheckNumber(value=rest.apart, what=what, then=then))
    return DeedCheck(
        deed="appraisal:accept_rest",
        subject=f"{cycle_id}/{code}",
        title=said(N_("Đồng ý các đơn vị còn lại")),
        about=said(N_("Tiêu chí %(code)s · thẩm định lần 1, năm %(year)s"), code=code, year=str(rest.cycle.year)),
        headline=said(N_("Đồng ý với số liệu kê khai của %(n)s đơn vị còn lại"), n=len(names)),
        numbers=tuple(numbers),
        lasting=(said(N_("Từng quyết định còn sửa được, có lý do, cho đến khi đóng thẩm định.")),),
        lines=tuple(await _lines(connection, rest, code)),
        marked=rest.cycle.marked,
    )


async def _lines(connection: Connection, rest: Rest, code: str) -> list[OddLine]:
    here = f"/work/appraisals/{rest.cycle.id}/{code}"
    if not rest.waiting:
        told = said(N_("Không còn đơn vị nào chờ quyết định ở tiêu chí này."))
        return [OddLine(code="nothing_waits", told=told, href=here, impossible=True)]
    lines = []
    unsigned = [one.sheet for one in rest.waiting if one.sheet.receipt is None]
    if unsigned:
        told = said(
            N_("%(n)s phiếu được chốt tự động, lãnh đạo chưa ký: %(agencies)s."), n=len(unsigned),
            agencies=tuple(sheet.agency_short for sheet in unsigned),
        )  # fmt: skip
        lines.append(OddLine(code="unsigned", told=told, href=here))
    place = rest.published.leaf(code)
    if criterion_of(place).evidence == "required":
        proved = await evidence_queries.proved(connection, [one.entry.id for one in rest.waiting])
        bare = [one for one in rest.waiting if one.entry.id not in proved]
        if bare:
            told = said(
                N_("%(n)s đơn vị không có tài liệu kiểm chứng cho tiêu chí này: %(agencies)s."), n=len(bare),
                agencies=tuple(one.sheet.agency_short for one in bare),
            )  # fmt: skip
            href = f"{here}?agency={quote(bare[0].sheet.agency_code, safe='')}"
            lines.append(OddLine(code="without_evidence", told=told, href=href))
    if len(rest.waiting) >= MANY and all(one.leaf.points == one.leaf.max for one in rest.waiting):
        told = said(N_("Cả %(n)s đơn vị đều được điểm tối đa."), n=len(rest.waiting))
        lines.append(OddLine(code="all_points", told=told, href=here))
    return lines
