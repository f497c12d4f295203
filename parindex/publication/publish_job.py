"""Publishing a year as a job: the decision is kept first, the edition is stored in the commit that ends the job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from parindex import jobs
from parindex.access import Person, people, tenants
from parindex.access.tenants import Tenant
from parindex.audit.confirmation import require_as_confirmed
from parindex.errors import N_
from parindex.jobs.model import Code, Payload
from parindex.publication import edition_checks, publish, queries
from parindex.publication.keys import SigningKeys
from parindex.publication.model import EditionDecision, EditionRow
from parindex.store.database import Connection
from parindex.store.ids import new_id

STAGES: Final = (
    N_("Đọc kết quả đã tính"),
    N_("So sánh với ấn bản trước"),
    N_("Ký ấn bản"),
    N_("Lưu ấn bản"),
)
"""What is being done after so many stages."""


class Order(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision to publish."""

    order: UUID
    """Where its number, date and signer stand."""

    cycle: UUID | None = None
    """The year; its order names it too."""

    confirmed: Code | None = None
    """Mark of what was confirmed; none where nobody was shown anything."""


KIND: Final = jobs.JobKind(name="publication:edition:publish", payload=Order, title=N_("Lập ấn bản công bố"))


async def ask(
    connection: Connection,
    person: Person | None,
    cycle_id: UUID,
    decided: EditionDecision,
    *,
    confirmed: str | None = None,
) -> EditionRow | UUID:
    """Ask for the publication of a year's newest computation.

    Args:
        connection: In a transaction.
        person: Who asks.
        cycle_id: The year.
        decided: By which decision.
        confirmed: The mark of what was confirmed: the job publishes nothing else.

    Returns:
        The job; the edition where the computation is published already.

    Raises:
        Refused: ``not_allowed``, ``not_found``, ``no_computation``.
    """
    waiting = await publish.unpublished(connection, person, cycle_id)
    if isinstance(waiting, EditionRow):
        return waiting
    actor = waiting[-1]
    order = new_id()
    await queries.insert_order(connection, order, cycle_id, decided, actor)
    payload = Order(order=order, cycle=cycle_id, confirmed=confirmed)
    job = jobs.Job(kind=KIND, payload=payload, by=actor, unique_key=str(cycle_id))
    return await jobs.enqueue(connection, job)


def publisher(keys: SigningKeys) -> Callable[[jobs.Running, Order], Awaitable[None]]:
    """Who publishes with the keys of this installation."""

    async def publish_year(running: jobs.Running, payload: Order) -> None:
        told = running.stages(STAGES)
        await told(0)
        outcome: dict[str, str] = {}
        async with running.finishing(outcome) as connection:
            cycle_id, decided = await queries.order(connection, payload.order)
            tenant = await tenants.by_id(connection, running.tenant_id)
            person = await people.by_actor(connection, running.by)
            if payload.confirmed is not None:
                await _require_as_confirmed(connection, tenant, person, cycle_id, decided, payload.confirmed)
            row = await publish.publish(
                connection, tenant, keys, cycle_id=cycle_id, decided=decided, person=person, told=told
            )
            outcome["number"] = row.number

    return publish_year


async def _require_as_confirmed(
    connection: Connection, tenant: Tenant, person: Person | None, cycle_id: UUID, decided: EditionDecision, mark: str
) -> None:
    if isinstance(await publish.unpublished(connection, person, cycle_id), EditionRow):
        return
    check = await edition_checks.of_publishing(connection, person, cycle_id, hold=True)
    typed = await edition_checks.of_publication_decision(connection, cycle_id, decided, tenant.zone)
    require_as_confirmed(mark, check, typed)
