"""Calibration of weights to known margins (Deville & Särndal 1992), and the residuals that its errors are of.

The factor of a row is g = F(xᵀλ), with x its indicators of margin levels and λ such that Σw·g·x meets the
totals: F(u) is 1+u (linear), e^u (raking) or the bounded logit; bounds cut linear and raking off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers

CalibrationMethod = Literal["raking", "linear", "logit", "post-stratification"]
CALIBRATION_METHODS: Final[tuple[CalibrationMethod, ...]] = get_args(CalibrationMethod)
TOLERANCE: Final = 1e-11
ACCEPTED: Final = 1e-8
SAME_SUM: Final = 1e-9
STEPS: Final = 200
LARGEST_EXPONENT: Final = 300.0


@dataclass(frozen=True, slots=True)
class Margin:
    """Known population totals of the levels of one variable, or of one crossing."""

    variable: str
    """Name, crossed variables joined by a colon."""
    levels: tuple[str, ...]
    """Names of the levels."""
    totals: Floats
    """(levels,) population totals, not negative."""
    level: Integers
    """(n,) level of each row."""
    values: Floats | None = None
    """(n,) numbers whose weighted total is known; ``None``: rows of a level count 1."""

    def sums(self, weights: Floats) -> Floats:
        """(levels,) what some weights reach."""
        held = weights if self.values is None else weights * self.values
        return np.bincount(self.level, weights=held, minlength=len(self.levels)).astype(np.float64)

    def scale(self) -> float:
        """The size of one row's part: totals of numbers and of people are solved together."""
        size = 1.0 if self.values is None else float(np.abs(self.values).mean())
        return size if size > 0 else 1.0


@dataclass(frozen=True, slots=True)
class MarginProjection:
    """What the margins explain of scores, found by least squares under the base weights."""

    indicators: sparse.csr_array
    """(n, p) margin levels of each row."""
    base: Floats
    """(n,) weights before calibration."""
    weights: Floats
    """(n,) weights after calibration."""
    inverse: Floats
    """(p, p) generalised inverse of XᵀWX."""

    def residuals(self, scores: Floats) -> Floats:
        """(n, k) scores less the part that the margins explain, on the calibrated weights."""
        w = self.weights[:, None]
        values = np.divide(scores, w, out=np.zeros_like(scores), where=w > 0)
        slopes = self.inverse @ (self.indicators.T @ (self.base[:, None] * values))
        return np.asarray((values - self.indicators @ slopes) * w)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibrated weights and how they were reached."""

    weights: Floats
    """(n,) calibrated weights."""
    factors: Floats
    """(n,) what each weight was multiplied by."""
    projection: MarginProjection
    """For errors on residuals."""
    steps: int
    """Newton steps taken."""
    error: float
    """The largest relative error of a margin total that is left."""


def margin(
    variable: str,
    column: Sequence[str | None],
    totals: dict[str, float],
    used: NDArray[np.bool_] | None = None,
) -> Margin:
    """A margin from the text of each row and the total of each level.

    Args:
        variable: Name, crossed variables joined by a colon.
        column: (n,) level of each row.
        totals: Known total of each level.
        used: (n,) rows that have a weight; of the others nothing needs to be known. All if not given.

    Raises:
        StatisticsError: ``margin_value_missing``, ``margin_level_unknown``, ``margin_level_empty``,
            ``margin_total_invalid``.
    """
    counted = [True] * len(column) if used is None else used.tolist()
    missing = [row for row, value in enumerate(column) if value is None and counted[row]]
    if missing:
        raise StatisticsError("margin_value_missing", variable=variable, rows=missing)
    present = {str(value) for value, counts in zip(column, counted, strict=True) if counts}
    if unknown := sorted(present - totals.keys()):
        raise StatisticsError("margin_level_unknown", variable=variable, levels=unknown)
    wrong = [level for level, total in totals.items() if not math.isfinite(total) or total < 0]
    if wrong:
        raise StatisticsError("margin_total_invalid", variable=variable, levels=wrong)
    if empty := [level for level, total in totals.items() if level not in present and total > 0]:
        raise StatisticsError("margin_level_empty", variable=variable, levels=empty)
    levels = tuple(level for level in totals if level in present)
    number = {level: place for place, level in enumerate(levels)}
    codes = np.array([number.get(str(value), 0) for value in column], dtype=np.int64)
    return Margin(variable, levels, np.array([totals[level] for level in levels], dtype=np.float64), codes)


def number_margin(variable: str, values: Floats, total: float, used: NDArray[np.bool_] | None = None) -> Margin:
    """A margin from the number of each row and the known total of all.

    Args:
        variable: Name.
        values: (n,) number of each row, NaN where missing.
        total: Known total.
        used: (n,) rows that have a weight; of the others nothing needs to be known. All if not given.

    Raises:
        StatisticsError: ``margin_value_missing``, ``margin_total_invalid``.
    """
    missing = np.isnan(values) & (True if used is None else used)
    if missing.any():
        raise StatisticsError("margin_value_missing", variable=variable, rows=np.flatnonzero(missing).tolist())
    if not math.isfinite(total):
        raise StatisticsError("margin_total_invalid", variable=variable, levels=[""])
    level = np.zeros(len(values), dtype=np.int64)
    return Margin(variable, ("",), np.array([total]), level, np.nan_to_num(values))


def calibrate(
    weights: Floats,
    margins: Sequence[Margin],
    method: CalibrationMethod = "raking",
    bounds: tuple[float, float] | None = None,
) -> Calibration:
    """Weights that meet every margin and are as near the given ones as the method's distance allows.

    Args:
        weights: (n,) weights before.
        margins: Known totals; their sums must agree.
        method: ``raking``, ``linear``, ``logit`` (needs bounds), ``post-stratification`` (one margin).
        bounds: Least and largest factor of a weight, around 1.

    Raises:
        StatisticsError: ``margins_inconsistent`` naming two, ``margin_level_empty``, ``bounds_invalid``,
            ``logit_needs_bounds``, ``post_stratification_needs_one_margin``, ``calibration_not_converged``
            naming the worst margin level, what it reached and what was wanted.
    """
    _check_bounds(method, bounds, len(margins))
    _check_sums(margins)
    _check_cells(weights, margins)
    x = sparse.csr_array(sparse.hstack([_indicators(m) for m in margins]))
    scales = np.concatenate([np.full(len(m.levels), m.scale()) for m in margins])
    wanted = np.concatenate([m.totals for m in margins]) / scales
    gram = (x.T @ (x * weights[:, None])).toarray()
    inverse = np.linalg.pinv(gram, hermitian=True)
    _check_reachable(margins, wanted, gram, inverse)
    start = np.zeros(x.shape[1])
    if method == "raking" and bounds is None and margins[0].values is None:
        start[: len(margins[0].levels)] = _common_growth(weights, margins[0])
    factors, steps = _solved(x, weights, wanted, _Distance(method, bounds), start)
    reached = np.asarray(x.T @ (weights * factors))
    errors = np.abs(reached - wanted) / np.maximum(np.abs(wanted), 1.0)
    if not errors.max() <= ACCEPTED:
        _refuse_worst(margins, errors, reached * scales, wanted * scales)
    after = weights * factors
    return Calibration(after, factors, MarginProjection(x, weights, after, inverse), steps, float(errors.max()))


class _Distance:
    """The factor of a weight as a function of xᵀλ, and its slope."""

    def __init__(self, method: CalibrationMethod, bounds: tuple[float, float] | None) -> None:
        self.method = method
        self.low, self.high = bounds if bounds is not None else (-math.inf, math.inf)

    def factor(self, u: Floats) -> Floats:
        if self.method == "logit":
            low, high = self.low, self.high
            start = math.log((1 - low) / (high - 1))
            return np.asarray(low + (high - low) * special.expit(self._steepness() * u + start))
        free = 1 + u if self.method == "linear" else np.exp(np.minimum(u, LARGEST_EXPONENT))
        return np.clip(free, self.low, self.high)

    def slope(self, u: Floats) -> Floats:
        if self.method == "logit":
            g = self.factor(u)
            return np.asarray(self._steepness() * (g - self.low) * (self.high - g) / (self.high - self.low))
        free = 1 + u if self.method == "linear" else np.exp(np.minimum(u, LARGEST_EXPONENT))
        inside = (free > self.low) & (free < self.high)
        return np.where(inside, 1.0 if self.method == "linear" else free, 0.0)

    def _steepness(self) -> float:
        return (self.high - self.low) / ((1 - self.low) * (self.high - 1))


def _common_growth(weights: Floats, m: Margin) -> float:
    """Logarithm of what all weights grow by, from where raking starts: its factors are the same in any unit."""
    held, total = float(weights.sum()), float(m.totals.sum())
    return math.log(total / held) if held > 0 and total > 0 else 0.0


def _solved(
    x: sparse.csr_array, weights: Floats, wanted: Floats, distance: _Distance, start: Floats
) -> tuple[Floats, int]:
    """Newton's method, its step halved while it makes the worst margin worse."""
    scale = np.maximum(np.abs(wanted), 1.0)
    slopes = start

    def misfit(at: Floats) -> Floats:
        return np.asarray(wanted - x.T @ (weights * distance.factor(x @ at)))

    missed = misfit(slopes)
    for step in range(1, STEPS + 1):
        error = float(np.abs(missed / scale).max())
        if error < TOLERANCE:
            return distance.factor(x @ slopes), step - 1
        curvature = (x.T @ (x * (weights * distance.slope(x @ slopes))[:, None])).toarray()
        move = np.linalg.pinv(curvature, hermitian=True) @ missed
        length = 1.0
        while length > 1e-6:
            missed = misfit(slopes + length * move)
            if np.isfinite(missed).all() and np.abs(missed / scale).max() < error:
                break
            length /= 2
        else:
            break
        slopes = slopes + length * move
    return distance.factor(x @ slopes), STEPS


def _indicators(m: Margin) -> sparse.csr_array:
    n = len(m.level)
    each = np.ones(n) if m.values is None else m.values / m.scale()
    return sparse.csr_array((each, (np.arange(n), m.level)), shape=(n, len(m.levels)))


def _check_bounds(method: str, bounds: tuple[float, float] | None, margins: int) -> None:
    if method == "logit" and bounds is None:
        raise StatisticsError("logit_needs_bounds")
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1] < math.inf:
        raise StatisticsError("bounds_invalid", found=bounds)
    if method == "post-stratification" and margins != 1:
        raise StatisticsError("post_stratification_needs_one_margin", margins=margins)
    if margins == 0:
        raise StatisticsError("no_margins")


def _check_sums(margins: Sequence[Margin]) -> None:
    """Totals of all margins of people are totals of one population."""
    people = [m for m in margins if m.values is None]
    if not people:
        return
    first, sums = people[0], [float(m.totals.sum()) for m in people]
    for m, total in zip(people, sums, strict=True):
        if abs(total - sums[0]) > SAME_SUM * max(abs(total), abs(sums[0])):
            raise StatisticsError("margins_inconsistent", variables=(first.variable, m.variable), sums=(sums[0], total))


def _check_cells(weights: Floats, margins: Sequence[Margin]) -> None:
    for m in margins:
        held = m.sums(weights)
        empty = [m.levels[i] for i in np.flatnonzero((held == 0) & (m.totals > 0))]
        if empty:
            raise StatisticsError("margin_level_empty", variable=m.variable, levels=empty)


def _check_reachable(margins: Sequence[Margin], wanted: Floats, gram: Floats, inverse: Floats) -> None:
    """Refuse totals that contradict each other, such as a crossing and its own variable."""
    left: NDArray[np.float64] = np.abs(wanted - gram @ (inverse @ wanted)) / np.maximum(np.abs(wanted), 1.0)
    if left.max() > ACCEPTED:
        variable, level, _ = _place(margins, int(left.argmax()))
        raise StatisticsError("margins_contradict", variable=variable, level=level)


def _refuse_worst(margins: Sequence[Margin], errors: Floats, reached: Floats, wanted: Floats) -> None:
    worst = int(np.nan_to_num(errors, nan=math.inf).argmax())
    variable, level, _ = _place(margins, worst)
    raise StatisticsError(
        "calibration_not_converged",
        variable=variable,
        level=level,
        reached=float(reached[worst]),
        wanted=float(wanted[worst]),
    )


def _place(margins: Sequence[Margin], at: int) -> tuple[str, str, Margin]:
    for m in margins:
        if at < len(m.levels):
            return m.variable, m.levels[at], m
        at -= len(m.levels)
    raise IndexError(at)
