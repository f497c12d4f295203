"""What is done with a draft between its steps: mended by a file, read line by line, disputed, answered; one way for all."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access import form_drafts
from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.approving import DraftPages
from parindex.api.work.drafts_view import step_form
from parindex.api.work.uploaded_file import BODY, sent
from parindex.approvals import line_readings, remarks
from parindex.errors import Refused


class RemarkForm(msgspec.Struct, frozen=True, kw_only=True):
    """Something is said of a line."""

    code: Line = ""
    """The line; empty: the whole."""

    kind: Literal["comment", "dispute"] = "comment"
    """``comment`` or ``dispute``."""

    said: Annotated[str, msgspec.Meta(max_length=remarks.LONGEST_REMARK)] = ""
    """What."""


class RemarkAnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was said is answered."""

    answer: Annotated[str, msgspec.Meta(max_length=remarks.LONGEST_REMARK)] = ""
    """What."""


class ReadLinesForm(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that somebody has read."""

    read: tuple[Line, ...] = ()
    """Their codes."""


def reading_routes(pages: DraftPages) -> list[HTTPRouteHandler]:
    """Uploading again; reading line by line; saying something and answering it."""
    return [_upload(pages), *_lines(pages), _remark(pages), _answer(pages)]


def _upload(pages: DraftPages) -> HTTPRouteHandler:
    @post(f"{pages.here}/{{draft_id:uuid}}/upload", include_in_schema=False, request_max_body_size=BODY)
    async def upload(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
        access.require(request.person, f"{pages.kind.thing}:draft", state="drafting")
        form = await sent(request)
        try:
            await pages.mend(request, services, draft_id, form)
        except Refused as refused:
            if refused.kind.status in (400, 401, 403, 404):
                raise
            return await pages.draw(request, services, draft_id, refused=refused)
        return Redirect(url(f"{pages.here}/{draft_id}"), status_code=303)

    return upload


def _lines(pages: DraftPages) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    path = f"{pages.here}/{{draft_id:uuid}}/lines"

    @get(path, include_in_schema=False)
    async def show_lines(
        request: PageRequest, services: Given, draft_id: FromPath[UUID], area: FromQuery[str] = ""
    ) -> Response[str]:
        person = access.require(request.person, f"{pages.kind.thing}:read")
        async with services.db.transaction(request.tenant.id) as connection:
            held = await pages.kind.opened(connection, person, draft_id, hold=False)
            readings = await line_readings.readings(pages.kind, connection, held)
        shown = pages.reading(person, held, readings, area, lang_of(request))
        return page(request, shown, marked=pages.marked(held))

    @post(path, include_in_schema=False)
    async def mark_lines(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Redirect:
        form = await read_form(request, ReadLinesForm)
        async with services.db.transaction(request.tenant.id) as connection:
            await line_readings.mark_read(pages.kind, connection, request.person, draft_id, form.read)
        return Redirect(url(f"{pages.here}/{draft_id}/lines"), status_code=303)

    return show_lines, mark_lines


def _remark(pages: DraftPages) -> HTTPRouteHandler:
    @post(f"{pages.here}/{{draft_id:uuid}}/remarks", include_in_schema=False)
    async def say(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
        try:
            form = await read_form(request, RemarkForm)
            async with services.db.transaction(request.tenant.id) as connection:
                await remarks.remark(
                    pages.kind, connection, request.person, draft_id, code=form.code, kind=form.kind, said=form.said
                )
                assert request.person is not None
                await form_drafts.drop(connection, request.person, step_form(f"{pages.here}/{draft_id}", "remarks"))
        except Refused as refused:
            if refused.kind.status in (400, 401, 403, 404):
                raise
            return await pages.draw(request, services, draft_id, refused=refused, form=RemarkForm)
        return Redirect(url(f"{pages.here}/{draft_id}") + "#remarks", status_code=303)

    return say


def _answer(pages: DraftPages) -> HTTPRouteHandler:
    @post(f"{pages.here}/{{draft_id:uuid}}/remarks/{{remark_id:uuid}}", include_in_schema=False)
    async def answer(
        request: PageRequest, services: Given, draft_id: FromPath[UUID], remark_id: FromPath[UUID]
    ) -> Response[str] | Redirect:
        try:
            form = await read_form(request, RemarkAnswerForm)
            async with services.db.transaction(request.tenant.id) as connection:
                await remarks.answer(pages.kind, connection, request.person, draft_id, remark_id, form.answer)
        except Refused as refused:
            if refused.kind.status in (400, 401, 403, 404):
                raise
            return await pages.draw(request, services, draft_id, refused=refused, form=RemarkAnswerForm)
        return Redirect(url(f"{pages.here}/{draft_id}") + "#remarks", status_code=303)

    return answer
