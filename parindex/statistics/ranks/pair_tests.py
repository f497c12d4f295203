"""Tests of all ordered pairs of units against a simulated maximum, stepped down, looking only at draws that matter.

The critical value is a quantile of the largest statistic of each draw, so all but the upper tail of the draws may
stay unknown. Units of similar error stand in groups; the range of a group's draws bounds every statistic with its
members. Only statistics above a floor are looked at and kept, and the floor falls until the quantile lies above it:
the value is that of looking at all of them. Neither the pairs nor their statistics are ever held at once, so 3,321
units (11 million pairs in each of 10,000 draws) need little more than their draws.

Stepping down needs no list of what was rejected: rejected are the statistics above the last critical value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from parindex.statistics.ranks.difference_errors import AsGiven, DifferenceErrors
from parindex.statistics.survey.design import Floats, Integers

Flags = NDArray[np.bool_]
Quantile = Literal["order", "interpolated"]
Bounds = NDArray[np.float32] | NDArray[np.float64]

FEWEST_GROUPS: Final = 10
LARGEST_GROUP: Final = 64
CELLS_AT_ONCE: Final = 2**17
"""Numbers that are worked on together: they stay in a core's cache."""
EVERY: Final = 8
FIRST_SHARE: Final = 2.0
GROWTH: Final = 1.5
FEW_UNITS: Final = 128
"""Units of which a draw is looked at whole: finding the groups that matter takes longer."""
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
        errors: (p, p) symmetric σ_jk, as a matrix or by rows; 0: any difference is certain, equality none.
        z: (p, draws) draws with the estimates' covariance and no differences. They are not copied where ``z.T`` lies
            in one piece and the units are sorted by the size of their errors.
        level: Which quantile of the largest statistic is critical.
        stepdown: Whether what was rejected leaves the next maximum.
        quantile: ``order``: the ⌈level·(draws + 1)⌉-th smallest, infinite where there are too few draws;
            ``interpolated``: between the draws at (draws − 1)·level, as editions of the first format have it.
    """

    def __init__(
        self,
        theta: Floats,
        errors: Floats | DifferenceErrors,
        z: Floats,
        level: float,
        *,
        stepdown: bool,
        quantile: Quantile = "order",
    ) -> None:
        by_rows = AsGiven(errors) if isinstance(errors, np.ndarray) else errors
        self.order = np.argsort(by_rows.sizes(), kind="stable")
        self.pairs = _Pairs(theta[self.order], by_rows.in_order(self.order))
        in_order = bool((np.diff(self.order) > 0).all())
        self.draws = _GroupedDraws(np.ascontiguousarray(z.T) if in_order else np.take(z.T, self.order, axis=1))
        self.stepdown, self.place = stepdown, place_of(level, z.shape[1], quantile)

    def simultaneous(self) -> tuple[Flags, float]:
        """(p, p) who is significantly better than whom, all pairs together, and the last critical value."""
        p = len(self.order)
        everyone = _Everyone(self.pairs, self.draws)
        critical = self._critical(everyone) if everyone.remaining(math.inf) else math.nan
        better = np.zeros((p, p), dtype=bool)
        for part in blocks(p, p):
            rows = self.pairs.rows(part)
            better[self.order[part, None], self.order] = rows.certain | (rows.compared & (rows.statistic > critical))
        return better, critical

    def marginal(self, side: str) -> tuple[Integers, Integers]:
        """(p,) numbers of significantly better and worse units, each unit on its own.

        Args:
            side: ``two``, or only ``lower`` or ``upper`` bounds of ranks are tested.
        """
        above, below = np.zeros((2, len(self.order)), dtype=np.int64)
        for place, unit in enumerate(self.order.tolist()):
            row = self.pairs.rows(slice(place, place + 1))
            below[unit] = row.certain.sum()
            above[unit] = (~row.compared & (row.difference < 0)).sum()
            if not row.compared.any():
                continue
            critical = self._critical(_Unit(place, row, self.draws, side))
            if side != "lower":
                below[unit] += (row.compared & (row.statistic > critical)).sum()
            if side != "upper":
                above[unit] += (row.compared & (-row.statistic > critical)).sum()
        return above, below

    def _critical(self, family: _Family) -> float:
        """The critical value at which stepping down ends."""
        if self.place >= self.draws.count:
            return math.inf
        tail = _Tail(family, self.place, self.draws.count)
        critical, left = math.inf, family.remaining(math.inf)
        while True:
            critical = tail.quantile(critical)
            remaining = family.remaining(critical)
            if not self.stepdown or remaining in (0, left):
                return critical
            left = remaining


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Runs of rows that together hold no more numbers than are worked on at once.

    >>> list(blocks(5, CELLS_AT_ONCE // 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, CELLS_AT_ONCE // max(columns, 1))
    return (slice(first, min(first + step, rows)) for first in range(0, rows, step))


@dataclass(frozen=True, slots=True)
class _Rows:
    """What some units are tested by, against all."""

    difference: Floats
    """(k, p) θ_j − θ_k."""
    compared: Flags
    """(k, p) whether the difference has an error."""
    inverse: Floats
    """(k, p) 1 ÷ σ_jk; 0 where it is not compared."""
    statistic: Floats
    """(k, p) T_jk."""

    @property
    def certain(self) -> Flags:
        """(k, p) whether the row's unit is better than the column's without any error."""
        return np.asarray(~self.compared & (self.difference > 0))


class _Pairs:
    """Estimates and errors of the pairs, made a few rows at a time."""

    def __init__(self, theta: Floats, errors: DifferenceErrors) -> None:
        self.theta, self.errors = theta, errors

    def rows(self, part: slice) -> _Rows:
        difference = self.theta[part, None] - self.theta[None, :]
        errors = self.errors.rows(part)
        compared: Flags = errors > 0
        compared[np.arange(len(compared)), np.arange(len(self.theta))[part]] = False
        inverse = np.divide(1.0, errors, out=np.zeros_like(errors), where=compared)
        return _Rows(difference, compared, inverse, difference * inverse)


class _GroupedDraws:
    """Draws of units in groups of neighbours, with the range of each group in each draw."""

    def __init__(self, z: Floats) -> None:
        self.z = z
        self.count, p = z.shape
        groups = max(1, min(FEWEST_GROUPS, p), -(-p // LARGEST_GROUP))
        self.parts = [slice(int(of[0]), int(of[-1]) + 1) for of in np.array_split(np.arange(p), groups) if len(of)]
        self.starts = np.array([part.start for part in self.parts], dtype=np.int64)
        self.size = max((part.stop - part.start for part in self.parts), default=0)
        self.first = np.minimum(self.starts, p - self.size)
        self.low, self.high = np.empty((2, len(self.parts), self.count))
        for draws in blocks(self.count, p):
            for group, part in enumerate(self.parts):
                np.min(z[draws, part], axis=1, out=self.low[group, draws])
                np.max(z[draws, part], axis=1, out=self.high[group, draws])
        highest, lowest = self.high.max(initial=0.0), self.low.min(initial=0.0)
        self.largest = max(float(highest), -float(lowest), np.finfo(np.float64).tiny)
        low, high = ((extreme / self.largest).astype(np.float32) for extreme in (self.low, self.high))
        self.middle = (high + low) / 2
        self.half = (high - low) / 2 + SLACK * (np.abs(high) + np.abs(low)) + SMALLEST_DIFFERENCE

    def around(self, values: Floats, at: Integers | tuple[Integers, Integers]) -> Floats:
        """(n, size) values of the members of groups from their first on; a smaller group shows a neighbour besides."""
        return np.asarray(sliding_window_view(values, self.size, axis=-1)[at])


@dataclass(frozen=True, slots=True)
class _Seen:
    """Statistics that were looked at."""

    draws: Integers
    """(n,) draw of each."""
    drawn: Floats
    """(n,) statistic of the draw."""
    statistic: Floats
    """(n,) statistic of the estimates of the same pair: above a critical value the pair is rejected."""

    def largest(self, critical: float, count: int) -> Floats:
        """The largest of each draw over pairs that are not rejected, of draws in which one was seen."""
        found = np.full(count, -np.inf)
        kept = self.statistic <= critical
        np.maximum.at(found, self.draws[kept], self.drawn[kept])
        return np.asarray(found[found > -np.inf])


class _Family(Protocol):
    """Pairs that are tested together."""

    @property
    def bound(self) -> Bounds:
        """(draws,) at least the largest statistic of each draw, where that is above 0."""
        ...

    def remaining(self, critical: float) -> int:
        """How many tests are not rejected at a critical value."""
        ...

    def above(self, floor: float, critical: float) -> Iterator[_Seen]:
        """All statistics of at least the floor, which is above 0, of pairs that are not rejected."""
        ...

    def largest(self, critical: float) -> Floats:
        """(draws,) largest statistic over the pairs that are not rejected, all of them looked at."""
        ...


class _Unit:
    """One unit against the others."""

    def __init__(self, place: int, row: _Rows, grouped: _GroupedDraws, side: str) -> None:
        self.grouped = grouped
        self.z = np.ascontiguousarray(grouped.z[:, place])
        self.inverse, self.statistic, self.compared = row.inverse[0], row.statistic[0], row.compared[0]
        self.better, self.worse = side != "lower", side != "upper"
        self.bound = self._bound()

    def _bound(self) -> Bounds:
        """Its distance from the middle of each group's range and half the range, over the smallest error.

        Single precision is enough for a bound that is made a little wider than its own rounding.
        """
        grouped = self.grouped
        scale = np.maximum.reduceat(self.inverse, grouped.starts)[:, None] * (grouped.largest * (1 + SLACK))
        single = float(scale.max()) < LARGEST_SINGLE
        z = (self.z / grouped.largest).astype(np.float32)
        bound: Bounds = np.empty(len(z), np.float32) if single else np.empty(len(z))
        for part in blocks(len(z), len(scale)):
            reach = np.abs(grouped.middle[:, part] - z[part])
            reach += grouped.half[:, part]
            bound[part] = (reach * (scale.astype(np.float32) if single else scale)).max(axis=0)
        return bound

    def _tested(self, critical: float) -> Iterator[tuple[int, Flags]]:
        """Per direction, with the sign of its statistic: (p,) whether the pair is not rejected."""
        if self.better:
            yield 1, self.compared & (self.statistic <= critical)
        if self.worse:
            yield -1, self.compared & (-self.statistic <= critical)

    def remaining(self, critical: float) -> int:
        return sum(int(tested.sum()) for _, tested in self._tested(critical))

    def above(self, floor: float, critical: float) -> Iterator[_Seen]:
        draws = np.flatnonzero(self.bound >= floor)
        if len(self.inverse) <= FEW_UNITS:
            yield from self._all_of(draws, floor, critical)
            return
        for sign, tested in self._tested(critical):
            yield from self._groups_of(draws, sign, np.where(tested, self.inverse, 0.0), floor)

    def _all_of(self, draws: Integers, floor: float, critical: float) -> Iterator[_Seen]:
        for part in blocks(len(draws), len(self.inverse)):
            of = draws[part]
            drawn = self.grouped.z.take(of, axis=0)
            np.subtract(self.z[of, None], drawn, out=drawn)
            drawn *= self.inverse
            at, unit = np.divmod(np.flatnonzero(np.abs(drawn) >= floor), len(self.inverse))
            of, drawn = of[at], drawn[at, unit]
            for sign, tested in self._tested(critical):
                seen = np.flatnonzero((sign * drawn > 0) & tested[unit])
                yield _Seen(of[seen], sign * drawn[seen], sign * self.statistic[unit[seen]])

    def _groups_of(self, draws: Integers, sign: int, inverse: Floats, floor: float) -> Iterator[_Seen]:
        """Only the groups whose range reaches the floor."""
        grouped = self.grouped
        extreme = (grouped.low if sign > 0 else grouped.high).take(draws, axis=1)
        reach = sign * (self.z[draws] - extreme) * np.maximum.reduceat(inverse, grouped.starts)[:, None]
        groups, places = np.nonzero(reach >= floor)
        inverse, first = sign * inverse, grouped.first[groups]
        for part in blocks(len(groups), grouped.size):
            of = draws[places[part]]
            drawn = self.z[of, None] - grouped.around(grouped.z, (of, first[part]))
            drawn *= grouped.around(inverse, first[part])
            at, member = np.nonzero(drawn >= floor)
            yield _Seen(of[at], drawn[at, member], sign * self.statistic[first[part][at] + member])

    def largest(self, critical: float) -> Floats:
        found = np.full(len(self.z), -np.inf)
        for sign, tested in self._tested(critical):
            others = np.flatnonzero(tested)
            for part in blocks(len(self.z), len(others)):
                drawn = sign * (self.z[part, None] - self.grouped.z[part][:, others]) * self.inverse[others]
                found[part] = np.maximum(found[part], drawn.max(axis=1, initial=-np.inf))
        return found


class _Everyone:
    """All units against each other."""

    def __init__(self, pairs: _Pairs, grouped: _GroupedDraws) -> None:
        self.pairs, self.grouped = pairs, grouped
        self.bound = np.full(grouped.count, -np.inf)
        for part, rows in self._groups():
            scale = self._scale(rows.inverse)
            for draws in blocks(grouped.count, len(scale)):
                reach = (grouped.high[part, draws] - grouped.low[:, draws]) * scale
                np.maximum(self.bound[draws], reach.max(axis=0), out=self.bound[draws])

    def _groups(self) -> Iterator[tuple[int, _Rows]]:
        return ((group, self.pairs.rows(part)) for group, part in enumerate(self.grouped.parts))

    def _scale(self, inverse: Floats) -> Floats:
        """(groups, 1) largest of a group of rows against each group."""
        return np.asarray(np.maximum.reduceat(inverse.max(axis=0), self.grouped.starts)[:, None])

    def remaining(self, critical: float) -> int:
        return sum(int((rows.compared & (rows.statistic <= critical)).sum()) for _, rows in self._groups())

    def above(self, floor: float, critical: float) -> Iterator[_Seen]:
        grouped = self.grouped
        draws = np.flatnonzero(self.bound >= floor)
        low = grouped.low.take(draws, axis=1)
        for one, rows in self._groups():
            tested = rows.compared & (rows.statistic <= critical)
            scale = self._scale(np.where(tested, rows.inverse, 0.0))
            reached = (grouped.high[one, draws] - low) * scale >= floor
            for other in np.flatnonzero(reached.any(axis=1)).tolist():
                columns = grouped.parts[other]
                yield from self._between(
                    draws[reached[other]], grouped.parts[one], columns, floor,
                    np.where(tested[:, columns], rows.inverse[:, columns], 0.0), rows.statistic[:, columns],
                )  # fmt: skip

    def _between(
        self, draws: Integers, one: slice, other: slice, floor: float, inverse: Floats, statistic: Floats
    ) -> Iterator[_Seen]:
        for part in blocks(len(draws), inverse.size):
            of = draws[part]
            drawn = (self.grouped.z[of, one][:, :, None] - self.grouped.z[of, other][:, None, :]) * inverse
            seen = np.nonzero(drawn >= floor)
            yield _Seen(of[seen[0]], drawn[seen], statistic[seen[1:]])

    def largest(self, critical: float) -> Floats:
        found = np.full(self.grouped.count, -np.inf)
        for place in range(len(self.pairs.theta)):
            unit = _Unit(place, self.pairs.rows(slice(place, place + 1)), self.grouped, "upper")
            np.maximum(found, unit.largest(critical), out=found)
        return found


class _Tail:
    """The upper tail of the largest statistic: exact from the floor up."""

    def __init__(self, family: _Family, place: float, draws: int) -> None:
        self.family, self.draws = family, draws
        lower = math.floor(place)
        self.part, self.needed = place - lower, draws - lower
        self.sample = np.sort(family.bound[::EVERY])
        self.size = FIRST_SHARE * self.needed / EVERY
        self.floor, self.seen = math.inf, _joined(())
        self._lower_floor(-math.inf, math.inf)

    def quantile(self, critical: float) -> float:
        """The quantile of the largest statistic over what is not rejected at a critical value.

        The quantile of what was seen is at most that of all: what lies below it cannot matter.
        """
        while True:
            found = self.seen.largest(critical, self.draws) if self.floor > 0 else self.family.largest(critical)
            if (at := len(found) - self.needed) < 0:
                self._lower_floor(-math.inf, critical)
                continue
            after = min(at + 1, len(found) - 1)
            found.partition((at, after))
            if found[at] >= self.floor:
                return float(found[at] + self.part * (found[after] - found[at]))
            self._lower_floor(float(found[at]), critical)

    def _lower_floor(self, least: float, critical: float) -> None:
        """Look at more: as many draws again and half of them, then all, then every statistic of every draw."""
        at = len(self.sample) - max(1, int(self.size))
        next_floor = float(self.sample[max(at, 0)]) if self.size < GROWTH * len(self.sample) else -math.inf
        self.size = max(self.size * GROWTH, self.size + 1)
        self.floor = max(least, min(next_floor, self.floor))
        if self.floor > 0:
            self.seen = _joined(self.family.above(self.floor, critical))
        else:
            self.floor = -math.inf


def _joined(parts: Iterable[_Seen]) -> _Seen:
    every = list(parts)
    if not every:
        return _Seen(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    return _Seen(*(np.concatenate([getattr(part, name) for part in every]) for name in ("draws", "drawn", "statistic")))
