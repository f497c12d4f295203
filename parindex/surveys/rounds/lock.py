"""The lock of a round: after it nothing joins an invitation and a response.

Until then a link row joins them, so that a respondent may withdraw and an invitation answers once. The lock
drops the partitions that hold links, drafts and the round's secret, and writes responses and invitations anew:
responses in random order under new random ids and new client ids, invitations without their sample unit. All
new rows carry the same transaction number. The receipts of respondents, the names that clients gave and the
digests in the audit record were keyed with the secret and mean nothing without it. Backups from before the
lock expire with the contact data.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.rounds import opening, queries


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What a lock erased, and by which decision."""

    decision: str
    """Number of the decision."""

    reason: str
    """Why."""

    locked_by: str
    """Person."""

    locked_at: datetime
    """When."""

    responses: int
    """Responses that the round has for ever."""

    links: int
    """Links between invitations and responses that were deleted."""

    drafts: int
    """Answers not sent that were deleted."""


async def tombstone(connection: Connection, round_id: UUID) -> Tombstone | None:
    """What the lock of a round erased; none while it is open."""
    row = await queries.lock_of(connection, round_id)
    return None if row is None else Tombstone(**dict(row))


async def lock(connection: Connection, round_id: UUID, *, decision: str, reason: str, actor: str) -> int:
    """Lock a round and sever it; waits for the batches that are being stored.

    Args:
        connection: At the start of a transaction of its own: it takes strong locks until it commits, so it
            must not wait for the gate while it already reads these tables.
        round_id: An open round.
        decision: Number of the decision under which the links are erased.
        reason: Why.
        actor: Who.

    Returns:
        Responses that the round has for ever.

    Raises:
        Refused: ``round_closed`` where it is locked already, ``decision_needed``.
    """
    if not decision.strip() or not reason.strip():
        raise Refused("decision_needed")
    await queries.close_gate(connection, round_id)
    if (await opening.get(connection, round_id)).state != "open":
        raise Refused("round_closed")
    try:
        done = await queries.lock_round(connection, round_id)
    except asyncpg.NoDataFoundError:
        raise Refused("round_closed") from None
    counts = {name: int(done[name]) for name in ("responses", "links", "drafts")}
    await queries.insert_lock(connection, (round_id, decision.strip(), reason.strip(), actor, *counts.values()))
    await audit.record(
        connection, actor=actor, tag="surveys:round:lock", subject=str(round_id), before={"state": "open"},
        after={"state": "locked", "decision": decision.strip(), "reason": reason.strip(), **counts},
    )  # fmt: skip
    return counts["responses"]
