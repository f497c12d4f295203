"""XLSX: the same table for officials who go on working with it. No formula, no macro, no link."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from parindex.papers.table import Column, Table, TableValue

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Time of creation that every file says, so that the same table gives the same bytes."""

_FORBIDDEN: Final = str.maketrans("[]:*?/\\", "       ")


def xlsx_bytes(*tables: Table) -> bytes:
    """A workbook with a sheet for each table; A4, header row repeated, page numbers."""
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"created": EPOCH, "title": tables[0].title if tables else ""})
        for number, table in enumerate(tables, start=1):
            _write(book, table, number)
    return written.getvalue()


def _write(book: Any, table: Table, number: int) -> None:
    sheet = book.add_worksheet(_name(table.title, number))
    bold = book.add_format({"bold": True, "font_size": 13})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
    top = 0
    if not table.bare:
        sheet.write_string(0, 0, table.title, bold)
        for line, note in enumerate(table.notes, start=1):
            sheet.write_string(line, 0, note)
        top = len(table.notes) + 2
    for at, column in enumerate(table.columns):
        sheet.write_string(top, at, column.title, head)
        sheet.set_column(at, at, column.width)
    formats = [_format(book, column) for column in table.columns]
    for line, row in enumerate(table.rows, start=top + 1):
        for at, value in enumerate(row):
            _cell(sheet, line, at, value, formats[at])
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_paper(9)
    if table.orientation == "landscape":
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")


def _format(book: Any, column: Column) -> Any:
    if column.places is None:
        return None
    return book.add_format({"num_format": "0." + "0" * column.places if column.places else "0"})


def _cell(sheet: Any, line: int, at: int, value: TableValue, shape: Any) -> None:
    match value:
        case None:
            sheet.write_blank(line, at, None, shape)
        case int() | Decimal():
            sheet.write_number(line, at, value, shape)
        case _:
            sheet.write_string(line, at, value)


def _name(title: str, number: int) -> str:
    """Sheet names have at most 31 characters and none of ``[]:*?/\\``."""
    return f"{number} {title.translate(_FORBIDDEN).strip()}"[:31].strip("' ")
