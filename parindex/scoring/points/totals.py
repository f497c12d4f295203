"""What the nodes of one agency come to."""

from collections.abc import Callable
from typing import Literal

import msgspec

from parindex.scoring.digits import scaled
from parindex.scoring.points.compiled import Compiled
from parindex.scoring.points.completeness import status_of
from parindex.scoring.points.results import PointsState, Status
from parindex.scoring.rules.making.verdicts import LeafFacts

NodeNumbers = Callable[[str], tuple[PointsState, int, int]]
"""From the code of a node to its state, points and maximum, scaled by 10¹²."""


class Totals(msgspec.Struct, frozen=True):
    """The sums of one agency, scaled by 10¹²."""

    status: Status
    """Complete, incomplete or without submission."""
    points: int
    """Known points with bonus and penalty."""
    max: int
    """The applicable maximum, unknown leaves included."""
    bonus: int
    """After its cap."""
    penalty: int
    """After its cap."""


def cap(ready: Compiled, part: Literal["bonus", "penalty"]) -> int:
    """The most that a bonus or penalty comes to, scaled; 0 where the set has none."""
    adjustment = getattr(ready.criteria_set, part)
    return 0 if adjustment is None else scaled(adjustment.cap)


def items(ready: Compiled, part: Literal["bonus", "penalty"]) -> list[str]:
    """The codes of the items of a bonus or penalty."""
    adjustment = getattr(ready.criteria_set, part)
    return [] if adjustment is None else [item.code for item in adjustment.items]


def totals_of(ready: Compiled, facts: LeafFacts, numbers: NodeNumbers) -> Totals:
    """The sums of one agency."""
    areas = [numbers(area.code) for area in ready.criteria_set.areas]
    bonus, penalty = (
        min(sum(numbers(code)[1] for code in items(ready, part)), cap(ready, part)) for part in ("bonus", "penalty")
    )
    return Totals(
        status_of(ready, facts, unknown=any(state == "unknown" for state, _, _ in areas)),
        sum(points for _, points, _ in areas) + bonus - penalty,
        sum(maximum for _, _, maximum in areas),
        bonus,
        penalty,
    )
