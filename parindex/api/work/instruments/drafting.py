"""A draft of a questionnaire: what it changes, its preview, mending it by another file, and the steps of its approval."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.approving import DraftPages, kept_typing, step_routes
from parindex.api.work.criteria.set_files import BODY, sent
from parindex.api.work.criteria.set_list import file
from parindex.api.work.instruments.draft_view import instrument_draft_page
from parindex.api.work.instruments.listing import given
from parindex.api.work.instruments.preview_view import instrument_preview_page
from parindex.errors import Refused
from parindex.surveys.instruments import approval_checks, drafts
from parindex.surveys.instruments.model import OpenedInstrument


@get("/work/instruments/drafts/{draft_id:uuid}", include_in_schema=False)
async def show_draft(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], show: FromQuery[str] = ""
) -> Response[str]:
    """A draft: its changes with what is wrong under each row, and how far it has come."""
    return await draw(request, services, draft_id, show=show)


@get("/work/instruments/drafts/{draft_id:uuid}/preview", include_in_schema=False)
async def preview(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], form: FromQuery[str] = ""
) -> Response[str]:
    """The questions as respondents will see them."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
    return page(request, instrument_preview_page(held, form, lang_of(request)), marked=marked(held))


@get("/work/instruments/drafts/{draft_id:uuid}/source", include_in_schema=False)
async def draft_source(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[bytes]:
    """The file as it was uploaded."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, request.person, draft_id)
    name = held.revision.file_name or f"{held.draft.family}-{held.draft.version}.yaml"
    return file(held.revision.source.encode(), name, "application/octet-stream")


@post("/work/instruments/drafts/{draft_id:uuid}/upload", include_in_schema=False, request_max_body_size=BODY)
async def upload(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Mend the draft by another file: a further version of it."""
    access.require(request.person, "instrument:draft", state="drafting")
    form = await sent(request)
    try:
        received = await given(form)
        if received.unreadable:
            raise Refused("set_file_unread")
        async with services.db.transaction(request.tenant.id) as connection:
            await drafts.upload(connection, request.person, draft_id, received)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await draw(request, services, draft_id, refused=refused)
    return Redirect(url(f"/work/instruments/drafts/{draft_id}"), status_code=303)


async def draw(
    request: PageRequest,
    services: Services,
    draft_id: UUID,
    *,
    show: str = "",
    refused: Refused | None = None,
    form: type[msgspec.Struct] | None = None,
) -> Response[str]:
    """The page of a draft, with what was refused and what was typed."""
    person = access.require(request.person, "instrument:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        kept = await kept_typing(connection, person, f"/work/instruments/drafts/{draft_id}")
    given_back = dict(await typed(request, form)) if form else {}
    shown = instrument_draft_page(
        person, held, lang_of(request), show=show, typed=given_back, refused=refused, kept=kept
    )
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked(held))


def marked(held: OpenedInstrument) -> str | None:
    """How a page of the draft is marked."""
    return "illustrative" if held.instrument is not None and held.instrument.status == "illustrative" else None


PAGES: Final = DraftPages(
    kind=drafts.INSTRUMENTS,
    here="/work/instruments/drafts",
    published="/work/instruments/versions",
    checks={
        "submit": approval_checks.of_submitting,
        "approve": approval_checks.of_approving,
        "publish": approval_checks.of_publishing,
    },
    draw=draw,
)

routes = [show_draft, preview, draft_source, upload, *step_routes(PAGES)]
