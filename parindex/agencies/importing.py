"""Reading agencies from a CSV: everything that is wrong is told at once, and then nothing is entered."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from parindex.agencies import registry
from parindex.agencies.model import TIERS, NewAgency
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection

NEEDED: Final = ("code", "name_vi", "tier")
OPTIONAL: Final = ("name_en", "short_name", "region", "official_order", "valid_from", "valid_to")
LIMIT: Final = 5_000_000
"""Bytes that a list may have."""


async def import_csv(connection: Connection, data: bytes, *, by: str) -> list[UUID]:
    """Enter every agency of a CSV.

    Raises:
        Refused: ``agencies_broken`` with one field error a defect, ``agency_exists``.
    """
    return await registry.add_all(connection, read_csv(data), by=by)


def read_csv(data: bytes) -> list[NewAgency]:
    """The agencies of a CSV with header ``code,name_vi,name_en,tier,region,official_order,…``.

    UTF-8 with or without BOM; ``;`` separates where the header has it; outer spaces do not count.

    Raises:
        Refused: ``agencies_broken`` with one field error a defect, each naming its row.
    """
    if len(data) > LIMIT:
        raise Refused("too_large", limit="5 MB")
    try:
        text = nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _broken([_defect(1, "not_utf8")]) from None
    header, _, _ = text.partition("\n")
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in header else ",", restkey="", restval="")
    columns = [nfc(name) for name in rows.fieldnames or ()]
    if missing := [name for name in NEEDED if name not in columns]:
        raise _broken([_defect(1, "column_missing", column=name) for name in missing])
    if unknown := [name for name in columns if name not in NEEDED + OPTIONAL]:
        raise _broken([_defect(1, "column_unknown", column=name) for name in unknown])
    rows.fieldnames = columns
    return _agencies([(rows.line_num, row) for row in rows if any(value for value in row.values())])


def _agencies(rows: list[tuple[int, Mapping[str, str]]]) -> list[NewAgency]:
    defects: list[FieldError] = []
    read: list[NewAgency] = []
    seen: dict[tuple[str, date | None], int] = {}
    for line, row in rows:
        agency = _agency(line, {name: nfc(value or "") for name, value in row.items() if name}, defects)
        if agency is None:
            continue
        if earlier := seen.get((agency.code, agency.valid_from)):
            defects.append(_defect(line, "agency_twice", agency=agency.code, earlier=earlier))
        seen[agency.code, agency.valid_from] = line
        read.append(agency)
    if not rows:
        defects.append(_defect(1, "no_rows"))
    if defects:
        raise _broken(defects)
    return read


def _agency(line: int, row: Mapping[str, str], defects: list[FieldError]) -> NewAgency | None:
    before = len(defects)
    defects += [_defect(line, "value_missing", column=name) for name in NEEDED if not row[name]]
    if row["tier"] and row["tier"] not in TIERS:
        defects.append(_defect(line, "tier_unknown", found=row["tier"], expected=", ".join(TIERS)))
    order = row.get("official_order", "")
    if order and not (order.isascii() and order.isdigit()):
        defects.append(_defect(line, "order_not_number", found=order))
    start, end = (_day(line, name, row.get(name, ""), defects) for name in ("valid_from", "valid_to"))
    if start and end and end <= start:
        defects.append(_defect(line, "ends_before_start"))
    if len(defects) > before:
        return None
    dates = {"valid_from": start, "valid_to": end}
    return NewAgency(
        code=row["code"],
        name_vi=row["name_vi"],
        name_en=row.get("name_en") or None,
        short_name=row.get("short_name") or None,
        tier=row["tier"],
        region=row.get("region") or None,
        official_order=int(order) if order else None,
        **{name: day for name, day in dates.items() if day},
    )


def _day(line: int, column: str, text: str, defects: list[FieldError]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        defects.append(_defect(line, "day_unreadable", column=column, found=text))
        return None


def _defect(line: int, code: str, **values: object) -> FieldError:
    return FieldError(field=f"row {line}", code=code, values={"row": line, **values})


def _broken(defects: list[FieldError]) -> Refused:
    return Refused("agencies_broken", fields=tuple(defects), count=len(defects))
