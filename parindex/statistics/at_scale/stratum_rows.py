"""The rows of one stratum added up, a block of them at a time.

A block of rows is multiplied by the sparse matrix that adds the rows of a cell, so that no row is touched twice and
memory does not grow with the data. A block ends where a unit ends, and the rows of a unit are added in their own
order: the sums of a unit are the same, bit by bit, whichever rows stand before and after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.at_scale.cell_sums import Cells, Sums, concatenated, no_cells
from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart
from parindex.statistics.survey.design import Floats, Integers

BLOCK: Final = 8192
"""Rows that are multiplied at a time: their doubles stay in the processor's cache."""
EMPTY_CELLS: Final = 4
"""Cells that a full grid of units × domains may have for each cell with a row; a sparser one is kept as a list."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One stratum that is being closed: the cells of all its units × all domains that it meets."""

    units: int
    """Units of the stratum."""
    domains: Integers
    """(d,) the domains that it meets, ascending."""
    rows: Integers
    """(d,) rows of each domain."""
    weight: Floats
    """(units, d · k) Σw of each cell, items of a domain side by side; 0 where there is no row."""
    top: Floats
    """(units, d · k) Σw·(y − centre) of each cell."""
    whole: Sums
    """(d, k) sums over the units, one after the other in their order."""


def gridded(cells: Cells, units: int) -> Grid | Cells:
    """The cells of one stratum (units counted from 0) as a grid where few of its cells would be empty.

    The same rows become the same, whether they come through here or through ``stratum_sums_of``.
    """
    domains, place = np.unique(cells.domain, return_inverse=True)
    size = units * len(domains)
    if not 0 < size <= EMPTY_CELLS * len(cells):
        return cells
    at = cells.unit * len(domains) + place
    k = cells.sums.weight.shape[1]

    def spread(values: Floats) -> Floats:
        whole = np.zeros((size, k))
        whole[at] = values
        return whole.reshape(units, -1)

    def whole(values: Floats) -> Floats:
        return np.asarray(spread(values).sum(axis=0).reshape(len(domains), k))

    rows = np.bincount(place, cells.rows, minlength=len(domains)).astype(np.int64)
    return Grid(units, domains, rows, spread(cells.sums.weight), spread(cells.sums.top), cells.sums.each(whole))


class Workspace:
    """Arrays that one stratum after the other writes over: fresh memory for each would cost as much as the sums."""

    def __init__(self) -> None:
        self._held: dict[str, Floats] = {}

    def array(self, name: str, size: int) -> Floats:
        """Doubles of any value, valid until the name is asked for again."""
        held = self._held.get(name)
        if held is None or held.size < size:
            held = self._held[name] = np.empty(size)
        return held[:size]


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


@dataclass(frozen=True, slots=True)
class StratumRows:
    """The rows of one stratum that lie in a domain, in the order of their units."""

    weights: Floats
    """(n,) weights."""
    items: NDArray[Any] | _Gathered
    """(n, k) answers."""
    unit: Integers
    """(n,) unit of each row, counted from 0 in the stratum."""
    units: int
    """Units of the stratum, with or without rows."""
    domains: Integers
    """(d,) the domains that it meets, ascending."""
    place: Integers
    """(n,) place of each row's domain in them."""
    centre: Floats
    """(k,) what is taken off each item."""

    @classmethod
    def of(
        cls, part: SurveyPart, rows: Integers | None, span: tuple[int, int], unit: Integers, units: int, centre: Floats
    ) -> StratumRows:
        """Find the rows of a stratum.

        Args:
            part: The part that holds them.
            rows: Rows of the part in the order of their units; ``None``: the part is in order.
            span: First place and the place after the last, of the stratum's rows in this order.
            unit: (rows of the span,) unit of each row, counted from 0 in the stratum.
            units: Units of the stratum.
            centre: (k,) what is taken off each item.
        """
        chosen: Any = slice(*span) if rows is None else rows[span[0] : span[1]]
        domain = part.domain[chosen]
        inside = domain >= 0
        if not inside.all():
            chosen = (np.arange(*span) if rows is None else chosen)[inside]
            domain, unit = domain[inside], unit[inside]
        met = np.flatnonzero(np.bincount(domain, minlength=len(part.keys)))
        place = np.zeros(len(part.keys), dtype=np.int64)
        place[met] = np.arange(len(met))
        items = part.items[chosen] if isinstance(chosen, slice) else _Gathered(part.items, chosen)
        return cls(part.weights[chosen], items, unit, units, met, place[domain], centre)

    def cells(self) -> Cells:
        """The sums of every cell that has a row."""
        cell = self.unit * len(self.domains) + self.place
        names, cell, counts = np.unique(cell, return_inverse=True, return_counts=True)
        k = self.items.shape[1]
        blocks = [sums for _, sums in self._blocks(cell)]
        unit, place = np.divmod(names, max(1, len(self.domains)))
        return Cells(unit, self.domains[place], counts, concatenated(blocks) if blocks else no_cells(k).sums)

    def complete(self, space: Workspace) -> Grid | Cells:
        """The sums of a stratum all of whose rows are here: a grid, valid until the next stratum, where it is full."""
        cell = self.unit * len(self.domains) + self.place
        size, d, k = self.units * len(self.domains), len(self.domains), self.items.shape[1]
        if not 0 < size <= EMPTY_CELLS * len(cell) or size > EMPTY_CELLS * np.count_nonzero(np.bincount(cell)):
            return self.cells()
        weight, top = (space.array(name, size * k).reshape(self.units, d * k) for name in ("weight", "top"))
        running: Sums | None = None
        done = 0
        for end, sums in self._blocks(cell, d):
            weight[done:end], top[done:end] = (v.reshape(-1, d * k) for v in (sums.weight, sums.top))
            running = _continued(running, sums, d)
            done = end
        weight[done:], top[done:] = 0.0, 0.0
        assert running is not None
        return Grid(self.units, self.domains, np.bincount(self.place, minlength=d), weight, top, running)

    def _blocks(self, cell: Integers, width: int = 0) -> Iterator[tuple[int, Sums]]:
        """(the unit after the last, sums of the cells) of blocks of whole units.

        Args:
            cell: (n,) cell of each row, cells of a unit side by side.
            width: Cells of every unit, with or without rows, counted from the block before; 0: those with rows.
        """
        positive = (self.weights > 0).astype(np.float64)
        weighted = bool(positive.all())
        buffers = _Buffers(self.items.shape[1], self.centre)
        done = 0
        for spans in _spans(self.unit):
            start, end = spans[0][0], spans[-1][1]
            unit = int(self.unit[end - 1]) + 1
            low = done * width if width else int(cell[start:end].min())
            high = unit * width if width else int(cell[start:end].max()) + 1
            parts = [
                buffers.sums(
                    self.items[a:b], self.weights[a:b], None if weighted else positive[a:b], cell[a:b] - low, high - low
                )
                for a, b in spans
            ]
            yield unit, reduce(_added, parts)
            done = unit


def _added(one: Sums, other: Sums) -> Sums:
    """Sums of the same cells from two blocks of rows."""
    return Sums(**{f.name: getattr(one, f.name) + getattr(other, f.name) for f in fields(Sums)})


def _continued(running: Sums | None, block: Sums, domains: int) -> Sums:
    """(d, k) sums over the units so far and then over those of a block, one after the other; the block is used up."""
    k = block.weight.shape[1]

    def of(name: str) -> Floats:
        values = getattr(block, name).reshape(-1, domains * k)
        if running is not None:
            values[0] += getattr(running, name).ravel()
        return np.asarray(values.sum(axis=0).reshape(domains, k))

    binary = block.top_square is block.top and (running is None or running.top_square is running.top)
    weighted = block.known is block.used and (running is None or running.known is running.used)
    own = block if binary else replace(block, top_square=block.top_square.copy())
    own = own if weighted else replace(own, known=own.known.copy())
    block = own
    top, used = of("top"), of("used")
    return Sums(
        weight=of("weight"),
        top=top,
        top_square=top if binary else of("top_square"),
        weight_square=of("weight_square"),
        used=used,
        known=used if weighted else of("known"),
    )


def _spans(unit: Integers) -> Iterator[list[tuple[int, int]]]:
    """Blocks of about ``BLOCK`` rows in whole units; a larger unit is cut every ``BLOCK`` rows from its own start."""
    ends = np.append(np.flatnonzero(np.diff(unit)) + 1, len(unit))
    start = 0
    while start < len(unit):
        last = int(np.searchsorted(ends, start + BLOCK, side="right")) - 1
        if last >= 0 and ends[last] > start:
            end = int(ends[last])
            yield [(start, end)]
        else:
            end = int(ends[np.searchsorted(ends, start, side="right")])
            yield [(cut, min(cut + BLOCK, end)) for cut in range(start, end, BLOCK)]
        start = end


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

    def sums(self, items: NDArray[Any], weights: Floats, positive: Floats | None, cell: Integers, cells: int) -> Sums:
        """The sums of some rows: one sparse matrix that adds the rows of a cell, times answers and times what is known.

        Args:
            items: (m, k) answers.
            weights: (m,) weights.
            positive: (m,) 1 where a weight is positive, else 0; ``None``: everywhere.
            cell: (m,) cell of each row.
            cells: Number of cells.
        """
        answers, known = self.filled(items), self.known[: len(items)]
        pointers = np.arange(len(cell) + 1, dtype=np.int32)
        adding = sparse.csc_array((weights.copy(), cell.astype(np.int32), pointers), shape=(cells, len(cell)))

        def added(values: Floats) -> Floats:
            return np.asarray(adding @ values)

        top, weight = added(answers), added(known)
        top_square = top if self.binary else added(answers * answers)
        adding.data[:] = weights * weights
        weight_square = added(known)
        adding.data[:] = 1.0
        rows = used = added(known)
        if positive is not None:
            adding.data[:] = positive
            used = added(known)
        return Sums(weight, top, top_square, weight_square, used, rows)
