"""Accepting the rest of a leaf: every declaration that waits, across all agencies, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from parindex import access, audit
from parindex.access import Person
from parindex.assessments.appraisal import deciding, mandates, queries
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Sheet, SheetEntry
from parindex.assessments.sheets import permission, points_now, submission
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.bulk_steps import move_all
from parindex.assessments.sheets.points_now import LeafNow
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that waits for a decision and can be accepted."""

    sheet: Sheet
    """Its sheet."""

    entry: SheetEntry
    """The entry."""

    leaf: LeafNow
    """Its points once it is accepted."""


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """What of a leaf a person would accept at once."""

    person: Person
    """Who."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    apart: int
    """Entries of the person's agencies that nobody decided and that are decided one by one."""

    waiting: Sequence[Waiting]
    """Entries that can be accepted."""


async def rest(connection: Connection, person: Person | None, cycle_id: UUID, code: str, *, hold: bool = False) -> Rest:
    """Every entry of a leaf that waits for a decision, that the person may decide and that is accepted as declared.

    Facts that the rule refuses, leaves with a flag and requests under way are left alone.

    Args:
        connection: In a transaction of the tenant.
        person: Who accepts.
        cycle_id: The year.
        code: The leaf.
        hold: Nobody else changes the sheets until the transaction ends.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``sheet_not_with_appraisers``.
    """
    actor = access.require(person, "appraisal:decide", state="appraisal_1", own=False)
    cycle = await cycle_queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("not_found")
    known = await published(connection, cycle.criteria_set_id)
    body = known.leaf(code).appraiser
    given = await mandates.mandate(connection, actor, cycle_id)
    open_ = await sheet_queries.with_open_entry(connection, cycle_id, code, WITH_APPRAISERS, lock=hold)
    sheets = {
        sheet.id: sheet
        for sheet in open_
        if permission.may(actor, "appraisal:decide", sheet) and given.covers(body, sheet.agency_id)
    }
    if sheets and cycle.state not in deciding.OPEN:
        raise Refused("sheet_not_with_appraisers")
    waiting = await _waiting(connection, known, cycle_id, code, sheets) if sheets else []
    return Rest(
        person=actor, cycle=cycle, published=known, apart=len(sheets) - len(waiting), waiting=waiting,
    )  # fmt: skip


async def accept_rest(connection: Connection, person: Person | None, cycle_id: UUID, code: str) -> int:
    """Accept the :func:`rest` of a leaf; gives how many were accepted.

    Raises:
        Refused: as :func:`rest`.
    """
    found = await rest(connection, person, cycle_id, code, hold=True)
    if found.waiting:
        await _accept(connection, found.person, found.waiting)
    return len(found.waiting)


async def _waiting(
    connection: Connection, known: Published, cycle_id: UUID, code: str, sheets: Mapping[UUID, Sheet]
) -> list[Waiting]:
    names = [asked.name for asked in known.fields[code] if asked.shared]
    declared: dict[UUID, dict[str, str]] = {}
    effective: dict[UUID, dict[str, str]] = {}
    for row in await sheet_queries.shared_of_names(connection, cycle_id, names):
        if row["value"] is not None:
            declared.setdefault(row["sheet_id"], {})[row["name"]] = row["value"]
        holds = row["value"] if row["accepted"] is None else row["accepted"]
        if holds is not None:
            effective.setdefault(row["sheet_id"], {})[row["name"]] = holds
    found = []
    for entry in await sheet_queries.entries_of_code(connection, cycle_id, code):
        sheet = sheets.get(entry.sheet_id)
        if sheet is None or entry.state != "open":
            continue
        own = points_now.of_sheet(known, sheet) | points_now.of_entry(entry)
        if entry.inapplicable:
            own[f"{code}.not_applicable"] = "true"
        as_declared = points_now.score(known, code, points_now.values(known, own | declared.get(sheet.id, {})))
        if as_declared.known and not as_declared.excluded:
            leaf = points_now.score(known, code, points_now.values(known, own | effective.get(sheet.id, {})))
            # What has a flag is looked at alone.
            if not as_declared.flags and not leaf.flags:
                found.append(Waiting(sheet=sheet, entry=entry, leaf=leaf))
    return found


async def _accept(connection: Connection, person: Person, waiting: Iterable[Waiting]) -> None:
    waiting = list(waiting)
    assert person.agency_id is not None
    await move_all(
        connection, [one.sheet for one in waiting if one.sheet.state != "appraisal_1"], "appraisal_1", by=person.actor
    )
    await queries.insert(
        connection,
        [
            (
                new_id(), one.entry.id, one.sheet.id, one.sheet.agency_id, 1, "accept", {}, None, one.entry.max,
                one.entry.inapplicable, "", person.actor, person.agency_id, None,
            )
            for one in waiting
        ],
    )  # fmt: skip
    await sheet_queries.set_entry_states(connection, [one.entry.id for one in waiting], deciding.STATES["accept"])
    accepted = [deciding.change_of(one.entry, Ruling(code=one.entry.code, kind="accept")) for one in waiting]
    await audit.record_all(connection, person.actor, accepted)
    await sheet_queries.write_points(
        connection, [submission.stage_row(one.entry, "round1", one.leaf) for one in waiting]
    )
