"""Criteria brought onto one scale (OECD & JRC 2008, step 5), each criterion among all units by itself.

Every rule takes (…, units, criteria), best values highest (``directed`` turns those round that are better low),
and gives the same shape. What is missing stays missing, and counts in no minimum, mean or rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats

UNITS: Final = -2
"""The axis of the units."""

SMALLEST_SPREAD: Final = 1e-13
"""A criterion that varies by less than this part of its size is constant but for rounding."""


def directed(values: ArrayLike, directions: ArrayLike) -> Floats:
    """Values with the sign of every criterion that is better low turned round.

    Args:
        values: (…, units, criteria).
        directions: (criteria,) 1 where more is better, −1 where less is.

    Raises:
        StatisticsError: ``out_of_range``.

    >>> directed([[3.0, 3.0]], [1, -1]).tolist()
    [[3.0, -3.0]]
    """
    signs = np.asarray(directions, dtype=np.float64)
    if not np.isin(signs, (-1.0, 1.0)).all():
        raise StatisticsError("out_of_range", name="directions", found=signs.tolist(), accepted=(-1, 1))
    return np.asarray(_table(values) * signs)


def minmax(values: ArrayLike, low: float = 0.0, high: float = 100.0) -> Floats:
    """The worst value is ``low``, the best ``high``, straight between: low + (high−low)·(x−min)/(max−min).

    Raises:
        StatisticsError: ``no_spread`` naming the criteria on which all units are equal, ``value_infinite``.

    >>> minmax([[1.0], [2.0], [5.0]]).ravel().tolist()
    [0.0, 25.0, 100.0]
    """
    x = _table(values)
    least, most = _extremes(x)
    return np.asarray((x - least) / (most - least) * (high - low) + low)


def scaled(values: ArrayLike, location: ArrayLike = 0.0, scale: ArrayLike = 1.0) -> Floats:
    """Values in another unit, from another zero: (x − location)/scale.

    Raises:
        StatisticsError: ``not_positive`` naming the criteria with such a scale.

    >>> scaled([[41.0], [50.0]], location=32, scale=1.8).ravel().tolist()
    [5.0, 10.0]
    """
    x, unit = _table(values), np.asarray(scale, dtype=np.float64)
    _refuse(~np.atleast_1d(unit > 0)[None, :], "not_positive")
    return np.asarray((x - np.asarray(location, dtype=np.float64)) / unit)


def standardised(values: ArrayLike, mean: float = 0.0, sd: float = 1.0) -> Floats:
    """z-scores: mean + sd·(x−x̄)/s, with s of n−1.

    Raises:
        StatisticsError: ``no_spread``, ``value_infinite``.

    >>> standardised([[1.0], [2.0], [3.0]], mean=100, sd=10).ravel().tolist()
    [90.0, 100.0, 110.0]
    """
    x = _table(values)
    _extremes(x)
    known = ~np.isnan(x)
    count = known.sum(axis=UNITS, keepdims=True)
    centred = x - np.where(known, x, 0.0).sum(axis=UNITS, keepdims=True) / count
    squares = np.where(known, centred, 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=UNITS, keepdims=True) / (count - 1))
    return np.asarray(centred * (sd / spread) + mean)


def rank_scores(values: ArrayLike) -> Floats:
    """1 for the lowest value up to the number of units for the highest; equals share the lower.

    >>> rank_scores([[5.0], [1.0], [5.0]]).ravel().tolist()
    [2.0, 1.0, 2.0]
    """
    return np.asarray(borda(values) + 1)


def borda(values: ArrayLike) -> Floats:
    """How many units have a lower value (Borda 1784).

    >>> borda([[5.0], [1.0], [7.0]]).ravel().tolist()
    [1.0, 0.0, 2.0]
    """
    x = np.ascontiguousarray(np.swapaxes(_table(values), UNITS, -1))
    order = np.argsort(x, axis=-1)
    ascending = np.take_along_axis(x, order, axis=-1)
    new = np.ones(x.shape, dtype=bool)
    new[..., 1:] = ascending[..., 1:] != ascending[..., :-1]
    first_equal = np.maximum.accumulate(np.where(new, np.arange(x.shape[-1]), 0), axis=-1)
    lower = np.empty(x.shape)
    np.put_along_axis(lower, order, first_equal.astype(np.float64), axis=-1)
    lower[np.isnan(x)] = np.nan
    return np.swapaxes(lower, UNITS, -1)


def percentile_ranks(values: ArrayLike) -> Floats:
    """The share of the other units with a lower value, 0 to 1.

    Raises:
        StatisticsError: ``no_spread`` where fewer than two units are known.

    >>> percentile_ranks([[5.0], [1.0], [7.0]]).ravel().tolist()
    [0.5, 0.0, 1.0]
    """
    x = _table(values)
    others = (~np.isnan(x)).sum(axis=UNITS, keepdims=True) - 1
    _refuse(others < 1, "no_spread")
    return np.asarray(borda(x) / others)


def goalposts(values: ArrayLike, worst: ArrayLike, best: ArrayLike, low: float = 0.0, high: float = 100.0) -> Floats:
    """``minmax`` between goalposts that were fixed before the data were seen; beyond them no more is gained or lost.

    Scores of one unit don't move when another's data do, and years can be compared.

    Args:
        values: (…, units, criteria).
        worst: (criteria,) value that earns ``low``.
        best: (criteria,) value that earns ``high``; below ``worst`` where less is better.
        low: Lowest score.
        high: Highest score.

    Raises:
        StatisticsError: ``no_spread`` where the goalposts are equal.

    >>> goalposts([[20.0], [50.0], [130.0]], worst=[40], best=[100]).ravel().round(2).tolist()
    [0.0, 16.67, 100.0]
    """
    least, most = np.asarray(worst, dtype=np.float64), np.asarray(best, dtype=np.float64)
    _refuse(np.atleast_1d(most == least)[None, :], "no_spread")
    share = (_table(values) - least) / (most - least)
    return np.asarray(np.clip(share, 0.0, 1.0) * (high - low) + low)


def distance_to_target(values: ArrayLike, target: ArrayLike, *, capped: bool = True) -> Floats:
    """1 at the target, 0 at the worst unit: 1 − (target−x)/(target−min).

    With the best unit as the target it is ``minmax`` from 0 to 1.

    Args:
        values: (…, units, criteria).
        target: (criteria,) above the lowest value.
        capped: Whether more than the target earns no more.

    Raises:
        StatisticsError: ``target_too_low`` naming the criteria, ``value_infinite``.

    >>> distance_to_target([[1.0], [2.0], [6.0]], [5.0]).ravel().tolist()
    [0.0, 0.25, 1.0]
    """
    x = _table(values)
    aim = np.asarray(target, dtype=np.float64)
    least = np.fmin.reduce(x, axis=UNITS, keepdims=True)
    _refuse(np.broadcast_to(aim, least.shape) <= least, "target_too_low")
    share = 1 - (aim - x) / (aim - least)
    return np.minimum(share, 1.0) if capped else np.asarray(share)


def ratio_to_reference(values: ArrayLike, reference: ArrayLike) -> Floats:
    """x ÷ the value of a reference: a leader, the average, a benchmark from outside.

    Args:
        values: (…, units, criteria).
        reference: (criteria,) positive.

    Raises:
        StatisticsError: ``not_positive`` naming the criteria.

    >>> ratio_to_reference([[1.0], [2.0]], [4.0]).ravel().tolist()
    [0.25, 0.5]
    """
    whole = np.asarray(reference, dtype=np.float64)
    _refuse(~np.atleast_1d(whole > 0)[None, :], "not_positive")
    return np.asarray(_table(values) / whole)


def above_mean(values: ArrayLike, band: float = 0.0) -> Floats:
    """1 above the mean of the units, −1 below it, 0 within ``band`` standard deviations of it.

    Raises:
        StatisticsError: ``no_spread``, ``value_infinite``.

    >>> above_mean([[1.0], [2.0], [3.0]], band=0.5).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    z = standardised(values)
    return np.asarray(np.where(np.abs(z) <= band, 0.0, np.sign(z)))


def categorised(values: ArrayLike, percentiles: Sequence[float], scores: Sequence[float]) -> Floats:
    """The score of the class of a unit, classes cut at percentile ranks of the units.

    Args:
        values: (…, units, criteria).
        percentiles: (c,) ascending shares between 0 and 1; at a cut the class above counts.
        scores: (c+1,) score of each class, lowest first.

    Raises:
        StatisticsError: ``out_of_range``, ``length_differs``, ``no_spread``.

    >>> categorised([[1.0], [2.0], [3.0]], [0.5, 0.9], [0, 50, 100]).ravel().tolist()
    [0.0, 50.0, 100.0]
    """
    cuts = np.asarray(percentiles, dtype=np.float64)
    if not ((cuts > 0) & (cuts <= 1)).all() or (np.diff(cuts) <= 0).any():
        raise StatisticsError("out_of_range", name="percentiles", found=list(percentiles))
    if len(scores) != len(cuts) + 1:
        raise StatisticsError("length_differs", column="scores", rows=len(cuts) + 1, found=len(scores))
    share = percentile_ranks(values)
    found = np.asarray(scores, dtype=np.float64)[np.searchsorted(cuts, share, side="right")]
    return np.where(np.isnan(share), np.nan, found)


def _table(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim < 2 or 0 in x.shape:
        raise StatisticsError("no_units")
    _refuse(np.isinf(x), "value_infinite")
    return x


def _extremes(x: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest known value of each criterion, refused where they are the same."""
    least = np.fmin.reduce(x, axis=UNITS, keepdims=True)
    most = np.fmax.reduce(x, axis=UNITS, keepdims=True)
    size = np.maximum(np.abs(least), np.abs(most))
    _refuse(~(most - least > SMALLEST_SPREAD * size), "no_spread")
    return least, most


def _refuse(wrong: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], code: str) -> None:
    """Raise a code naming the criteria at fault, counted from 0."""
    if wrong.any():
        at_fault = wrong.reshape(-1, wrong.shape[-1]).any(axis=0)
        raise StatisticsError(code, criteria=np.flatnonzero(at_fault).tolist())
