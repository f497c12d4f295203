"""Agencies in public: the list, a profile, one criterion of one agency."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from parindex.api.public.agencies_view import agencies_page
from parindex.api.public.agency_documents import criteria_csv, document, leaf_document
from parindex.api.public.criterion_view import criterion_page
from parindex.api.public.profiles_view import AgencyPage, agency_page
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, lasting_page, name_in, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.publication import edition_cache, editions, history
from parindex.publication.reading import YearReading
from parindex.store.database import Connection


@get("/agencies", include_in_schema=False)
async def agencies(request: PageRequest, services: Given, q: FromQuery[str] = "") -> Response[str]:
    """Every agency of the newest edition of each tier, in the official order."""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = editions.newest_of_each(await editions.listed(connection))
        readings = [await edition_cache.reading(connection, row) for row in rows]
    simulated = any(reading.given.marked == "simulated" for reading in readings)
    return page(request, agencies_page(readings, q, lang_of(request)), marked="simulated" if simulated else None)


@get("/agencies/{code:str}", include_in_schema=False)
async def agency(
    request: PageRequest, services: Given, code: FromPath[str], edition: FromQuery[str] = ""
) -> Response[str] | Response[bytes]:
    """An agency in its newest edition, or in the one that is named; ``.json`` and ``.csv`` at the same path."""
    name, kind = downloads.split(name_in(code))
    async with services.db.transaction(request.tenant.id) as connection:
        reading, others = await years_of(connection, name, edition)
        later = [] if kind else await _later(connection, reading)
    if kind:
        made = {
            "json": lambda: downloads.json_bytes(document(reading, name)),
            "csv": lambda: criteria_csv(reading, name),
        }
        return downloads.serve(request, kind, f"{name}-{reading.edition.number}", made, mark=reading.digest)
    lang = lang_of(request)
    return lasting_page(
        request, AgencyPage, lambda: agency_page(reading, name, others, lang, later), marked=reading.given.marked,
        of=(reading.digest, *(other.digest for other in others), *(other.digest for other in later)),
    )  # fmt: skip


async def _later(connection: Connection, reading: YearReading) -> list[YearReading]:
    """The shown editions of later years of the same family and tier, the earliest first."""
    given = reading.given
    rows = [
        row
        for row in editions.current_of_each_year(await editions.listed(connection))
        if (row.family, row.tier) == (given.family, given.tier) and row.year > given.year
    ]
    return [await edition_cache.reading(connection, row) for row in sorted(rows, key=lambda row: row.year)]


async def years_of(connection: Connection, code: str, number: str) -> tuple[YearReading, list[YearReading]]:
    """The edition that shows an agency, and the shown editions of its other years, oldest first.

    Raises:
        Refused: ``not_found``, ``edition_retracted``.
    """
    rows = editions.current_of_each_year(await editions.listed(connection))
    if number:
        reading = await edition_cache.reading(connection, await edition_cache.by_number(connection, number))
        if code not in reading.agencies:
            raise Refused("not_found")
    else:
        for row in rows:
            reading = await edition_cache.reading(connection, row)
            if code in reading.agencies:
                break
        else:
            raise Refused("not_found")
    others = []
    for other in rows:
        if (other.family, other.tier) == (reading.given.family, reading.given.tier):
            shown = reading if other.year == reading.given.year else await edition_cache.reading(connection, other)
            if code in shown.agencies:
                others.append(shown)
    return reading, sorted(others, key=lambda shown: shown.given.year)


@get("/agencies/{code:str}/{year:int}/{criterion:str}", include_in_schema=False)
async def criterion(
    request: PageRequest,
    services: Given,
    code: FromPath[str],
    year: FromPath[int],
    criterion: FromPath[str],
    edition: FromQuery[str] = "",
) -> Response[str] | Response[bytes]:
    """One leaf of one agency, down to its facts and the reason of its points."""
    agency_code = name_in(code)
    name, kind = downloads.split(criterion)
    async with services.db.transaction(request.tenant.id) as connection:
        reading, others = await years_of(connection, agency_code, edition)
        if reading.given.year != year:
            reading = next((other for other in others if other.given.year == year), reading)
        place = reading.places.get(name)
        if reading.given.year != year or place is None or not place.is_leaf:
            raise Refused("not_found")
        row = await edition_cache.by_number(connection, reading.edition.number)
        past = (
            None
            if kind or agency_code in reading.means
            else await history.of_leaf(connection, row.cycle_id, agency_code, name, until=row.published_at)
        )
    if kind:
        made = {"json": lambda: downloads.json_bytes(leaf_document(reading, reading.score(agency_code), name))}
        return downloads.serve(request, kind, f"{agency_code}-{year}-{name}", made, mark=reading.digest)
    shown = criterion_page(reading, agency_code, place, past, request.tenant.zone, lang_of(request))
    return page(request, shown, marked=reading.given.marked)


routes = [agencies, agency, criterion]
