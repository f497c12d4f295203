"""An agency: what it is on a day, what it was, and what was done to it."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from parindex import access
from parindex.access.tenants import today_in
from parindex.agencies import browsing
from parindex.api.shared.page import lang_of, name_in, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.agencies.listing import day_asked
from parindex.api.work.agencies.record_view import agency_record_page
from parindex.assessments.cycles import joining

SEES_PEOPLE = "person:add"
"""Who may do this may see the accounts of an agency; so may who reads the record."""


@get("/work/agencies/{code:str}", include_in_schema=False)
async def agency(request: PageRequest, services: Given, code: FromPath[str], day: FromQuery[str] = "") -> Response[str]:
    """All that is known of an agency."""
    person = access.require(request.person, "agency:read")
    on, wrong = day_asked(request, day)
    async with services.db.transaction(request.tenant.id) as connection:
        known = await browsing.record(connection, name_in(code), on)
        open_years = await joining.open_to(connection, person, known.agency)
    sees = access.may(person, SEES_PEOPLE) or access.may(person, "audit:read") or access.may(person, "agency:edit")
    shown = agency_record_page(
        known, on, today_in(request.tenant), lang_of(request), may_edit=access.may(person, "agency:edit"),
        may_see_people=sees, wrong=wrong, open_years=open_years,
    )  # fmt: skip
    return page(request, shown)


routes = [agency]
