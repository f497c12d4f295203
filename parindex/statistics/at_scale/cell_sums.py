"""Sums of rows in their cells: a cell is one domain in one unit of the sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from parindex.statistics.survey.design import Floats, Integers


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
    every = Cells(unit, domain, rows, concatenated([cells.sums for cells in groups]))
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


def concatenated(groups: list[Sums]) -> Sums:
    """Sums of several parts one below the other; what is one array in all of them stays one."""
    done = {field.name: np.concatenate([getattr(sums, field.name) for sums in groups]) for field in fields(Sums)}
    for name, other in (("top_square", "top"), ("known", "used")):
        if all(getattr(sums, name) is getattr(sums, other) for sums in groups):
            done[name] = done[other]
    return Sums(**done)
