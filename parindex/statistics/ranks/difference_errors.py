"""Standard errors of differences between units, a few rows at a time: all pairs of 3,321 units are 11 million."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from parindex.statistics.survey.design import Floats, Integers

ZERO_VARIANCE: Final = 1e-14


class DifferenceErrors(Protocol):
    """(p, p) symmetric σ_jk, of which rows are asked for; 0 where any difference is certain."""

    def __len__(self) -> int:
        """Number of units."""
        ...

    def rows(self, part: slice) -> Floats:
        """(k, p) σ_jk of some units j against all k."""
        ...

    def sizes(self) -> Floats:
        """(p,) how large each unit's errors are."""
        ...

    def in_order(self, order: Integers) -> DifferenceErrors:
        """The same of units in another order."""
        ...


def difference_variances(covariance: Floats, part: slice = slice(None)) -> Floats:
    """(k, p) σ²_jk of some units, (p, p) of all; exactly 0 where the two move together.

    >>> difference_variances(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    own = np.diag(covariance)
    return _without_rounding(own[part, None] + own[None, :], 2 * covariance[part])


class OfCovariance:
    """σ_jk of estimates with a covariance.

    Args:
        covariance: (p, p) symmetric.
    """

    def __init__(self, covariance: Floats) -> None:
        self.covariance = covariance

    def __len__(self) -> int:
        return len(self.covariance)

    def rows(self, part: slice) -> Floats:
        """(k, p) σ_jk."""
        return np.asarray(np.sqrt(difference_variances(self.covariance, part)))

    def sizes(self) -> Floats:
        """(p,) variances."""
        return np.diag(self.covariance)

    def in_order(self, order: Integers) -> OfCovariance:
        """The same of units in another order."""
        return OfCovariance(self.covariance[np.ix_(order, order)])


class OfVariances:
    """σ_jk of independent estimates; no matrix is held.

    Args:
        variances: (p,).

    >>> OfVariances(np.array([9.0, 16.0])).rows(slice(None)).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """

    def __init__(self, variances: Floats) -> None:
        self.variances = variances

    def __len__(self) -> int:
        return len(self.variances)

    def rows(self, part: slice) -> Floats:
        """(k, p) σ_jk; of a unit from itself 0."""
        units: Integers = np.arange(len(self.variances))
        own = self.variances
        common = np.where(units[part, None] == units[None, :], 2 * own[None, :], 0.0)
        return np.asarray(np.sqrt(_without_rounding(own[part, None] + own[None, :], common)))

    def sizes(self) -> Floats:
        """(p,) variances."""
        return self.variances

    def in_order(self, order: Integers) -> OfVariances:
        """The same of units in another order."""
        return OfVariances(self.variances[order])


class AsGiven:
    """σ_jk of a matrix that is at hand.

    Args:
        errors: (p, p) symmetric.
    """

    def __init__(self, errors: Floats) -> None:
        self.errors = errors

    def __len__(self) -> int:
        return len(self.errors)

    def rows(self, part: slice) -> Floats:
        """(k, p) σ_jk."""
        return self.errors[part]

    def sizes(self) -> Floats:
        """(p,) sums of the rows."""
        return np.asarray(self.errors.sum(axis=1))

    def in_order(self, order: Integers) -> AsGiven:
        """The same of units in another order."""
        return AsGiven(self.errors[np.ix_(order, order)])


def _without_rounding(sums: Floats, common: Floats) -> Floats:
    squares = sums - common
    return np.asarray(np.where(squares <= ZERO_VARIANCE * sums, 0.0, squares))
