"""A sheet with everything that its pages show, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.criteria.published_sets import Published, only, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.evidence import queries as evidence_queries
from parindex.assessments.model import Attached, Cycle, SharedFact, Sheet, SheetEntry
from parindex.assessments.sheets import permission, points_now, queries
from parindex.errors import Refused
from parindex.store.database import Connection


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet with everything that its page shows."""

    cycle: Cycle
    """Its year."""

    sheet: Sheet
    """The sheet."""

    published: Published
    """The criteria set that it answers."""

    entries: Mapping[str, SheetEntry]
    """By code of the leaf."""

    shared: Mapping[str, SharedFact]
    """By name."""

    attached: Mapping[UUID, Sequence[Attached]]
    """By entry id."""

    points_now: points_now.PointsNow
    """Points as declared now."""

    owner: str | None = None
    """The owner body whose leaves alone these are; ``None``: the whole sheet."""


async def read_board(connection: Connection, person: Person | None, sheet_id: UUID) -> Board:
    """A sheet as a person may see it.

    Raises:
        Refused: ``sign_in_needed``, ``not_found``.
    """
    sheet = await queries.by_id(connection, sheet_id)
    if sheet is None:
        raise Refused("sign_in_needed" if person is None else "not_found")
    permission.require(person, "sheet:read", sheet)
    return await board_of(connection, sheet)


async def read_part(connection: Connection, person: Person | None, sheet_id: UUID, code: str | None = None) -> Board:
    """A sheet as a person may see it; to an owner body its own leaves and nothing else.

    Args:
        connection: In a transaction.
        person: Who looks.
        sheet_id: The sheet.
        code: A leaf that has to be among them.

    Raises:
        Refused: ``sign_in_needed``, ``not_found``.
    """
    sheet = await queries.by_id(connection, sheet_id)
    if sheet is None:
        raise Refused("sign_in_needed" if person is None else "not_found")
    mine = permission.part(person, sheet)
    if not mine or permission.may(person, "sheet:read", sheet):
        permission.require(person, "sheet:read", sheet)
        return await board_of(connection, sheet)
    if not permission.may_part(person, "sheet:read", sheet) or (code is not None and code not in mine):
        raise Refused("not_found")
    whole = await board_of(connection, sheet)
    return _only(whole, mine, next(iter(sheet.owners[one].name for one in mine)))


def _only(board: Board, codes: frozenset[str], owner: str) -> Board:
    """What of a sheet belongs to some leaves: their entries, the facts that they take, their points."""
    known = only(board.published, codes)
    entries = {code: entry for code, entry in board.entries.items() if code in codes}
    named = {asked.name for fields in known.fields.values() for asked in fields}
    shared = {name: fact for name, fact in board.shared.items() if name in named}
    kept = {entry.id for entry in entries.values()}
    facts = points_now.declared(known, board.sheet, entries.values(), shared.values())
    return msgspec.structs.replace(
        board, published=known, entries=entries, shared=shared, owner=owner,
        attached={entry_id: found for entry_id, found in board.attached.items() if entry_id in kept},
        points_now=points_now.counted(known, facts),
    )  # fmt: skip


async def board_of(connection: Connection, sheet: Sheet) -> Board:
    """Everything about a sheet, in a fixed number of queries."""
    cycle = await cycle_of(connection, sheet)
    known = await published(connection, cycle.criteria_set_id)
    entries = {entry.code: entry for entry in await queries.entries(connection, sheet.id)}
    shared = {fact.name: fact for fact in await queries.shared(connection, sheet.id)}
    attached: dict[UUID, list[Attached]] = {}
    for attachment in await evidence_queries.of_sheet(connection, sheet.id):
        attached.setdefault(attachment.entry_id, []).append(attachment)
    facts = points_now.declared(known, sheet, entries.values(), shared.values())
    return Board(
        cycle=cycle,
        sheet=sheet,
        published=known,
        entries=entries,
        shared=shared,
        attached=attached,
        points_now=points_now.counted(known, facts),
    )


async def cycle_of(connection: Connection, sheet: Sheet) -> Cycle:
    """The cycle of a sheet."""
    cycle = await cycle_queries.by_id(connection, sheet.cycle_id)
    assert cycle is not None
    return cycle
