"""A year goes on with a further version of its set: what that touches is declared anew, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit, jobs
from parindex.access import Person
from parindex.assessments.amendments import amended_sheets, planning, queries
from parindex.assessments.amendments.model import AmendmentPlan, ReopenedLeaf, SetAmendment
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import deadlines, steps
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_AGENCIES, Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import TIME_ZONE


async def amend(
    connection: Connection, person: Person | None, cycle_id: UUID, set_id: UUID, *, decided: ReasonedDecision,
    last_day: date, zone: ZoneInfo = TIME_ZONE, told: jobs.StageTold = jobs.nobody,
) -> SetAmendment:  # fmt: skip
    """Let a year go on with a further version of its set.

    Args:
        connection: In a transaction of the tenant.
        person: Who enters the decision.
        cycle_id: The year.
        set_id: The further version.
        decided: The decision.
        last_day: The last day on which leaves of sheets that were sent are declared anew.
        zone: The tenant's time.
        told: Told again and again how many sheets are done.

    Raises:
        Refused: ``set_unfit``, ``amendment_impossible`` for what nobody can take over within a year; ``invalid_fields``
            for a day that is over; ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:amend_set", cycle).actor
    await sheet_queries.lock_of_cycle(connection, cycle_id)
    older, newer = await published(connection, cycle.criteria_set_id), await published(connection, set_id)
    plan = planning.planned(older, newer)
    every = await sheet_queries.of_cycle(connection, cycle_id)
    sheets = [sheet for sheet in every if sheet.state in amended_sheets.TOUCHED]
    if await hindrances(connection, cycle, older, newer, plan, sheets):
        raise Refused("amendment_impossible", set=_name(newer))
    await require_to_come(connection, last_day, zone)
    amendment_id = new_id()
    await queries.insert(
        connection, amendment_id, cycle_id, older.id, newer.id, planning.document(plan.crosswalk), plan.reopened,
        plan.retired, decided, deadlines.end_of(last_day, zone), actor,
    )  # fmt: skip
    await queries.bind(connection, cycle_id, newer.id)
    await audit.record(
        connection, actor=actor, tag="cycle:set:amend", subject=str(cycle_id),
        before={"set": _name(older), "digest": older.digest},
        after={
            "set": _name(newer), "digest": newer.digest, "amendment": str(amendment_id),
            "reopened": list(plan.reopened), "retired": list(plan.retired), "decision": decided.number,
            "date": decided.date, "reason": decided.reason, "sheets": len(sheets),
        },
    )  # fmt: skip
    amendment = amended_sheets.Amending(
        id=amendment_id, older=older, newer=newer, plan=plan, reason=decided.reason, by=actor
    )
    await amended_sheets.go_on(connection, amendment, every, told=told)
    return next(one for one in await queries.of_cycle(connection, cycle_id) if one.id == amendment_id)


async def require_to_come(connection: Connection, last_day: date, zone: ZoneInfo) -> None:
    """Refuse a last day that is over.

    Raises:
        Refused: ``invalid_fields``.
    """
    if deadlines.end_of(last_day, zone) <= await cycle_queries.now(connection):
        raise Refused("invalid_fields", fields=(FieldError(field="last_day", code="amendment_day_over"),))


async def hindrances(
    connection: Connection,
    cycle: Cycle,
    older: Published,
    newer: Published,
    plan: AmendmentPlan,
    sheets: Sequence[Sheet],
) -> list[tuple[str, str]]:
    """What keeps a year from going on with a further version: codes of the check page, and what is wrong."""
    law, found = newer.criteria_set, list[tuple[str, str]]()
    if law.family != older.criteria_set.family or law.tier != cycle.tier or cycle.year not in law.years:
        found.append(("amended_unfit", _name(newer)))
    if older.id == newer.id or not (plan.reopened or plan.retired):
        found.append(("amended_nothing", _name(newer)))
    found += [("amended_code", f"{old} → {new}") for old, new in plan.moved]
    known = {row["body"] for row in await cycle_queries.bodies(connection, cycle.id)}
    found += [("amended_body", body) for body in newer.named_bodies if body not in known]
    found += [("amended_attribute", name) for name in law.attributes if name not in older.criteria_set.attributes]
    late = [sheet.agency_short for sheet in sheets if sheet.state in WITH_AGENCIES and sheet.shut]
    if late:
        found.append(("amended_late", "; ".join(late)))
    return found


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[SetAmendment]:
    """How the set of a year was corrected, the earliest first."""
    return await queries.of_cycle(connection, cycle_id)


async def for_agency(connection: Connection, agency_id: UUID, *, within: timedelta) -> list[SetAmendment]:
    """How sets were corrected lately in years in which an agency has a sheet, newest first."""
    return await queries.for_agency(connection, agency_id, within)


async def reopened_of_agency(connection: Connection, agency_id: UUID) -> list[ReopenedLeaf]:
    """Leaves that an agency declares anew and has not handed in since, oldest first, in the order of the law."""
    rows = await queries.reopened_of_agency(connection, agency_id)
    laws = {set_id: await published(connection, set_id) for set_id in {row["set_id"] for row in rows}}
    places = {set_id: [place.code for place in law.leaves] for set_id, law in laws.items()}
    found = []
    for row in sorted(rows, key=lambda one: (one["at"], places[one["set_id"]].index(one["code"]))):
        values = dict(row)
        law = laws[values.pop("set_id")]
        found.append(ReopenedLeaf(title=law.places[row["code"]].node.title, **values))
    return found


def _name(known: Published) -> str:
    return f"{known.criteria_set.family} {known.criteria_set.version}"
