"""``parindex work`` and the worker inside ``parindex serve`` do jobs of the database that the settings name."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from parindex import jobs
from parindex.jobs import tidying
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests.installations import answer, database_settings, free_port, parindex, serving


@pytest.fixture
def settings(server: EmbeddedServer, database_name: str, tmp_path: Path) -> dict[str, str]:
    """A folder and a database for several processes."""
    return {
        **database_settings(server, database_name),
        "PARINDEX_DATA": str(tmp_path / "data"),
        "PORT": str(free_port()),
        "PARINDEX_LISTEN_URL": server.url("parindex_app", database_name),
    }


async def ask(db: Database, tenant: UUID) -> UUID:
    async with db.transaction(tenant) as connection:
        return await jobs.enqueue(connection, jobs.Job(kind=tidying.KIND, payload=tidying.Tidy(), by="system"))


async def done(owner: asyncpg.Connection[asyncpg.Record], job: UUID) -> None:
    async with asyncio.timeout(60):
        while await owner.fetchval("select state from jobs where id = $1", job) != "done":
            await asyncio.sleep(0.05)


async def test_a_worker_alone_does_jobs_and_stops_when_told(
    settings: dict[str, str], db: Database, tenant: UUID, owner: asyncpg.Connection[asyncpg.Record], tmp_path: Path
) -> None:
    first = await ask(db, tenant)
    with serving(tmp_path, "work", **settings) as process:
        await done(owner, first)
        await done(owner, await ask(db, tenant))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
    assert "Traceback" not in (tmp_path / "said").read_text()


async def test_a_server_does_jobs_unless_it_is_told_not_to(
    settings: dict[str, str], db: Database, tenant: UUID, owner: asyncpg.Connection[asyncpg.Record], tmp_path: Path
) -> None:
    with serving(tmp_path, **settings, PARINDEX_WORKER="false") as process:
        await asyncio.to_thread(answer, int(settings["PORT"]), of=process)
        job = await ask(db, tenant)
        assert await owner.fetchval("select count(*) from job_schedules") == 0
    assert await owner.fetchval("select state from jobs where id = $1", job) == "waiting"
    with serving(tmp_path, **settings) as process:
        await done(owner, job)
        assert process.poll() is None


def test_broken_settings_are_told(tmp_path: Path) -> None:
    told = parindex("work", folder=tmp_path, DATABASE_URL="postgresql://parindex_app@localhost:1/none")
    assert told.returncode == 2
    assert "DATABASE_MIGRATOR_URL" in told.stderr
    nobody = "postgresql://parindex_app@127.0.0.1:1/none"
    told = parindex(
        "work", folder=tmp_path, DATABASE_URL=nobody, DATABASE_MIGRATOR_URL=nobody, DATABASE_SEALER_URL=nobody
    )
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
