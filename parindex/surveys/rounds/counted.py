"""The answers of a round beside the record: their number; until the lock each beside the digest of what was sent; once locked
one digest over them all.

Whoever changes an answer and its digest alike is not told of: the record has digests of batches, keyed and of nobody's own.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.store.database import Connection
from parindex.surveys.model import content_digest
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
    """What the record says; of changed answers of an open round how many there are."""

    held: str
    """What the table holds; how many of them are as they were sent."""


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
        if row["state"] == "open" and (changed := await _changed(connection, row["id"])):
            found.append(
                CountedDifference(
                    round_id=row["id"], table="responses", why="content", told=str(row["responses"]),
                    held=str(row["responses"] - changed),
                )
            )  # fmt: skip
        told_digests = msgspec.json.decode(row["digests"], type=dict[str, str]) if row["digests"] else {}
        held_digests = await digests(connection, row["id"]) if told_digests else {}
        found += [
            CountedDifference(round_id=row["id"], table=table, why="content", told=told, held=held_digests[table])
            for table, told in told_digests.items()
            if told != held_digests[table]
        ]
    return found


async def _changed(connection: Connection, round_id: UUID) -> int:
    """Responses of an open round that are not what was sent, whose link is gone, or that moved to another place."""
    changed = 0
    async for row in queries.answers_as_sent(connection, round_id):
        texts = msgspec.json.decode(row["texts"], type=dict[str, str])
        sent = content_digest(row["answers"], texts, row["token_hash"], row["sample_unit"])
        changed += not row["placed"] or row["content"] != sent
    return changed
