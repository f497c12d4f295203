"""The first page and the rankings, with their other forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath

from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api.public import rankings_view
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.publication import open_data, opening, queries, titles
from parindex.publication.model import EditionRow
from parindex.publication.publish import FAMILY
from parindex.publication.reading import Reading
from parindex.store.database import Connection
from parindex.text import Language, translator

FAMILY_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""What a family may be called."""

TOP: Final = 5
"""Agencies that the first page names of a ranking."""


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """The newest edition of every family and tier."""
    tenant: Tenant = request.state.tenant
    lang = lang_of(request)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
        latest = [(row, await opening.reading(connection, row)) for row in newest_of_each(rows)]
    context = {
        "latest": [_card(row, reading, lang) for row, reading in latest],
        "surveys_open": [],
        "next_edition": None,
    }
    return page(request, "public/home.html", context)


def newest_of_each(rows: Sequence[EditionRow]) -> list[EditionRow]:
    """The newest edition of each family and tier that is not retracted; rows come newest first."""
    found: dict[tuple[str, str], EditionRow] = {}
    for row in rows:
        if not row.retracted:
            found.setdefault((row.family, row.tier), row)
    return list(found.values())


def current_of_each_year(rows: Sequence[EditionRow]) -> list[EditionRow]:
    """The edition shown for each family, year and tier, newest first."""
    found: dict[tuple[str, int, str], EditionRow] = {}
    for row in rows:
        if not row.retracted:
            found.setdefault((row.family, row.year, row.tier), row)
    return list(found.values())


def _card(row: EditionRow, reading: Reading, lang: Language) -> dict[str, Any]:
    _ = translator(lang)
    return {
        "href": url(rankings_view.ranking_path(reading)),
        "title": titles.ranking(reading.given, _),
        "tier": _(TIERS[row.tier]),
        "year": row.year,
        "edition": row.number,
        "edition_href": url(f"/editions/{row.number}"),
        "published": reading.edition.published_on,
        "marked": reading.given.marked,
        "ranked": len(reading.ranked),
        "finding": rankings_view.finding(reading),
        "top": [
            {
                "rank": result.rank,
                "name": rankings_view.name_of(reading, result.agency, lang),
                "href": rankings_view.agency_href(reading, result.agency),
                "index": rankings_view.number_of(result.index),
            }
            for result in reading.ranked[:TOP]
        ],
    }


@get("/rankings", include_in_schema=False)
async def rankings(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """The rankings are listed on the first page."""
    return await home.fn(request, services)  # type: ignore[no-any-return]


@get("/rankings/{year:int}/{tier:str}", include_in_schema=False)
async def ranking(
    request: Request[Any, Any, Any], services: Given, year: FromPath[int], tier: FromPath[str]
) -> Response[Any]:
    """The ranking of the main family; ``.json``, ``.csv`` and ``.xlsx`` at the same path."""
    name, kind = downloads.split(tier)
    return await _ranking(request, services, FAMILY, year, name, kind)


@get("/rankings/{year:int}/{tier:str}/{family:str}", include_in_schema=False)
async def ranking_of_family(
    request: Request[Any, Any, Any],
    services: Given,
    year: FromPath[int],
    tier: FromPath[str],
    family: FromPath[str],
) -> Response[Any]:
    """The ranking of another family."""
    name, kind = downloads.split(family)
    return await _ranking(request, services, name, year, tier, kind)


async def _ranking(
    request: Request[Any, Any, Any], services: Given, family: str, year: int, tier: str, kind: str | None
) -> Response[Any]:
    tenant: Tenant = request.state.tenant
    if not known(family, year, tier):
        raise Refused("not_found")
    async with services.db.transaction(tenant.id) as connection:
        row = await queries.current(connection, family, year, tier)
        if row is None:
            return await _not_published(request, connection, family, year, tier, kind)
        reading = await opening.reading(connection, row)
        history = [] if kind else await queries.of_year(connection, family, year, tier)
    if kind:
        return forms(request, reading, kind, f"ranking-{row.number}")
    query, lang = dict(request.query_params), lang_of(request)
    return page(
        request, "public/ranking.html", lambda: rankings_view.context(reading, history, query, lang),
        marked=reading.given.marked, of=(reading.digest, *(f"{one.number} {one.retracted}" for one in history)),
    )  # fmt: skip


def known(family: str, year: int, tier: str) -> bool:
    """Whether an address may name a ranking at all."""
    return tier in TIERS and 1900 < year < 2200 and bool(FAMILY_NAME.fullmatch(family))


def forms(
    request: Request[Any, Any, Any], reading: Reading, kind: str, name: str, caching: str = downloads.REVALIDATE
) -> Response[bytes]:
    """The ranking of an edition in another form."""
    edition = reading.edition
    assert reading.signed is not None
    _ = translate(request)
    return downloads.serve(
        request, kind, name,
        {
            "json": lambda: downloads.json_bytes(open_data.ranking(edition)),
            "csv": lambda: open_data.ranking_csv(edition),
            "xlsx": lambda: open_data.ranking_xlsx(edition, _, titles.ranking(reading.given, _)),
        },
        mark=f"{reading.signed.digest} {lang_of(request) if kind == 'xlsx' else ''}", caching=caching,
    )  # fmt: skip


async def _not_published(
    request: Request[Any, Any, Any], connection: Connection, family: str, year: int, tier: str, kind: str | None
) -> Response[Any]:
    """A year to come says which year there is; a tier or family that never was is not found."""
    last = await queries.newest(connection, family, tier, 9999)
    if last is None or year > datetime.now(UTC).year + 1:
        raise Refused("not_found")
    if kind:
        raise Refused("not_published", year=year, last=last.year)
    _ = translate(request)
    title = _(titles.RANKINGS[tier], index=titles.index(family, _), year=year)
    context = {
        "title": title,
        "year": year,
        "last": {"year": last.year, "href": url(rankings_view.path_of(family, last.year, tier))},
    }
    return page(request, "public/not_published.html", context, status=404)


routes = [home, rankings, ranking, ranking_of_family]
