"""Every statistic here is a ratio of weighted sums, or one weighted sum; this is its value and its scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parindex.statistics.survey.design import Floats, Integers


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

    def value(self, weights: Floats) -> float:
        """The estimate under these weights of the whole design; NaN without a denominator to divide by."""
        w = weights[self.rows]
        top = float(w @ self.numerator)
        if self.denominator is None:
            return top if w.any() else float("nan")
        bottom = float(w @ self.denominator)
        return top / bottom if bottom != 0 else float("nan")

    def residuals(self, value: float) -> Floats:
        """(m,) y − r·x, before weights and denominator; y itself for a total."""
        return self.numerator if self.denominator is None else self.numerator - value * self.denominator

    def scale(self, weights: Floats) -> float:
        """What a weighted residual is divided by: Σw·x, or 1 for a total."""
        return 1.0 if self.denominator is None else float(weights[self.rows] @ self.denominator)

    def scores(self, weights: Floats, value: float) -> Floats:
        """(m,) linearised scores: their design variance is the variance of the estimate (Woodruff 1971)."""
        return weights[self.rows] * self.residuals(value) / self.scale(weights)


def mean_target(values: Floats, rows: Integers) -> Target:
    """The mean of values over the rows where they are known."""
    known = rows[~np.isnan(values[rows])]
    return Target(known, values[known], np.ones(len(known)), len(rows))


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
    squares = (mean.numerator - mean.value(weights)) ** 2 * used / (used - 1)
    return Target(mean.rows, squares, np.ones(len(mean.rows)), len(rows))
