"""The registry of a day: its tree branch by branch, what is searched for, and all of it as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from litestar import Response, get
from litestar.params import FromQuery

from parindex import access, agencies
from parindex.access.tenants import today_in
from parindex.agencies import browsing
from parindex.agencies.browsing import STATES
from parindex.agencies.model import TIERS
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, translate
from parindex.api.shared.paging import page_asked
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.agencies import registry_files
from parindex.api.work.agencies.listing_view import registry_page
from parindex.errors import Refused
from parindex.reading import dates
from parindex.reading.complaint import Complaint

LONGEST: Final = 200
"""Characters of what is searched for that count."""


@get("/work/agencies", include_in_schema=False)
async def registry_of_day(
    request: PageRequest,
    services: Given,
    day: FromQuery[str] = "",
    q: FromQuery[str] = "",
    tier: FromQuery[str] = "",
    under: FromQuery[str] = "",
) -> Response[str]:
    """A branch of the registry of a day, or what is searched for in all of it."""
    person = access.require(request.person, "agency:read")
    on, wrong = day_asked(request, day)
    state = request.query_params.get("state", "")
    asked = {
        "q": q[:LONGEST], "tier": tier if tier in TIERS else "", "state": state if state in STATES else "standing",
        "under": under,
    }  # fmt: skip
    number = page_asked(request)
    async with services.db.transaction(request.tenant.id) as connection:
        part = await browsing.part(
            connection,
            on,
            under=asked["under"],
            tier=asked["tier"],
            state=asked["state"],
            search=asked["q"],
            number=number,
        )
    may_edit = access.may(person, "agency:edit")
    return page(request, registry_page(part, on, asked, number, lang_of(request), may_edit=may_edit, wrong=wrong))


@get(["/work/agencies.csv", "/work/agencies.xlsx"], include_in_schema=False)
async def registry_file(request: PageRequest, services: Given, day: FromQuery[str] = "") -> Response[bytes]:
    """The registry of a day as a list that the registry reads back the same."""
    access.require(request.person, "agency:read")
    on, wrong = day_asked(request, day)
    if wrong:
        raise Refused("bad_request")
    kind = request.scope["path"].rpartition(".")[2]
    async with services.db.transaction(request.tenant.id) as connection:
        listed = await agencies.listed(connection, day=on)
    made: dict[str, Callable[[], bytes]] = {
        "csv": lambda: registry_files.csv_of(listed),
        "xlsx": lambda: registry_files.workbook_of(listed, lang_of(request)),
    }
    return Response(
        made[kind](), media_type=downloads.TYPES[kind],
        headers={
            "Content-Disposition": downloads.attachment(f"agencies-{on.isoformat()}.{kind}"),
            "Cache-Control": "no-store",
        },
    )  # fmt: skip


def day_asked(request: PageRequest, text: str) -> tuple[date, str]:
    """The day that was asked for, else today; and why what was typed is none."""
    today = today_in(request.tenant)
    if not text.strip():
        return today, ""
    try:
        return dates.day(text), ""
    except Complaint:
        _ = translate(request)
        return today, _("“%(found)s” không phải một ngày; đang hiển thị danh mục của hôm nay.", found=text[:40])


routes = [registry_of_day, registry_file]
