"""Links by which people set a password: shown once, on paper or as a file for a mail merge."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.params import FromPath

from parindex.access.staff import people_list
from parindex.access.staff.model import ListedPerson
from parindex.api.shared import hosts
from parindex.api.shared.downloads import TYPES, attachment
from parindex.api.shared.forms import read_form
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.people.invitations_view import invitation_sheets, merge_table
from parindex.errors import Refused
from parindex.papers.csv_file import csv_bytes
from parindex.papers.xlsx_file import xlsx_bytes

UNKEPT: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""What shows a link is kept nowhere."""


class InvitationsForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited, and in what form."""

    form: Literal["print", "xlsx", "csv"] = "print"
    """Sheets to print, or a table for a mail merge."""

    person: tuple[UUID, ...] = ()
    """Who; everybody who was never in when none is named."""


@post("/work/people/{person_id:uuid}/link", include_in_schema=False, status_code=200)
async def link(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str]:
    """A new link for one person, on a sheet to hand over; the one before is dead."""
    async with services.db.transaction(request.tenant.id) as connection:
        token = await people_list.link(connection, request.person, person_id)
        known = await people_list.record(connection, request.person, person_id)
    shown = invitation_sheets(request, [(known.person, token)], _origin(request, services), back=f"/{person_id}")
    return page(request, shown, headers=UNKEPT)


@post("/work/people/invitations", include_in_schema=False, status_code=200)
async def invitations(request: PageRequest, services: Given) -> Response[str] | Response[bytes]:
    """New links for those who were never in."""
    form = await read_form(request, InvitationsForm)
    if form.form != "print" and services.settings.base_url is None:
        raise Refused("base_url_missing")
    async with services.db.transaction(request.tenant.id) as connection:
        made = await people_list.links(connection, request.person, form.person or None)
    origin = _origin(request, services)
    if form.form == "print":
        return page(request, invitation_sheets(request, made, origin, back=""), headers=UNKEPT)
    return _file(request, made, origin, form.form)


def _file(
    request: PageRequest, made: list[tuple[ListedPerson, str]], origin: str, kind: Literal["xlsx", "csv"]
) -> Response[bytes]:
    table = merge_table(request, made, origin)
    heads = [column.title for column in table.columns]
    content = xlsx_bytes(table) if kind == "xlsx" else csv_bytes(heads, table.rows)
    named = attachment(f"thu-moi.{kind}")
    return Response(content, headers={**UNKEPT, "Content-Disposition": named}, media_type=TYPES[kind])


def _origin(request: PageRequest, services: Services) -> str:
    return hosts.origin(request.scope, services.settings)


routes = [link, invitations]
