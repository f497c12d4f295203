"""Columns with contents from which nothing is read are named by their cell, and so is what stands beyond the head."""

from __future__ import annotations

from collections.abc import Sequence, Set

from parindex.criteria_workbook.annex_head import AnnexTable
from parindex.criteria_workbook.located import Register, cell_text
from parindex.criteria_workbook.problems import CellPlace
from parindex.reading.xlsx_cells import XlsxCell


def tell_unread(table: AnnexTable, used: Set[int], register: Register) -> None:
    """Name each of them once: its head where it has one, else its first cell, and how many cells it has."""
    sheet = table.sheet
    width = max((len(row) for row in sheet.rows), default=0)
    last = max((at for at, cell in enumerate(sheet.rows[table.top]) if cell is not None), default=0)
    heads = [sheet.rows[at] for at in range(table.first, table.top + 1)]
    for column in range(width):
        if column in used or column in sheet.unseen_columns:
            continue
        filled = [at for at in range(table.top + 1, len(sheet.rows)) if _has_words(sheet.rows[at], column)]
        head = " ".join(cell_text(row[column]).strip() for row in heads if _has_words(row, column))
        if head:
            place = register.line(CellPlace(sheet.name, table.top + 1, column))
            register.note(place, "column_unread", found=head, n=len(filled))
        elif filled and not sheet.name and column > last:
            for at in filled:
                place = register.line(CellPlace(sheet.name, at + 1, column))
                register.fail(place, "cell_beyond_head", found=cell_text(sheet.rows[at][column]))
        elif filled:
            place = register.line(CellPlace(sheet.name, filled[0] + 1, column))
            register.note(place, "cells_without_head", found=cell_text(sheet.rows[filled[0]][column]), n=len(filled))


def _has_words(row: Sequence[XlsxCell], column: int) -> bool:
    return column < len(row) and bool(cell_text(row[column]).strip())
