"""Confidence intervals: t and normal for anything, logit and Korn–Graubard beta for shares."""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from scipy import special

IntervalKind = Literal["t", "normal", "logit", "beta"]
INTERVAL_KINDS: Final[tuple[IntervalKind, ...]] = get_args(IntervalKind)


def quantile_of_t(probability: float, df: float) -> float:
    """Student's t quantile; the normal one where the degrees of freedom are infinite."""
    if math.isinf(df):
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def interval(
    kind: IntervalKind, value: float, se: float, df: float, level: float, *, n: int, share: bool
) -> tuple[float, float] | None:
    """A confidence interval at ``level``, or ``None`` where there is none.

    ``logit`` and ``beta`` are for shares; any other statistic takes ``t`` under them.

    Args:
        kind: The interval asked for.
        value: The estimate.
        se: Its standard error.
        df: Degrees of freedom; at most 0 there is no interval.
        level: Coverage, such as 0.95.
        n: Rows of the domain, for the effective size of ``beta`` (Korn & Graubard 1998).
        share: Whether the estimate is a share.
    """
    if not (math.isfinite(value) and math.isfinite(se)) or df <= 0:
        return None
    tail = (1 - level) / 2
    if share and kind == "logit":
        bounds = _logit(value, se, -quantile_of_t(tail, df))
    elif share and kind == "beta":
        bounds = _beta(value, se, df, tail, n)
    else:
        half = -quantile_of_t(tail, math.inf if kind == "normal" else df) * se
        bounds = (value - half, value + half)
    return bounds if all(map(math.isfinite, bounds)) else None


def _logit(value: float, se: float, quantile: float) -> tuple[float, float]:
    """Symmetric on the log-odds, with the delta method's error."""
    if not 0 < value < 1:
        return math.nan, math.nan
    half = quantile * se / (value * (1 - value))
    centre = math.log(value / (1 - value))
    return float(special.expit(centre - half)), float(special.expit(centre + half))


def _beta(value: float, se: float, df: float, tail: float, n: int) -> tuple[float, float]:
    """Clopper–Pearson bounds at the effective sample size, adjusted for the degrees of freedom."""
    if se == 0 or n < 2 or not 0 < value < 1:
        return math.nan, math.nan
    adjustment = (quantile_of_t(tail, n - 1) / quantile_of_t(tail, df)) ** 2
    size = value * (1 - value) / se**2 * adjustment
    low = special.betaincinv(size * value, size * (1 - value) + 1, tail)
    high = special.betaincinv(size * value + 1, size * (1 - value), 1 - tail)
    return float(low), float(high)
