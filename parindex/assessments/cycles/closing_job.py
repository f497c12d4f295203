"""Closing as a job: what a deadline has reached is locked at the first minute of the day after it, and nobody clicks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from parindex import jobs
from parindex.assessments.cycles import closing, listing
from parindex.errors import N_
from parindex.jobs.model import Payload


class EveryCycle(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing: it is about the whole tenant."""


KIND: Final = jobs.JobKind(
    name="assessments:sheets:lock", payload=EveryCycle, title=N_("Chốt tự động các phiếu đã hết hạn")
)
SCHEDULE: Final = jobs.Schedule(name="assessments:sheets:lock", cron="1 0,1,6 * * *", kind=KIND)
"""At the first minute after 24:00 of the tenant's day; again later, for a clock that went behind or a year that moved.
Until it has run the database refuses what is late all the same."""


async def lock(running: jobs.Running, payload: EveryCycle) -> Mapping[str, Any]:
    """Lock what is over in every year that takes sheets."""
    del payload
    outcome: dict[str, Any] = {"sheets": 0}
    async with running.finishing(outcome) as connection:
        for cycle in await listing.every(connection):
            if cycle.state == "self_assessment":
                outcome["sheets"] += await closing.lock_what_is_over(connection, cycle.id)
    return outcome
