"""Appraising: accept, change facts, set points, ask; the agency answers once.

An appraiser changes accepted *facts* and the rule computes the points; only where no rule can say it are points
set. A shared fact has one accepted value, so changing it changes the points of every leaf that takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from parindex import access, audit, scoring
from parindex.access import Person
from parindex.assessments.appraisal import mandates, queries
from parindex.assessments.cycles import deadlines
from parindex.assessments.model import (
    WITH_APPRAISERS,
    AppraisalDecision,
    Cycle,
    DecisionKind,
    PointsStage,
    Sheet,
    SheetEntry,
)
from parindex.assessments.sheets import declaring, permission, points_now
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.board import Board, board_of
from parindex.assessments.sheets.submission import stage_row
from parindex.assessments.sheets.typed_values import JUDGED_PLACES
from parindex.errors import Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import clock, date_text, number

OPEN: Final = ("self_assessment", "appraisal_1")
"""States of a year in which sheets are appraised: a submitted sheet need not wait for the deadline."""

STATES: Final[Mapping[str, str]] = {
    "accept": "agreed",
    "change_facts": "changed",
    "set_points": "changed",
    "ask": "asked",
}
"""What a decision makes of an entry."""


class Ruling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an appraiser wants to decide on one entry."""

    code: str
    """The leaf."""

    kind: DecisionKind
    """What."""

    facts: Mapping[str, str] = {}
    """For ``change_facts``: accepted values, canonical text by full name; equal ones change nothing."""

    points: Decimal | None = None
    """For ``set_points``: 0…max."""

    reason: str = ""
    """Needed for all but ``accept``; the agency reads it."""

    row_version: int | None = None
    """Version of the entry that the form was made from; ``None`` where nobody looked at a form."""


async def open_sheet(connection: Connection, person: Person | None, sheet_id: UUID) -> None:
    """An appraiser looks at a sheet for the first time: from now on it cannot be withdrawn."""
    sheet = await declaring.locked(connection, sheet_id)
    if sheet.state in ("submitted", "auto_locked") and permission.may(person, "appraisal:decide", sheet):
        assert person is not None
        await declaring.move(connection, sheet, "appraisal_1", by=person.actor)


async def decide(connection: Connection, person: Person | None, sheet_id: UUID, rulings: Sequence[Ruling]) -> None:
    """Decide entries of one sheet: all of them or none. The same decision again changes nothing.

    Args:
        connection: In a transaction of the tenant.
        person: The appraiser.
        sheet_id: The sheet.
        rulings: At most one for each leaf.

    Raises:
        Refused: ``own_agency``, ``not_allowed``, ``sheet_not_with_appraisers``, ``entry_changed``,
            ``reason_missing``, ``facts_unchanged``, ``decision_without_facts``, ``points_out_of_range``,
            ``gap_refused`` where the rule refuses the changed facts.
    """
    sheet = await declaring.locked(connection, sheet_id)
    actor = _entitled(person, sheet)
    board = await board_of(connection, sheet)
    _refuse_unless_open(board.cycle, sheet)
    given = await mandates.mandate(connection, actor, sheet.cycle_id)
    for ruling in rulings:
        if not given.covers(board.published.leaf(ruling.code).appraiser, sheet.agency_id):
            raise Refused("not_allowed")
    decisions = await queries.of_sheet(connection, sheet_id)
    standing = standing_of(decisions)
    new = [r for r in rulings if not is_standing(r, standing.get(board.entries[r.code].id), actor)]
    refuse_stale(board, new, decisions)
    made = [decision_on(board, ruling) for ruling in new]
    if not made:
        return
    if sheet.state != "appraisal_1":
        await declaring.move(connection, sheet, "appraisal_1", by=actor.actor)
    await write(connection, board, actor, made)
    await audit.record_all(connection, actor.actor, [change_of(entry, ruling) for entry, ruling in made])
    await _recompute(connection, board, made, actor)


async def answer(connection: Connection, person: Person | None, sheet_id: UUID, code: str, text: str) -> None:
    """Answer the appraiser's request on an entry, once; the same answer again changes nothing.

    Raises:
        Refused: ``nothing_asked``, ``reason_missing`` for an empty answer, ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    actor = permission.require(person, "entry:answer", sheet, code).actor
    entry = next((e for e in await sheet_queries.entries(connection, sheet_id) if e.code == code), None)
    if entry is None:
        raise Refused("not_found")
    text = nfc(text)
    asked = next((d for d in await queries.of_entry(connection, entry.id) if d.kind == "ask"), None)
    if asked is not None and asked.answer is not None and asked.answer == text:
        return
    if asked is None or entry.state != "asked":
        raise Refused("nothing_asked")
    if not text:
        raise Refused("reason_missing")
    if not await queries.insert_answer(connection, asked.id, text, actor):
        raise Refused("nothing_asked")
    await sheet_queries.set_entry_states(connection, [entry.id], "answered")
    await audit.record(
        connection, actor=actor, tag="agency:entry:answer", subject=str(entry.id),
        after={"code": code, "request": asked.id, "answer": text},
    )  # fmt: skip


def _entitled(person: Person | None, sheet: Sheet) -> Person:
    if person is not None and "appraiser" in person.roles:
        if permission.involved(person, sheet):
            raise Refused("own_agency")
        if sheet.state not in WITH_APPRAISERS:
            raise Refused("sheet_not_with_appraisers")
    return access.require(person, "appraisal:decide", state=sheet.state, own=permission.involved(person, sheet))


def _refuse_unless_open(cycle: Cycle, sheet: Sheet) -> None:
    if cycle.state not in OPEN or sheet.state not in WITH_APPRAISERS:
        raise Refused("sheet_not_with_appraisers")


def standing_of(decisions: Sequence[AppraisalDecision]) -> dict[object, AppraisalDecision]:
    """The newest deciding decision of each entry, from a list newest first."""
    found: dict[object, AppraisalDecision] = {}
    for decision in decisions:
        if decision.kind != "ask" and not decision.superseded:
            found.setdefault(decision.entry_id, decision)
    return found


def is_standing(ruling: Ruling, standing: AppraisalDecision | None, person: Person) -> bool:
    """A second click: the standing decision says the same, by the same person."""
    return (
        standing is not None
        and (standing.decided_by, standing.kind) == (person.actor, ruling.kind)
        and (standing.reason, standing.points) == (nfc(ruling.reason), ruling.points)
        and all(ruling.facts.get(name) == text for name, text in standing.facts.items())
    )


def refuse_stale(board: Board, rulings: Sequence[Ruling], decisions: Sequence[AppraisalDecision]) -> None:
    """Refuse a form made before another decision, or before the agency's answer, and say whose that was."""
    for ruling in rulings:
        entry = board.entries[ruling.code]
        if ruling.row_version is not None and ruling.row_version != entry.row_version:
            last = next((one for one in decisions if one.entry_id == entry.id), None)
            who = last.decided_by_name if last else entry.updated_by_name
            at = last.answered_at or last.at if last else entry.updated_at
            raise Refused("entry_changed", who=who or "–", at=clock(at))


def decision_on(board: Board, ruling: Ruling) -> tuple[SheetEntry, Ruling]:
    """The ruling as it will be recorded, or why it cannot be."""
    entry, leaf = board.entries[ruling.code], board.points_now.leaves[ruling.code]
    if entry.reopened and entry.reopen_closes is not None:
        raise Refused("entry_reopened", until=date_text(deadlines.last_day(entry.reopen_closes)[0]))
    reason = nfc(ruling.reason)
    if ruling.kind == "accept":
        if not leaf.known or leaf.excluded:
            raise Refused("decision_without_facts")
        return entry, Ruling(code=ruling.code, kind="accept", reason=reason)
    if not reason:
        raise Refused("reason_missing")
    if ruling.kind == "ask":
        return entry, Ruling(code=ruling.code, kind="ask", reason=reason)
    if ruling.kind == "set_points":
        return entry, Ruling(
            code=ruling.code, kind="set_points", points=_points(ruling.points, entry.max), reason=reason
        )
    return entry, Ruling(
        code=ruling.code, kind="change_facts", facts=_changed_facts(board, entry, ruling), reason=reason
    )


def _points(points: Decimal | None, most: Decimal) -> Decimal:
    if points is None or not 0 <= points <= most or -int(points.as_tuple().exponent) > JUDGED_PLACES:
        raise Refused("points_out_of_range", max=number(most))
    return points


def _changed_facts(board: Board, entry: SheetEntry, ruling: Ruling) -> dict[str, str]:
    """What differs from the declaration; the rule must be able to score it."""
    own = points_now.of_entry(entry)
    declared = {name: own.get(name) or _shared_value(board, name) for name in ruling.facts}
    changed = {name: text for name, text in ruling.facts.items() if text != declared[name]}
    if not changed:
        raise Refused("facts_unchanged")
    facts = points_now.of_sheet(board.published, board.sheet)
    facts |= {name: fact.effective for name, fact in board.shared.items() if fact.effective is not None}
    leaf = points_now.score(board.published, entry.code, points_now.values(board.published, facts | own | changed))
    if leaf.state == "refused":
        raise Refused("gap_refused", criterion=entry.code)
    return changed


def _shared_value(board: Board, name: str) -> str | None:
    fact = board.shared.get(name)
    return fact.value if fact else None


async def write(
    connection: Connection,
    board: Board,
    person: Person,
    made: Sequence[tuple[SheetEntry, Ruling]],
    *,
    correction_id: UUID | None = None,
) -> None:
    """Append decisions with what they make of their entries; the audit row is the caller's."""
    sheet = board.sheet
    await queries.insert(
        connection,
        [
            (
                new_id(), entry.id, sheet.id, sheet.agency_id, 1, ruling.kind, ruling.facts, ruling.points,
                entry.max, ruling.kind == "accept" and entry.inapplicable, ruling.reason, person.actor,
                person.agency_id, correction_id,
            )
            for entry, ruling in made
        ],
    )  # fmt: skip
    for kind, state in STATES.items():
        if ids := [entry.id for entry, ruling in made if ruling.kind == kind]:
            await sheet_queries.set_entry_states(connection, ids, state)


def change_of(entry: SheetEntry, ruling: Ruling) -> audit.Change:
    """A decision as the audit record tells it."""
    points = None if ruling.points is None else scoring.write_value(ruling.points)
    return audit.Change(
        tag="appraisal:entry:decide",
        subject=str(entry.id),
        before={"code": entry.code, "state": entry.state},
        after={"kind": ruling.kind, "facts": ruling.facts, "reason": ruling.reason, "points": points},
    )


async def _recompute(
    connection: Connection,
    board: Board,
    made: Sequence[tuple[SheetEntry, Ruling]],
    person: Person,
) -> None:
    """Round 1 points of what was decided, and of every decided leaf that a changed shared fact reaches."""
    reached = await take_over(connection, board, made, person)
    after = standing_of(await queries.of_sheet(connection, board.sheet.id))
    decided = {code for code in reached if board.entries[code].id in after}
    await write_points(connection, board, "round1", decided, after)


async def take_over(
    connection: Connection, board: Board, made: Sequence[tuple[SheetEntry, Ruling]], person: Person
) -> set[str]:
    """Let shared facts hold as they were decided; gives every leaf whose points that may move."""
    decided = [(entry, ruling) for entry, ruling in made if ruling.kind != "ask"]
    reached = {entry.code for entry, _ in decided}
    for entry, ruling in decided:
        released = await sheet_queries.release_shared(connection, board.sheet.id, entry.id)
        accepted = {name: text for name, text in ruling.facts.items() if "." not in name}
        if accepted:
            await sheet_queries.accept_shared(
                connection, board.sheet.id, entry.id, list(accepted.items()), person.actor
            )
        for name in {*released, *accepted}:
            reached |= set(board.published.users[name])
    return reached


async def write_points(
    connection: Connection,
    board: Board,
    stage: PointsStage,
    codes: Collection[str],
    standing: Mapping[object, AppraisalDecision],
) -> None:
    """Keep the points of leaves as they follow from the decisions that stand and the shared facts that hold now."""
    shared = await sheet_queries.shared(connection, board.sheet.id)
    typed_shared = points_now.of_sheet(board.published, board.sheet)
    typed_shared |= {fact.name: fact.effective for fact in shared if fact.effective is not None}
    rows = []
    for code in sorted(codes):
        entry = board.entries[code]
        facts = typed_shared | points_now.after(entry, standing.get(entry.id))
        leaf = points_now.score(board.published, code, points_now.values(board.published, facts))
        rows.append(stage_row(entry, stage, leaf))
    await sheet_queries.write_points(connection, rows)
