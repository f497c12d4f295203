"""Opening a year as a job where so many sheets are made that nobody waits for them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.access import Person, people
from parindex.access.tenants import by_id as tenant_by_id
from parindex.assessments.council import step_checks
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import listing, members, steps
from parindex.audit.confirmation import require_as_confirmed
from parindex.errors import N_
from parindex.jobs.model import Code, Payload
from parindex.store.database import Connection

AT_ONCE: Final = 10_000
"""Entries that are made while the page waits: a second or two."""

MAKING: Final = N_("Lập phiếu cho từng đơn vị")


class YearToOpen(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A year whose opening was asked for."""

    cycle: UUID
    """The year."""

    confirmed: Code
    """Mark of what was confirmed: the job opens nothing else."""


KIND: Final = jobs.JobKind(name="assessments:cycle:open", payload=YearToOpen, title=N_("Mở tự đánh giá một kỳ"))


async def is_long(connection: Connection, cycle_id: UUID) -> bool:
    """Whether a year has more entries than are made while a page waits."""
    cycle = await listing.by_id(connection, cycle_id)
    known = await published(connection, cycle.criteria_set_id)
    return len(await members.of_cycle(connection, cycle_id)) * len(known.leaves) > AT_ONCE


async def ask(connection: Connection, person: Person | None, cycle_id: UUID, *, confirmed: str) -> UUID:
    """Ask for a year to be opened; whoever asks while it is being opened is given that job.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    actor = steps.require(person, "cycle:open", await steps.locked(connection, cycle_id)).actor
    payload = YearToOpen(cycle=cycle_id, confirmed=confirmed)
    return await jobs.enqueue(connection, jobs.Job(kind=KIND, payload=payload, by=actor, unique_key=str(cycle_id)))


async def open_year(running: jobs.Running, payload: YearToOpen) -> None:
    """Open the year in the name of whoever asked, with the rights that hold now: all its sheets, or none.

    Raises:
        Refused: ``check_outdated`` where it is not any more what was confirmed.
    """
    async with running.finishing() as connection:
        person = await people.by_actor(connection, running.by)
        zone = (await tenant_by_id(connection, running.tenant_id)).zone
        check = await step_checks.of_opening(connection, person, payload.cycle, zone=zone, hold=True)
        require_as_confirmed(payload.confirmed, check)
        every = len(await members.of_cycle(connection, payload.cycle))

        async def told(done: int) -> None:
            await running.progress(done, every, MAKING)

        await steps.open_year(connection, person, payload.cycle, told=told)
