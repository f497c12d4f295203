"""Looking through the registry of a day: a branch, or what is searched for, and all that is known of one agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from parindex.agencies import queries
from parindex.agencies.model import Agency, AgencyPeriod, RegistryDeed, Succession
from parindex.errors import N_, Refused
from parindex.store.database import Connection

A_PAGE: Final = 100
"""Agencies of a page."""

STATES: Final[dict[str, str]] = {
    "standing": N_("Đang có hiệu lực"),
    "ended": N_("Đã kết thúc"),
    "to_come": N_("Chưa đến ngày bắt đầu"),
}
"""What an agency is on a day, and its name."""


class RegistryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An agency in the registry of a day."""

    code: str
    """Official code."""

    name: str
    """Vietnamese name on the day."""

    name_en: str | None
    """English name."""

    tier: str
    """Its tier."""

    parent: str | None
    """Code of the one above it."""

    parent_name: str | None
    """Its name."""

    region: str | None
    """Region."""

    population: int | None
    """People who live in it."""

    valid_from: date
    """First day."""

    valid_to: date | None
    """First day on which it no longer exists."""

    state: str
    """One of :data:`STATES`."""

    below: int
    """Agencies that stand under it."""


class RegistryPart(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the registry of a day."""

    lines: tuple[RegistryLine, ...]
    """In official order."""

    total: int
    """Of all pages."""

    counts: Mapping[str, int]
    """Agencies of each tier that exist on the day."""

    above: tuple[Agency, ...]
    """The agency whose branch it is, and those above it from the top down; none at the top."""


async def part(
    connection: Connection, day: date, *, under: str = "", tier: str = "", state: str = "standing", search: str = "",
    number: int = 1,
) -> RegistryPart:  # fmt: skip
    """A page of the registry of a day: a branch, or what is searched for in all of it.

    Args:
        connection: In a transaction of the tenant.
        day: The day.
        under: Code of the agency whose branch it is; empty for the top.
        tier: Only this tier, on all levels.
        state: One of :data:`STATES`.
        search: In codes and names, read without marks.
        number: Of the page, from 1.

    Raises:
        Refused: ``unknown_agency`` for a branch that is not there on the day.
    """
    above: list[Agency] = []
    if under:
        found = await queries.by_code(connection, under, day)
        if found is None:
            raise Refused("unknown_agency", agency=under)
        above = [found, *await above_of(connection, found, day)]
    flat = bool(tier or search or state != "standing")
    rows = await queries.shown(
        connection, day, under=above[0].id if above else None, roots=not flat and not above, tier=tier or None,
        state=state, search=search, most=A_PAGE, skip=(number - 1) * A_PAGE,
    )  # fmt: skip
    lines = tuple(
        RegistryLine(
            code=row["code"], name=row["name_vi"], name_en=row["name_en"], tier=row["tier"], parent=row["parent"],
            parent_name=row["parent_name"], region=row["region"], population=row["population"],
            valid_from=row["valid_from"], valid_to=row["valid_to"], state=row["state"], below=row["below"],
        )
        for row in rows
    )  # fmt: skip
    total = rows[0]["total"] if rows else 0
    return RegistryPart(
        lines=lines, total=total, counts=await queries.counts(connection, day), above=tuple(reversed(above))
    )


async def above_of(connection: Connection, agency: Agency, day: date) -> list[Agency]:
    """Those above an agency on a day, the nearest first; all are asked for at once."""
    if agency.parent_id is None:
        return []
    ids = await queries.above(connection, agency.id, day, _next(day))
    known = {one.id: one for one in await queries.on_day(connection, day, list(ids))}
    found: list[Agency] = []
    at = agency.parent_id
    while at in known:
        found.append(known[at])
        parent_id = known[at].parent_id
        if parent_id is None:
            break
        at = parent_id
    return found


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


class YearOfAgency(msgspec.Struct, frozen=True, kw_only=True):
    """A year in which an agency takes part."""

    cycle_id: UUID
    """Which."""

    family: str
    """Index."""

    year: int
    """Year measured."""

    tier: str
    """Tier of its agencies."""

    state: str
    """State of the year."""

    ranked: bool
    """False: scored, not ranked."""

    sheet: str | None
    """State of its sheet; ``None``: it has none."""


class AccountOfAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An account of an agency."""

    login: str
    """Sign-in name."""

    name: str
    """As the person is called."""

    disabled: bool
    """Whether it was stopped."""

    roles: tuple[str, ...]
    """Roles that hold today."""


class AgencyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of an agency."""

    agency: Agency
    """As it is on the day, else as it began or ended."""

    others: tuple[Agency, ...]
    """Other agencies that bore or will bear its code."""

    above: tuple[Agency, ...]
    """Those above it on the day, from the top down."""

    below: int
    """Agencies that stand under it on the day."""

    periods: tuple[AgencyPeriod, ...]
    """What it was from day to day, newest first."""

    parents: Mapping[UUID, Agency]
    """Agencies that stand or stood above it."""

    predecessors: tuple[Succession, ...]
    """From whom it took over."""

    successors: tuple[Succession, ...]
    """Who took over from it."""

    deeds: tuple[RegistryDeed, ...]
    """What was done to it, newest first."""

    years: tuple[YearOfAgency, ...]
    """Years in which it takes part, newest first."""

    accounts: tuple[AccountOfAgency, ...]
    """Its accounts."""


async def record(connection: Connection, code: str, day: date) -> AgencyRecord:
    """All that is known of the agency that bears a code on a day, else of the last that bore it before, else of the next.

    Raises:
        Refused: ``unknown_agency``.
    """
    borne = await queries.bearing(connection, [code])
    if not borne:
        raise Refused("unknown_agency", agency=code)
    agency = _of_day(borne, day)
    (agency,) = await queries.on_day(connection, day, [agency.id]) or [agency]
    periods = await queries.periods_of(connection, [agency.id])
    parents = await queries.by_ids(connection, [one.parent_id for one in periods if one.parent_id is not None])
    told = await queries.successions(connection, [agency.id])
    return AgencyRecord(
        agency=agency,
        others=tuple(one for one in borne if one.id != agency.id),
        above=tuple(reversed(await above_of(connection, agency, day))),
        below=await queries.below(connection, agency.id, day),
        periods=tuple(reversed(periods)),
        parents={one.id: one for one in parents},
        predecessors=tuple(one for one in told if one.successor_id == agency.id),
        successors=tuple(one for one in told if one.predecessor_id == agency.id),
        deeds=tuple(await queries.deeds_of(connection, agency.id)),
        years=tuple(
            YearOfAgency(**{name: row[name] for name in YearOfAgency.__struct_fields__})
            for row in await queries.years_of(connection, agency.id)
        ),
        accounts=tuple(
            AccountOfAgency(**{**dict(row), "roles": tuple(sorted(row["roles"]))})
            for row in await queries.accounts_of(connection, agency.id)
        ),
    )


def _of_day(borne: Sequence[Agency], day: date) -> Agency:
    before = [one for one in borne if one.valid_from <= day]
    return before[-1] if before else borne[0]
