"""A year drafted from the one before: its bodies, the agencies that still exist and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import access, agencies
from parindex.access import Person
from parindex.agencies import Agency
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import deadlines, grouping, listing, queries, steps
from parindex.assessments.cycles.steps import Participant
from parindex.assessments.model import Cycle
from parindex.assessments.owners import queries as owner_queries
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.text import TIME_ZONE


class YearDays(msgspec.Struct, frozen=True, kw_only=True):
    """The days of a year."""

    opens_on: date
    """First day of self-assessment."""

    last_day: date
    """Its last day, until 24:00; what comes later is late."""

    closing_day: date | None = None
    """The last day on which late sheets are taken; the last day when not given."""

    appraisal_last_day: date
    """Last day of appraisal."""

    def faults(self) -> list[FieldError]:
        """Days that stand in the wrong order, by the field that is to be mended."""
        found = []
        if self.last_day < self.opens_on:
            found.append(FieldError(field="last_day", code="day_before_opening"))
        if self.closing_day is not None and self.closing_day < self.last_day:
            found.append(FieldError(field="closing_day", code="day_before_deadline"))
        if self.appraisal_last_day < (self.closing_day or self.last_day):
            found.append(FieldError(field="appraisal_last_day", code="day_before_deadline"))
        return found


async def draft(
    connection: Connection,
    person: Person | None,
    *,
    source_id: UUID | None,
    family: str,
    tier: str,
    year: int,
    criteria_set_id: UUID,
    days: YearDays,
    zone: ZoneInfo = TIME_ZONE,
) -> UUID:
    """Draft a year.

    Who takes part: every agency of the tier that the registry holds on the first day. One that took part in the
    source keeps its attributes, and whether it is ranked. A body is kept where the set names it still and both its
    agencies exist on that day; the groups, where the set still makes them.

    Args:
        connection: In a transaction of the tenant.
        person: Who drafts it.
        source_id: The year that it is made from; ``None`` for one from nothing.
        family: The index.
        tier: The tier of its agencies.
        year: The year that is assessed; it may be over.
        criteria_set_id: A published set of that tier and year.
        days: Its days.
        zone: The tenant's time.

    Raises:
        Refused: ``not_allowed``; ``not_found`` for a source or set that is none; ``set_unfit`` for a set of another
            tier or year; ``invalid_fields`` for days in the wrong order; ``cycle_exists``.
    """
    actor = access.require(person, "cycle:draft", state="draft").actor
    known = await published(connection, criteria_set_id)
    known.refuse_unfit(tier, year)
    if faults := days.faults():
        raise Refused("invalid_fields", fields=tuple(faults))
    source = await listing.by_id(connection, source_id) if source_id else None
    registered = await agencies.listed(connection, tier=tier, day=days.opens_on)
    bodies = await _bodies(connection, source, known, days.opens_on)
    made = await steps.create(
        connection, family=family, year=year, tier=tier, criteria_set_id=criteria_set_id,
        participants=await _participants(connection, source, known, registered),
        bodies=bodies, above=await _above(connection, source),
        opens_on=days.opens_on, last_day=days.last_day, closing_day=days.closing_day,
        appraisal_last_day=days.appraisal_last_day, withdrawals=source.withdrawals if source else 1,
        group_by=_groups(source, known), zone=zone, by=actor,
    )  # fmt: skip
    if source is not None:
        await owner_queries.carry_over(connection, source.id, made, [place.code for place in known.leaves])
    return made


def days_of(cycle: Cycle, zone: ZoneInfo = TIME_ZONE) -> Mapping[str, date]:
    """The days of a year by the names of :class:`YearDays`, as far as it has them; a closing day only where it differs."""
    days: dict[str, date] = {}
    if cycle.opens_at is not None:
        days["opens_on"] = cycle.opens_at.astimezone(zone).date()
    for name, moment in (
        ("last_day", cycle.due), ("closing_day", cycle.closes), ("appraisal_last_day", cycle.appraisal_due),
    ):  # fmt: skip
        if moment is not None:
            days[name] = deadlines.last_day(moment, zone)[0]
    if days.get("closing_day") == days.get("last_day"):
        days.pop("closing_day", None)
    return days


def _groups(source: Cycle | None, known: Published) -> str | None:
    kept = source.group_by if source else None
    return kept if kept in grouping.choices(known.criteria_set) else None


async def _participants(
    connection: Connection, source: Cycle | None, known: Published, registered: Sequence[Agency]
) -> list[Participant]:
    before = {row["agency_id"]: row for row in await queries.agencies(connection, source.id)} if source else {}
    asked = known.criteria_set.attributes
    found = []
    for agency in registered:
        row = before.get(agency.id)
        values: dict[str, str] = msgspec.json.decode(row["attributes"]) if row else {}
        found.append(
            Participant(
                agency_id=agency.id, ranked=row["ranked"] if row else True,
                attributes={name: value for name, value in values.items() if name in asked},
            )
        )  # fmt: skip
    return found


async def _above(connection: Connection, source: Cycle | None) -> list[str]:
    rows = await queries.bodies(connection, source.id) if source else ()
    return [row["body"] for row in rows if row["above"]]


async def _bodies(
    connection: Connection, source: Cycle | None, known: Published, day: date
) -> dict[str, tuple[UUID, UUID | None]]:
    if source is None:
        return {}
    there = {agency.id for agency in await agencies.listed(connection, day=day)}
    return {
        row["body"]: (row["agency_id"], row["substitute_id"])
        for row in await queries.bodies(connection, source.id)
        if row["body"] in known.named_bodies and {row["agency_id"], row["substitute_id"]} <= there
    }
