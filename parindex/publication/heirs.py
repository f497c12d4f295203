"""Who took over from an agency since the year in which it was published last, as later editions say."""

from __future__ import annotations

from collections.abc import Sequence

from parindex.publication.reading import YearReading
from parindex.rankings.model import AgencyDocument


def heirs(
    reading: YearReading, code: str, later: Sequence[YearReading]
) -> tuple[YearReading | None, list[AgencyDocument]]:
    """The first later edition that names successors of an agency, and those.

    Args:
        reading: An edition that has the agency.
        code: The agency.
        later: Editions of later years of its family and tier, the earliest first.
    """
    for one in later:
        found = [
            agency
            for agency in one.given.agencies
            if agency.formed and code in agency.formed.codes and agency.formed.on.year > reading.given.year
        ]
        if found:
            return one, found
    return None, []
