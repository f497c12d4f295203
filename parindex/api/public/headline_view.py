"""What a ranking says first, as ``public/headline.html`` writes it."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from parindex.publication.reading import YearReading


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """The first sentence of a ranking."""

    errors: bool = False
    """Whether the ranking carries sampling errors."""

    tied: int = 0
    """How many of the first cannot be told apart; 1: the first stands alone."""

    first: str = ""
    """Who leads, by name."""

    index: Decimal | None = None
    """The highest printed index; ``None``: nobody is ranked."""

    median: Decimal | None = None
    """The median of the ranked."""

    ranked: int = 0
    """How many are ranked."""


def headline(reading: YearReading) -> Headline:
    """The first sentence of a computed year."""
    told = reading.finding
    if told is None:
        return Headline()
    return Headline(
        errors=told.together is not None,
        tied=told.together or 1,
        first=", ".join(reading.agencies[code].name_vi for code in told.leaders),
        index=told.best,
        median=told.median,
        ranked=told.ranked,
    )
