"""A million responses as a file, against a plain ``COPY … TO STDOUT`` of the same rows: rows a second and memory.

The responses are made by the database in a partition of a locked round, 2,500 villages of 63 agencies. What is
measured is what the page's answer is made from, read by a reader that only counts. Memory is what this process
gained while it passed the file on.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import uvloop

from benchmarks import reference
from benchmarks.survey_ground import migrated, open_round
from parindex.store.database import Connection, Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.ids import new_id
from parindex.surveys.model import SampleUnit
from parindex.surveys.results import microdata
from parindex.surveys.rounds import lock, opening

LIMIT: Final = 100_000
"""Least rows a second."""

VILLAGES: Final = 2_500
AGENCIES: Final = 63


async def prepare(server: EmbeddedServer, responses: int) -> tuple[UUID, UUID]:
    """A locked round with that many responses."""
    async with migrated(server) as (owner, database, tenant_id):
        async with database.transaction(tenant_id) as connection:
            round_id = await _drawn(connection, tenant_id)
        await owner.execute(
            """insert into responses (tenant_id, survey_round, id, client_id, content, day, sample_unit, answers)
            select $1, $2, gen_random_uuid(), gen_random_uuid(), null, date '2026-11-01', units.ids[1 + n % $4],
                (select array_agg(case when i % 12 = 0 then null else 1 + (n + i) % 5 end)::smallint[]
                 from generate_series(1, 94) i)
            from generate_series(1, $3::int) n,
                (select array_agg(id) as ids from sample_units where survey_round = $2) units""",
            tenant_id, round_id, responses, VILLAGES, timeout=600,
        )  # fmt: skip
        await owner.execute("analyze", timeout=600)
        await lock.lock(database, tenant_id, round_id, decision="01", reason="đo", actor="system")
    return tenant_id, round_id


async def _drawn(connection: Connection, tenant_id: UUID) -> UUID:
    agencies = [new_id() for _ in range(AGENCIES)]
    held = await open_round(connection, tenant_id, agencies)
    units = [
        SampleUnit(
            id=new_id(), agency_id=agencies[place % AGENCIES], stratum=f"S{place % AGENCIES}", psu=f"X{place // 2}",
            psu_name="Xã", ssu=f"T{place}", ssu_name="Thôn", psu_population=40, psu_drawn=4, psu_probability=0.1,
            ssu_population=8, ssu_drawn=2, population=10**6, drawn=10**6, response_class=f"S{place % AGENCIES}",
        )
        for place in range(VILLAGES)
    ]  # fmt: skip
    await opening.load_sample(connection, held.id, units, actor="system")
    return held.id


async def plain(url: str) -> float:
    """Seconds of a plain COPY of the table, counted and thrown away."""
    connection = await asyncpg.connect(url)
    started = time.perf_counter()
    await connection.copy_from_query("select * from responses", output=_nowhere)
    seconds = time.perf_counter() - started
    await connection.close()
    return seconds


async def _nowhere(data: bytes) -> None:
    del data


async def export(url: str, tenant_id: UUID, round_id: UUID) -> tuple[float, int, int]:
    """Seconds, lines and bytes of the file."""
    database = await Database.connect(url, size=2)
    started = time.perf_counter()
    data = await microdata.prepare(database, tenant_id, round_id, reason="đo", actor="system")
    lines = size = 0
    async for piece in microdata.stream(database, tenant_id, data):
        lines += piece.count(b"\n")
        size += len(piece)
    seconds = time.perf_counter() - started
    await database.close()
    if lines != data.rows + 1:
        raise RuntimeError(f"{lines - 1:,} lines came, {data.rows:,} were told")
    return seconds, lines - 1, size


async def measure(server: EmbeddedServer, responses: int, times: int) -> int:
    """Interleave peer and export; the best of each, for others use the machine too."""
    tenant_id, round_id = await prepare(server, responses)
    app, owner = server.url("parindex_app", "bench"), server.url("postgres", "bench")
    rows, copies, gained = [], [], []
    for _ in range(times):
        copies.append(await plain(owner))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds, lines, size = await export(app, tenant_id, round_id)
        gained.append((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
        rows.append(seconds)
        print(f"{lines:,} responses, {size / 1e6:.0f} MB: {seconds:.1f} s · plain COPY {copies[-1]:.1f} s", flush=True)
    rate = responses / min(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rate:,.0f} rows/s (at least {LIMIT:,}), {min(copies) / min(rows):.2f} × the rate of a plain COPY")
    print(f"memory gained {max(gained):.0f} MB, peak of the process {peak:.0f} MB")
    print(reference.footer())
    return 0 if rate >= LIMIT else 1


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parindex-export-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedServer(folder / "server") as server:
            return uvloop.run(measure(server, given.responses, given.rounds))


if __name__ == "__main__":
    raise SystemExit(main())
