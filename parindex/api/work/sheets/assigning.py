"""Who declares which leaf of a sheet: the focal point gives leaves, their people hand them in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.api.shared.forms import Posted, RefusedForm, posted, read_fields
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.sheets.assignments_view import assignments_page
from parindex.api.work.sheets.sheet_view import address, marked
from parindex.assessments.assignments import assigned_sheet, assigning
from parindex.assessments.assignments.model import LeafPart
from parindex.errors import FieldError, Refused


class AssignForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which leaves, to whom, and what they have to do with them."""

    deed: Literal["assign", "release", "give_back"] = "assign"
    """What is done with the leaves."""

    leaf: tuple[str, ...] = ()
    """Codes of the leaves."""

    area: tuple[str, ...] = ()
    """Codes of the areas, or the parts beside them, whose leaves are meant as well."""

    person: UUID | None = None
    """To whom; of what is released, from whom: ``None`` is whoever has it."""

    part: LeafPart = "owner"
    """What they have to do with it."""

    reason: str = ""
    """Why leaves are given back."""


@get("/work/sheets/{sheet_id:uuid}/assignments", include_in_schema=False)
async def show_assignments(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str]:
    """Who has which leaf, since when, and how far it is."""
    return await _page(request, services, sheet_id, None)


@post("/work/sheets/{sheet_id:uuid}/assignments", include_in_schema=False)
async def change_assignments(
    request: PageRequest, services: Given, sheet_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Give leaves to a colleague, take them back, or give back what was handed in."""
    given = await posted(request)
    try:
        form = read_fields(given, AssignForm)
        async with services.db.transaction(request.tenant.id) as connection:
            codes = await assigned_sheet.chosen(connection, request.person, sheet_id, form.leaf, form.area)
            if form.deed == "give_back":
                await assigning.give_back(connection, request.person, sheet_id, codes, form.reason)
            elif form.deed == "release":
                await assigning.release(connection, request.person, sheet_id, codes, form.person)
            elif form.person is None:
                raise Refused("invalid_fields", fields=(FieldError(field="person", code="field_empty"),))
            else:
                await assigning.assign(connection, request.person, sheet_id, codes, form.person, form.part)
    except (Refused, RefusedForm) as refused:
        if not refused.fields:
            raise
        return await _page(request, services, sheet_id, given, refused)
    done = {"assign": "given", "release": "released", "give_back": "back"}[form.deed]
    return Redirect(url(f"/work/sheets/{sheet_id}/assignments", done=done), status_code=303)


@post("/work/sheets/{sheet_id:uuid}/leaves", include_in_schema=False)
async def hand_in_leaves(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Hand in what the person declares; what is still missing is shown beside it."""
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await assigning.hand_in(connection, request.person, sheet_id)
    except Refused as refused:
        if refused.code not in ("sheet_incomplete", "nothing_to_hand_in"):
            raise
        return await _page(request, services, sheet_id, None, refused)
    return Redirect(address(sheet_id, "assignments") + "?done=handed", status_code=303)


async def _page(
    request: PageRequest,
    services: Given,
    sheet_id: UUID,
    given: Posted | None,
    refused: Refused | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        known = await assigned_sheet.read(connection, request.person, sheet_id)
    shown = assignments_page(request, known, given, refused)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked(known.board))


routes = [show_assignments, change_assignments, hand_in_leaves]
