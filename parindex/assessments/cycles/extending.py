"""Moving a deadline under a decision: for one agency, several or all; the day before it stays on record.

What a deadline has locked is opened again, and the new one locks it again. A sheet that was sent stays sent: its
agency may take it back as long as the new deadline allows. A sheet that is being appraised is not opened any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit
from parindex.access import Person
from parindex.assessments.cycles import deadlines, queries, steps
from parindex.assessments.cycles.deadline_changes import DeadlineChange
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.bulk_steps import move_all
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import TIME_ZONE, date_text

REOPENED: Final = {"auto_locked": "drafting", "no_submission": "not_started"}
"""What a sheet that a deadline locked becomes when it is extended."""

UNDER_APPRAISAL: Final = ("appraisal_1", "closed")
"""States in which a sheet is not given back to its agency."""


async def extend(
    connection: Connection, person: Person | None, cycle_id: UUID, *,
    agencies: Collection[UUID] | None, last_day: date, closing_day: date | None, decided: ReasonedDecision,
    zone: ZoneInfo = TIME_ZONE,
) -> Cycle:  # fmt: skip
    """Move the deadline of sheets to a later day.

    Args:
        connection: In a transaction of the tenant.
        person: Who enters the decision.
        cycle_id: The year.
        agencies: Whose sheets; ``None``: every sheet of the year.
        last_day: The new last day, until 24:00; what comes later is late.
        closing_day: The last day on which late sheets are taken; the last day when not given.
        decided: The decision.
        zone: The tenant's time.

    Raises:
        Refused: ``invalid_fields`` for days that are no extension or an agency that does not take part;
            ``extension_too_late`` naming agencies whose sheets are being appraised; ``cycle_wrong_state``,
            ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:extend", cycle).actor
    await sheet_queries.lock_of_cycle(connection, cycle_id)
    sheets = [one for one in await sheet_queries.of_cycle(connection, cycle_id) if one.state != "handed_over"]
    chosen = sheets if agencies is None else [sheet for sheet in sheets if sheet.agency_id in agencies]
    due = deadlines.end_of(last_day, zone)
    closes = deadlines.end_of(closing_day or last_day, zone)
    moment = await queries.now(connection)
    _refuse_unless_later(cycle, chosen, agencies, due, closes, moment, zone)
    appraised = [sheet for sheet in chosen if sheet.state in UNDER_APPRAISAL]
    if appraised and agencies is not None:
        raise Refused("extension_too_late", agencies="; ".join(sheet.agency_short for sheet in appraised))
    if agencies is None:
        await _move_all_sheets(connection, cycle, sheets, due, closes, decided, actor)
    else:
        await _move_some(connection, cycle, chosen, due, closes, decided, actor)
    for before, after in REOPENED.items():
        await move_all(connection, [sheet for sheet in chosen if sheet.state == before], after, by=actor)
    if cycle.state == "appraisal_1":
        return await steps.step(connection, cycle, "self_assessment", by=actor, reason=decided.reason)
    return await steps.locked(connection, cycle_id)


async def give_time(
    connection: Connection, cycle: Cycle, sheet: Sheet, last_day: date, decided: ReasonedDecision, *, by: str,
    zone: ZoneInfo,
) -> None:  # fmt: skip
    """Move the deadline of one sheet, wherever it lies, to a later day; its state is the caller's.

    Raises:
        Refused: ``invalid_fields`` for a day that is no later than the one that stands.
    """
    due = deadlines.end_of(last_day, zone)
    _refuse_unless_later(cycle, [sheet], [sheet.agency_id], due, due, await queries.now(connection), zone)
    await _move_some(connection, cycle, [sheet], due, due, decided, by)


async def close_early(connection: Connection, cycle: Cycle, decided: ReasonedDecision, *, by: str) -> Cycle:
    """Let a year take sheets until now and no longer; agencies with an extension of their own keep it."""
    moment = await queries.now(connection)
    due = moment if cycle.due is None else min(cycle.due, moment)
    rows: list[queries.DeadlineRow] = [(new_id(), None, cycle.due, cycle.closes, due, moment)]
    await queries.insert_deadline_changes(connection, cycle.id, rows, decided, by)
    await queries.set_times(connection, cycle.id, due, moment)
    await audit.record_all(connection, by, [_told(cycle, due, moment, decided)])
    return await steps.locked(connection, cycle.id)


async def changes_for(connection: Connection, agency_id: UUID, *, within: timedelta) -> list[DeadlineChange]:
    """How deadlines were moved lately for an agency, or for all of a year in which it takes part, newest first."""
    return await queries.deadline_changes_of_agency(connection, agency_id, within)


async def changes(connection: Connection, cycle_id: UUID) -> list[DeadlineChange]:
    """How the deadlines of a year were moved, newest first."""
    return await queries.deadline_changes(connection, cycle_id)


def _refuse_unless_later(
    cycle: Cycle, chosen: Sequence[Sheet], agencies: Collection[UUID] | None, due: datetime, closes: datetime,
    moment: datetime, zone: ZoneInfo,
) -> None:  # fmt: skip
    faults = []
    if agencies is not None and (not agencies or len(chosen) < len(set(agencies))):
        faults.append(FieldError(field="agency", code="extension_for_nobody"))
    standing = [sheet.due for sheet in chosen if sheet.due is not None] if agencies is not None else [cycle.due]
    latest = max((one for one in standing if one is not None), default=None)
    if closes <= moment or (latest is not None and due <= latest):
        last, _ = deadlines.last_day(max(latest or moment, moment), zone)
        faults.append(FieldError(field="last_day", code="extension_not_later", values={"day": date_text(last)}))
    elif closes < due:
        faults.append(FieldError(field="closing_day", code="closing_before_due"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))


async def _move_all_sheets(
    connection: Connection, cycle: Cycle, sheets: Sequence[Sheet], due: datetime, closes: datetime,
    decided: ReasonedDecision, by: str,
) -> None:  # fmt: skip
    rows: list[queries.DeadlineRow] = [(new_id(), None, cycle.due, cycle.closes, due, closes)]
    await queries.insert_deadline_changes(connection, cycle.id, rows, decided, by)
    await queries.set_times(connection, cycle.id, due, closes)
    reached = [sheet.id for sheet in sheets if sheet.extended and _within(sheet, due, closes)]
    if reached:
        await sheet_queries.set_extension(connection, reached, None, None)
    await audit.record_all(connection, by, [_told(cycle, due, closes, decided)])


def _within(sheet: Sheet, due: datetime, closes: datetime) -> bool:
    return sheet.due is not None and sheet.closes is not None and sheet.due <= due and sheet.closes <= closes


async def _move_some(
    connection: Connection, cycle: Cycle, sheets: Sequence[Sheet], due: datetime, closes: datetime,
    decided: ReasonedDecision, by: str,
) -> None:  # fmt: skip
    rows: list[queries.DeadlineRow] = [
        (new_id(), sheet.agency_id, sheet.due, sheet.closes, due, closes) for sheet in sheets
    ]
    await queries.insert_deadline_changes(connection, cycle.id, rows, decided, by)
    await sheet_queries.set_extension(connection, [sheet.id for sheet in sheets], due, closes)
    await audit.record_all(connection, by, [_told(sheet, due, closes, decided) for sheet in sheets])


def _told(moved: Cycle | Sheet, due: datetime, closes: datetime, decided: ReasonedDecision) -> audit.Change:
    return audit.Change(
        tag="cycle:deadline:move", subject=str(moved.id), before={"due": moved.due, "closes": moved.closes},
        after={"due": due, "closes": closes, "decision": decided.number, "date": decided.date, "reason": decided.reason},
    )  # fmt: skip
