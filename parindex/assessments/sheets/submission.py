"""From the specialist to the leader to the appraisers: hand in, send back, approve and submit, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

import msgspec

from parindex import audit
from parindex.access import Person
from parindex.assessments.criteria.published_sets import criterion_of
from parindex.assessments.cycles import deadlines
from parindex.assessments.model import Cycle, Sheet, SheetEntry
from parindex.assessments.sheets import declaring, permission, queries, separation
from parindex.assessments.sheets.board import Board, board_of, cycle_of
from parindex.assessments.sheets.points_now import LeafNow
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.text import date_text, fold


async def hand_in(connection: Connection, person: Person | None, sheet_id: UUID) -> None:
    """Put a complete sheet before the leader.

    Raises:
        Refused: ``sheet_incomplete`` with a field for each gap, ``sheet_of_focal_point``, ``sheet_wrong_state``,
            ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    if _done_before(person, sheet, "sheet:hand_in", "with_leader"):
        return
    actor = permission.require(person, "sheet:hand_in", sheet).actor
    if not permission.may_bundle(person, sheet):
        raise Refused("sheet_of_focal_point")
    board = await _open_board(connection, sheet)
    if missing := gaps(board):
        raise Refused("sheet_incomplete", fields=tuple(missing), count=len({gap.field for gap in missing}))
    await declaring.move(connection, sheet, "with_leader", by=actor)


async def send_back(connection: Connection, person: Person | None, sheet_id: UUID, reason: str) -> None:
    """Return a sheet from the leader to those who fill it in.

    Raises:
        Refused: ``reason_missing``, ``sheet_wrong_state``, ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    actor = permission.require(person, "sheet:return", sheet).actor
    await _open_cycle(connection, sheet)
    if not nfc(reason):
        raise Refused("reason_missing")
    await declaring.move(connection, sheet, "drafting", by=actor, reason=nfc(reason))


async def submit(connection: Connection, person: Person | None, sheet_id: UUID) -> str:
    """Approve a sheet and send it to the appraisers; its self-assessed points are kept for good.

    Returns:
        The receipt code; a second click gets the same one.

    Raises:
        Refused: ``own_declaration``, ``sheet_incomplete``, ``sheet_wrong_state``, ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    if _done_before(person, sheet, "sheet:submit", "submitted") and sheet.receipt:
        return sheet.receipt
    actor = permission.require(person, "sheet:submit", sheet).actor
    await separation.require_apart(connection, person, sheet_id)
    board = await _open_board(connection, sheet)
    if missing := gaps(board):
        raise Refused("sheet_incomplete", fields=tuple(missing), count=len({gap.field for gap in missing}))
    number = await queries.next_receipt(connection, sheet.cycle_id)
    receipt = f"{initials(sheet.agency_short)}-{board.cycle.year}-{number:04}"
    await queries.set_receipt(connection, sheet_id, number, receipt)
    await keep_self_points(connection, board)
    await declaring.move(connection, sheet, "submitted", by=actor, receipt=receipt)
    return receipt


async def sent_before(connection: Connection, person: Person | None, sheet_id: UUID) -> bool:
    """Whether a sheet was sent already, asked by somebody who may send it: a second click."""
    sheet = await declaring.locked(connection, sheet_id)
    return bool(sheet.receipt) and _done_before(person, sheet, "sheet:submit", "submitted")


async def resend(connection: Connection, person: Person | None, sheet_id: UUID) -> None:
    """Sign and send what a corrected set had opened again; its self-assessed points are kept, nothing else moves.

    Raises:
        Refused: ``own_declaration``, ``nothing_reopened``, ``reopened_shut``, ``sheet_incomplete``,
            ``cycle_wrong_state``, ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    actor = permission.require(person, "sheet:resend", sheet).actor
    await separation.require_apart(connection, person, sheet_id)
    board = await board_of(connection, sheet)
    entries = resendable(board)
    codes = {entry.code for entry in entries}
    if missing := [gap for gap in gaps(board) if gap.field in codes]:
        raise Refused("sheet_incomplete", fields=tuple(missing), count=len({gap.field for gap in missing}))
    rows = [stage_row(entry, "self", board.points_now.leaves[entry.code]) for entry in entries]
    await queries.write_points(connection, rows)
    await queries.set_entry_states(connection, [entry.id for entry in entries], "open")
    await audit.record(
        connection, actor=actor, tag="agency:sheet:resend", subject=str(sheet_id), after={"leaves": sorted(codes)}
    )


def resendable(board: Board) -> list[SheetEntry]:
    """Leaves that a corrected set has opened again and that may be sent now.

    Raises:
        Refused: ``nothing_reopened``, ``reopened_shut``, ``cycle_wrong_state``.
    """
    opened = [entry for entry in board.entries.values() if entry.state == "reopened"]
    if not opened:
        raise Refused("nothing_reopened")
    if board.cycle.state not in ("self_assessment", "appraisal_1"):
        raise Refused("cycle_wrong_state")
    entries = [entry for entry in opened if entry.reopened]
    if not entries:
        closes = max(entry.reopen_closes for entry in opened if entry.reopen_closes is not None)
        raise Refused("reopened_shut", until=date_text(deadlines.last_day(closes)[0]))
    return entries


async def withdraw(connection: Connection, person: Person | None, sheet_id: UUID, reason: str) -> None:
    """Take a sheet back: as often as its year allows, and before an appraiser has opened it.

    Raises:
        Refused: ``withdrawal_refused``, ``reason_missing``, ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    if sheet.state == "appraisal_1" and permission.own(person, sheet):
        raise Refused("withdrawal_refused")
    actor = permission.require(person, "sheet:withdraw", sheet).actor
    cycle = await _open_cycle(connection, sheet)
    if sheet.withdrawals >= cycle.withdrawals:
        raise Refused("withdrawal_refused")
    if not nfc(reason):
        raise Refused("reason_missing")
    await queries.count_withdrawal(connection, sheet_id)
    await declaring.move(connection, sheet, "drafting", by=actor, reason=nfc(reason))


def gaps(board: Board) -> list[FieldError]:
    """What a sheet still lacks before it may be handed in, in the order of the law; the field is the leaf's code."""
    found = []
    for place in board.published.leaves:
        leaf, entry = board.points_now.leaves[place.code], board.entries[place.code]
        proved = bool(board.attached.get(entry.id)) or bool(entry.explanation)
        gap = gap_of(leaf, entry, criterion_of(place).evidence == "required", proved)
        if gap:
            found.append(FieldError(field=place.code, code=gap, values={"criterion": place.code}))
    return found


def gap_of(leaf: LeafNow, entry: SheetEntry, evidence_required: bool, proved: bool) -> str | None:
    """The first thing that an entry lacks, as a code of the error catalogue."""
    if leaf.excluded or leaf.state == "none":
        return None
    if leaf.state == "refused":
        return "gap_refused"
    if entry.inapplicable:
        return None if entry.explanation else "gap_why_inapplicable"
    if leaf.state == "unknown":
        return "gap_facts"
    return "gap_evidence" if evidence_required and not proved else None


def initials(name: str) -> str:
    """The letters that begin a receipt: ``Hòa Lâm`` gives HL.

    >>> initials("Thành phố Đại Phong"), initials("***")
    ('TPDP', 'CQ')
    """
    return "".join(word[0] for word in fold(name).split() if word[0].isalpha()).upper()[:6] or "CQ"


StageRow: TypeAlias = tuple[UUID, str, Decimal | None, Decimal, str, str]
"""(entry, stage, points, max, state, reason as JSON): points of a leaf as they are kept."""


async def keep_self_points(connection: Connection, board: Board) -> None:
    """Store the points as declared, with their reasons; refused facts have none."""
    await queries.write_points(
        connection,
        [stage_row(board.entries[code], "self", leaf) for code, leaf in board.points_now.leaves.items()],
    )


def stage_row(entry: SheetEntry, stage: str, leaf: LeafNow) -> StageRow:
    """Points of a leaf as a row of a stage."""
    state = "unknown" if leaf.state == "refused" else leaf.state
    reason: dict[str, object] = {"refusals": leaf.refusals}
    if leaf.reason is not None:
        flags = {"flags": leaf.flags} if leaf.flags else {}
        reason = {**msgspec.to_builtins(leaf.reason), **flags}
    return (entry.id, stage, leaf.points, leaf.max, state, msgspec.json.encode(reason).decode())


async def _open_board(connection: Connection, sheet: Sheet) -> Board:
    board = await board_of(connection, sheet)
    permission.require_open(sheet, board.cycle)
    return board


async def _open_cycle(connection: Connection, sheet: Sheet) -> Cycle:
    cycle = await cycle_of(connection, sheet)
    permission.require_open(sheet, cycle)
    return cycle


def _done_before(person: Person | None, sheet: Sheet, action: str, state: str) -> bool:
    """A second click: the step was already taken, and by somebody who may take it."""
    before: Mapping[str, str] = {"with_leader": "drafting", "submitted": "with_leader"}
    earlier = msgspec.structs.replace(sheet, state=before[state])
    return sheet.state == state and permission.may(person, action, earlier)
