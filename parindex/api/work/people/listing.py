"""The list of people with its search."""

from __future__ import annotations

from typing import get_args

from litestar import Response, get
from litestar.params import FromQuery

from parindex.access import ROLES
from parindex.access.office import reviews
from parindex.access.staff import people_list
from parindex.access.staff.model import PeopleAsked, PeopleTab
from parindex.api.shared.page import page
from parindex.api.shared.paging import ANY_PAGE, page_asked
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.listing_view import people_page
from parindex.errors import Refused

MOST_PAGES = 10_000
"""Pages that anybody may ask for."""


@get("/work/people", include_in_schema=False)
async def show_people(
    request: PageRequest,
    services: Given,
    search: FromQuery[str] = "",
    role: FromQuery[str] = "",
    agency: FromQuery[str] = "",
    tab: FromQuery[str] = "all",
) -> Response[str]:
    """Everybody, or those of the own agency."""
    if tab not in get_args(PeopleTab) or (role and role not in ROLES):
        raise Refused("not_found")
    asked = PeopleAsked(
        search=search[:200], role=role, agency=agency[:200], tab=tab,  # type: ignore[arg-type]
        page=min(page_asked(request, "number", last=ANY_PAGE), MOST_PAGES),
    )  # fmt: skip
    async with services.db.transaction(request.tenant.id) as connection:
        found = await people_list.found(connection, request.person, asked)
        due = await reviews.due(connection)
    return page(request, people_page(request, asked, found, due))


routes = [show_people]
