"""Closing self-assessment and appraisal: what is there is locked, nothing is invented."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles import steps
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Sheet, SheetEntry
from parindex.assessments.sheets import handing_in, points_now, queries
from parindex.assessments.sheets.moving import move_all
from parindex.errors import Refused
from parindex.store.database import Connection, Row

NAMED: Final = 12
"""Undecided entries that a refusal names; it counts all."""

AT_A_TIME: Final = 500
"""Sheets that are held in memory with their entries while self-assessment is closed."""


async def close_self_assessment(connection: Connection, person: Person | None, cycle_id: UUID) -> Cycle:
    """Lock every sheet that was not submitted, with what is there and unsigned, and go on to appraisal.

    A sheet that nobody touched, or that holds nothing, is no submission, which is not zero.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:close_self_assessment", cycle).actor
    await queries.lock_of_cycle(connection, cycle_id)
    known = await published(connection, cycle.criteria_set_id)
    sheets = await queries.of_cycle(connection, cycle_id)
    silent = [sheet for sheet in sheets if sheet.state == "not_started"]
    begun = [sheet for sheet in sheets if sheet.state in ("drafting", "with_leader")]
    locked: list[Sheet] = []
    for some in _batches(begun, AT_A_TIME):
        drafts = await _drafts(connection, some)
        held = [draft for draft in drafts if draft.sheet.state == "with_leader" or not draft.holds_nothing()]
        await queries.write_points(connection, await asyncio.to_thread(_self_points, known, held))
        locked += [draft.sheet for draft in held]
        silent += [draft.sheet for draft in drafts if draft not in held]
    await move_all(connection, silent, "no_submission", by=actor)
    await move_all(connection, locked, "auto_locked", by=actor)
    return await steps.step(connection, cycle, "appraisal_1", by=actor)


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


def _self_points(known: Published, drafts: Sequence[_Draft]) -> list[handing_in.StageRow]:
    rows = []
    for draft in drafts:
        by_code = {entry.code: entry for entry in draft.entries}
        facts = {**points_now.declared(known, draft.sheet, draft.entries, ()), **draft.shared}
        leaves = points_now.counted(known, facts).leaves
        rows += [handing_in.stage_row(by_code[code], "self", leaf) for code, leaf in leaves.items()]
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


def undecided(row: Row) -> bool:
    """Whether an entry of :func:`cycle_queries.summary_of_cycle` still waits for a decision."""
    return bool(row["to_decide"]) and row["state"] not in ("agreed", "changed")
