"""A list of owner bodies: which body declares which leaf of whose sheet, read from a file and told row by row.

A row names a sheet by the agency's code, a leaf and the body that declares it; without a body the agency declares it alone.
What a list does not name stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from parindex.errors import FieldError, Refused
from parindex.reading.csv_rows import BrokenTable, TableFault, place_of
from parindex.reading.tables import read_table
from parindex.reading.text import one_line

NEEDED: Final = ("agency", "leaf", "owner")
OPTIONAL: Final = ("agency_name", "leaf_title", "owner_name")
"""Columns that are written for people and not read."""

COLUMNS: Final = ("agency", "agency_name", "leaf", "leaf_title", "owner", "owner_name")
"""As the list is written."""
assert set(COLUMNS) == {*NEEDED, *OPTIONAL}

LIMIT: Final = 5_000_000
"""Bytes that a list may have."""

OwnerCodes = Mapping[tuple[str, str], str]
"""Code of the body by sheet's agency and leaf; empty: the agency alone."""


class OwnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a list."""

    row: int
    """From 1, as an editor counts lines."""

    agency: str
    """Code of the agency whose sheet it is."""

    leaf: str
    """Code of the leaf."""

    owner: str
    """Code of the body; empty: the agency alone."""


class OwnersRead(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was read."""

    head: tuple[str, ...]
    """Its columns."""

    cells: Mapping[int, Mapping[str, str]]
    """Every row that could be told apart, as it stands in the file."""

    rows: tuple[OwnerRow, ...]
    """Those without a defect."""

    defects: tuple[FieldError, ...]
    """Each with its row and column."""


class OwnersAllowed(msgspec.Struct, frozen=True, kw_only=True):
    """What the rows of a list are held to; agencies by their codes."""

    members: Collection[str]
    """Agencies that take part."""

    leaves: Collection[str]
    """Leaves that agencies declare."""

    above: Mapping[str, str | None]
    """The agency above each agency of today."""

    appraising: Collection[str]
    """Agencies that appraise, or stand in for who does."""


def read_owners(data: bytes, sheet: str | None = None) -> OwnersRead:
    """The rows of a CSV, or of a sheet of a workbook, with head ``agency,leaf,owner,…``.

    Raises:
        Refused: ``owners_broken`` where no row can be told apart; ``too_large``.
    """
    if len(data) > LIMIT:
        raise Refused("too_large", limit="5 MB")
    faults: list[TableFault] = []
    try:
        table = read_table(data, needed=NEEDED, optional=OPTIONAL, faults_of_rows=faults, sheet=sheet)
    except BrokenTable as broken:
        told = tuple(_of_table(one) for one in broken.faults)
        raise Refused("owners_broken", fields=told, count=len(told)) from None
    defects = [_of_table(one) for one in faults]
    cells = {row.number: row.cells for row in table.rows}
    rows: list[OwnerRow] = []
    first: dict[tuple[str, str], int] = {}
    for number, given in cells.items():
        texts = {name: one_line(given.get(name, "")) for name in NEEDED}
        lacking = [name for name in ("agency", "leaf") if name in given and not texts[name]]
        defects += [_defect(number, "value_missing", column=name) for name in lacking]
        if lacking or not set(NEEDED) <= set(given):
            continue
        earlier = first.setdefault((texts["agency"], texts["leaf"]), number)
        if earlier != number:
            told_twice = {"agency": texts["agency"], "leaf": texts["leaf"], "earlier": int(earlier)}
            defects.append(_defect(number, "owner_row_twice", column="leaf", **told_twice))
            continue
        rows.append(OwnerRow(row=number, **texts))
    if not cells and not defects:
        defects.append(_defect(1, "owners_no_rows"))
    return OwnersRead(head=table.head, cells=cells, rows=tuple(rows), defects=_in_order(defects))


def faults_of(rows: Sequence[OwnerRow], allowed: OwnersAllowed) -> tuple[FieldError, ...]:
    """What is wrong with rows beside the year and the registry."""
    found = []
    for one in rows:
        if one.agency not in allowed.members:
            found.append(_defect(one.row, "owner_row_agency", column="agency", found=one.agency))
        if one.leaf not in allowed.leaves:
            found.append(_defect(one.row, "owner_row_leaf", column="leaf", found=one.leaf))
        if not one.owner or one.agency not in allowed.members:
            continue
        if one.owner not in allowed.above or allowed.above[one.owner] != one.agency:
            found.append(_defect(one.row, "owner_row_below", column="owner", found=one.owner, agency=one.agency))
        elif one.owner in allowed.appraising:
            found.append(_defect(one.row, "owner_row_appraises", column="owner", found=one.owner))
    return _in_order(found)


def changes(rows: Sequence[OwnerRow], kept: OwnerCodes) -> list[tuple[OwnerRow, str]]:
    """Rows that say otherwise than what stands, each with the body that stands."""
    return [(one, before) for one in rows if (before := kept.get((one.agency, one.leaf), "")) != one.owner]


def _of_table(one: TableFault) -> FieldError:
    return _defect(one.row, one.code, **{key: value for key, value in one.values.items() if key != "row"})


def _defect(row: int, code: str, **values: object) -> FieldError:
    placed = place_of(row, str(values.get("column", "")))
    return FieldError(field=f"row {row}", code=code, values={"row": row, **placed, **values})


def _in_order(faults: Sequence[FieldError]) -> tuple[FieldError, ...]:
    return tuple(sorted(faults, key=lambda one: int(one.values["row"])))
