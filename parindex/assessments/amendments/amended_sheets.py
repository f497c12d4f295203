"""What becomes of the sheets of a year whose set was corrected: some at a time, so many queries for any number of agencies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from parindex import audit, jobs
from parindex.assessments.amendments import queries
from parindex.assessments.amendments.model import AmendmentPlan
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.model import WITH_AGENCIES, WITH_APPRAISERS, PointsStage, Sheet, SheetEntry
from parindex.assessments.sheets import points_now
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.bulk_steps import move_all
from parindex.assessments.sheets.submission import StageRow, stage_row
from parindex.scoring import RefusedValue, parse_value
from parindex.store.database import Connection

TOGETHER: Final = 250
"""Sheets that are held in memory with their entries, and written in one statement."""

TOUCHED: Final = (*WITH_AGENCIES, *WITH_APPRAISERS, "no_submission")
"""States of a sheet that an amendment reaches."""

STAGES: Final[tuple[PointsStage, ...]] = ("self", "round1")
"""Stages whose points of what is declared anew are not known yet."""


class Amending(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment that is being carried through."""

    id: UUID
    """The amendment."""

    older: Published
    """The set before."""

    newer: Published
    """The set since."""

    plan: AmendmentPlan
    """What it touches."""

    reason: str
    """Why, as agencies read it."""

    by: str
    """Who entered it."""


async def go_on(
    connection: Connection, amendment: Amending, sheets: Sequence[Sheet], *, told: jobs.StageTold = jobs.nobody
) -> None:
    """Let the sheets of a year go on with its further version.

    Args:
        connection: In the transaction in which the year was bound to it; nobody else changes the sheets.
        amendment: What is carried through.
        sheets: All of the year; of those that it does not reach only what is asked changes.
        told: Told after how many of them.
    """
    if amendment.plan.reopened:
        # A sheet that waits for its leader has something to declare anew: it goes back to those who fill it in.
        back = [sheet for sheet in sheets if sheet.state == "with_leader"]
        await move_all(connection, back, "drafting", by=amendment.by, reason=amendment.reason)
    for first in range(0, len(sheets), TOGETHER):
        await told(first)
        await _some(connection, amendment, sheets[first : first + TOGETHER])


async def _some(connection: Connection, amendment: Amending, sheets: Sequence[Sheet]) -> None:
    ids = [sheet.id for sheet in sheets]
    leaves = {code: amendment.newer.places[code].node.max for code in amendment.plan.reopened}
    codes = [*leaves, *amendment.plan.retired]
    await queries.supersede(connection, ids, amendment.id, codes, list(_shared(amendment.older, codes)))
    await queries.retire(connection, ids, amendment.id, amendment.plan.retired)
    await queries.add_missing(connection, ids, leaves)
    await queries.reopen(connection, ids, amendment.id, leaves)
    reached = [sheet for sheet in sheets if sheet.state in TOUCHED]
    ids = [sheet.id for sheet in reached]
    entries: dict[UUID, list[SheetEntry]] = {sheet_id: [] for sheet_id in ids}
    shared: dict[UUID, dict[str, str]] = {sheet_id: {} for sheet_id in ids}
    for entry in await sheet_queries.entries_of_sheets(connection, ids):
        entries[entry.sheet_id].append(entry)
    for row in await sheet_queries.shared_of_sheets(connection, ids):
        if row["value"] is not None and row["name"] in amendment.newer.criteria_set.inputs:
            shared[row["sheet_id"]][row["name"]] = row["value"]
    # Scoring is worked out beside the loop: pages are answered meanwhile.
    found = await asyncio.to_thread(_declared_anew, amendment, reached, entries, shared)
    await queries.prune(connection, found.pruned)
    await sheet_queries.set_progress(connection, found.progress)
    await sheet_queries.write_points(connection, found.unknown)
    await audit.record_all(connection, amendment.by, [_told(amendment, sheet) for sheet in reached])


def _shared(older: Published, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(leaf, name) of the shared facts that leaves took."""
    for code in codes:
        yield from ((code, field.name) for field in older.fields.get(code, ()) if field.shared)


class _Found(msgspec.Struct, kw_only=True):
    """What is written of some sheets."""

    pruned: list[tuple[UUID, Mapping[str, str], bool]] = []
    """(entry, facts that stay, still proposed not to apply) of what is not asked any more."""

    progress: list[sheet_queries.SheetProgress] = []
    """How far each sheet is."""

    unknown: list[StageRow] = []
    """Points of what is declared anew, of sheets that were sent."""


def _declared_anew(
    amendment: Amending,
    sheets: Sequence[Sheet],
    entries: Mapping[UUID, Sequence[SheetEntry]],
    shared: Mapping[UUID, Mapping[str, str]],
) -> _Found:
    found, newer = _Found(), amendment.newer
    for sheet in sheets:
        own = [_pruned(amendment, entry) for entry in entries[sheet.id]]
        found.pruned += [
            (now.id, now.facts, now.inapplicable)
            for now, before in zip(own, entries[sheet.id], strict=True)
            if now is not before
        ]
        now = points_now.counted(newer, {**points_now.declared(newer, sheet, own, ()), **shared[sheet.id]})
        found.progress.append((sheet.id, now.total.declared, now.total.leaves, now.points, now.total.max))
        if sheet.state in WITH_APPRAISERS:
            found.unknown += _unknown(amendment, sheet, own)
    return found


def _pruned(amendment: Amending, entry: SheetEntry) -> SheetEntry:
    """What was declared stays where it is asked in the same way; the rest stands among what was superseded."""
    if entry.code not in amendment.plan.reopened:
        return entry
    newer = amendment.newer
    facts = {name: text for name, text in entry.facts.items() if _asked(newer, entry.code, name, text)}
    proposed = entry.inapplicable and newer.places[entry.code].may_be_inapplicable
    if facts == entry.facts and proposed == entry.inapplicable:
        return entry
    return msgspec.structs.replace(entry, facts=facts, inapplicable=proposed)


def _asked(newer: Published, code: str, name: str, text: str) -> bool:
    if not any(field.name == name for field in newer.fields[code]):
        return False
    try:
        parse_value(newer.criteria_set, name, text)
    except RefusedValue:
        return False
    return True


def _unknown(amendment: Amending, sheet: Sheet, entries: Sequence[SheetEntry]) -> Iterator[StageRow]:
    known = points_now.values(amendment.newer, points_now.of_sheet(amendment.newer, sheet))
    for entry in entries:
        if entry.code in amendment.plan.reopened:
            leaf = points_now.score(amendment.newer, entry.code, known)
            yield from (stage_row(entry, stage, leaf) for stage in STAGES)


def _told(amendment: Amending, sheet: Sheet) -> audit.Change:
    return audit.Change(
        tag="agency:sheet:reopen", subject=str(sheet.id),
        after={
            "amendment": str(amendment.id), "reopened": list(amendment.plan.reopened),
            "retired": list(amendment.plan.retired),
        },
    )  # fmt: skip
