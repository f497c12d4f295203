"""Workers die, stall, lose their hold and are told to stop; what a job does is done once."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg

from parindex import jobs
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests.jobs.small_jobs import SLOW, Slow, ask, lines, state, until, worker

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def begun(owner: Owner, name: str) -> None:
    async def there() -> bool:
        return await lines(owner, name, "begun") > 0

    await until(there)


async def done(owner: Owner, job: UUID) -> None:
    async def there() -> bool:
        return await state(owner, job) == "done"

    await until(there)


async def test_a_job_whose_worker_is_killed_is_done_once_by_another(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    url = server.url("parindex_app", database_name)
    job = await ask(db, tenant, "a", seconds=10)
    async with worker(url) as first:
        await begun(owner, "a")
        first.send(signal.SIGKILL)
        await first.gone()
        async with worker(url):
            await done(owner, job)
    assert await lines(owner, "a", "begun") == 2
    assert await lines(owner, "a") == 1


async def test_a_job_whose_server_is_killed_is_done_once_by_a_worker_and_the_other_way_round(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner, tmp_path: Path
) -> None:
    url = server.url("parindex_app", database_name)
    job = await ask(db, tenant, "a", seconds=10)
    async with worker(url, serve=str(tmp_path / "data")) as first:
        await begun(owner, "a")
        first.send(signal.SIGKILL)
        await first.gone()
        async with worker(url) as second:
            await done(owner, job)
            other = await ask(db, tenant, "b", seconds=10)
            await begun(owner, "b")
            second.send(signal.SIGKILL)
            await second.gone()
            async with worker(url, serve=str(tmp_path / "data"), grace=50) as third:
                await done(owner, other)
                third.send(signal.SIGTERM)
                await third.gone()
    assert [await lines(owner, name) for name in "ab"] == [1, 1]


async def test_a_worker_that_stalled_and_lost_its_hold_cannot_commit(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    url = server.url("parindex_app", database_name)
    job = await ask(db, tenant, "a", seconds=5, cooperative=False)
    async with worker(url) as stalled:
        await begun(owner, "a")
        stalled.send(signal.SIGSTOP)
        async with worker(url):
            await done(owner, job)
            stalled.send(signal.SIGCONT)
            other = await ask(db, tenant, "b")
            await done(owner, other)
            stalled.send(signal.SIGTERM)
            assert await stalled.gone() == 0
    assert await lines(owner, "a") == 1


async def test_many_jobs_before_two_workers_are_each_done_once(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    url = server.url("parindex_app", database_name)
    many = [await ask(db, tenant, f"n{number}") for number in range(40)]
    async with worker(url), worker(url):
        for job in many:
            await done(owner, job)
    assert [await lines(owner, f"n{number}") for number in range(40)] == [1] * 40
    assert await owner.fetchval("select max(attempts) from jobs") == 1


async def test_the_hold_of_a_job_that_outlasts_its_heartbeat_is_renewed(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    async def renewed() -> bool:
        sql = "select lease_until > started_at + interval '60.2 seconds' from jobs where id = $1"
        return bool(await owner.fetchval(sql, job))

    job = await ask(db, tenant, "a", seconds=15, cooperative=False)
    async with worker(server.url("parindex_app", database_name), lease=60.0, beat=0.1):
        await until(renewed)
        await done(owner, job)
    assert await owner.fetchval("select attempts from jobs where id = $1", job) == 1
    assert await lines(owner, "a") == 1


async def test_an_old_open_transaction_hides_no_job(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    url = server.url("parindex_app", database_name)
    late = db.transaction(tenant)
    async with worker(url):
        async with late as connection:
            await connection.execute("select pg_current_xact_id()")
            old = await jobs.enqueue(connection, jobs.Job(kind=SLOW, payload=Slow(name="old"), by="system"))
            young = await ask(db, tenant, "young")
            await done(owner, young)
            assert await lines(owner, "old") == 0
        await done(owner, old)
    assert await lines(owner, "old") == 1


async def test_a_worker_told_to_stop_finishes_what_it_can_within_its_grace(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    job = await ask(db, tenant, "a", seconds=5)
    async with worker(server.url("parindex_app", database_name), grace=50) as stopping:
        await begun(owner, "a")
        waiting = await ask(db, tenant, "b")
        stopping.send(signal.SIGTERM)
        assert await stopping.gone() == 0
    assert await state(owner, job) == "done"
    assert await state(owner, waiting) in ("waiting", "done")


async def test_a_worker_told_to_stop_gives_back_what_it_cannot_finish(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    url = server.url("parindex_app", database_name)
    job = await ask(db, tenant, "a", seconds=30)
    async with worker(url, lease=500.0, grace=0) as stopping:
        await begun(owner, "a")
        stopping.send(signal.SIGTERM)
        assert await stopping.gone() == 0
    assert await state(owner, job) == "waiting"
    assert await owner.fetchval("select attempts from jobs where id = $1", job) == 0
    async with worker(url):
        await done(owner, job)
    assert await lines(owner, "a") == 1


async def test_a_worker_lives_on_when_its_connections_are_cut(
    server: EmbeddedServer, database_name: str, db: Database, tenant: UUID, owner: Owner
) -> None:
    first = await ask(db, tenant, "a")
    async with worker(server.url("parindex_app", database_name)):
        await done(owner, first)
        cut = await owner.fetch(
            """select pg_terminate_backend(pid, 60000) as gone from pg_stat_activity
            where datname = $1 and usename = 'parindex_app'""",
            database_name,
        )
        assert cut
        assert all(row["gone"] for row in cut)
        again = await Database.connect(server.url("parindex_app", database_name), size=1)
        second = await ask(again, tenant, "b")
        await done(owner, second)
        await again.close()
