"""The start page of whoever is signed in: who owes what by when."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import countdown
from parindex.api.shared.page import page, translate, url
from parindex.api.shared.services import Given
from parindex.api.work.sheets.sheet_view import CHIPS
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal import queries as decision_queries
from parindex.assessments.council import matrix
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.errors import Refused
from parindex.store.database import Connection, Row


@get("/work", include_in_schema=False)
async def worklist(request: Request[Any, Any, Any], services: Given) -> Response[Any]:
    """Sheets, requests, queues and years that wait for this person."""
    person: Person | None = request.state.person
    if person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.state.tenant.id) as connection:
        cycles = await cycle_queries.listed(connection)
        context = {
            "sheets": await _sheets(request, connection, person, cycles),
            "requests": await _requests(request, connection, person),
            "queues": await _queues(request, connection, person, cycles),
            "years": _years(request, person, cycles),
            "register": access.may(person, "evidence:read", own=person.agency_id is not None),
        }
    marked = next((cycle.marked for cycle in cycles if cycle.state in deciding.OPEN), None)
    return page(request, "work/worklist.html", context, marked=marked)


async def _sheets(
    request: Request[Any, Any, Any], connection: Connection, person: Person, cycles: list[Cycle]
) -> list[dict[str, Any]]:
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return []
    found = {sheet.cycle_id: sheet for sheet in await sheet_queries.all_of_agency(connection, person.agency_id)}
    return [_sheet(request, person, cycle, found[cycle.id]) for cycle in cycles if cycle.id in found]


def _sheet(request: Request[Any, Any, Any], person: Person, cycle: Cycle, sheet: Sheet) -> dict[str, Any]:
    _ = translate(request)
    may_edit = access.may(person, "sheet:edit", state=sheet.state, own=True)
    may_approve = access.may(person, "sheet:submit", state=sheet.state, own=True)
    open_ = cycle.state == "self_assessment"
    here = url(f"/work/sheets/{sheet.id}")
    return {
        "title": _("Phiếu tự đánh giá năm %(year)s", year=cycle.year),
        "agency": sheet.agency_name,
        "href": here,
        "state": CHIPS[sheet.state],
        "state_text": _(SHEET_STATES[sheet.state]),
        "progress": _("%(declared)s/%(leaves)s tiêu chí đã kê khai", declared=sheet.declared, leaves=sheet.applicable),
        "action": (
            {"href": here + "/decide", "label": _("Duyệt phiếu")}
            if may_approve and open_
            else {"href": here, "label": _("Kê khai tiếp") if sheet.declared else _("Bắt đầu kê khai")}
            if may_edit and open_
            else None
        ),
        "count": countdown(request, cycle.deadline) if open_ and (may_edit or may_approve) else None,
        "returned": sheet.return_reason if may_edit else None,
    }


async def _requests(request: Request[Any, Any, Any], connection: Connection, person: Person) -> list[dict[str, Any]]:
    if person.agency_id is None or not access.may(person, "entry:answer", state="appraisal_1", own=True):
        return []
    rows: list[Row] = await decision_queries.requests_of_agency(connection, person.agency_id)
    del request
    return [
        {"code": row["code"], "reason": row["reason"], "at": row["at"],
         "href": url(f"/work/sheets/{row['sheet_id']}/{row['code']}")}
        for row in rows
    ]  # fmt: skip


async def _queues(
    request: Request[Any, Any, Any], connection: Connection, person: Person, cycles: list[Cycle]
) -> list[dict[str, Any]]:
    if "appraiser" not in person.roles:
        return []
    _ = translate(request)
    rows = []
    for cycle in cycles:
        if cycle.state not in deciding.OPEN:
            continue
        queue = await matrix.queue(connection, person, cycle.id)
        total, decided, answered = (sum(counts[part] for counts in queue.counts.values()) for part in range(3))
        rows.append({
            "title": _("Hàng đợi thẩm định năm %(year)s", year=cycle.year),
            "href": url(f"/work/appraisals/{cycle.id}"),
            "total": total,
            "decided": decided,
            "answered": answered,
            "count": countdown(request, cycle.appraisal_deadline, what=_("Hạn thẩm định")),
        })  # fmt: skip
    return rows


def _years(request: Request[Any, Any, Any], person: Person, cycles: list[Cycle]) -> list[dict[str, Any]]:
    _ = translate(request)
    return [
        {
            "title": _("Kỳ đánh giá năm %(year)s", year=cycle.year),
            "href": url(f"/work/cycles/{cycle.id}"),
            "state_text": _(CYCLE_STATES[cycle.state]),
            "count": (
                countdown(request, cycle.deadline)
                if cycle.state == "self_assessment"
                else countdown(request, cycle.appraisal_deadline, what=_("Hạn thẩm định"))
                if cycle.state == "appraisal_1"
                else None
            ),
        }
        for cycle in cycles
        if access.may(person, "cycle:read", state=cycle.state)
    ]


routes = [worklist]
