"""Asking for a job, and what people do with one: look, cancel, let it run again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from parindex import audit
from parindex.errors import Refused
from parindex.jobs import queries
from parindex.jobs.model import Job, JobKind, JobRow, JobState
from parindex.store.database import Connection
from parindex.store.ids import new_id


async def enqueue(connection: Connection, job: Job) -> UUID:
    """Ask for a job in the caller's transaction; it is there once that commits.

    Args:
        connection: In a transaction that has its tenant.
        job: What is to be done.

    Returns:
        The job, or the one of the same kind and unique key that waits or runs already.
    """
    if type(job.payload) is not job.kind.payload:
        raise TypeError(f"{job.kind.name} takes a {job.kind.payload.__name__}")
    payload = msgspec.json.encode(job.payload).decode()
    while True:
        inserted = await queries.insert(
            connection,
            (new_id(), job.kind.name, payload, job.unique_key, job.line, job.priority, job.run_after,
             job.kind.attempts, job.by),
        )  # fmt: skip
        if inserted is not None:
            await queries.wake(connection)
            return inserted
        assert job.unique_key is not None
        live = await queries.live_of_key(connection, job.kind.name, job.unique_key)
        if live is not None:
            return live


async def get(connection: Connection, job_id: UUID) -> JobRow:
    """A job with how far it is.

    Raises:
        Refused: ``not_found``.
    """
    job = await queries.by_id(connection, job_id)
    if job is None:
        raise Refused("not_found")
    return job


async def latest(connection: Connection, kind: JobKind[Any], unique_key: str) -> JobRow | None:
    """The newest job of a kind and key, whatever became of it."""
    return await queries.latest_of_key(connection, kind.name, unique_key)


async def listed(connection: Connection, states: Sequence[JobState], limit: int) -> list[JobRow]:
    """Jobs in some states: what waits in the order of its turn, what ended newest first."""
    return await queries.listed(connection, states, limit)


async def counts(connection: Connection) -> dict[str, int]:
    """How many jobs stand where."""
    return await queries.count_by_state(connection)


async def failed(connection: Connection) -> int:
    """How many failed for good."""
    return (await counts(connection)).get("failed", 0)


async def cancel(connection: Connection, job_id: UUID, *, by: str) -> None:
    """A waiting job ends at once, a running one when it next looks up; one that has ended stays as it is.

    Raises:
        Refused: ``not_found``.
    """
    before = await get(connection, job_id)
    if before.ended or before.cancel_asked:
        return
    if (state := await queries.ask_cancel(connection, job_id)) is not None:
        await audit.record(
            connection, actor=by, tag="jobs:job:cancel", subject=str(job_id),
            before={"kind": before.kind, "state": before.state}, after={"state": state},
        )  # fmt: skip


async def again(connection: Connection, job_id: UUID, *, by: str) -> None:
    """Let a failed or cancelled job run again; one that lives or is done stays as it is.

    Raises:
        Refused: ``not_found``, ``job_runs_already`` where another of its key waits or runs.
    """
    before = await get(connection, job_id)
    if before.state not in ("failed", "cancelled"):
        return
    if not await queries.ask_again(connection, job_id):
        raise Refused("job_runs_already")
    await queries.wake(connection)
    await audit.record(
        connection, actor=by, tag="jobs:job:retry", subject=str(job_id),
        before={"kind": before.kind, "state": before.state, "error": before.error_code}, after={"state": "waiting"},
    )  # fmt: skip
