"""An annex that arrives as a CSV: its rows as those of a sheet, whatever stands above the table."""

from __future__ import annotations

from parindex.reading.csv_rows import BrokenTable, lines_of_cells
from parindex.reading.legacy_fonts import converted_cells
from parindex.reading.xlsx_cells import MOST_CELLS, SheetCells
from parindex.reading.xlsx_package import MOST_BYTES, UnreadableWorkbook


def csv_cells(data: bytes) -> tuple[SheetCells, bool]:
    """One sheet without a name, and whether a number that could be two is asked about in it.

    Raises:
        UnreadableWorkbook: the bytes are no UTF-8 or no CSV, with the row, or there are too many cells.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableWorkbook("too_large")
    try:
        read = lines_of_cells(data)
    except BrokenTable as broken:
        (first, *_) = broken.faults
        if first.code == "not_utf8":
            raise UnreadableWorkbook("not_utf8", row=first.row, found=first.values["found"]) from None
        raise UnreadableWorkbook("not_csv", row=first.row) from None
    width = max(map(len, read.rows), default=0)
    if width * len(read.rows) > MOST_CELLS:
        raise UnreadableWorkbook("too_large")
    texts, legacy = converted_cells(read.rows)
    cells = tuple(tuple(cell or None for cell in (*row, *[""] * (width - len(row)))) for row in texts)
    return SheetCells(name="", rows=cells, legacy=legacy), read.asking
