"""Groups inside a year: agencies that share the value of an attribute are also ranked among themselves.

The place within a group is given with that within the year, by :mod:`parindex.scoring.points.scores`. Each group is
compared as a year of its own, by the same engine: its rank sets hold for all its agencies together, not for all groups
together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from parindex.rankings.model import AgencyDocument, Computation, RankSetsDocument, ResultDocument, YearSources
from parindex.rankings.year_rank_sets import Claim

REGION: Final = "region"
"""The attribute that the registry gives; every other is one of the set."""


def group_of(given: YearSources, agency: AgencyDocument) -> str | None:
    """The value that an agency shares with its group; ``None`` where the year has no groups or the value is not known."""
    if given.group_by is None:
        return None
    return agency.region if given.group_by == REGION else agency.facts.get(f"@{given.group_by}")


def members(given: YearSources) -> Mapping[str, Sequence[str]]:
    """Codes of the agencies by the value that they share, in the order of the official list."""
    found: dict[str, list[str]] = {}
    for agency in given.agencies:
        if (value := group_of(given, agency)) is not None:
            found.setdefault(value, []).append(agency.code)
    return found


def with_rank_sets(found: Computation, of_year: Callable[[Sequence[ResultDocument]], Claim | None]) -> Computation:
    """A computed year with the rank sets of each of its groups.

    Args:
        found: The year.
        of_year: Compares the agencies whose results it is given, by their ranks.
    """
    results = {result.agency: result for result in found.results}
    sets: dict[str, RankSetsDocument] = {}
    for value, codes in members(found.given).items():
        own = [msgspec.structs.replace(results[code], rank=results[code].group_rank) for code in codes]
        if (claim := of_year(own)) is None:
            continue
        sets[value], together, alone = claim
        results |= {
            code: msgspec.structs.replace(
                results[code], group_rank_set=together.get(code), group_rank_marginal=alone.get(code)
            )
            for code in codes
        }
    return msgspec.structs.replace(found, results=tuple(results.values()), group_rank_sets=sets) if sets else found
