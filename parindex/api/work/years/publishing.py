"""The secretary computes a year and hands it over; the approver reads it, sends it back or publishes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.years.year_view import YearState, year_page
from parindex.api.work.years.years_view import years_page
from parindex.assessments.appraisal import correcting
from parindex.assessments.cycles import corrections, listing
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_, Refused
from parindex.publication import changes, edition_cache, edition_checks, editions, publish, publish_job
from parindex.publication import corrections as published_corrections
from parindex.publication.model import EditionChange, EditionRow
from parindex.publication.reading import YearReading
from parindex.rankings import compute_job, year_checks, years
from parindex.rankings.stored import CycleRow
from parindex.store.database import Connection


class ReturnForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a year is sent back."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    """The secretary reads it."""


class PublishForm(CheckForm, frozen=True, kw_only=True):
    """The decision that publishes a year; what it lacks is told by the deed."""

    number: Line = ""
    """Số, ký hiệu."""

    date: Line = ""
    """Ngày ban hành, as typed."""

    signer: Line = ""
    """Người ký."""


@get("/work/years", include_in_schema=False)
async def every_year(request: PageRequest, services: Given) -> Response[str]:
    """Every year with where it stands."""
    access.require(request.person, "cycle:read")
    async with services.db.transaction(request.tenant.id) as connection:
        cycles = await listing.every(connection)
    return page(request, years_page(request, cycles))


@get("/work/years/{cycle_id:uuid}", include_in_schema=False)
async def year(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """One year: what is missing, the newest computation, and what may be done with it."""
    return await _year(request, services, cycle_id)


@get("/work/years/{cycle_id:uuid}/compute", include_in_schema=False)
async def compute_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a year is computed: who will be ranked, and what is missing."""
    return await deed_check.ask(request, services, _frame(cycle_id, "compute"), _computing(request, cycle_id))


@post("/work/years/{cycle_id:uuid}/compute", include_in_schema=False)
async def compute(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Compute the year as a job."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        confirmed = await confirm(connection, check, form.given, by=_actor(request))
        return f"/work/jobs/{await compute_job.ask(connection, request.person, cycle_id, confirmed=confirmed)}"

    frame = _frame(cycle_id, "compute")
    return await deed_check.take(request, services, frame, CheckForm, _computing(request, cycle_id), deed)


@get("/work/years/{cycle_id:uuid}/submit", include_in_schema=False)
async def submit_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a computed year is handed over."""
    return await deed_check.ask(request, services, _frame(cycle_id, "submit"), _submitting(request, cycle_id))


@post("/work/years/{cycle_id:uuid}/submit", include_in_schema=False)
async def submit(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Hand the computed year to the approver."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        await confirm(connection, check, form.given, by=_actor(request))
        await years.submit(connection, request.person, cycle_id)
        return f"/work/years/{cycle_id}"

    frame = _frame(cycle_id, "submit")
    return await deed_check.take(request, services, frame, CheckForm, _submitting(request, cycle_id), deed)


@post("/work/years/{cycle_id:uuid}/return", include_in_schema=False)
async def send_back(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Send the year back with a reason."""

    async def deed(connection: Connection) -> str:
        form = await read_form(request, ReturnForm)
        await years.send_back(connection, request.person, cycle_id, form.reason)
        return f"/work/years/{cycle_id}"

    return await _do(request, services, cycle_id, deed, form=ReturnForm)


@post("/work/years/{cycle_id:uuid}/give-up-correction", include_in_schema=False)
async def give_up(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """End a correction of which nothing came."""

    async def deed(connection: Connection) -> str:
        form = await read_form(request, ReturnForm)
        await published_corrections.give_up(connection, request.person, cycle_id, form.reason)
        return f"/work/years/{cycle_id}"

    return await _do(request, services, cycle_id, deed, form=ReturnForm)


@get("/work/years/{cycle_id:uuid}/publish", include_in_schema=False)
async def publish_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a year is published, and by which decision."""
    access.require(request.person, "edition:publish", state="approval")
    return await deed_check.ask(request, services, _publish_frame(request, cycle_id), _publishing(request, cycle_id))


@post("/work/years/{cycle_id:uuid}/publish", include_in_schema=False)
async def publish_year(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Publish under a decision; a second click shows the same edition."""
    access.require(request.person, "edition:publish", state="approval")

    async def before(connection: Connection) -> str | None:
        done = await publish.unpublished(connection, request.person, cycle_id)
        return f"/editions/{done.number}" if isinstance(done, EditionRow) else None

    async def deed(connection: Connection, check: DeedCheck, form: PublishForm) -> str:
        paper = publish.decision(form.number, form.date, form.signer, today=today_in(request.tenant))
        lines = await edition_checks.of_publication_decision(connection, cycle_id, paper, zone_of(request))
        told = {"number": paper.number, "date": paper.date.isoformat()}
        confirmed = await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        asked = await publish_job.ask(connection, request.person, cycle_id, paper, confirmed=confirmed)
        return f"/work/jobs/{asked}" if isinstance(asked, UUID) else f"/editions/{asked.number}"

    frame, asked = _publish_frame(request, cycle_id), _publishing(request, cycle_id)
    return await deed_check.take(request, services, frame, PublishForm, asked, deed, before=before)


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


def _frame(cycle_id: UUID, deed: str, fields: tuple[CheckField, ...] = (), heading: str = "") -> DeedFrame:
    here = f"/work/years/{cycle_id}"
    return DeedFrame(path=f"{here}/{deed}", back=here, fields=fields, heading=heading)


def _publish_frame(request: PageRequest, cycle_id: UUID) -> DeedFrame:
    own = request.person.name if request.person else ""
    signer = msgspec.structs.replace(deed_fields.SIGNER, value=own)
    fields = (deed_fields.NUMBER, deed_fields.DAY, signer)
    return _frame(cycle_id, "publish", fields, N_("Quyết định công bố"))


def _computing(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(year_checks.of_computing, person=request.person, cycle_id=cycle_id)


def _submitting(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(year_checks.of_submitting, person=request.person, cycle_id=cycle_id)


def _publishing(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(edition_checks.of_publishing, person=request.person, cycle_id=cycle_id)


async def _do(
    request: PageRequest,
    services: Given,
    cycle_id: UUID,
    deed: Callable[[Connection], Awaitable[str]],
    *,
    form: type[msgspec.Struct] | None = None,
) -> Response[str] | Redirect:
    """Do a deed and go where it leads; what it refuses is told on the year's page, with what was typed.

    A refusal of rights is a page of its own.
    """
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            then = await deed(connection)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        given = await typed(request, form) if form else {}
        return await _year(request, services, cycle_id, refused=refused, given=given)
    return Redirect(url(then), status_code=303)


async def _year(
    request: PageRequest,
    services: Given,
    cycle_id: UUID,
    *,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    person = access.require(request.person, "year:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await _known(connection, cycle_id)
    shown = year_page(person, known, lang_of(request), typed=given or {}, refused=refused)
    marked = known.reading.given.marked if known.reading else known.cycle.marked
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked)


async def _known(connection: Connection, cycle_id: UUID) -> YearState:
    cycle = await years.by_id(connection, cycle_id)
    done = cycle.marked == "imported" or cycle.state in ("approval", "published", "archived")
    lacking = () if done else await years.missing(connection, cycle)
    stored = await years.latest(connection, cycle_id)
    reading = YearReading(years.decoded(stored)) if stored else None
    correction = await corrections.standing(connection, await listing.by_id(connection, cycle_id))
    return YearState(
        cycle=cycle,
        lacking=lacking,
        stored=stored,
        reading=reading,
        changed=await _changes(connection, cycle, reading),
        edition=await editions.of_computation(connection, stored.id) if stored else None,
        returned=await years.returned(connection, cycle_id) if cycle.state in ("consolidation", "correction") else None,
        correction=correction,
        corrected=await correcting.of_correction(connection, correction.id) if correction else (),
    )


async def _changes(connection: Connection, cycle: CycleRow, reading: YearReading | None) -> Mapping[str, EditionChange]:
    """What will have changed against the edition before, by agency."""
    before = await editions.newest(connection, cycle.family, cycle.tier, before=cycle.year)
    if reading is None or before is None:
        return {}
    _, found = changes.since(await edition_cache.opened(connection, before), before.digest, reading.computation)
    return {change.agency: change for change in found if change.index is not None}


routes = [
    every_year, year, compute_page, compute, submit_page, submit, send_back, publish_page, publish_year, give_up,
]  # fmt: skip
