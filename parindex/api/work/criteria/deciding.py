"""A draft is handed over, read, approved by a second person, sent back, published under a decision, or given up."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.approving import DraftPages, step_routes
from parindex.api.work.criteria.drafting import draw, marked
from parindex.api.work.criteria.reading_view import set_reading_page
from parindex.assessments.criteria import approval, approval_checks, drafts


class ReadLinesForm(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that somebody has read."""

    read: tuple[Line, ...] = ()
    """Their codes."""


@get("/work/criteria/drafts/{draft_id:uuid}/lines", include_in_schema=False)
async def show_lines(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], area: FromQuery[str] = ""
) -> Response[str]:
    """Every line of an area in full, with what changed of it and what was said."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        readings = await approval.readings(connection, held)
    drafts.document_of(held)
    return page(request, set_reading_page(person, held, readings, area, lang_of(request)), marked=marked(held))


@post("/work/criteria/drafts/{draft_id:uuid}/lines", include_in_schema=False)
async def mark_lines(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Redirect:
    """Put down which lines were read, and go on with the next area that is left."""
    form = await read_form(request, ReadLinesForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await approval.mark_read(connection, request.person, draft_id, form.read)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}/lines"), status_code=303)


PAGES: Final = DraftPages(
    kind=approval.SETS,
    here="/work/criteria/drafts",
    published="/work/criteria/sets",
    checks={
        "submit": approval_checks.of_submitting,
        "approve": approval_checks.of_approving,
        "publish": approval_checks.of_publishing,
    },
    draw=draw,
)

routes = [show_lines, mark_lines, *step_routes(PAGES)]
