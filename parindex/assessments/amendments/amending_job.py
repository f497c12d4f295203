"""Amending a year as a job: the decision is kept first, every sheet goes on with the further version, or none does."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import jobs
from parindex.access import Person, people
from parindex.access.tenants import by_id as tenant_by_id
from parindex.assessments.amendments import amending, amending_check, queries
from parindex.assessments.cycles import members, steps
from parindex.audit.confirmation import require_as_confirmed
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import N_
from parindex.jobs import job_requests
from parindex.jobs.model import Code, JobRow, Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

CARRYING: Final = N_("Chuyển từng phiếu sang phiên bản mới")


class YearToAmend(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision to let a year go on with a further version."""

    order: UUID
    """Where its number, day and reason stand."""

    cycle: UUID
    """The year; its order names it too."""

    set: UUID
    """The further version; its order names it too."""

    confirmed: Code
    """Mark of what was confirmed: the job does nothing else."""


KIND: Final = jobs.JobKind(name="assessments:cycle:amend", payload=YearToAmend, title=N_("Sửa bộ tiêu chí của một kỳ"))


async def ask(
    connection: Connection, person: Person | None, cycle_id: UUID, set_id: UUID, *, decided: ReasonedDecision,
    last_day: date, zone: ZoneInfo, confirmed: str,
) -> UUID:  # fmt: skip
    """Ask for a year to go on with a further version of its set; whoever asks meanwhile is given that job.

    Args:
        connection: In a transaction.
        person: Who enters the decision.
        cycle_id: The year.
        set_id: The further version.
        decided: The decision.
        last_day: The last day on which leaves of sheets that were sent are declared anew.
        zone: The tenant's time.
        confirmed: The mark of what was confirmed.

    Raises:
        Refused: ``invalid_fields`` for a day that is over; ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    actor = steps.require(person, "cycle:amend_set", await steps.locked(connection, cycle_id)).actor
    await amending.require_to_come(connection, last_day, zone)
    order = new_id()
    await queries.insert_order(connection, order, cycle_id, set_id, decided, last_day, actor)
    payload = YearToAmend(order=order, cycle=cycle_id, set=set_id, confirmed=confirmed)
    return await jobs.enqueue(connection, jobs.Job(kind=KIND, payload=payload, by=actor, unique_key=str(cycle_id)))


async def under_way(connection: Connection, cycle_id: UUID) -> JobRow | None:
    """The job that amends a year now."""
    job = await job_requests.latest(connection, KIND, str(cycle_id))
    return None if job is None or job.ended else job


async def amend(running: jobs.Running, payload: YearToAmend) -> None:
    """Amend the year in the name of whoever asked, with the rights that hold now.

    Raises:
        Refused: ``check_outdated`` where it is not any more what was confirmed.
    """
    async with running.finishing() as connection:
        order = await queries.order(connection, payload.order)
        person = await people.by_actor(connection, running.by)
        check = await amending_check.of_amending(connection, person, order.cycle_id, order.set_id, hold=True)
        require_as_confirmed(payload.confirmed, check, amending_check.of_decision(order.decided))
        every = len(await members.of_cycle(connection, order.cycle_id))

        async def told(done: int) -> None:
            await running.progress(done, every, CARRYING)

        zone = (await tenant_by_id(connection, running.tenant_id)).zone
        await amending.amend(
            connection, person, order.cycle_id, order.set_id, decided=order.decided, last_day=order.last_day,
            zone=zone, told=told,
        )  # fmt: skip
