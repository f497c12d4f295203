"""Correcting a leaf of a published year, while the year is reopened under a decision.

An appraiser corrects the leaves of their body, the chair of the council any; nobody those of their own agency. As in
appraisal a fact is changed and the rule computes again, or points are set. What was self-assessed and appraised stays;
only the final points change, and every correction has a reason that is printed with the edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from parindex import access, audit, scoring
from parindex.access import Person
from parindex.assessments.appraisal import deciding, mandates, queries
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.appraisal.mandates import Mandate
from parindex.assessments.cycles import corrections, steps
from parindex.assessments.model import Cycle, Sheet, SheetEntry
from parindex.assessments.sheets import declaring, permission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import Board, board_of
from parindex.errors import Refused
from parindex.store.database import Connection

CHAIR = "council_chair"
"""Who corrects leaves of every body."""


class CorrectedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that a correction decided anew."""

    agency: str
    """Code of its agency."""

    short: str
    """Name for narrow columns."""

    code: str
    """The leaf."""

    reason: str
    """Why; the public reads it with the edition."""

    by_name: str | None
    """Who corrected it."""

    at: datetime
    """When."""


def may_correct(person: Person | None, cycle: Cycle, given: Mandate, body: str | None, sheet: Sheet) -> bool:
    """Whether a person may correct a body's leaf of a sheet now."""
    if person is None or sheet.state != "closed":
        return False
    allowed = access.may(person, "entry:correct", state=cycle.state, own=permission.involved(person, sheet))
    return allowed and (CHAIR in person.roles or given.covers(body, sheet.agency_id))


async def correct(connection: Connection, person: Person | None, sheet_id: UUID, ruling: Ruling) -> None:
    """Correct one leaf of one sheet. The same correction again changes nothing.

    Args:
        connection: In a transaction of the tenant.
        person: An appraiser, or the chair of the council.
        sheet_id: The sheet.
        ruling: What holds from now on; never a request.

    Raises:
        Refused: ``own_agency``, ``not_allowed``, ``cycle_wrong_state``, ``sheet_not_closed``, ``entry_changed``,
            ``reason_missing``, ``facts_unchanged``, ``decision_without_facts``, ``points_out_of_range``,
            ``gap_refused``.
    """
    sheet = await sheet_queries.by_id(connection, sheet_id)
    if sheet is None:
        raise Refused("not_found")
    cycle = await steps.locked(connection, sheet.cycle_id)
    known = await declaring.locked(connection, sheet_id)
    actor = _entitled(person, cycle, known)
    board = await board_of(connection, known)
    given = await mandates.mandate(connection, actor, cycle.id)
    if known.state != "closed":
        raise Refused("sheet_not_closed", agency=known.agency_short)
    if not may_correct(actor, cycle, given, board.published.leaf(ruling.code).appraiser, known):
        raise Refused("not_allowed")
    correction = await corrections.standing(connection, cycle)
    assert correction is not None
    if ruling.kind == "ask":
        raise Refused("cycle_wrong_state")
    if not ruling.reason.strip():
        raise Refused("reason_missing")
    decisions = await queries.of_sheet(connection, sheet_id)
    entry = board.entries[ruling.code]
    if deciding.is_standing(ruling, deciding.standing_of(decisions).get(entry.id), actor):
        return
    deciding.refuse_stale(board, [ruling], decisions)
    made = deciding.decision_on(board, ruling)
    before = await _final(connection, board, entry)
    await deciding.write(connection, board, actor, [made], correction_id=correction.id)
    await _recompute(connection, board, made, actor)
    await _record(connection, board, made, actor, before, correction.id)


async def of_correction(connection: Connection, correction_id: UUID) -> Sequence[CorrectedLeaf]:
    """The leaves that a correction decided anew, in official order."""
    return [CorrectedLeaf(**dict(row)) for row in await queries.of_correction(connection, correction_id)]


def _entitled(person: Person | None, cycle: Cycle, sheet: Sheet) -> Person:
    if access.may(person, "entry:correct", state="correction", own=False):
        if permission.involved(person, sheet):
            raise Refused("own_agency")
        return steps.require(person, "entry:correct", cycle, own=False)
    return access.require(person, "entry:correct", state=cycle.state, own=permission.involved(person, sheet))


async def _recompute(connection: Connection, board: Board, made: tuple[SheetEntry, Ruling], person: Person) -> None:
    """Final points of what was corrected, and of every leaf that a changed shared fact reaches."""
    reached = await deciding.take_over(connection, board, [made], person)
    standing = deciding.standing_of(await queries.of_sheet(connection, board.sheet.id))
    await deciding.write_points(connection, board, "final", reached, standing)


async def _final(connection: Connection, board: Board, entry: SheetEntry) -> str | None:
    kept = (await sheet_queries.points_of_sheet(connection, board.sheet.id)).get(entry.id, {}).get("final")
    return None if kept is None or kept.points is None else scoring.write_value(kept.points)


async def _record(
    connection: Connection, board: Board, made: tuple[SheetEntry, Ruling], person: Person, before: str | None,
    correction_id: UUID,
) -> None:  # fmt: skip
    entry, ruling = made
    told = deciding.change_of(entry, ruling)
    change = msgspec.structs.replace(
        told,
        tag="appraisal:entry:correct",
        before={**(told.before or {}), "final": before},
        after={
            **(told.after or {}),
            "final": await _final(connection, board, entry),
            "correction": str(correction_id),
        },
    )
    await audit.record_all(connection, person.actor, [change])
