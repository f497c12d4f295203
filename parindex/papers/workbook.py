"""A workbook that officials edit and give back: locked headers, lists to choose from, text that stays text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from parindex.papers.xlsx_file import EPOCH

LONGEST_CELL: Final = 32_767
"""Characters that one cell holds."""

LONGEST_RULE: Final = 255
"""Characters that the rule of a cell holds, with what parts its words."""

LISTS: Final = "_lists"
"""The sheet that is not shown, of words that rules do not hold."""

ROOM: Final = 500
"""Rows below the last one that lists and formats already hold, so that rows can be added."""

Content = Literal["text", "long", "number", "centre"]
"""How a column is shown: a word, sentences that wrap, a number, a mark in the middle."""


class EditableColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a sheet that is filled in."""

    title: str
    """Its head."""

    width: int = 12
    """In characters."""

    content: Content = "text"
    """What stands in it."""

    choices: tuple[str, ...] = ()
    """What may be chosen, offered as a list; other words are left to the reader of the file to refuse."""


class EditableSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet."""

    name: str
    """At most 31 characters."""

    title: str
    """First line on paper."""

    notes: tuple[str, ...] = ()
    """Lines between title and table."""

    columns: tuple[EditableColumn, ...] = ()
    """From left to right; without any, the sheet is read and not filled in."""

    rows: Sequence[Sequence[str | Decimal | None]] = ()
    """Each as long as ``columns``."""

    levels: Sequence[int] = ()
    """How deep each row lies, from 0: the highest are bold, the others indented; empty for a flat table."""


def exact(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number: it has 15.

    >>> exact(Decimal("0.5")), exact(Decimal("1234567890.123456"))
    (True, False)
    """
    return Decimal(f"{value:.15g}") == value


def workbook_bytes(*sheets: EditableSheet) -> bytes:
    """The file. Text that begins with ``=`` stays text, numbers are exact, the same sheets give the same bytes."""
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"created": EPOCH, "title": sheets[0].title if sheets else ""})
        shapes, lists = _Shapes(book), _Lists(book)
        places = [book.add_worksheet(sheet.name) for sheet in sheets]
        for place, sheet in zip(places, sheets, strict=True):
            _SheetWriter(place, sheet, shapes, lists).write()
    return written.getvalue()


class _Shapes:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any):
        self.book = book
        self.made: dict[tuple[Content, int, bool], Any] = {}
        border = {"border": 1, "border_color": "#9AA5B1"}
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.note = book.add_format({"italic": True})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E4ECF4", **border}
        )

    def of(self, content: Content, indent: int = 0, bold: bool = False) -> Any:
        """The format of a cell that may be edited."""
        key = (content, indent, bold)
        if key not in self.made:
            wanted: dict[str, Any] = {"valign": "top", "border": 1, "border_color": "#D3DAE1", "locked": False}
            wanted |= {"bold": bold, "indent": indent}
            if content == "number":
                wanted |= {"num_format": "General", "align": "right"}
            else:
                # A cell of text keeps 1.10 and = as they are typed.
                wanted |= {"num_format": "@", "text_wrap": content == "long"}
            if content == "centre":
                wanted["align"] = "center"
            self.made[key] = self.book.add_format(wanted)
        return self.made[key]


class _Lists:
    """What may be chosen in cells: in the cell's own rule where that holds it, else on a sheet that is not shown."""

    def __init__(self, book: Any):
        self.book = book
        self.sheet: Any = None
        self.made: dict[tuple[str, ...], str] = {}

    def source(self, choices: tuple[str, ...]) -> list[str] | str:
        """The choices, or where they stand: a rule parts its words at commas and has 255 characters."""
        if len(",".join(choices)) <= LONGEST_RULE and not any("," in one for one in choices):
            return list(choices)
        if choices not in self.made:
            if self.sheet is None:
                self.sheet = self.book.add_worksheet(LISTS)
                self.sheet.hide()
            column = len(self.made)
            self.sheet.write_column(0, column, choices)
            name = xl_col_to_name(column, col_abs=True)
            self.made[choices] = f"='{LISTS}'!{name}$1:{name}${len(choices)}"
        return self.made[choices]


class _SheetWriter:
    """Writes one sheet."""

    def __init__(self, sheet: Any, given: EditableSheet, shapes: _Shapes, lists: _Lists):
        self.sheet = sheet
        self.given = given
        self.shapes = shapes
        self.lists = lists
        self.top = len(given.notes) + 2 if given.columns else 0

    def write(self) -> None:
        self.sheet.write_string(0, 0, self.given.title, self.shapes.title)
        for line, note in enumerate(self.given.notes, start=1):
            self.sheet.write_string(line, 0, note, self.shapes.note)
        self.paper()
        if not self.given.columns:
            self.sheet.set_column(0, 0, 120)
            return
        self.head()
        for number, row in enumerate(self.given.rows):
            self.row(self.top + 1 + number, row, self.given.levels[number] if self.given.levels else None)
        self.room()

    def head(self) -> None:
        for at, column in enumerate(self.given.columns):
            self.sheet.set_column(at, at, column.width, self.shapes.of(column.content))
            self.sheet.write_string(self.top, at, column.title, self.shapes.head)
        self.sheet.freeze_panes(self.top + 1, 0)
        self.sheet.repeat_rows(self.top)
        # Only the lines down to the head are locked: every cell below is free, and rows come and go.
        allowed = ("insert_rows", "delete_rows", "format_cells", "format_columns", "format_rows", "sort", "autofilter")
        self.sheet.protect("", dict.fromkeys(allowed, True))

    def row(self, line: int, row: Sequence[str | Decimal | None], level: int | None) -> None:
        for at, (value, column) in enumerate(zip(row, self.given.columns, strict=True)):
            indent = level if level and column.content == "long" and at < 4 else 0
            shape = self.shapes.of(column.content, indent, level == 0)
            if value is None or value == "":
                self.sheet.write_blank(line, at, None, shape)
            elif isinstance(value, Decimal):
                self.sheet.write_number(line, at, value, shape)
            else:
                self.sheet.write_string(line, at, value, shape)

    def room(self) -> None:
        last = self.top + len(self.given.rows) + ROOM
        for at, column in enumerate(self.given.columns):
            if column.choices:
                offered = {"validate": "list", "source": self.lists.source(column.choices), "error_type": "warning"}
                self.sheet.data_validation(self.top + 1, at, last, at, offered)

    def paper(self) -> None:
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P/&N")
