"""The rows of one sheet of a workbook, as `CsvRows` gives those of a CSV: heads, tails, cells and faults are the same.

A number of a cell is written as it is and asks nothing; text that looks like a number is asked about as in a
file with semicolons. What a sheet shows and its values do not (an error, a formula without a result, words struck
through, merged cells, rows that are hidden, fonts of another encoding, per cent) is a fault with its cell: a table of
data has no reader who could be told of it in a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from parindex.messages import listed
from parindex.reading.csv_rows import BrokenTable, SheetRow, TableFault, fault
from parindex.reading.numbers import CellNumber
from parindex.reading.text import cell, unmeant
from parindex.reading.xlsx_cells import (
    CellAt,
    PercentCell,
    SheetCells,
    XlsxCell,
    column_letters,
    read_cells,
    unseen_sheets,
)
from parindex.reading.xlsx_package import UnreadableWorkbook

HEAD: Final = b"PK\x03\x04"
"""With what every XLSX begins."""
OLD_HEAD: Final = b"\xd0\xcf\x11\xe0"
"""With what an old XLS begins, and an XLSX under a password."""
MOST_TOLD: Final = 100
"""Cells that are named one by one."""

_UNREADABLE: Final[Mapping[str, str]] = {
    "not_xlsx": "workbook_unreadable",
    "locked": "workbook_locked",
    "too_large": "workbook_too_large",
    "sheet_too_large": "workbook_too_large",
}


def is_workbook(data: bytes) -> bool:
    """Whether bytes are those of a workbook, whatever the file is called."""
    return data.startswith((HEAD, OLD_HEAD))


class WorkbookRows:
    """Reads one sheet.

    Args:
        data: The workbook.
        known: Names of columns that may stand in the head, in any case.
        needed: Those that must, by which the sheet is found where there are several.
        named: The sheet that is asked for, in any case; ``None``: the one that fits.
    """

    delimiter = ";"
    """As in the files that spreadsheets write where the comma is the decimal mark."""

    def __init__(
        self, data: bytes, known: Sequence[str] = (), needed: Sequence[str] = (), named: str | None = None
    ) -> None:
        self.faults: list[TableFault] = []
        self.head: tuple[str, ...] = ()
        self.head_row = 1
        self.sheet = ""
        self._first = 0
        self._rows: list[tuple[int, list[str]]] = []
        self._letters: dict[str, str] = {}
        try:
            sheets = [one for one in read_cells(data) if any(any(row) for row in one.rows)]
            hidden = unseen_sheets(data)
            chosen = _one_sheet(sheets, needed, hidden) if named is None else _named_sheet(sheets, named, hidden)
            self._take(chosen, known)
        except UnreadableWorkbook as error:
            self.faults.append(_unreadable(error))
        except BrokenTable as error:
            self.faults += error.faults

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row below the head, each as many cells as the head has."""
        width = len(self.head)
        for number, cells in self._rows:
            self._name_unmeant(number - 1, cells)
            surplus = next((text for text in cells[width:] if text), None)
            if surplus is not None:
                last = max(at for at, text in enumerate(cells) if text) + 1
                place = SheetRow(number, self.sheet, {"": column_letters(self._first + width)})
                self.faults.append(
                    fault("row_too_long", place, cells=cells[:last], found=last, expected=width, surplus=surplus)
                )
                continue
            yield number, cells[:width]

    def row(self, number: int) -> SheetRow:
        """A row with its sheet and the letters of its columns."""
        return SheetRow(number, self.sheet, self._letters)

    def _take(self, sheet: SheetCells, known: Sequence[str]) -> None:
        self.sheet = sheet.name
        filled = [column for column in range(len(sheet.rows[0])) if any(row[column] is not None for row in sheet.rows)]
        self._first = filled[0]
        read = [(at, [_text(value) for value in row[self._first :]]) for at, row in enumerate(sheet.rows)]
        read = [(at, cells) for at, cells in read if any(cells)]
        if not read:
            return
        (top, heads), *below = read
        while heads and not heads[-1]:
            heads.pop()
        spelled = {name.casefold(): name for name in known}
        self.head = tuple(spelled.get(name.casefold(), name) for name in heads)
        self._letters = {name: column_letters(self._first + at) for at, name in enumerate(self.head) if name}
        self.head_row = self.row(top + 1)
        for name in dict.fromkeys(name for name in self.head if name and self.head.count(name) > 1):
            self.faults.append(fault("heads_repeated", self.head_row, name, found=name))
        self._rows = [(self.row(at + 1), cells) for at, cells in below]
        self._name_unmeant(top, heads)
        self._tell(sheet, top)

    def _name_unmeant(self, at: int, cells: Sequence[str]) -> None:
        for column, text in enumerate(cells):
            if not (text.isascii() and text.isprintable()) and (found := unmeant(text)):
                self._fault("unmeant_character", (at, self._first + column), found=found)

    def _tell(self, sheet: SheetCells, top: int) -> None:
        """What the values alone do not say."""
        columns = range(self._first, self._first + len(self.head))

        def read(places: Mapping[CellAt, str] | Sequence[CellAt] | frozenset[CellAt]) -> list[CellAt]:
            return sorted(place for place in places if place[0] >= top and place[1] in columns)[:MOST_TOLD]

        for place in read(sheet.errors):
            self._fault("cell_error", place, found=sheet.errors[place])
        for place in read(sheet.unvalued):
            self._fault("cell_unvalued", place)
        for place in read(sheet.struck):
            self._fault("cell_struck", place, found=_text(sheet.rows[place[0]][place[1]]))
        for place in read(sheet.legacy):
            self._fault("cell_old_font", place, found=sheet.legacy[place])
        for place in read([first for first, last in sheet.merged if first != last]):
            if sheet.rows[place[0]][place[1]] is not None:
                self._fault("cells_merged", place, found=_text(sheet.rows[place[0]][place[1]]))
        percents = [
            (at, column)
            for at, row in enumerate(sheet.rows)
            for column, value in enumerate(row)
            if isinstance(value, PercentCell)
        ]
        for place in read(percents):
            value = Decimal(str(sheet.rows[place[0]][place[1]]))
            self._fault("cell_percent", place, found=_plain(value * 100), decimal=_plain(value))
        unseen = [at for at in sheet.unseen if at >= top and at < len(sheet.rows) and any(sheet.rows[at])]
        if unseen:
            self.faults.append(fault("rows_hidden", self.row(unseen[0] + 1), n=len(unseen)))

    def _fault(self, code: str, place: CellAt, **values: object) -> None:
        row, column = place
        at = column - self._first
        name = self.head[at] if at < len(self.head) and self.head[at] else column_letters(column)
        where = SheetRow(row + 1, self.sheet, {name: column_letters(column)})
        self.faults.append(fault(code, where, name, cells=(), **values))


def _one_sheet(sheets: Sequence[SheetCells], needed: Sequence[str], hidden: Sequence[str]) -> SheetCells:
    """The sheet that holds the table; which one is asked where several do.

    Raises:
        BrokenTable: ``table_empty``, ``sheet_none``, ``sheets_several``, or ``sheet_hidden`` where it may stand in one
            that is not shown.
    """
    if not sheets and hidden:
        raise BrokenTable([fault("sheet_hidden", 1, found=_told(hidden))])
    if not sheets:
        raise BrokenTable([fault("table_empty", 1)])
    wanted = {name.casefold() for name in needed}
    fitting = [one for one in sheets if wanted <= {name.casefold() for name in _heads(one)}]
    if not fitting and hidden and wanted:
        raise BrokenTable([fault("sheet_hidden", 1, found=_told(hidden))])
    if len(fitting) == 1 or len(sheets) == 1:
        return (fitting or sheets)[0]
    names = _told([one.name for one in fitting or sheets])
    if fitting:
        raise BrokenTable([fault("sheets_several", SheetRow(_top(fitting[1]), fitting[1].name), found=names)])
    raise BrokenTable([fault("sheet_none", 1, found=names, expected=listed(needed))])


def _named_sheet(sheets: Sequence[SheetCells], named: str, hidden: Sequence[str]) -> SheetCells:
    """The sheet of a name.

    Raises:
        BrokenTable: ``sheet_unknown`` with the sheets that hold anything; ``sheet_hidden``.
    """
    wanted = cell(named).casefold()
    for one in sheets:
        if cell(one.name).casefold() == wanted:
            return one
    if unseen := [name for name in hidden if cell(name).casefold() == wanted]:
        raise BrokenTable([fault("sheet_hidden", 1, found=_told(unseen))])
    known = _told([one.name for one in sheets])
    raise BrokenTable([fault("sheet_unknown", 1, found=named, known=known)])


def _told(names: Sequence[str]) -> str:
    """Names of sheets in a sentence; a dash where there is none."""
    return listed(f"“{name}”" for name in names) or "–"


def _top(sheet: SheetCells) -> int:
    return next(at for at, row in enumerate(sheet.rows, start=1) if any(map(_text, row)))


def _heads(sheet: SheetCells) -> list[str]:
    return next((texts for row in sheet.rows if any(texts := [_text(value) for value in row])), [])


def _unreadable(error: UnreadableWorkbook) -> TableFault:
    if not error.sheet:
        return fault(_UNREADABLE[error.code], 1)
    letters = {} if error.column is None else {"": column_letters(error.column)}
    return fault(_UNREADABLE[error.code], SheetRow(error.row, error.sheet, letters))


def _text(value: XlsxCell) -> str:
    """A cell as a CSV would hold it.

    >>> _text(Decimal("1.234")), _text(Decimal("1E+3")), _text(True), _text(" Hòa  Lâm "), _text(date(2026, 1, 5))
    ('1.234', '1000', 'true', 'Hòa Lâm', '2026-01-05')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return CellNumber(_plain(value))
    return value.isoformat() if isinstance(value, date) else cell(value)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
