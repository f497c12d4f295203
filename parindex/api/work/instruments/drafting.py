"""A draft of a questionnaire: what it changes, its preview, mending it by another file, and the steps of its approval."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from parindex import access
from parindex.api.shared.forms import typed
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.approving import DraftPages, kept_typing, step_routes
from parindex.api.work.criteria.set_list import file
from parindex.api.work.draft_reading import reading_routes
from parindex.api.work.draft_view import DraftForms
from parindex.api.work.instruments.draft_view import instrument_draft_page
from parindex.api.work.instruments.listing import given
from parindex.api.work.instruments.preview_view import instrument_preview_page
from parindex.api.work.instruments.reading_view import instrument_reading_page
from parindex.api.work.uploaded_file import FileForm
from parindex.approvals.model import Opened
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


async def mend(request: PageRequest, services: Services, draft_id: UUID, form: FileForm) -> None:
    """Make a further version of the file that was sent.

    Raises:
        Refused: ``set_file_unread``, ``invalid_fields``, and what the draft refuses.
    """
    received = await given(form)
    if received.unreadable:
        raise Refused("set_file_unread")
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.upload(connection, request.person, draft_id, received)


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
        readings = await drafts.readings(connection, held)
        kept = await kept_typing(connection, person, f"/work/instruments/drafts/{draft_id}")
    forms = DraftForms(refused=refused, typed=dict(await typed(request, form)) if form else {}, kept=kept)
    shown = instrument_draft_page(person, held, readings, lang_of(request), show=show, forms=forms)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked(held))


def marked(held: Opened) -> str | None:
    """How a page of the draft is marked."""
    assert isinstance(held, OpenedInstrument)
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
    mend=mend,
    reading=instrument_reading_page,
    marked=marked,
)

routes = [show_draft, preview, draft_source, *reading_routes(PAGES), *step_routes(PAGES)]
