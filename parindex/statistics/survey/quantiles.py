"""Quantiles of weighted values by twelve definitions, with Woodruff's interval.

The interval is that of the share at or below the quantile, carried back through the same definition; the
standard error is its width divided by twice the t quantile. Where many gave the same answer the share at or below the
quantile may lie far above p, and that interval holds far less than it says (50-60 % of 95): ``auto`` then inverts the
test, and takes every value of which neither the share at or below it is significantly less than p nor the share below
it significantly p or more (Francisco & Fuller 1991). Definitions: ``math`` (the smallest value whose
share reaches p), ``school`` (the mean of the two values where p is met exactly), ``shahvaish``, and the nine
of Hyndman & Fan (1996) carried over to weights, as R's ``survey`` 4.1 has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np

from parindex.statistics.survey.design import Floats, Integers
from parindex.statistics.survey.estimates import (
    NAN,
    Estimate,
    Sample,
    answers_behind,
    effective_size,
    is_census,
    without_value,
)
from parindex.statistics.survey.intervals import ICC, IntervalBounds, IntervalKind, at_edge, interval, quantile_of_t
from parindex.statistics.survey.linearisation import Target

QuantileRule = Literal["math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
QUANTILE_RULES: Final[tuple[QuantileRule, ...]] = get_args(QuantileRule)
TIED: Final = "tied_values"
"""Note of an estimate whose interval is that of the inverted test."""


def quantile_estimate(
    sample: Sample,
    values: Floats,
    rows: Integers,
    p: float,
    *,
    rule: QuantileRule = "math",
    level: float = 0.95,
    kind: IntervalKind = "t",
    icc: float = ICC,
) -> Estimate:
    """Estimate the p-quantile of values in a domain; a bound whose share is not between 0 and 1 is NaN.

    Args:
        sample: The sample, with the way its errors are found.
        values: (n,) values, NaN where missing.
        rows: Rows of the domain.
        p: Share below the quantile, 0 to 1.
        rule: Definition of the quantile.
        level: Coverage of the interval.
        kind: Interval of the share at or below the quantile; ``auto`` is t, and the inverted test among tied values.
        icc: How alike the answers of one PSU are, for shares of 0 and 1 under ``auto``.
    """
    weights = sample.design.weights
    known = rows[~np.isnan(values[rows])]
    used = known[sample.design.used[known]]
    if not len(used):
        return without_value(sample, used, 0)
    x, w = values[used], weights[used]
    value = weighted_quantile(x, w, p, rule)
    df = sample.df(used)
    inverted = kind == "auto" and is_tied(x, value)
    bounds = (
        _Inverted(sample, values, known, used, level, icc).bounds(p, value)
        if inverted
        else _carried_back(sample, values, known, used, value, rule, level, kind)
    )
    ci, se, note = None, NAN, "no_degrees_of_freedom" if df <= 0 else "no_interval"
    if bounds is not None and any(map(math.isfinite, bounds)):
        ci = bounds
        if all(map(math.isfinite, bounds)):
            width = quantile_of_t((1 + level) / 2, math.inf if kind == "normal" else df)
            se, note = (bounds[1] - bounds[0]) / (2 * width), TIED if inverted else ""
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


def is_tied(x: Floats, value: float) -> bool:
    """Whether a quantile is an answer that several rows gave, or lies between answers of which one is.

    >>> is_tied(np.array([1.0, 2.0, 2.0]), 1.0), is_tied(np.array([1.0, 2.0, 2.0]), 1.5)
    (False, True)
    """
    below, above = x[x <= value], x[x >= value]
    neighbours = {float(below.max())} if len(below) else set()
    neighbours |= {float(above.min())} if len(above) else set()
    return any(int((x == answer).sum()) > 1 for answer in neighbours)


def _carried_back(
    sample: Sample,
    values: Floats,
    known: Integers,
    used: Integers,
    value: float,
    rule: QuantileRule,
    level: float,
    kind: IntervalKind,
) -> IntervalBounds | None:
    """Woodruff's interval as R's ``survey`` has it: about the share at or below the quantile that was found."""
    x, w = values[used], sample.design.weights[used]
    share = _share_below(x, w, value)
    se = _error_below(sample, values, known, value, share)
    bounds = interval("t" if kind == "auto" else kind, share, se, sample.df(used), level, n=len(known), share=True)
    if bounds is None:
        return None
    low, high = (weighted_quantile(x, w, bound, rule) if 0 <= bound <= 1 else NAN for bound in bounds)
    return low, high


def _error_below(sample: Sample, values: Floats, known: Integers, value: float, share: float) -> float:
    """The standard error of the share at or below a value."""
    below = Target(known, (values[known] <= value).astype(np.float64), np.ones(len(known)), len(known))
    variance = float(sample.covariance([below], np.array([share]))[0, 0])
    return math.sqrt(variance) if variance >= 0 else NAN


class _Inverted:
    """Which answers a test would take for the quantile.

    Args:
        sample: The sample, with the way its errors are found.
        values: (n,) values, NaN where missing.
        known: Rows of the domain with a value.
        used: Those of them with a weight.
        level: Coverage; each end takes half of what is left.
        icc: How alike the answers of one PSU are, for shares of 0 and 1.
    """

    def __init__(
        self, sample: Sample, values: Floats, known: Integers, used: Integers, level: float, icc: float
    ) -> None:
        self.sample, self.values, self.known, self.level = sample, values, known, level
        self.df = sample.df(used)
        self.census = is_census(sample.design, used)
        self.behind = answers_behind(sample.design, used, NAN, icc)
        self.answers, place = np.unique(values[used], return_inverse=True)
        shares = _cumulative(np.bincount(place, weights=sample.design.weights[used]).astype(np.float64))
        self.shares = [0.0, *(shares / shares[-1]).tolist()]
        """Share at or below each answer; before the first nothing is."""
        self._intervals: dict[int, IntervalBounds | None] = {}

    def bounds(self, p: float, value: float) -> IntervalBounds | None:
        """The least and the largest; NaN where it may lie beyond every answer, ``None`` without degrees of freedom."""
        if self._interval(0) is None or self._interval(len(self.answers)) is None:
            return None
        least = self._first(lambda place: self._bound(place, 1) >= p)
        largest = self._first(lambda place: self._bound(place, 0) >= p)
        low = NAN if least == 0 else float(self.answers[least - 1])
        high = NAN if largest > len(self.answers) else float(self.answers[max(largest, 1) - 1])
        # Some rules draw lines between answers: what they find lies inside too.
        return min(low, value), max(high, value)

    def _bound(self, place: int, end: int) -> float:
        """One end of the interval of the share at or below an answer."""
        bounds = self._interval(place)
        return self.shares[place] if bounds is None else bounds[end]

    def _interval(self, place: int) -> IntervalBounds | None:
        if place not in self._intervals:
            self._intervals[place] = self._found(place)
        return self._intervals[place]

    def _found(self, place: int) -> IntervalBounds | None:
        share = self.shares[place]
        if self.census and self.df > 0:
            return share, share
        se = 0.0
        if not at_edge(share):
            se = _error_below(self.sample, self.values, self.known, float(self.answers[place - 1]), share)
        return interval("auto", share, se, self.df, self.level, n=len(self.known), share=True, behind=self.behind)

    def _first(self, holds: Callable[[int], bool]) -> int:
        """The first place from which on something holds; one more than the last where it does nowhere."""
        low, high = 0, len(self.shares)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if holds(middle) else (middle + 1, high)
        return low


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
