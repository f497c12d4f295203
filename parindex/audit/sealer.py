"""The sealer: chains committed rows in blocks, and remembers the head outside the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from parindex.audit import queries
from parindex.audit.heads import mend, read, remember, renew
from parindex.audit.model import Block, Break, BreakKind, Head, HeadFault, HeadReport, Report, merkle_root
from parindex.audit.record import record
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


class Sealing:
    """How the sealing of this process goes."""

    def __init__(self) -> None:
        """Nothing has failed yet."""
        self.waits = False
        """Whether the last try failed: the database is away, or the disk is full."""


async def run(database: Database, head_file: Path, sealing: Sealing | None = None) -> None:
    """Seal for ever; survives a database that goes away and a disk that is full.

    Args:
        database: As the sealer.
        head_file: Remembers each head outside the database.
        sealing: Is told how it goes.
    """
    sealing = sealing or Sealing()
    looked: date | None = None
    caught_up = False
    while True:
        try:
            if looked != (today := datetime.now(UTC).date()):
                looked = today
                await _open_years_or_say(database, today)
            if not caught_up:
                await _catch_up(database, head_file)
                caught_up = True
            while head := await seal(database):
                await asyncio.to_thread(remember, head_file, head)
            sealing.waits = False
        except (*UNAVAILABLE, asyncpg.PostgresError, Refused) as error:
            sealing.waits, caught_up = True, False
            log.warning("sealing waits", extra={"cause": type(error).__name__})
        await asyncio.sleep(PAUSE)


async def _catch_up(database: Database, head_file: Path) -> None:
    """Write down the heads that were sealed when the file could not be written, and mend a line that was torn.

    A file that is not there, or knows another chain, is left as it is: what was lost is the doctor's to say.
    """
    lines = await asyncio.to_thread(read, head_file)
    async with database.transaction(None) as connection:
        if lines.newest is None:
            if (await queries.newest_block(connection)).number:
                log.error("audit head missing", extra={"file": str(head_file)})
            return
        since = await queries.heads_since(connection, lines.newest.number)
    if not since or since[0] != lines.newest:
        return
    if lines.torn:
        await asyncio.to_thread(mend, head_file)
    if len(since) > 1:
        await asyncio.to_thread(remember, head_file, *since[1:])
    if lines.torn or len(since) > 1:
        log.warning("audit head mended", extra={"torn": lines.torn, "blocks": len(since) - 1})


async def verify(database: Database) -> Report:
    """Recompute every block from the rows; what the file outside says is :func:`compare_heads`' to tell.

    Args:
        database: As the sealer.
    """
    breaks: list[Break] = []
    hashes: dict[int, str] = {}
    rows = 0
    previous = Head(number=0, hash=bytes(32).hex())
    async with database.transaction(None, snapshot=True) as connection:
        async for block, digests in queries.sealed(connection):
            rows += len(block.row_ids)
            breaks += [Break(block=block.number, why=why) for why in _faults(block, digests, previous)]
            previous = Head(number=block.number, hash=block.hash.hex())
            hashes[block.number] = previous.hash
        unsealed = await queries.count_unsealed(connection)
    return Report(blocks=previous.number, rows=rows, unsealed=unsealed, breaks=tuple(breaks), hashes=hashes)


def _faults(block: Block, digests: Sequence[bytes], previous: Head) -> list[BreakKind]:
    faults: list[BreakKind] = []
    if block.number != previous.number + 1:
        faults.append("missing_block")
    if block.previous_hash.hex() != previous.hash:
        faults.append("link")
    if block.expected_hash() != block.hash:
        faults.append("hash")
    if len(digests) < len(block.row_ids):
        faults.append("missing_row")
    elif merkle_root(digests) != block.merkle_root:
        faults.append("changed_row")
    return faults


async def compare_heads(database: Database, head_file: Path, report: Report) -> HeadReport:
    """The file outside the database beside the chain that was just verified.

    Args:
        database: As the sealer, asked again for blocks that came meanwhile.
        head_file: The file.
        report: From :func:`verify`.
    """
    lines = await asyncio.to_thread(read, head_file)
    if lines.heads and lines.heads[-1].number < report.blocks:
        await asyncio.sleep(1)  # a block is remembered right after it is sealed
        lines = await asyncio.to_thread(read, head_file)
    async with database.transaction(None) as connection:
        later = await queries.heads_since(connection, report.blocks)
    known = {**report.hashes, **{head.number: head.hash for head in later}}
    newest = max(known, default=0)
    told = lines.newest.number if lines.newest else 0
    differing = tuple(sorted({h.number for h in lines.heads if h.number <= newest and known.get(h.number) != h.hash}))
    faults: list[HeadFault] = []
    if not lines.heads and newest:
        faults.append("missing")
    elif lines.heads and min(head.number for head in lines.heads) > 1:
        faults.append("begins_late")
    if differing:
        faults.append("other_chain")
    if told > newest:
        faults.append("ahead")
    elif lines.heads and told < report.blocks:
        faults.append("behind")
    if lines.torn:
        faults.append("torn")
    return HeadReport(told=told, newest=newest, differing=differing, torn=lines.torn, faults=tuple(faults))


async def renew_head_file(
    app: Database, sealer: Database, head_file: Path, tenant_id: UUID, reason: str
) -> Path | None:
    """Take the chain as it is for the one to remember from now on; the deed and its reason are on record.

    Args:
        app: As the application.
        sealer: As the sealer.
        head_file: The file.
        tenant_id: In whose record the deed stands.
        reason: Why the file that was there no longer holds.

    Returns:
        Where the file that was there is kept; ``None`` where there was none.
    """
    lines = await asyncio.to_thread(read, head_file)
    async with app.transaction(tenant_id) as connection:
        await record(
            connection, actor="system", tag="store:head:renew", subject=head_file.name,
            before={"block": lines.newest.number if lines.newest else 0}, after={"reason": reason},
        )  # fmt: skip
    await seal(sealer)
    async with sealer.transaction(None) as connection:
        chain = await queries.heads_since(connection, 1)
    return await asyncio.to_thread(renew, head_file, chain)
