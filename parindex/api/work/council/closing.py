"""The steps of a year that the secretary takes: opening it, closing self-assessment and appraisal."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.forms import Line
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.assessments.council import opening_job, step_checks
from parindex.assessments.cycles import closing, listing, steps
from parindex.audit import reasoned_decision
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_
from parindex.store.database import Connection


class EarlyClosingForm(CheckForm, frozen=True, kw_only=True):
    """The decision to close before the time; empty after it."""

    number: Line = ""
    """Số, ký hiệu."""

    date: date | None = None
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)] = ""
    """The agencies read it."""


@get("/work/cycles/{cycle_id:uuid}/open", include_in_schema=False)
async def open_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before self-assessment begins."""
    return await deed_check.ask(request, services, _frame(cycle_id, "open"), _opening(request, cycle_id))


@post("/work/cycles/{cycle_id:uuid}/open", include_in_schema=False)
async def open_year(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Begin self-assessment; a year of many sheets is opened by a job."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        confirmed = await confirm(connection, check, form.given, by=_actor(request))
        if await opening_job.is_long(connection, cycle_id):
            return f"/work/jobs/{await opening_job.ask(connection, request.person, cycle_id, confirmed=confirmed)}"
        await steps.open_year(connection, request.person, cycle_id)
        return f"/work/cycles/{cycle_id}"

    frame = _frame(cycle_id, "open")
    return await deed_check.take(request, services, frame, CheckForm, _opening(request, cycle_id), deed)


@get("/work/cycles/{cycle_id:uuid}/close-self-assessment", include_in_schema=False)
async def close_self_assessment_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before self-assessment is closed: what is locked, and by which decision if it is early."""
    frame = await _closing_frame(request, services, cycle_id)
    return await deed_check.ask(request, services, frame, _closing(request, cycle_id))


@post("/work/cycles/{cycle_id:uuid}/close-self-assessment", include_in_schema=False)
async def close_self_assessment(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Lock every sheet that was not submitted; before its time under a decision."""

    async def deed(connection: Connection, check: DeedCheck, form: EarlyClosingForm) -> str:
        cycle = await steps.locked(connection, cycle_id)
        paper = None
        if await closing.is_early(connection, cycle):
            paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        lines = step_checks.of_decision(paper, cycle, zone_of(request)) if paper else ()
        told = deed_fields.on_record(paper) if paper else None
        await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        await closing.close_self_assessment(connection, request.person, cycle_id, paper)
        return f"/work/cycles/{cycle_id}"

    frame = await _closing_frame(request, services, cycle_id)
    return await deed_check.take(request, services, frame, EarlyClosingForm, _closing(request, cycle_id), deed)


@get("/work/cycles/{cycle_id:uuid}/close-appraisal", include_in_schema=False)
async def close_appraisal_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before appraisal is closed: its points become final."""
    frame = _frame(cycle_id, "close-appraisal")
    return await deed_check.ask(request, services, frame, _ending(request, cycle_id))


@post("/work/cycles/{cycle_id:uuid}/close-appraisal", include_in_schema=False)
async def close_appraisal(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Keep the points that hold as final."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        await confirm(connection, check, form.given, by=_actor(request))
        await closing.close_appraisal(connection, request.person, cycle_id)
        return f"/work/cycles/{cycle_id}"

    frame = _frame(cycle_id, "close-appraisal")
    return await deed_check.take(request, services, frame, CheckForm, _ending(request, cycle_id), deed)


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


def _frame(cycle_id: UUID, step: str, fields: tuple[CheckField, ...] = ()) -> DeedFrame:
    here = f"/work/cycles/{cycle_id}"
    return DeedFrame(path=f"{here}/{step}", back=here, fields=fields, heading=N_("Quyết định cho phép đóng sớm"))


async def _closing_frame(request: PageRequest, services: Given, cycle_id: UUID) -> DeedFrame:
    """The decision is asked for before the time only."""
    async with services.db.transaction(request.tenant.id) as connection:
        cycle = await listing.by_id(connection, cycle_id)
        early = await closing.is_early(connection, cycle)
    reason = deed_fields.reason(N_("Lý do, các đơn vị sẽ đọc"))
    fields = (deed_fields.NUMBER, deed_fields.DAY, reason) if early else ()
    return _frame(cycle_id, "close-self-assessment", fields)


def _opening(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(step_checks.of_opening, person=request.person, cycle_id=cycle_id, zone=zone_of(request))


def _closing(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(
        step_checks.of_closing_self_assessment, person=request.person, cycle_id=cycle_id, zone=zone_of(request)
    )


def _ending(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(step_checks.of_closing_appraisal, person=request.person, cycle_id=cycle_id, zone=zone_of(request))


routes = [
    open_page, open_year, close_self_assessment_page, close_self_assessment, close_appraisal_page, close_appraisal,
]  # fmt: skip
