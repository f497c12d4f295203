"""A sheet with whoever has its leaves, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.assignments import assigning, queries
from parindex.assessments.assignments.model import Colleague, HandIn
from parindex.assessments.sheets.board import Board, read_part
from parindex.store.database import Connection


class AssignedSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet as a person sees it, and who of their agency has what."""

    board: Board
    """The sheet, or the person's part of it."""

    handed: Mapping[UUID, HandIn]
    """The newest hand-in by entry."""

    colleagues: Sequence[Colleague]
    """Whom the person may give leaves to; nobody unless they may."""

    assignable: frozenset[str]
    """Leaves that the person may give."""

    mine: frozenset[str]
    """Leaves that the person declares by assignment."""


async def chosen(
    connection: Connection, person: Person | None, sheet_id: UUID, leaves: Sequence[str], areas: Sequence[str]
) -> list[str]:
    """The leaves that were named, and those of the named areas that the person may give, each once.

    Raises:
        Refused: ``sign_in_needed``, ``not_found``.
    """
    if not areas:
        return list(dict.fromkeys(leaves))
    known = await read(connection, person, sheet_id)
    places = known.board.published.leaves
    whole = [one.code for one in places if one.code in known.assignable and (one.area or one.part) in areas]
    return list(dict.fromkeys([*leaves, *whole]))


async def read(connection: Connection, person: Person | None, sheet_id: UUID) -> AssignedSheet:
    """Who has which leaf.

    Raises:
        Refused: ``sign_in_needed``, ``not_found``.
    """
    board = await read_part(connection, person, sheet_id)
    assert person is not None
    assignable = assigning.assignable(person, board.sheet, board.entries)
    offered = bool(assignable) and person.agency_id is not None
    return AssignedSheet(
        board=board,
        handed=await queries.hand_ins(connection, sheet_id),
        colleagues=await queries.colleagues(connection, person.agency_id) if offered and person.agency_id else (),
        assignable=assignable,
        mine=board.sheet.assignments.held_by(person.id),
    )
