"""The sealer: chains committed rows in blocks, and remembers the head outside the database."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import msgspec

from parindex.audit import queries
from parindex.audit.model import Block, Break, Head, Report, merkle_root
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE, Connection, Database

PAUSE = 0.4
"""Seconds between two looks for unsealed rows."""

BLOCK_LIMIT = 50_000
"""Rows a block holds at most."""

log = logging.getLogger("parindex.audit")


async def seal(database: Database) -> Head | None:
    """Chain every committed row that no block holds yet.

    Returns:
        The new head, or ``None`` when there was nothing to seal or another process is sealing.
    """
    async with database.transaction(None, snapshot=True) as connection:
        if not await queries.only_sealer(connection):
            return None
        rows = await queries.unsealed(connection, BLOCK_LIMIT)
        if not rows:
            return None
        head = await queries.newest_block(connection)
        bare = Block(
            number=head.number + 1,
            row_ids=tuple(row.id for row in rows),
            merkle_root=merkle_root([row.digest() for row in rows]),
            previous_hash=bytes.fromhex(head.hash),
            hash=b"",
        )
        block = msgspec.structs.replace(bare, hash=bare.expected_hash())
        await queries.insert_block(connection, block, exhausted=len(rows) < BLOCK_LIMIT)
    return Head(number=block.number, hash=block.hash.hex())


async def missing_years(connection: Connection, today: date) -> list[int]:
    """This year and the next, as far as their rows have no partition."""
    return [year for year in (today.year, today.year + 1) if not await queries.has_year(connection, year)]


async def open_years(database: Database, today: date) -> None:
    """See to it that rows of the next year find their partition: it is made a year ahead, beside running work."""
    async with database.transaction(None) as connection:
        for year in await missing_years(connection, today):
            if await queries.open_year(connection, year):
                log.info("audit year opened", extra={"year": year})


async def _open_years_or_say(database: Database, today: date) -> None:
    """Sealing goes on where a year cannot be opened now: it is a year ahead, and tomorrow is another day."""
    try:
        await open_years(database, today)
    except (*UNAVAILABLE, asyncpg.PostgresError, Refused) as error:
        log.warning("audit year waits", extra={"cause": type(error).__name__})


async def run(database: Database, head_file: Path) -> None:
    """Seal for ever; survives a database that goes away."""
    looked: date | None = None
    while True:
        try:
            if looked != (today := datetime.now(UTC).date()):
                looked = today
                await _open_years_or_say(database, today)
            while head := await seal(database):
                await asyncio.to_thread(remember, head_file, head)
        except (*UNAVAILABLE, asyncpg.PostgresError, Refused) as error:
            log.warning("sealing waits", extra={"cause": type(error).__name__})
        await asyncio.sleep(PAUSE)


def remember(head_file: Path, head: Head) -> None:
    """Append the head to the file outside the database, on disk before this returns."""
    with head_file.open("ab") as file:
        file.write(msgspec.json.encode(head) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def remembered(head_file: Path) -> Head | None:
    """The last head in the file; a line cut short by a crash is passed over."""
    if not head_file.exists():
        return None
    for line in reversed(head_file.read_bytes().splitlines()):
        try:
            return msgspec.json.decode(line, type=Head)
        except msgspec.DecodeError:
            continue
    return None


async def verify(database: Database, head_file: Path | None = None) -> Report:
    """Recompute every block from the rows.

    Args:
        database: As the sealer.
        head_file: When given, the chain must still hold the head that was remembered there.
    """
    breaks: list[Break] = []
    rows = 0
    previous = Head(number=0, hash=bytes(32).hex())
    kept = remembered(head_file) if head_file else None
    async with database.transaction(None, snapshot=True) as connection:
        async for block in queries.blocks(connection):
            rows += len(block.row_ids)
            breaks += [Break(block=block.number, why=why) for why in await _faults(connection, block, previous)]
            previous = Head(number=block.number, hash=block.hash.hex())
            if kept and kept.number == block.number and kept.hash != previous.hash:
                breaks.append(Break(block=block.number, why="head_file"))
        if kept and kept.number > previous.number:
            breaks.append(Break(block=kept.number, why="missing_block"))
        unsealed = await queries.count_unsealed(connection)
    return Report(blocks=previous.number, rows=rows, unsealed=unsealed, breaks=tuple(breaks))


async def _faults(connection: Connection, block: Block, previous: Head) -> list[str]:
    faults = []
    if block.number != previous.number + 1:
        faults.append("missing_block")
    if block.previous_hash.hex() != previous.hash:
        faults.append("link")
    if block.expected_hash() != block.hash:
        faults.append("hash")
    found = await queries.rows_by_id(connection, block.row_ids)
    if len(found) != len(block.row_ids):
        faults.append("missing_row")
    elif merkle_root([found[row_id].digest() for row_id in block.row_ids]) != block.merkle_root:
        faults.append("changed_row")
    return faults
