"""The secretary's pages: years, the matrix of agencies and areas, closing a step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.countdown import countdown, deadline_text, zone_of
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import problem
from parindex.api.shared.services import Given
from parindex.api.work.sheets.sheet_view import CHIPS
from parindex.assessments.council import matrix as progress
from parindex.assessments.council.matrix import Cell, Matrix
from parindex.assessments.cycles import closing
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles import steps as cycles
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES, Cycle, Sheet
from parindex.errors import Refused
from parindex.text import number, words

STEPS: Final[dict[str, Any]] = {
    "close-self-assessment": closing.close_self_assessment,
    "close-appraisal": closing.close_appraisal,
}
"""What the secretary may close."""

_ACTIONS: Final = {
    "close-self-assessment": "cycle:close_self_assessment",
    "close-appraisal": "cycle:close_appraisal",
    "open": "cycle:open",
}
_LATER: Final = ("consolidation", "approval", "published", "archived")


@get("/work/cycles", include_in_schema=False)
async def years(request: Request[Any, Any, Any], services: Given) -> Response[Any]:
    """Every year with its step."""
    _ = translate(request)
    access.require(request.state.person, "cycle:read")
    async with services.db.transaction(request.state.tenant.id) as connection:
        found = await cycle_queries.listed(connection)
    rows = [
        {
            "href": url(f"/work/cycles/{cycle.id}"),
            "year": cycle.year,
            "tier": cycle.tier,
            "family": cycle.family,
            "state": _(CYCLE_STATES[cycle.state]),
            "deadline": (deadline_text(cycle.deadline, zone_of(request), lang_of(request)) if cycle.deadline else None),
        }
        for cycle in found
    ]
    return page(request, "work/council/years.html", {"rows": rows})


@get("/work/cycles/{cycle_id:uuid}", include_in_schema=False)
async def matrix_page(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Agencies × areas with states, deadlines, self minus appraised."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        matrix = await progress.matrix(connection, request.state.person, cycle_id)
        steps = await cycle_queries.transitions(connection, cycle_id)
    moved = {step["to_state"]: step["at"] for step in steps}
    return page(request, "work/council/matrix.html", _context(request, matrix, moved), marked=matrix.cycle.marked)


@get([f"/work/cycles/{{cycle_id:uuid}}/{step}" for step in _ACTIONS], include_in_schema=False)
async def step_page(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Ask before a step is closed: it cannot be undone."""
    return await _step(request, services, cycle_id, request.scope["path"].rstrip("/").rpartition("/")[2], None)


@post("/work/cycles/{cycle_id:uuid}/open", include_in_schema=False)
async def open_year(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Begin self-assessment."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        await cycles.open_year(connection, request.state.person, cycle_id)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


@post("/work/cycles/{cycle_id:uuid}/close-self-assessment", include_in_schema=False)
async def close_self_assessment(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]
) -> Response[Any]:
    """Lock every sheet that was not submitted."""
    return await _close(request, services, cycle_id, "close-self-assessment")


@post("/work/cycles/{cycle_id:uuid}/close-appraisal", include_in_schema=False)
async def close_appraisal(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Keep the points that hold as final."""
    return await _close(request, services, cycle_id, "close-appraisal")


async def _close(request: Request[Any, Any, Any], services: Given, cycle_id: UUID, step: str) -> Response[Any]:
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            await STEPS[step](connection, request.state.person, cycle_id)
    except Refused as refused:
        if refused.code != "cycle_undecided":
            raise
        return await _step(request, services, cycle_id, step, refused)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


async def _step(
    request: Request[Any, Any, Any], services: Given, cycle_id: UUID, step: str, refused: Refused | None
) -> Response[Any]:
    async with services.db.transaction(request.state.tenant.id) as connection:
        matrix = await progress.matrix(connection, request.state.person, cycle_id)
    cycles.require(request.state.person, _ACTIONS[step], matrix.cycle)
    told = problem(refused, lang_of(request)) if refused else None
    states = [sheet.state for sheet in matrix.sheets]
    context = {
        "cycle": matrix.cycle,
        "step": step,
        "problem_text": f"{told.title}. {told.detail}" if told else None,
        "open_sheets": sum(state in ("drafting", "with_leader") for state in states),
        "untouched": states.count("not_started"),
        "sent": len(states) - sum(state in ("drafting", "with_leader", "not_started") for state in states),
        "undecided": sum(cell.total - cell.decided for cell in matrix.cells.values()),
    }
    return page(
        request, "work/council/step.html", context, status=refused.kind.status if refused else 200,
        marked=matrix.cycle.marked,
    )  # fmt: skip


def _context(request: Request[Any, Any, Any], matrix: Matrix, moved: dict[str, Any]) -> dict[str, Any]:
    _, lang = translate(request), lang_of(request)
    cycle, person = matrix.cycle, request.state.person
    rows = [_row(request, matrix, sheet) for sheet in matrix.sheets]
    cells = matrix.cells.values()
    gaps = [row["gap"] for row in rows if row["gap"] is not None]
    return {
        "cycle": cycle,
        "state": _(CYCLE_STATES[cycle.state]),
        "areas": [
            {"code": area.code, "title": words(area.title, lang)} for area in matrix.published.criteria_set.areas
        ],
        "rows": rows,
        "most_gap": max([abs(gap) for gap in gaps], default=Decimal(1)) or Decimal(1),
        "figures": [
            {
                "value": f"{number(sum(c.decided for c in cells), lang=lang)}/{number(sum(c.total for c in cells), lang=lang)}",
                "label": _("mục đã quyết định"),
            },
            {"value": str(sum(c.asked for c in cells)), "label": _("chờ đơn vị giải trình")},
            {"value": str(sum(c.answered for c in cells)), "label": _("đã bổ sung, chờ xem lại")},
            {
                "value": str(sum(sheet.state == "no_submission" for sheet in matrix.sheets)),
                "label": _("đơn vị không nộp"),
            },
        ],
        "milestones": _milestones(request, cycle, moved),
        "count": (
            countdown(request, cycle.deadline)
            if cycle.state == "self_assessment"
            else countdown(request, cycle.appraisal_deadline, what=_("Hạn thẩm định"))
            if cycle.state == "appraisal_1"
            else None
        ),
        "may": {step: access.may(person, action, state=cycle.state) for step, action in _ACTIONS.items()},
        "later": cycle.state in _LATER,
        "mean_gap": sum(gaps, Decimal(0)) / len(gaps) if gaps else None,
    }


def _row(request: Request[Any, Any, Any], matrix: Matrix, sheet: Sheet) -> dict[str, Any]:
    _ = translate(request)
    cells = {area.code: matrix.cells.get((sheet.id, area.code)) for area in matrix.published.criteria_set.areas}
    declared = {place.area for place in matrix.published.leaves}
    with_appraisers = any(cells.values())
    gap = sum((cell.gap for cell in cells.values() if cell), Decimal(0)) if with_appraisers else None
    decided = any(cell.decided for cell in cells.values() if cell)
    sentence = None
    if sheet.state == "no_submission":
        sentence = _("Chưa nộp phiếu; không tính là 0 điểm.")
    elif not with_appraisers:
        sentence = _("%(state)s, %(declared)s trên %(leaves)s tiêu chí", state=_(SHEET_STATES[sheet.state]),
                     declared=sheet.declared, leaves=sheet.applicable)  # fmt: skip
    return {
        "name": sheet.agency_short,
        "full": sheet.agency_name,
        "href": url(f"/work/sheets/{sheet.id}") if with_appraisers else None,
        "note": _("chốt tự động, chưa ký") if sheet.receipt is None and with_appraisers else None,
        "state": CHIPS[sheet.state],
        "sentence": sentence,
        "missing": sheet.state == "no_submission",
        "cells": [
            {
                "area": code,
                **(_cell(_, sheet, cell) if code in declared else {"state": "survey", "text": None, "box": False}),
            }
            for code, cell in cells.items()
        ],
        "declared_areas": sum(code in declared for code in cells),
        "gap": gap if decided else None,
    }


def _cell(_: Any, sheet: Sheet, cell: Cell | None) -> dict[str, Any]:
    if cell is None or cell.total == 0:
        return {"state": "incomplete", "text": _("Không kê khai"), "box": False}
    if sheet.state == "closed":
        return {"state": "locked", "text": None, "box": False}
    if cell.asked:
        return {"state": "explain", "text": None, "box": True}
    if cell.answered:
        return {"state": "supplemented", "text": None, "box": False}
    if cell.decided == cell.total:
        return {"state": "agreed", "text": None, "box": False}
    return {"state": "appraising", "text": f"{cell.decided}/{cell.total}", "box": False}


def _milestones(request: Request[Any, Any, Any], cycle: Cycle, moved: dict[str, Any]) -> list[dict[str, str]]:
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    order = ("self_assessment", "appraisal_1", "consolidation", "approval", "published")
    names = {
        "self_assessment": (_("Nộp phiếu tự đánh giá"), cycle.deadline),
        "appraisal_1": (_("Thẩm định"), cycle.appraisal_deadline),
        "consolidation": (_("Tổng hợp, tính chỉ số"), None),
        "approval": (_("Trình phê duyệt"), None),
        "published": (_("Công bố"), None),
    }
    here = order.index(cycle.state) if cycle.state in order else -1
    rows = []
    for place, state in enumerate(order):
        label, deadline = names[state]
        when = deadline_text(deadline, zone, lang) if deadline else ""
        if state in moved and not when:
            when = deadline_text(moved[state], zone, lang)
        rows.append(
            {"label": label, "when": when, "state": "done" if place < here else "now" if place == here else "later"}
        )
    return rows


routes = [years, matrix_page, step_page, open_year, close_self_assessment, close_appraisal]
