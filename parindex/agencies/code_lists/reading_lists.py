"""A list of codes from a file: every row that is wrong is told, with its cell and what is accepted; then nothing is issued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from parindex.agencies.code_lists.model import CodeEntry
from parindex.errors import FieldError, Refused
from parindex.reading.csv_rows import BrokenTable, TableFault, place_of
from parindex.reading.tables import read_table
from parindex.reading.text import one_line

NEEDED: Final = ("code", "name_vi")
OPTIONAL: Final = ("name_en", "parent", "note")
COLUMNS: Final = (*NEEDED, *OPTIONAL)
LONGEST: Final[Mapping[str, int]] = {"code": 35, "name_vi": 300, "name_en": 300, "parent": 35, "note": 500}
"""Characters of each column."""

LIMIT: Final = 2_000_000
"""Bytes that a list may have."""

MOST: Final = 5_000
"""Codes that a list may have."""


class CodesRead(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was read."""

    head: tuple[str, ...]
    """Its columns."""

    cells: Mapping[int, Mapping[str, str]]
    """Every row that could be told apart, as it stands in the file."""

    entries: tuple[CodeEntry, ...]
    """Of the rows without a defect, in their order."""

    defects: tuple[FieldError, ...]
    """Each with its row and column."""

    @property
    def bad_rows(self) -> list[int]:
        """Rows that have a defect."""
        return sorted({int(one.values["row"]) for one in self.defects})


def read_codes(data: bytes) -> CodesRead:
    """The codes of a CSV or workbook with head ``code,name_vi,…``.

    Raises:
        Refused: ``codes_broken`` where no row can be told apart; ``too_large``.
    """
    if len(data) > LIMIT:
        raise Refused("too_large", limit="2 MB")
    faults: list[TableFault] = []
    try:
        table = read_table(data, needed=NEEDED, optional=OPTIONAL, faults_of_rows=faults)
    except BrokenTable as broken:
        told = tuple(_of_table(one) for one in broken.faults)
        raise Refused("codes_broken", fields=told, count=len(told)) from None
    if len(table.rows) > MOST:
        raise Refused("codes_too_many", limit=MOST)
    defects = [_of_table(one) for one in faults]
    cells = {row.number: row.cells for row in table.rows}
    entries = _entries(cells, defects)
    if not cells and not defects:
        defects.append(_defect(1, "codes_no_rows"))
    return CodesRead(
        head=table.head, cells=cells, entries=tuple(entries),
        defects=tuple(sorted(defects, key=lambda one: int(one.values["row"]))),
    )  # fmt: skip


def _of_table(one: TableFault) -> FieldError:
    return _defect(one.row, one.code, **{key: value for key, value in one.values.items() if key != "row"})


def _entries(cells: Mapping[int, Mapping[str, str]], defects: list[FieldError]) -> list[CodeEntry]:
    seen: dict[str, int] = {}
    found: dict[int, CodeEntry] = {}
    for row, given in cells.items():
        entry = _entry(row, given, defects)
        if entry is None:
            continue
        if entry.code in seen:
            defects.append(_defect(row, "code_twice", column="code", found=entry.code, earlier=int(seen[entry.code])))
            continue
        seen[entry.code] = row
        found[row] = entry
    above = {one.code: one.parent for one in found.values()}
    for row, entry in list(found.items()):
        if entry.parent is None:
            continue
        if entry.parent not in above:
            defects.append(_defect(row, "code_parent_unknown", column="parent", found=entry.parent))
            del found[row]
        elif _in_circle(entry.code, above):
            defects.append(_defect(row, "code_parent_circle", column="parent", found=entry.parent))
            del found[row]
    return list(found.values())


def _in_circle(code: str, above: Mapping[str, str | None]) -> bool:
    at, seen = above.get(code), {code}
    while at is not None and at not in seen:
        seen.add(at)
        at = above.get(at)
    return at == code


def _entry(row: int, given: Mapping[str, str], defects: list[FieldError]) -> CodeEntry | None:
    before = len(defects)
    texts = {name: one_line(given.get(name, "")) for name in COLUMNS}
    defects += [_defect(row, "value_missing", column=name) for name in NEEDED if name in given and not texts[name]]
    defects += [
        _defect(row, "code_text_long", column=name, limit=LONGEST[name], found=text[:40])
        for name, text in texts.items() if len(text) > LONGEST[name]
    ]  # fmt: skip
    if len(defects) > before or not set(NEEDED) <= set(given):
        return None
    return CodeEntry(
        code=texts["code"], name_vi=texts["name_vi"], name_en=texts["name_en"] or None,
        parent=texts["parent"] or None, note=texts["note"] or None,
    )  # fmt: skip


def _defect(row: int, code: str, **values: object) -> FieldError:
    placed = place_of(row, str(values.get("column", "")))
    return FieldError(field=f"row {row}", code=code, values={"row": row, **placed, **values})
