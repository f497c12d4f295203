"""The answers of a round beside the record: their number, and once locked one digest over them all."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.store.database import Connection
from parindex.surveys.rounds import queries

TABLES: Final = ("responses", "response_texts", "invitations")
"""What stays of a locked round."""

CountedFault: TypeAlias = Literal["number", "content"]


class CountedDifference(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a round that is not what the record says."""

    round_id: UUID
    """The round."""

    table: str
    """One of :data:`TABLES`."""

    why: CountedFault
    """``number``: more or fewer rows; ``content``: another digest."""

    told: str
    """What the record says."""

    held: str
    """What the table holds."""


async def digests(connection: Connection, round_id: UUID) -> dict[str, str]:
    """Of each table of a round that is being locked or is locked, one digest."""
    return {table: await queries.round_digest(connection, round_id, table) for table in TABLES}


async def differences(connection: Connection) -> list[CountedDifference]:
    """What of the tenant's rounds differs from the record."""
    found = []
    for row in await queries.counted(connection):
        numbers = {
            "responses": (row["stored"] - row["withdrawn"], row["responses"]),
            "invitations": (row["made"], row["invitations"]),
        }
        found += [
            CountedDifference(round_id=row["id"], table=table, why="number", told=str(told), held=str(held))
            for table, (told, held) in numbers.items()
            if told != held
        ]
        told_digests = msgspec.json.decode(row["digests"], type=dict[str, str]) if row["digests"] else {}
        held_digests = await digests(connection, row["id"]) if told_digests else {}
        found += [
            CountedDifference(round_id=row["id"], table=table, why="content", told=told, held=held_digests[table])
            for table, told in told_digests.items()
            if told != held_digests[table]
        ]
    return found
