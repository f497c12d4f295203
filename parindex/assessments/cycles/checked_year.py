"""What every check before a deed on a year begins with: the year, if the person may do the deed, and how it is called."""

from __future__ import annotations

from uuid import UUID

from parindex.access import Person
from parindex.assessments.cycles import listing, steps
from parindex.assessments.model import Cycle
from parindex.audit.confirmation import CheckSentence, said
from parindex.errors import N_
from parindex.store.database import Connection


async def allowed(connection: Connection, person: Person | None, action: str, cycle_id: UUID, *, hold: bool) -> Cycle:
    """The year, where the person may do the action in its state.

    Args:
        connection: In a transaction of the tenant.
        person: Who would do it.
        action: An action of the policy table.
        cycle_id: The year.
        hold: Nobody else moves the year until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``, ``sign_in_needed``.
    """
    cycle = await (steps.locked(connection, cycle_id) if hold else listing.by_id(connection, cycle_id))
    steps.require(person, action, cycle)
    return cycle


def named(cycle: Cycle) -> CheckSentence:
    """Which year a deed is done to."""
    return said(N_("Kỳ đánh giá năm %(year)s"), year=str(cycle.year))
