"""Going on with the lock of a round as a job: whoever closed its intake need not wait, and a crash stops nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.errors import N_
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.surveys.rounds import lock

STEPS: Final[Mapping[str, tuple[int, str]]] = {
    "closed": (1, N_("Tách dữ liệu của đợt khảo sát")),
    "apart": (2, N_("Hủy liên kết, ghi lại phiếu theo thứ tự ngẫu nhiên")),
    "severed": (3, N_("Đã khóa")),
}
"""By the step that was reached: how many are done of three, and what is being done."""


class RoundToLock(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round whose intake is closed."""

    round: UUID
    """The round."""


KIND: Final = jobs.JobKind(name="surveys:round:lock", payload=RoundToLock, title=N_("Khóa đợt khảo sát"), attempts=10)


async def ask(connection: Connection, round_id: UUID, *, by: str) -> UUID:
    """Ask for the steps that are left of a lock that was begun; whoever asks again is given that job."""
    job = jobs.Job(kind=KIND, payload=RoundToLock(round=round_id), by=by, unique_key=str(round_id))
    return await jobs.enqueue(connection, job)


async def finish(running: jobs.Running, payload: RoundToLock) -> None:
    """Take every step that is left; each is taken once, whoever takes it, so another attempt goes on."""
    step = await lock.reached(running.db, running.tenant_id, payload.round)
    while step != "severed":
        done, words = STEPS[step]
        await running.progress(done, len(STEPS), words)
        step = await lock.advance(running.db, running.tenant_id, payload.round)
