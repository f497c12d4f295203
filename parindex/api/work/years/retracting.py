"""Retracting an edition: the approver's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.years.retraction_view import retraction_page
from parindex.errors import Refused
from parindex.publication import edition_cache, editions, publish


class RetractionForm(msgspec.Struct, frozen=True, kw_only=True):
    """The decision that retracts an edition; what it lacks is told by the deed."""

    number: Line = ""
    """Số, ký hiệu."""

    date: Line = ""
    """Ngày ban hành, as typed."""

    signer: Line = ""
    """Người ký."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    """The public reads it."""

    successor: Line | None = None
    """Number of the edition that takes its place."""


@get("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract_page(request: PageRequest, services: Given, number: FromPath[str]) -> Response[str]:
    """Asks for decision and reason: a retraction cannot be undone."""
    return await _retract(request, services, number)


@post("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract(request: PageRequest, services: Given, number: FromPath[str]) -> Response[str] | Redirect:
    """Seal an edition's content; its address then answers 410."""
    try:
        access.require(request.person, "edition:retract")
        form = await read_form(request, RetractionForm)
        today = today_in(request.tenant)
        decided = publish.decision(form.number, form.date, form.signer, today=today)
        async with services.db.transaction(request.tenant.id) as connection:
            await publish.retract(
                connection, number=number, decided=decided, reason=form.reason, successor=form.successor,
                person=request.person,
            )  # fmt: skip
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        given = await typed(request, RetractionForm)
        return await _retract(request, services, number, refused=refused, given=given)
    return Redirect(url(f"/editions/{number}"), status_code=303)


async def _retract(
    request: PageRequest,
    services: Given,
    number: str,
    *,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    access.require(request.person, "edition:retract")
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.by_number(connection, number)
        history = await editions.of_year(connection, row.family, row.year, row.tier)
    shown = retraction_page(row, history, lang_of(request), typed=given or {}, refused=refused)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=row.marked)


routes = [retract_page, retract]
