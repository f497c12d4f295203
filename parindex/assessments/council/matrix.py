"""Who is how far: the secretary's matrix and the appraiser's queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal.deciding import Mandate
from parindex.assessments.council import queries
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.errors import Refused
from parindex.store.database import Connection, Row

SHEETS_COUNTED: Final = 4096
"""Sheets whose counts are held; those counted longest ago go first."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's area."""

    total: int
    """Entries to decide."""

    decided: int
    """Of them decided."""

    asked: int
    """Of them waiting for the agency."""

    answered: int
    """Of them answered, waiting for the appraiser."""

    gap: Decimal
    """Self-assessed minus appraised points of what was decided."""


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """Agencies × areas."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    sheets: Sequence[Sheet]
    """Rows, in official order."""

    cells: Mapping[tuple[UUID, str], Cell]
    """By (sheet, area); only sheets that lie with the appraisers, or did, have any."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What a person appraises in a year."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    mandate: Mandate
    """For which bodies."""

    counts: Mapping[str, tuple[int, int, int]]
    """By leaf: (to decide, decided, answered by the agency and waiting)."""


_counted: Final[dict[UUID, tuple[tuple[int, int], Mapping[str, Cell]]]] = {}
"""By sheet: the versions of it and of its entries when they were counted, and the counts by area."""


async def matrix(connection: Connection, person: Person | None, cycle_id: UUID) -> Matrix:
    """How far every agency is in every area.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``sign_in_needed``.
    """
    cycle = await _cycle(connection, cycle_id)
    access.require(person, "cycle:read", state=cycle.state)
    known = await published(connection, cycle.criteria_set_id)
    return Matrix(
        cycle=cycle,
        published=known,
        sheets=await sheet_queries.of_cycle(connection, cycle_id),
        cells=await _cells(connection, cycle_id, known),
    )


async def _cells(connection: Connection, cycle_id: UUID, known: Published) -> dict[tuple[UUID, str], Cell]:
    # Fifteen thousand entries are counted again only where one of a sheet changed since somebody last looked.
    now = {row["sheet_id"]: (row["sheet"], row["entries"]) for row in await queries.versions(connection, cycle_id)}
    changed = [sheet for sheet, version in now.items() if sheet not in _counted or _counted[sheet][0] != version]
    placed = [(place.code, place.area) for place in known.leaves if place.area is not None]
    found: dict[UUID, dict[str, Cell]] = {sheet: {} for sheet in changed}
    for row in await queries.by_area(connection, changed, [code for code, _ in placed], [area for _, area in placed]):
        found[row["sheet_id"]][row["area"]] = Cell(
            total=row["total"],
            decided=row["decided"],
            asked=row["asked"],
            answered=row["answered"],
            gap=row["gap"] or Decimal(0),
        )
    areas = {sheet: found[sheet] if sheet in found else _counted[sheet][1] for sheet in now}
    for sheet, cells in found.items():
        _counted.pop(sheet, None)
        _counted[sheet] = (now[sheet], cells)
    while len(_counted) > SHEETS_COUNTED:
        del _counted[next(iter(_counted))]
    return {(sheet, area): cell for sheet, cells in areas.items() for area, cell in cells.items()}


async def queue(connection: Connection, person: Person | None, cycle_id: UUID) -> Queue:
    """The leaves that a person appraises, with how far each is; other agencies' own business stays out.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``sign_in_needed``.
    """
    cycle = await _cycle(connection, cycle_id)
    actor = access.require(person, "appraisal:read", state="appraisal_1", own=False)
    known = await published(connection, cycle.criteria_set_id)
    given = await deciding.mandate(connection, actor, cycle_id)
    return Queue(
        cycle=cycle,
        published=known,
        mandate=given,
        counts=_counts(known, given, actor, await queries.by_code(connection, cycle_id, given.named)),
    )


def _counts(known: Published, given: Mandate, person: Person, rows: Sequence[Row]) -> dict[str, tuple[int, int, int]]:
    everything = "appraiser" not in person.roles
    found: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        if everything or given.covers(known.places[row["code"]].appraiser, row["agency_id"]):
            total, decided, answered = found.get(row["code"], (0, 0, 0))
            found[row["code"]] = (total + row["total"], decided + row["decided"], answered + row["answered"])
    return found


async def _cycle(connection: Connection, cycle_id: UUID) -> Cycle:
    cycle = await cycle_queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("not_found")
    return cycle
