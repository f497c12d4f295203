"""What a handler works with: fenced transactions, progress, and the sign that it should stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from parindex.jobs import queries
from parindex.jobs.model import Claimed
from parindex.store.database import Connection, Database

StageTold: TypeAlias = Callable[[int], Awaitable[None]]
"""Told how many stages of a deed are done."""


async def nobody(done: int) -> None:
    """Whoever does a deed that nobody follows tells this."""
    del done


class LostLease(Exception):
    """The job was given to another worker: nothing of this transaction holds."""


class Cancelled(Exception):
    """The job was asked to stop and has stopped."""


class Running:
    """One attempt at one job."""

    def __init__(self, db: Database, job: Claimed) -> None:
        self.db = db
        self.job = job
        self.cancel_asked = False
        self.finished = False

    @property
    def tenant_id(self) -> UUID:
        """Whose job."""
        return self.job.tenant_id

    @property
    def by(self) -> str:
        """Who asked: a person's id or ``system``."""
        return self.job.asked_by

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction that commits only while the job is still held by this worker.

        Raises:
            LostLease: another worker has it.
        """
        async with self.db.transaction(self.tenant_id) as connection:
            yield connection
            if not await queries.holds(connection, self.job):
                raise LostLease

    @asynccontextmanager
    async def finishing(self, outcome: dict[str, Any] | None = None) -> AsyncIterator[Connection]:
        """The last transaction of a job: its result commits together with the mark that the job is done, or neither.

        Args:
            outcome: What a page may say of it; the block may still fill it.

        Raises:
            LostLease: another worker has it.
        """
        async with self.db.transaction(self.tenant_id) as connection:
            yield connection
            if not await queries.finish(connection, self.job, _json(outcome)):
                raise LostLease
        self.finished = True

    async def progress(self, done: int, total: int, words: str | None = None) -> None:
        """Tell how far it is, at once and outside its transactions, and stop here if that was asked.

        Args:
            done: Parts done.
            total: Of so many.
            words: What is being done now, a message id.

        Raises:
            Cancelled: somebody asked it to stop.
        """
        async with self.db.transaction(self.tenant_id) as connection:
            await queries.tell_progress(connection, self.job.id, done, total, words)
            self.cancel_asked = await queries.cancel_asked(connection, self.job.id)
        self.stop_if_asked()

    def stages(self, words: Sequence[str]) -> StageTold:
        """Whoever does this job tells this how many stages are done; it stops the job there if that was asked.

        Args:
            words: What is being done after none, one, … of them, message ids.
        """

        async def told(done: int) -> None:
            await self.progress(done, len(words), words[done])

        return told

    def stop_if_asked(self) -> None:
        """Stop here if somebody asked for it.

        Raises:
            Cancelled: somebody did.
        """
        if self.cancel_asked:
            raise Cancelled


def _json(values: Mapping[str, Any] | None) -> str | None:
    return None if values is None else msgspec.json.encode(values).decode()
