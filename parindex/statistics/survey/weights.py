"""Weights after calibration: trimming with redistribution, and what a set of weights costs and reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.calibration import Margin
from parindex.statistics.survey.design import Floats

TrimUnit = Literal["weight", "mean", "median"]
TRIM_UNITS: Final[tuple[TrimUnit, ...]] = get_args(TrimUnit)
ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSummary:
    """A set of weights in numbers; weights of 0 are not counted."""

    n: int
    """Weights that are not 0."""
    total: float
    """Σw: the size of the population, as the weights have it."""
    least: float
    """The smallest weight."""
    largest: float
    """The largest weight."""
    cv: float
    """Coefficient of variation, with n in its denominator."""
    deff: float
    """Kish's design effect of unequal weights, 1 + cv²."""
    n_eff: float
    """Effective sample size (Σw)² ÷ Σw² = n ÷ deff."""
    least_factor: float
    """The smallest ratio to the weights before."""
    largest_factor: float
    """The largest ratio to the weights before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginReached:
    """One margin total and what the weights make of it."""

    variable: str
    """Name of the margin's variable."""
    level: str
    """Name of the level."""
    wanted: float
    """The known total."""
    reached: float
    """Σw of the level's rows."""
    error: float
    """|reached − wanted| ÷ max(wanted, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimming:
    """Trimmed weights and how much was moved."""

    weights: Floats
    """(n,) trimmed weights, of the same sum."""
    lower: float
    """Least weight that was asked for."""
    upper: float
    """Largest weight that was asked for."""
    raised: int
    """Weights below the least one."""
    cut: int
    """Weights above the largest one."""
    moved: float
    """Sum of what was cut off above less what was added below, which the other weights received."""
    rounds: int
    """How often weights were cut."""


def design_weights(*probabilities: ArrayLike) -> Floats:
    """(n,) design weights 1/π, with π the product of the selection probabilities of the stages.

    Args:
        probabilities: (n,) each, the probability of a row's unit at one stage, given the stage before.

    Raises:
        StatisticsError: ``probability_invalid`` naming rows whose probability is not above 0 and at most 1;
            ``length_differs``.

    >>> design_weights([0.1, 0.2], [0.5, 0.5]).tolist()
    [20.0, 10.0]
    """
    product = np.ones(1)
    for stage, values in enumerate(probabilities, start=1):
        p = np.asarray(values, dtype=np.float64)
        if stage > 1 and p.shape != product.shape:
            raise StatisticsError("length_differs", column=f"stage {stage}", rows=len(product), found=p.shape)
        if not ((p > 0) & (p <= 1)).all():
            raise StatisticsError(
                "probability_invalid", stage=stage, rows=np.flatnonzero(~((p > 0) & (p <= 1))).tolist()
            )
        product = product * p
    return np.asarray(1 / product)


def weight_summary(weights: ArrayLike, before: ArrayLike | None = None) -> WeightSummary:
    """Describe weights.

    Args:
        weights: (n,) weights.
        before: (n,) what they were adjusted from; themselves if not given.

    Raises:
        StatisticsError: ``weights_all_zero``.

    >>> s = weight_summary([1, 1, 2, 0], [1, 1, 1, 1])
    >>> s.n, s.total, round(s.deff, 4), round(s.n_eff, 4), s.largest_factor
    (3, 4.0, 1.125, 2.6667, 2.0)
    """
    every = np.asarray(weights, dtype=np.float64)
    kept = every != 0
    w = every[kept]
    if not len(w):
        raise StatisticsError("weights_all_zero")
    base = w if before is None else np.asarray(before, dtype=np.float64)[kept]
    factors = np.divide(w, base, out=np.ones_like(w), where=base != 0)
    total, squares, n = float(w.sum()), float(w @ w), len(w)
    deff = n * squares / total**2
    return WeightSummary(
        n=n,
        total=total,
        least=float(w.min()),
        largest=float(w.max()),
        cv=float(np.sqrt(max(deff - 1, 0.0))),
        deff=deff,
        n_eff=n / deff,
        least_factor=float(factors.min()),
        largest_factor=float(factors.max()),
    )


def margins_reached(weights: ArrayLike, margins: Sequence[Margin]) -> list[MarginReached]:
    """Every margin total beside what the weights add up to, the margins' levels in their order."""
    w = np.asarray(weights, dtype=np.float64)
    found = []
    for m in margins:
        held = m.sums(w)
        for level, wanted, reached in zip(m.levels, m.totals.tolist(), held.tolist(), strict=True):
            error = abs(reached - wanted) / max(abs(wanted), 1.0)
            found.append(MarginReached(variable=m.variable, level=level, wanted=wanted, reached=reached, error=error))
    return found


def worst_margin(reached: Sequence[MarginReached]) -> MarginReached | None:
    """The margin total with the largest relative error; the first of several, none without margins."""
    return max(reached, key=lambda each: each.error, default=None)


def trimming(
    weights: ArrayLike, lower: float, upper: float, *, strict: bool = False, of: TrimUnit = "weight"
) -> Trimming:
    """Cut weights off at bounds and give what was cut to the others in equal parts (Potter 1990).

    The sum stays. Weights of 0 are no weights: they are neither raised nor given anything. Margins that the
    weights met are met no more: trim, look at ``margins_reached``, or bound the calibration instead.

    Args:
        weights: (n,) weights.
        lower: Least weight.
        upper: Largest weight.
        strict: Repeat until no weight that received a part is outside.
        of: What the bounds count: ``weight``, or multiples of the ``mean`` or ``median`` weight.

    Raises:
        StatisticsError: ``trim_bounds_invalid``; ``trim_leaves_out_mean``: the mean weight stays, so the bounds must
            hold it; ``weights_all_zero``; ``out_of_range`` for an unknown ``of``.

    >>> t = trimming([1, 1, 1, 5], 0, 3)
    >>> t.weights.round(4).tolist(), t.cut, t.moved
    ([1.6667, 1.6667, 1.6667, 3.0], 1, 2.0)
    """
    every = np.asarray(weights, dtype=np.float64)
    kept = every != 0
    w = every[kept]
    if not len(w):
        raise StatisticsError("weights_all_zero")
    low, high = _limits(w, lower, upper, of)
    raised, cut = int((w < low).sum()), int((w > high).sum())
    moved, rounds = 0.0, 0
    while strict or rounds == 0:
        outside = (w < low) | (w > high)
        if not outside.any():
            break
        if outside.all() or rounds == ROUNDS:
            levelled = _levelled(every[kept], low, high)
            moved, rounds, w = moved + float(np.abs(levelled - w).sum() / 2), rounds + 1, levelled
            break
        clipped = np.clip(w, low, high)
        rest = float((w - clipped).sum())
        w = np.where(outside, clipped, clipped + rest / int((~outside).sum()))
        moved, rounds = moved + rest, rounds + 1
    trimmed = every.copy()
    trimmed[kept] = w
    return Trimming(weights=trimmed, lower=low, upper=high, raised=raised, cut=cut, moved=moved, rounds=rounds)


def _levelled(weights: Floats, low: float, high: float) -> Floats:
    """All weights shifted alike and cut at the bounds, their sum kept: where no weight is left to give parts to."""
    total = float(weights.sum())
    least, most = low - float(weights.max()), high - float(weights.min())
    while least < (shift := (least + most) / 2) < most:
        if float(np.clip(weights + shift, low, high).sum()) < total:
            least = shift
        else:
            most = shift
    return np.clip(weights + most, low, high)


def _limits(weights: Floats, lower: float, upper: float, of: str) -> tuple[float, float]:
    if of not in TRIM_UNITS:
        raise StatisticsError("out_of_range", name="of", found=of, accepted=TRIM_UNITS)
    if not lower < upper:
        raise StatisticsError("trim_bounds_invalid", lower=lower, upper=upper)
    unit = 1.0 if of == "weight" else float(weights.mean()) if of == "mean" else float(np.median(weights))
    mean = float(weights.mean())
    if not lower * unit <= mean <= upper * unit:
        raise StatisticsError("trim_leaves_out_mean", lower=lower * unit, upper=upper * unit, mean=mean)
    return lower * unit, upper * unit
