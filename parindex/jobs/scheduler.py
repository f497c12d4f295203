"""The schedule: each tick of each tenant's clock asks for its job once, however many workers look."""

from __future__ import annotations

from datetime import datetime

from parindex.jobs import job_requests, queries
from parindex.jobs.model import Job
from parindex.jobs.registry import Registry
from parindex.store.database import Database


async def tick(db: Database, registry: Registry, now: datetime) -> int:
    """Ask for what fell due since the last look; of several missed ticks the last one counts.

    Returns:
        How many jobs were asked for.
    """
    if not registry.schedules:
        return 0
    asked = 0
    async with db.transaction(None) as connection:
        tenants = await queries.zones(connection)
    for tenant_id, zone in tenants:
        async with db.transaction(tenant_id) as connection:
            for schedule, cron in registry.schedules.items():
                due = cron.last(now, zone)
                if due is not None and await queries.take_tick(connection, schedule.name, due):
                    job = Job(
                        kind=schedule.kind, payload=schedule.kind.payload(), by="system", unique_key=schedule.name
                    )
                    await job_requests.enqueue(connection, job)
                    asked += 1
    return asked
