"""Files that were made ahead and are kept for some days in the database, piece by piece.

They stand where rights, backups and several servers are the same as for everything else. Whoever reads one holds no
connection between two pieces, however slow they are.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from parindex.store.database import Connection, Database
from parindex.store.ids import new_id

PIECE: Final = 1 << 20
"""Bytes of a piece at least, but for the last one."""


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file that may still be taken."""

    id: UUID
    """UUIDv7."""

    size: int
    """Bytes."""

    counts: Mapping[str, int]
    """What it holds, as its kind counts it."""

    made_at: datetime
    """When it was made."""

    expires_at: datetime
    """Until when it may be taken."""


async def keep(
    connection: Connection,
    kind: str,
    subject: UUID,
    pieces: AsyncIterable[bytes],
    *,
    counts: Mapping[str, int],
    days: int,
) -> UUID:
    """Keep a file as it is made, in the caller's transaction: whole with that, or not at all.

    Args:
        connection: In a transaction that has its tenant.
        kind: What file it is.
        subject: Of what.
        pieces: Its content.
        counts: What it holds.
        days: How long it may be taken.
    """
    file_id, size, number, held = new_id(), 0, 0, bytearray()
    await connection.execute(
        """insert into kept_files (tenant_id, id, kind, subject, size, counts, expires_at)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, 0, $4, clock_timestamp() + $5)""",
        file_id, kind, subject, msgspec.json.encode(counts).decode(), timedelta(days=days),
    )  # fmt: skip
    async for piece in pieces:
        held += piece
        size += len(piece)
        if len(held) >= PIECE:
            await _piece(connection, file_id, number, bytes(held))
            number += 1
            held.clear()
    if held:
        await _piece(connection, file_id, number, bytes(held))
    await connection.execute("update kept_files set size = $2 where id = $1", file_id, size)
    return file_id


async def newest(connection: Connection, kind: str, subject: UUID) -> KeptFile | None:
    """The newest file of a kind about something that may still be taken."""
    row = await connection.fetchrow(
        """select id, size, counts, made_at, expires_at from kept_files
        where kind = $1 and subject = $2 and expires_at > clock_timestamp() order by made_at desc, id desc limit 1""",
        kind, subject,
    )  # fmt: skip
    if row is None:
        return None
    return KeptFile(**{**dict(row), "counts": msgspec.json.decode(row["counts"], type=dict[str, int])})


async def read(database: Database, tenant_id: UUID, file: KeptFile) -> AsyncIterator[bytes]:
    """Its content; a connection is held for each piece only while that is fetched."""
    number = sent = 0
    while sent < file.size:
        async with database.transaction(tenant_id) as connection:
            content: bytes | None = await connection.fetchval(
                "select content from kept_file_pieces where file_id = $1 and number = $2", file.id, number
            )
        if content is None:
            raise FileNotFoundError(f"piece {number} of {file.id}")
        yield content
        sent += len(content)
        number += 1


async def forget(connection: Connection) -> int:
    """Drop files that may no longer be taken; gives how many."""
    return len(await connection.fetch("delete from kept_files where expires_at <= clock_timestamp() returning 1"))


async def _piece(connection: Connection, file_id: UUID, number: int, content: bytes) -> None:
    await connection.execute(
        """insert into kept_file_pieces (tenant_id, file_id, number, content)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3)""",
        file_id, number, content,
    )  # fmt: skip
