"""Agencies in public: the list, a profile, one criterion of one agency."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from parindex import scoring
from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api.public import criterion_view, profiles_view, rankings_view
from parindex.api.public.rankings import current_of_each_year, newest_of_each
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.papers.csv_file import csv_bytes
from parindex.publication import history, opening, queries
from parindex.publication.reading import Reading
from parindex.scoring.points.scores import AgencyScore
from parindex.store.database import Connection
from parindex.text import Language, fold, translator


@get("/agencies", include_in_schema=False)
async def agencies(request: Request[Any, Any, Any], services: Given, q: FromQuery[str] = "") -> Response[str]:
    """Every agency of the newest edition of each tier, in the official order."""
    tenant: Tenant = request.state.tenant
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
        readings = [await opening.reading(connection, row) for row in newest_of_each(rows)]
    tiers = [_tier(reading, q, lang_of(request)) for reading in readings]
    context = {"query": q[:200], "tiers": [tier for tier in tiers if tier["agencies"]]}
    marks = {reading.given.marked for reading in readings}
    return page(request, "public/agencies.html", context, marked="simulated" if "simulated" in marks else None)


def _tier(reading: Reading, query: str, lang: Language) -> dict[str, Any]:
    wanted = fold(query[:200])
    _ = translator(lang)
    return {
        "title": _(TIERS[reading.given.tier]),
        "year": reading.given.year,
        "ranking_href": url(rankings_view.ranking_path(reading)),
        "agencies": [
            _line(reading, code, lang)
            for code, agency in reading.agencies.items()
            if wanted in fold(agency.name_vi) or wanted in fold(agency.name_en or "") or wanted == fold(code)
        ],
    }


def _line(reading: Reading, code: str, lang: Language) -> dict[str, Any]:
    agency, result = reading.agencies[code], reading.results[code]
    return {
        "order": agency.order,
        "name": rankings_view.name_of(reading, code, lang),
        "href": url(f"/agencies/{code}"),
        "region": rankings_view.region_name(reading, agency.region, lang),
        "index": rankings_view.number_of(result.index),
        "rank": result.rank,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "state": None if result.index is not None else rankings_view.cause(reading, result, lang)["state"],
    }


@get("/agencies/{code:str}", include_in_schema=False)
async def agency(
    request: Request[Any, Any, Any], services: Given, code: FromPath[str], edition: FromQuery[str] = ""
) -> Response[Any]:
    """An agency in its newest edition, or in the one that is named; ``.json`` and ``.csv`` at the same path."""
    tenant: Tenant = request.state.tenant
    name, kind = downloads.split(code)
    async with services.db.transaction(tenant.id) as connection:
        reading, others = await found(connection, name, edition)
    if kind:
        assert reading.signed is not None
        made = {
            "json": lambda: downloads.json_bytes(document(reading, name)),
            "csv": lambda: criteria_csv(reading, name),
        }
        return downloads.serve(request, kind, f"{name}-{reading.edition.number}", made, mark=reading.signed.digest)
    lang = lang_of(request)
    return page(
        request, "public/agency.html", lambda: profiles_view.context(reading, name, others, lang),
        marked=reading.given.marked, of=(reading.digest, *(other.digest for other in others)),
    )  # fmt: skip


async def found(connection: Connection, code: str, number: str) -> tuple[Reading, list[Reading]]:
    """The edition that shows an agency, and the shown editions of its other years, oldest first.

    Raises:
        Refused: ``not_found``, ``edition_retracted``.
    """
    rows = await queries.listed(connection)
    if number:
        row = await opening.by_number(connection, number)
        reading = await opening.reading(connection, row)
        if code not in reading.agencies:
            raise Refused("not_found")
    else:
        for row in current_of_each_year(rows):
            reading = await opening.reading(connection, row)
            if code in reading.agencies:
                break
        else:
            raise Refused("not_found")
    others = []
    for other in current_of_each_year(rows):
        if (other.family, other.tier) == (reading.given.family, reading.given.tier):
            shown = reading if other.year == reading.given.year else await opening.reading(connection, other)
            if code in shown.agencies:
                others.append(shown)
    return reading, sorted(others, key=lambda one: one.given.year)


@get("/agencies/{code:str}/{year:int}/{criterion:str}", include_in_schema=False)
async def criterion(
    request: Request[Any, Any, Any],
    services: Given,
    code: FromPath[str],
    year: FromPath[int],
    criterion: FromPath[str],
    edition: FromQuery[str] = "",
) -> Response[Any]:
    """One leaf of one agency, down to its facts and the reason of its points."""
    tenant: Tenant = request.state.tenant
    name, kind = downloads.split(criterion)
    async with services.db.transaction(tenant.id) as connection:
        reading, others = await found(connection, code, edition)
        if reading.given.year != year:
            reading = next((other for other in others if other.given.year == year), reading)
        place = reading.places.get(name)
        if reading.given.year != year or place is None or not place.is_leaf:
            raise Refused("not_found")
        row = await opening.by_number(connection, reading.edition.number)
        past = None if kind else await history.of_leaf(connection, row.cycle_id, code, name)
    if kind:
        made = {"json": lambda: downloads.json_bytes(leaf_document(reading, reading.score(code), name))}
        assert reading.signed is not None
        return downloads.serve(request, kind, f"{code}-{year}-{name}", made, mark=reading.signed.digest)
    context = criterion_view.context(reading, code, place, past, tenant.zone, lang_of(request))
    return page(request, "public/criterion.html", context, marked=reading.given.marked)


def document(reading: Reading, code: str) -> dict[str, Any]:
    """An agency's result with every criterion, points and reasons, for programs."""
    given, result, score = reading.given, reading.results[code], reading.score(code)
    return {
        "edition": reading.edition.number,
        "family": given.family,
        "year": given.year,
        "tier": given.tier,
        "marked": given.marked,
        "agency": code,
        "name": reading.agencies[code].name_vi,
        "status": result.status,
        "points": result.points,
        "max": result.max,
        "index": result.index,
        "class": result.class_,
        "rank": result.rank,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "interval": list(result.interval) if result.interval else None,
        "criteria": [leaf_document(reading, score, place) for place in reading.places if place in result.nodes],
    }


def leaf_document(reading: Reading, score: AgencyScore, code: str) -> dict[str, Any]:
    """A node of an agency; of a leaf also its facts and the reason."""
    agency = score.agency
    node, place = reading.results[agency].nodes[code], reading.places[code]
    found: dict[str, Any] = {
        "code": code,
        "title": place.node.title.vi,
        "points": node.points,
        "max": node.max,
        "state": node.state,
        "index": node.index,
    }
    if place.is_leaf:
        facts = reading.agencies[agency].facts
        names = [name for name, _ in scoring.leaf_inputs(reading.criteria_set, code)]
        found["facts"] = {name: facts[name] for name in names if name in facts}
        found["reason"] = profiles_view.why(reading, score, code, "vi")
    return found


def criteria_csv(reading: Reading, code: str) -> bytes:
    """Points of every criterion of one agency."""
    score = reading.score(code)
    header = ("agency", "edition", "code", "title", "points", "max", "state", "reason", "marked")
    rows = []
    for place in reading.places.values():
        node = reading.results[code].nodes[place.code]
        points, most = rankings_view.number_of(node.points), rankings_view.number_of(node.max)
        why = profiles_view.why(reading, score, place.code, "vi") if place.is_leaf else None
        title = place.node.title.vi
        marked = reading.given.marked
        rows.append((code, reading.edition.number, place.code, title, points, most, node.state, why, marked))
    return csv_bytes(header, rows)


routes = [agencies, agency, criterion]
