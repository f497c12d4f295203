"""What each agency counts in the mean of which a successor gets the result: months of the year measured, or people."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from parindex.agencies.model import Agency

BASES: Final = ("months", "population")
"""By what a mean may be weighted."""


class MeanWeights(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a mean and what each counts."""

    by: str
    """One of :data:`BASES`."""

    parts: Mapping[UUID, Fraction]
    """By agency: those that end, then the successor where it takes part with a sheet of its own."""


def weights(by: str, parts: Sequence[Agency], ending: Sequence[UUID], *, year: int, day: date) -> MeanWeights | None:
    """What agencies count; none where it is not known of all of them.

    Args:
        by: One of :data:`BASES`.
        parts: As they are on the day before.
        ending: Which of them end.
        year: The year measured.
        day: First day of the successor as such.
    """
    found = {
        one.id: months(year, one.valid_from, day if one.id in ending else one.valid_to)
        if by == "months"
        else Fraction(one.population or 0)
        for one in parts
    }
    known = len(found) > 1 and all(weight > 0 for weight in found.values())
    return MeanWeights(by=by, parts=found) if known else None


def months(year: int, start: date, end: date | None) -> Fraction:
    """Months of a year in which an agency exists from a day until the day before another; of a broken month its part.

    >>> months(2025, date(1997, 1, 1), date(2025, 7, 1)), months(2025, date(2025, 7, 1), None)
    (Fraction(6, 1), Fraction(6, 1))
    >>> months(2025, date(1997, 1, 1), date(2025, 7, 16))
    Fraction(201, 31)
    """
    first, beyond = max(start, date(year, 1, 1)), min(end or date.max, date(year + 1, 1, 1))
    found = Fraction(0)
    for month in range(1, 13):
        length = calendar.monthrange(year, month)[1]
        begins = date(year, month, 1).toordinal()
        days = min(beyond.toordinal(), begins + length) - max(first.toordinal(), begins)
        found += Fraction(max(days, 0), length)
    return found
