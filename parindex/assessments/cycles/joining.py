"""An agency that comes to a year whose plan was issued already, under a decision.

It gets its sheet like every other, and the days of the year; where those are over, or too short for it, the same decision
gives it a last day of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import access, agencies, audit
from parindex.access import Person
from parindex.agencies import Agency
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import extending, queries, steps
from parindex.assessments.model import Cycle
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.text import TIME_ZONE

JOINABLE: Final = ("issued", "self_assessment")
"""States of a year to which an agency can still be added: before them it is drafted, after them sheets are taken no more."""


class JoinedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that was added to a year."""

    code: str
    """Its code."""

    name: str
    """Its name."""

    ranked: bool
    """False: scored, not ranked."""

    decision_number: str
    """Of the decision."""

    decided_on: date
    """Its day."""

    reason: str
    """Why."""

    at: datetime
    """When it was entered."""


async def candidates(connection: Connection, cycle: Cycle) -> list[Agency]:
    """Agencies of the year's tier that exist today and whose code nobody bears in it, in official order."""
    taken = {row["code"] for row in await queries.agencies(connection, cycle.id)}
    return [one for one in await agencies.listed(connection, tier=cycle.tier) if one.code not in taken]


async def open_to(connection: Connection, person: Person | None, agency: Agency) -> list[Cycle]:
    """Years to which a person may add an agency, newest first."""
    return [
        one
        for one in await queries.without_code(connection, agency.tier, agency.code, JOINABLE)
        if access.may(person, "cycle:join", state=one.state)
    ]


async def candidate(connection: Connection, cycle: Cycle, code: str) -> Agency:
    """The agency of a code, where it can be added to a year.

    Raises:
        Refused: ``unknown_agency``; ``agency_of_other_tier``; ``agency_in_year`` where it, or another of its code, takes
            part.
    """
    agency = await agencies.find(connection, code)
    if agency.tier != cycle.tier:
        raise Refused("agency_of_other_tier", agency=agency.name_vi, year=cycle.year)
    if any(row["code"] == agency.code for row in await queries.agencies(connection, cycle.id)):
        raise Refused("agency_in_year", agency=agency.name_vi, code=agency.code, year=cycle.year)
    return agency


async def join(
    connection: Connection,
    person: Person | None,
    cycle_id: UUID,
    code: str,
    *,
    attributes: Mapping[str, str],
    ranked: bool,
    last_day: date | None,
    decided: ReasonedDecision,
    zone: ZoneInfo = TIME_ZONE,
) -> Cycle:
    """Add an agency to a year.

    Args:
        connection: In a transaction of the tenant.
        person: Who enters the decision.
        cycle_id: The year.
        code: Of the agency.
        attributes: What the criteria set asks of it, canonical text by name.
        ranked: False: scored, not ranked.
        last_day: A last day of its own; needed where no sheet is taken any more.
        decided: The decision.
        zone: The tenant's time.

    Raises:
        Refused: what :func:`candidate` raises; ``invalid_fields`` for a day that is none; ``cycle_wrong_state``,
            ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:join", cycle).actor
    agency = await candidate(connection, cycle, code)
    over = cycle.closes is not None and cycle.closes <= await queries.now(connection)
    if cycle.state == "self_assessment" and over and last_day is None:
        raise Refused("invalid_fields", fields=(FieldError(field="last_day", code="join_after_deadline"),))
    await queries.insert_agencies(connection, cycle_id, [(agency.id, attributes, ranked)])
    await queries.insert_joining(connection, cycle_id, agency.id, ranked=ranked, decided=decided, by=actor)
    await audit.record(
        connection, actor=actor, tag="cycle:agencies:join", subject=str(cycle_id),
        after={"agency": str(agency.id), "code": agency.code, "ranked": ranked, "attributes": dict(attributes),
               "decision": decided.number, "date": decided.date, "reason": decided.reason},
    )  # fmt: skip
    if cycle.state == "issued":
        return cycle
    known = await published(connection, cycle.criteria_set_id)
    given = msgspec.json.encode(attributes).decode()
    await steps.give_sheets(connection, cycle_id, known, [(agency.id, given)])
    if last_day is None:
        return cycle
    return await extending.extend(
        connection, person, cycle_id, agencies=[agency.id], last_day=last_day, closing_day=None, decided=decided, zone=zone
    )  # fmt: skip


async def of_cycle(connection: Connection, cycle_id: UUID) -> Sequence[JoinedAgency]:
    """Agencies that were added to a year, the earliest first."""
    return [JoinedAgency(**dict(row)) for row in await queries.joinings(connection, cycle_id)]
