"""Mergers, splits and closings of the registry as a list, with what each did to open years."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromQuery

from parindex import access
from parindex.agencies import ended
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.paging import page_asked
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.agencies.mergers_view import mergers_page
from parindex.assessments.mergers import treatments


@get("/work/agencies/mergers", include_in_schema=False)
async def every_merger(request: PageRequest, services: Given, year: FromQuery[str] = "") -> Response[str]:
    """Agencies that ended, the latest first."""
    person = access.require(request.person, "agency:read")
    asked = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    number = page_asked(request)
    async with services.db.transaction(request.tenant.id) as connection:
        found = await ended.ended(connection, year=asked, number=number)
        years = await treatments.of_deeds(connection, [one.id for one in found.deeds])
    may_edit = access.may(person, "agency:edit")
    return page(request, mergers_page(found, years, asked, number, lang_of(request), may_edit=may_edit))


routes = [every_merger]
