"""Every statistic here is a ratio of weighted sums, or one weighted sum; this is its value and its scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from parindex.statistics.survey.design import Floats, Integers

FAR: Final = 1e3
"""How many times its spread a value is from 0 before it is centred."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is estimated: Σw·numerator ÷ Σw·denominator over the rows of a domain that have an answer.

    A mean has the denominator 1, a share a numerator of 0 and 1, a total no denominator. The rows
    outside belong to the design all the same: their scores are 0, their units stay.
    """

    rows: Integers
    """(m,) rows of the design that are in the domain and answered."""
    numerator: Floats
    """(m,) y."""
    denominator: Floats | None
    """(m,) x of a ratio, ones of a mean; ``None`` for a total."""
    domain_rows: int
    """Rows of the domain, answered or not: what ``beta`` and a variance count, as R's ``survey`` does."""
    centre: float = 0.0
    """What was taken off y, and is added to the estimate: y that are large against their spread keep their digits."""

    def value(self, weights: Floats) -> float:
        """The estimate under these weights of the whole design; NaN without a denominator to divide by."""
        w = weights[self.rows]
        top = float(w @ self.numerator)
        if self.denominator is None:
            return top if w.any() else float("nan")
        bottom = float(w @ self.denominator)
        return top / bottom + self.centre if bottom != 0 else float("nan")

    def residuals(self, value: float) -> Floats:
        """(m,) y − r·x, before weights and denominator; y itself for a total."""
        if self.denominator is None:
            return self.numerator
        return self.numerator - (value - self.centre) * self.denominator

    def scale(self, weights: Floats) -> float:
        """What a weighted residual is divided by: Σw·x, or 1 for a total."""
        return 1.0 if self.denominator is None else float(weights[self.rows] @ self.denominator)

    def scores(self, weights: Floats, value: float) -> Floats:
        """(m,) linearised scores: their design variance is the variance of the estimate (Woodruff 1971)."""
        return weights[self.rows] * self.residuals(value) / self.scale(weights)


def common_centre(numbers: Floats) -> float:
    """A value near all of some numbers where they are large against their spread, else 0.

    >>> common_centre(np.array([1e15, 1e15 + 2000, np.nan])), common_centre(np.array([1.0, 5.0]))
    (1000000000001000.0, 0.0)
    """
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return 0.0
    low, high = float(known.min()), float(known.max())
    return low / 2 + high / 2 if min(abs(low), abs(high)) > FAR * (high - low) else 0.0


def mean_target(values: Floats, rows: Integers) -> Target:
    """The mean of values over the rows where they are known."""
    known = rows[~np.isnan(values[rows])]
    centre = common_centre(values[known])
    return Target(known, values[known] - centre, np.ones(len(known)), len(rows), centre)


def total_target(values: Floats, rows: Integers) -> Target:
    """The total of values over the rows where they are known."""
    known = rows[~np.isnan(values[rows])]
    return Target(known, values[known], None, len(rows))


def ratio_target(numerator: Floats, denominator: Floats, rows: Integers) -> Target:
    """The ratio of two totals over the rows where both are known."""
    known = rows[~(np.isnan(numerator[rows]) | np.isnan(denominator[rows]))]
    return Target(known, numerator[known], denominator[known], len(rows))


def variance_target(values: Floats, rows: Integers, weights: Floats) -> Target:
    """The population variance of values, with n/(n−1), as the mean of squares about the mean."""
    mean = mean_target(values, rows)
    used = int((weights[rows] > 0).sum())
    if used < 2:
        return Target(rows[:0], values[:0], np.ones(0), len(rows))
    squares = mean.residuals(mean.value(weights)) ** 2 * used / (used - 1)
    return Target(mean.rows, squares, np.ones(len(mean.rows)), len(rows))
