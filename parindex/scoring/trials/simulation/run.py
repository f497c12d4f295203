"""Runs a set over columns: points of leaves, totals, index and ranks of all agencies at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parindex.scoring.facts.fact_columns import Mask
from parindex.scoring.facts.values import FactsByAgency
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import Leaf, compiled
from parindex.scoring.trials.simulation.columns import NEAR, Array, Columns
from parindex.scoring.trials.simulation.shapes import NOT_APPLICABLE, outside

DUST: Final = 1e-9
"""Below this a maximum is 0."""
RANK_PLACES: Final = 9
"""Decimal places of the index at which ranks see a tie."""


class SimulatedRow:
    """One leaf of all agencies.

    Rows are small and kept apart: one large matrix a run would cost more in fresh memory than in arithmetic.
    """

    __slots__ = ("absent", "known", "points", "unknown")

    def __init__(self, points: Array):
        self.points = points
        self.known: Array = points
        """Points, 0 where there are none."""
        self.unknown: Mask | None = None
        """Where it is unknown; None: nowhere."""
        self.absent: Mask | None = None
        """Where it does not apply; None: nowhere."""
        finite = np.isfinite(points)
        if not finite.all():
            self.known = np.where(finite, points, 0.0)
            self.unknown = np.isnan(points)
            self.absent = points == NOT_APPLICABLE


RowOf = Callable[[int], SimulatedRow]


class SimulatedTotals:
    """What all agencies have together; arrays are in the order of `Simulation.agencies`."""

    def __init__(self, known: Array, maxima: Array, unknown: Mask, submitted: Mask):
        self.points: Array = np.where(submitted, known, np.nan)
        """Known points with bonus and penalty; NaN without submission."""
        self.max: Array = np.where(submitted, maxima, np.nan)
        """The applicable maximum; NaN without submission."""
        self.complete: Mask = submitted & ~unknown
        """Nothing that applies is unknown."""
        with np.errstate(divide="ignore", invalid="ignore"):
            index = known * 100.0 / maxima
        self.index: Array = np.where(self.complete & (maxima > 0), index, np.nan)
        """Percent; NaN while incomplete and where nothing applies."""


class Simulated(SimulatedTotals):
    """All agencies after one run, leaf by leaf."""

    def __init__(
        self, simulation: "Simulation", rows: Sequence[SimulatedRow], refused: Mapping[str, Mask], submitted: Mask
    ):
        super().__init__(*simulation._totals(rows.__getitem__), submitted)
        self._simulation = simulation
        self._rows = rows
        self.refused = refused
        """By leaf: where the exact path would refuse the facts. Only leaves where that is so."""

    def leaf(self, code: str) -> Array:
        """Points of one leaf: NaN unknown, infinite not applicable.

        Raises:
            KeyError: the set has no leaf with this code.
        """
        return self._rows[self._simulation._row[code]].points

    def node(self, code: str) -> tuple[Array, Array]:
        """Known points and applicable maximum of an area or criterion with parts.

        Raises:
            KeyError: the set has none with this code.
        """
        below = self._simulation._below[code]
        return self._simulation._sum(self._rows.__getitem__, below)[:2]


class Simulation:
    """One set over the facts of many agencies, ready for many runs.

    Args:
        criteria_set: The law.
        facts: Typed facts by agency, as `score` takes them.
    """

    def __init__(self, criteria_set: CriteriaSet, facts: FactsByAgency):
        self.criteria_set = criteria_set
        self.agencies: tuple[str, ...] = tuple(facts)
        """In the order of every array."""
        self._ready = compiled(criteria_set)
        self._columns = Columns(self._ready, list(facts.values()))
        self._kernels = [(leaf, leaf.rule.kernel(leaf.names, leaf.criterion.max)) for leaf in self._ready.leaves]
        self._row = {leaf.code: row for row, leaf in enumerate(self._ready.leaves)}
        self._maxima = np.array([float(leaf.criterion.max) for leaf in self._ready.leaves])
        self._lay_out()
        self._touched = _touched(self._ready.leaves)
        self._refused: dict[str, Mask] = {}
        self._submitted = self._submission(self._columns)
        self._base = [self._work_out(row, self._columns, self._refused) for row in range(len(self._kernels))]

    def _lay_out(self) -> None:
        places = [leaf.place for leaf in self._ready.leaves]
        self._areas = [row for row, place in enumerate(places) if place.part == "areas"]
        self._adjustments = [
            (sign, rows, float(adjustment.cap))
            for part, sign in (("bonus", 1.0), ("penalty", -1.0))
            if (adjustment := getattr(self.criteria_set, part)) is not None
            and (rows := [row for row, place in enumerate(places) if place.part == part])
        ]
        self._below = {
            one.code: [row for row, place in enumerate(places) if one.code in place.above] for one in self._ready.sums
        }

    def column(self, name: str) -> Array:
        """A copy of the facts of one name: booleans 1 and 0, dates as ordinals, options by their place, else NaN."""
        return self._columns[name].copy()

    def run(self, changes: Mapping[str, Any] | None = None) -> Simulated:
        """Score all agencies with some facts replaced; only leaves that take them are worked out again.

        Args:
            changes: By full fact name one number an agency, as `column` gives them.

        Raises:
            KeyError: the set has no such fact.
            ValueError: a column that is not one number an agency.
        """
        if not changes:
            return Simulated(self, self._base, self._refused, self._submitted)
        columns = self._columns.with_changes(changes)
        numbers = sorted({row for name in changes for row in self._touched.get(name, ())})
        redone = {self._ready.leaves[row].code for row in numbers}
        refused = {code: mask for code, mask in self._refused.items() if code not in redone}
        rows = list(self._base)
        for number in numbers:
            rows[number] = self._work_out(number, columns, refused)
        return Simulated(self, rows, refused, self._submission(columns, changes))

    def totals(self, changes: Mapping[str, Any]) -> SimulatedTotals:
        """The totals of `run` alone: no leaf is kept, which is several times as fast."""
        columns = self._columns.with_changes(changes)
        redone = {row for name in changes for row in self._touched.get(name, ())}
        refused: dict[str, Mask] = {}

        def row_of(number: int) -> SimulatedRow:
            return self._work_out(number, columns, refused) if number in redone else self._base[number]

        return SimulatedTotals(*self._totals(row_of), self._submission(columns, changes))

    def draws(self, changes: Mapping[str, Any]) -> Array:
        """The index of every agency in every draw, draws × agencies.

        Args:
            changes: By full fact name an array draws × agencies, all with the same number of draws.
        """
        arrays = {name: np.asarray(values, dtype=np.float64) for name, values in changes.items()}
        counts = {len(values) for values in arrays.values()}
        if len(counts) != 1:
            raise ValueError("every changed fact has the same number of draws")
        (count,) = counts
        index = np.empty((count, len(self.agencies)))
        for draw in range(count):
            index[draw] = self.totals({name: values[draw] for name, values in arrays.items()}).index
        return index

    def ranks(self, index: Array) -> NDArray[np.int64]:
        """Ranks along the last axis, the largest 1, ties sharing the better (as the set says); 0 without index."""
        places = self.criteria_set.print_places if self.criteria_set.compare == "printed" else RANK_PLACES
        rounded = np.round(index, places)
        return np.apply_along_axis(_ranked, -1, rounded, self.criteria_set.ties == "dense")

    # one run

    def _work_out(self, number: int, columns: Columns, refused: dict[str, Mask]) -> SimulatedRow:
        leaf, kernel = self._kernels[number]
        with np.errstate(divide="ignore", invalid="ignore"):
            points, bad = kernel(columns)
        for part, whole in leaf.parts:
            larger = columns[part] - columns[whole] > NEAR * np.maximum(1.0, np.abs(columns[whole]))
            bad = larger if bad is None else bad | larger
        if bad is not None and not bad.any():
            bad = None
        if bad is not None:
            np.copyto(points, np.nan, where=bad)
        bad = self._override(leaf, points, columns, bad)
        if bad is not None and bad.any():
            refused[leaf.criterion.code] = bad
        return SimulatedRow(points)

    def _override(self, leaf: Leaf, points: Array, columns: Columns, bad: Mask | None) -> Mask | None:
        """A survey that was not held, then a decision, then whether it applies at all; in that order upwards."""
        if leaf.not_held is not None and (held := columns.get(leaf.not_held)) is not None:
            bad = self._not_held(points, held == 1, bad)
        if (decided := columns.get(leaf.decided)) is not None:
            given = ~np.isnan(decided)
            wrong = outside(decided, float(leaf.criterion.max))
            bad = wrong if bad is None else np.where(given, wrong, bad)
            np.copyto(points, np.where(wrong, np.nan, decided), where=given)
        for name in leaf.needs:
            bad = _put(points, np.nan, np.isnan(columns[name]), bad)
        for name in leaf.waivers:
            if (accepted := columns.get(name)) is not None:
                bad = _put(points, NOT_APPLICABLE, accepted == 1, bad)
        for name in leaf.needs:
            bad = _put(points, NOT_APPLICABLE, columns[name] == 0, bad)
        return bad

    def _not_held(self, points: Array, mask: Mask, bad: Mask | None) -> Mask | None:
        means = self.criteria_set.no_survey
        bad = _put(points, {"rescale": NOT_APPLICABLE, "zero": 0.0}.get(means, np.nan), mask, bad)
        return bad if means != "refuse" else mask if bad is None else bad | mask

    def _submission(self, columns: Columns, changes: Mapping[str, Any] | None = None) -> Mask:
        asked = self._ready.asked
        if not asked:
            return np.ones(columns.count, dtype=bool)
        if changes is not None and asked.isdisjoint(changes):
            return self._submitted
        given = np.zeros(columns.count, dtype=bool)
        for name in asked:
            column = columns.get(name)
            if column is not None:
                given |= ~np.isnan(column)
                if given.all():
                    break
        return given

    def _totals(self, row_of: RowOf) -> tuple[Array, Array, Mask]:
        """Known points, applicable maximum, and whether anything that applies is unknown."""
        points, maxima, unknown = self._sum(row_of, self._areas)
        for sign, numbers, cap in self._adjustments:
            points += sign * np.minimum(self._sum(row_of, numbers)[0], cap)
        return points, maxima, unknown

    def _sum(self, row_of: RowOf, numbers: Sequence[int]) -> tuple[Array, Array, Mask]:
        count = len(self.agencies)
        points, unknown = np.zeros(count), np.zeros(count, dtype=bool)
        maxima = np.full(count, self._maxima[numbers].sum())
        for number in numbers:
            row = row_of(number)
            points += row.known
            if row.unknown is not None:
                unknown |= row.unknown
            if row.absent is not None:
                maxima -= self._maxima[number] * row.absent
        # Subtracting what does not apply leaves dust where nothing does.
        return points, np.where(maxima < DUST, 0.0, maxima), unknown


def _put(points: Array, value: float, mask: Mask, bad: Mask | None) -> Mask | None:
    """Write a value where a mask is, and forget what was refused there."""
    np.copyto(points, value, where=mask)
    return None if bad is None else bad & ~mask


def _touched(leaves: tuple[Leaf, ...]) -> dict[str, list[int]]:
    """By fact the rows of the leaves that take it."""
    touched: dict[str, list[int]] = {}
    for row, leaf in enumerate(leaves):
        for name in (*leaf.facts, *leaf.needs, *leaf.waivers, leaf.decided, leaf.not_held):
            if name is not None:
                touched.setdefault(name, []).append(row)
    return touched


def _ranked(index: Array, dense: bool) -> NDArray[np.int64]:
    known = ~np.isnan(index)
    values, inverse, counts = np.unique(-index[known], return_inverse=True, return_counts=True)
    places = np.arange(1, len(values) + 1) if dense else np.cumsum(counts) - counts + 1
    ranks = np.zeros(len(index), dtype=np.int64)
    ranks[known] = places[inverse]
    return ranks
