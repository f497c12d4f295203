"""The cells of an XLSX that somebody sends: values only, within bounds, never a formula run."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import msgspec
import python_calamine

XlsxCell: TypeAlias = str | Decimal | bool | date | None
"""What stands in a cell: text as typed, a number as a spreadsheet shows it; or nothing."""

MOST_BYTES: Final = 20_000_000
"""Of the file."""
MOST_UNPACKED: Final = 300_000_000
"""Of what is packed in it."""
MOST_CELLS: Final = 2_000_000
"""Rows × columns up to the last cell of a sheet."""

_REFERENCE: Final = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")

_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
MOST_MERGED: Final = 10_000
"""Merged ranges of a sheet that are looked at."""


class SheetCells(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet."""

    name: str
    """As on its tab."""

    rows: tuple[tuple[XlsxCell, ...], ...]
    """From the first row and column of the sheet; all equally long."""

    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    """Merged ranges by their first and last (row, column), from 0."""


class UnreadableWorkbook(Exception):
    """A file that is no workbook, or too large a one: ``not_xlsx``, ``too_large`` or ``locked``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_cells(data: bytes) -> tuple[SheetCells, ...]:
    """Every visible worksheet with its values.

    Raises:
        UnreadableWorkbook: the bytes are no XLSX that can be read within bounds.
    """
    _within_bounds(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        return tuple(_sheet(book.get_sheet_by_name(one.name)) for one in book.sheets_metadata if _is_visible(one))
    except python_calamine.PasswordError:
        raise UnreadableWorkbook("locked") from None
    except Exception:
        raise UnreadableWorkbook("not_xlsx") from None
    except BaseException as error:
        # The reader is written in another language; its own failures do not derive from Exception.
        if type(error).__name__ == "PanicException":
            raise UnreadableWorkbook("not_xlsx") from None
        raise


def _is_visible(sheet: Any) -> bool:
    return bool(
        sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    )


def _within_bounds(data: bytes) -> None:
    """Look at the packing before anything is unpacked: a small file may claim a whole memory."""
    if len(data) > MOST_BYTES:
        raise UnreadableWorkbook("too_large")
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # An old .xls, or an .xlsx under a password: neither is opened here.
        raise UnreadableWorkbook("locked")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if "xl/workbook.xml" not in names:
                raise UnreadableWorkbook("not_xlsx")
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableWorkbook("too_large")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with packed.open(name) as sheet:
                        _few_cells(sheet.read(MOST_UNPACKED))
    except UnreadableWorkbook:
        raise
    except Exception:
        raise UnreadableWorkbook("not_xlsx") from None


def _few_cells(sheet: bytes) -> None:
    """The reader makes a full rectangle up to the last cell, so a lonely far cell would fill the memory."""
    rows = columns = 1
    for letters, digits in _REFERENCE.findall(sheet):
        rows = max(rows, int(digits))
        if letters:
            columns = max(columns, column_number(letters.decode().upper()) + 1)
    # Cells and rows may leave their references out; then they are counted.
    lines = _ROW.split(sheet)
    widest = max(len(_CELL.findall(line)) for line in lines)
    if max(rows, len(lines)) * max(columns, widest) > MOST_CELLS:
        raise UnreadableWorkbook("too_large")


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


def _sheet(sheet: Any) -> SheetCells:
    rows = tuple(tuple(_cell(value) for value in row) for row in sheet.to_python(skip_empty_area=False))
    return SheetCells(name=sheet.name, rows=rows, merged=tuple(sheet.merged_cell_ranges or ())[:MOST_MERGED])


def _cell(value: Any) -> XlsxCell:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


def _number(value: float) -> Decimal | str:
    """With the 15 digits that a spreadsheet keeps, so that 0.1 + 0.2 is 0.3."""
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return str(value)
    return Decimal(f"{number:f}")
