"""Adding one person: who, which role from which day, and the link that lets them in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from parindex.access import ROLES
from parindex.access.staff import agency_choice, managing, people_list
from parindex.access.staff.model import AGENCY_ROLES, RoleDays
from parindex.access.staff.people_list import NewPerson
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.adding_view import adding_page
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection


class NewPersonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets an account."""

    name: Annotated[Line, msgspec.Meta(max_length=200)]
    """As they are called."""

    login: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    """What is typed at sign-in; the address of mail when empty."""

    email: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    """Where mail reaches them."""

    agency: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    """Code or name of the agency."""

    role: Line
    """What they may do."""

    first: date | None = None
    """From which day; today when empty."""

    last: date | None = None
    """To which day."""


@get("/work/people/new", include_in_schema=False)
async def new_person_form(request: PageRequest, services: Given) -> Response[str]:
    """Ask who gets an account."""
    return await _form(request, services, {})


@post("/work/people/new", include_in_schema=False)
async def add_person(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Make the account; the page that follows makes the link."""
    try:
        form = await read_form(request, NewPersonForm)
        async with services.db.transaction(request.tenant.id) as connection:
            person_id = await _add(request, connection, form)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _form(request, services, await typed(request, NewPersonForm), refused)
    return Redirect(url(f"/work/people/{person_id}"), status_code=303)


async def _add(request: PageRequest, connection: Connection, form: NewPersonForm) -> UUID:
    own = await managing.reach(connection, request.person, "person:add")
    agency = own if own is not None else await agency_choice.chosen(connection, form.agency)
    login = form.login or form.email
    if not login:
        raise Refused("invalid_fields", fields=(FieldError(field="login", code="field_empty", values={}),))
    if form.role not in ROLES:
        fault = FieldError(field="role", code="choice_unknown", values={"found": form.role[:100]})
        raise Refused("invalid_fields", fields=(fault,))
    if agency is None and form.role in agency_choice.OF_AN_AGENCY:
        raise Refused("invalid_fields", fields=(FieldError(field="agency", code="agency_needed", values={}),))
    agency_choice.check_email(form.email)
    new = NewPerson(login=login, name=form.name, email=form.email or None, agency_id=agency)
    given = RoleDays(role=form.role, first=form.first or today_in(request.tenant), last=form.last)
    return await people_list.add(connection, request.person, new, [given], request.tenant.zone)


async def _form(
    request: PageRequest, services: Given, given: Mapping[str, str], refused: Refused | None = None
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        own = await managing.reach(connection, request.person, "person:add")
    roles = [role for role in ROLES if own is None or role in AGENCY_ROLES]
    shown = adding_page(request, given, refused, roles=roles, own=own is not None)
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [new_person_form, add_person]
