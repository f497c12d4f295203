"""Jobs small enough to follow, and the worker processes that do them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn

from parindex import jobs
from parindex.app import compose, create_app
from parindex.jobs.model import Code, Payload
from parindex.jobs.worker import Pace
from parindex.serving import configuration
from parindex.settings import Settings
from parindex.store.database import Connection, Database


class Slow(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Write a line, wait, write another with the end of the job."""

    name: Code
    """What is written."""

    seconds: int = 0
    """Tenths of a second between the two."""

    cooperative: bool = True
    """Whether it tells how far it is while it waits."""


SLOW = jobs.JobKind(name="test:line:write", payload=Slow, title="Ghi một dòng", backoff=0.01)

QUICK = Pace(lease=1.0, beat=0.2, poll=0.05, schedule=60, grace=5)
"""A worker that loses its hold after a second."""


async def write(running: jobs.Running, payload: Slow) -> None:
    """``begun`` is written at once, ``done`` only together with the end of the job."""
    async with running.transaction() as connection:
        await line(connection, payload.name, "begun")
    for tenth in range(payload.seconds):
        if payload.cooperative:
            await running.progress(tenth, payload.seconds, "Đang ghi")
        await asyncio.sleep(0.1)
    async with running.finishing({"name": payload.name}) as connection:
        await line(connection, payload.name, "done")


REGISTRY = jobs.Registry({SLOW: write})


async def line(connection: Connection, name: str, what: str) -> None:
    """One line of the test's own table."""
    await connection.execute("insert into written (name, what) values ($1, $2)", name, what)


async def make_table(owner: asyncpg.Connection[asyncpg.Record]) -> None:
    """Where the effects of jobs are counted."""
    await owner.execute("create table written (name text, what text, at timestamptz default clock_timestamp())")
    await owner.execute("grant select, insert on written to parindex_app")


async def ask(db: Database, tenant: UUID, name: str, seconds: int = 0, **more: Any) -> UUID:
    """Ask for a line."""
    cooperative = more.pop("cooperative", True)
    async with db.transaction(tenant) as connection:
        payload = Slow(name=name, seconds=seconds, cooperative=cooperative)
        return await jobs.enqueue(connection, jobs.Job(kind=SLOW, payload=payload, by="system", **more))


async def lines(owner: asyncpg.Connection[asyncpg.Record], name: str, what: str = "done") -> int:
    """How often a line was written."""
    return int(await owner.fetchval("select count(*) from written where name = $1 and what = $2", name, what))


async def state(owner: asyncpg.Connection[asyncpg.Record], job: UUID) -> str:
    """Where a job stands."""
    return str(await owner.fetchval("select state from jobs where id = $1", job))


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that must come; how long it takes is not judged."""
    async with asyncio.timeout(60):
        while not await holds():
            await asyncio.sleep(0.03)


class Process:
    """A worker of its own in a process of its own."""

    def __init__(
        self,
        url: str,
        *,
        lease: float = QUICK.lease,
        beat: float = QUICK.beat,
        grace: float = 5,
        serve: str = "",
        program: str = "tests.jobs.small_jobs",
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, url, str(lease), str(beat), str(grace), serve],
            env=os.environ.copy(),
        )

    def send(self, number: signal.Signals) -> None:
        """A signal."""
        self.process.send_signal(number)

    async def gone(self) -> int:
        """Wait until it has ended; its exit code."""
        return await asyncio.to_thread(self.process.wait, 60)


@asynccontextmanager
async def worker(url: str, **pace: Any) -> AsyncIterator[Process]:
    """A worker process that does not outlive its test."""
    process = Process(url, **pace)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.send(signal.SIGCONT)
            process.process.kill()
        await process.gone()


async def _work(url: str, pace: Pace, folder: str) -> None:
    db = await Database.connect(url, size=6)
    running = jobs.Worker(db, REGISTRY, at_once=2, pace=pace)
    if folder:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            services = await compose(Settings(data=Path(folder)), url, pool=2)
            await uvicorn.Server(configuration(create_app(services, worker=running), services)).serve(
                sockets=[listening]
            )
        return
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.stop)
    await running.run()
    await db.close()


if __name__ == "__main__":
    lease, beat, grace = (float(word) for word in sys.argv[2:5])
    asyncio.run(_work(sys.argv[1], Pace(lease=lease, beat=beat, poll=0.05, grace=grace), sys.argv[5]))
