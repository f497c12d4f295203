"""Rows of a CSV as offices and programs write it: one reader of heads, delimiters, tails and cells.

The delimiter is that of the head (``,``, ``;`` or a tab), or of a line ``sep=;`` above it. Rows of empty cells are
passed over, empty cells after the last head too; heads that repeat, rows longer or shorter than the head, and
characters that nobody can have meant are faults, each with its row.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from parindex.reading.causes import csv_cause
from parindex.reading.encodings import other_form, undecodable
from parindex.reading.legacy_fonts import converted
from parindex.reading.text import cell, unmeant

DELIMITERS: Final = (",", ";", "\t")
ASKING: Final = frozenset(";\t")
"""What spreadsheets put between cells where the comma is the decimal mark: a point may group thousands there."""
_OTHER_DELIMITERS: Final = re.compile(r"[|¦^~:]")
"""What some programs put between cells, and no head of one column has."""
LONGEST_CELL: Final = 131_072
"""Characters of one cell."""
_MOST_KNOWN: Final = 50_000
"""Cells that are kept as read, so that a name which stands in many rows is read once."""
_FIRST_LINES: Final = 30
"""Lines by which the delimiter of a file without a head is told."""
_SEPARATOR: Final = re.compile(r"[ ]*\"?sep=(.)\"?[,;\t ]*[\r\n]*", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"?')


class TableFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a table that cannot be taken."""

    code: str
    """A code of the catalogue of errors, such as ``heads_repeated``."""

    row: int
    """From 1, as an editor counts lines."""

    column: str | None = None
    """Head of the column, or its number, where one cell is meant."""

    values: dict[str, object] = {}
    """What the sentence names."""

    cells: tuple[str, ...] = ()
    """The cells of the row, where it has too many."""


class SheetRow(int):
    """The number of a row of a workbook, which knows its sheet and the letters of the columns by their heads."""

    sheet: str
    letters: Mapping[str, str]

    def __new__(cls, number: int, sheet: str, letters: Mapping[str, str] | None = None) -> SheetRow:
        """Row `number`, from 1; the letter of the cell that is meant without a name stands under ``""``."""
        row = super().__new__(cls, number)
        row.sheet, row.letters = sheet, letters or {}
        return row


def place_of(row: int, column: str | None = None) -> dict[str, object]:
    """Sheet and cell of a row of a workbook; nothing of a row of a CSV, which has none.

    >>> place_of(SheetRow(3, "Mẫu", {"value": "C"}), "value"), place_of(3, "value")
    ({'sheet': 'Mẫu', 'cell': 'C3'}, {})
    """
    if not isinstance(row, SheetRow):
        return {}
    letter = row.letters.get(column or "")
    return {"sheet": row.sheet, **({"cell": f"{letter}{int(row)}"} if letter else {})}


def fault(code: str, row: int, column: str | None = None, *, cells: Sequence[str] = (), **values: object) -> TableFault:
    """A fault with its place among what its sentence names."""
    told = {"row": row, **({} if column is None else {"column": column}), **place_of(row, column), **values}
    return TableFault(code=code, row=row, column=column, values=told, cells=tuple(cells))


class BrokenTable(Exception):
    """A table that cannot be taken: every fault in it."""

    def __init__(self, faults: Sequence[TableFault]) -> None:
        super().__init__("; ".join(f"row {fault.row}: {fault.code}" for fault in faults[:5]))
        self.faults = tuple(faults)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        BrokenTable: ``not_utf8`` with what the file is instead, or with the row of the first byte that is none.
    """
    if found := other_form(data):
        raise BrokenTable([fault("not_utf8", 1, found=found)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        row, byte = undecodable(data.splitlines(keepends=True)) or (1, "")
        raise BrokenTable([fault("not_utf8", row, found=byte)]) from None


def delimiter_of(head: str, known: Sequence[str] = ()) -> str:
    """What separates the cells of a head: by the names that are known, else what stands in it most often.

    >>> delimiter_of("agency;name;value"), delimiter_of("unit\\test"), delimiter_of('"a;b",c'), delimiter_of("unit")
    (';', '\\t', ',', ',')
    """
    bare = _QUOTED.sub("", head)
    wanted = {name.casefold() for name in known}

    def fits(one: str) -> tuple[int, int]:
        names = [cell(part.strip().strip('"')).casefold() for part in head.split(one)]
        return sum(name in wanted for name in names), bare.count(one)

    return max(DELIMITERS, key=fits)


class LinesRead(msgspec.Struct, frozen=True, kw_only=True):
    """A CSV without a head of its own."""

    rows: tuple[list[str], ...]
    """Cells of every row as they are written; a line ``sep=;`` is an empty row."""

    asking: bool
    """Whether a number that could be two is asked about: the cells are separated as in `ASKING`."""


def lines_of_cells(data: bytes) -> LinesRead:
    """Every row of a CSV without a head of its own.

    The delimiter is that of a line ``sep=``, else of most of the first lines.

    Raises:
        BrokenTable: ``not_utf8`` or ``bad_csv``, with the row.
    """
    text = decoded(data)
    csv.field_size_limit(LONGEST_CELL)
    told = _separator(text)
    delimiter = told if told is not None and told in DELIMITERS else _most_common(text)
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BrokenTable([fault("bad_csv", len(rows) + 1, found=csv_cause(error))]) from None
    if rows and told is not None:
        rows[0] = []
    return LinesRead(rows=tuple(rows), asking=delimiter in ASKING)


def separator_told(line: str) -> str | None:
    """What a line ``sep=`` says, with its end, its quotes and the empty cells that programs put behind it.

    >>> separator_told("sep=;\\r\\n"), separator_told('"SEP=,"'), separator_told("sep=;;;"), separator_told("sep,x")
    (';', ',', ';', None)
    """
    found = _SEPARATOR.fullmatch(line)
    return found[1] if found else None


def _separator(text: str) -> str | None:
    """The same of the first line of a text."""
    first, *_ = text.splitlines(keepends=True)[:1] or [""]
    return separator_told(first)


def _most_common(text: str) -> str:
    """The delimiter of the lines that have most of it."""
    lines = [line for line in text.splitlines()[:_FIRST_LINES] if any(one in line for one in DELIMITERS)]
    told = Counter(delimiter_of(line) for line in lines)
    return told.most_common(1)[0][0] if told else ","


def other_delimiter(head: Sequence[str]) -> str | None:
    """The symbol that separates the cells of a head that was read as one, where it is none that is taken.

    >>> other_delimiter(["agency|name|value"]), other_delimiter(["unit"]), other_delimiter(["q1", "a|b"])
    ('|', None, None)
    """
    found = _OTHER_DELIMITERS.search(head[0]) if len(head) == 1 else None
    return found[0] if found else None


class CsvRows:
    """Reads the rows of one CSV as they come; memory does not grow with the file.

    Args:
        lines: The lines of the file, with their ends.
        known: Names of columns that may stand in the head, in any case; they tell the delimiter where several could be.
    """

    def __init__(self, lines: Iterable[str], known: Sequence[str] = ()) -> None:
        self.faults: list[TableFault] = []
        self.head: tuple[str, ...] = ()
        self.head_row = 1
        self._read: dict[str, str] = {}
        self._sound: set[str] = set()
        given = iter(lines)
        first = next(given, "")
        self._before = 0
        if (told := separator_told(first)) is not None:
            self.delimiter = told if told in DELIMITERS else ","
            self._before = 1
        else:
            self.delimiter = delimiter_of(first, known)
            given = itertools.chain([first] if first else [], given)
        self._rows = self._parsed(given)
        for number, cells in self._rows:
            self.head_row = number
            while cells and not cells[-1]:
                cells.pop()
            spelled = {name.casefold(): name for name in known}
            self.head = tuple(spelled.get(name.casefold(), name) for name in cells)
            break
        if found := other_delimiter(self.head):
            self._fault("delimiter_unknown", self.head_row, cells=self.head, found=found)
            self.head, self._rows = (), iter(())
        for name in dict.fromkeys(name for name in self.head if name and self.head.count(name) > 1):
            self._fault("heads_repeated", self.head_row, name, found=name)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row below the head, each as many cells as the head has."""
        width = len(self.head)
        for number, cells in self._rows:
            if len(cells) > width:
                surplus = next((found for found in cells[width:] if found), None)
                if surplus is not None:
                    self._fault("row_too_long", number, cells=cells, found=len(cells), expected=width, surplus=surplus)
                    continue
                del cells[width:]
            if len(cells) < width:
                self._fault("row_too_short", number, found=len(cells), expected=width)
                continue
            yield number, cells

    def _parsed(self, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        number = self._before + 1
        try:
            for cells in reader:
                read = [self._cell(text) for text in cells]
                if any(read):
                    self._name_unmeant(number, read)
                    yield number, read
                number = self._before + reader.line_num + 1
        except csv.Error as error:
            self._fault("bad_csv", number, found=csv_cause(error))

    def _cell(self, text: str) -> str:
        read = self._read.get(text)
        if read is None:
            if len(self._read) > _MOST_KNOWN:
                self._read.clear()
            read = self._read[text] = cell(text)
        return read

    def _name_unmeant(self, number: int, cells: Sequence[str]) -> None:
        for at, text in enumerate(cells):
            if (text.isascii() and text.isprintable()) or text in self._sound:
                continue
            column = self.head[at] if at < len(self.head) else str(at + 1)
            if found := unmeant(text):
                self._fault("unmeant_character", number, column, found=found)
            elif encoding := converted(text)[1]:
                self._fault("cell_old_font", number, column, found=encoding)
            elif len(self._sound) < _MOST_KNOWN:
                self._sound.add(text)

    def _fault(
        self, code: str, row: int, column: str | None = None, *, cells: Sequence[str] = (), **values: object
    ) -> None:
        self.faults.append(fault(code, row, column, cells=cells, **values))
