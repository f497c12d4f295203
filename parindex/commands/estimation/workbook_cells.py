"""A sheet of a workbook by columns, as a CSV is read: the same names, the same cells, the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from parindex.commands.estimation.cells import TextColumn
from parindex.commands.estimation.csv_cells import CsvCells
from parindex.commands.estimation.faults import BrokenCells, UnreadableData
from parindex.reading.causes import system_cause
from parindex.reading.numbers import has_two_readings
from parindex.reading.workbook_rows import WorkbookRows, is_workbook
from parindex.text import N_

ROWS: Final = 1 << 15
"""Rows that are put into columns at a time."""


@dataclass(slots=True)
class SheetColumns(CsvCells):
    """A sheet by columns."""

    sheet: str = ""
    """Name of the sheet."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Letter of each column by its name."""
    asking: dict[str, set[str]] = field(default_factory=dict)
    """By column the text that could be thousands or have three decimals; a cell that is a number asks nothing."""


def holds_workbook(path: Path) -> bool:
    """Whether a file begins as a workbook does, whatever it is called.

    Raises:
        UnreadableData: it may not be read.
    """
    try:
        with path.open("rb") as file:
            return is_workbook(file.read(8))
    except OSError as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=system_cause(error)) from None


def read_workbook_cells(
    path: Path, wanted: Callable[[str], bool], *, needed: Sequence[str] = (), named: str | None = None
) -> SheetColumns:
    """Read one sheet.

    Args:
        path: The file.
        wanted: Whether the column of a name is kept.
        needed: Columns that the sheet must have, where there are several.
        named: The sheet that is asked for.

    Raises:
        BrokenCells: with everything in it that cannot be taken.
    """
    rows = _rows(path, needed, named)
    columns_wanted = {name: TextColumn() for name in rows.head if name and wanted(name)}
    letters = rows.row(1).letters
    read = SheetColumns(list(rows.head), columns_wanted, sheet=rows.sheet, letters=letters)
    places = [place for place, name in enumerate(rows.head) if name in read.columns]
    left = iter(rows)
    while some := list(islice(left, ROWS)):
        for place in places:
            if asked := {cells[place] for _, cells in some if has_two_readings(cells[place])}:
                read.asking.setdefault(rows.head[place], set()).update(asked)
        columns = [[cells[place].encode() for _, cells in some] for place in places]
        read.add(columns, np.array([number for number, _ in some], dtype=np.int64), np.zeros(len(some), dtype=bool))
    if rows.faults:
        raise BrokenCells(path, rows.faults)
    return read


def read_workbook_text(path: Path, named: str | None = None) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and row numbers of a sheet; without a name of the one that holds data."""
    rows = _rows(path, (), named)
    read = list(rows)
    if rows.faults:
        raise BrokenCells(path, rows.faults)
    return list(rows.head), [cells for _, cells in read], [int(number) for number, _ in read]


def _rows(path: Path, needed: Sequence[str], named: str | None) -> WorkbookRows:
    try:
        rows = WorkbookRows(path.read_bytes(), (), needed, named)
    except OSError as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=system_cause(error)) from None
    if rows.faults:
        raise BrokenCells(path, rows.faults)
    return rows
