"""A draft of a year: what of it may still change, and taking away one that was wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from parindex import audit
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import deadlines, grouping, queries
from parindex.assessments.cycles.steps import Participant, locked
from parindex.assessments.model import Cycle
from parindex.assessments.owners import queries as owner_queries
from parindex.errors import Refused
from parindex.store.database import Connection, Row
from parindex.text import TIME_ZONE

_LEFT: Final = (asyncpg.ForeignKeyViolationError, asyncpg.CheckViolationError, asyncpg.NoDataFoundError)
"""What the database finds in a draft that is more than a draft."""


class DraftChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes different in a draft; what is absent stays."""

    opens_on: date | None = None
    """First day of self-assessment."""

    last_day: date | None = None
    """Its last day; the last day for late sheets as well, unless that is given."""

    closing_day: date | None = None
    """The last day on which late sheets are taken."""

    appraisal_last_day: date | None = None
    """Last day of appraisal."""

    bodies: Mapping[str, tuple[UUID, UUID]] | None = None
    """All bodies: the agency that appraises and its substitute."""

    above: Collection[str] | None = None
    """Bodies of which the agency above each agency appraises; given with ``bodies``."""

    participants: Sequence[Participant] = ()
    """Agencies that come to take part, or whose attributes are others."""

    left_out: Sequence[UUID] = ()
    """Agencies that take part no more."""

    criteria_set_id: UUID | None = None
    """Another published set; bodies that it does not name go."""

    withdrawals: int | None = None
    """How often a sheet may be taken back."""

    group_by: str | None = None
    """The attribute within whose values agencies are also ranked; empty: no groups."""


async def change(
    connection: Connection, cycle_id: UUID, changes: DraftChanges, *, zone: ZoneInfo = TIME_ZONE, by: str
) -> Cycle:
    """Change a draft.

    Args:
        connection: In a transaction of the tenant.
        cycle_id: The draft.
        changes: What becomes different.
        zone: The tenant's time.
        by: Who changes it.

    Raises:
        Refused: ``not_found``; ``cycle_wrong_state`` for a year that was opened; ``set_unfit`` for a set of another
            tier or year; ``invalid_fields`` for groups that the set does not make.
    """
    cycle = await locked(connection, cycle_id)
    if cycle.state != "draft":
        raise Refused("cycle_wrong_state")
    first, last, appraisal = changes.opens_on, changes.last_day, changes.appraisal_last_day
    closing = changes.closing_day or last
    days = {
        "opens_at": deadlines.start_of(first, zone) if first else cycle.opens_at,
        "due": deadlines.end_of(last, zone) if last else cycle.due,
        "closes": deadlines.end_of(closing, zone) if closing else cycle.closes,
        "appraisal_due": deadlines.end_of(appraisal, zone) if appraisal else cycle.appraisal_due,
    }
    others = {
        "criteria_set_id": changes.criteria_set_id or cycle.criteria_set_id,
        "withdrawals": cycle.withdrawals if changes.withdrawals is None else changes.withdrawals,
        "group_by": cycle.group_by if changes.group_by is None else changes.group_by or None,
    }
    wanted: dict[str, Any] = {**days, **others}
    before: dict[str, Any] = {name: getattr(cycle, name) for name in wanted if getattr(cycle, name) != wanted[name]}
    after: dict[str, Any] = {name: wanted[name] for name in before}
    changed = msgspec.structs.replace(cycle, **wanted)
    if {"criteria_set_id", "group_by"} & before.keys():
        known = await published_sets.published(connection, changed.criteria_set_id)
        grouping.refuse_unknown(known.criteria_set, changed.group_by)
    if before:
        await queries.set_draft(connection, changed)
    bodies = changes.bodies
    if "criteria_set_id" in before:
        bodies = await _named_by(connection, changed, bodies)
        known = await published_sets.published(connection, changed.criteria_set_id)
        await owner_queries.drop_others(connection, cycle_id, [place.code for place in known.leaves])
    if bodies is not None:
        rows = await queries.bodies(connection, cycle_id)
        above = [row["body"] for row in rows if row["above"]] if changes.above is None else changes.above
        before["bodies"], after["bodies"] = _of_rows(rows), _named(bodies, above)
        await queries.delete_bodies(connection, cycle_id)
        await queries.insert_bodies(connection, cycle_id, [(body, *who) for body, who in bodies.items()], above)
    if changes.left_out:
        before["left_out"] = [str(agency_id) for agency_id in changes.left_out]
        await queries.take_out(connection, cycle_id, changes.left_out)
    if changes.participants:
        after["agencies"] = [str(one.agency_id) for one in changes.participants]
        await queries.put_agencies(
            connection, cycle_id, [(p.agency_id, p.attributes, p.ranked) for p in changes.participants]
        )
    await audit.record(
        connection, actor=by, tag="cycle:cycle:change", subject=str(cycle_id), before=before, after=after
    )
    return changed


async def delete(connection: Connection, cycle_id: UUID, *, by: str) -> Cycle:
    """Take away a draft with its survey rounds and samples; agencies, accounts, set and questionnaire stay.

    Raises:
        Refused: ``not_found``; ``draft_opened`` for a year that is more than a draft; ``draft_in_use`` for one that
            holds anything of people: an invitation, an answer, a computation.
    """
    cycle = await locked(connection, cycle_id)
    if cycle.state != "draft":
        raise Refused("draft_opened", year=cycle.year)
    rounds = await queries.rounds_of(connection, cycle_id)
    agencies = await queries.agencies(connection, cycle_id)
    bodies = _of_rows(await queries.bodies(connection, cycle_id))
    try:
        async with connection.transaction():
            await queries.delete_draft(connection, cycle_id)
    except _LEFT:
        raise Refused("draft_in_use", year=cycle.year) from None
    for row in rounds:
        await audit.record(
            connection, actor=by, tag="surveys:round:delete", subject=str(row["id"]),
            before={"instrument": row["instrument_code"], "title": row["title_vi"], "units": row["units"]},
        )  # fmt: skip
    await audit.record(
        connection, actor=by, tag="cycle:cycle:delete", subject=str(cycle_id),
        before={**msgspec.to_builtins(cycle), "bodies": bodies, "agencies": len(agencies)},
    )  # fmt: skip
    return cycle


async def _named_by(
    connection: Connection, cycle: Cycle, bodies: Mapping[str, tuple[UUID, UUID]] | None
) -> Mapping[str, tuple[UUID, UUID]]:
    """The bodies, as far as the draft's new set names them.

    Raises:
        Refused: ``set_unfit``.
    """
    known = await published_sets.published(connection, cycle.criteria_set_id)
    known.refuse_unfit(cycle.tier, cycle.year)
    if bodies is None:
        rows = await queries.bodies(connection, cycle.id)
        bodies = {row["body"]: (row["agency_id"], row["substitute_id"]) for row in rows}
    return {body: who for body, who in bodies.items() if body in known.named_bodies}


def _of_rows(rows: Sequence[Row]) -> dict[str, list[str]]:
    named = {row["body"]: (row["agency_id"], row["substitute_id"]) for row in rows}
    return _named(named, [row["body"] for row in rows if row["above"]])


def _named(bodies: Mapping[str, tuple[UUID, UUID]], above: Collection[str]) -> dict[str, list[str]]:
    return {
        body: [str(who), str(other), *(["above"] if body in above else [])] for body, (who, other) in bodies.items()
    }
