"""The design variance of linearised scores (Särndal, Swensson & Wretman 1992, ch. 4).

Per stratum V = (1−f)·n/(n−1)·Σ(z_i − z̄)(z_i − z̄)ᵀ + f·Σ_i V_next(i), with z_i the total of a unit and n the
units *designed*, whether or not they answered. Written over all units at once: each unit has a factor that
its parents' fractions multiply, and totals of a stage are sums of totals of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.survey.design import Design, Floats, Integers, Stage

BLOCK: int = 4_000_000
"""Doubles that one block of deviations may take."""
FEW_MET: float = 0.5
"""Share of the estimates below which a block of units is multiplied by those alone that it meets."""


@dataclass(frozen=True, slots=True)
class StageFactors:
    """What the squares of one stage are multiplied by, and how they are centred."""

    square: Floats
    """(parents,) factor of the squares: fractions of the stages above × (1−f)·n/(n−1)."""
    centre: Floats
    """(parents,) 1/n where the unit totals are centred at their mean, 0 where they are not."""


def placed_scores(n: int, rows: Sequence[Integers], scores: Sequence[Floats]) -> sparse.csr_array:
    """(n, k) matrix of the scores of k estimates, each given on rows of its own."""
    pointers = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
    data, indices = np.concatenate(scores), np.concatenate(rows)
    return sparse.csr_array(sparse.csc_array((data, indices, pointers), shape=(n, len(rows))))


def taylor_variances(design: Design, scores: sparse.csr_array, average: Floats) -> Floats:
    """(k,) variances alone, as ``taylor_covariance`` has them on its diagonal."""
    return _summed(design, scores, average, _squares)


def taylor_covariance(design: Design, scores: sparse.csr_array, average: Floats) -> Floats:
    """The covariance of k estimates from their scores over all rows.

    Args:
        design: The sample.
        scores: (n, k), sparse: 0 outside an estimate's domain.
        average: (k,) what the first stage of each estimate is multiplied by (``average_factor``).

    Returns:
        (k, k).
    """
    return _summed(design, scores, average, _products)


Square = Callable[[Floats], Floats]


def _squares(deviations: Floats) -> Floats:
    """(k,) sums of squares of the columns."""
    return np.asarray(np.einsum("ij,ij->j", deviations, deviations))


def _products(deviations: Floats) -> Floats:
    """(k, k) sums of products of the columns."""
    return np.asarray(deviations.T @ deviations)


def products_of(sums: StageSums) -> Floats:
    """(k, k) covariance of the estimates whose totals were added."""
    return sums.summed(_products)


def _summed(design: Design, scores: sparse.csr_array, average: Floats, square: Square) -> Floats:
    """The sum over the stages, of squares or of products."""
    sums = StageSums(design)
    sums.add(scores, average)
    return sums.summed(square)


class StageSums:
    """Totals of linearised scores in the units of every stage: all that a variance needs of the rows.

    They are added some estimates at a time, so that the scores of all never stand together.

    Args:
        design: The sample.
    """

    def __init__(self, design: Design) -> None:
        design.refuse_lonely()
        self.design = design
        self.totals: list[list[sparse.csr_array]] = [[] for _ in design.reached]
        self.average: list[Floats] = []
        self.undefined: list[list[Floats]] = [[] for _ in design.reached]

    def add(self, scores: sparse.csr_array, average: Floats) -> None:
        """Add estimates: (n, k) sparse scores, and (k,) ``average_factor``; residuals of calibration a few at once."""
        if self.design.projection is None:
            self._add(scores, average)
            return
        width = max(1, BLOCK // max(1, self.design.n))
        columns = sparse.csc_array(scores)
        for first in range(0, scores.shape[1], width):
            some = columns[:, first : first + width].toarray()
            self._add(sparse.csr_array(self.design.projection.residuals(some)), average[first : first + width])

    def _add(self, scores: sparse.csr_array, average: Floats) -> None:
        design = self.design
        self.average.append(average)
        for number, stage in enumerate(design.reached):
            self.totals[number].append(sparse.csr_array(design.sums[number] @ scores))
            if number and design.lonely_psu == "average":
                everywhere = design.projection is not None
                self.undefined[number].append(
                    _undefined_average(stage, scores, design.weights > 0, everywhere=everywhere)
                )

    def summed(self, square: Square) -> Floats:
        """The sum over the stages, of squares or of products."""
        design = self.design
        average = np.concatenate(self.average)
        total: Floats | None = None
        above = np.ones(design.strata_count)
        for number, stage in enumerate(design.reached):
            factors = stage_factors(stage, above, design.lonely_psu)
            parts = self.totals[number]
            joined = parts[0] if len(parts) == 1 else sparse.csr_array(sparse.hstack(parts, format="csr"))
            part = _stage_sum(joined, stage, factors, square)
            if number == 0 and (average != 1).any():
                part *= square(np.sqrt(average)[None, :])
            elif self.undefined[number]:
                part = part + square(np.concatenate(self.undefined[number], axis=1))
            total = part if total is None else total + part
            above = (above * stage.fraction)[stage.parent]
        assert total is not None
        return total


def average_factor(design: Design, rows: Integers) -> float:
    """Strata ÷ strata that are not lonely, of those met by the rows: the ``average`` rule; else 1.

    Residuals of a calibration lie in every stratum.
    """
    if design.lonely_psu != "average":
        return 1.0
    met = np.unique(design.stratum[rows] if design.projection is None else design.stratum)
    lonely = int(design.stages[0].lonely[met].sum())
    if lonely == len(met):
        return float("nan") if lonely else 1.0
    return len(met) / (len(met) - lonely)


def stage_factors(stage: Stage, above: Floats, rule: str) -> StageFactors:
    """The factors of one stage.

    Args:
        stage: The stage.
        above: (parents,) product of the fractions of the stages above.
        rule: What a lonely unit contributes.
    """
    n = stage.sampled.astype(np.float64)
    several = n > 1
    correction = np.where(stage.whole, 0.0, 1.0 - stage.fraction)
    square = above * correction * np.divide(n, n - 1, out=np.zeros_like(n), where=several)
    centre = np.divide(1.0, n, out=np.zeros_like(n), where=several)
    if rule == "adjust":
        square = np.where(stage.lonely, above * correction, square)
    return StageFactors(square, centre)


def _stage_sum(totals: sparse.csr_array, stage: Stage, factors: StageFactors, square: Square) -> Floats:
    """Σ factor·(T − T̄)(T − T̄)ᵀ over the units of a stage, in blocks of bounded memory."""
    units, k = totals.shape
    parents = len(stage.sampled)
    weights = factors.centre[stage.parent]
    means = sparse.csr_array((weights, (stage.parent, np.arange(units))), shape=(parents, units)) @ totals
    root = np.sqrt(factors.square)[stage.parent]
    result: Floats | None = None
    step = max(1, BLOCK // max(1, k))
    for start in range(0, units, step):
        chosen = slice(start, start + step)
        block, own_means = totals[chosen], means[stage.parent[chosen]]
        met = np.union1d(block.indices, own_means.indices)
        some = len(met) < k * FEW_MET and square is _products
        if some:
            block, own_means = block[:, met], own_means[:, met]
        deviations = block.toarray() - own_means.toarray()
        deviations *= root[chosen, None]
        found = square(deviations)
        if some:
            result = np.zeros((k, k)) if result is None else result
            result[np.ix_(met, met)] += found
        else:
            result = found if result is None else np.add(result, found, out=result)
    return square(np.zeros((1, k))) if result is None else result


def _undefined_average(
    stage: Stage, scores: sparse.csr_array, weighted: NDArray[np.bool_], *, everywhere: bool
) -> Floats:
    """(1, k) NaN for the estimates that meet a lonely parent below the first stage, else 0.

    Such a parent has no other strata to average over. An estimate meets the rows with a weight that it has a
    score of, be it 0; residuals of a calibration lie everywhere.
    """
    lonely_rows = stage.lonely[stage.parent[stage.unit]] & weighted
    placed = np.bincount(scores[lonely_rows].indices, minlength=scores.shape[1])
    met = np.full(scores.shape[1], lonely_rows.any()) if everywhere else placed > 0
    return np.where(met, np.nan, 0.0)[None, :]
