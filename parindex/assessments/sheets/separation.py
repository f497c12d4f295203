"""Who declared and who approves: kept apart where the tenant decided so."""

from __future__ import annotations

from uuid import UUID

from parindex.access import Person
from parindex.access.office import tenant_settings
from parindex.assessments.assignments import queries
from parindex.errors import Refused
from parindex.store.database import Connection


async def declared_by(connection: Connection, person: Person | None, sheet_id: UUID) -> int:
    """What stands in a sheet from the hand of somebody who would approve it, where that is kept apart; else 0."""
    if person is None or not (await tenant_settings.choices(connection)).leaders_declare_nothing:
        return 0
    return len(await queries.declared_by(connection, sheet_id, person.actor))


async def require_apart(connection: Connection, person: Person | None, sheet_id: UUID) -> None:
    """Nobody approves what they declared themselves, where the tenant decided so.

    Raises:
        Refused: ``own_declaration``.
    """
    if count := await declared_by(connection, person, sheet_id):
        raise Refused("own_declaration", count=count)
