"""Normalised criteria joined into one number (OECD & JRC 2008, step 6): weighted means, by levels, or by pairs.

The means differ in how far one criterion makes up for another: arithmetic fully, geometric less, harmonic least,
the pairs of ``copeland`` not at all. All three means are the power mean (Σw·xᵖ)^(1/p), with p of 1, 0 and −1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers

Aggregation = Literal["arithmetic", "geometric", "harmonic"]
AGGREGATIONS: Final[tuple[Aggregation, ...]] = get_args(Aggregation)


def _as_it_is(x: Floats) -> Floats:
    return x


def _logarithm(x: Floats) -> Floats:
    return np.asarray(np.log(x))


def _exponential(x: Floats) -> Floats:
    return np.asarray(np.exp(x))


def _reciprocal(x: Floats) -> Floats:
    return np.asarray(1 / x)


Turn = Callable[[Floats], Floats]
MEANS: Final[dict[str, tuple[Turn, Turn]]] = {
    "arithmetic": (_as_it_is, _as_it_is),
    "geometric": (_logarithm, _exponential),
    "harmonic": (_reciprocal, _reciprocal),
}
"""Of each rule, what the values and then their mean go through."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a tree of criteria: its nodes, their weights and what they are part of."""

    weights: Floats
    """(nodes,) not negative; only their ratios within a parent matter."""
    parent: Integers
    """(nodes,) place of the parent among the nodes of the next level; all 0 at the last."""


def aggregate(values: ArrayLike, weights: ArrayLike, rule: str = "arithmetic", *, least_known: float = 1.0) -> Floats:
    """The weighted mean over the criteria, of what is known.

    Args:
        values: (…, criteria), NaN where missing; positive for ``geometric`` and ``harmonic``.
        weights: (criteria,), or (…, criteria) where every row has its own; not negative.
        rule: ``arithmetic``, ``geometric`` or ``harmonic``.
        least_known: Share of the weight that must be known; a row that knows less has no index. The rest is
            shared out among what is known, which is as if the missing had the mean of the others.

    Returns:
        (…,), NaN where too little is known.

    Raises:
        StatisticsError: ``out_of_range``, ``weights_all_zero``, ``weight_negative``, ``not_positive``.

    >>> aggregate([[1.0, 4.0]], [1, 1]).tolist(), aggregate([[1.0, 4.0]], [1, 1], "geometric").round(12).tolist()
    ([2.5], [2.0])
    """
    if rule not in AGGREGATIONS:
        raise StatisticsError("out_of_range", name="rule", found=rule, accepted=AGGREGATIONS)
    x, w = np.asarray(values, dtype=np.float64), checked_weights(weights)
    known = ~np.isnan(x)
    if rule != "arithmetic" and (known & ~(x > 0)).any():
        wrong = np.argwhere(known & ~(x > 0))
        raise StatisticsError("not_positive", rule=rule, criteria=sorted(set(wrong[:, -1].tolist())))
    inward, outward = MEANS[rule]
    y = inward(x)
    if known.all():
        mean = weighted_sum(y, w) / w.sum(axis=-1)
    else:
        weight = weighted_sum(known.astype(np.float64), w)
        enough = (weight > 0) & (weight >= least_known * w.sum(axis=-1) * (1 - 1e-12))
        total = weighted_sum(np.where(known, y, 0.0), w)
        mean = np.divide(total, weight, out=np.full_like(total, np.nan), where=enough)
    return outward(mean)


def weighted_sum(values: Floats, weights: Floats) -> Floats:
    """(…,) Σ w·x over the last axis; weights (k,) or of the values' shape."""
    if weights.ndim == 1:
        return np.asarray(values @ weights)
    return np.asarray(np.einsum("...k,...k->...", values, weights))


def checked_weights(weights: ArrayLike) -> Floats:
    """Weights of criteria, refused where one is negative or missing, or where a row of them is all zero."""
    w = np.asarray(weights, dtype=np.float64)
    if not (w >= 0).all() or np.isinf(w).any():
        raise StatisticsError("weight_negative", rows=np.flatnonzero(~(w >= 0) | np.isinf(w)).tolist())
    if not (w.sum(axis=-1) > 0).all():
        raise StatisticsError("weights_all_zero")
    return w


def by_levels(
    values: ArrayLike, levels: Sequence[Level], rule: str = "arithmetic", *, least_known: float = 1.0
) -> list[Floats]:
    """Aggregate criteria into groups, these into the next level, and so on to the index.

    Args:
        values: (…, criteria) of the first level.
        levels: From the criteria up; the parents of a level are the nodes of the next.
        rule: See ``aggregate``.
        least_known: See ``aggregate``, asked within every group.

    Returns:
        (…, nodes) above each level; the last is the index, (…, 1).

    Raises:
        StatisticsError: ``level_differs`` naming the level, and what ``aggregate`` raises.

    >>> tree = [Level(np.ones(3), np.array([0, 0, 1])), Level(np.array([3.0, 1.0]), np.zeros(2, int))]
    >>> [part.tolist() for part in by_levels([[1.0, 3.0, 10.0]], tree)]
    [[[2.0, 10.0]], [[4.0]]]
    """
    _check_levels(levels)
    x = np.asarray(values, dtype=np.float64)
    found: list[Floats] = []
    for level in levels:
        if x.shape[-1] != len(level.weights):
            raise StatisticsError("level_differs", level=len(found), expected=x.shape[-1], found=len(level.weights))
        groups = [np.flatnonzero(level.parent == node) for node in range(int(level.parent.max()) + 1)]
        parts = [aggregate(x[..., g], level.weights[g], rule, least_known=least_known) for g in groups]
        x = np.stack(parts, axis=-1)
        found.append(x)
    return found


def effective_weights(levels: Sequence[Level]) -> list[Floats]:
    """Per level the share of every node in the whole index: its share in its parent × the parent's.

    >>> tree = [Level(np.ones(3), np.array([0, 0, 1])), Level(np.array([3.0, 1.0]), np.zeros(2, int))]
    >>> [share.tolist() for share in effective_weights(tree)]
    [[0.375, 0.375, 0.25], [0.75, 0.25]]
    """
    _check_levels(levels)
    above = np.ones(1)
    shares: list[Floats] = []
    for level in reversed(levels):
        totals = np.bincount(level.parent, weights=level.weights)
        above = np.asarray(level.weights / totals[level.parent] * above[level.parent])
        shares.append(above)
    return shares[::-1]


def _check_levels(levels: Sequence[Level]) -> None:
    """Every parent is a node of the next level and has children with weight."""
    sizes = [len(level.weights) for level in levels[1:]] + [1]
    for number, (level, size) in enumerate(zip(levels, sizes, strict=True)):
        if len(level.parent) != len(level.weights) or not np.array_equal(np.unique(level.parent), np.arange(size)):
            raise StatisticsError("level_differs", level=number, expected=size, found=np.unique(level.parent).tolist())
        checked_weights(level.weights)
        if not (np.bincount(level.parent, weights=level.weights) > 0).all():
            raise StatisticsError("weights_all_zero", level=number)


def outranking(values: ArrayLike, weights: ArrayLike) -> Floats:
    """(p, p) share of the weight on which the row's unit is better than the column's; equals count half to each.

    A criterion that one of two units misses says nothing about the two.

    >>> outranking([[1.0, 5.0], [2.0, 5.0]], [1, 1]).tolist()
    [[0.5, 0.25], [0.75, 0.5]]
    """
    x, w = np.asarray(values, dtype=np.float64), checked_weights(weights)
    p = len(x)
    above, common = np.zeros((p, p)), np.zeros((p, p))
    for column, weight in zip(x.T, w, strict=True):
        difference = column[:, None] - column[None, :]
        known = ~np.isnan(difference)
        above += weight * np.where(known, (difference > 0) + 0.5 * (difference == 0), 0.0)
        common += weight * known
    return np.asarray(np.divide(above, common, out=np.full((p, p), 0.5), where=common > 0))


def copeland(values: ArrayLike, weights: ArrayLike) -> Integers:
    """(p,) units beaten by the majority of the weight less units that beat it (Copeland 1951).

    No criterion makes up for another: only which of two units is better on each counts, not by how much.

    >>> copeland([[9.0, 1.0, 1.0], [1.0, 2.0, 2.0], [0.0, 0.0, 0.0]], [1, 1, 1]).tolist()
    [0, 2, -2]
    """
    majority = outranking(values, weights) - 0.5
    return np.asarray(np.where(np.abs(majority) < 1e-12, 0, np.sign(majority)).sum(axis=1), dtype=np.int64)
