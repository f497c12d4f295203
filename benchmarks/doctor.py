"""What `parindex doctor` takes at 430,000 audit rows: the chain, the guards and the keys; and every table beside the record.

    python -m benchmarks.doctor [--rows 430000]

The record is made of deeds on the entries of sheets, a statement and its deed a transaction as people write them, and sealed
in blocks of some rows, as the sealer makes them when it looks several times a second.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from benchmarks.reference import footer
from parindex.access import tenants
from parindex.audit import queries
from parindex.audit.heads import remember
from parindex.audit.model import Block, Head, merkle_root
from parindex.commands.examination import files, guards, record
from parindex.commands.examination.finding import DoctorFinding
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles, migrate

ROWS_A_BLOCK: Final = 10
"""What comes between two looks of the sealer."""

MAKE = """do $$
    declare
        sheet uuid := gen_random_uuid();
        place integer;
    begin
        perform set_config('parindex.tenant', '{tenant}', true);
        for place in 1 .. {deeds} loop
            insert into entries (tenant_id, id, sheet_id, code, max, facts)
            values ('{tenant}', gen_random_uuid(), sheet, '1.' || place, 1, jsonb_build_object('done', place, 'due', place + 1));
            insert into audit_rows (tenant_id, id, actor, tag, subject, before, after)
            values ('{tenant}', new_row_id(), 'system', 'agency:entry:save', place::text, '{{"facts": {{}}}}',
                jsonb_build_object('facts', jsonb_build_object('done', place, 'due', place + 1)));
        end loop;
    end $$"""


async def make(server: EmbeddedServer, rows: int) -> UUID:
    """A tenant with so many audit rows: half tell of deeds, half of what a table's rows became."""
    owner = await asyncpg.connect(server.url("postgres", "postgres"))
    await owner.execute("create database parindex")
    await owner.close()
    owner = await asyncpg.connect(server.url("postgres"))
    await create_roles(owner, "parindex")
    await migrate(server.url("parindex_migrator"))
    app = await Database.connect(server.url("parindex_app"), size=1)
    async with app.transaction(None) as connection:
        tenant = await tenants.add(connection, code="demo", name_vi="Đơn vị chủ trì mô phỏng")
    await app.close()
    await owner.execute("alter table entries disable trigger all")
    await owner.execute("alter table entries enable trigger entries_inserted")
    for _ in range(0, rows // 2, 1_000):
        await owner.execute(MAKE.format(tenant=tenant, deeds=1_000))
    await owner.execute("alter table entries enable trigger all")
    await owner.execute("analyze")
    await owner.close()
    return tenant


async def seal_all(sealer: Database, head_file: Path) -> int:
    """Every row in blocks of a few, as the sealer would have made them; how many blocks."""
    heads = []
    async with sealer.transaction(None, snapshot=True) as connection:
        rows = await queries.unsealed(connection, 10_000_000)
        previous = bytes(32)
        for number, first in enumerate(range(0, len(rows), ROWS_A_BLOCK), 1):
            held = rows[first : first + ROWS_A_BLOCK]
            bare = Block(
                number=number, row_ids=tuple(row.id for row in held), previous_hash=previous, hash=b"",
                merkle_root=merkle_root([row.digest() for row in held]),
            )  # fmt: skip
            block = msgspec.structs.replace(bare, hash=bare.expected_hash())
            await queries.insert_block(connection, block, exhausted=True)
            previous = block.hash
            heads.append(Head(number=number, hash=block.hash.hex()))
    remember(head_file, *heads)
    return len(heads)


async def examined(findings: AsyncIterator[DoctorFinding]) -> float:
    """Seconds; every finding is good, but for the deeds that are made in bulk here."""
    begun = time.perf_counter()
    found = [finding async for finding in findings]
    for finding in found:
        if finding.condition != "good":
            print("   ", finding.message)
    return time.perf_counter() - begun


async def measure(rows: int) -> None:
    """Make, seal and examine."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres", durable=False) as server:
        await make(server, rows)
        sealer = await Database.connect(server.url("parindex_sealer"), size=2, patience=None)
        app = await Database.connect(server.url("parindex_app"), size=2, patience=None)
        head_file = Path(folder) / "audit-head.jsonl"
        blocks = await seal_all(sealer, head_file)
        owner = await asyncpg.connect(server.url("parindex_migrator"))
        every = await tenants.every(app)
        settings = Settings(data=Path(folder))
        seconds = {
            "chain": await examined(record.chain(sealer, head_file)),
            "guards": await examined(guards.guards(app)),
            "keys": await examined(files.keys(settings, app, every)),
            "tables beside the record": await examined(record.rows(owner, every)),
        }
        print(f"{rows:,} audit rows in {blocks:,} blocks")
        for what, took in seconds.items():
            print(f"  {what}: {took:.1f} s")
        print(footer())
        await owner.close()
        await app.close()
        await sealer.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=430_000, help="audit rows")
    asyncio.run(measure(parser.parse_args().rows))


if __name__ == "__main__":
    main()
