"""The matrix of a year: agencies by areas with states, deadlines, self-assessed minus appraised points."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.matrix_view import matrix_page
from parindex.assessments.council import matrix
from parindex.assessments.cycles import joining, listing
from parindex.assessments.mergers import treatments


@get("/work/cycles/{cycle_id:uuid}", include_in_schema=False)
async def show_matrix(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Agencies × areas with states, deadlines, self minus appraised."""
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await matrix.matrix(connection, request.person, cycle_id)
        reached = await listing.reached(connection, cycle_id)
        joined = await joining.of_cycle(connection, cycle_id)
        ended = await treatments.ended_in(connection, cycle_id)
    return page(request, matrix_page(request, shown, reached, joined, ended), marked=shown.cycle.marked)


routes = [show_matrix]
