"""The sentence that a ranking begins with: who leads, whether the leaders can be told apart, the middle."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from parindex.rankings.model import Computation, ResultDocument


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader should know first."""

    leaders: tuple[str, ...]
    """Codes of those who share the first rank, in the official order."""

    best: Decimal
    """Their printed index."""

    median: Decimal
    """Median of the printed indices of the ranked."""

    ranked: int
    """Number of agencies with a rank."""

    together: int | None
    """How many at the top cannot be told apart, 1 when the first stands alone; null where no error is known."""


def find(computation: Computation) -> Finding | None:
    """The finding of a year; none where nobody is ranked."""
    ranked = in_order(computation)
    if not ranked:
        return None
    indices = [Decimal(result.index_printed or 0) for result in ranked]
    leaders = [result for result in ranked if result.rank == 1]
    return Finding(
        leaders=tuple(result.agency for result in leaders),
        best=indices[0],
        median=statistics.median(indices),
        ranked=len(ranked),
        together=_together(computation, leaders[0].agency),
    )


def _together(computation: Computation, leader: str) -> int | None:
    """The length of the run that the leader stands in; a leader without error is compared with nobody."""
    sets = computation.rank_sets
    if sets is None or leader not in sets.compared:
        return None
    return max((len(run) for run in sets.runs if run[0] == leader), default=1)


def in_order(computation: Computation) -> list[ResultDocument]:
    """The ranked agencies, best first, ties in the official order."""
    ranked = [result for result in computation.results if result.rank is not None]
    return sorted(ranked, key=lambda result: result.rank or 0)


def unranked(computation: Computation) -> Sequence[ResultDocument]:
    """The agencies without a rank, in the official order."""
    return [result for result in computation.results if result.rank is None]
