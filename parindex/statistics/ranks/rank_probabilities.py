"""The probability of each rank, and of being among the best: a description beside the sets, not a claim.

The estimates are drawn again with their errors about where they are, and ranked: the share of draws in which a unit
is among the best k. It is the posterior probability under a flat prior (Goldstein & Spiegelhalter 1996). Ranks drawn
so are more spread than the true ones, and nearly equal units share the chance of the first place however sure the
whole is: a set covers what it says, a probability does not claim to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from parindex.statistics.errors import StatisticsError
from parindex.statistics.ranks.rank_sets import drawn_errors
from parindex.statistics.survey.design import Floats

DRAWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RankProbabilities:
    """How often each unit had each rank."""

    probability: Floats
    """(p, p) share of draws in which the row's unit had the rank of the column; ties share the better rank."""
    draws: int
    """Number of draws: the simulation error of a share is at most ½ ÷ √draws."""
    seed: int
    """Seed of the draws."""

    def best(self, k: int) -> Floats:
        """(p,) probability of being among the best k.

        Raises:
            StatisticsError: ``out_of_range``.
        """
        if not 1 <= k <= len(self.probability):
            raise StatisticsError("out_of_range", name="k", found=k)
        return np.asarray(self.probability[:, :k].sum(axis=1))

    @property
    def expected(self) -> Floats:
        """(p,) mean rank."""
        return np.asarray(self.probability @ np.arange(1, len(self.probability) + 1))


def rank_probabilities(
    estimates: ArrayLike,
    se: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
    df: ArrayLike | None = None,
    draws: int = 10_000,
    seed: int = 1,
    smallest_first: bool = False,
) -> RankProbabilities:
    """Draw estimates with their errors and rank them; arguments and errors as ``rank_sets``, draws aware of df.

    Raises:
        StatisticsError: also ``draws_shared`` where units share PSUs or raters and their errors have degrees of freedom.

    >>> found = rank_probabilities([3.0, 2.9, 0.0], [0.1, 0.1, 0.1])
    >>> found.best(1).round(2).tolist(), found.best(2).round(2).tolist()
    ([0.76, 0.24, 0.0], [1.0, 1.0, 0.0])
    """
    theta, z = drawn_errors(estimates, se, covariance, df, draws, seed)
    drawn = theta[:, None] + z
    drawn = -drawn if smallest_first else drawn
    p = len(theta)
    counts = np.zeros((p, p))
    for first in range(0, draws, DRAWS_AT_ONCE):
        part = drawn[:, first : first + DRAWS_AT_ONCE]
        for unit in range(p):
            counts[unit] += np.bincount((part > part[unit]).sum(axis=0), minlength=p)
    return RankProbabilities(probability=counts / draws, draws=draws, seed=seed)
