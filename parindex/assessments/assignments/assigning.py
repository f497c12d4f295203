"""Who declares which leaf: given by the focal point, handed in by whoever has it, given back with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from parindex import audit
from parindex.access import Person
from parindex.assessments.assignments import queries
from parindex.assessments.assignments.model import AssignedLeaf, HandIn, LeafPart
from parindex.assessments.model import Sheet
from parindex.assessments.sheets import declaring, permission, submission
from parindex.assessments.sheets.board import Board, board_of
from parindex.errors import FieldError, Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection


def assignable(person: Person | None, sheet: Sheet, codes: Collection[str]) -> frozenset[str]:
    """The leaves that a person may give to colleagues: those that their agency declares alone or as owner body."""
    if person is None or person.agency_id is None:
        return frozenset()
    return frozenset(
        code for code in codes
        if _declaring_agency(sheet, code) == person.agency_id and permission.may(person, "leaf:assign", sheet, code)
    )  # fmt: skip


async def assign(
    connection: Connection, person: Person | None, sheet_id: UUID, codes: Sequence[str], to: UUID, part: LeafPart
) -> None:
    """Give leaves to a colleague; an owner takes the place of the one before.

    Raises:
        Refused: ``not_declared_by_agencies``, ``not_allowed``, ``not_found``; ``invalid_fields`` where nothing is
            chosen, or the colleague may declare nothing of the agency (``colleague_unknown``).
    """
    sheet, giver = await _assigning(connection, person, sheet_id, codes)
    assert giver.agency_id is not None
    if to not in {one.id for one in await queries.colleagues(connection, giver.agency_id)}:
        raise Refused("invalid_fields", fields=(FieldError(field="person", code="colleague_unknown"),))
    held = sheet.assignments
    wanted = [code for code in codes if not any((one.person_id, one.part) == (to, part) for one in held.of(code))]
    ended = [
        one for code in wanted for one in held.of(code)
        if one.person_id == to or (part == "owner" and one.part == "owner")
    ]  # fmt: skip
    await queries.end(connection, sheet_id, [one.code for one in ended], [one.person_id for one in ended])
    await queries.begin(connection, sheet_id, wanted, to, part)
    await _on_record(connection, sheet, giver, {code: {"person": str(to), "part": part} for code in wanted}, ended)


async def release(
    connection: Connection, person: Person | None, sheet_id: UUID, codes: Sequence[str], of: UUID | None = None
) -> None:
    """Take leaves back from a colleague, or from whoever has them.

    Raises:
        Refused: as :func:`assign`.
    """
    sheet, giver = await _assigning(connection, person, sheet_id, codes)
    ended = [one for code in codes for one in sheet.assignments.of(code) if of is None or one.person_id == of]
    await queries.end(connection, sheet_id, [one.code for one in ended], [one.person_id for one in ended])
    await _on_record(connection, sheet, giver, {}, ended)


async def hand_in(connection: Connection, person: Person | None, sheet_id: UUID) -> Sequence[str]:
    """Hand in what a person declares of a sheet and has not handed in yet; the codes.

    Raises:
        Refused: ``nothing_to_hand_in``; ``sheet_incomplete`` with a field for each gap; ``sheet_wrong_state``,
            ``not_allowed``.
    """
    sheet = await declaring.locked(connection, sheet_id)
    mine = sheet.assignments.held_by(person.id) if person else frozenset()
    actor = permission.require(person, "leaf:hand_in", sheet, min(mine, default=None))
    board = await board_of(connection, sheet)
    permission.require_open(sheet, board.cycle)
    before = await queries.hand_ins(connection, sheet_id)
    left = [
        place.code for place in board.published.leaves if place.code in mine and not is_in(board, before, place.code)
    ]
    if not left:
        raise Refused("nothing_to_hand_in")
    if missing := [gap for gap in submission.gaps(board) if gap.field in left]:
        raise Refused("sheet_incomplete", fields=tuple(missing), count=len({gap.field for gap in missing}))
    entries = [board.entries[code] for code in left]
    await queries.hand_in(connection, [(entry.id, entry.row_version) for entry in entries], actor.id)
    await audit.record(
        connection, actor=actor.actor, tag="agency:leaf:hand_in", subject=str(sheet_id), after={"leaves": left}
    )
    return left


async def give_back(
    connection: Connection, person: Person | None, sheet_id: UUID, codes: Sequence[str], reason: str
) -> None:
    """Give leaves that were handed in back to whoever declares them.

    Raises:
        Refused: ``reason_missing``; ``nothing_handed_in`` where none of them is; as :func:`assign`.
    """
    sheet, giver = await _assigning(connection, person, sheet_id, codes, "leaf:give_back")
    if not nfc(reason):
        raise Refused("invalid_fields", fields=(FieldError(field="reason", code="reason_missing"),))
    board = await board_of(connection, sheet)
    permission.require_open(sheet, board.cycle)
    before = await queries.hand_ins(connection, sheet_id)
    back = [code for code in codes if is_in(board, before, code)]
    if not back:
        raise Refused("invalid_fields", fields=(FieldError(field="leaf", code="nothing_handed_in"),))
    await queries.give_back(connection, [board.entries[code].id for code in back], giver.id, nfc(reason))
    await audit.record(
        connection, actor=giver.actor, tag="agency:leaf:give_back", subject=str(sheet_id),
        after={"leaves": back, "reason": nfc(reason)},
    )  # fmt: skip


async def held(connection: Connection, person: Person) -> Mapping[UUID, frozenset[str]]:
    """The leaves that a person declares by assignment, by sheet."""
    return await queries.held(connection, person.id)


def is_in(board: Board, handed: Mapping[UUID, HandIn], code: str) -> bool:
    """Whether a leaf is handed in as it stands now."""
    entry = board.entries[code]
    newest = handed.get(entry.id)
    return newest is not None and newest.holds(entry.row_version)


async def _assigning(
    connection: Connection, person: Person | None, sheet_id: UUID, codes: Sequence[str], action: str = "leaf:assign"
) -> tuple[Sheet, Person]:
    """The sheet, held, and whoever may give these leaves to others."""
    sheet = await declaring.locked(connection, sheet_id)
    giver = permission.require(person, action, sheet, min(permission.part(person, sheet), default=None))
    known = (await board_of(connection, sheet)).entries
    if not codes:
        raise Refused("invalid_fields", fields=(FieldError(field="leaf", code="field_empty"),))
    for code in codes:
        if code not in known:
            raise Refused("not_declared_by_agencies", criterion=code)
        permission.require(person, action, sheet, code)
        if _declaring_agency(sheet, code) != giver.agency_id:
            raise Refused("not_allowed")
    return sheet, giver


def _declaring_agency(sheet: Sheet, code: str) -> UUID:
    owner = sheet.owners.get(code)
    return owner.id if owner else sheet.agency_id


async def _on_record(
    connection: Connection, sheet: Sheet, giver: Person, given: Mapping[str, Mapping[str, str]],
    ended: Sequence[AssignedLeaf],
) -> None:  # fmt: skip
    if not given and not ended:
        return
    before: dict[str, list[dict[str, str]]] = {}
    for one in ended:
        before.setdefault(one.code, []).append({"person": str(one.person_id), "part": one.part})
    await audit.record(
        connection, actor=giver.actor, tag="agency:leaf:assign", subject=str(sheet.id), before=before, after=given
    )
