"""A list of agencies is entered: every row is told first, the good ones are written, the others stay as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from parindex.agencies import queries, registry
from parindex.agencies.importing import ListRead, read_list
from parindex.agencies.ledger import today
from parindex.agencies.model import Agency
from parindex.agencies.planning import ORDER, PlannedRow, planned
from parindex.errors import FieldError
from parindex.reading.csv_rows import place_of
from parindex.store.database import Connection

_CODES: Final = {
    "tier": "list_tier_fixed", "valid_from": "list_from_fixed", "valid_to": "list_to_refused", "parent": "parent_not_listed",
}  # fmt: skip


class PlannedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list beside the registry."""

    read: ListRead
    """As it was read."""

    new: tuple[PlannedRow, ...]
    """Agencies that begin."""

    changed: tuple[PlannedRow, ...]
    """Agencies that are corrected."""

    same: tuple[PlannedRow, ...]
    """Agencies that are so already."""

    faults: tuple[FieldError, ...]
    """What is wrong, each with its row and column; rows that have one are not entered."""

    @property
    def bad_rows(self) -> list[int]:
        """Rows that are not entered."""
        return sorted({int(fault.values["row"]) for fault in self.faults})


async def plan(connection: Connection, data: bytes) -> PlannedList:
    """What a list will do; nothing is written.

    Raises:
        Refused: ``agencies_broken`` for a list whose rows cannot be told apart, ``too_large``.
    """
    read = await asyncio.to_thread(read_list, data)
    borne: dict[str, list[Agency]] = {}
    for agency in await queries.bearing(connection, [row.agency.code for row in read.rows]):
        borne.setdefault(agency.code, []).append(agency)
    parents = sorted({row.agency.parent for row in read.rows if row.agency.parent is not None})
    known = {one.code for one in await queries.bearing(connection, parents)}
    faults = list(read.defects)
    good = list(read.rows)
    while True:
        rows = planned(good, borne, known, today())
        bad = [row for row in rows if row.refused]
        faults += [_fault(row, name) for row in bad for name in row.refused]
        if not bad:
            break
        # What stands under an agency that is not entered is not entered either.
        left = {row.row.row for row in bad}
        good = [row for row in good if row.row not in left]
    return PlannedList(
        read=read,
        new=tuple(row for row in rows if row.kept is None),
        changed=tuple(row for row in rows if row.kept is not None and row.changes),
        same=tuple(row for row in rows if row.kept is not None and not row.changes),
        faults=tuple(sorted(faults, key=lambda fault: int(fault.values["row"]))),
    )  # fmt: skip


def _fault(row: PlannedRow, name: str) -> FieldError:
    kept = getattr(row.kept, name) if row.kept else None
    values = {
        "row": row.row.row, **place_of(row.row.row, name), "column": name, "agency": row.row.agency.code,
        "found": _shown(getattr(row.row.agency, name)), "kept": _shown(kept),
    }  # fmt: skip
    return FieldError(field=f"row {row.row.row}", code=_CODES[name], values=values)


def _shown(value: object) -> str:
    return "–" if value is None else str(value)


async def enter(connection: Connection, found: PlannedList, *, by: str) -> None:
    """Write the good rows: what is corrected, so that codes are free; what is new; who stands above whom.

    Raises:
        Refused: what :func:`registry.add_all` and :func:`registry.change` tell.
    """
    await _correct(connection, found.changed, [name for name in ORDER if name != "parent"], by=by)
    if found.new:
        await registry.add_all(connection, [row.row.agency for row in found.new], by=by)
    await _correct(connection, found.changed, ["parent"], by=by)


async def _correct(connection: Connection, rows: Sequence[PlannedRow], names: Sequence[str], *, by: str) -> None:
    for row in rows:
        changes: Mapping[str, Any] = {name: row.changes[name] for name in names if name in row.changes}
        if row.kept is not None and changes:
            await registry.change(connection, row.kept, changes, by=by)
