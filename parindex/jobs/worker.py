"""The worker: takes jobs one after the other, keeps its hold on them, and leaves nothing half done when it goes."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import msgspec

from parindex.errors import CATALOGUE, Refused
from parindex.jobs import outbox, queries, scheduler
from parindex.jobs.job_context import Cancelled, LostLease, Running
from parindex.jobs.model import Claimed, Delivery, Event, JobKind
from parindex.jobs.notices import FAILED, JobFailed
from parindex.jobs.registry import Registry
from parindex.store.database import UNAVAILABLE, Connection, Database

LONGEST_BACKOFF: Final = 3600.0
"""Seconds between two attempts at most."""

log = logging.getLogger("parindex.jobs")

_AWAY: Final = (*UNAVAILABLE, asyncpg.PostgresError, Refused)
"""What the database says while it is not there or does not agree."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker keeps time, in seconds."""

    lease: float = 30
    """A job whose worker says nothing for so long is given to another."""

    beat: float = 5
    """How often it says that it is there."""

    poll: float = 1
    """How long it sleeps when nothing is to be done and nobody wakes it."""

    schedule: float = 15
    """How often it looks at the clock of each tenant."""

    grace: float = 20
    """How long running jobs may take to finish once it was told to stop; what then still runs is given back."""


class Worker:
    """Does jobs of every tenant until it is told to stop."""

    def __init__(
        self,
        db: Database,
        registry: Registry,
        *,
        listen_url: str | None = None,
        at_once: int = 2,
        pace: Pace | None = None,
    ) -> None:
        """A worker over a pool of its own.

        Args:
            db: As parindex_app; three connections for each job at once and one more.
            registry: What it can do.
            listen_url: A direct address of the same database, by which it is woken; ``None`` only polls.
            at_once: Jobs that run side by side.
            pace: How it keeps time.
        """
        self.db = db
        self.registry = registry
        self.listen_url = listen_url
        self.at_once = at_once
        self.pace = pace or Pace()
        self.name = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(3)}"
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._looked = 0.0

    def stop(self) -> None:
        """Take nothing new; :meth:`run` returns when what runs has finished or was given back."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until told to stop; survives a database that goes away."""
        listening = asyncio.create_task(self._listen()) if self.listen_url else None
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                try:
                    busy = await self._look()
                except _AWAY as error:
                    log.warning("jobs wait", extra={"cause": type(error).__name__})
                    busy = False
                if not busy:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), self.pace.poll)
        finally:
            if listening:
                listening.cancel()
            await self._finish()

    async def _look(self) -> bool:
        """Take what there is to take; whether to look again at once."""
        moment = asyncio.get_running_loop().time()
        if moment >= self._looked:
            self._looked = moment + self.pace.schedule
            await scheduler.tick(self.db, self.registry, datetime.now(UTC))
        await outbox.hand_on(self.db, self.registry)
        if len(self._tasks) >= self.at_once:
            return False
        job = await claim(self.db, self.registry, self.name, self.pace)
        if job is None:
            return False
        task = asyncio.create_task(attend(self.db, self.registry, job, self.pace))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.pace.grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """Be woken by what commits; while this connection is away, polling goes on."""
        while True:
            with suppress(*_AWAY):
                connection = await asyncpg.connect(self.listen_url, timeout=10)
                gone = asyncio.Event()
                try:
                    connection.add_termination_listener(lambda *_, ended=gone: ended.set())
                    await connection.add_listener(queries.CHANNEL, lambda *_: self._wake.set())
                    self._wake.set()
                    await gone.wait()
                finally:
                    connection.terminate()
            await asyncio.sleep(self.pace.poll)


async def claim(db: Database, registry: Registry, name: str, pace: Pace) -> Claimed | None:
    """The next job that is due, of any tenant."""
    async with db.transaction(None) as connection:
        return await queries.claim(connection, registry.names, name, timedelta(seconds=pace.lease))


async def attend(db: Database, registry: Registry, job: Claimed, pace: Pace) -> None:
    """Do a job while holding it, and write down what became of it."""
    kind = registry.kinds[job.kind]
    running = Running(db, job)
    working = asyncio.create_task(_work(registry, kind, running))
    beating = asyncio.create_task(_beat(running, working, pace))
    try:
        await asyncio.wait({working})
    except asyncio.CancelledError:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        beating.cancel()
        await _noted(db, job, queries.give_back)
        log.info("job given back", extra={"job": str(job.id), "kind": job.kind})
        raise
    beating.cancel()
    await _conclude(db, kind, job, working)


async def _work(registry: Registry, kind: JobKind[Any], running: Running) -> None:
    payload = msgspec.json.decode(running.job.payload, type=kind.payload)
    outcome = await registry.handlers[kind.name](running, payload)
    if not running.finished:
        async with running.finishing(dict(outcome) if outcome else None):
            pass


async def _beat(running: Running, working: asyncio.Task[None], pace: Pace) -> None:
    """Say that the job is held; when it is not any more, let go of it."""
    while True:
        await asyncio.sleep(pace.beat)
        try:
            async with running.db.transaction(running.tenant_id) as connection:
                asked = await queries.extend(connection, running.job, timedelta(seconds=pace.lease))
        except _AWAY as error:
            log.warning("a job's hold was not renewed", extra={"cause": type(error).__name__})
            continue
        if asked is None:
            working.cancel()
            return
        running.cancel_asked = asked


async def _conclude(db: Database, kind: JobKind[Any], job: Claimed, working: asyncio.Task[None]) -> None:
    error = None if working.cancelled() else working.exception()
    told = {"job": str(job.id), "kind": job.kind, "attempt": job.attempts}
    if working.cancelled() or isinstance(error, LostLease):
        log.warning("job lost to another worker", extra=told)
    elif isinstance(error, Cancelled):
        await _noted(db, job, queries.end_cancelled)
        log.info("job cancelled", extra=told)
    elif error is None:
        log.info("job done", extra=told)
    else:
        code, values, final = _why(error, kind, job)
        log.error("job failed", exc_info=error, extra={**told, "code": code, **values})
        retry_in = None if final else timedelta(seconds=backoff(kind, job.attempts))
        await _noted(db, job, _failed, kind, code, _small_values(values), trace_of(error), retry_in)


async def _failed(
    connection: Connection,
    job: Claimed,
    kind: JobKind[Any],
    code: str,
    values: str,
    trace: str,
    retry_in: timedelta | None,
) -> None:
    """An attempt failed; of the last one it is told, unless it was one to tell of something."""
    held = await queries.fail(connection, job, code, values, trace, retry_in)
    if held and retry_in is None and kind.payload is not Delivery:
        about = JobFailed(job=job.id, of=job.kind, asked_by=job.asked_by)
        await outbox.publish(connection, Event(kind=FAILED, aggregate=f"job/{job.id}", payload=about))


async def _noted(db: Database, job: Claimed, what: Any, *given: Any) -> None:
    """Write down what became of a job; where the database is away its hold runs out instead."""
    try:
        async with db.transaction(job.tenant_id) as connection:
            await what(connection, job, *given)
    except _AWAY as error:
        log.warning("what became of a job was not written down", extra={"cause": type(error).__name__})


def _why(error: BaseException, kind: JobKind[Any], job: Claimed) -> tuple[str, Mapping[str, Any], bool]:
    """Code, values, and whether trying again is in vain: what a rule refuses, it refuses again."""
    last = job.attempts >= kind.attempts
    if isinstance(error, Refused) and error.code in CATALOGUE:
        return error.code, error.values, last or error.code != "database_unavailable"
    if isinstance(error, UNAVAILABLE):
        return "database_unavailable", {}, last
    return "internal", {"reference": secrets.token_hex(4)}, last


def _small_values(values: Mapping[str, Any]) -> str:
    return msgspec.json.encode(
        {name: value if isinstance(value, int) else str(value)[:200] for name, value in values.items()}
    ).decode()


def backoff(kind: JobKind[Any], attempts: int) -> float:
    """Seconds before the next attempt: twice as long each time, spread so that many do not come at once."""
    return min(LONGEST_BACKOFF, kind.backoff * 2.0 ** (attempts - 1)) * (0.9 + secrets.randbelow(200) / 1000)


def trace_of(error: BaseException) -> str:
    """The kind of a failure and the lines it came through: no values, so nothing of a person."""
    here = Path(__file__).parents[1]
    lines = [
        f"{Path(frame.filename).relative_to(here) if here in Path(frame.filename).parents else Path(frame.filename).name}"
        f":{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return "\n".join([type(error).__name__, *lines[-12:]])


async def run_until_idle(db: Database, registry: Registry) -> int:
    """Do everything that is due, one after the other, as a worker would; for tests and commands.

    Returns:
        How many jobs were begun.
    """
    begun = 0
    pace = Pace()
    while True:
        await outbox.hand_on(db, registry)
        job = await claim(db, registry, "until idle", pace)
        if job is None:
            return begun
        begun += 1
        await attend(db, registry, job, pace)
