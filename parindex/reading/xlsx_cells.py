"""The cells of an XLSX that somebody sends: values only, within bounds, never a formula run.

What a reader of the values alone would not see is kept beside them: errors, formulas without a stored value, rows
that are hidden or filtered away, words struck through, fonts of another encoding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import msgspec

from parindex.reading.legacy_fonts import converted
from parindex.reading.xlsx_package import MOST_MEMBERS, Attributes, UnreadableWorkbook, XlsxPackage, XmlHandler
from parindex.reading.xlsx_styles import CellStyle, is_on, read_styles

XlsxCell: TypeAlias = str | Decimal | bool | date | None
"""What stands in a cell: text as typed, a number as a spreadsheet shows it; or nothing."""

MOST_CELLS: Final = 2_000_000
"""Rows × columns up to the last cell of a sheet that holds anything."""
MOST_FILLED: Final = 400_000
"""Cells that hold anything, in all sheets."""
MOST_ELEMENTS: Final = 5_000_000
"""Cells that are written in a sheet, also empty ones."""
MOST_ROWS: Final = 1_048_576
"""Rows that a spreadsheet has."""
MOST_TEXT: Final = 30_000_000
"""Characters of all texts."""
LONGEST_TEXT: Final = 100_000
"""Characters of one cell: a spreadsheet keeps 32,767."""
MOST_MERGED: Final = 10_000
"""Merged ranges of a sheet that are looked at."""

_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FIRST_DAY: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_LAST_SERIAL: Final = 2_958_465
_PLAIN: Final = CellStyle()

CellAt = tuple[int, int]
"""Row and column, from 0."""


class PercentCell(Decimal):
    """A number that a spreadsheet shows as per cent: 0.4 that reads 40%."""


class SheetCells(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet."""

    name: str
    """As on its tab."""

    rows: tuple[tuple[XlsxCell, ...], ...]
    """From the first row and column of the sheet; all equally long. An error stands as its word."""

    merged: tuple[tuple[CellAt, CellAt], ...] = ()
    """Merged ranges by their first and last (row, column), from 0."""

    errors: Mapping[CellAt, str] = {}
    """Cells that show an error, with its word."""

    unvalued: frozenset[CellAt] = frozenset()
    """Formulas whose value the file does not hold."""

    unseen: Mapping[int, Literal["hidden", "filtered"]] = {}
    """Rows that are not shown, and why."""

    unseen_columns: frozenset[int] = frozenset()
    """Columns that are not shown."""

    struck: frozenset[CellAt] = frozenset()
    """Cells of which words are struck through."""

    legacy: Mapping[CellAt, str] = {}
    """Cells that were written for a font of another encoding, with its name; they are converted."""


def read_cells(data: bytes) -> tuple[SheetCells, ...]:
    """Every visible worksheet with its values.

    Raises:
        UnreadableWorkbook: the bytes are no XLSX that can be read within bounds.
    """
    package = XlsxPackage(data)
    try:
        return tuple(_Workbook(package).sheets())
    except (ValueError, OverflowError, RecursionError):
        raise UnreadableWorkbook("not_xlsx") from None


def unseen_sheets(data: bytes) -> tuple[str, ...]:
    """Names of the sheets that are not shown, of which nothing is read.

    Raises:
        UnreadableWorkbook: the bytes are no XLSX that can be read within bounds.
    """
    names: list[str] = []

    def start(name: str, given: Attributes) -> None:
        if name == "sheet" and given.get("state", "visible") != "visible" and len(names) < MOST_MEMBERS:
            names.append(given.get("name", ""))

    package = XlsxPackage(data)
    package.read(_list_of_sheets(package), XmlHandler(start))
    return tuple(names)


def _list_of_sheets(package: XlsxPackage) -> str:
    roots = [path for kind, path in package.related("").values() if kind == "officeDocument" and path in package]
    return roots[0] if roots else "xl/workbook.xml"


class _Workbook:
    """What the sheets of a workbook share."""

    def __init__(self, package: XlsxPackage) -> None:
        self.package = package
        self.path = _list_of_sheets(package)
        related = package.related(self.path)
        paths = dict(related.values())
        self.worksheets = {key: path for key, (kind, path) in related.items() if kind == "worksheet"}
        self.listed: list[tuple[str, str, bool]] = []
        self.from_1904 = False
        package.read(self.path, XmlHandler(self._start))
        self.styles = read_styles(package, paths.get("styles"))
        self.left = MOST_TEXT
        self.filled = MOST_FILLED
        self.shared: list[tuple[str, bool]] = []
        if (path := paths.get("sharedStrings")) and path in package:
            reader = _SharedTexts(self)
            package.read(path, XmlHandler(reader.start, reader.end, reader.text))

    def _start(self, name: str, given: Attributes) -> None:
        if name == "sheet":
            if len(self.listed) >= MOST_MEMBERS:
                raise UnreadableWorkbook("too_large")
            self.listed.append((given.get("name", ""), given.get("id", ""), given.get("state", "visible") == "visible"))
        elif name == "workbookPr":
            self.from_1904 = given.get("date1904", "0") in ("1", "true")

    def sheets(self) -> list[SheetCells]:
        """The visible ones, in their order."""
        return [
            _Sheet(self, name).read(self.worksheets[key])
            for name, key, visible in self.listed
            if visible and key in self.worksheets
        ]

    def take(self, text: str) -> None:
        """Count what a text takes."""
        self.left -= len(text)
        if self.left < 0:
            raise UnreadableWorkbook("too_large")


class _RichText:
    """Gathers the words of one text, and whether any are struck through."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.struck = False
        self.strike = False
        self.taking = False
        self.silent = 0

    def start(self, name: str, given: Attributes) -> None:
        if name == "rPh":
            self.silent += 1
        elif name == "r":
            self.strike = False
        elif name == "strike":
            self.strike = is_on(given)
        elif name == "t":
            self.taking = not self.silent

    def end(self, name: str) -> None:
        if name == "rPh":
            self.silent -= 1
        elif name == "t":
            self.taking = False

    def text(self, words: str) -> None:
        if self.taking:
            self.parts.append(words)
            self.length += len(words)
            if self.length > LONGEST_TEXT:
                raise UnreadableWorkbook("too_large")
            self.struck = self.struck or (self.strike and bool(words.strip()))

    def whole(self) -> str:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(self.parts))


class _SharedTexts:
    def __init__(self, book: _Workbook) -> None:
        self.book = book
        self.rich = _RichText()

    def start(self, name: str, given: Attributes) -> None:
        if name == "si":
            self.rich = _RichText()
        else:
            self.rich.start(name, given)

    def end(self, name: str) -> None:
        self.rich.end(name)
        if name == "si":
            text = self.rich.whole()
            self.book.take(text)
            self.book.shared.append((text, self.rich.struck))
            if len(self.book.shared) > MOST_FILLED:
                raise UnreadableWorkbook("too_large")

    def text(self, words: str) -> None:
        self.rich.text(words)


class _Sheet:
    """Reads one sheet."""

    def __init__(self, book: _Workbook, name: str) -> None:
        self.book = book
        self.name = name
        self.row = -1
        self.column = -1
        self.elements = 0
        self.height = self.width = 0
        self.values: dict[int, dict[int, XlsxCell]] = {}
        self.merged: list[tuple[CellAt, CellAt]] = []
        self.errors: dict[CellAt, str] = {}
        self.unvalued: set[CellAt] = set()
        self.hidden: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.struck: set[CellAt] = set()
        self.legacy: dict[CellAt, str] = {}
        self.filtered: tuple[CellAt, CellAt] | None = None
        self.is_filtered = False
        self.given: Attributes = {}
        self.rich = _RichText()
        self.value: list[str] | None = None
        self.has_value = self.has_formula = self.in_cell = False

    def read(self, path: str) -> SheetCells:
        """The whole sheet."""
        try:
            self.book.package.read(path, XmlHandler(self.start, self.end, self.text))
        except UnreadableWorkbook as error:
            if error.code != "too_large":
                raise
            raise UnreadableWorkbook("sheet_too_large", self.name, self.row + 1, max(self.column, 0)) from None
        empty = (None,) * self.width
        rows = tuple(
            tuple(map(self.values[at].get, range(self.width))) if at in self.values else empty
            for at in range(self.height)
        )
        return SheetCells(
            name=self.name, rows=rows, merged=tuple(self.merged), errors=self.errors,
            unvalued=frozenset(self.unvalued), unseen={row: self._why(row) for row in sorted(self.hidden)},
            unseen_columns=frozenset(self.hidden_columns), struck=frozenset(self.struck), legacy=self.legacy,
        )  # fmt: skip

    def _why(self, row: int) -> Literal["hidden", "filtered"]:
        within = self.filtered is not None and self.filtered[0][0] < row <= self.filtered[1][0]
        return "filtered" if self.is_filtered and within else "hidden"

    def start(self, name: str, given: Attributes) -> None:
        if self.in_cell:
            self._part(name, given)
        elif name == "row":
            self.row = _number_of(given.get("r"), self.row + 2) - 1
            self.column = -1
            if self.row >= MOST_ROWS:
                raise UnreadableWorkbook("too_large")
            if given.get("hidden", "0") in ("1", "true"):
                self.hidden.add(self.row)
        elif name == "c":
            self._cell(given)
        elif name == "col" and given.get("hidden", "0") in ("1", "true"):
            first, last = _number_of(given.get("min"), 1), _number_of(given.get("max"), 1)
            self.hidden_columns.update(range(first - 1, min(last, 16_384)))
        elif name == "mergeCell" and len(self.merged) < MOST_MERGED:
            if found := _range(given.get("ref", "")):
                self.merged.append(found)
        elif name == "autoFilter":
            self.filtered = _range(given.get("ref", ""))
        elif name == "filterColumn":
            self.is_filtered = True

    def _cell(self, given: Attributes) -> None:
        place = _place(given.get("r", ""))
        self.row, self.column = place or (max(self.row, 0), self.column + 1)
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise UnreadableWorkbook("too_large")
        self.given, self.rich, self.value = given, _RichText(), None
        self.in_cell, self.has_formula = True, False

    def _part(self, name: str, given: Attributes) -> None:
        if name == "v":
            self.value = []
            self.has_value = True
        elif name == "f":
            self.has_formula = True
        else:
            self.rich.start(name, given)

    def text(self, words: str) -> None:
        if self.in_cell:
            if self.has_value and self.value is not None:
                self.value.append(words)
                if len(self.value) > LONGEST_TEXT:
                    raise UnreadableWorkbook("too_large")
            else:
                self.rich.text(words)

    def end(self, name: str) -> None:
        if name == "v":
            self.has_value = False
        elif name == "c":
            self.in_cell = False
            self._keep()
        elif self.in_cell:
            self.rich.end(name)

    def _style(self) -> CellStyle:
        at = _number_of(self.given.get("s"), 0)
        return self.book.styles[at] if at < len(self.book.styles) else _PLAIN

    def _keep(self) -> None:
        """Take the value of the cell that ends here."""
        kind, style, place = self.given.get("t", "n"), self._style(), (self.row, self.column)
        written = None if self.value is None else "".join(self.value)
        value, struck = self._meant(kind, style, written)
        if self.has_formula and value is None and not (kind == "str" and written is not None):
            self.unvalued.add(place)
        elif value is None or (isinstance(value, str) and not value.strip()):
            return
        if isinstance(value, str) and kind != "e":
            self.book.take(value)
            value, encoding = converted(value, style.font)
            if encoding:
                self.legacy[place] = encoding
        if struck or style.is_struck:
            self.struck.add(place)
        self._put(place, value)

    def _put(self, place: CellAt, value: XlsxCell) -> None:
        row, column = place
        self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
        self.book.filled -= 1
        if self.height * self.width > MOST_CELLS or self.book.filled < 0:
            raise UnreadableWorkbook("too_large")
        self.values.setdefault(row, {})[column] = value

    def _meant(self, kind: str, style: CellStyle, written: str | None) -> tuple[XlsxCell, bool]:
        if kind == "inlineStr":
            return self.rich.whole() or None, self.rich.struck
        if written is None or written == "":
            return None, False
        if kind == "s":
            at = _number_of(written.strip(), -1)
            return self.book.shared[at] if 0 <= at < len(self.book.shared) else (None, False)
        return self._plain(kind, style, written), False

    def _plain(self, kind: str, style: CellStyle, written: str) -> XlsxCell:
        if kind == "e":
            self.errors[self.row, self.column] = written
            return written
        if kind == "str":
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), written)
        if kind == "b":
            return written.strip() in ("1", "true")
        if kind == "d":
            return datetime.fromisoformat(written.strip().replace("Z", "")).date()
        return self._number(written, style)

    def _number(self, written: str, style: CellStyle) -> XlsxCell:
        """With the 15 digits that a spreadsheet keeps, so that 0.1 + 0.2 is 0.3."""
        value = float(written)
        exact = Decimal(f"{value:.15g}")
        if not exact.is_finite():
            return written
        if style.is_day and 0 <= value <= _LAST_SERIAL:
            moment = _FIRST_DAY[self.book.from_1904] + timedelta(seconds=round(value * 86_400))
            return f"{moment:%H:%M}" if value < 1 else moment.date()
        plain = f"{exact:f}"
        return PercentCell(plain) if style.is_percent else Decimal(plain)


def _number_of(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _place(reference: str) -> CellAt | None:
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]) - 1, column_number(found[1].upper())) if found and int(found[2]) else None


def _range(reference: str) -> tuple[CellAt, CellAt] | None:
    first, _, last = reference.partition(":")
    top, bottom = _place(first), _place(last or first)
    return None if top is None or bottom is None else (top, bottom)


def column_number(letters: str) -> int:
    """The number of a column, from 0.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """The letters of a column, numbered from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
