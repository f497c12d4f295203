"""One person: account, roles, link, sessions, and how they leave and come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access import ROLES
from parindex.access.handovers import handing_over
from parindex.access.staff import agency_choice, grants, leaving, leaving_check, managing, people_list
from parindex.access.staff.model import RoleDays
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.people.handing_over import taker_field
from parindex.api.work.people.person_view import person_page
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_, FieldError, Refused
from parindex.store.database import Connection


class AccountForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is called."""

    name: Annotated[Line, msgspec.Meta(max_length=200)]
    """As the person is called."""

    email: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    """Where mail reaches them."""

    agency: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    """Code or name of the agency."""


class RoleForm(msgspec.Struct, frozen=True, kw_only=True):
    """A role that is given."""

    role: Line
    """Which."""

    first: date | None = None
    """From which day; today when empty."""

    last: date | None = None
    """To which day."""


class RoleEndForm(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of a role."""

    grant: UUID
    """Which."""

    until: date | None = None
    """The last day; now when empty."""


class SessionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is ended."""

    session: Line
    """Which."""


class ClosingForm(CheckForm, frozen=True, kw_only=True):
    """Why an account is closed."""

    reason: Annotated[Line, msgspec.Meta(max_length=500)] = ""
    """The next administrator reads it."""

    to_person: UUID | None = None
    """Who takes over the work of somebody who left."""


Deed = Callable[[Connection], Awaitable[None]]


@get("/work/people/{person_id:uuid}", include_in_schema=False)
async def show_person(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str]:
    """All that is known of a person."""
    return await _page(request, services, person_id)


@post("/work/people/{person_id:uuid}", include_in_schema=False)
async def change_person(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give a person another name, address or agency."""

    async def deed(connection: Connection) -> None:
        form = await read_form(request, AccountForm)
        agency_choice.check_email(form.email)
        own = await managing.reach(connection, request.person, "person:change")
        agency = own if own is not None else await agency_choice.chosen(connection, form.agency)
        await people_list.change(
            connection, request.person, person_id, name=form.name, email=form.email or None, agency_id=agency
        )

    return await _do(request, services, person_id, AccountForm, deed)


@post("/work/people/{person_id:uuid}/roles", include_in_schema=False)
async def give_role(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give a person a role from a day to a day."""

    async def deed(connection: Connection) -> None:
        form = await read_form(request, RoleForm)
        if form.role not in ROLES:
            fault = FieldError(field="role", code="choice_unknown", values={"found": form.role[:100]})
            raise Refused("invalid_fields", fields=(fault,))
        given = RoleDays(role=form.role, first=form.first or today_in(request.tenant), last=form.last)
        await grants.give(connection, request.person, person_id, given, request.tenant.zone)

    return await _do(request, services, person_id, RoleForm, deed)


@post("/work/people/{person_id:uuid}/roles/end", include_in_schema=False)
async def end_role(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Set the last day of a role, or end it now."""

    async def deed(connection: Connection) -> None:
        form = await read_form(request, RoleEndForm)
        await grants.end(connection, request.person, person_id, form.grant, form.until, request.tenant.zone)

    return await _do(request, services, person_id, RoleEndForm, deed)


@post("/work/people/{person_id:uuid}/sessions/end", include_in_schema=False)
async def end_session(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """End one of a person's sessions."""

    async def deed(connection: Connection) -> None:
        form = await read_form(request, SessionForm)
        await people_list.end_session(connection, request.person, person_id, form.session)

    return await _do(request, services, person_id, SessionForm, deed)


@post("/work/people/{person_id:uuid}/return", include_in_schema=False)
async def come_back(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Open an account again."""
    deed = partial(leaving.come_back, person=request.person, person_id=person_id)
    return await _do(request, services, person_id, SessionForm, deed)


@post("/work/people/{person_id:uuid}/keep", include_in_schema=False)
async def keep(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Count the days without use from now."""
    deed = partial(leaving.keep, person=request.person, person_id=person_id)
    return await _do(request, services, person_id, SessionForm, deed)


@get("/work/people/{person_id:uuid}/stop", include_in_schema=False)
async def stop_page(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str]:
    """Ask before an account is stopped for a while."""
    frame = _frame(person_id, "stop")
    return await deed_check.ask(request, services, frame, _closing(request, person_id, "stopped"))


@post("/work/people/{person_id:uuid}/stop", include_in_schema=False)
async def stop(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Let nobody sign in with an account until it is opened again."""
    return await _close(request, services, person_id, "stop", "stopped")


@get("/work/people/{person_id:uuid}/leave", include_in_schema=False)
async def leave_page(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str]:
    """Ask before somebody's leaving is put on record."""
    frame = await _leaving(request, services, person_id)
    return await deed_check.ask(request, services, frame, _closing(request, person_id, "left"))


@post("/work/people/{person_id:uuid}/leave", include_in_schema=False)
async def leave(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Close the account of somebody who left; every role ends."""
    return await _close(request, services, person_id, "leave", "left")


async def _close(
    request: PageRequest, services: Given, person_id: UUID, verb: str, why: Literal["stopped", "left"]
) -> Response[str] | Redirect:
    async def deed(connection: Connection, check: DeedCheck, form: ClosingForm) -> str:
        assert request.person is not None
        if not form.reason:
            raise Refused("invalid_fields", fields=(FieldError(field="reason", code="field_empty", values={}),))
        await confirm(connection, check, form.given, by=request.person.actor)
        if why == "left" and form.to_person is not None:
            await handing_over.hand_over(
                connection, request.person, person_id, form.to_person, form.reason, request.tenant.zone
            )
        await leaving.close(connection, request.person, person_id, why, form.reason)
        return f"/work/people/{person_id}"

    asked = _closing(request, person_id, why)
    frame = await _leaving(request, services, person_id) if why == "left" else _frame(person_id, verb)
    return await deed_check.take(request, services, frame, ClosingForm, asked, deed)


def _closing(request: PageRequest, person_id: UUID, why: Literal["stopped", "left"]) -> Asked:
    return partial(leaving_check.check, person=request.person, person_id=person_id, why=why)


async def _leaving(request: PageRequest, services: Given, person_id: UUID) -> DeedFrame:
    taker = await taker_field(request, services, person_id, needed=False)
    return _frame(person_id, "leave", *([taker] if len(taker.options) > 1 else ()))


def _frame(person_id: UUID, verb: str, *fields: CheckField) -> DeedFrame:
    here = f"/work/people/{person_id}"
    field = deed_fields.reason(N_("Lý do, người quản trị sau sẽ đọc"))
    return DeedFrame(path=f"{here}/{verb}", back=here, fields=(*fields, field), heading=N_("Lý do"), danger=True)


async def _do(
    request: PageRequest, services: Given, person_id: UUID, form: type[msgspec.Struct], deed: Deed
) -> Response[str] | Redirect:
    """Do a deed of the page; what it refuses is told there, with what was typed."""
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await deed(connection)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        given = await typed(request, form)
        return await _page(request, services, person_id, given, refused, form)
    return Redirect(url(f"/work/people/{person_id}"), status_code=303)


async def _page(
    request: PageRequest,
    services: Given,
    person_id: UUID,
    given: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    form: type[msgspec.Struct] | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        known = await people_list.record(connection, request.person, person_id)
        own = await managing.reach(connection, request.person)
    shown = person_page(request, known, given or {}, refused, form=form.__name__ if form else "", own=own is not None)
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [
    show_person,
    change_person,
    give_role,
    end_role,
    end_session,
    come_back,
    keep,
    stop_page,
    stop,
    leave_page,
    leave,
]
