"""The file of a large round as a job: it is made once and waits for whoever may take it; a small one is made at once.

A file that is sent while it is made holds a connection and a transaction for as long as its reader takes, and a
lock waits for it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.errors import N_
from parindex.jobs import job_requests
from parindex.jobs.model import JobRow, Payload
from parindex.store import kept_files
from parindex.store.database import Connection
from parindex.store.kept_files import KeptFile
from parindex.surveys.results import microdata

AT_ONCE: Final = 10_000
"""Responses of a round whose file is still made while it is sent: about 2 MB, which the database gives in a fifth of a
second when others have both cores and a line of 1 MB/s takes in two."""

DAYS: Final = 3
"""How long a file may be taken."""

FILE: Final = "surveys:responses"
"""Kind of the kept file."""

LINES: Final = N_("Ghi phiếu trả lời vào tệp")


class RoundToExport(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A locked round."""

    round: UUID
    """The round."""


class NoSubject(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing: it is about the whole tenant."""


KIND: Final = jobs.JobKind(
    name="surveys:responses:export", payload=RoundToExport, title=N_("Lập tệp phiếu trả lời để phân tích")
)
FORGETTING: Final = jobs.JobKind(name="surveys:files:forget", payload=NoSubject, title=N_("Xóa các tệp đã hết hạn tải"))
SCHEDULE: Final = jobs.Schedule(name="surveys:files:forget", cron="50 2 * * *", kind=FORGETTING)


async def ask(connection: Connection, round_id: UUID, *, by: str) -> UUID:
    """Ask for the file of a locked round; whoever asks while it is made is given that job."""
    job = jobs.Job(kind=KIND, payload=RoundToExport(round=round_id), by=by, unique_key=str(round_id))
    return await jobs.enqueue(connection, job)


async def latest(connection: Connection, round_id: UUID) -> JobRow | None:
    """The newest making of a round's file that was asked for."""
    return await job_requests.latest(connection, KIND, str(round_id))


async def ready(connection: Connection, round_id: UUID) -> KeptFile | None:
    """The file of a round that may be taken."""
    return await kept_files.newest(connection, FILE, round_id)


async def export(running: jobs.Running, payload: RoundToExport) -> None:
    """Make the file; it is stored in the commit that ends the job."""
    async with running.db.transaction(running.tenant_id) as connection:
        data = await microdata.plan(connection, payload.round)
    await running.progress(0, max(1, data.rows), LINES)
    async with running.finishing() as connection:
        await kept_files.keep(
            connection, FILE, payload.round, _told(running, data), counts=microdata.counts(data), days=DAYS
        )


async def _told(running: jobs.Running, data: microdata.Microdata) -> AsyncIterator[bytes]:
    """The file in pieces; how many lines are in it is told after each megabyte."""
    lines, untold = -1, 0
    async for piece in microdata.stream(running.db, running.tenant_id, data):
        lines, untold = lines + piece.count(b"\n"), untold + len(piece)
        if untold >= kept_files.PIECE:
            await running.progress(min(lines, data.rows), max(1, data.rows), LINES)
            untold = 0
        yield piece


async def forget(running: jobs.Running, payload: NoSubject) -> Mapping[str, int]:
    """Drop files that may no longer be taken."""
    del payload
    outcome: dict[str, int] = {}
    async with running.finishing(outcome) as connection:
        outcome["files"] = await kept_files.forget(connection)
    return outcome
