"""Tests of all ordered pairs of units against a simulated maximum, stepped down, looking only at draws that matter.

The critical value is a quantile of the largest statistic of each draw, so all but the upper tail of the draws may
stay unknown. Units of similar error are grouped; a group's range bounds every statistic with its members. Draws are
looked at exactly from the largest bound down, until no other can reach the quantile: the value is that of looking
at all of them.

Stepping down needs no list of what was rejected: rejected are the statistics above the last critical value.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.survey.design import Floats, Integers

Flags = NDArray[np.bool_]
Quantile = Literal["order", "interpolated"]
Bounds = NDArray[np.float32] | NDArray[np.float64]

GROUPS: Final = 10
DRAWS_AT_ONCE: Final = 2500
EVERY: Final = 8
FIRST_SHARE: Final = 2.0
GROWTH: Final = 1.5
SLACK: Final = 1e-6
SMALLEST_DIFFERENCE: Final = 1e-37
LARGEST_SINGLE: Final = 1e30


def place_of(level: float, draws: int, quantile: Quantile) -> float:
    """Where the critical value stands among the draws in order, from 0; at ``draws`` there is none.

    >>> place_of(0.95, 9999, "order"), place_of(0.95, 10, "order"), place_of(0.95, 10_000, "interpolated")
    (9499, 10, 9499.05)
    """
    if quantile == "interpolated":
        return (draws - 1) * level
    return min(math.ceil(Fraction(repr(float(level))) * (draws + 1)) - 1, draws)


class PairTests:
    """All ordered pairs (j, k): is j better than k?

    Args:
        theta: (p,) estimates, the largest best.
        errors: (p, p) symmetric σ_jk; 0: any difference is certain, equality none.
        z: (p, draws) draws with the estimates' covariance and no differences.
        level: Which quantile of the largest statistic is critical.
        stepdown: Whether what was rejected leaves the next maximum.
        quantile: ``order``: the ⌈level·(draws + 1)⌉-th smallest, infinite where there are too few draws;
            ``interpolated``: between the draws at (draws − 1)·level, as editions of the first format have it.
    """

    def __init__(
        self, theta: Floats, errors: Floats, z: Floats, level: float, *, stepdown: bool, quantile: Quantile = "order"
    ) -> None:
        self.z, self.stepdown = np.ascontiguousarray(z), stepdown
        self.place = place_of(level, z.shape[1], quantile)
        self.compared: Flags = errors > 0
        np.fill_diagonal(self.compared, False)
        self.inverse = np.divide(1.0, errors, out=np.zeros_like(errors), where=self.compared)
        difference = theta[:, None] - theta[None, :]
        self.certain: Flags = ~self.compared & (difference > 0)
        self.statistic = difference * self.inverse
        self.bounds = _bounds(self.z, self.inverse, np.argsort(errors.sum(axis=1), kind="stable"))

    def simultaneous(self) -> tuple[Flags, float]:
        """(p, p) who is significantly better than whom, all pairs together, and the last critical value."""
        if not self.compared.any():
            return self.certain, math.nan
        everyone = _Everyone([self._unit(j, "two") for j in range(len(self.z))])
        critical = self._critical(everyone, self.statistic[self.compared])
        return self.certain | (self.compared & (self.statistic > critical)), critical

    def marginal(self, side: str) -> tuple[Integers, Integers]:
        """(p,) numbers of significantly better and worse units, each unit on its own.

        Args:
            side: ``two``, or only ``lower`` or ``upper`` bounds of ranks are tested.
        """
        above, below = self.certain.sum(axis=0), self.certain.sum(axis=1)
        for j in np.flatnonzero(self.compared.any(axis=1)).tolist():
            unit = self._unit(j, side)
            critical = self._critical(unit, unit.tested)
            if side != "lower":
                below[j] += (unit.statistic > critical).sum()
            if side != "upper":
                above[j] += (-unit.statistic > critical).sum()
        return above, below

    def _unit(self, j: int, side: str) -> _Unit:
        others = np.flatnonzero(self.compared[j])
        return _Unit(j, others, self.statistic[j, others], self.inverse[j, others], self.z, self.bounds[j], side)

    def _critical(self, family: _Family, tested: Floats) -> float:
        """The critical value at which stepping down ends."""
        if self.place >= self.z.shape[1]:
            return math.inf
        tail = _Tail(family, self.place)
        critical, left = math.inf, len(tested)
        while True:
            critical = tail.quantile(critical)
            remaining = int((tested <= critical).sum())
            if not self.stepdown or remaining in (0, left):
                return critical
            left = remaining


class _Family(Protocol):
    """Pairs that are tested together."""

    @property
    def bound(self) -> Bounds:
        """(draws,) at least the largest statistic of each draw."""
        ...

    def reach(self, floor: float) -> None:
        """Look at every draw whose bound is at least the floor."""
        ...

    def largest(self, critical: float) -> Floats:
        """Largest statistic over the pairs not rejected at a critical value, of each draw that may reach the floor.

        Of other draws nothing, or too little.
        """
        ...


class _Unit:
    """One unit against others, sorted by statistic: what a critical value rejects lies at the ends."""

    def __init__(
        self, unit: int, others: Integers, statistic: Floats, inverse: Floats, z: Floats, bound: Bounds, side: str
    ) -> None:
        order = np.argsort(statistic, kind="stable")
        self.unit, self.others, self.statistic = unit, others[order], statistic[order]
        self.inverse = inverse[order, None]
        self.z, self.bound = z, bound
        self.better, self.worse = side != "lower", side != "upper"
        self.tested = np.concatenate([self.statistic] * self.better + [-self.statistic] * self.worse)
        self.drawn = np.empty((len(order), 0))
        self.draws = np.empty(0, dtype=np.int64)
        self.floor = math.inf

    def reach(self, floor: float) -> None:
        draws = np.flatnonzero((self.bound >= floor) & (self.bound < self.floor))
        z = self.z.take(draws, axis=1, mode="clip")
        drawn = z.take(self.others, axis=0, mode="clip")
        np.subtract(z[self.unit], drawn, out=drawn)
        drawn *= self.inverse
        self.drawn = np.concatenate([self.drawn, drawn], axis=1) if len(self.draws) else drawn
        self.draws = np.concatenate([self.draws, draws])
        self.floor = floor

    def largest(self, critical: float) -> Floats:
        others, draws = self.drawn.shape
        end = int(self.statistic.searchsorted(critical, "right")) if self.better else 0
        start = int(self.statistic.searchsorted(-critical, "left")) if self.worse else others
        found = self.drawn[:end].max(axis=0) if end else np.full(draws, -np.inf)
        return np.maximum(found, -self.drawn[start:].min(axis=0)) if start < others else found


class _Everyone:
    """All units against each other. In most draws only a few of them can reach the floor."""

    def __init__(self, units: list[_Unit]) -> None:
        self.units = [unit for unit in units if len(unit.others)]
        self.bound = np.maximum.reduce([unit.bound for unit in self.units])

    def reach(self, floor: float) -> None:
        for unit in self.units:
            unit.reach(floor)

    def largest(self, critical: float) -> Floats:
        found = np.full(len(self.bound), -np.inf)
        for unit in self.units:
            found[unit.draws] = np.maximum(found[unit.draws], unit.largest(critical))
        return found


class _Tail:
    """The upper tail of the largest statistic: exact from the floor up."""

    def __init__(self, family: _Family, place: float) -> None:
        self.family = family
        draws = len(family.bound)
        lower = math.floor(place)
        self.part, self.needed = place - lower, draws - lower
        self.sample = np.sort(family.bound[::EVERY])
        self.size = FIRST_SHARE * self.needed / EVERY
        self._lower_floor(-math.inf)
        while (family.bound >= self.floor).sum() < self.needed:
            self._lower_floor(-math.inf)
        family.reach(self.floor)

    def _lower_floor(self, least: float) -> None:
        """Let in some more draws, never one that cannot matter."""
        at = len(self.sample) - math.ceil(self.size)
        self.floor = max(least, float(self.sample[at])) if at > 0 else least
        self.size *= GROWTH

    def quantile(self, critical: float) -> float:
        """The quantile of the largest statistic over what is not rejected at a critical value.

        The quantile of some of the draws is at most that of all: draws bounded by it cannot matter.
        """
        while True:
            found = self.family.largest(critical)
            at = len(found) - self.needed
            after = min(at + 1, len(found) - 1)
            found.partition((at, after))
            if found[at] >= self.floor:
                return float(found[at] + self.part * (found[after] - found[at]))
            self._lower_floor(float(found[at]))
            self.family.reach(self.floor)


def _bounds(z: Floats, inverse: Floats, order: Integers) -> Bounds:
    """(p, draws) at least the largest statistic that a unit is part of, in either direction.

    The largest difference from a unit to a group is its distance from the middle of the group's range plus half
    the range. Single precision is enough for a bound that is made a little wider than its own rounding.
    """
    p, draws = z.shape
    if not p:
        return np.empty((0, draws))
    largest = max(float(z.max()), -float(z.min()), np.finfo(np.float64).tiny)
    dtype = np.float32 if float(inverse.max()) * largest < LARGEST_SINGLE else np.float64
    groups = [group for group in np.array_split(order, min(GROUPS, p)) if len(group)]
    scale = np.stack([inverse[:, group].max(axis=1) for group in groups], axis=1)
    scale = (scale[:, :, None] * largest * (1 + SLACK)).astype(dtype)
    bounds = np.empty((p, draws), dtype=dtype)
    for first in range(0, draws, DRAWS_AT_ONCE):
        part = slice(first, first + DRAWS_AT_ONCE)
        block = (z[:, part] / largest).astype(dtype)
        high = np.stack([block[group].max(axis=0) for group in groups])
        low = np.stack([block[group].min(axis=0) for group in groups])
        middle = (high + low) / 2
        half = (high - low) / 2 + SLACK * (np.abs(high) + np.abs(low)) + SMALLEST_DIFFERENCE
        reach = np.empty_like(middle)
        for j in range(p):
            np.subtract(middle, block[j], out=reach)
            np.abs(reach, out=reach)
            reach += half
            reach *= scale[j]
            np.max(reach, axis=0, out=bounds[j, part])
    return bounds
