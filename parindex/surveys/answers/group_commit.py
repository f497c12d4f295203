"""Group commit: answers that arrive together become durable together.

A submission waits in the lane of its round; a flush takes what waits, stores it in one transaction over a
connection borrowed for that batch alone, and tells every sender after the commit. While one batch commits the
next gathers, so no timer is needed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from uuid import UUID

import asyncpg
import msgspec

from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE, Database
from parindex.surveys.answers import storing
from parindex.surveys.model import IntakeOutcome, Receipt, Submission
from parindex.surveys.rounds import queries


class _Waiting(msgspec.Struct, eq=False):
    """A submission and whoever waits for it."""

    submission: Submission
    """What was sent."""

    told: asyncio.Future[Receipt]
    """Resolved after the commit."""


class _Lane:
    """What waits for one round of one tenant."""

    def __init__(self) -> None:
        self.waiting: deque[_Waiting] = deque()
        self.flushing: set[asyncio.Task[None]] = set()


class Intake:
    """Takes checked submissions and answers when they are durable.

    Args:
        database: A pool of its own: pages that are slow must not hold up answers.
        capacity: Submissions that may wait; more are told to come back (``intake_full``).
        batch: Most submissions in one transaction.
        flushes: Batches of one round under way at once.
    """

    def __init__(self, database: Database, *, capacity: int = 4000, batch: int = 256, flushes: int = 2) -> None:
        self._database = database
        self._capacity = capacity
        self._batch = batch
        self._flushes = flushes
        self._lanes: dict[tuple[UUID, UUID], _Lane] = {}
        self._waiting = 0

    async def submit(self, tenant_id: UUID, round_id: UUID, submission: Submission) -> Receipt:
        """Store a submission whose answers have been checked; returns once it survives a power cut.

        Raises:
            Refused: see :func:`storing.store`; ``intake_full``; ``database_unavailable`` when nothing was sent;
                ``outcome_unknown`` when the connection broke: the client repeats with the same id.
        """
        if self._waiting >= self._capacity:
            raise Refused("intake_full", seconds=5)
        lane = self._lanes.setdefault((tenant_id, round_id), _Lane())
        told: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        lane.waiting.append(_Waiting(submission, told))
        self._waiting += 1
        if len(lane.flushing) < self._flushes:
            task = asyncio.create_task(self._flush(tenant_id, round_id, lane))
            lane.flushing.add(task)
            task.add_done_callback(lane.flushing.discard)
        return await told

    async def stop(self) -> None:
        """Finish what waits, then close the pool."""
        while tasks := [task for lane in self._lanes.values() for task in lane.flushing]:
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._database.close()

    async def _flush(self, tenant_id: UUID, round_id: UUID, lane: _Lane) -> None:
        while batch := self._take(lane):
            try:
                await self._store(tenant_id, round_id, batch)
            except BaseException as error:
                _tell_all(batch, error if isinstance(error, Refused) else Refused("outcome_unknown"))
                if not isinstance(error, Exception):
                    raise
            finally:
                self._waiting -= len(batch)

    def _take(self, lane: _Lane) -> list[_Waiting]:
        """The next batch: no client id and no token twice, so that a repetition meets its first in the database."""
        taken: list[_Waiting] = []
        kept: list[_Waiting] = []
        seen: set[UUID | bytes] = set()
        while lane.waiting and len(taken) < self._batch:
            waiting = lane.waiting.popleft()
            names = {waiting.submission.client_id, waiting.submission.token_hash} - {None}
            if names & seen:
                kept.append(waiting)
            else:
                seen |= {name for name in names if name is not None}
                taken.append(waiting)
        lane.waiting.extendleft(reversed(kept))
        return taken

    async def _store(self, tenant_id: UUID, round_id: UUID, batch: list[_Waiting]) -> None:
        """One transaction; where a row breaks it, each submission gets its own."""
        try:
            outcomes = await self._commit(tenant_id, round_id, batch)
        except UNAVAILABLE:
            raise Refused("outcome_unknown") from None
        except asyncpg.PostgresError as error:
            if len(batch) == 1:
                raise _refusal(error) from None
            for waiting in batch:
                await self._alone(tenant_id, round_id, waiting)
            return
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _tell(waiting, outcome)

    async def _alone(self, tenant_id: UUID, round_id: UUID, waiting: _Waiting) -> None:
        try:
            await self._store(tenant_id, round_id, [waiting])
        except Refused as refusal:
            _tell(waiting, refusal)

    async def _commit(self, tenant_id: UUID, round_id: UUID, batch: list[_Waiting]) -> list[IntakeOutcome]:
        try:
            connection = await self._database.pool.acquire(timeout=10)
        except UNAVAILABLE:
            raise Refused("database_unavailable") from None
        try:
            async with queries.within_gate(connection, tenant_id, round_id, self._database.clock):
                sent = [waiting.submission for waiting in batch]
                return await storing.behind_gate(connection, round_id, sent)
        finally:
            await self._database.pool.release(connection)


def _refusal(error: asyncpg.PostgresError) -> Refused:
    """What one row's own failure means: a broken rule is its fault, anything else may pass another time."""
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Refused("sample_unit_unknown")
    if isinstance(error, asyncpg.UniqueViolationError):
        return Refused("invitation_used")
    if isinstance(error, asyncpg.IntegrityConstraintViolationError | asyncpg.DataError):
        return Refused("response_refused")
    return Refused("outcome_unknown")


def _tell(waiting: _Waiting, outcome: IntakeOutcome) -> None:
    if waiting.told.done():
        return
    if isinstance(outcome, Refused):
        waiting.told.set_exception(outcome)
    else:
        waiting.told.set_result(outcome)


def _tell_all(batch: list[_Waiting], refusal: Refused) -> None:
    for waiting in batch:
        _tell(waiting, Refused(refusal.code, fields=refusal.fields, **refusal.values))
