"""Opening a year and moving it on. Only this room moves a cycle's state."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import access, audit, jobs
from parindex.access import Person
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import deadlines, queries
from parindex.assessments.model import Cycle
from parindex.assessments.sheets import points_now
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import TIME_ZONE

T = TypeVar("T")

STEPS: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("draft", "issued"),
        ("draft", "self_assessment"),
        ("issued", "self_assessment"),
        ("self_assessment", "appraisal_1"),
        ("appraisal_1", "self_assessment"),
        ("appraisal_1", "consolidation"),
        ("consolidation", "approval"),
        ("approval", "consolidation"),
        ("approval", "published"),
        ("published", "archived"),
    }
)
"""Steps of a year: an extension brings it back to self-assessment; one imported from elsewhere goes from draft to
consolidation."""

TOGETHER: Final = 100
"""Sheets whose entries are made in one statement."""

STOPPABLE: Final = ("issued", "self_assessment", "appraisal_1", "consolidation", "approval")
"""States of a year that may stand still or be given up."""

STOPS: Final[frozenset[tuple[str, str]]] = frozenset(
    {("paused", "cancelled")}
    | {(state, stop) for state in STOPPABLE for stop in ("paused", "cancelled")}
    | {("paused", state) for state in STOPPABLE}
)
"""Steps of a year that stands still, goes on where it stood (the database asks for that state), or is given up."""

CORRECTION_STEPS: Final[frozenset[tuple[str, str]]] = frozenset(
    {("published", "correction"), ("correction", "approval"), ("approval", "correction"), ("correction", "published")}
)
"""Steps of a year that a decision has reopened since its last edition."""


class Participant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agency that takes part in a year."""

    agency_id: UUID
    """The agency."""

    attributes: Mapping[str, str] = {}
    """What the criteria set asks of the agency itself, canonical text by name."""

    ranked: bool = True
    """False: scored, not ranked."""


async def create(
    connection: Connection,
    *,
    family: str,
    year: int,
    tier: str,
    criteria_set_id: UUID,
    participants: Sequence[Participant],
    bodies: Mapping[str, tuple[UUID, UUID | None]],
    above: Collection[str] = (),
    opens_on: date | None = None,
    last_day: date | None = None,
    closing_day: date | None = None,
    appraisal_last_day: date | None = None,
    withdrawals: int = 1,
    group_by: str | None = None,
    marked: str | None = None,
    zone: ZoneInfo = TIME_ZONE,
    by: str,
) -> UUID:
    """Draft a year.

    Args:
        connection: In a transaction of the tenant.
        family: The index.
        year: The year that is assessed.
        tier: The tier of its agencies.
        criteria_set_id: A published version.
        participants: Who takes part.
        bodies: For each body that the set names, the agency that appraises and the substitute for that agency's
            own sheet.
        above: Bodies of which the agency above each agency appraises, and those two where there is none.
        opens_on: First day of self-assessment.
        last_day: Its last day, until 24:00; what comes later is late.
        closing_day: The last day on which late sheets are still taken, until 24:00; the last day when not given.
        appraisal_last_day: The last day of appraisal, until 24:00.
        withdrawals: How often an agency may take back a sheet that nobody has opened.
        group_by: The attribute within whose values agencies are also ranked.
        marked: ``illustrative``, ``simulated``, ``imported`` or ``None``.
        zone: The tenant's time.
        by: Who drafts it.

    Raises:
        Refused: ``cycle_exists``.
    """
    cycle = Cycle(
        id=new_id(), family=family, year=year, tier=tier, criteria_set_id=criteria_set_id, state="draft",
        marked=marked, withdrawals=withdrawals, group_by=group_by,
        opens_at=deadlines.start_of(opens_on, zone) if opens_on else None,
        due=deadlines.end_of(last_day, zone) if last_day else None,
        closes=deadlines.end_of(closing_day or last_day, zone) if last_day else None,
        appraisal_due=deadlines.end_of(appraisal_last_day, zone) if appraisal_last_day else None,
    )  # fmt: skip
    if not await queries.insert(connection, cycle):
        raise Refused("cycle_exists", year=year)
    await queries.insert_agencies(connection, cycle.id, [(p.agency_id, p.attributes, p.ranked) for p in participants])
    await queries.insert_bodies(
        connection, cycle.id, [(body, who, other) for body, (who, other) in bodies.items() if other], above
    )
    await audit.record(
        connection, actor=by, tag="cycle:cycle:create", subject=str(cycle.id),
        after={"family": family, "year": year, "tier": tier, "criteria_set": criteria_set_id,
               "agencies": len(participants), "due": cycle.due, "closes": cycle.closes},
    )  # fmt: skip
    return cycle.id


async def open_year(
    connection: Connection, person: Person | None, cycle_id: UUID, *, told: jobs.StageTold = jobs.nobody
) -> None:
    """Begin self-assessment: every agency gets its sheet with an empty entry for each leaf.

    Args:
        connection: In a transaction.
        person: Who opens it.
        cycle_id: The year.
        told: Told again and again how many sheets there are.

    Raises:
        Refused: ``cycle_body_missing`` naming areas that nobody, or nobody else, would appraise;
            ``cycle_without_agencies``, ``cycle_wrong_state``, ``not_allowed``.
    """
    cycle = await locked(connection, cycle_id)
    actor = require(person, "cycle:open", cycle).actor
    known = await published(connection, cycle.criteria_set_id)
    mapped = {row["body"] for row in await queries.bodies(connection, cycle_id)}
    if missing := unmapped(known, mapped):
        raise Refused("cycle_body_missing", areas="; ".join(missing))
    agencies = await queries.agencies(connection, cycle_id)
    if not agencies:
        raise Refused("cycle_without_agencies")
    given = [(row["agency_id"], row["attributes"]) for row in agencies]
    await give_sheets(connection, cycle_id, known, given, told=told)
    await step(connection, cycle, "self_assessment", by=actor)


async def give_sheets(
    connection: Connection,
    cycle_id: UUID,
    known: Published,
    agencies: Sequence[tuple[UUID, str]],
    *,
    told: jobs.StageTold = jobs.nobody,
) -> None:
    """A sheet with an empty entry for each leaf, for each agency with its attributes as JSON; ``told``: after how many."""
    # What applies and ids are worked out beside the loop, a part at a time: pages are answered meanwhile.
    rows: list[tuple[UUID, UUID, int]] = []
    for part in _batched(agencies):
        rows += await asyncio.to_thread(_sheets, known, part)
    if not rows:
        return
    # All sheets stand before the first entry: whoever looks one up for each entry plans for so many.
    await queries.insert_sheets(connection, cycle_id, rows)
    leaves = [(place.code, place.node.max) for place in known.leaves]
    for number, some in enumerate(_batched(rows)):
        await told(number * TOGETHER)
        ids = await asyncio.to_thread(_ids, len(some) * len(leaves))
        await queries.insert_entries(connection, ids, [sheet_id for sheet_id, *_ in some], leaves)


def _batched(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """The same, so many at a time as are made in one statement."""
    return (many[first : first + TOGETHER] for first in range(0, len(many), TOGETHER))


def _sheets(known: Published, agencies: Sequence[tuple[UUID, str]]) -> list[tuple[UUID, UUID, int]]:
    """(id, agency, leaves that apply) of each sheet."""
    return [(new_id(), agency_id, _applicable(known, attributes)) for agency_id, attributes in agencies]


def _ids(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]


async def locked(connection: Connection, cycle_id: UUID) -> Cycle:
    """A cycle that nobody else moves until the transaction ends.

    Raises:
        Refused: ``not_found``.
    """
    cycle = await queries.by_id(connection, cycle_id, lock=True)
    if cycle is None:
        raise Refused("not_found")
    return cycle


def require(person: Person | None, action: str, cycle: Cycle, *, own: bool | None = None) -> Person:
    """The person, if the policy table allows an action on a cycle; ``own`` where it touches somebody's sheet.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``, or ``cycle_wrong_state`` where only the state stands against it.
    """
    if person is not None and not access.may(person, action, state=cycle.state, own=own):
        states = {state for rule in access.policy.POLICY if rule.action == action for state in rule.states}
        if any(access.may(person, action, state=state, own=own) for state in states):
            raise Refused("cycle_wrong_state")
    return access.require(person, action, state=cycle.state, own=own)


async def step(
    connection: Connection, cycle: Cycle, state: str, *, by: str, reason: str | None = None,
    decided: ReasonedDecision | None = None,
) -> Cycle:  # fmt: skip
    """Take one step of a year, with its own time and the decision by which it is taken.

    Raises:
        Refused: ``cycle_wrong_state`` for a step that does not exist.
    """
    imported = cycle.marked == "imported" and (cycle.state, state) == ("draft", "consolidation")
    if (cycle.state, state) not in STEPS | CORRECTION_STEPS | STOPS and not imported:
        raise Refused("cycle_wrong_state")
    await queries.set_state(connection, cycle.id, state)
    await queries.insert_transition(connection, new_id(), cycle.id, cycle.state, state, by, reason, decided)
    await audit.record(
        connection, actor=by, tag="cycle:cycle:move", subject=str(cycle.id),
        before={"state": cycle.state},
        after={"state": state, "reason": reason} | ({"number": decided.number, "date": decided.date} if decided else {}),
    )  # fmt: skip
    return msgspec.structs.replace(cycle, state=state)


def unmapped(known: Published, mapped: set[str]) -> list[str]:
    """Areas with a leaf that agencies declare and no body with agency and substitute."""
    missing = [
        place.area or place.code for place in known.leaves if place.appraiser is None or place.appraiser not in mapped
    ]
    return [
        f"{code} {known.places[code].node.title.vi}" if code in known.places else code
        for code in dict.fromkeys(missing)
    ]


def _applicable(known: Published, attributes: str) -> int:
    given: dict[str, str] = msgspec.json.decode(attributes)
    return points_now.counted(known, points_now.attributes(known, given)).total.leaves
