"""A year goes on with a further version of its set: what that touches is declared anew, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit
from parindex.access import Person
from parindex.assessments.amendments import planning, queries
from parindex.assessments.amendments.model import AmendmentPlan, ReopenedLeaves, SetAmendment
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import deadlines, steps
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_AGENCIES, WITH_APPRAISERS, Cycle, PointsStage, Sheet, SheetEntry
from parindex.assessments.sheets import declaring, points_now
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.submission import StageRow, stage_row
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused
from parindex.scoring import RefusedValue, parse_value
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import TIME_ZONE

TOUCHED: Final = (*WITH_AGENCIES, *WITH_APPRAISERS, "no_submission")
"""States of a sheet that an amendment reaches."""


async def amend(
    connection: Connection, person: Person | None, cycle_id: UUID, set_id: UUID, *, decided: ReasonedDecision,
    last_day: date, zone: ZoneInfo = TIME_ZONE,
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

    Raises:
        Refused: ``set_unfit``, ``amendment_impossible`` for what nobody can take over within a year; ``invalid_fields``
            for a day that is over; ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:amend_set", cycle).actor
    await sheet_queries.lock_of_cycle(connection, cycle_id)
    older, newer = await published(connection, cycle.criteria_set_id), await published(connection, set_id)
    plan = planning.planned(older, newer)
    sheets = [sheet for sheet in await sheet_queries.of_cycle(connection, cycle_id) if sheet.state in TOUCHED]
    if await hindrances(connection, cycle, older, newer, plan, sheets):
        raise Refused("amendment_impossible", set=f"{newer.criteria_set.family} {newer.criteria_set.version}")
    closes = deadlines.end_of(last_day, zone)
    if closes <= await cycle_queries.now(connection):
        raise Refused("invalid_fields", fields=(FieldError(field="last_day", code="amendment_day_over"),))
    amendment_id = new_id()
    await queries.insert(
        connection, amendment_id, cycle_id, older.id, newer.id, planning.document(plan.crosswalk), plan.reopened,
        plan.retired, decided, closes, actor,
    )  # fmt: skip
    await queries.bind(connection, cycle_id, newer.id)
    await _give_back(connection, sheets, plan, decided, actor)
    await _touch(connection, cycle_id, amendment_id, newer, plan)
    await _prune(connection, cycle_id, newer, plan)
    await _recount(connection, cycle_id, newer, plan, sheets)
    await audit.record_all(connection, actor, list(_told(cycle_id, amendment_id, older, newer, plan, decided, sheets)))
    return next(one for one in await queries.of_cycle(connection, cycle_id) if one.id == amendment_id)


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
        found.append(("amended_unfit", f"{law.family} {law.version}"))
    if older.id == newer.id or not (plan.reopened or plan.retired):
        found.append(("amended_nothing", f"{law.family} {law.version}"))
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


async def reopened_of_agency(connection: Connection, agency_id: UUID) -> list[ReopenedLeaves]:
    """Leaves of sheets that were sent which lie with their agency again, in time."""
    rows = await queries.reopened_of_agency(connection, agency_id)
    return [
        ReopenedLeaves(sheet_id=row["sheet_id"], codes=tuple(sorted(row["codes"])), closes=row["closes"], at=row["at"])
        for row in rows
    ]


async def _touch(
    connection: Connection, cycle_id: UUID, amendment_id: UUID, newer: Published, plan: AmendmentPlan
) -> None:
    leaves: dict[str, Decimal] = {code: newer.places[code].node.max for code in plan.reopened}
    await queries.supersede(connection, cycle_id, amendment_id, [*plan.reopened, *plan.retired])
    await queries.retire(connection, cycle_id, amendment_id, plan.retired)
    await queries.add_missing(connection, cycle_id, leaves)
    await queries.reopen(connection, cycle_id, amendment_id, leaves)


async def _give_back(
    connection: Connection, sheets: Sequence[Sheet], plan: AmendmentPlan, decided: ReasonedDecision, by: str
) -> None:
    """A sheet that waits for its leader goes back to those who fill it in, where it has something to declare anew."""
    for sheet in sheets:
        if sheet.state == "with_leader" and plan.reopened:
            await declaring.move(connection, sheet, "drafting", by=by, reason=decided.reason)


async def _prune(connection: Connection, cycle_id: UUID, newer: Published, plan: AmendmentPlan) -> None:
    """What was declared stays where it is asked in the same way; the rest stands among what was superseded."""
    reopened = set(plan.reopened)
    rows = []
    for entry in await sheet_queries.entries_of_cycle(connection, cycle_id):
        if entry.code not in reopened:
            continue
        facts = {name: text for name, text in entry.facts.items() if _asked(newer, entry.code, name, text)}
        proposed = entry.inapplicable and newer.places[entry.code].may_be_inapplicable
        if facts != entry.facts or proposed != entry.inapplicable:
            rows.append((entry.id, facts, proposed))
    await queries.prune(connection, rows)


def _asked(newer: Published, code: str, name: str, text: str) -> bool:
    if not any(field.name == name for field in newer.fields[code]):
        return False
    try:
        parse_value(newer.criteria_set, name, text)
    except RefusedValue:
        return False
    return True


async def _recount(
    connection: Connection, cycle_id: UUID, newer: Published, plan: AmendmentPlan, sheets: Sequence[Sheet]
) -> None:
    """How far each sheet is now; of sheets that were sent the points of what is declared anew are not known yet."""
    entries: dict[UUID, list[SheetEntry]] = {}
    for entry in await sheet_queries.entries_of_cycle(connection, cycle_id):
        entries.setdefault(entry.sheet_id, []).append(entry)
    shared: dict[UUID, dict[str, str]] = {}
    for row in await sheet_queries.shared_of_cycle(connection, cycle_id):
        if row["value"] is not None and row["name"] in newer.criteria_set.inputs:
            shared.setdefault(row["sheet_id"], {})[row["name"]] = row["value"]
    unknown: list[StageRow] = []
    for sheet in sheets:
        own = entries.get(sheet.id, [])
        facts = {**points_now.declared(newer, sheet, own, ()), **shared.get(sheet.id, {})}
        now = points_now.counted(newer, facts)
        await sheet_queries.set_progress(
            connection, sheet.id, now.total.declared, now.total.leaves, now.points, now.total.max
        )
        if sheet.state in WITH_APPRAISERS:
            unknown += _unknown(newer, sheet, own, plan)
    await sheet_queries.write_points(connection, unknown)


def _unknown(newer: Published, sheet: Sheet, entries: Sequence[SheetEntry], plan: AmendmentPlan) -> Iterator[StageRow]:
    reopened, known = set(plan.reopened), points_now.values(newer, points_now.of_sheet(newer, sheet))
    stages: tuple[PointsStage, ...] = ("self", "round1")
    for entry in entries:
        if entry.code in reopened:
            leaf = points_now.score(newer, entry.code, known)
            yield from (stage_row(entry, stage, leaf) for stage in stages)


def _told(
    cycle_id: UUID, amendment_id: UUID, older: Published, newer: Published, plan: AmendmentPlan,
    decided: ReasonedDecision, sheets: Sequence[Sheet],
) -> Iterator[audit.Change]:  # fmt: skip
    yield audit.Change(
        tag="cycle:set:amend", subject=str(cycle_id),
        before={"set": f"{older.criteria_set.family} {older.criteria_set.version}", "digest": older.digest},
        after={
            "set": f"{newer.criteria_set.family} {newer.criteria_set.version}", "digest": newer.digest,
            "amendment": str(amendment_id), "reopened": list(plan.reopened), "retired": list(plan.retired),
            "decision": decided.number, "date": decided.date, "reason": decided.reason, "sheets": len(sheets),
        },
    )  # fmt: skip
    for sheet in sheets:
        yield audit.Change(
            tag="agency:sheet:reopen", subject=str(sheet.id),
            after={"amendment": str(amendment_id), "reopened": list(plan.reopened), "retired": list(plan.retired)},
        )  # fmt: skip
