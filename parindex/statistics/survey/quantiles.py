"""Quantiles of weighted values by twelve definitions, with Woodruff's interval.

The interval is that of the share at or below the quantile, carried back through the same definition; the
standard error is its width divided by twice the t quantile. Definitions: ``math`` (the smallest value whose
share reaches p), ``school`` (the mean of the two values where p is met exactly), ``shahvaish``, and the nine
of Hyndman & Fan (1996) carried over to weights, as R's ``survey`` 4.1 has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np

from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import NAN, Estimate, Sample, effective_size, without_value
from parindex.statistics.survey.intervals import IntervalKind, interval, quantile_of_t
from parindex.statistics.survey.linearisation import Target

QuantileRule = Literal["math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
QUANTILE_RULES: Final[tuple[QuantileRule, ...]] = get_args(QuantileRule)


def quantile_estimate(
    sample: Sample,
    values: Floats,
    rows: Integers,
    p: float,
    *,
    rule: QuantileRule = "math",
    level: float = 0.95,
    kind: IntervalKind = "t",
) -> Estimate:
    """Estimate the p-quantile of values in a domain; a bound whose share is not between 0 and 1 is NaN.

    Args:
        sample: The sample, with the way its errors are found.
        values: (n,) values, NaN where missing.
        rows: Rows of the domain.
        p: Share below the quantile, 0 to 1.
        rule: Definition of the quantile.
        level: Coverage of the interval.
        kind: Interval of the share at or below the quantile; ``auto`` is t.
    """
    weights = sample.design.weights
    known = rows[~np.isnan(values[rows])]
    used = known[sample.design.used[known]]
    if not len(used):
        return without_value(sample, used, 0)
    x, w = values[used], weights[used]
    value = weighted_quantile(x, w, p, rule)
    df = sample.df(used)
    below = Target(known, (values[known] <= value).astype(np.float64), np.ones(len(known)), len(known))
    share = _share_below(x, w, value)
    variance = float(sample.covariance([below], np.array([share]))[0, 0])
    kind = "t" if kind == "auto" else kind
    bounds = interval(kind, share, math.sqrt(variance) if variance >= 0 else NAN, df, level, n=len(known), share=True)
    ci, se, note = None, NAN, "no_degrees_of_freedom" if df <= 0 else "no_interval"
    if bounds is not None:
        low, high = (weighted_quantile(x, w, bound, rule) if 0 <= bound <= 1 else NAN for bound in bounds)
        width = quantile_of_t((1 + level) / 2, math.inf if kind == "normal" else df)
        if math.isfinite(low) and math.isfinite(high):
            ci, se, note = (low, high), (high - low) / (2 * width), ""
        elif math.isfinite(low) or math.isfinite(high):
            ci = (low, high)
    return Estimate(
        value=value,
        se=se,
        ci=ci,
        df=df,
        deff=NAN,
        deff_wr=NAN,
        n=len(used),
        n_eff=effective_size(w),
        note=note or None,
        ci_kind=None if ci is None else "woodruff",
    )


def weighted_quantile(values: Floats, weights: Floats, p: float, rule: QuantileRule = "math") -> float:
    """The p-quantile of values with positive weights.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), 0.5)
    2.0
    >>> weighted_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), 0.5, "school")
    2.5
    """
    if len(values) == 1:
        return float(values[0])
    order = np.argsort(values, kind="stable")
    return _RULES[rule](values[order], weights[order], p)


def _share_below(x: Floats, w: Floats, value: float) -> float:
    """Share of the weight at or below a value, added up as the rules do: without error it is met exactly."""
    order = np.argsort(x, kind="stable")
    shares = _cumulative(w[order])
    at = int(np.searchsorted(x[order], value, side="right")) - 1
    return float(shares[at]) / float(shares[-1]) if at >= 0 else 0.0


def _cumulative(w: Floats) -> Floats:
    return np.cumsum(w, dtype=np.longdouble).astype(np.float64)


def _neighbours(x: Floats, w: Floats, p: float) -> tuple[int, int, float, float]:
    """Places of the values around p, and how far p is from the share at each."""
    shares = _cumulative(w)
    total = float(shares[-1])
    low = int(np.searchsorted(shares, p * total, side="right")) - 1
    if low < 0:
        return 0, 0, p, float(shares[0]) / total - p
    high = min(low + 1, len(x) - 1)
    return low, high, p - float(shares[low]) / total, float(shares[high]) / total - p


def _math(x: Floats, w: Floats, p: float) -> float:
    low, high, over, _ = _neighbours(x, w, p)
    return float(x[low] if over == 0 else x[high])


def _school(x: Floats, w: Floats, p: float) -> float:
    low, high, over, _ = _neighbours(x, w, p)
    return float((x[low] + x[high]) / 2 if over == 0 else x[high])


def _hf3(x: Floats, w: Floats, p: float) -> float:
    distinct, place = np.unique(x, return_inverse=True)
    low, high, over, _ = _neighbours(distinct, np.bincount(place, weights=w).astype(np.float64), p)
    return float(distinct[low] if over == 0 and (low + 1) % 2 == 0 else distinct[high])


def _hf4(x: Floats, w: Floats, p: float) -> float:
    low, high, over, under = _neighbours(x, w, p)
    share = over / (over + under) if over + under != 0 else NAN
    return float(x[low] * (1 - share) + x[high] * share)


def _along(positions: Callable[[Floats, Floats], Floats]) -> Callable[[Floats, Floats, float], float]:
    """A rule that draws straight lines through the values at their plotting positions."""

    def rule(x: Floats, w: Floats, p: float) -> float:
        return float(np.interp(p, positions(_cumulative(w), w), x))

    return rule


def _before(c: Floats) -> Floats:
    return np.concatenate([[0.0], c[:-1]])


def _shahvaish(x: Floats, w: Floats, p: float) -> float:
    """A step at plotting positions (S + ½ − w/2)/(n+1), S of weights with mean 1 and w as they are."""
    n = len(x)
    positions = (_cumulative(w / w.mean()) + 0.5 - w / 2) / (n + 1)
    order = np.argsort(positions, kind="stable")
    place = int(np.searchsorted(positions[order], p, side="right")) - 1
    return float(x[order][max(place, 0)])


_RULES: Final[dict[str, Callable[[Floats, Floats, float], float]]] = {
    "math": _math,
    "hf1": _math,
    "school": _school,
    "hf2": _school,
    "shahvaish": _shahvaish,
    "hf3": _hf3,
    "hf4": _hf4,
    "hf5": _along(lambda c, w: (c - w / 2) / c[-1]),
    "hf6": _along(lambda c, w: c / (c[-1] + w[-1])),
    "hf7": _along(lambda c, _: _before(c) / c[-2]),
    "hf8": _along(lambda c, w: (_before(c) / 3 + c * 2 / 3) / (c[-1] + w[-1] / 3)),
    "hf9": _along(lambda c, w: (_before(c) * 3 / 8 + c * 5 / 8) / (c[-1] + w[-1] / 4)),
}
