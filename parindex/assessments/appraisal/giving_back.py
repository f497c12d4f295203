"""A sheet with a formal fault goes back to its agency, before anything on it is decided.

A file that cannot be read or a report that is not signed is no matter of points: the agency mends it and sends the sheet
again. The time for it is an extension by a decision like any other, so what is sent after it is refused.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit
from parindex.access import Person
from parindex.assessments.appraisal import queries
from parindex.assessments.appraisal.deciding import OPEN
from parindex.assessments.cycles import extending, steps
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import declaring, permission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.text import TIME_ZONE


async def give_back(
    connection: Connection, person: Person | None, sheet_id: UUID, *, last_day: date, decided: ReasonedDecision,
    zone: ZoneInfo = TIME_ZONE,
) -> UUID:  # fmt: skip
    """Give a sheet back for a formal fault, with time to mend it.

    Args:
        connection: In a transaction of the tenant.
        person: The secretary.
        sheet_id: The sheet.
        last_day: Until when it may be sent again, until 24:00.
        decided: The decision; its reason is the fault, which the agency reads.
        zone: The tenant's time.

    Returns:
        Its year.

    Raises:
        Refused: ``sheet_decided`` where an appraiser has decided or asked; ``invalid_fields`` for a day that is no later
            than the one that stands; ``cycle_wrong_state``, ``sheet_wrong_state``, ``not_allowed``, ``not_found``.
    """
    cycle, sheet = await returnable(connection, person, sheet_id)
    assert person is not None
    actor = person.actor
    await extending.give_time(connection, cycle, sheet, last_day, decided, by=actor, zone=zone)
    await declaring.move(connection, sheet, "drafting", by=actor, reason=decided.reason, faulty=True)
    await audit.record(
        connection, actor=actor, tag="agency:sheet:give_back", subject=str(sheet_id), before={"state": sheet.state},
        after={"fault": decided.reason, "decision": decided.number, "date": decided.date, "last_day": last_day},
    )  # fmt: skip
    if cycle.state == "appraisal_1":
        await steps.step(connection, cycle, "self_assessment", by=actor, reason=decided.reason)
    return cycle.id


async def is_returnable(connection: Connection, person: Person | None, cycle: Cycle, sheet: Sheet) -> bool:
    """Whether a page offers the person to give the sheet back now."""
    if cycle.state not in OPEN or not permission.may(person, "sheet:give_back", sheet):
        return False
    return not await queries.is_sheet_decided(connection, sheet.id)


async def returnable(connection: Connection, person: Person | None, sheet_id: UUID) -> tuple[Cycle, Sheet]:
    """A sheet that the person may give back now, held with its year.

    Raises:
        Refused: as :func:`give_back`.
    """
    # The year before its sheets, as in every deed that holds both.
    known = await sheet_queries.by_id(connection, sheet_id)
    if known is None:
        raise Refused("not_found")
    cycle = await steps.locked(connection, known.cycle_id)
    sheet = await declaring.locked(connection, sheet_id)
    permission.require(person, "sheet:give_back", sheet)
    if cycle.state not in OPEN:
        raise Refused("cycle_wrong_state")
    if made := await queries.of_sheet(connection, sheet_id):
        raise Refused("sheet_decided", count=len({one.entry_id for one in made}))
    return cycle, sheet
