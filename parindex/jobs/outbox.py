"""The one outbox: what happened is written in the transaction of the change, and whoever wants it is told after.

Which events are left is asked by a mark, never by the highest id: a transaction may commit late.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from parindex.jobs import job_requests, queries
from parindex.jobs.model import Delivery, Event, Job
from parindex.jobs.registry import Registry
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id

BATCH: Final = 200
"""Events handed on in one transaction."""


async def publish(connection: Connection, event: Event) -> UUID:
    """Write an event in the transaction of the change that it tells of."""
    event_id = new_id()
    payload = msgspec.json.encode(event.payload).decode()
    await queries.insert_event(connection, event_id, event.kind, event.aggregate, payload)
    await queries.wake(connection)
    return event_id


async def hand_on(db: Database, registry: Registry) -> int:
    """Give every open event to whoever wants it, as jobs in one line for each of them and each aggregate.

    Returns:
        How many events were handed on.
    """
    async with db.transaction(None) as connection:
        tenants = await queries.tenants_with_events(connection)
    handed = 0
    for tenant_id in tenants:
        async with db.transaction(tenant_id) as connection:
            handed += await _of_tenant(connection, tenant_id, registry)
    return handed


async def _of_tenant(connection: Connection, tenant_id: UUID, registry: Registry) -> int:
    if not await queries.only_hander(connection, tenant_id):
        return 0
    events = await queries.open_events(connection, BATCH)
    for event in events:
        for deliverer in registry.wanting(event["kind"]):
            await job_requests.enqueue(
                connection,
                Job(
                    kind=deliverer.kind, payload=Delivery(event=event["id"]), by="system",
                    line=f"{deliverer.kind.name}/{event['aggregate']}",
                ),
            )  # fmt: skip
    if events:
        await queries.mark_handed(connection, [event["id"] for event in events])
    return len(events)
