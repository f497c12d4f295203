"""Open data: every published ranking with its files, and what the columns mean."""

from __future__ import annotations

from litestar import Response, get

from parindex.api.public.open_data_view import open_data_page
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.publication import editions


@get("/open-data", include_in_schema=False)
async def open_data(request: PageRequest, services: Given) -> Response[str]:
    """Every published ranking with its files, and what the columns mean."""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = await editions.listed(connection)
    return page(request, open_data_page(editions.current_of_each_year(rows), lang_of(request)))


routes = [open_data]
