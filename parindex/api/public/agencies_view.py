"""What the list of agencies shows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex.agencies.model import TIERS
from parindex.api.public.edition_names import name_of, number_of, ranking_path, region_name
from parindex.api.public.unranked_view import cause
from parindex.api.shared.page import Page, url
from parindex.publication.reading import YearReading
from parindex.text import Language, fold, translator

LONGEST_QUERY = 200
"""Characters of what is searched for that count."""


class AgencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """An agency in the list."""

    order: int
    """Place in the official list."""

    name: str
    """Its name."""

    href: str
    """Its page."""

    region: str | None
    """Its region."""

    index: Decimal | None
    """Percent; ``None``: no result."""

    rank: int | None
    """Its rank."""

    rank_set: tuple[int, int] | None
    """Ranks that sampling error does not exclude."""

    state: str | None
    """Why there is no result: a key of ``components/state.html``."""


class TierOfAgencies(msgspec.Struct, frozen=True, kw_only=True):
    """Agencies that are compared with each other."""

    title: str
    """Tier in words."""

    year: int
    """The newest year."""

    ranking_href: str
    """Its ranking."""

    agencies: tuple[AgencyLine, ...]
    """In the official order."""


class AgenciesPage(Page, frozen=True, kw_only=True):
    """Every agency of the newest edition of each tier."""

    template: ClassVar[str] = "public/agencies.html"

    query: str
    """What was searched for."""

    tiers: tuple[TierOfAgencies, ...]
    """Tiers in which something was found."""


def agencies_page(readings: Sequence[YearReading], query: str, lang: Language) -> AgenciesPage:
    """The agencies of editions whose names hold what is searched for."""
    query = query[:LONGEST_QUERY]
    tiers = (_tier(reading, query, lang) for reading in readings)
    return AgenciesPage(query=query, tiers=tuple(tier for tier in tiers if tier.agencies))


def _tier(reading: YearReading, query: str, lang: Language) -> TierOfAgencies:
    wanted = fold(query)
    return TierOfAgencies(
        title=translator(lang)(TIERS[reading.given.tier]),
        year=reading.given.year,
        ranking_href=url(ranking_path(reading)),
        agencies=tuple(
            _line(reading, code, lang)
            for code, agency in reading.agencies.items()
            if wanted in fold(agency.name_vi) or wanted in fold(agency.name_en or "") or wanted == fold(code)
        ),
    )


def _line(reading: YearReading, code: str, lang: Language) -> AgencyLine:
    agency, result = reading.agencies[code], reading.results[code]
    return AgencyLine(
        order=agency.order,
        name=name_of(reading, code, lang),
        href=url("/agencies", code),
        region=region_name(reading, agency.region, lang),
        index=number_of(result.index),
        rank=result.rank,
        rank_set=result.rank_set,
        state=None if result.index is not None else cause(reading, result, lang).state,
    )
