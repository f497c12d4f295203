"""A year stands still, goes on, is given up or goes into the archive: each with its reason and its document.

While a year stands still nobody declares, appraises or computes in it, and nothing is locked by its deadline. When it
goes on, its deadline may be moved under the same decision: what a stop took is not the agencies' fault.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex.access import Person
from parindex.assessments.cycles import extending, queries, steps
from parindex.assessments.model import Cycle
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.text import TIME_ZONE


class DecidedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a year that a decision took."""

    cycle_id: UUID
    """The year."""

    family: str
    """Its index."""

    year: int
    """The year that is assessed."""

    tier: str
    """Tier of its agencies."""

    from_state: str
    """From which state."""

    to_state: str
    """To which."""

    number: str
    """Of the decision."""

    day: date
    """Of the decision."""

    reason: str
    """Why."""

    at: datetime
    """When it was entered."""


async def issue(connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision) -> Cycle:
    """Make a drafted year known under its plan: it changes no more, and agencies see when it begins.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:issue", cycle).actor
    return await steps.step(connection, cycle, "issued", by=actor, reason=decided.reason, decided=decided)


async def pause(connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision) -> Cycle:
    """Let a year stand still.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:pause", cycle).actor
    return await steps.step(connection, cycle, "paused", by=actor, reason=decided.reason, decided=decided)


async def resume(
    connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision, *,
    last_day: date | None = None, zone: ZoneInfo = TIME_ZONE,
) -> Cycle:  # fmt: skip
    """Let a year go on from the step in which it stood still.

    Args:
        connection: In a transaction of the tenant.
        person: Who enters the decision.
        cycle_id: The year.
        decided: The decision.
        last_day: A later last day for every sheet; where self-assessment goes on only.
        zone: The tenant's time.

    Raises:
        Refused: what :func:`~parindex.assessments.cycles.extending.extend` raises of the day; ``cycle_wrong_state``,
            ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:resume", cycle).actor
    before = await paused_in(connection, cycle_id)
    cycle = await steps.step(connection, cycle, before, by=actor, reason=decided.reason, decided=decided)
    if last_day is None or before != "self_assessment":
        return cycle
    return await extending.extend(
        connection, person, cycle_id, agencies=None, last_day=last_day, closing_day=None, decided=decided, zone=zone
    )


async def cancel(connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision) -> Cycle:
    """Give a year up: what it holds stays readable, and the same index and tier may be drafted anew for the year.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:cancel", cycle).actor
    return await steps.step(connection, cycle, "cancelled", by=actor, reason=decided.reason, decided=decided)


async def archive(connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision) -> Cycle:
    """Put a published year in the archive: all that it holds stays readable, and it is corrected no more.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:archive", cycle).actor
    return await steps.step(connection, cycle, "archived", by=actor, reason=decided.reason, decided=decided)


async def decided_for(connection: Connection, agency_id: UUID, *, within: timedelta) -> list[DecidedStep]:
    """Steps that decisions took lately in years in which an agency takes part, newest first."""
    return [DecidedStep(**row) for row in await queries.decided_steps_of_agency(connection, agency_id, within)]


async def paused_in(connection: Connection, cycle_id: UUID) -> str:
    """The step in which a year stands still.

    Raises:
        Refused: ``cycle_wrong_state`` for a year that does not.
    """
    way = await queries.transitions(connection, cycle_id)
    if not way or way[-1]["to_state"] != "paused":
        raise Refused("cycle_wrong_state")
    state: str = way[-1]["from_state"]
    return state
