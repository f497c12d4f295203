"""The start page of whoever is signed in: who owes what by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response, get

from parindex import access
from parindex.access import Person
from parindex.access.handovers import unheld
from parindex.access.office import office_waits
from parindex.access.office.office_waits import OfficeWaits
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.notices_view import amended_sets, decided_steps, moved_deadlines, notice_items
from parindex.api.work.reopened_items import declares_anew, sends_again
from parindex.api.work.worklist_view import WorkOf, worklist_page
from parindex.assessments.amendments import amending
from parindex.assessments.amendments.model import ReopenedLeaf, SetAmendment
from parindex.assessments.appraisal import deciding, decisions
from parindex.assessments.appraisal.decisions import OpenRequest
from parindex.assessments.appraisal.queue import Queue, queue
from parindex.assessments.assignments import assigning
from parindex.assessments.cycles import closing, extending, listing, pausing
from parindex.assessments.cycles.deadline_changes import DeadlineChange
from parindex.assessments.cycles.pausing import DecidedStep
from parindex.assessments.model import Cycle, Sheet
from parindex.assessments.sheets import listing as sheet_listing
from parindex.errors import Refused
from parindex.jobs import job_requests, notices
from parindex.rankings import years
from parindex.store.database import Connection
from parindex.surveys.model import Round
from parindex.surveys.rounds import opening


@get("/work", include_in_schema=False)
async def worklist(request: PageRequest, services: Given) -> Response[str]:
    """Sheets, requests, queues and years that wait for this person."""
    person = request.person
    if person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.tenant.id) as connection:
        cycles = await listing.every(connection)
        sheets = await _sheets(connection, person)
        work = WorkOf(
            cycles=cycles,
            sheets=sheets,
            parts=await _parts(connection, person),
            requests=await _requests(connection, person),
            reopened=await _reopened(connection, person),
            assigned=await _assigned(connection, person),
            queues=await _queues(connection, person, cycles),
            undecided=await _undecided(connection, person, cycles),
            computed=await _computed(connection, person, cycles),
            ended=await _ended(connection, person),
            failed=await _failed(connection, person),
            office=await _office(connection, person),
            unheld=await unheld.waits(connection, person),
        )
        recent = await notices.recent(connection, person.id)
        moved = await _moved(connection, person)
        decided = await _decided(connection, person)
        amendments = await _amended(connection, person)
    marked = next((cycle.marked for cycle in cycles if cycle.state in deciding.OPEN), None)
    items = (
        *moved_deadlines(request, moved, sheets),
        *decided_steps(request, decided),
        *amended_sets(request, amendments, sheets),
        *notice_items(request, person, services.jobs, recent),
    )
    told = tuple(sorted(items, key=lambda item: item.at, reverse=True))
    return page(request, worklist_page(request, person, work, told), marked=marked)


async def _sheets(connection: Connection, person: Person) -> Mapping[UUID, Sheet]:
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return {}
    return await sheet_listing.of_agency(connection, person.agency_id)


async def _parts(connection: Connection, person: Person) -> Sequence[Sheet]:
    """Sheets of others of which the person's agency declares leaves."""
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return ()
    return await sheet_listing.with_part_of(connection, person.agency_id)


async def _moved(connection: Connection, person: Person) -> Sequence[DeadlineChange]:
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return ()
    return await extending.changes_for(connection, person.agency_id, within=notices.SHOWN)


async def _decided(connection: Connection, person: Person) -> Sequence[DecidedStep]:
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return ()
    return await pausing.decided_for(connection, person.agency_id, within=notices.SHOWN)


async def _amended(connection: Connection, person: Person) -> Sequence[SetAmendment]:
    if person.agency_id is None or not access.may(person, "sheet:read", own=True):
        return ()
    return await amending.for_agency(connection, person.agency_id, within=notices.SHOWN)


async def _reopened(connection: Connection, person: Person) -> Sequence[ReopenedLeaf]:
    if person.agency_id is None or not (declares_anew(person) or sends_again(person)):
        return ()
    return await amending.reopened_of_agency(connection, person.agency_id)


async def _assigned(connection: Connection, person: Person) -> Mapping[UUID, frozenset[str]]:
    if person.agency_id is None or not access.may(person, "leaf:hand_in", state="drafting", own=True):
        return {}
    return await assigning.held(connection, person)


async def _requests(connection: Connection, person: Person) -> Sequence[OpenRequest]:
    if person.agency_id is None or not access.may(person, "entry:answer", state="appraisal_1", own=True):
        return ()
    return await decisions.requests_of_agency(connection, person.agency_id)


async def _queues(connection: Connection, person: Person, cycles: Sequence[Cycle]) -> Sequence[Queue]:
    def waits(cycle: Cycle) -> bool:
        appraised = "appraiser" in person.roles and cycle.state in deciding.OPEN
        return appraised or access.may(person, "entry:correct", state=cycle.state, own=False)

    return [await queue(connection, person, cycle.id) for cycle in cycles if waits(cycle)]


async def _undecided(connection: Connection, person: Person, cycles: Sequence[Cycle]) -> Mapping[UUID, int]:
    closable = [cycle.id for cycle in cycles if access.may(person, "cycle:close_appraisal", state=cycle.state)]
    return await closing.undecided_entries(connection, closable)


async def _computed(connection: Connection, person: Person, cycles: Sequence[Cycle]) -> Mapping[UUID, datetime]:
    asked = [
        cycle.id
        for cycle in cycles
        if any(access.may(person, action, state=cycle.state) for action in ("year:submit", "edition:publish"))
    ]
    return await years.computed(connection, asked)


async def _ended(connection: Connection, person: Person) -> Sequence[Round]:
    """Rounds that wait for this person: to be locked, or their results to be computed."""
    return [
        held
        for held in await opening.ended(connection)
        if access.may(person, "survey:lock" if held.state == "open" else "survey:compute", state=held.state)
    ]


async def _failed(connection: Connection, person: Person) -> int:
    return await job_requests.failed(connection) if access.may(person, "job:retry") else 0


async def _office(connection: Connection, person: Person) -> OfficeWaits | None:
    return await office_waits.waits(connection) if access.may(person, "rights:review") else None


routes = [worklist]
