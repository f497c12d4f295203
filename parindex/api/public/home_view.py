"""What the first page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex.agencies.model import TIERS
from parindex.api.public.edition_names import agency_href, name_of, number_of, ranking_path
from parindex.api.public.headline_view import Headline, headline
from parindex.api.shared.page import Page, url
from parindex.publication import titles
from parindex.publication.model import EditionRow
from parindex.publication.reading import YearReading
from parindex.text import Language, translator

TOP: Final = 5
"""Agencies that the first page names of a ranking."""


class TopAgency(msgspec.Struct, frozen=True, kw_only=True):
    """One of the first."""

    rank: int | None
    """Its rank."""

    name: str
    """Its name."""

    href: str
    """Its page."""

    index: Decimal | None
    """Percent."""


class EditionCard(msgspec.Struct, frozen=True, kw_only=True):
    """A ranking in short."""

    href: str
    """The whole ranking."""

    title: str
    """What is ranked."""

    tier: str
    """Tier in words."""

    year: int
    """Year measured."""

    edition: str
    """Number of the edition."""

    edition_href: str
    """Its page."""

    published: date
    """The day."""

    marked: str | None
    """Mark of the data."""

    ranked: int
    """How many are ranked."""

    finding: Headline
    """What is said first."""

    top: tuple[TopAgency, ...]
    """The first, best first."""


class HomePage(Page, frozen=True, kw_only=True):
    """The first page."""

    template: ClassVar[str] = "public/home.html"

    latest: tuple[EditionCard, ...]
    """The newest edition of every family and tier."""


def home_page(latest: Sequence[tuple[EditionRow, YearReading]], lang: Language) -> HomePage:
    """The first page over the newest editions."""
    return HomePage(latest=tuple(_card(row, reading, lang) for row, reading in latest))


def _card(row: EditionRow, reading: YearReading, lang: Language) -> EditionCard:
    _ = translator(lang)
    return EditionCard(
        href=url(ranking_path(reading)),
        title=titles.ranking(reading.given, _),
        tier=_(TIERS[row.tier]),
        year=row.year,
        edition=row.number,
        edition_href=url(f"/editions/{row.number}"),
        published=reading.edition.published_on,
        marked=reading.given.marked,
        ranked=len(reading.ranked),
        finding=headline(reading),
        top=tuple(
            TopAgency(
                rank=result.rank,
                name=name_of(reading, result.agency, lang),
                href=agency_href(reading, result.agency),
                index=number_of(result.index),
            )
            for result in reading.ranked[:TOP]
        ),
    )
