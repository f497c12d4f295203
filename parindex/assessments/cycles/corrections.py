"""A published year that is corrected: reopened under a decision, corrected leaf by leaf, and computed again.

What was published stays as it is. The correction leads to another edition, which supersedes the one that is named here,
or is given up where nothing came of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from parindex import audit
from parindex.access import Person
from parindex.assessments.cycles import queries, steps
from parindex.assessments.cycles.year_correction import YearCorrection
from parindex.assessments.model import Cycle
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id

OPEN: Final = ("correction", "approval")
"""States in which the newest correction of a year leads to an edition that is to come."""


async def reopen(
    connection: Connection, person: Person | None, cycle_id: UUID, *, edition_id: UUID, decided: ReasonedDecision
) -> Cycle:
    """Reopen a published year for correction.

    Args:
        connection: In a transaction of the tenant.
        person: Who enters the decision.
        cycle_id: The year.
        edition_id: Its last edition.
        decided: The decision.

    Raises:
        Refused: ``year_imported``; ``cycle_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle = await steps.locked(connection, cycle_id)
    actor = steps.require(person, "year:reopen", cycle).actor
    if cycle.marked == "imported":
        raise Refused("year_imported")
    correction_id = new_id()
    await queries.insert_correction(connection, correction_id, cycle_id, edition_id, decided, actor)
    await audit.record(
        connection, actor=actor, tag="cycle:correction:open", subject=str(cycle_id),
        after={"correction": str(correction_id), "edition": str(edition_id), "decision": decided.number,
               "date": decided.date, "reason": decided.reason},
    )  # fmt: skip
    return await steps.step(connection, cycle, "correction", by=actor, reason=decided.reason)


async def standing(connection: Connection, cycle: Cycle) -> YearCorrection | None:
    """The correction that a year is in; none where it is published for the first time, or done."""
    return await queries.newest_correction(connection, cycle.id) if cycle.state in OPEN else None


async def newest(connection: Connection, cycle_id: UUID) -> YearCorrection | None:
    """The last time that a year was reopened, whatever came of it."""
    return await queries.newest_correction(connection, cycle_id)


async def corrected_at(connection: Connection, correction: YearCorrection) -> datetime:
    """When something was last corrected: the last decision on a leaf, else the moment when the year was reopened."""
    return await queries.last_corrected(connection, correction.id) or correction.at


async def step_back(connection: Connection, cycle: Cycle, *, by: str, reason: str) -> Cycle:
    """Send a year back from approval to where it came from."""
    correcting = await standing(connection, cycle) is not None
    return await steps.step(connection, cycle, "correction" if correcting else "consolidation", by=by, reason=reason)
