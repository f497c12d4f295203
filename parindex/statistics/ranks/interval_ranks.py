"""Ranks where a rule has steps: intervals of the estimates, carried through the rule, told apart where they do not meet.

A step has no slope, so no error of the points follows from that of the estimate. Every estimate gets an interval, all
of them together at the level; a rule that never falls (or never rises) carries both ends to points; the index lies
between the sums of the ends. Two units differ only where their intervals do not meet. The sets cover at least what
they say, mostly more: say so beside them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.intervals import quantile_of_t

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRanks:
    """Rank sets of units that are known by intervals that hold together."""

    simultaneous: Integers
    """(p, 2) ranks that the intervals do not exclude."""
    better: Flags
    """(p, p) whether the whole of the row's interval is better than the whole of the column's."""

    @property
    def apart(self) -> Flags:
        """(p, p) symmetric: whether two intervals do not meet."""
        return self.better | self.better.T


def joint_intervals(
    estimates: ArrayLike,
    se: ArrayLike,
    df: ArrayLike | None = None,
    level: float = 0.95,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Floats:
    """(m, 2) t intervals that hold for all estimates together, whatever their covariance (Bonferroni).

    Args:
        estimates: (m,) finite.
        se: (m,) standard errors.
        df: (m,) degrees of freedom; NaN or infinite: normal; at most 0: the whole range.
        level: Coverage of all together.
        within: The range that an estimate can have, such as 0 to 1.

    Raises:
        StatisticsError: ``out_of_range``, ``se_negative``, ``length_differs``.

    >>> joint_intervals([0.5, 0.9], [0.1, 0.1], [np.inf, 10], within=(0, 1)).round(3).tolist()
    [[0.276, 0.724], [0.637, 1.0]]
    """
    if not 0 < level < 1:
        raise StatisticsError("out_of_range", name="level", found=level)
    theta, errors = np.asarray(estimates, dtype=np.float64), np.asarray(se, dtype=np.float64)
    freedom = np.full(theta.shape, np.inf) if df is None else np.asarray(df, dtype=np.float64)
    for name, column in (("se", errors), ("df", freedom)):
        if column.shape != theta.shape:
            raise StatisticsError("length_differs", column=name, rows=len(theta), found=column.shape)
    if not (errors >= 0).all():
        raise StatisticsError("se_negative", units=np.flatnonzero(~(errors >= 0)).tolist())
    if not len(theta):
        return np.empty((0, 2))
    probability = 1 - (1 - level) / (2 * len(theta))
    freedom = np.where(np.isnan(freedom), np.inf, freedom)
    known = {value: quantile_of_t(probability, value) if value > 0 else math.inf for value in set(freedom.tolist())}
    quantiles = np.array([known[value] for value in freedom.tolist()])
    half = np.multiply(quantiles, errors, out=np.zeros_like(errors), where=errors > 0)
    half[freedom <= 0] = np.inf
    return np.asarray(np.clip(np.column_stack([theta - half, theta + half]), *within))


def carried(intervals: ArrayLike, rule: Callable[[Floats], Floats], values: ArrayLike | None = None) -> Floats:
    """(m, 2) points between which a monotone rule takes intervals of estimates.

    Args:
        intervals: (m, 2) ends.
        rule: Points of estimates, of any shape, such as ``Steps``; never falling, or never rising.
        values: (m,) the estimates; their points must lie between.

    Raises:
        StatisticsError: ``rule_not_monotone`` naming an estimate whose points lie outside.

    >>> from parindex.statistics.composite.points import Steps
    >>> carried([[0.62, 0.71], [0.65, 0.69]], Steps([0.6, 0.7], [0.0, 0.5, 1.0])).tolist()
    [[0.5, 1.0], [0.5, 0.5]]
    """
    points = np.sort(rule(np.asarray(intervals, dtype=np.float64).reshape(-1, 2)), axis=1)
    if values is not None:
        own = rule(np.asarray(values, dtype=np.float64))
        outside = np.flatnonzero((own < points[:, 0]) | (own > points[:, 1]))
        if len(outside):
            raise StatisticsError("rule_not_monotone", units=outside.tolist())
    return np.asarray(points)


def index_intervals(parts: Sequence[ArrayLike], known: ArrayLike = 0.0) -> Floats:
    """(p, 2) intervals of a sum: known points of each unit, and the points of its steps.

    Args:
        parts: (p, 2) each, the points of one leaf; ends of intervals that hold together add up.
        known: (p,) points without error.
    """
    base = np.atleast_1d(np.asarray(known, dtype=np.float64))[:, None]
    return np.asarray(sum((np.asarray(part, dtype=np.float64) for part in parts), start=base + np.zeros((1, 2))))


def interval_ranks(intervals: ArrayLike, *, smallest_first: bool = False) -> IntervalRanks:
    """Rank sets from intervals that hold together; intervals that touch meet.

    Raises:
        StatisticsError: ``interval_reversed`` naming units whose lower end is above the upper, or missing.

    >>> ranks = interval_ranks([[90.0, 91.0], [80.0, 82.0], [81.0, 85.0], [70.0, 71.0]])
    >>> ranks.simultaneous.tolist()
    [[1, 1], [2, 3], [2, 3], [4, 4]]
    """
    ends = np.asarray(intervals, dtype=np.float64).reshape(-1, 2)
    wrong = np.flatnonzero(~(ends[:, 0] <= ends[:, 1]))
    if len(wrong):
        raise StatisticsError("interval_reversed", units=wrong.tolist())
    low, high = (-ends[:, 1], -ends[:, 0]) if smallest_first else (ends[:, 0], ends[:, 1])
    better = low[:, None] > high[None, :]
    sets = np.column_stack([1 + better.sum(axis=0), len(ends) - better.sum(axis=1)])
    return IntervalRanks(simultaneous=sets, better=better)
