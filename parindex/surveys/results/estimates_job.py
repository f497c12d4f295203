"""Computing a round as a job: it may be left, and how far it is can be seen."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.errors import N_
from parindex.jobs import job_requests
from parindex.jobs.model import JobRow, Payload
from parindex.store.database import Connection
from parindex.surveys.results import estimates

STAGES: Final = (
    N_("Lập quyền số"),
    N_("Đọc phiếu"),
    N_("Ước lượng và tính sai số"),
    N_("Ghi kết quả"),
)
"""What is being done after so many stages."""


class RoundOnly(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round."""

    round: UUID
    """The round."""


KIND: Final = jobs.JobKind(name="surveys:round:estimate", payload=RoundOnly, title=N_("Tính kết quả khảo sát"))


async def ask(connection: Connection, round_id: UUID, *, by: str) -> UUID:
    """Ask for the numbers of a locked round; whoever asks while they are computed is given that job."""
    job = jobs.Job(kind=KIND, payload=RoundOnly(round=round_id), by=by, unique_key=str(round_id))
    return await jobs.enqueue(connection, job)


async def latest(connection: Connection, round_id: UUID) -> JobRow | None:
    """The newest computation of a round that was asked for."""
    return await job_requests.latest(connection, KIND, str(round_id))


async def estimate(running: jobs.Running, payload: RoundOnly) -> None:
    """Compute the round; the run is stored in the commit that ends the job."""
    told = running.stages(STAGES)
    await told(0)
    await estimates.compute(
        running.db, running.tenant_id, payload.round, actor=running.by, told=told, storing=running.finishing
    )
