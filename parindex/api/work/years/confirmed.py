"""What was confirmed before the deeds of a year, as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from parindex.access import people
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.years.confirmed_view import confirmed_page
from parindex.assessments.cycles import listing, steps
from parindex.assessments.model import Cycle
from parindex.audit.confirmed_deeds import confirmed
from parindex.errors import Refused
from parindex.publication import editions
from parindex.store.database import Connection
from parindex.surveys.rounds import opening


@get("/work/cycles/{cycle_id:uuid}/confirmed", include_in_schema=False)
async def confirmed_deeds(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Every page before a deed of a year that was confirmed: its steps, its survey rounds, its editions."""
    if request.person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.tenant.id) as connection:
        cycle = await listing.by_id(connection, cycle_id)
        steps.require(request.person, "cycle:read", cycle)
        deeds = await confirmed(connection, await _subjects(connection, cycle))
        actors = {deed.actor for deed in deeds} | {deed.acting_for for deed in deeds if deed.acting_for}
        names = await people.names(connection, actors)
    shown = confirmed_page(request, cycle, deeds, names)
    return page(request, shown, marked=cycle.marked)


async def _subjects(connection: Connection, cycle: Cycle) -> Sequence[str]:
    rounds = await opening.of_cycle(connection, cycle.id)
    published = await editions.of_year(connection, cycle.family, cycle.year, cycle.tier)
    return [str(cycle.id), *(str(one.id) for one in rounds), *(str(one.id) for one in published)]


routes = [confirmed_deeds]
