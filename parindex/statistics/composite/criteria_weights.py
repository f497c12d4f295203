"""Weights of criteria (OECD & JRC 2008, step 6): from the data, or from the judgement of people.

All sum to 1 but those of ``benefit_of_the_doubt``, where every unit has its own. None makes an index right: how
much a ranking depends on them is what ``sensitivity`` asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.composite.normalisation import standardised
from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats

RANDOM_CONSISTENCY: Final = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random judgements about 0, 1, … 10 criteria (Saaty 1980)."""

ROTATIONS: Final = 1000
STILL: Final = 1e-12


def equal_weights(criteria: int) -> Floats:
    """(criteria,) the same for all.

    >>> equal_weights(4).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    if criteria < 1:
        raise StatisticsError("out_of_range", name="criteria", found=criteria)
    return np.full(criteria, 1 / criteria)


def principal_component_weights(values: ArrayLike, *, least_eigenvalue: float = 1.0) -> Floats:
    """Weights by what a criterion shares with the others (Nicoletti, Scarpetta & Boylaud 2000).

    Principal components of the correlations with an eigenvalue of at least ``least_eigenvalue`` are rotated
    (varimax, Kaiser 1958); a criterion's weight is its squared loading on the component where that is largest.
    It corrects for criteria that say the same; it does not say what matters.

    Args:
        values: (units, criteria), none missing.
        least_eigenvalue: Components that explain less are dropped; the first is always kept.

    Raises:
        StatisticsError: ``value_missing`` naming the criteria, ``no_spread``.

    >>> principal_component_weights([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]).round(6).tolist()
    [0.5, 0.5]
    """
    x = np.asarray(values, dtype=np.float64)
    if np.isnan(x).any():
        raise StatisticsError("value_missing", criteria=np.flatnonzero(np.isnan(x).any(axis=0)).tolist())
    z = standardised(x)
    eigenvalues, vectors = np.linalg.eigh(z.T @ z / (len(z) - 1))
    kept = eigenvalues >= least_eigenvalue - STILL
    kept[-1] = True
    loadings = _varimax(vectors[:, kept] * np.sqrt(eigenvalues[kept]))
    shares = (loadings**2).max(axis=1)
    return np.asarray(shares / shares.sum())


def _varimax(loadings: Floats) -> Floats:
    """Loadings turned so that the squares of each component differ as much as they can (Kaiser 1958)."""
    rows, columns = loadings.shape
    turn = np.eye(columns)
    before = 0.0
    for _ in range(ROTATIONS):
        turned = loadings @ turn
        slope = loadings.T @ (turned**3 - turned * (turned**2).sum(axis=0) / rows)
        left, sizes, right = np.linalg.svd(slope)
        turn = left @ right
        if sizes.sum() <= before * (1 + STILL):
            break
        before = float(sizes.sum())
    return np.asarray(loadings @ turn)


@dataclass(frozen=True, slots=True)
class BenefitOfTheDoubt:
    """Every unit under the weights that favour it most."""

    score: Floats
    """(p,) share of what the best unit reaches under this unit's weights, at most 1."""
    weights: Floats
    """(p, k) the weights of each unit."""


def benefit_of_the_doubt(values: ArrayLike, *, least_share: float = 0.0, most_share: float = 1.0) -> BenefitOfTheDoubt:
    """Each unit's own best weights (Melyn & Moesen 1991; Cherchye et al. 2007), a linear programme per unit.

    Who is behind under these is behind under any weights within the shares.

    Args:
        values: (units, criteria) not negative, none missing.
        least_share: Least share of a criterion in a unit's own score.
        most_share: Largest share.

    Raises:
        StatisticsError: ``value_missing``, ``value_negative`` naming the criteria; ``shares_impossible`` where no
            weights keep the shares of a unit, naming it.

    >>> found = benefit_of_the_doubt([[1.0, 4.0], [4.0, 1.0], [2.0, 2.0]])
    >>> found.score.round(6).tolist()
    [1.0, 1.0, 0.8]
    """
    from scipy.optimize import linprog  # takes a while, and most processes never ask

    x = np.asarray(values, dtype=np.float64)
    for code, wrong in (("value_missing", np.isnan(x)), ("value_negative", x < 0)):
        if wrong.any():
            raise StatisticsError(code, criteria=np.flatnonzero(wrong.any(axis=0)).tolist())
    p, k = x.shape
    weights = np.empty((p, k))
    for unit, own in enumerate(x):
        parts = np.diag(own)
        rows = [x, np.ones((k, 1)) * own * least_share - parts, parts - np.ones((k, 1)) * own * most_share]
        limits = np.concatenate([np.ones(p), np.zeros(2 * k)])
        found = linprog(-own, A_ub=np.vstack(rows), b_ub=limits, bounds=(0, None), method="highs")
        if not found.success or not own @ found.x > 0:
            raise StatisticsError("shares_impossible", units=[unit])
        weights[unit] = found.x
    return BenefitOfTheDoubt((weights * x).sum(axis=1), weights)


def budget_allocation(points: ArrayLike) -> Floats:
    """(criteria,) the mean of the shares that experts gave when each spread a budget of points.

    Args:
        points: (experts, criteria) not negative; every expert counts the same, however large the budget.

    Raises:
        StatisticsError: ``value_missing``, ``value_negative``, ``experts_without_points`` naming them.

    >>> budget_allocation([[60, 40], [10, 10]]).tolist()
    [0.55, 0.45]
    """
    x = np.asarray(points, dtype=np.float64)
    for code, wrong in (("value_missing", ~np.isfinite(x)), ("value_negative", x < 0)):
        if wrong.any():
            raise StatisticsError(code, criteria=np.flatnonzero(wrong.any(axis=0)).tolist())
    spent = x.sum(axis=1, keepdims=True)
    if (spent == 0).any():
        raise StatisticsError("experts_without_points", rows=np.flatnonzero(spent[:, 0] == 0).tolist())
    return np.asarray((x / spent).mean(axis=0))


@dataclass(frozen=True, slots=True)
class PairwiseWeights:
    """Weights from judgements of pairs, and whether the judgements fit together."""

    weights: Floats
    """(k,) the principal eigenvector, summing to 1."""
    consistency: float
    """Saaty's ratio: 0 where all judgements fit, 1 where they are as good as random; NaN above 10 criteria."""


def pairwise_weights(judgements: ArrayLike) -> PairwiseWeights:
    """The analytic hierarchy process (Saaty 1980); above a consistency of 0.1 judgements should be asked again.

    Args:
        judgements: (k, k) how many times the row's criterion outweighs the column's; reciprocal.

    Raises:
        StatisticsError: ``judgements_not_reciprocal`` naming a pair.

    >>> found = pairwise_weights([[1, 2, 4], [1/2, 1, 2], [1/4, 1/2, 1]])
    >>> found.weights.round(6).tolist(), round(abs(found.consistency), 9)
    ([0.571429, 0.285714, 0.142857], 0.0)
    """
    matrix = np.asarray(judgements, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise StatisticsError("no_units")
    with np.errstate(invalid="ignore"):
        wrong = ~((matrix > 0) & (np.abs(matrix * matrix.T - 1) < 1e-6))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise StatisticsError("judgements_not_reciprocal", criteria=[int(row), int(column)])
    k = len(matrix)
    eigenvalues, vectors = np.linalg.eig(matrix)
    first = int(np.argmax(eigenvalues.real))
    weights = np.abs(vectors[:, first].real)
    index = (float(eigenvalues[first].real) - k) / (k - 1) if k > 1 else 0.0
    known = k < len(RANDOM_CONSISTENCY)
    random = RANDOM_CONSISTENCY[k] if known else float("nan")
    return PairwiseWeights(weights / weights.sum(), index / random if random != 0 else 0.0)
