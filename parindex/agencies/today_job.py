"""What was entered of a day to come holds from the first minutes of that day: ``agencies`` is what agencies are today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from parindex import audit, jobs
from parindex.agencies import queries
from parindex.agencies.ledger import today
from parindex.errors import N_
from parindex.jobs.model import Payload


class WholeRegistry(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing: it is about the whole tenant."""


KIND: Final = jobs.JobKind(
    name="agencies:today:refresh", payload=WholeRegistry, title=N_("Áp dụng các thay đổi danh mục đến ngày có hiệu lực")
)
SCHEDULE: Final = jobs.Schedule(name="agencies:today:refresh", cron="3 0,1,6 * * *", kind=KIND)
"""After 24:00 of the tenant's day; again later, for a clock that went behind."""


async def refresh(running: jobs.Running, payload: WholeRegistry) -> Mapping[str, Any]:
    """Let every agency be called and be what it is today."""
    del payload
    outcome: dict[str, Any] = {"agencies": 0}
    async with running.finishing(outcome) as connection:
        await queries.lock(connection)
        outcome["agencies"] = await queries.refresh(connection, today())
        if outcome["agencies"]:
            await audit.record(
                connection, actor="system", tag="registry:agency:dawn", subject="agencies",
                after={"agencies": outcome["agencies"], "day": today()},
            )  # fmt: skip
    return outcome
