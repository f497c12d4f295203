"""The secretary's matrix: how far every agency is in every area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.council import queries
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import listing
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Connection

SHEETS_COUNTED: Final = 4096
"""Sheets whose counts are held; those counted longest ago go first."""


class AreaCounts(msgspec.Struct, frozen=True, kw_only=True):
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

    cells: Mapping[tuple[UUID, str], AreaCounts]
    """By (sheet, area); only sheets that lie with the appraisers, or did, have any."""


_counted: Final[dict[UUID, tuple[tuple[int, int], Mapping[str, AreaCounts]]]] = {}
"""By sheet: the versions of it and of its entries when they were counted, and the counts by area."""


async def matrix(connection: Connection, person: Person | None, cycle_id: UUID) -> Matrix:
    """How far every agency is in every area.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``sign_in_needed``.
    """
    cycle = await listing.by_id(connection, cycle_id)
    access.require(person, "cycle:read", state=cycle.state)
    known = await published(connection, cycle.criteria_set_id)
    return Matrix(
        cycle=cycle,
        published=known,
        sheets=await sheet_queries.of_cycle(connection, cycle_id),
        cells=await _cells(connection, cycle_id, known),
    )


async def _cells(connection: Connection, cycle_id: UUID, known: Published) -> dict[tuple[UUID, str], AreaCounts]:
    # Fifteen thousand entries are counted again only where one of a sheet changed since somebody last looked.
    now = {row["sheet_id"]: (row["sheet"], row["entries"]) for row in await queries.versions(connection, cycle_id)}
    changed = [sheet for sheet, version in now.items() if sheet not in _counted or _counted[sheet][0] != version]
    placed = [(place.code, place.area) for place in known.leaves if place.area is not None]
    found: dict[UUID, dict[str, AreaCounts]] = {sheet: {} for sheet in changed}
    for row in await queries.by_area(connection, changed, [code for code, _ in placed], [area for _, area in placed]):
        found[row["sheet_id"]][row["area"]] = AreaCounts(
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
