"""Closing self-assessment and appraisal: what is there is locked, nothing is invented."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from parindex.access import Person
from parindex.assessments.cycles import steps
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Sheet
from parindex.assessments.sheets import declaring, handing_in, queries
from parindex.assessments.sheets.board import Board, board_of
from parindex.errors import Refused
from parindex.store.database import Connection, Row

NAMED: Final = 12
"""Undecided entries that a refusal names; it counts all."""


async def close_self_assessment(connection: Connection, person: Person | None, cycle_id: UUID) -> Cycle:
    """Lock every sheet that was not submitted, with what is there and unsigned, and go on to appraisal.

    A sheet that nobody touched, or that holds nothing, is no submission, which is not zero.

    Raises:
        Refused: ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "cycle:close_self_assessment", cycle).actor
    await queries.lock_of_cycle(connection, cycle_id)
    for sheet in await queries.of_cycle(connection, cycle_id):
        await _lock(connection, sheet, actor)
    return await steps.step(connection, cycle, "appraisal_1", by=actor)


async def _lock(connection: Connection, sheet: Sheet, actor: str) -> None:
    if sheet.state == "not_started":
        await declaring.move(connection, sheet, "no_submission", by=actor)
    elif sheet.state in ("drafting", "with_leader"):
        board = await board_of(connection, sheet)
        if sheet.state == "drafting" and _holds_nothing(board):
            await declaring.move(connection, sheet, "no_submission", by=actor)
            return
        await handing_in.keep_self_points(connection, board)
        await declaring.move(connection, sheet, "auto_locked", by=actor)


def _holds_nothing(board: Board) -> bool:
    return all(fact.value is None for fact in board.shared.values()) and not any(
        entry.facts or entry.judged is not None or entry.inapplicable for entry in board.entries.values()
    )


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
        for row in await queries.summary_of_cycle(connection, cycle_id)
        if found[row["sheet_id"]].state in WITH_APPRAISERS and undecided(row)
    ]
    if waiting:
        named = "; ".join(sorted(waiting)[:NAMED]) + ("; …" if len(waiting) > NAMED else "")
        raise Refused("cycle_undecided", count=len(waiting), entries=named)
    await queries.finish_points(connection, cycle_id)
    for sheet in found.values():
        if sheet.state in WITH_APPRAISERS:
            await declaring.move(connection, sheet, "closed", by=actor)
    return await steps.step(connection, cycle, "consolidation", by=actor)


def undecided(row: Row) -> bool:
    """Whether an entry of :func:`queries.sheets.summary_of_cycle` still waits for a decision."""
    return bool(row["to_decide"]) and row["state"] not in ("agreed", "changed")
