"""Accounts that nobody has used for 45 days are locked, every night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from parindex import audit
from parindex.access import administrators
from parindex.access.imports import import_job
from parindex.access.imports import queries as import_queries
from parindex.access.staff import queries
from parindex.errors import N_, Refused
from parindex.jobs.job_context import Running
from parindex.jobs.model import JobKind, Payload, Schedule
from parindex.store.database import Connection


class EveryAccount(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing: it is about the whole tenant."""


KIND: Final = JobKind(name="access:idle:lock", payload=EveryAccount, title=N_("Khóa tài khoản lâu không dùng"))
SCHEDULE: Final = Schedule(name="access:idle:lock", cron="20 2 * * *", kind=KIND)


async def lock_idle(running: Running, payload: EveryAccount) -> Mapping[str, Any]:
    """Lock what was not used for 45 days; the last administrator is left in. Sheets of people are forgotten."""
    del payload
    outcome: dict[str, Any] = {"locked": 0}
    async with running.finishing(outcome) as connection:
        for person_id in await queries.idle(connection):
            outcome["locked"] += await _lock(connection, person_id)
        outcome["sheets"] = await import_queries.forget(connection, import_job.KEPT)
    return outcome


async def _lock(connection: Connection, person_id: UUID) -> bool:
    try:
        async with connection.transaction(), administrators.kept(connection):
            await queries.disable(connection, person_id, "idle", None)
            await audit.record(connection, actor="system", tag="access:person:idle", subject=str(person_id))
    except Refused:
        return False
    return True
