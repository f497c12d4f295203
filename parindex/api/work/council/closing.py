"""The steps of a year that the secretary takes: opening it, closing self-assessment and appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.closing_view import closing_page
from parindex.assessments.council import matrix
from parindex.assessments.cycles import closing, steps
from parindex.audit import reasoned_decision
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused


class EarlyClosingForm(msgspec.Struct, frozen=True, kw_only=True):
    """The decision to close before the time; empty after it."""

    number: Line = ""
    """Số, ký hiệu."""

    date: date | None = None
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)] = ""
    """The agencies read it."""


_ACTIONS: Final = {
    "close-self-assessment": "cycle:close_self_assessment",
    "close-appraisal": "cycle:close_appraisal",
    "open": "cycle:open",
}


@get([f"/work/cycles/{{cycle_id:uuid}}/{step}" for step in _ACTIONS], include_in_schema=False)
async def step_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a step is closed: it cannot be undone."""
    return await _step(request, services, cycle_id, request.scope["path"].rstrip("/").rpartition("/")[2], None)


@post("/work/cycles/{cycle_id:uuid}/open", include_in_schema=False)
async def open_year(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Redirect:
    """Begin self-assessment."""
    async with services.db.transaction(request.tenant.id) as connection:
        await steps.open_year(connection, request.person, cycle_id)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


@post("/work/cycles/{cycle_id:uuid}/close-self-assessment", include_in_schema=False)
async def close_self_assessment(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Lock every sheet that was not submitted; before its time under a decision."""
    step = "close-self-assessment"
    try:
        given = await read_form(request, EarlyClosingForm)
        async with services.db.transaction(request.tenant.id) as connection:
            await closing.close_self_assessment(connection, request.person, cycle_id, _decided(request, given))
    except Refused as refused:
        if refused.code not in ("invalid_fields", "closing_early", "cycle_extended"):
            raise
        return await _step(request, services, cycle_id, step, refused, await typed(request, EarlyClosingForm))
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


@post("/work/cycles/{cycle_id:uuid}/close-appraisal", include_in_schema=False)
async def close_appraisal(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Keep the points that hold as final."""
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await closing.close_appraisal(connection, request.person, cycle_id)
    except Refused as refused:
        if refused.code != "cycle_undecided":
            raise
        return await _step(request, services, cycle_id, "close-appraisal", refused)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


def _decided(request: PageRequest, form: EarlyClosingForm) -> ReasonedDecision | None:
    """The decision as typed; none where nothing of it was."""
    if form.date is None and not form.number and not form.reason:
        return None
    if form.date is None:
        raise Refused("invalid_fields", fields=(FieldError(field="date", code="field_empty"),))
    today = today_in(request.tenant)
    return reasoned_decision.decision(form.number, form.date, form.reason, today=today)


async def _step(
    request: PageRequest,
    services: Given,
    cycle_id: UUID,
    step: str,
    refused: Refused | None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await matrix.matrix(connection, request.person, cycle_id)
        early = step == "close-self-assessment" and await closing.is_early(connection, shown.cycle)
    steps.require(request.person, _ACTIONS[step], shown.cycle)
    status = refused.kind.status if refused else 200
    drawn = closing_page(request, shown, step, refused, early=early, typed=given or {})
    return page(request, drawn, status=status, marked=shown.cycle.marked)


routes = [step_page, open_year, close_self_assessment, close_appraisal]
