"""Questionnaires in the office: drafts on their way, published versions, and where a draft is begun with a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.cloned import CloneForm, read_clone
from parindex.api.work.criteria.set_list import file
from parindex.api.work.instruments.listing_view import instrument_list_page
from parindex.api.work.instruments.published_view import published_instrument_page
from parindex.api.work.uploaded_file import BODY, FileForm, require_file, sent
from parindex.approvals.model import LineFault
from parindex.errors import Refused
from parindex.surveys.instruments import drafts
from parindex.surveys.instruments.given_instruments import LARGEST, GivenInstrument, read_given


@get("/work/instruments", include_in_schema=False)
async def every_instrument(request: PageRequest, services: Given) -> Response[str]:
    """Drafts on their way, and published questionnaires."""
    return await _page(request, services)


@post("/work/instruments", include_in_schema=False, request_max_body_size=BODY)
async def begin(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Begin a draft with a file; what is wrong with the file is told on the draft's page, row by row."""
    access.require(request.person, "instrument:draft", state="drafting")
    form = await sent(request)
    faulty: Sequence[LineFault] = ()
    try:
        read = await given(form)
        faulty = read.faults
        if read.unreadable:
            raise Refused("set_file_unread")
        async with services.db.transaction(request.tenant.id) as connection:
            draft_id = await drafts.begin(connection, request.person, read)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, refused=refused, faulty=faulty)
    return Redirect(url(f"/work/instruments/drafts/{draft_id}"), status_code=303)


@post("/work/instruments/clone", include_in_schema=False)
async def clone(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Begin a draft as a copy of a published questionnaire."""
    access.require(request.person, "instrument:draft", state="drafting")
    try:
        form = await read_clone(request)
        async with services.db.transaction(request.tenant.id) as connection:
            draft_id = await drafts.clone(connection, request.person, form.set, form.clone_version, form.clone_year)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, refused=refused, given_back=await typed(request, CloneForm))
    return Redirect(url(f"/work/instruments/drafts/{draft_id}"), status_code=303)


@get("/work/instruments/versions/{instrument_id:uuid}", include_in_schema=False)
async def published_instrument(
    request: PageRequest, services: Given, instrument_id: FromPath[UUID]
) -> Response[str]:  # fmt: skip
    """A published questionnaire: how it came to be, and which rounds ask it."""
    async with services.db.transaction(request.tenant.id) as connection:
        found, _source = await drafts.published(connection, request.person, instrument_id)
        versions = {one.id: one for one in await drafts.versions(connection, request.person)}
        decision = (await drafts.decisions(connection)).get(instrument_id)
    shown = published_instrument_page(found, versions[instrument_id], decision, lang_of(request))
    return page(request, shown, marked="illustrative" if found.status == "illustrative" else None)


@get("/work/instruments/versions/{instrument_id:uuid}/source.yaml", include_in_schema=False)
async def published_source(request: PageRequest, services: Given, instrument_id: FromPath[UUID]) -> Response[bytes]:
    """The text that a published questionnaire was read from."""
    async with services.db.transaction(request.tenant.id) as connection:
        found, source = await drafts.published(connection, request.person, instrument_id)
    return file(source.encode(), f"{found.instrument}-{found.version}.yaml", "application/yaml")


async def given(form: FileForm) -> GivenInstrument:
    """The file, read.

    Raises:
        Refused: ``invalid_fields`` where no file was chosen or it is too large.
    """
    require_file(form, LARGEST)
    return await asyncio.to_thread(read_given, form.content, form.name)


async def _page(
    request: PageRequest,
    services: Services,
    *,
    refused: Refused | None = None,
    faulty: Sequence[LineFault] = (),
    given_back: Mapping[str, str] | None = None,
) -> Response[str]:
    person = access.require(request.person, "instrument:read")
    async with services.db.transaction(request.tenant.id) as connection:
        lines = await drafts.every(connection, person)
        versions = await drafts.versions(connection, person)
        decisions = await drafts.decisions(connection)
    shown = instrument_list_page(
        person, lines, versions, decisions, lang_of(request), refused=refused, faulty=faulty, typed=given_back or {}
    )
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [every_instrument, begin, clone, published_instrument, published_source]
