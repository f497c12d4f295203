"""What was done long ago is forgotten: the record of what changed stands in the audit rows, not here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from parindex.errors import N_
from parindex.jobs import queries
from parindex.jobs.job_context import Running
from parindex.jobs.model import JobKind, Payload, Schedule

KEPT: Final = timedelta(days=90)
"""How long a job that is done or cancelled can be looked at; one that failed stays."""


class Tidy(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing: it is about the whole tenant."""


KIND: Final = JobKind(name="jobs:ended:forget", payload=Tidy, title=N_("Dọn các việc đã xong từ lâu"))
SCHEDULE: Final = Schedule(name="jobs:ended:forget", cron="40 2 * * *", kind=KIND)


async def tidy(running: Running, payload: Tidy) -> Mapping[str, Any]:
    """Forget what ended long ago."""
    del payload
    outcome: dict[str, Any] = {}
    async with running.finishing(outcome) as connection:
        outcome["jobs"], outcome["events"] = await queries.forget(connection, datetime.now(UTC) - KEPT)
    return outcome
