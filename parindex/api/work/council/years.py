"""Every year with its step."""

from __future__ import annotations

from litestar import Response, get

from parindex import access
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.years_view import cycles_page
from parindex.assessments.cycles import listing


@get("/work/cycles", include_in_schema=False)
async def years(request: PageRequest, services: Given) -> Response[str]:
    """Every year with its step."""
    access.require(request.person, "cycle:read")
    async with services.db.transaction(request.tenant.id) as connection:
        cycles = await listing.every(connection)
    return page(request, cycles_page(request, cycles))


routes = [years]
