"""Every year that is under way, as totals: what a steering committee is shown before publication."""

from __future__ import annotations

from litestar import Response, get

from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.overview_view import overview_page
from parindex.assessments.council import overview
from parindex.surveys.rounds import opening, progress


@get("/work/overview", include_in_schema=False)
async def years_in_totals(request: PageRequest, services: Given) -> Response[str]:
    """How far every year and every open survey is, without agencies and points."""
    async with services.db.transaction(request.tenant.id) as connection:
        years = await overview.overview(connection, request.person)
        rounds = [one for one in await opening.every(connection) if one.state == "open"]
        totals = await progress.totals(connection)
    marked = next((one.cycle.marked for one in years if one.cycle.marked), None)
    return page(request, overview_page(request, years, rounds, totals), marked=marked)


routes = [years_in_totals]
