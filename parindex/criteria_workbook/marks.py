"""What a workbook shows and its values do not: errors, formulas without results, hidden and struck rows, old fonts."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from parindex.criteria_workbook.annex_head import AnnexTable
from parindex.criteria_workbook.located import Register, cell_text
from parindex.criteria_workbook.problems import CellPlace
from parindex.reading.xlsx_cells import CellAt, SheetCells

MOST_MERGED_ROWS: Final = 1000
"""Rows of a merged cell that are looked at."""
_WHY: Final = {"hidden": "row_hidden", "filtered": "row_filtered"}


def tell_marks(sheet: SheetCells, register: Register, table: AnnexTable | None = None) -> None:
    """Name them by cell or row; in an annex what stands below the head in a column that is read."""
    first = 0 if table is None else table.first
    used = None if table is None else {*table.columns.values(), *table.notes, *table.names}

    def is_read(place: CellAt) -> bool:
        return place[0] >= first and (used is None or place[1] in used)

    for place, word in sheet.errors.items():
        if is_read(place):
            register.fail(register.line(CellPlace(sheet.name, place[0] + 1, place[1])), "cell_error", found=word)
    for row, column in sorted(filter(is_read, sheet.unvalued)):
        register.fail(register.line(CellPlace(sheet.name, row + 1, column)), "formula_unvalued")
    for row, why in sheet.unseen.items():
        if row >= first and (shown := _words(sheet, row)):
            register.note(register.line(CellPlace(sheet.name, row + 1)), _WHY[why], found=shown)
    for row in sorted({row for row, column in sheet.struck if row >= first}):
        register.note(register.line(CellPlace(sheet.name, row + 1)), "row_struck", found=_words(sheet, row))
    _tell_fonts(sheet, register)
    if table is not None:
        _tell_columns(table, register)
        _tell_merged_maxima(table, register)


def _tell_merged_maxima(table: AnnexTable, register: Register) -> None:
    """Refuse a maximum that is merged over several numbered rows: nothing says what each of them has."""
    sheet, column = table.sheet, table.columns.get("max")
    marked = table.columns.get("number", table.columns.get("code"))
    for (top, left), (bottom, right) in sheet.merged:
        if column is None or marked is None or not left <= column <= right or top <= table.top:
            continue
        last = min(bottom, top + MOST_MERGED_ROWS, len(sheet.rows) - 1)
        numbered = [row for row in range(top, last + 1) if cell_text(sheet.rows[row][marked])]
        if len(numbered) > 1 and sheet.rows[top][left] is not None:
            place = register.line(CellPlace(sheet.name, top + 1, column))
            register.fail(place, "maximum_merged", found=cell_text(sheet.rows[top][left]), n=len(numbered))


def _tell_fonts(sheet: SheetCells, register: Register) -> None:
    cells: dict[str, list[CellAt]] = defaultdict(list)
    for place, encoding in sheet.legacy.items():
        cells[encoding].append(place)
    for encoding, places in cells.items():
        row, column = min(places)
        line = register.line(CellPlace(sheet.name, row + 1, column))
        register.note(line, "legacy_font", n=len(places), found=encoding)


def _tell_columns(table: AnnexTable, register: Register) -> None:
    """Columns that are not shown and have a head: of codes and levels, and the only maximum, they are read all the same."""
    row = table.sheet.rows[table.top]
    read = {*table.columns.values(), *table.notes, *table.names, *table.repeated.values()}
    for column in sorted(table.sheet.unseen_columns):
        if column < len(row) and row[column] is not None:
            line = register.line(CellPlace(table.sheet.name, table.top + 1, column))
            code = "column_hidden_read" if column in read else "column_hidden"
            register.note(line, code, found=cell_text(row[column]))


def _words(sheet: SheetCells, row: int) -> str:
    """The longest words of a row, by which a person finds it."""
    if row >= len(sheet.rows):
        return ""
    return max((cell_text(cell) for cell in sheet.rows[row]), key=len, default="")
