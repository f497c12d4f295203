"""An annex that arrives as a CSV: its rows as those of a sheet, whatever stands above the table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from parindex.reading.csv_rows import DELIMITERS, BrokenTable, decoded, delimiter_of
from parindex.reading.xlsx_cells import MOST_CELLS, SheetCells
from parindex.reading.xlsx_package import MOST_BYTES, UnreadableWorkbook

_LINES: Final = 30
"""Lines by which the delimiter is told."""


def csv_cells(data: bytes) -> tuple[SheetCells, ...]:
    """One sheet without a name.

    Raises:
        UnreadableWorkbook: the bytes are no UTF-8 or no CSV, or there are too many cells.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableWorkbook("too_large")
    try:
        text = decoded(data)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except (BrokenTable, csv.Error):
        raise UnreadableWorkbook("not_csv") from None
    if rows and len(rows[0]) == 1 and rows[0][0].casefold().startswith("sep="):
        rows[0] = []
    width = max(map(len, rows), default=0)
    if width * len(rows) > MOST_CELLS:
        raise UnreadableWorkbook("too_large")
    cells = tuple(tuple(cell or None for cell in (*row, *[""] * (width - len(row)))) for row in rows)
    return (SheetCells(name="", rows=cells),)


def _delimiter(text: str) -> str:
    """The delimiter of the lines that have most of it."""
    lines = [line for line in text.splitlines()[:_LINES] if any(one in line for one in DELIMITERS)]
    told = Counter(delimiter_of(line) for line in lines)
    return told.most_common(1)[0][0] if told else ","
