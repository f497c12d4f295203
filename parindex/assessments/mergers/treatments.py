"""What becomes of the sheets of open years when agencies end: chosen for each year, kept with it, told in its edition.

``inherit``: each successor takes part with a sheet of its own, for its own period, and gets the evidence of its
predecessors; their sheets are handed over and go no further. ``alone``: the predecessors go on with their sheets, are
scored and not ranked. ``weighted``: they do so too, and the one successor takes part with the weighted mean of their points,
and of its own where it had a sheet already. In a draft the successors take the place of the predecessors, whatever is chosen
elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from parindex import audit
from parindex.agencies import queries as registry
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.cycles import steps
from parindex.assessments.mergers import queries
from parindex.assessments.mergers.weights import BASES, MeanWeights, weights
from parindex.assessments.model import Sheet
from parindex.assessments.owners import succession
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.bulk_steps import move_all
from parindex.errors import N_, FieldError, Refused
from parindex.store.database import Connection, Row

MERGER_TREATMENTS: Final[dict[str, str]] = {
    "inherit": N_("Cơ quan kế thừa nhận phiếu và tài liệu, chấm theo kỳ của mình"),
    "weighted_months": N_("Cơ quan kế thừa lấy điểm bình quân của các cơ quan hợp thành, trọng số theo số tháng"),
    "weighted_population": N_("Cơ quan kế thừa lấy điểm bình quân của các cơ quan hợp thành, trọng số theo dân số"),
    "alone": N_("Cơ quan tiền thân chấm riêng, không xếp hạng"),
}
"""What becomes of the sheets of agencies that end while a year is open, and its name."""

WEIGHTED: Final = {f"weighted_{by}": by for by in BASES}
"""By what each choice of a mean weights."""


def choice_of(treatment: str, weighted_by: str | None) -> str:
    """The choice of ``MERGER_TREATMENTS`` from what is kept of it."""
    return f"{treatment}_{weighted_by}" if weighted_by else treatment


AT_WORK: Final = ("self_assessment",)
"""States in which a successor can still fill in a sheet."""

DRAFTS: Final = ("draft", "issued")
"""States in which nobody has a sheet yet."""

COMMON: Final = "par-index"
"""The index that a year is of unless it says otherwise."""

SCORED: Final = ("appraisal_1", "consolidation")
"""States in which sheets are appraised and the year is not handed over: predecessors can only be scored alone."""


class TouchedYear(msgspec.Struct, frozen=True, kw_only=True):
    """An open year in which agencies that end take part."""

    cycle_id: UUID
    """Which."""

    family: str
    """Index."""

    year: int
    """Year measured."""

    tier: str
    """Tier of its agencies."""

    state: str
    """Its state."""

    members: tuple[Row, ...]
    """Rows of :func:`queries.taking_part`: agencies that end."""

    @property
    def label(self) -> str:
        """The year, with its index where that is another than the common one."""
        return label_of(self.family, self.year)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be chosen for its sheets; none where there are none, or where it is too late."""
        if self.state in AT_WORK and all(row["sheet"] in HANDED_OVER for row in self.members):
            return ("inherit", *WEIGHTED, "alone")
        return (*WEIGHTED, "alone") if self.state in (*AT_WORK, *SCORED) else ()


HANDED_OVER: Final = ("not_started", "drafting", "with_leader", "submitted", "auto_locked", "no_submission")
"""States from which a sheet can be handed over."""


async def touched(connection: Connection, agencies: Sequence[UUID]) -> list[TouchedYear]:
    """Open years in which agencies take part, the newest first."""
    years: dict[UUID, list[Row]] = {}
    for row in await queries.taking_part(connection, agencies):
        years.setdefault(row["cycle_id"], []).append(row)
    return [
        TouchedYear(
            cycle_id=cycle_id, family=rows[0]["family"], year=rows[0]["year"], tier=rows[0]["tier"], state=rows[0]["state"],
            members=tuple(rows),
        )
        for cycle_id, rows in years.items()
    ]  # fmt: skip


async def offered(
    connection: Connection, year: TouchedYear, *, heirs: bool, single: bool, standing: UUID | None, day: date
) -> dict[str, MeanWeights | None]:
    """What may be chosen for the sheets of a year when its members end, with the weights where there are any.

    Args:
        connection: In a transaction of the tenant.
        year: Which.
        heirs: Whether somebody takes over.
        single: Whether one alone does.
        standing: Which, where it exists already.
        day: Its first day as such.
    """
    found: dict[str, MeanWeights | None] = {}
    for name in year.choices:
        if name == "alone" or (name == "inherit" and heirs):
            found[name] = None
        elif name in WEIGHTED and single:
            known = await _weights(connection, year, WEIGHTED[name], standing, day)
            if known is not None:
                found[name] = known
    return found


async def _weights(
    connection: Connection, year: TouchedYear, by: str, standing: UUID | None, day: date
) -> MeanWeights | None:
    ending: list[UUID] = [row["agency_id"] for row in year.members]
    own = standing is not None and await queries.taking_part_with_sheet(connection, year.cycle_id, standing)
    ids = [*ending, standing] if own and standing is not None else ending
    day_before = date.fromordinal(day.toordinal() - 1)
    known = {one.id: one for one in await registry.on_day(connection, day_before, ids)}
    if len(known) < len(ids):
        return None
    return weights(by, [known[one] for one in ids], ending, year=year.year, day=day)


async def apply(
    connection: Connection,
    deed_id: UUID,
    predecessors: Sequence[UUID],
    successors: Sequence[UUID],
    chosen: Mapping[UUID, str],
    *,
    day: date,
    decision: str,
    by: str,
) -> None:
    """Let agencies that ended by a deed be treated in every open year as was chosen, and what they own go to who took over.

    Args:
        connection: In the transaction of the deed.
        deed_id: The deed of the registry.
        predecessors: Which end.
        successors: Which take over; none where they were closed.
        chosen: By year, a key of ``MERGER_TREATMENTS``; needed for each year that lets one choose.
        day: From which day.
        decision: Number of the document.
        by: Who does it.

    Raises:
        Refused: ``invalid_fields`` for a year for which nothing, or what it does not let one choose, was chosen.
    """
    for year in await touched(connection, predecessors):
        await steps.locked(connection, year.cycle_id)
        ended = [row["agency_id"] for row in year.members]
        if year.state in DRAFTS:
            await _in_draft(connection, year, successors)
        elif year.choices:
            standing = successors[0] if len(successors) == 1 else None
            open_to = await offered(
                connection, year, heirs=bool(successors), single=standing is not None, standing=standing, day=day
            )
            choice = chosen.get(year.cycle_id, "")
            if choice not in open_to:
                fault = FieldError(
                    field=field_of(year.cycle_id), code="treatment_unchosen", values={"year": year.label}
                )
                raise Refused("invalid_fields", fields=(fault,))
            counted, treatment = open_to[choice], "weighted" if choice in WEIGHTED else choice
            await queries.unrank(connection, year.cycle_id, ended)
            if treatment == "inherit":
                await _inherit(connection, year, successors, by=by)
            elif treatment == "weighted":
                await _join(connection, year, successors)
            await queries.insert(
                connection, year.cycle_id, deed_id, treatment, ended, () if treatment == "alone" else successors, day,
                decision, by, counted,
            )  # fmt: skip
            weighted = counted and {"by": counted.by, "parts": {str(one): str(w) for one, w in counted.parts.items()}}
            await audit.record(
                connection, actor=by, tag="cycle:agencies:merge", subject=str(year.cycle_id),
                after={"treatment": treatment, "predecessors": ended, "successors": list(successors), "from": day,
                       "decision": decision} | ({"weights": weighted} if weighted else {}),
            )  # fmt: skip
    await succession.hand_on(connection, deed_id, predecessors, successors, day=day, decision=decision, by=by)


def field_of(cycle_id: UUID) -> str:
    """By which name a form chooses for a year."""
    return f"year-{cycle_id}"


async def _in_draft(connection: Connection, year: TouchedYear, successors: Sequence[UUID]) -> None:
    await queries.remove_participants(connection, year.cycle_id, [row["agency_id"] for row in year.members])
    await _join(connection, year, successors)


async def _join(connection: Connection, year: TouchedYear, successors: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Let successors take part that do not yet; gives them with their attributes as JSON."""
    there = {row["agency_id"] for row in await cycle_queries.agencies(connection, year.cycle_id)}
    attributes = attributes_of([msgspec.json.decode(row["attributes"], type=dict[str, str]) for row in year.members])
    new = [one for one in successors if one not in there]
    await cycle_queries.insert_agencies(connection, year.cycle_id, [(one, attributes, True) for one in new])
    return [(one, msgspec.json.encode(attributes).decode()) for one in new]


def attributes_of(given: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What a successor is, from what its predecessors were: what all say, and ``true`` where one of them is.

    >>> attributes_of([{"has_ports": "true", "region": "a"}, {"has_ports": "false", "region": "b"}])
    {'has_ports': 'true', 'region': 'a'}
    """
    found: dict[str, str] = {}
    for one in given:
        for name, value in one.items():
            found[name] = "true" if value == "true" else found.get(name, value)
    return found


async def _inherit(connection: Connection, year: TouchedYear, successors: Sequence[UUID], *, by: str) -> None:
    new = await _join(connection, year, successors)
    if new:
        cycle = await cycle_queries.by_id(connection, year.cycle_id)
        assert cycle is not None
        await steps.give_sheets(connection, year.cycle_id, await published(connection, cycle.criteria_set_id), new)
    for row in year.members:
        for successor in successors:
            await queries.carry_evidence(connection, year.cycle_id, row["agency_id"], successor, by)
    ended = {row["agency_id"] for row in year.members}
    sheets: list[Sheet] = [
        one for one in await sheet_queries.of_cycle(connection, year.cycle_id) if one.agency_id in ended
    ]
    await move_all(connection, sheets, "handed_over", by=by)


async def in_years(connection: Connection, deed_id: UUID) -> bool:
    """Whether a deed touched the sheets of a year."""
    return await queries.of_deed(connection, deed_id)


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """What was chosen in a year, the earliest first; parts of a mean by their ids, all others by their codes."""
    return await queries.of_cycle(connection, cycle_id)


class EndedInYear(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen for agencies that ended while a year was open."""

    choice: str
    """Of ``MERGER_TREATMENTS``."""

    effective_on: date
    """First day on which they are no more."""

    decision: str
    """Number of the document."""

    predecessors: tuple[str, ...]
    """Names of those that ended."""

    successors: tuple[str, ...]
    """Names of those that take part in their place."""

    parts: tuple[tuple[str, Fraction], ...]
    """Of a mean: names and what each counts."""


async def ended_in(connection: Connection, cycle_id: UUID) -> list[EndedInYear]:
    """What was chosen in a year, the earliest first."""
    return [
        EndedInYear(
            choice=choice_of(row["treatment"], row["weighted_by"]), effective_on=row["effective_on"],
            decision=row["decision"], predecessors=tuple(row["predecessors"]), successors=tuple(row["successors"]),
            parts=tuple(zip(row["parts"] or (), map(Fraction, row["weights"] or ()), strict=True)),
        )
        for row in await queries.named_of_cycle(connection, cycle_id)
    ]  # fmt: skip


class YearChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen in a year for agencies that ended."""

    family: str
    """Index."""

    year: int
    """Year measured."""

    tier: str
    """Tier of its agencies."""

    choice: str
    """Of ``MERGER_TREATMENTS``."""


async def of_ended(connection: Connection, agencies: Sequence[UUID], day: date) -> list[YearChoice]:
    """What was chosen in years for agencies that ended on a day, the newest year first."""
    return [
        YearChoice(
            family=row["family"], year=row["year"], tier=row["tier"], choice=choice_of(row["treatment"], row["weighted_by"])
        )
        for row in await queries.of_ended(connection, agencies, day)
    ]  # fmt: skip


class YearOfDeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a deed of the registry did to the sheets of a year."""

    label: str
    """The year, with its index where that is another than the common one."""

    choice: str
    """Of ``MERGER_TREATMENTS``."""


async def of_deeds(connection: Connection, deeds: Sequence[UUID]) -> dict[UUID, list[YearOfDeed]]:
    """What deeds of the registry did to the sheets of years, by deed; those that did nothing are left out."""
    found: dict[UUID, list[YearOfDeed]] = {}
    for row in await queries.of_deeds(connection, deeds):
        choice = choice_of(row["treatment"], row["weighted_by"])
        found.setdefault(row["deed_id"], []).append(
            YearOfDeed(label=label_of(row["family"], row["year"]), choice=choice)
        )
    return found


def label_of(family: str, year: int) -> str:
    """A year, with its index where that is another than the common one."""
    return str(year) if family == COMMON else f"{year} ({family})"
