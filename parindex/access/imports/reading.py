"""Reading a sheet of people: every row by itself, a fault of one row stops no other."""

from __future__ import annotations

from collections.abc import Mapping

from parindex.access.imports.model import COLUMNS, LARGEST, MOST_ROWS, NEEDED, SheetPerson, SheetRead
from parindex.errors import FieldError, Refused
from parindex.reading.csv_rows import BrokenTable, TableFault, fault, place_of
from parindex.reading.tables import RowsRead, read_table
from parindex.text import file_size, fold

_FIELDS = {fold(title): field for field, title in COLUMNS.items()}
_HEADS = tuple(COLUMNS.values())


def read_people(data: bytes) -> SheetRead:
    """The rows of a CSV or of a workbook.

    Raises:
        Refused: ``too_large``; ``import_unreadable`` with every fault of the table as a field error.
    """
    if len(data) > LARGEST:
        raise Refused("too_large", limit=file_size(LARGEST))
    faults: list[TableFault] = []
    try:
        table = _table(data, faults)
    except BrokenTable as broken:
        raise _unreadable(broken.faults) from None
    heads = _heads(table)
    if missing := [COLUMNS[name] for name in NEEDED if name not in heads]:
        raise _unreadable([fault("column_missing", table.head_row, name) for name in missing])
    read = [SheetPerson(number=row.number, cells=_cells(row.cells, heads)) for row in table.rows]
    read += _spoiled(faults, heads)
    if not read:
        raise Refused("import_unreadable", fields=(FieldError(field="", code="table_empty", values={"row": 1}),))
    if len(read) > MOST_ROWS:
        raise Refused("import_too_long", most=MOST_ROWS, found=len(read))
    known = set(heads.values())
    return SheetRead(
        rows=tuple(sorted(read, key=lambda row: row.number)), heads=heads,
        passed_over=tuple(head for head in table.head if head and head not in known),
    )  # fmt: skip


def _table(data: bytes, faults: list[TableFault]) -> RowsRead:
    """The sheet that has the heads as they are written; else the only one there is, whose heads may lack marks."""
    try:
        return read_table(data, needed=[COLUMNS[name] for name in NEEDED], faults_of_rows=faults)
    except BrokenTable as broken:
        if not {one.code for one in broken.faults} <= {"column_missing", "column_unknown", "sheet_none"}:
            raise
        faults.clear()
        try:
            return read_table(data, faults_of_rows=faults)
        except BrokenTable:
            raise broken from None


def _heads(table: RowsRead) -> dict[str, str]:
    found: dict[str, str] = {}
    for head in table.head:
        field = _FIELDS.get(fold(head))
        if field is not None:
            found.setdefault(field, head)
    return found


def _cells(cells: Mapping[str, str], heads: Mapping[str, str]) -> dict[str, str]:
    return {field: cells.get(head, "") for field, head in heads.items()}


def _spoiled(faults: list[TableFault], heads: Mapping[str, str]) -> list[SheetPerson]:
    """Rows that the reader left out, each with what is wrong."""
    by_row: dict[int, list[TableFault]] = {}
    for one in faults:
        if one.code not in ("column_missing", "heads_repeated"):
            by_row.setdefault(one.row, []).append(one)
    fields = {head: field for field, head in heads.items()}
    return [
        SheetPerson(
            number=row, cells={},
            faults=tuple(
                FieldError(
                    field=fields.get(one.column or "", ""), code=one.code, values={**place_of(row, one.column), **one.values}
                )
                for one in found
            ),
        )
        for row, found in by_row.items()
    ]  # fmt: skip


def _unreadable(faults: list[TableFault] | tuple[TableFault, ...]) -> Refused:
    fields = tuple(FieldError(field=f"row {one.row}", code=one.code, values=dict(one.values)) for one in faults)
    return Refused("import_unreadable", fields=fields)
