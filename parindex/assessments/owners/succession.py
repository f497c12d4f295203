"""Owner bodies that end while a year is not over: their leaves go to who took over, or back to the agency alone.

A successor declares them where it stands below the agency whose sheet it is and does not appraise in the year; one that
does not, several, or none leave them to the agency, which may declare every leaf of its sheet anyway. What was declared stays,
with who declared it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from parindex import audit
from parindex.assessments.owners import queries
from parindex.assessments.owners.owner_bodies import appraising_in
from parindex.store.database import Connection


class OwnedPart(msgspec.Struct, frozen=True, kw_only=True):
    """Leaves of one sheet that agencies own."""

    cycle_id: UUID
    """The year."""

    family: str
    """Index."""

    year: int
    """Year measured."""

    state: str
    """State of the year."""

    agency: str
    """Name of the agency whose sheet it is."""

    leaves: int
    """How many they own."""


class OwnerMove(msgspec.Struct, frozen=True, kw_only=True):
    """Leaves of one sheet whose owner body ended while the year was open."""

    agency_id: UUID
    """The agency whose sheet it is."""

    before: str
    """Name of the body that ended."""

    after: str | None
    """Name of who took over; ``None``: the agency alone."""

    leaves: tuple[str, ...]
    """Which leaves, in the order of their codes."""

    decision: str
    """Number of the document."""

    effective_on: date
    """First day on which the body is no more."""


async def owned(connection: Connection, bodies: Sequence[UUID]) -> list[OwnedPart]:
    """What some bodies own in years that are not over, the newest year first."""
    return [OwnedPart(**dict(row)) for row in await queries.owned_by(connection, bodies)]


async def hand_on(
    connection: Connection,
    deed_id: UUID,
    predecessors: Sequence[UUID],
    successors: Sequence[UUID],
    *,
    day: date,
    decision: str,
    by: str,
) -> int:
    """Let the leaves of bodies that ended be declared by who took over; gives how many there were.

    Args:
        connection: In the transaction of the deed.
        deed_id: The deed of the registry.
        predecessors: Bodies that ended.
        successors: Who took over.
        day: From which day.
        decision: Number of the document.
        by: Who does it.
    """
    successor = successors[0] if len(successors) == 1 else None
    rows = await queries.leaves_of(connection, predecessors)
    below = await queries.above(connection, successor) if successor is not None else None
    for cycle_id in dict.fromkeys(row["cycle_id"] for row in rows):
        here = [row for row in rows if row["cycle_id"] == cycle_id]
        free = successor is not None and successor not in await appraising_in(connection, cycle_id)
        moved = [row for row in here if free and row["agency_id"] == below]
        left = [row for row in here if row not in moved]
        await queries.move(connection, cycle_id, [(row["agency_id"], row["code"]) for row in moved], successor)
        await queries.drop(connection, cycle_id, [(row["agency_id"], row["code"]) for row in left])
        if here[0]["state"] != "draft":
            record = [(row["agency_id"], row["code"], row["owner_id"], successor) for row in moved]
            record += [(row["agency_id"], row["code"], row["owner_id"], None) for row in left]
            await queries.insert_moves(connection, deed_id, cycle_id, record, decision, day, by)
        told = [{"agency": str(row["agency_id"]), "leaf": row["code"], "owner": str(row["owner_id"])} for row in here]
        after = [
            {**one, "owner": str(successor) if row in moved else None} for one, row in zip(told, here, strict=True)
        ]
        await audit.record(
            connection, actor=by, tag="cycle:owners:succeed", subject=str(cycle_id), before={"owners": told},
            after={"owners": after, "from": day, "decision": decision, "deed": str(deed_id)},
        )  # fmt: skip
    return len(rows)


async def moves_of(connection: Connection, cycle_id: UUID) -> list[OwnerMove]:
    """Owner bodies of a year that ended while it was open, the earliest first."""
    return [
        OwnerMove(**{**dict(row), "leaves": tuple(row["leaves"])}) for row in await queries.moves(connection, cycle_id)
    ]
