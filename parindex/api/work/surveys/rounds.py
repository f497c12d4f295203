"""Rounds at work: what was drawn, invited and answered; invitations to print; the lock; the computation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.respondent.session import HEADERS
from parindex.api.shared import hosts
from parindex.api.shared.forms import RefusedForm, read_form, typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.surveys.exact_file import download
from parindex.api.work.surveys.invitations_view import invitations_page
from parindex.api.work.surveys.results_view import RoundResults, round_results
from parindex.api.work.surveys.round_view import round_page
from parindex.api.work.surveys.rounds_view import rounds_page
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.model import Round
from parindex.surveys.results import estimates, estimates_job, fieldwork
from parindex.surveys.results.sample_outcome import Commune, communes, quality_csv, sample_csv, strata
from parindex.surveys.rounds import invitations, lock, opening, progress
from parindex.text import Language

OPEN: Final = "open"
"""The state of a round in which everybody reads it who reads any."""


class InviteForm(msgspec.Struct, frozen=True, kw_only=True):
    """Invitations to make."""

    unit: UUID | None = None
    """The village."""

    count: Annotated[int, msgspec.Meta(ge=1, le=500)]
    """How many."""

    asked: UUID | None = None
    """Name of this request, of the page that held the form."""


@get("/work/surveys", include_in_schema=False)
async def listing(request: PageRequest, services: Given) -> Response[str]:
    """The rounds that the person may read, with their field progress."""
    person = access.require(request.person, "survey:read", state=OPEN)
    async with services.db.transaction(request.tenant.id) as connection:
        every = await opening.every(connection)
        totals = await progress.totals(connection)
    held = [one for one in every if access.may(person, "survey:read", state=one.state)]
    marked = next((one.marked for one in held if one.marked), None)
    shown = rounds_page(
        held, totals, today_in(request.tenant), lang_of(request), only_open=not access.may(person, "survey:read")
    )
    return page(request, shown, marked=marked)


@get("/work/surveys/{round_id:uuid}", include_in_schema=False)
async def one_round(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str]:
    """One round: progress by agency, then lock, computation and results."""
    return await _round_page(request, services, round_id)


@post("/work/surveys/{round_id:uuid}/estimates", include_in_schema=False)
async def compute(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Redirect:
    """Compute the round's numbers; the page shows how far it is and may be left."""
    person = access.require(request.person, "survey:compute", state=await _state_of(request, services, round_id))
    async with services.db.transaction(request.tenant.id) as connection:
        job_id = await estimates_job.ask(connection, round_id, by=person.actor)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


@post("/work/surveys/{round_id:uuid}/invitations", include_in_schema=False)
async def invite(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str]:
    """Make invitations and show their links once, with codes to scan."""
    person = access.require(request.person, "survey:invite", state=await _state_of(request, services, round_id))
    tenant_id = request.tenant.id
    try:
        form = await read_form(request, InviteForm)
        async with services.db.transaction(tenant_id) as connection:
            held = await opening.get(connection, round_id)
            units = {each.unit.id: each.unit for each in await opening.progress(connection, round_id)}
        if form.unit is None or form.unit not in units:
            raise Refused("invitations_invalid")
    except Refused as refused:
        if not isinstance(refused, RefusedForm) and refused.code != "invitations_invalid":
            raise
        given = await typed(request, InviteForm)
        return await _round_page(request, services, round_id, given=given, refused=Refused("invitations_invalid"))
    try:
        async with services.db.transaction(tenant_id) as connection:
            tokens = await invitations.make(
                connection, round_id, [form.unit] * form.count, actor=person.actor, asked=form.asked
            )
    except Refused as refused:
        if refused.code != "invitations_made":
            raise
        return await _round_page(request, services, round_id, refused=refused)
    base = hosts.origin(request.scope, services.settings)
    shown = invitations_page(held, units[form.unit], tokens, base, lang_of(request))
    return page(request, shown, marked=held.marked, headers=HEADERS)


@get("/work/surveys/{round_id:uuid}/sample.csv", include_in_schema=False)
async def sample_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[bytes]:
    """The communes of the sample, each with what became of it: whether it answered, or why it did not."""
    return download("sample.csv", "text/csv", sample_csv(await _communes(request, services, round_id)))


@get("/work/surveys/{round_id:uuid}/quality.csv", include_in_schema=False)
async def quality_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[bytes]:
    """By stratum how many communes were drawn, answered and stayed silent, the silent by name."""
    return download("quality.csv", "text/csv", quality_csv(strata(await _communes(request, services, round_id))))


async def _communes(request: PageRequest, services: Services, round_id: UUID) -> tuple[Commune, ...]:
    access.require(request.person, "survey:read", state=OPEN)
    async with services.db.transaction(request.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        access.require(request.person, "survey:read", state=held.state)
        units = await opening.progress(connection, held.id)
        agencies = await progress.agencies(connection, held.id)
    return communes(units, {key: one.code for key, one in agencies.items()}, closed=held.state != "open")


async def _state_of(request: PageRequest, services: Services, round_id: UUID) -> str:
    access.require(request.person, "survey:read")
    async with services.db.transaction(request.tenant.id) as connection:
        return (await opening.get(connection, round_id)).state


async def _round_page(
    request: PageRequest,
    services: Services,
    round_id: UUID,
    *,
    given: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> Response[str]:
    person = access.require(request.person, "survey:read", state=OPEN)
    async with services.db.transaction(request.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        access.require(person, "survey:read", state=held.state)
        units = await opening.progress(connection, round_id)
        agencies = await progress.agencies(connection, round_id)
        tombstone = await lock.tombstone(connection, round_id)
        results = await _results(connection, held, lang_of(request))
        job = await estimates_job.latest(connection, round_id)
        came = await fieldwork.counts(connection, round_id) if held.state == "locked" else None
    shown = round_page(
        request, person, held, units, agencies, today=today_in(request.tenant), tombstone=tombstone,
        results=results, job=job, came=came, typed=given, refused=refused,
    )  # fmt: skip
    return page(request, shown, status=refused.kind.status if refused else 200, marked=held.marked)


async def _results(connection: Connection, held: Round, lang: Language) -> RoundResults | None:
    run = await estimates.newest_run(connection, held.id)
    if run is None:
        return None
    layout = None if held.instrument_id is None else await opening.layout(connection, held.instrument_id)
    return round_results(run, await estimates.of_run(connection, run.id), layout, lang)


routes = [listing, one_round, compute, sample_file, quality_file, invite]
