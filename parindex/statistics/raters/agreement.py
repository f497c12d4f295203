"""How far appraisers agree beyond chance: Cohen's κ of two, Krippendorff's α of any number with gaps."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats
from parindex.statistics.survey.intervals import quantile_of_t

KappaWeights = Literal["none", "linear", "quadratic"]
KAPPA_WEIGHTS: Final[tuple[KappaWeights, ...]] = get_args(KappaWeights)
Metric = Literal["nominal", "ordinal", "interval", "ratio"]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A coefficient of agreement: 1 where all agree, 0 where they agree as often as by chance."""

    value: float
    """The coefficient; NaN where only one category was ever given, so that chance leaves nothing to agree on."""
    se: float
    """Its standard error; NaN without one."""
    interval: tuple[float, float] | None
    """Its confidence interval, cut off at 1; ``None`` without a standard error."""
    observed: float
    """Observed agreement (κ) or disagreement (α)."""
    expected: float
    """The same by chance."""
    units: int
    """Units that say something: rated by both, or by two at least."""


def cohen_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: str = "none",
    categories: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Cohen's κ (1960, weighted 1968) of two appraisers, with the error of Fleiss, Cohen & Everitt (1969).

    Args:
        first: (n,) categories given by the one; ``None`` or NaN where not rated.
        second: (n,) by the other.
        weights: ``none``; ``linear`` or ``quadratic``: nearer categories agree in part, by their places.
        categories: All categories in their order; those found, sorted, if not given.
        level: Coverage of the interval.

    Raises:
        StatisticsError: ``length_differs``, ``out_of_range``, ``no_units``, ``category_unknown``.

    >>> found = cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"])
    >>> found.value, found.observed, found.expected
    (0.5, 0.75, 0.5)
    """
    if weights not in KAPPA_WEIGHTS:
        raise StatisticsError("out_of_range", name="weights", found=weights, accepted=KAPPA_WEIGHTS)
    if len(first) != len(second):
        raise StatisticsError("length_differs", column="second", rows=len(first), found=len(second))
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if not (_missing(a) or _missing(b))]
    if not pairs:
        raise StatisticsError("no_units")
    place = _places({value for pair in pairs for value in pair}, categories)
    table = np.zeros((len(place), len(place)))
    np.add.at(table, ([place[a] for a, _ in pairs], [place[b] for _, b in pairs]), 1.0)
    n = len(pairs)
    observed, expected, variance = _kappa(table / n, _agreement_weights(len(place), weights))
    if not expected < 1 - 1e-12:
        return Agreement(value=math.nan, se=math.nan, interval=None, observed=observed, expected=expected, units=n)
    value, se = (observed - expected) / (1 - expected), math.sqrt(max(variance, 0.0) / n)
    half = quantile_of_t((1 + level) / 2, math.inf) * se
    bounds = (max(value - half, -1.0), min(value + half, 1.0))
    return Agreement(value=value, se=se, interval=bounds, observed=observed, expected=expected, units=n)


def _missing(value: Hashable) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _places(found: set[Any], categories: Sequence[Hashable] | None) -> dict[Hashable, int]:
    order = sorted(found) if categories is None else list(categories)
    place: dict[Hashable, int] = {category: number for number, category in enumerate(order)}
    if unknown := [value for value in found if value not in place]:
        raise StatisticsError("category_unknown", found=sorted(map(str, unknown)), accepted=[str(c) for c in order])
    return place


def _agreement_weights(categories: int, weights: str) -> Floats:
    if weights == "none" or categories == 1:
        return np.eye(categories)
    places = np.arange(categories)
    distance = np.abs(places[:, None] - places[None, :]) / (categories - 1)
    return np.asarray(1 - (distance if weights == "linear" else distance**2))


def _kappa(shares: Floats, weights: Floats) -> tuple[float, float, float]:
    """Observed and expected agreement, and n × the variance of κ."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((weights * shares).sum()), float(rows @ weights @ columns)
    if expected >= 1:
        return observed, expected, math.nan
    rest = 1 - (observed - expected) / (1 - expected)
    means = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    squares = float((shares * (weights - means * rest) ** 2).sum())
    return observed, expected, (squares - (1 - rest - expected * rest) ** 2) / (1 - expected) ** 2


def krippendorff_alpha(ratings: ArrayLike, metric: str = "nominal", *, level: float = 0.95) -> Agreement:
    """Krippendorff's α (2004): 1 − observed ÷ expected disagreement, for any number of appraisers and gaps.

    The standard error is the jackknife's over units: agencies or leaves differ in how hard they are to rate.

    Args:
        ratings: (appraisers, units), NaN where not rated. Units with one rating say nothing and are left out.
        metric: Distance of two ratings: ``nominal`` (same or not), ``ordinal`` (ranks between), ``interval``
            ((a−b)²), ``ratio`` (((a−b)/(a+b))², for ratings from 0).
        level: Coverage of the interval.

    Raises:
        StatisticsError: ``out_of_range``, ``no_units`` where no unit has two ratings, ``value_infinite``.

    >>> found = krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 4]], "interval")
    >>> round(found.value, 6), found.units
    (0.888889, 4)
    """
    if metric not in METRICS:
        raise StatisticsError("out_of_range", name="metric", found=metric, accepted=METRICS)
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or np.isinf(x).any():
        raise StatisticsError("value_infinite" if np.isinf(x).any() else "no_units")
    x = x[:, (~np.isnan(x)).sum(axis=0) > 1]
    if not x.shape[1]:
        raise StatisticsError("no_units")
    values, counts = _counts(x)
    if metric == "ratio" and values[0] < 0:
        raise StatisticsError("out_of_range", name="ratings", found=float(values[0]))
    whole = _coincidences(counts)
    value, observed, expected = _alpha(whole, values, metric)
    units = len(counts)
    left = _without_each(whole, counts, values, metric)
    se = math.sqrt((units - 1) / units * float(((left - left.mean()) ** 2).sum())) if units > 2 else math.nan
    bounds = None
    if math.isfinite(se) and math.isfinite(value):
        half = quantile_of_t((1 + level) / 2, units - 1) * se
        bounds = (value - half, min(value + half, 1.0))
    return Agreement(value=value, se=se, interval=bounds, observed=observed, expected=expected, units=units)


def _counts(x: Floats) -> tuple[Floats, Floats]:
    """Sorted values, and (units, values) how often each was given."""
    values, place = np.unique(x, return_inverse=True)
    place = place.reshape(x.shape)
    known = ~np.isnan(x)
    values = values[~np.isnan(values)]
    counts = np.zeros((x.shape[1], len(values)))
    raters, units = np.nonzero(known)
    np.add.at(counts, (units, place[raters, units]), 1.0)
    return values, counts


def _coincidences(counts: Floats) -> Floats:
    """(values, values) pairs of ratings of the same unit, every unit weighing as its number of ratings."""
    share = counts / (counts.sum(axis=1, keepdims=True) - 1)
    return np.asarray(share.T @ counts - np.diag(share.sum(axis=0)))


def _alpha(coincidences: Floats, values: Floats, metric: str) -> tuple[float, float, float]:
    """α with observed and expected disagreement."""
    given = coincidences.sum(axis=1)
    n = float(given.sum())
    distance = _distances(values, given, metric)
    observed = float((coincidences * distance).sum()) / n
    expected = float(given @ distance @ given) / (n * (n - 1))
    if not expected > 0:
        return math.nan, observed, expected
    return 1 - observed / expected, observed, expected


def _without_each(whole: Floats, counts: Floats, values: Floats, metric: str) -> Floats:
    """(units,) α without each unit; ordinal distances are those of the ratings that are left."""
    if metric == "ordinal":
        return np.array([_alpha(whole - _coincidences(one[None, :]), values, metric)[0] for one in counts])
    given, size = counts.sum(axis=0), counts.sum(axis=1)
    near = counts @ _distances(values, given, metric)
    observed = (counts * near).sum(axis=1) / (size - 1)
    expected = (near @ given).sum() - 2 * (near @ given) + (counts * near).sum(axis=1)
    rest = (size.sum() - size - 1) * (observed.sum() - observed)
    ratio = np.divide(rest, expected, out=np.full(len(counts), np.nan), where=expected > 1e-12 * expected.max())
    return np.asarray(1 - ratio)


def _distances(values: Floats, given: Floats, metric: str) -> Floats:
    """(values, values) squared distances."""
    if metric == "nominal":
        return np.asarray(1.0 - np.eye(len(values)))
    if metric == "ordinal":
        middle = np.cumsum(given) - given / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2)
    difference = values[:, None] - values[None, :]
    if metric == "interval":
        return np.asarray(difference**2)
    total = values[:, None] + values[None, :]
    return np.asarray(np.divide(difference, total, out=np.zeros_like(difference), where=total > 0) ** 2)
