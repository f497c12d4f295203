"""Reading agencies from a CSV: everything that is wrong is told at once, and then nothing is entered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from parindex.agencies import registry
from parindex.agencies.codes import strange_in
from parindex.agencies.model import TIERS, NewAgency
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import BrokenTable, TableFault, place_of
from parindex.reading.dates import day
from parindex.reading.numbers import whole
from parindex.reading.tables import read_table
from parindex.reading.text import yes_or_no
from parindex.store.database import Connection

NEEDED: Final = ("code", "name_vi", "tier")
OPTIONAL: Final = (
    "name_en", "short_name", "parent", "region", "official_order", "has_one_stop", "population", "valid_from", "valid_to",
)  # fmt: skip
_COLUMNS: Final = {
    "tier_unknown": "tier", "agency_code": "code", "order_not_number": "official_order",
    "population_not_number": "population", "one_stop_unclear": "has_one_stop",
}  # fmt: skip
"""Columns of what is refused without naming one."""
LARGEST_ORDER: Final = 2**31 - 1
LIMIT: Final = 5_000_000
"""Bytes that a list may have."""


class AgencyRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agency of a list."""

    row: int
    """From 1, as an editor counts lines."""

    agency: NewAgency
    """What the row says; a column that is blank or not there says nothing."""

    says_from: bool
    """Whether it names the first day."""


async def import_csv(connection: Connection, data: bytes, *, by: str) -> list[UUID]:
    """Enter every agency of a CSV.

    Raises:
        Refused: ``agencies_broken`` with one field error a defect, ``agency_exists``.
    """
    return await registry.add_all(connection, read_csv(data), by=by)


def read_csv(data: bytes) -> list[NewAgency]:
    """The agencies of :func:`read_rows`."""
    return [row.agency for row in read_rows(data)]


def read_rows(data: bytes, sheet: str | None = None) -> list[AgencyRow]:
    """The agencies of a CSV or of a sheet of a workbook with header ``code,name_vi,tier,…``, with their rows.

    Raises:
        Refused: ``agencies_broken`` with one field error a defect, each naming its row.
    """
    read = read_list(data, sheet)
    if read.defects:
        raise _broken(list(read.defects))
    return list(read.rows)


class ListRead(msgspec.Struct, frozen=True, kw_only=True):
    """A list as it was read: what is good in it, and what is not."""

    head: tuple[str, ...]
    """Its columns."""

    cells: Mapping[int, Mapping[str, str]]
    """Every row that could be told apart, as it stands in the file."""

    rows: tuple[AgencyRow, ...]
    """Those without a defect."""

    defects: tuple[FieldError, ...]
    """Each with its row and column."""


def read_list(data: bytes, sheet: str | None = None) -> ListRead:
    """As :func:`read_rows`, with the good rows of a list that has bad ones.

    Raises:
        Refused: ``agencies_broken`` where no row can be told apart; ``too_large``.
    """
    if len(data) > LIMIT:
        raise Refused("too_large", limit="5 MB")
    faults: list[TableFault] = []
    try:
        table = read_table(data, needed=NEEDED, optional=OPTIONAL, faults_of_rows=faults, sheet=sheet)
    except BrokenTable as broken:
        raise _broken([_of_table(fault) for fault in broken.faults]) from None
    defects = [_of_table(fault) for fault in faults]
    cells = {row.number: row.cells for row in table.rows}
    rows = _agencies(list(cells.items()), defects)
    return ListRead(
        head=table.head, cells=cells, rows=tuple(rows),
        defects=tuple(sorted(defects, key=lambda defect: int(defect.values["row"]))),
    )  # fmt: skip


def _of_table(fault: TableFault) -> FieldError:
    return _defect(fault.row, fault.code, **_told(fault))


def _told(fault: TableFault) -> dict[str, object]:
    return {key: value for key, value in fault.values.items() if key != "row"}


def _agencies(rows: list[tuple[int, Mapping[str, str]]], defects: list[FieldError]) -> list[AgencyRow]:
    read: list[AgencyRow] = []
    borne: dict[str, list[AgencyRow]] = {}
    for line, row in rows:
        agency = _agency(line, row, defects)
        if agency is None:
            continue
        others = borne.setdefault(agency.code, [])
        wrong = len(defects)
        for other in others:
            if other.agency.valid_from == agency.valid_from:
                defects.append(_defect(line, "agency_twice", agency=agency.code, earlier=other.row))
                break
            if registry.overlaps(agency, other.agency.valid_from, other.agency.valid_to):
                defects.append(_defect(line, "agency_overlaps", agency=agency.code, earlier=other.row))
                break
        given = AgencyRow(row=line, agency=agency, says_from=bool(row.get("valid_from")))
        others.append(given)
        if len(defects) == wrong:
            read.append(given)
    if not rows and not defects:
        defects.append(_defect(1, "no_rows"))
    return read


def _agency(line: int, row: Mapping[str, str], defects: list[FieldError]) -> NewAgency | None:
    before = len(defects)
    defects += [_defect(line, "value_missing", column=name) for name in NEEDED if name in row and not row[name]]
    tier, code = row.get("tier"), row.get("code")
    if tier and tier not in TIERS:
        defects.append(_defect(line, "tier_unknown", found=tier, expected=", ".join(TIERS)))
    if code and (strange := strange_in(code)):
        defects.append(_defect(line, "agency_code", found=code, strange=strange))
    order = _order(line, row.get("official_order", ""), defects)
    people = _people(line, row.get("population", ""), defects)
    one_stop = _one_stop(line, row.get("has_one_stop", ""), defects)
    if row.get("parent") and row["parent"] == code:
        defects.append(_defect(line, "parent_itself", column="parent", found=code))
    start, end = (_day(line, name, row.get(name, ""), defects) for name in ("valid_from", "valid_to"))
    if start and end and end <= start:
        defects.append(_defect(line, "ends_before_start"))
    if len(defects) > before or not set(NEEDED) <= set(row):
        return None
    dates = {"valid_from": start, "valid_to": end}
    return NewAgency(
        code=row["code"],
        name_vi=row["name_vi"],
        name_en=row.get("name_en") or None,
        short_name=row.get("short_name") or None,
        tier=row["tier"],
        parent=row.get("parent") or None,
        region=row.get("region") or None,
        official_order=order,
        has_one_stop=one_stop,
        population=people,
        **cast("dict[str, Any]", {name: day for name, day in dates.items() if day}),
    )


def _order(line: int, text: str, defects: list[FieldError]) -> int | None:
    try:
        order = whole(text) if text else None
    except Complaint:
        order = 0
    if order is not None and not 0 < order <= LARGEST_ORDER:
        defects.append(_defect(line, "order_not_number", found=text, most=LARGEST_ORDER))
    return order


def _people(line: int, text: str, defects: list[FieldError]) -> int | None:
    try:
        people = whole(text) if text else None
    except Complaint:
        people = -1
    if people is not None and not 0 <= people <= LARGEST_ORDER:
        defects.append(_defect(line, "population_not_number", found=text, most=LARGEST_ORDER))
    return people


def _one_stop(line: int, text: str, defects: list[FieldError]) -> bool | None:
    try:
        return yes_or_no(text) if text else None
    except Complaint:
        defects.append(_defect(line, "one_stop_unclear", found=text))
        return None


def _day(line: int, column: str, text: str, defects: list[FieldError]) -> date | None:
    try:
        return day(text) if text else None
    except Complaint:
        defects.append(_defect(line, "day_unreadable", column=column, found=text))
        return None


def _defect(line: int, code: str, **values: object) -> FieldError:
    column = values.get("column", _COLUMNS.get(code, ""))
    return FieldError(field=f"row {line}", code=code, values={"row": line, **place_of(line, str(column)), **values})


def _broken(defects: list[FieldError]) -> Refused:
    return Refused("agencies_broken", fields=tuple(defects), count=len(defects))
