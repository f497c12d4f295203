"""The lock of a round: after it nothing joins an invitation and a response.

Until then a link row joins them, so that a respondent may withdraw and an invitation answers once. The lock
drops the partitions that hold links, drafts, paradata and the round's secret, and writes responses and invitations
anew: responses in random order under new random ids and new client ids, with a part of the field in place of their day;
invitations without their sample unit. Of the paradata counts stay (``results.fieldwork``). All new rows carry the same
transaction number. The receipts of respondents, the names that clients gave and the digests in the audit record were
keyed with the secret and mean nothing without it. Backups from before the lock expire with the contact data.

It goes in steps, each of which is kept, so that it goes on after a crash from where it was:

1. ``closed`` (:func:`begin`): nobody answers any more; the decision stands.
2. ``apart``: the round's partitions are detached. That waits for whoever reads them and holds up nobody, which is
   why no transaction can hold it.
3. ``severed``: in one transaction over tables that nobody else can reach, what stays is written anew, everything
   else is dropped, the audit row is written, and what stays is put back.

Then the write-ahead log is ended, so that the files in which links and answers were written go.

No other round waits: between 2 and 3 nothing is locked that anybody else uses.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import date, datetime
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

import asyncpg
import msgspec

from parindex import audit, jobs
from parindex.errors import Refused
from parindex.jobs.model import Payload
from parindex.store.database import Connection, Database, enter
from parindex.surveys.rounds import counted, opening, queries

log = logging.getLogger("parindex.surveys")

LockStep: TypeAlias = Literal["closed", "apart", "severed"]
"""How far a lock is; ``severed`` is its end."""

STUCK: Final = 3600
"""Seconds after which a lock that has not reached its next step counts as stuck."""

PAUSE: Final = 0.1
"""Seconds between two looks whether another round has been taken apart."""


LOCKED: Final = "round.locked"
"""The event of :class:`RoundLocked`."""


class RoundLocked(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A round was locked."""

    round: UUID
    """The round."""


class UnderWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A lock that has not come to its end."""

    round_id: UUID
    """The round."""

    step: LockStep
    """The step that was reached."""

    seconds: int
    """Since then."""

    @property
    def stuck(self) -> bool:
        """Whether nobody seems to go on with it."""
        return self.seconds > STUCK


async def under_way(connection: Connection) -> list[UnderWay]:
    """Locks of a tenant that have not come to their end, the one that has stood longest first."""
    return [
        UnderWay(round_id=row["survey_round"], step=row["step"], seconds=int(row["seconds"]))
        for row in await queries.locks_under_way(connection)
    ]


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What a lock erased, and by which decision; how many is known at its end."""

    decision: str
    """Number of the decision."""

    decided_on: date | None
    """Its day; none of locks by versions that did not ask for it."""

    reason: str
    """Why."""

    locked_by: str
    """Person."""

    locked_at: datetime
    """When the intake was closed."""

    responses: int | None
    """Responses that the round has for ever."""

    links: int | None
    """Links between invitations and responses that were deleted."""

    drafts: int | None
    """Answers not sent that were deleted."""

    step: LockStep
    """How far it is."""


async def tombstone(connection: Connection, round_id: UUID) -> Tombstone | None:
    """What the lock of a round erased, or will; none while the round is open."""
    row = await queries.lock_of(connection, round_id)
    return None if row is None else Tombstone(**dict(row))


async def begin(
    connection: Connection, round_id: UUID, *, decision: str, reason: str, actor: str, decided_on: date | None = None
) -> None:
    """Close a round's intake under a decision; waits for the batches that are being stored.

    Args:
        connection: In a transaction; everybody who answers this round waits until it commits.
        round_id: An open round.
        decision: Number of the decision under which the links are erased.
        reason: Why.
        actor: Who.
        decided_on: The day of the decision, where it is known.

    Raises:
        Refused: ``round_closed`` where it is locked or being locked already, ``decision_needed``,
            ``survey_round_unknown``.
    """
    decision, reason = decision.strip(), reason.strip()
    if not decision or not reason:
        raise Refused("decision_needed")
    await queries.close_gate(connection, round_id)
    if (await opening.get(connection, round_id)).state != "open":
        raise Refused("round_closed")
    try:
        await queries.close_round(connection, round_id)
    except asyncpg.NoDataFoundError:
        raise Refused("round_closed") from None
    await queries.insert_lock(connection, round_id, decision, decided_on, reason, actor)
    await audit.record(
        connection, actor=actor, tag="surveys:round:close", subject=str(round_id), before={"state": "open"},
        after={"state": "locking", "decision": decision, "date": decided_on, "reason": reason},
    )  # fmt: skip


async def advance(database: Database, tenant_id: UUID, round_id: UUID) -> LockStep:
    """Take the next step of a lock that was begun; at its end nothing happens. Two at once take it once.

    Args:
        database: The application's, which knows the owner's address. Called within no transaction: a transaction of
            the caller's that has read tables of surveys would be waited for, for ever.
        tenant_id: Tenant of the round.
        round_id: A round whose lock was begun.

    Returns:
        The step that was reached.

    Raises:
        Refused: ``survey_round_unknown``; ``round_not_locked`` where no lock was begun; ``database_unavailable``:
            what was reached stays, and the next call goes on.
    """
    step = await reached(database, tenant_id, round_id)
    if step == "closed":
        await _take_apart(database, tenant_id, round_id)
    elif step == "apart":
        await _sever(database, tenant_id, round_id)
    return await reached(database, tenant_id, round_id)


async def reached(database: Database, tenant_id: UUID, round_id: UUID) -> LockStep:
    """How far the lock of a round is.

    Raises:
        Refused: ``survey_round_unknown``; ``round_not_locked`` where no lock was begun.
    """
    async with database.transaction(tenant_id) as connection:
        await opening.get(connection, round_id)
        row = await queries.lock_of(connection, round_id)
    if row is None:
        raise Refused("round_not_locked")
    return cast(LockStep, row["step"])


async def finish(database: Database, tenant_id: UUID, round_id: UUID) -> None:
    """Take every step that is left.

    Raises:
        Refused: as :func:`advance`.
    """
    while await advance(database, tenant_id, round_id) != "severed":
        pass


async def lock(
    database: Database,
    tenant_id: UUID,
    round_id: UUID,
    *,
    decision: str,
    reason: str,
    actor: str,
    decided_on: date | None = None,
) -> int:
    """Lock a round from its first step to its last.

    Returns:
        Responses that the round has for ever.

    Raises:
        Refused: as :func:`begin` and :func:`advance`.
    """
    async with database.transaction(tenant_id) as connection:
        await begin(connection, round_id, decision=decision, reason=reason, actor=actor, decided_on=decided_on)
    await finish(database, tenant_id, round_id)
    async with database.transaction(tenant_id) as connection:
        row = await queries.lock_of(connection, round_id)
    assert row is not None
    return int(row["responses"])


async def _take_apart(database: Database, tenant_id: UUID, round_id: UUID) -> None:
    async with database.as_owner() as owner:
        while not await queries.may_take_apart(owner):
            await asyncio.sleep(PAUSE)
        if await queries.is_closed(owner, tenant_id, round_id):
            await queries.take_apart(owner, round_id)
            async with owner.transaction():
                await enter(owner, tenant_id)
                by = await queries.note_apart(owner, round_id)
                if by is not None:
                    await audit.record(owner, actor=by, tag="surveys:round:part", subject=str(round_id))


async def _sever(database: Database, tenant_id: UUID, round_id: UUID) -> None:
    async with database.transaction(tenant_id) as connection:
        try:
            done = await queries.sever(connection, round_id)
        except asyncpg.NoDataFoundError:
            return
        told = await queries.lock_of(connection, round_id)
        assert told is not None
        counts = {name: int(done[name]) for name in ("responses", "links", "drafts")}
        await audit.record(
            connection, actor=told["locked_by"], tag="surveys:round:lock", subject=str(round_id),
            before={"state": "open"},
            after={"state": "locked", "decision": told["decision"], "date": told["decided_on"], "reason": told["reason"],
                   **counts,
                   "digests": await counted.digests(connection, round_id)},
        )  # fmt: skip
        event = jobs.Event(kind=LOCKED, aggregate=f"round/{round_id}", payload=RoundLocked(round=round_id))
        await jobs.publish(connection, event)
        await queries.attach(connection, round_id)
    await _end_log(database)


async def _end_log(database: Database) -> None:
    """What was erased stands in the database's write-ahead log until its files go; archives and replicas are the
    operator's, and the doctor names them."""
    async with database.as_owner() as owner:
        try:
            await queries.end_log(owner)
        except asyncpg.InsufficientPrivilegeError:
            log.error("write-ahead log not ended: run parindex migrate --print-roles again")
