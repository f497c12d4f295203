"""Intervals of the index where a survey is scored in steps.

Points stay those of the estimate itself. But a step is no slope, so no error follows from the estimate's error.
Instead every estimate gets an interval at one joint level (Bonferroni), the rule carries both ends to points
(it is monotone), and two agencies differ only where the intervals of their indices do not overlap: conservative,
and the year says so (STATISTICS.md, 15).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from parindex.rankings.digits import estimate_decimal
from parindex.rankings.index_errors import SurveyLeaf
from parindex.rankings.model import ResultDocument
from parindex.scoring import AgencyFacts, CriteriaSet, score_leaf
from parindex.statistics.survey.intervals import IntervalBounds


def of_index(
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    result: ResultDocument,
    facts: AgencyFacts,
    bounds: Mapping[tuple[str, str], IntervalBounds],
) -> IntervalBounds | None:
    """The interval of one agency's index; none without index or without the error of an estimate it rests on."""
    points = of_points(criteria_set, law, result, facts, bounds)
    if points is None or result.max is None:
        return None
    scale = 100 / float(result.max)
    return points[0] * scale, points[1] * scale


def of_mean(
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    result: ResultDocument,
    parts: Sequence[tuple[Fraction, ResultDocument]],
    facts: Mapping[str, AgencyFacts],
    bounds: Mapping[tuple[str, str], IntervalBounds],
) -> IntervalBounds | None:
    """The interval of the index of a weighted mean: the ends of its parts' points, each by what it counts.

    Where every estimate lies within its bounds, so do the points of every part, and with them their mean.
    """
    if result.index is None or result.max is None:
        return None
    low = high = 0.0
    for weight, part in parts:
        points = of_points(criteria_set, law, part, facts[part.agency], bounds)
        if points is None:
            return None
        low += float(weight) * points[0]
        high += float(weight) * points[1]
    scale = 100 / float(result.max)
    return low * scale, high * scale


def of_points(
    criteria_set: CriteriaSet,
    law: Sequence[SurveyLeaf],
    result: ResultDocument,
    facts: AgencyFacts,
    bounds: Mapping[tuple[str, str], IntervalBounds],
) -> IntervalBounds | None:
    """The interval of one agency's points; none as for its index."""
    if result.index is None or result.max is None:
        return None
    low = high = float(Decimal(result.index)) * float(result.max) / 100
    for leaf in law:
        node = result.nodes[leaf.code]
        if node.state != "scored" or node.points is None:
            continue
        names = list(leaf.weights)
        if any((result.agency, name) not in bounds for name in names):
            return None
        ends = [
            leaf_points(criteria_set, leaf, facts, {n: bounds[result.agency, n][end] for n in names}) for end in (0, 1)
        ]
        points = float(node.points)
        low += min(*ends, points) - points
        high += max(*ends, points) - points
    return low, high


def leaf_points(criteria_set: CriteriaSet, leaf: SurveyLeaf, facts: AgencyFacts, values: Mapping[str, float]) -> float:
    """Points of a leaf under other values of its estimates."""
    if leaf.linear:
        return math.fsum(leaf.weights[name] * value for name, value in values.items())
    moved = {**facts, **{name: Decimal(estimate_decimal(value)) for name, value in values.items()}}
    return float(score_leaf(criteria_set, leaf.code, moved).points or 0)
