"""Entering what was planned, in one transaction; a failure of the database is told by what was being stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
import msgspec

from parindex import agencies
from parindex.access import account_links, people, tenants
from parindex.access.model import SYSTEM
from parindex.agencies.planning import ORDER
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, steps
from parindex.assessments.owners import owner_bodies
from parindex.commands.loading.comparing_year import above_of
from parindex.commands.loading.entering_mergers import enter_merger
from parindex.commands.loading.files import YearFiles
from parindex.commands.loading.plan import YearPlan
from parindex.commands.loading.standing import StandingTenant, StandingYear
from parindex.commands.loading.year_file import CycleGiven
from parindex.messages import N_, Failure
from parindex.store.ids import new_id
from parindex.surveys.model import SampleUnit
from parindex.surveys.rounds import opening

if TYPE_CHECKING:
    from parindex.store.database import Connection

ACTOR: Final = "system"


class NotStored(Failure):
    """What the database did not take, though nothing was found wrong with it before."""


@asynccontextmanager
async def storing(file: str, what: str = "") -> AsyncIterator[None]:
    """Tell a failure of the database by the file, and by the row or value, that was being stored.

    Raises:
        NotStored: with them, and with the name of the constraint.
    """
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        why = getattr(error, "constraint_name", None) or getattr(error, "sqlstate", None) or type(error).__name__
        said = N_(
            "%(file)s: cơ sở dữ liệu không nhận %(what)s (%(why)s). Chưa nhập gì. Hãy kiểm tra lại chỗ này; nếu không thấy "
            "sai, gửi câu này cho người quản trị."
        )
        raise NotStored(said, file=file, what=what or file, why=why) from error


class YearEntry:
    """Enters one year."""

    def __init__(self, connection: Connection, files: YearFiles, standing: StandingTenant, plan: YearPlan) -> None:
        self.connection = connection
        self.files = files
        self.standing = standing
        self.plan = plan
        self.ids: dict[str, UUID] = {}

    async def enter(self) -> list[tuple[str, str]]:
        """Everything; (login, token) of every new account."""
        file = self.files.read.file
        async with storing(file, "tenant"):
            await self._tenant()
        await self._agencies()
        made = [await self._person(number) for number in range(len(self.plan.new_people))]
        tokens = [one for one in made if one is not None]
        for given, kept in self.plan.changed_people:
            async with storing(file, given.login):
                await people.change(
                    self.connection, kept, name=given.name, roles=given.roles, by=ACTOR,
                    agency_id=self.ids[given.agency] if given.agency else None,
                )  # fmt: skip
        if self.files.year.cycle is not None:
            cycle_id = await self._cycle(self.files.year.cycle)
            if self.files.year.survey is not None:
                await self._survey(cycle_id)
        for merger in self.plan.mergers:
            async with storing(file, merger.at):
                await enter_merger(self.connection, self.files, merger, by=ACTOR)
        return tokens

    async def _tenant(self) -> None:
        given, kept = self.files.year.tenant, self.standing.tenant
        if given is not None and kept is not None and self.plan.renamed:
            await tenants.rename(
                self.connection, kept, name_vi=given.name_vi, name_en=given.name_en or kept.name_en, by=ACTOR
            )

    async def _agencies(self) -> None:
        """What becomes otherwise, so that a code is free, then what is new, then who stands above whom."""
        await self._changed({name for name in ORDER if name != "parent"})
        if self.plan.new_agencies:
            async with storing(self.files.name_of("agencies")):
                await agencies.add_all(self.connection, [row.agency for row in self.plan.new_agencies], by=ACTOR)
        await self._changed({"parent"})
        self.ids = {code: agency_id for code, agency_id in self.plan.known.items() if agency_id is not None}
        self.ids |= {agency.code: agency.id for agency in await agencies.listed(self.connection)}

    async def _changed(self, names: set[str]) -> None:
        for row, kept, changes in self.plan.changed_agencies:
            some = {name: value for name, value in changes.items() if name in names}
            if some:
                async with storing(self.files.name_of("agencies"), f"{row.agency.code} ({row.row})"):
                    await agencies.change(self.connection, kept, some, by=ACTOR)

    async def _person(self, number: int) -> tuple[str, str] | None:
        """Login and token of the link; none for the account of a system, which nobody signs in with."""
        given = self.plan.new_people[number]
        async with storing(self.files.read.file, given.login):
            person_id = await people.add_person(
                self.connection, login=given.login, name=given.name, roles=given.roles, by=ACTOR,
                agency_id=self.ids[given.agency] if given.agency else None,
            )  # fmt: skip
            if SYSTEM in given.roles:
                return None
            return given.login, await account_links.invite(self.connection, person_id, by=ACTOR)

    def _participants(self, codes: list[str]) -> list[steps.Participant]:
        """Those who come with their attributes; what the file does not say of one who is there stays."""
        kept = self.standing.year.members if self.standing.year else {}
        given = self.files.attributes or {}
        participants = []
        for code in codes:
            values, ranked = kept.get(code, ({}, True))
            own = given.get(code)
            participants.append(
                steps.Participant(
                    agency_id=self.ids[code], attributes={**values, **(own.values if own else {})},
                    ranked=own.ranked if own else ranked,
                )
            )  # fmt: skip
        return participants

    async def _cycle(self, given: CycleGiven) -> UUID:
        assert self.files.criteria is not None
        criteria_set, source = self.files.criteria
        async with storing(self.files.name_of("cycle.criteria")):
            set_id = await published_sets.publish(self.connection, criteria_set, source=source, by=ACTOR)
        bodies = {body: (self.ids[one.agency], self.ids[one.substitute]) for body, one in given.bodies.items()}
        async with storing(self.files.read.file, "cycle"):
            if self.standing.year is not None:
                cycle_id = await self._redraft(given, self.standing.year, bodies)
            else:
                cycle_id = await self._draft(given, set_id, bodies)
            if self.plan.owners:
                owners = {
                    self.ids[agency]: {leaf: self.ids[owner] for leaf, owner in own.items()}
                    for agency, own in self.plan.owners.items()
                }
                await owner_bodies.set_owners(self.connection, cycle_id, owners, by=ACTOR)
        return cycle_id

    async def _draft(self, given: CycleGiven, set_id: UUID, bodies: dict[str, tuple[UUID, UUID]]) -> UUID:
        members = await agencies.listed(self.connection, tier=given.tier)
        return await steps.create(
            self.connection, family=given.family, year=given.year, tier=given.tier, criteria_set_id=set_id,
            participants=self._participants([agency.code for agency in members]), bodies={**bodies},
            above=[body for body, named in given.bodies.items() if named.above],
            opens_on=given.opens_on, last_day=given.last_day, closing_day=given.closing_day,
            appraisal_last_day=given.appraisal_last_day, group_by=given.group_by or None,
            withdrawals=1 if given.withdrawals is None else given.withdrawals, by=ACTOR,
        )  # fmt: skip

    async def _redraft(self, given: CycleGiven, year: StandingYear, bodies: dict[str, tuple[UUID, UUID]]) -> UUID:
        plan, cycle_id = self.plan, year.cycle.id
        if plan.days or plan.others or plan.bodies_changed or plan.members_changed:
            above = [body for body, named in given.bodies.items() if above_of(named, body, year)]
            changes = drafting.DraftChanges(
                **plan.days, **plan.others, bodies=bodies if plan.bodies_changed else None,
                above=above if plan.bodies_changed else None,
                participants=self._participants(plan.members_changed),
            )  # fmt: skip
            await drafting.change(self.connection, cycle_id, changes, by=ACTOR)
        return cycle_id

    async def _survey(self, cycle_id: UUID) -> None:
        given, instrument = self.files.year.survey, self.files.instrument
        assert given is not None
        assert instrument is not None
        assert self.files.sample is not None
        if not self.plan.new_round:
            held = self.standing.round
            if held is not None and self.plan.round_changes:
                async with storing(self.files.read.file, "survey"):
                    await opening.change(self.connection, held, self.plan.round_changes, actor=ACTOR)
            return
        async with storing(self.files.name_of("survey.instrument")):
            instrument_id = await opening.publish(self.connection, *instrument, actor=ACTOR)
        async with storing(self.files.read.file, "survey"):
            opened = await opening.open_round(
                self.connection, cycle_id=cycle_id, instrument_id=instrument_id, form=given.form,
                title_vi=given.title_vi, title_en=given.title_en, min_n=given.min_n, opens_on=given.opens_on,
                closes_on=given.closes_on, contact=given.contact, actor=ACTOR,
            )  # fmt: skip
        units = []
        for _, place in self.files.sample:
            values = msgspec.structs.asdict(place)
            units.append(SampleUnit(id=new_id(), agency_id=self.ids[values.pop("agency")], **values))
        async with storing(self.files.name_of("survey.sample")):
            await opening.load_sample(self.connection, opened.id, units, actor=ACTOR)
