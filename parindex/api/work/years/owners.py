"""Owner bodies of a draft: which body below an agency declares which leaves of its sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import Line, Posted, posted, read_form
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.years.owners_view import OwnersKnown, owners_page
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import listing, members, steps
from parindex.assessments.owners import owner_bodies, succession
from parindex.assessments.owners.owner_bodies import BodyBelow
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection


class OwnersForm(msgspec.Struct, frozen=True, kw_only=True):
    """Whose sheet it is; owners come as ``owner:<leaf>``, for the rest of an area as ``area:<code>``."""

    agency: Line = ""
    """Id of the agency."""


@get("/work/years/{cycle_id:uuid}/owners", include_in_schema=False)
async def show_owners(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Who declares each leaf of an agency's sheet."""
    return await _page(request, services, cycle_id, request.query_params.get("agency", ""))


@post("/work/years/{cycle_id:uuid}/owners", include_in_schema=False)
async def save_owners(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Say who declares each leaf of an agency's sheet."""
    form, given = await read_form(request, OwnersForm), await posted(request)
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            cycle = await steps.locked(connection, cycle_id)
            actor = steps.require(request.person, "cycle:draft", cycle).actor
            known = await published(connection, cycle.criteria_set_id)
            below = await owner_bodies.bodies_below(connection, cycle_id)
            agency = next((one for one in below if str(one) == form.agency), None)
            if agency is None:
                raise Refused("not_found")
            await owner_bodies.set_owners(connection, cycle_id, {agency: chosen(known, below[agency], given)}, by=actor)
    except Refused as refused:
        if not refused.fields:
            raise
        return await _page(request, services, cycle_id, form.agency, given, refused)
    return Redirect(url(f"/work/years/{cycle_id}/owners", agency=form.agency, saved="1"), status_code=303)


def chosen(known: Published, below: Sequence[BodyBelow], given: Posted) -> Mapping[str, UUID]:
    """Owners by leaf: what is chosen for the leaf, else for its area.

    Raises:
        Refused: ``invalid_fields`` for what is none of the bodies.
    """
    bodies = {str(body.id): body.id for body in below}
    found, faults = {}, []
    for place in known.leaves:
        typed = _first(given, f"owner:{place.code}") or _first(given, f"area:{place.area or place.part}")
        if typed in bodies:
            found[place.code] = bodies[typed]
        elif typed:
            faults.append(FieldError(field=f"owner:{place.code}", code="owner_not_below"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    return found


def _first(given: Posted, name: str) -> str:
    return next(iter(given.get(name, ())), "").strip()


async def _page(
    request: PageRequest, services: Given, cycle_id: UUID, agency: str, given: Posted | None = None,
    refused: Refused | None = None,
) -> Response[str]:  # fmt: skip
    access.require(request.person, "cycle:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await _known(connection, cycle_id)
    chosen_id = next((one for one in known.below if str(one) == agency), next(iter(known.below), None))
    shown = owners_page(request, known, chosen_id, given=given, refused=refused)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=known.cycle.marked)


async def _known(connection: Connection, cycle_id: UUID) -> OwnersKnown:
    cycle = await listing.by_id(connection, cycle_id)
    below = await owner_bodies.bodies_below(connection, cycle_id)
    names = await members.names(connection, cycle_id)
    return OwnersKnown(
        cycle=cycle,
        known=await published(connection, cycle.criteria_set_id),
        below={one: below[one] for one in names if one in below},
        owners=await owner_bodies.of_cycle(connection, cycle_id),
        names=names,
        moves=await succession.moves_of(connection, cycle_id),
    )


routes = [show_owners, save_owners]
