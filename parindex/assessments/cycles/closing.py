"""Closing self-assessment and appraisal: what is there is locked, nothing is invented."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import deadlines, extending, steps
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_AGENCIES, WITH_APPRAISERS, Cycle, Sheet, SheetEntry
from parindex.assessments.sheets import points_now, queries, submission
from parindex.assessments.sheets.bulk_steps import move_all
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Connection, Row
from parindex.text import date_text

NAMED: Final = 12
"""Undecided entries that a refusal names; it counts all."""

AT_A_TIME: Final = 500
"""Sheets that are held in memory with their entries while self-assessment is closed."""


async def close_self_assessment(
    connection: Connection, person: Person | None, cycle_id: UUID, decided: ReasonedDecision | None = None
) -> Cycle:
    """Lock every sheet that was not submitted and whose time is over; go on to appraisal when none is left.

    Args:
        connection: In a transaction of the tenant.
        person: Who closes it.
        cycle_id: The year.
        decided: The decision to close before the year's own time; then all but extended sheets are locked now.

    Raises:
        Refused: ``closing_early`` without a decision before the time; ``cycle_extended`` naming agencies whose own
            extension runs on, when it is them alone that the year waits for; ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:close_self_assessment", cycle).actor
    if await is_early(connection, cycle):
        if decided is None:
            raise Refused("closing_early", day=_last_day(cycle.closes) if cycle.closes else "")
        cycle = await extending.close_early(connection, cycle, decided, by=actor)
    locked = await _lock(connection, cycle, by=actor)
    if not locked.moved and locked.waiting:
        raise Refused("cycle_extended", agencies=_extensions(locked.waiting))
    return locked.cycle


async def is_early(connection: Connection, cycle: Cycle) -> bool:
    """Whether a year still takes sheets by its own deadline, so that closing it needs a decision."""
    return cycle.closes is not None and cycle.closes > await cycle_queries.now(connection)


async def lock_what_is_over(connection: Connection, cycle_id: UUID) -> int:
    """Lock the sheets of a year whose time is over, as the clock does; gives their number.

    A year that is closed by hand, or that is not in self-assessment, is left alone.
    """
    cycle = await steps.locked(connection, cycle_id)
    if cycle.state != "self_assessment" or cycle.closes is None or await is_early(connection, cycle):
        return 0
    return (await _lock(connection, cycle, by="system")).moved


class _Locked(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a year whose time is over."""

    cycle: Cycle
    """As it stands then."""

    moved: int
    """Sheets that were locked."""

    waiting: Sequence[Sheet]
    """Sheets that have time left by an extension of their own."""


async def _lock(connection: Connection, cycle: Cycle, *, by: str) -> _Locked:
    """Lock what is over, with what is there and unsigned.

    A sheet that nobody touched, or that holds nothing, is no submission, which is not zero.
    """
    await queries.lock_of_cycle(connection, cycle.id)
    known = await published(connection, cycle.criteria_set_id)
    unsent = [s for s in await queries.of_cycle(connection, cycle.id) if s.state in WITH_AGENCIES]
    over = [sheet for sheet in unsent if cycle.closes is None or sheet.shut]
    waiting = [sheet for sheet in unsent if cycle.closes is not None and not sheet.shut]
    silent = [sheet for sheet in over if sheet.state == "not_started"]
    begun = [sheet for sheet in over if sheet.state != "not_started"]
    locked: list[Sheet] = []
    for some in _batches(begun, AT_A_TIME):
        drafts = await _drafts(connection, some)
        held = [draft for draft in drafts if draft.sheet.state == "with_leader" or not draft.holds_nothing()]
        await queries.write_points(connection, await asyncio.to_thread(_self_points, known, held))
        locked += [draft.sheet for draft in held]
        silent += [draft.sheet for draft in drafts if draft not in held]
    await move_all(connection, silent, "no_submission", by=by)
    await move_all(connection, locked, "auto_locked", by=by)
    if not waiting:
        cycle = await steps.step(connection, cycle, "appraisal_1", by=by)
    return _Locked(cycle=cycle, moved=len(over), waiting=waiting)


def _extensions(sheets: Sequence[Sheet]) -> str:
    named = [f"{sheet.agency_short} ({_last_day(sheet.closes)})" for sheet in sheets[:NAMED] if sheet.closes]
    return "; ".join(named) + ("; …" if len(sheets) > NAMED else "")


def _last_day(closes: datetime) -> str:
    return date_text(deadlines.last_day(closes)[0])


def _batches(sheets: Sequence[Sheet], size: int) -> Iterator[list[Sheet]]:
    waiting = iter(sheets)
    while some := list(islice(waiting, size)):
        yield some


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet that was begun, with what was declared in it."""

    sheet: Sheet
    entries: tuple[SheetEntry, ...]
    shared: Mapping[str, str]

    def holds_nothing(self) -> bool:
        """Whether nobody declared anything in it."""
        return not self.shared and not any(
            entry.facts or entry.judged is not None or entry.inapplicable for entry in self.entries
        )


async def _drafts(connection: Connection, sheets: Sequence[Sheet]) -> list[_Draft]:
    ids = [sheet.id for sheet in sheets]
    entries: dict[UUID, list[SheetEntry]] = {sheet_id: [] for sheet_id in ids}
    shared: dict[UUID, dict[str, str]] = {sheet_id: {} for sheet_id in ids}
    for entry in await queries.entries_of_sheets(connection, ids):
        entries[entry.sheet_id].append(entry)
    for row in await queries.shared_of_sheets(connection, ids):
        if row["value"] is not None:
            shared[row["sheet_id"]][row["name"]] = row["value"]
    return [_Draft(sheet=one, entries=tuple(entries[one.id]), shared=shared[one.id]) for one in sheets]


def _self_points(known: Published, drafts: Sequence[_Draft]) -> list[submission.StageRow]:
    rows = []
    for draft in drafts:
        by_code = {entry.code: entry for entry in draft.entries}
        facts = {**points_now.declared(known, draft.sheet, draft.entries, ()), **draft.shared}
        leaves = points_now.counted(known, facts).leaves
        rows += [submission.stage_row(by_code[code], "self", leaf) for code, leaf in leaves.items()]
    return rows


async def close_appraisal(connection: Connection, person: Person | None, cycle_id: UUID) -> Cycle:
    """Keep the points that hold as final, close every appraised sheet, and go on to consolidation.

    Raises:
        Refused: ``cycle_undecided`` naming entries that nobody decided; ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:close_appraisal", cycle).actor
    await queries.lock_of_cycle(connection, cycle_id)
    found = {sheet.id: sheet for sheet in await queries.of_cycle(connection, cycle_id)}
    waiting = [
        f"{found[row['sheet_id']].agency_short} {row['code']}"
        for row in await cycle_queries.summary_of_cycle(connection, cycle_id)
        if found[row["sheet_id"]].state in WITH_APPRAISERS and undecided(row)
    ]
    if waiting:
        named = "; ".join(sorted(waiting)[:NAMED]) + ("; …" if len(waiting) > NAMED else "")
        raise Refused("cycle_undecided", count=len(waiting), entries=named)
    await cycle_queries.finish_points(connection, cycle_id)
    appraised = [sheet for sheet in found.values() if sheet.state in WITH_APPRAISERS]
    await move_all(connection, appraised, "closed", by=actor)
    return await steps.step(connection, cycle, "consolidation", by=actor)


async def undecided_entries(connection: Connection, cycles: Sequence[UUID]) -> Mapping[UUID, int]:
    """By year how many entries of sheets under appraisal wait for a decision."""
    return await cycle_queries.undecided_entries(connection, cycles, WITH_APPRAISERS) if cycles else {}


def undecided(row: Row) -> bool:
    """Whether an entry of :func:`cycle_queries.summary_of_cycle` still waits for a decision."""
    return bool(row["to_decide"]) and row["state"] not in ("agreed", "changed")
