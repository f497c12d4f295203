"""Confidence intervals: t and normal for anything, logit, Korn–Graubard beta and Clopper–Pearson for shares.

``auto`` chooses: t for means, totals and ratios; logit for shares and indices; and where a share is 0 or 1, which no
error tells anything about, the bounds of Clopper and Pearson at an effective size that knows the clusters. Every
interval says which kind it is. Parts from several surveys are joined by their own intervals (MOVER).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from scipy import special

IntervalKind = Literal["auto", "t", "normal", "logit", "beta"]
INTERVAL_KINDS: Final[tuple[IntervalKind, ...]] = get_args(IntervalKind)
UsedKind = Literal["t", "normal", "logit", "beta", "clopper-pearson", "woodruff", "mover"]
"""What an interval can say that it is."""

IntervalBounds = tuple[float, float]

ICC: Final = 0.05
"""How alike the answers of one PSU are, where the sample itself cannot tell."""

EDGE: Final = 1e-12
"""A share no farther from 0 or 1 than this is 0 or 1: what lies between is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersBehind:
    """What stands behind a share: how much its answers tell where they are all the same."""

    n: int
    """Rows used."""
    n_eff: float
    """(Σw)² ÷ Σw² of the rows used."""
    deff: float
    """How much clusters and strata inflate a variance, at least 1."""

    @property
    def size(self) -> float:
        """Simple random answers that tell as much."""
        return self.n_eff / max(1.0, self.deff)


def clustering(deff_wr: float | None, n: int, psus: int, icc: float = ICC) -> float:
    """How much clusters inflate the variance of a share that is 0 or 1: at least 1.

    Args:
        deff_wr: Design effect of the same item over all rows; ``None`` or NaN where all of them agree too.
        n: Rows of the share.
        psus: PSUs in which they lie.
        icc: Intraclass correlation that is supposed without a design effect.

    >>> clustering(1.8, 60, 6), round(clustering(None, 60, 6), 4), clustering(0.7, 60, 6)
    (1.8, 1.45, 1.0)
    """
    if deff_wr is None or not math.isfinite(deff_wr):
        deff_wr = 1 + (n / psus - 1) * icc if psus > 0 else 1.0
    return max(1.0, deff_wr)


def quantile_of_t(probability: float, df: float) -> float:
    """Student's t quantile; the normal one where the degrees of freedom are infinite."""
    if math.isinf(df):
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def at_edge(value: float) -> bool:
    """Whether a share is 0 or 1, so that its standard error says nothing.

    >>> at_edge(0.0), at_edge(1.0), at_edge(0.999)
    (True, True, False)
    """
    return value <= EDGE or value >= 1 - EDGE


def interval(
    kind: IntervalKind,
    value: float,
    se: float,
    df: float,
    level: float,
    *,
    n: int,
    share: bool,
    behind: AnswersBehind | None = None,
) -> IntervalBounds | None:
    """A confidence interval at ``level``, or ``None`` where there is none.

    ``logit`` and ``beta`` are for shares; any other statistic takes ``t`` under them.

    Args:
        kind: The interval asked for.
        value: The estimate.
        se: Its standard error.
        df: Degrees of freedom; at most 0 there is no interval.
        level: Coverage, such as 0.95.
        n: Rows of the domain, for the effective size of ``beta`` (Korn & Graubard 1998).
        share: Whether the estimate is a share, or an index of shares.
        behind: What stands behind a share of 0 or 1, for ``auto``.
    """
    if not (math.isfinite(value) and math.isfinite(se)) or df <= 0:
        return None
    tail = (1 - level) / 2
    used = kind_of(kind, value, share=share)
    if used == "clopper-pearson":
        bounds = (math.nan, math.nan) if behind is None else clopper_pearson(round(value), behind, df, level)
    elif used == "logit":
        bounds = _logit(value, se, -quantile_of_t(tail, df))
    elif used == "beta":
        bounds = _beta(value, se, df, tail, n)
    else:
        half = -quantile_of_t(tail, math.inf if used == "normal" else df) * se
        bounds = (value - half, value + half)
    return bounds if all(map(math.isfinite, bounds)) else None


def kind_of(kind: IntervalKind, value: float, *, share: bool) -> UsedKind:
    """The kind of interval that an estimate has when one is asked for.

    >>> kind_of("auto", 0.9, share=True), kind_of("auto", 1.0, share=True), kind_of("auto", 3.5, share=False)
    ('logit', 'clopper-pearson', 't')
    >>> kind_of("beta", 0.9, share=True), kind_of("beta", 3.5, share=False)
    ('beta', 't')
    """
    if kind == "normal":
        return "normal"
    if not share or kind == "t":
        return "t"
    if kind == "auto":
        return "clopper-pearson" if at_edge(value) else "logit"
    return kind


def clopper_pearson(value: int, behind: AnswersBehind, df: float, level: float) -> IntervalBounds:
    """IntervalBounds of a share of 0 or 1 at n* = size·(t_{n−1}/t_df)², each tail (1 − level)/2.

    Args:
        value: 0 or 1.
        behind: What stands behind it.
        df: Degrees of freedom of the design.
        level: Coverage.

    Returns:
        NaN bounds of fewer than two rows.

    >>> low, high = clopper_pearson(1, AnswersBehind(n=100, n_eff=90.0, deff=1.5), 10, 0.95)
    >>> round(low, 4), high
    (0.9254, 1.0)
    """
    if behind.n < 2 or not behind.size > 0:
        return math.nan, math.nan
    tail = (1 - level) / 2
    size = behind.size * (quantile_of_t(tail, behind.n - 1) / quantile_of_t(tail, df)) ** 2
    most = -math.expm1(math.log(tail) / size)
    return (0.0, most) if value == 0 else (1 - most, 1.0)


def error_at_edge(bounds: IntervalBounds, df: float, level: float) -> float:
    """The standard error that a share of 0 or 1 is ranked with: the width of its interval ÷ t, never 0.

    >>> round(error_at_edge((0.9256, 1.0), 10, 0.95), 4)
    0.0334
    """
    return (bounds[1] - bounds[0]) / quantile_of_t((1 + level) / 2, df)


def mover(value: float, parts: Sequence[tuple[float, IntervalBounds]]) -> IntervalBounds:
    """The interval of a sum of independent parts from the intervals of the parts (Zou & Donner 2008).

    L = Î − √Σ(s_k − l_k)², U = Î + √Σ(u_k − s_k)²; of one part its own bounds, carried through.

    Args:
        value: The sum, with whatever has no error.
        parts: Each part's value and bounds, already multiplied by its constant.

    >>> mover(10.0, [(3.0, (0.0, 4.0)), (5.0, (1.0, 5.0))])
    (5.0, 11.0)
    """
    below = math.hypot(*(part - min(bounds) for part, bounds in parts))
    above = math.hypot(*(max(bounds) - part for part, bounds in parts))
    return value - below, value + above


def _logit(value: float, se: float, quantile: float) -> IntervalBounds:
    """Symmetric on the log-odds, with the delta method's error."""
    if not 0 < value < 1:
        return math.nan, math.nan
    half = quantile * se / (value * (1 - value))
    centre = math.log(value / (1 - value))
    return float(special.expit(centre - half)), float(special.expit(centre + half))


def _beta(value: float, se: float, df: float, tail: float, n: int) -> IntervalBounds:
    """Clopper–Pearson bounds at the effective sample size, adjusted for the degrees of freedom."""
    if se == 0 or n < 2 or not 0 < value < 1:
        return math.nan, math.nan
    adjustment = (quantile_of_t(tail, n - 1) / quantile_of_t(tail, df)) ** 2
    size = value * (1 - value) / se**2 * adjustment
    low = special.betaincinv(size * value, size * (1 - value) + 1, tail)
    high = special.betaincinv(size * value + 1, size * (1 - value), 1 - tail)
    return float(low), float(high)
