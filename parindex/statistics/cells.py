"""Sums of rows in their cells: a cell is one domain in one unit of the sample.

A block of rows is multiplied by the sparse matrix that adds the rows of a cell, so that no row is touched twice and
memory does not grow with the data. A block ends where a unit ends, and the rows of a unit are added in their own
order: the sums of a unit are the same, bit by bit, whichever rows stand before and after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.design import Floats, Integers
from parindex.statistics.parts import MISSING, Part

BLOCK: Final = 8192
"""Rows that are multiplied at a time: their doubles stay in the processor's cache."""
EMPTY_CELLS: Final = 4
"""Cells that a full grid of units × domains may have for each cell with a row; a sparser one is kept as a list."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over the rows of each cell that answered an item. All are (C, k)."""

    weight: Floats
    """Σw."""
    top: Floats
    """Σw·(y − centre)."""
    top_square: Floats
    """Σw·(y − centre)²; the same array as ``top`` where y is 0 or 1."""
    weight_square: Floats
    """Σw²."""
    used: Floats
    """Rows with positive weight."""
    known: Floats
    """Rows with any weight; the same array as ``used`` where no weight is 0."""

    def chosen(self, places: NDArray[Any]) -> Sums:
        """Those of some of the cells."""
        return self.each(lambda values: values[places])

    def added(self, matrix: sparse.csr_array) -> Sums:
        """Cells added together by an indicator matrix."""
        return self.each(lambda values: np.asarray(matrix @ values))

    def each(self, change: Callable[[Floats], Floats]) -> Sums:
        """Every sum changed in the same way; what is one array stays one."""
        top, used = change(self.top), change(self.used)
        return Sums(
            weight=change(self.weight),
            top=top,
            top_square=top if self.top_square is self.top else change(self.top_square),
            weight_square=change(self.weight_square),
            used=used,
            known=used if self.known is self.used else change(self.known),
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells that have a row, by unit and domain."""

    unit: Integers
    """(C,) unit."""
    domain: Integers
    """(C,) domain."""
    rows: Integers
    """(C,) rows, whether or not they answered; at least 1."""
    sums: Sums
    """Their sums."""

    def __len__(self) -> int:
        return len(self.unit)

    def chosen(self, places: NDArray[Any]) -> Cells:
        """Some of the cells."""
        return Cells(self.unit[places], self.domain[places], self.rows[places], self.sums.chosen(places))

    def renumbered(self, unit: Integers, domain: Integers) -> Cells:
        """The same cells among more units and domains."""
        return replace(self, unit=unit[self.unit], domain=domain[self.domain])


def no_cells(k: int) -> Cells:
    """Nothing."""
    none, nothing = np.empty(0, dtype=np.int64), np.empty((0, k))
    return Cells(none, none, none, Sums(*([nothing] * 6)))


def merged_cells(groups: list[Cells]) -> Cells:
    """The cells of several parts in the order of unit and domain; what is cut in two is added up."""
    if len(groups) == 1:
        return groups[0]
    unit, domain, rows = (
        np.concatenate([getattr(cells, name) for cells in groups]) for name in ("unit", "domain", "rows")
    )
    every = Cells(unit, domain, rows, _concatenated([cells.sums for cells in groups]))
    width = int(domain.max(initial=0)) + 1
    key = unit * width + domain
    if (key[1:] > key[:-1]).all():
        return every
    distinct, number = np.unique(key, return_inverse=True)
    if len(distinct) == len(key):
        return every.chosen(np.argsort(key))
    adding = sparse.csr_array((np.ones(len(key)), (number, np.arange(len(key)))), shape=(len(distinct), len(key)))
    added = np.asarray(adding @ rows.astype(np.float64)).astype(np.int64)
    return Cells(distinct // width, distinct % width, added, every.sums.added(adding))


def _concatenated(groups: list[Sums]) -> Sums:
    """Sums of several parts one below the other; what is one array in all of them stays one."""
    done = {field.name: np.concatenate([getattr(sums, field.name) for sums in groups]) for field in fields(Sums)}
    for name, other in (("top_square", "top"), ("known", "used")):
        if all(getattr(sums, name) is getattr(sums, other) for sums in groups):
            done[name] = done[other]
    return Sums(**done)


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one stratum, all its units × all domains that it meets."""

    units: int
    """Units of the stratum."""
    domains: Integers
    """(d,) the domains that it meets, ascending."""
    rows: Integers
    """(units · d,) rows of each cell, domains of a unit side by side."""
    sums: Sums
    """(units · d, k) sums, 0 where there is no row."""


def gridded(cells: Cells, units: int) -> Grid | Cells:
    """The cells of one stratum (units counted from 0) as a grid where few of its cells would be empty."""
    domains, place = np.unique(cells.domain, return_inverse=True)
    size = units * len(domains)
    if size > EMPTY_CELLS * len(cells) or size == 0:
        return cells
    at = cells.unit * len(domains) + place
    rows = np.zeros(size, dtype=np.int64)
    rows[at] = cells.rows

    def spread(values: Floats) -> Floats:
        whole = np.zeros((size, values.shape[1]))
        whole[at] = values
        return whole

    return Grid(units, domains, rows, cells.sums.each(spread))


def listed(grid: Grid) -> Cells:
    """The cells of a grid that have a row, units counted from 0."""
    filled = np.flatnonzero(grid.rows)
    unit, place = np.divmod(filled, len(grid.domains))
    return Cells(unit, grid.domains[place], grid.rows[filled], grid.sums.chosen(filled))


def stratum_cells(
    part: Part,
    rows: Integers | None,
    span: tuple[int, int],
    unit: Integers,
    units: int,
    centre: Floats,
    space: Workspace,
) -> Grid | Cells:
    """Add up the rows of one stratum.

    Args:
        part: The part that holds them.
        rows: Rows of the part in the order of their units; ``None``: the part is in order.
        span: First place and the place after the last, of the stratum's rows in this order.
        unit: (rows of the span,) unit of each row, counted from 0 in the stratum, ascending.
        units: Units of the stratum.
        centre: (k,) what is taken off each item.
        space: Where a grid is written: it is valid until the next stratum.
    """
    chosen: Any = slice(*span) if rows is None else rows[span[0] : span[1]]
    domain = part.domain[chosen]
    inside = domain >= 0
    if not inside.all():
        places = np.arange(*span) if rows is None else chosen
        chosen, domain, unit = places[inside], domain[inside], unit[inside]
    width = len(part.keys)
    met = np.flatnonzero(np.bincount(domain, minlength=width))
    place = np.empty(width, dtype=np.int64)
    place[met] = np.arange(len(met))
    cell = unit * len(met) + place[domain]
    if units * len(met) <= EMPTY_CELLS * len(cell):
        counts = np.bincount(cell, minlength=units * len(met))
        names = None
    else:
        names, cell, counts = np.unique(cell, return_inverse=True, return_counts=True)
    weights = part.weights[chosen]
    items = part.items[chosen] if isinstance(chosen, slice) else _Gathered(part.items, chosen)
    k = items.shape[1]

    def whole(name: str) -> Floats:
        return space.array(name, len(counts), k) if names is None else np.empty((len(counts), k))

    sums = _added(weights, items, cell, unit, centre, whole)
    if names is not None:
        found_unit, found_place = np.divmod(names, max(1, len(met)))
        return gridded(Cells(found_unit, met[found_place], counts, sums), units)
    grid = Grid(units, met, counts, sums)
    return grid if 0 < len(counts) <= EMPTY_CELLS * np.count_nonzero(counts) else listed(grid)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Rows in another order, gathered a block at a time."""

    items: NDArray[Any]
    """(n, k) rows as they stand."""
    rows: Integers
    """The order."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and items."""
        return len(self.rows), self.items.shape[1]

    def __getitem__(self, block: slice) -> NDArray[Any]:
        return np.asarray(self.items[self.rows[block]])


def _blocks(unit: Integers) -> Iterator[tuple[int, int]]:
    """Spans of whole units of about ``BLOCK`` rows; a larger unit is cut every ``BLOCK`` rows from its own start."""
    ends = np.append(np.flatnonzero(np.diff(unit)) + 1, len(unit))
    start = 0
    while start < len(unit):
        last = int(np.searchsorted(ends, start + BLOCK, side="right")) - 1
        if last >= 0 and ends[last] > start:
            yield start, int(ends[last])
            start = int(ends[last])
            continue
        end = int(ends[np.searchsorted(ends, start, side="right")])
        for cut in range(start, end, BLOCK):
            yield cut, min(cut + BLOCK, end)
        start = end


class Workspace:
    """Arrays that one stratum after the other writes over: fresh memory for each would cost as much as the sums."""

    def __init__(self) -> None:
        self._held: dict[str, Floats] = {}

    def array(self, name: str, cells: int, k: int) -> Floats:
        """(cells, k) doubles of any value, valid until the name is asked for again."""
        held = self._held.get(name)
        if held is None or held.size < cells * k:
            held = self._held[name] = np.empty(cells * k)
        return held[: cells * k].reshape(cells, k)


def _added(
    weights: Floats, items: Any, cell: Integers, unit: Integers, centre: Floats, whole: Callable[[str], Floats]
) -> Sums:
    """The sums of rows that come in the order of their units; cells of a unit stand side by side."""
    weight, top, square, used = (whole(name) for name in ("weight", "top", "weight_square", "used"))
    top_square = top
    positive = (weights > 0).astype(np.float64)
    known_rows = used if positive.all() else whole("known")
    buffers = _Buffers(items.shape[1], centre)
    written = 0
    for start, end in _blocks(unit):
        answers = buffers.filled(items[start:end])
        known = buffers.known[: end - start]
        low, high = int(cell[start:end].min()), int(cell[start:end].max()) + 1
        place, w = cell[start:end] - low, weights[start:end]
        if not buffers.binary and top_square is top:
            top_square = whole("top_square")
            top_square[:written] = top[:written]
        adding = _adding(w, place, high - low)
        answered = adding @ answers
        parts = [
            (top, answered),
            (weight, adding @ known),
            (square, _adding(w * w, place, high - low) @ known),
            (used, _adding(positive[start:end], place, high - low) @ known),
        ]
        if known_rows is not used:
            parts.append((known_rows, _adding(np.ones(len(w)), place, high - low) @ known))
        if top_square is not top:
            parts.append((top_square, answered if buffers.binary else adding @ (answers * answers)))
        for sums, part in parts:
            sums[written:low] = 0.0
            seen = min(max(0, written - low), high - low)
            sums[low : low + seen] += part[:seen]
            sums[low + seen : high] = part[seen:]
        written = max(written, high)
    for sums in (top, weight, square, used, top_square, known_rows):
        sums[written:] = 0.0
    return Sums(weight, top, top_square, square, used, known_rows)


def _adding(values: Floats, cell: Integers, cells: int) -> sparse.csc_array:
    """(cells, rows) matrix that adds rows, each times its value."""
    pointers = np.arange(len(cell) + 1, dtype=np.int32)
    return sparse.csc_array((values, cell.astype(np.int32), pointers), shape=(cells, len(cell)))


class _Buffers:
    """The doubles of one block, written over by the next."""

    def __init__(self, k: int, centre: Floats) -> None:
        self.known = np.empty((BLOCK, k))
        self.binary = False
        self._answers = np.empty((BLOCK, k))
        self._centre = centre
        self._centred = bool(centre.any())

    def filled(self, items: NDArray[Any]) -> Floats:
        """(m, k) answers less the centre, 0 where there is none; ``known`` and ``binary`` say the rest."""
        answers, known = self._answers[: len(items)], self.known[: len(items)]
        if items.dtype == np.int8:
            given = items != MISSING
            codes = items * given.view(np.int8)
            self.binary = bool(codes.min(initial=0) >= 0 and codes.max(initial=0) <= 1)
            answers[...] = codes
        elif items.dtype == np.bool_:
            given, self.binary = np.ones(items.shape, dtype=bool), True
            answers[...] = items.view(np.int8)
        else:
            given = ~np.isnan(items)
            answers[...] = np.where(given, items, 0.0)
            self.binary = bool(((answers == 0) | (answers == 1)).all())
        known[...] = given.view(np.int8)
        if self._centred:
            answers -= known * self._centre
            self.binary = False
        return answers
