"""The method: how every number is made, and what it does not say."""

from __future__ import annotations

from litestar import Response, get

from parindex.api.public.method_view import method_page
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.assessments.criteria import published_sets


@get("/method", include_in_schema=False)
async def method(request: PageRequest, services: Given) -> Response[str]:
    """How every number is made, and what it does not say."""
    async with services.db.transaction(request.tenant.id) as connection:
        versions = await published_sets.versions(connection)
        sets = [(await published_sets.published(connection, version.id)).criteria_set for version in versions]
    return page(request, method_page(sets, lang_of(request)))


routes = [method]
