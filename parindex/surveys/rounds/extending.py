"""Moving the last day of a survey round to a later one, under a decision; the day before it stays on record."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from parindex import audit
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.surveys.model import Round
from parindex.surveys.rounds import opening, queries
from parindex.text import date_text


class RoundExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last day of a round that was moved."""

    closes_before: date
    """Last day before."""

    closes_on: date
    """Last day since."""

    decided: ReasonedDecision
    """By which paper."""

    by_name: str | None
    """Who entered it."""

    at: datetime
    """When it was entered."""


async def extend(
    connection: Connection, round_id: UUID, *, last_day: date, decided: ReasonedDecision, actor: str
) -> Round:
    """Let a round take answers until a later day; also one whose last day is over and that was not locked yet.

    Args:
        connection: In a transaction of the tenant.
        round_id: The round.
        last_day: The new last day, until 24:00 in the tenant's zone.
        decided: The decision.
        actor: Who enters it.

    Raises:
        Refused: ``round_closed`` for a round that is locked or being locked; ``invalid_fields`` for a day that is not
            later than the last one or is over; ``survey_round_unknown``.
    """
    await queries.share_gate(connection, round_id)
    held = await opening.get(connection, round_id, lock=True)
    if held.state != "open":
        raise Refused("round_closed")
    latest = max(held.closes_on, await queries.today(connection) - date.resolution)
    if last_day <= latest:
        fault = FieldError(field="last_day", code="extension_not_later", values={"day": date_text(latest)})
        raise Refused("invalid_fields", fields=(fault,))
    await queries.insert_extension(connection, new_id(), held.id, held.closes_on, last_day, decided, actor)
    changed = msgspec.structs.replace(held, closes_on=last_day)
    await queries.update_round(connection, changed)
    await audit.record(
        connection, actor=actor, tag="surveys:round:extend", subject=str(held.id), before={"closes_on": held.closes_on},
        after={
            "closes_on": last_day, "decision": decided.number, "date": decided.date, "reason": decided.reason,
        },
    )  # fmt: skip
    return changed


async def extensions(connection: Connection, round_id: UUID) -> list[RoundExtension]:
    """How the last day of a round was moved, newest first."""
    return [
        RoundExtension(
            closes_before=row["closes_before"], closes_on=row["closes_on"], by_name=row["by_name"], at=row["at"],
            decided=ReasonedDecision(number=row["decision_number"], date=row["decided_on"], reason=row["reason"]),
        )
        for row in await queries.extensions(connection, round_id)
    ]  # fmt: skip
