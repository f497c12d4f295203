"""The days between which evidence of a leaf must be issued: outside them it is flagged, never refused."""

from __future__ import annotations

from datetime import date

import msgspec

from parindex.scoring import Criterion


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """First and last day."""

    first: date
    """The first day that counts."""

    last: date
    """The last day that counts."""

    given: bool
    """Whether the set says so; else it is the year that is assessed."""

    def misses(self, day: date) -> bool:
        """Whether a day lies outside."""
        return not self.first <= day <= self.last


def window_of(criterion: Criterion, year: int) -> Window:
    """When evidence of a leaf must be issued: as the set says, else in the year that is assessed."""
    return Window(
        first=criterion.evidence_from or date(year, 1, 1),
        last=criterion.evidence_to or date(year, 12, 31),
        given=criterion.evidence_from is not None or criterion.evidence_to is not None,
    )
