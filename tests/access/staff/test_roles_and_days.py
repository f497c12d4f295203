"""Roles from a day to a day: on both sides of midnight in the tenant's zone, each given and ended on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.access import Person, people
from parindex.access.staff import grants, leaving, people_list, queries, role_days
from parindex.access.staff.model import RoleDays
from parindex.access.staff.people_list import NewPerson
from parindex.errors import Refused
from parindex.store.database import Database

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    return datetime.now(HANOI).date()


async def administrator(db: Database, tenant: UUID, login: str = "quan-tri") -> Person:
    async with db.transaction(tenant) as connection:
        person_id = await people.add_person(
            connection, login=login, name="Lý Gia Bình", roles=["administrator"], password_hash="x"
        )
        found = await people.by_actor(connection, str(person_id))
    assert found is not None
    return found


@pytest.fixture
async def boss(db: Database, tenant: UUID) -> Person:
    return await administrator(db, tenant)


async def add(db: Database, tenant: UUID, boss: Person, *roles: RoleDays, login: str = "lan") -> UUID:
    async with db.transaction(tenant) as connection:
        return await people_list.add(connection, boss, NewPerson(login=login, name="Nguyễn Thị Lan"), roles, HANOI)


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_the_first_moment_is_of_its_day_and_the_last_moment_of_its_own(day: date) -> None:
    assert role_days.first_day(role_days.midnight(day, HANOI), HANOI) == day
    end = role_days.after(day, HANOI)
    assert end is not None
    assert role_days.last_day(end, HANOI) == day
    assert role_days.first_day(end, HANOI) == day + timedelta(days=1)
    assert role_days.midnight(day, HANOI).astimezone(UTC).time() == time(17)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "UTC", "Europe/Berlin"])
@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_day_has_both_of_its_midnights_in_any_zone(zone: str, day: date) -> None:
    here = ZoneInfo(zone)
    end = role_days.after(day, here)
    assert end is not None
    assert role_days.midnight(day, here) < end
    assert role_days.last_day(end, here) == day


async def test_a_role_holds_from_midnight_to_midnight_of_the_tenants_zone(
    clocked: Database, db: Database, tenant: UUID, boss: Person
) -> None:
    first, last = today() + timedelta(days=10), today() + timedelta(days=12)
    lan = await add(db, tenant, boss, RoleDays(role="leader", first=first, last=last))
    held = []
    for day, clock in (
        (first - timedelta(days=1), time(23, 59, 59)), (first, time(0, 0)), (last, time(23, 59, 59)),
        (last + timedelta(days=1), time(0, 0)),
    ):  # fmt: skip
        clocked.clock = datetime.combine(day, clock, tzinfo=HANOI)
        async with clocked.transaction(tenant) as connection:
            person = await people.by_actor(connection, str(lan))
            assert person is not None
            held.append("leader" in person.roles)
    assert held == [False, True, True, False]


async def test_a_role_does_not_begin_before_today_and_does_not_end_before_it_begins(
    db: Database, tenant: UUID, boss: Person
) -> None:
    for first, last, code in (
        (today() - timedelta(days=1), None, "day_passed"),
        (today() + timedelta(days=2), today() + timedelta(days=1), "days_reversed"),
    ):
        with pytest.raises(Refused) as refused:
            await add(db, tenant, boss, RoleDays(role="leader", first=first, last=last))
        assert [fault.code for fault in refused.value.fields] == [code]


async def test_one_day_is_enough_and_the_same_role_is_not_given_twice_for_a_day(
    db: Database, tenant: UUID, boss: Person
) -> None:
    lan = await add(db, tenant, boss, RoleDays(role="leader", first=today(), last=today()))
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused) as refused:
            await grants.give(connection, boss, lan, RoleDays(role="leader", first=today()), HANOI)
        assert [fault.code for fault in refused.value.fields] == ["role_held"]
        tomorrow = RoleDays(role="leader", first=today() + timedelta(days=1))
        await grants.give(connection, boss, lan, tomorrow, HANOI)


async def test_a_role_ends_now_or_on_a_day_and_both_are_on_record(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await add(db, tenant, boss, RoleDays(role="leader", first=today()), RoleDays(role="auditor", first=today()))
    async with db.transaction(tenant) as connection:
        leader, auditor = sorted(await queries.roles_from_now(connection, lan), key=lambda one: one.role != "leader")
        await grants.end(connection, boss, lan, auditor.id, None, HANOI)
        await grants.end(connection, boss, lan, leader.id, today() + timedelta(days=3), HANOI)
    async with db.transaction(tenant) as connection:
        person = await people.by_actor(connection, str(lan))
        assert person is not None
        assert person.roles == {"leader"}
        known = (await people_list.record(connection, boss, lan)).history
    assert [one.tag for one in known].count("access:grant:end") == 2
    assert {one.who for one in known if one.tag == "access:grant:end"} == {"Lý Gia Bình"}


async def test_who_gives_themselves_a_role_is_told_to_the_house(db: Database, tenant: UUID, boss: Person) -> None:
    async with db.transaction(tenant) as connection:
        await grants.give(connection, boss, boss.id, RoleDays(role="secretary", first=today()), HANOI)
        told = await connection.fetchval("select count(*) from notices where kind = $1", grants.RAISED)
        record = await connection.fetchval(
            "select count(*) from audit_rows where tag = 'access:grant:add' and actor = subject"
        )
    assert (told, record) == (1, 1)


async def test_the_last_administrator_is_neither_closed_nor_loses_the_role_nor_gets_a_last_day(
    db: Database, tenant: UUID, boss: Person
) -> None:
    other = await administrator(db, tenant, "quan-tri-2")
    async with db.transaction(tenant) as connection:
        await leaving.close(connection, boss, other.id, "left", "chuyển công tác")
    async with db.transaction(tenant) as connection:
        (role,) = await queries.roles_from_now(connection, boss.id)
        for last in (None, today() + timedelta(days=30)):
            with pytest.raises(Refused, match="last_administrator"):
                async with connection.transaction():
                    await grants.end(connection, boss, boss.id, role.id, last, HANOI)
        with pytest.raises(Refused, match="own_account"):
            await leaving.close(connection, boss, boss.id, "stopped", "thử")
        (account,) = [one for one in await people.accounts(connection) if one.login == "quan-tri"]
        with pytest.raises(Refused, match="last_administrator"):
            await people.change(connection, account, name=account.name, agency_id=None, roles=[], by="system")


async def test_who_leaves_loses_every_role_and_comes_back_without_one(db: Database, tenant: UUID, boss: Person) -> None:
    later = RoleDays(role="auditor", first=today() + timedelta(days=5))
    lan = await add(db, tenant, boss, RoleDays(role="secretary", first=today()), later)
    async with db.transaction(tenant) as connection:
        await leaving.close(connection, boss, lan, "left", "nghỉ hưu")
        assert await people.by_actor(connection, str(lan)) is None
        (known,) = await queries.of_ids(connection, [lan])
        assert (known.state, known.disabled_reason) == ("left", "nghỉ hưu")
        await leaving.come_back(connection, boss, lan)
    async with db.transaction(tenant) as connection:
        person = await people.by_actor(connection, str(lan))
        assert person is not None
        assert person.roles == frozenset()
        assert await queries.roles_from_now(connection, lan) == []


async def test_who_is_stopped_has_their_roles_again_when_opened(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await add(db, tenant, boss, RoleDays(role="secretary", first=today()))
    async with db.transaction(tenant) as connection:
        await leaving.close(connection, boss, lan, "stopped", "nghỉ dài ngày")
        with pytest.raises(Refused, match="account_closed"):
            await people_list.link(connection, boss, lan)
        await leaving.come_back(connection, boss, lan)
        person = await people.by_actor(connection, str(lan))
        assert person is not None
        assert person.roles == {"secretary"}
