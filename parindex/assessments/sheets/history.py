"""What is remembered of a sheet and of an entry: its way, its points by stage, its changes, the year before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from parindex.assessments.model import Cycle, StagePoints
from parindex.assessments.sheets import queries
from parindex.assessments.sheets.transition import Transition
from parindex.store.database import Connection


class EntryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    at: datetime
    """When."""

    who: str | None
    """Name of the person; ``None`` for the system."""

    tag: str
    """``source:subject:action``."""

    before: Mapping[str, Any]
    """What it was."""

    after: Mapping[str, Any]
    """What it became."""

    document: str | None
    """Number of the document that was put to the leaf or taken off."""


class YearBefore(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the same leaf in the year before."""

    year: int
    """That year."""

    declared: Decimal | None
    """Points as declared."""

    final: Decimal | None
    """Points that held."""

    kind: str | None
    """The last decision's kind."""

    reason: str | None
    """Its reason."""

    facts: Mapping[str, str]
    """Facts as declared, of the leaf and those that leaves shared, canonical text by full name."""


async def steps(connection: Connection, sheet_id: UUID) -> list[Transition]:
    """The way of a sheet, oldest step first."""
    return await queries.transitions(connection, sheet_id)


async def stages(connection: Connection, sheet_id: UUID, entry_id: UUID) -> Mapping[str, StagePoints]:
    """The points of an entry by stage."""
    return (await queries.points_of_sheet(connection, sheet_id)).get(entry_id, {})


async def stages_of_sheet(connection: Connection, sheet_id: UUID) -> Mapping[UUID, Mapping[str, StagePoints]]:
    """The points of every entry of a sheet by stage."""
    return await queries.points_of_sheet(connection, sheet_id)


async def year_before(connection: Connection, agency_id: UUID, cycle: Cycle, code: str) -> YearBefore | None:
    """What became of a leaf of the same code in the year before; none where no closed sheet has it."""
    row = await queries.last_year(connection, agency_id, cycle.family, cycle.year, cycle.tier, code)
    if row is None:
        return None
    return YearBefore(
        year=row["year"],
        declared=row["self"],
        final=row["final"],
        kind=row["kind"],
        reason=row["reason"],
        facts=msgspec.json.decode(row["facts"]),
    )


async def of_entry(connection: Connection, entry_id: UUID, limit: int = 8) -> list[EntryEvent]:
    """The newest changes of an entry, newest first."""
    return [
        EntryEvent(
            at=row["at"],
            who=row["name"],
            tag=row["tag"],
            before=_content(row["before"]),
            after=_content(row["after"]),
            document=row["document"],
        )
        for row in await queries.changes_of(connection, [str(entry_id)], limit)
    ]


def _content(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return found
