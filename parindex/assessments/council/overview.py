"""How far the years that are under way are, as totals: no agency, no points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.assessments.council import queries
from parindex.assessments.cycles import listing
from parindex.assessments.model import SENT, Cycle
from parindex.store.database import Connection

NOT_UNDER_WAY: Final = frozenset({"draft", "published", "archived", "cancelled"})
"""States of a year of which there is nothing to follow."""


class YearOverview(msgspec.Struct, frozen=True, kw_only=True):
    """A year that is under way, in totals."""

    cycle: Cycle
    """The year."""

    sheets: Mapping[str, int]
    """Sheets by their state."""

    overdue: int
    """Sheets that are due and still lie with their agency."""

    decided: int
    """Entries that were decided."""

    to_decide: int
    """Entries that are decided, or wait for it."""

    asked: int
    """Entries whose agency was asked and has not answered."""

    @property
    def total(self) -> int:
        """Sheets, without those that were handed over to a successor."""
        return sum(count for state, count in self.sheets.items() if state != "handed_over")

    @property
    def sent(self) -> int:
        """Sheets that were submitted or locked as they were."""
        return sum(count for state, count in self.sheets.items() if state in SENT)


async def overview(connection: Connection, person: Person | None) -> Sequence[YearOverview]:
    """Every year that is under way, newest first.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    access.require(person, "overview:read")
    cycles = [cycle for cycle in await listing.every(connection) if cycle.state not in NOT_UNDER_WAY]
    ids = [cycle.id for cycle in cycles]
    sheets: dict[UUID, dict[str, int]] = {one: {} for one in ids}
    overdue = dict.fromkeys(ids, 0)
    for row in await queries.sheet_totals(connection, ids):
        sheets[row["cycle_id"]][row["state"]] = row["count"]
        overdue[row["cycle_id"]] += row["overdue"]
    decided = {row["cycle_id"]: row for row in await queries.decided_totals(connection, ids)}
    return [
        YearOverview(
            cycle=cycle,
            sheets=sheets[cycle.id],
            overdue=overdue[cycle.id],
            decided=decided[cycle.id]["decided"] if cycle.id in decided else 0,
            to_decide=decided[cycle.id]["to_decide"] if cycle.id in decided else 0,
            asked=decided[cycle.id]["asked"] if cycle.id in decided else 0,
        )
        for cycle in cycles
    ]
