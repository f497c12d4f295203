"""What a deed does to the registry is written here, and so is what stood before, by which it can be taken back.

Everything that changes the registry begins a :class:`Ledger`, which lets one transaction at a time do so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from parindex.agencies import queries
from parindex.agencies.codes import strange_in
from parindex.agencies.model import VALUES, Agency, AgencyPeriod, Basis, NewAgency
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id
from parindex.text import local_day


def today() -> date:
    """The day now in the country: a code is valid from a day of its calendar."""
    return local_day(datetime.now(UTC))


class Ledger:
    """One deed, from its beginning to its end."""

    def __init__(self, connection: Connection, deed_id: UUID) -> None:
        self.connection = connection
        self.deed_id = deed_id
        self.validity: dict[UUID, tuple[date, date | None]] = {}
        """Of each agency that gets other days, as it was."""

        self.periods: dict[UUID, AgencyPeriod] = {}
        """Each period that becomes otherwise, as it was."""

        self.made: list[UUID] = []
        """Agencies that begin."""

        self.made_periods: list[UUID] = []
        """Periods that begin."""

        self.touched: dict[UUID, None] = {}
        """Agencies, in the order in which they were touched."""

    @classmethod
    async def begin(
        cls, connection: Connection, kind: str, *, day: date | None, basis: Basis | None, by: str
    ) -> Ledger:
        """Hold the registry and begin a deed."""
        await queries.lock(connection)
        deed_id = new_id()
        await queries.insert_deed(connection, deed_id, kind, day, basis, by)
        return cls(connection, deed_id)

    async def end(self) -> UUID:
        """Keep what was touched, and let ``agencies`` hold what they are today."""
        before = {
            "validity": {str(one): days for one, days in self.validity.items()},
            "periods": list(self.periods.values()),
            "made": self.made,
            "made_periods": self.made_periods,
        }
        await queries.end_deed(self.connection, self.deed_id, list(self.touched), msgspec.json.encode(before))
        await queries.refresh(self.connection, today(), list(self.touched))
        return self.deed_id

    async def add(self, new: Sequence[NewAgency]) -> list[UUID]:
        """Let agencies begin; gives their ids in order.

        Raises:
            Refused: ``agency_code_refused``, ``agency_exists``, ``parent_unknown``.
        """
        for agency in new:
            if strange := strange_in(agency.code):
                raise Refused("agency_code_refused", agency=agency.code, strange=strange)
        wanted: dict[str, list[NewAgency]] = {}
        for agency in new:
            wanted.setdefault(agency.code, []).append(agency)
        for known in await queries.bearing(self.connection, list(wanted)):
            if any(overlaps(one, known.valid_from, known.valid_to) for one in wanted[known.code]):
                raise Refused("agency_exists", agency=known.code)
        ids = [new_id() for _ in new]
        parents = await self._parents(new, ids)
        try:
            await queries.insert(self.connection, zip(ids, new, strict=True))
        except (asyncpg.ExclusionViolationError, asyncpg.DeadlockDetectedError):
            # Two who enter one code at the same moment may wait for each other: the database lets one of them go on.
            raise Refused("agency_exists", agency=", ".join(agency.code for agency in new)) from None
        begun = [
            AgencyPeriod(
                id=new_id(), agency_id=agency_id, parent_id=parent_id, deed_id=self.deed_id,
                **{n: getattr(agency, n) for n in ("valid_from", "valid_to", *VALUES) if n != "parent_id"},
            )
            for agency_id, agency, parent_id in zip(ids, new, parents, strict=True)
        ]  # fmt: skip
        await queries.insert_periods(
            self.connection, [(period, agency.code) for period, agency in zip(begun, new, strict=True)]
        )
        self.made += ids
        self.made_periods += [period.id for period in begun]
        self.touched.update(dict.fromkeys(ids))
        return ids

    async def _parents(self, new: Sequence[NewAgency], ids: Sequence[UUID]) -> list[UUID | None]:
        """The agency above each, among those that begin with it or that exist on its first day."""
        named = {agency.parent for agency in new if agency.parent is not None}
        bearing: dict[str, list[tuple[UUID, date, date | None]]] = {}
        for agency, agency_id in zip(new, ids, strict=True):
            if agency.code in named:
                bearing.setdefault(agency.code, []).append((agency_id, agency.valid_from, agency.valid_to))
        for known in await queries.bearing(self.connection, sorted(named)) if named else ():
            bearing.setdefault(known.code, []).append((known.id, known.valid_from, known.valid_to))
        found: list[UUID | None] = []
        for agency in new:
            day = agency.valid_from
            days = bearing.get(agency.parent, ()) if agency.parent is not None else ()
            above = [one for one, start, end in days if start <= day and (end is None or day < end)]
            if agency.parent is not None and not above:
                raise Refused("parent_unknown", agency=agency.code, parent=agency.parent, day=day)
            found.append(above[0] if above else None)
        _refuse_own_circle(new, ids, found)
        return found

    async def become(self, agencies: Sequence[Agency], values: Mapping[str, Any], day: date) -> None:
        """Let agencies be otherwise from a day on, and go on so until something else was entered of it.

        Args:
            agencies: Which; all exist on the day.
            values: By name of :data:`VALUES`.
            day: The first day.
        """
        changed: list[tuple[AgencyPeriod, str]] = []
        made: list[tuple[AgencyPeriod, str]] = []
        codes = {agency.id: agency.code for agency in agencies}
        lines: dict[UUID, list[AgencyPeriod]] = {agency_id: [] for agency_id in codes}
        for period in await queries.periods_of(self.connection, list(codes)):
            lines[period.agency_id].append(period)
        for agency_id, periods in lines.items():
            old = [one for one in periods if one.valid_from <= day and (one.valid_to is None or one.valid_to > day)]
            if not old:
                raise Refused("unknown_agency", agency=codes[agency_id])
            (at,) = old
            going = {name: value for name, value in values.items() if getattr(at, name) != value}
            if not going:
                continue
            if at.valid_from == day:
                changed.append((msgspec.structs.replace(at, **going, deed_id=self.deed_id), codes[agency_id]))
            else:
                changed.append((msgspec.structs.replace(at, valid_to=day), codes[agency_id]))
                begun = {**going, "id": new_id(), "valid_from": day, "deed_id": self.deed_id}
                made.append((msgspec.structs.replace(at, **begun), codes[agency_id]))
            for later in periods[periods.index(at) + 1 :]:
                going = {name: value for name, value in going.items() if getattr(later, name) == getattr(at, name)}
                if not going:
                    break
                changed.append((msgspec.structs.replace(later, **going), codes[agency_id]))
        await self.rewrite(changed)
        await queries.insert_periods(self.connection, made)
        self.made_periods += [period.id for period, _ in made]
        self.touched.update(dict.fromkeys(codes))

    async def rewrite(self, periods: Iterable[tuple[AgencyPeriod, str]]) -> None:
        """Let periods be otherwise, and keep how they were."""
        new = list(periods)
        ids = {period.id for period, _ in new}
        held = await queries.periods_of(self.connection, list({period.agency_id for period, _ in new}))
        for period in held:
            if period.id in ids:
                self.periods.setdefault(period.id, period)
        await queries.update_periods(self.connection, new)
        self.touched.update(dict.fromkeys(period.agency_id for period, _ in new))

    async def close(self, agencies: Sequence[Agency], day: date) -> None:
        """Let agencies exist until the day before a day; what was entered of them from then on is of no day."""
        codes = {agency.id: agency.code for agency in agencies}
        ended = [
            (msgspec.structs.replace(period, valid_to=max(day, period.valid_from)), codes[period.agency_id])
            for period in await queries.periods_of(self.connection, list(codes))
            if period.valid_to is None or period.valid_to > day
        ]
        await self.rewrite(ended)
        await self.set_validity([(agency, agency.valid_from, day) for agency in agencies])

    async def set_validity(self, days: Sequence[tuple[Agency, date, date | None]]) -> None:
        """Let agencies exist on other days, and keep on which they did."""
        for agency, *_ in days:
            self.validity.setdefault(agency.id, (agency.valid_from, agency.valid_to))
        await queries.set_validity(self.connection, [(agency.id, start, end) for agency, start, end in days])
        self.touched.update(dict.fromkeys(agency.id for agency, *_ in days))

    async def refuse_circle(self, code: str, agency_id: UUID, start: date, end: date | None) -> None:
        """Refuse an agency that would stand above itself on some day.

        Raises:
            Refused: ``parent_circle``.
        """
        if agency_id in await queries.above(self.connection, agency_id, start, end):
            raise Refused("parent_circle", agency=code)


def overlaps(agency: NewAgency, start: date, end: date | None) -> bool:
    """Whether an agency exists on a day of the half-open period from ``start`` to ``end``."""
    if end == start or agency.valid_to == agency.valid_from:
        return False
    return (end is None or agency.valid_from < end) and (agency.valid_to is None or start < agency.valid_to)


def _refuse_own_circle(new: Sequence[NewAgency], ids: Sequence[UUID], parents: Sequence[UUID | None]) -> None:
    """Refuse agencies that begin together and stand above each other in a circle; none that stands can be below them.

    Raises:
        Refused: ``parent_circle``.
    """
    above = dict(zip(ids, parents, strict=True))
    for agency, agency_id in zip(new, ids, strict=True):
        seen, at = {agency_id}, above[agency_id]
        while at is not None and at in above:
            if at in seen:
                raise Refused("parent_circle", agency=agency.code)
            seen.add(at)
            at = above[at]
