"""Delegations: which hold, which are over, and the form that puts a new one on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access.delegations import recording
from parindex.access.delegations.recording import NewDelegation
from parindex.api.shared.forms import Line, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.delegating_view import delegations_page, new_delegation_page
from parindex.errors import Refused


class DelegationForm(msgspec.Struct, frozen=True, kw_only=True):
    """A right that is lent."""

    kind: Literal["approve_sheet", "run_steps", "appraise"]
    """Which part of which role."""

    to_person: UUID
    """Who stands in."""

    first: date
    """From which day."""

    last: date
    """To which day."""

    basis: Annotated[Line, msgspec.Meta(max_length=300)] = ""
    """The paper that it rests on."""

    reason: Annotated[Line, msgspec.Meta(max_length=500)]
    """Why."""


@get("/work/people/delegations", include_in_schema=False)
async def show_delegations(request: PageRequest, services: Given) -> Response[str]:
    """All for the office, else one's own."""
    async with services.db.transaction(request.tenant.id) as connection:
        standing, over = await recording.shown(connection, request.person)
    return page(request, delegations_page(request, standing, over))


@get("/work/people/delegations/new", include_in_schema=False)
async def new_delegation(request: PageRequest, services: Given, giver: FromQuery[UUID | None] = None) -> Response[str]:
    """Ask who stands in, for what and for how long."""
    return await _form(request, services, giver, {})


@post("/work/people/delegations/new/{giver:uuid}", include_in_schema=False)
async def record_delegation(request: PageRequest, services: Given, giver: FromPath[UUID]) -> Response[str] | Redirect:
    """Put a delegation on record."""
    try:
        form = await read_form(request, DelegationForm)
        new = NewDelegation(
            kind=form.kind, from_person=giver, to_person=form.to_person, first=form.first, last=form.last,
            reason=form.reason, basis=form.basis,
        )  # fmt: skip
        async with services.db.transaction(request.tenant.id) as connection:
            await recording.record(connection, request.person, new, request.tenant.zone)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _form(request, services, giver, await typed(request, DelegationForm), refused)
    return Redirect(url("/work/people/delegations"), status_code=303)


@post("/work/people/delegations/{delegation_id:uuid}/revoke", include_in_schema=False)
async def revoke_delegation(request: PageRequest, services: Given, delegation_id: FromPath[UUID]) -> Redirect:
    """Take a delegation back."""
    async with services.db.transaction(request.tenant.id) as connection:
        await recording.revoke(connection, request.person, delegation_id)
    return Redirect(url("/work/people/delegations"), status_code=303)


async def _form(
    request: PageRequest,
    services: Given,
    giver: UUID | None,
    given: Mapping[str, str],
    refused: Refused | None = None,
) -> Response[str]:
    person = request.person
    if person is None:
        raise Refused("sign_in_needed")
    from_person = giver or person.id
    access.require(person, "delegation:record", own=from_person == person.id)
    async with services.db.transaction(request.tenant.id) as connection:
        everybody = access.may(person, "delegation:record")
        offer = await recording.offered(connection, from_person, choose=everybody)
    shown = new_delegation_page(request, offer, given, refused)
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [show_delegations, new_delegation, record_delegation, revoke_delegation]
