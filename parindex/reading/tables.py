"""A table with a head, whoever wrote it: every boundary that takes rows reads them here."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import msgspec

from parindex.messages import listed
from parindex.reading.csv_rows import ASKING, BrokenTable, CsvRows, TableFault, decoded, fault
from parindex.reading.workbook_rows import WorkbookRows, is_workbook


class TableRow(msgspec.Struct, frozen=True):
    """One row below the head."""

    number: int
    """From 1, as an editor counts lines; of a workbook with its sheet."""

    cells: Mapping[str, str]
    """By the names of the head; what is empty is ``""``."""


class RowsRead(msgspec.Struct, frozen=True, kw_only=True):
    """A whole table."""

    head: tuple[str, ...]
    """Names of the columns, from left to right."""

    head_row: int
    """Row of the head."""

    rows: tuple[TableRow, ...]
    """The rows that hold anything."""

    asking: bool
    """Whether a number that could be two is asked about: spreadsheets wrote it where the comma is the decimal mark."""


def table_rows(
    data: bytes, known: Sequence[str] = (), needed: Sequence[str] = (), sheet: str | None = None
) -> CsvRows | WorkbookRows:
    """The rows of a CSV or of a sheet of a workbook, told apart by their first bytes.

    Raises:
        BrokenTable: ``not_utf8``; ``sheet_of_csv`` where a sheet is asked for of a file that has none; all other faults
            are gathered by what is given back.
    """
    if is_workbook(data):
        return WorkbookRows(data, known, needed, sheet)
    if sheet is not None:
        raise BrokenTable([fault("sheet_of_csv", 1, found=sheet)])
    return CsvRows(io.StringIO(decoded(data), newline=""), known)


def read_table(
    data: bytes,
    *,
    needed: Sequence[str] = (),
    optional: Sequence[str] | None = None,
    faults_of_rows: list[TableFault] | None = None,
    sheet: str | None = None,
) -> RowsRead:
    """The rows of a CSV or of a workbook.

    Args:
        data: A CSV in UTF-8, or an XLSX.
        needed: Columns that must be there.
        optional: Columns that may be there; ``None``: any.
        faults_of_rows: Takes what is wrong with the head and with single rows, which are then left out, so that whoever
            reads the cells of the others can tell everything at once; a column that is missing or stands twice is in no row.
        sheet: The sheet of a workbook; ``None``: the one that has the columns.

    Raises:
        BrokenTable: with every fault that the table has; where faults are taken, a table of which nothing can be read.
    """
    known = (*needed, *(optional or ()))
    rows = table_rows(data, known, needed, sheet)
    if not rows.head and rows.faults:
        raise BrokenTable(rows.faults)
    faults = [fault("column_missing", rows.head_row, name) for name in needed if name not in rows.head]
    if optional is not None:
        unknown = dict.fromkeys(name for name in rows.head if name not in known)
        faults += [fault("column_unknown", rows.head_row, name, known=listed(known)) for name in unknown]
    of_table = bool(rows.faults) and not all(one.code == "heads_repeated" for one in rows.faults)
    repeated = {name for name in rows.head if rows.head.count(name) > 1}
    if faults and not set(needed) & set(rows.head):
        # The head is of another table, or stands below a title: its rows say nothing about this one.
        raise BrokenTable([*faults, *rows.faults])
    pairs = ((number, zip(rows.head, cells, strict=True)) for number, cells in rows)
    read = tuple(TableRow(number, {name: text for name, text in row if name not in repeated}) for number, row in pairs)
    faults += rows.faults
    if faults and (faults_of_rows is None or of_table):
        raise BrokenTable(faults)
    if faults_of_rows is not None:
        faults_of_rows += faults
        spoiled = {fault.row for fault in rows.faults}
        read = tuple(row for row in read if row.number not in spoiled)
    return RowsRead(head=rows.head, head_row=rows.head_row, rows=read, asking=rows.delimiter in ASKING)
