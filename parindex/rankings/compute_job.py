"""Computing a year as a job: what is missing is said at once, the rest may be left."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.access import Person, people
from parindex.assessments.cycles import steps
from parindex.audit.confirmation import require_as_confirmed
from parindex.errors import N_
from parindex.jobs.model import Code, Payload
from parindex.rankings import year_checks, years
from parindex.store.database import Connection

STAGES: Final = (
    N_("Kiểm tra số liệu đã đủ"),
    N_("Lấy số liệu đã thẩm định và kết quả khảo sát"),
    N_("Tính điểm từng tiêu chí, chỉ số và xếp loại"),
    N_("Tính sai số và khoảng hạng"),
    N_("Ghi kết quả"),
)
"""What is being done after so many stages."""


class YearToCompute(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cycle whose computation was asked for."""

    cycle: UUID
    """The cycle."""

    confirmed: Code | None = None
    """Mark of what was confirmed; none where nobody was shown anything."""


KIND: Final = jobs.JobKind(
    name="rankings:year:compute", payload=YearToCompute, title=N_("Tính kết quả của một kỳ đánh giá")
)


async def ask(connection: Connection, person: Person | None, cycle_id: UUID, *, confirmed: str | None = None) -> UUID:
    """Ask for the computation of a year; whoever asks while it runs is given that job.

    Args:
        connection: In a transaction.
        person: Who asks.
        cycle_id: The year.
        confirmed: The mark of what was confirmed: the job computes nothing else.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``year_incomplete`` with everything that is missing.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:compute", cycle).actor
    await years.require_complete(connection, cycle_id)
    job = jobs.Job(
        kind=KIND, payload=YearToCompute(cycle=cycle_id, confirmed=confirmed), by=actor, unique_key=str(cycle_id)
    )
    return await jobs.enqueue(connection, job)


async def compute(running: jobs.Running, payload: YearToCompute) -> None:
    """Compute the year in the name of whoever asked, with the rights that hold now.

    Raises:
        Refused: ``check_outdated`` where it is not any more what was confirmed.
    """
    told = running.stages(STAGES)
    await told(0)
    async with running.finishing() as connection:
        person = await people.by_actor(connection, running.by)
        if payload.confirmed is not None:
            check = await year_checks.of_computing(connection, person, payload.cycle, hold=True)
            require_as_confirmed(payload.confirmed, check)
        await years.compute_year(connection, person, payload.cycle, told=told)
