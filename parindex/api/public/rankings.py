"""The first page and the rankings, with their other forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import ClassVar, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from parindex.agencies.model import TIERS
from parindex.api.public.edition_names import path_of
from parindex.api.public.home_view import home_page
from parindex.api.public.rankings_view import RankingPage, ranking_page
from parindex.api.shared import downloads
from parindex.api.shared.page import Page, lang_of, lasting_page, page, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.publication import edition_cache, editions, open_data, titles
from parindex.publication.publish import FAMILY
from parindex.publication.reading import YearReading
from parindex.store.database import Connection
from parindex.text import local_day

FAMILY_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""What a family may be called."""


class LastYear(msgspec.Struct, frozen=True, kw_only=True):
    """The newest year that is published."""

    year: int
    """Year measured."""

    href: str
    """Its ranking."""


class NotPublishedPage(Page, frozen=True, kw_only=True):
    """A ranking that is to come."""

    template: ClassVar[str] = "public/not_published.html"

    title: str
    """What will be ranked."""

    year: int
    """Year asked for."""

    last: LastYear
    """What there is."""


@get("/", include_in_schema=False)
async def home(request: PageRequest, services: Given) -> Response[str]:
    """The newest edition of every family and tier."""
    return await _home(request, services)


@get("/rankings", include_in_schema=False)
async def rankings(request: PageRequest, services: Given) -> Response[str]:
    """The rankings are listed on the first page."""
    return await _home(request, services)


async def _home(request: PageRequest, services: Given) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        rows = editions.newest_of_each(await editions.listed(connection))
        latest = [(row, await edition_cache.reading(connection, row)) for row in rows]
    return page(request, home_page(latest, lang_of(request)))


@get("/rankings/{year:int}/{tier:str}", include_in_schema=False)
async def ranking(
    request: PageRequest, services: Given, year: FromPath[int], tier: FromPath[str]
) -> Response[str] | Response[bytes]:
    """The ranking of the main family; ``.json``, ``.csv`` and ``.xlsx`` at the same path."""
    name, kind = downloads.split(tier)
    return await _ranking(request, services, FAMILY, year, name, kind)


@get("/rankings/{year:int}/{tier:str}/{family:str}", include_in_schema=False)
async def ranking_of_family(
    request: PageRequest, services: Given, year: FromPath[int], tier: FromPath[str], family: FromPath[str]
) -> Response[str] | Response[bytes]:
    """The ranking of another family."""
    name, kind = downloads.split(family)
    return await _ranking(request, services, name, year, tier, kind)


async def _ranking(
    request: PageRequest, services: Given, family: str, year: int, tier: str, kind: str | None
) -> Response[str] | Response[bytes]:
    if not known(family, year, tier):
        raise Refused("not_found")
    async with services.db.transaction(request.tenant.id) as connection:
        row = await editions.current(connection, family, year, tier)
        if row is None:
            return await _not_published(request, connection, family, year, tier, kind)
        reading = await edition_cache.reading(connection, row)
        history = [] if kind else await editions.of_year(connection, family, year, tier)
    if kind:
        return forms(request, reading, kind, f"ranking-{row.number}")
    query, lang = dict(request.query_params), lang_of(request)
    return lasting_page(
        request, RankingPage, lambda: ranking_page(reading, history, query, lang), marked=reading.given.marked,
        of=(reading.digest, *(f"{other.number} {other.retracted}" for other in history)),
    )  # fmt: skip


def known(family: str, year: int, tier: str) -> bool:
    """Whether an address may name a ranking at all."""
    return tier in TIERS and 1900 < year < 2200 and bool(FAMILY_NAME.fullmatch(family))


def forms(
    request: PageRequest, reading: YearReading, kind: str, name: str, caching: str = downloads.REVALIDATE
) -> Response[bytes]:
    """The ranking of an edition in another form."""
    edition = reading.edition
    _ = translate(request)
    return downloads.serve(
        request, kind, name,
        {
            "json": lambda: downloads.json_bytes(open_data.ranking(edition)),
            "csv": lambda: open_data.ranking_csv(edition),
            "xlsx": lambda: open_data.ranking_xlsx(edition, _, titles.ranking(reading.given, _)),
        },
        mark=f"{reading.digest} {lang_of(request) if kind == 'xlsx' else ''}", caching=caching,
    )  # fmt: skip


async def _not_published(
    request: PageRequest, connection: Connection, family: str, year: int, tier: str, kind: str | None
) -> Response[str]:
    """A year to come says which year there is; a tier or family that never was is not found."""
    last = await editions.newest(connection, family, tier)
    if last is None or year > local_day(datetime.now(UTC)).year + 1:
        raise Refused("not_found")
    if kind:
        raise Refused("not_published", year=year, last=last.year)
    _ = translate(request)
    shown = NotPublishedPage(
        title=_(titles.RANKINGS[tier], index=titles.index(family, _), year=year),
        year=year,
        last=LastYear(year=last.year, href=url(path_of(family, last.year, tier))),
    )
    return page(request, shown, status=404)


routes = [home, rankings, ranking, ranking_of_family]
