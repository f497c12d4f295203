"""A right is lent for some days, within itself, once, in one agency; who uses it acts in their own name."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parindex import audit
from parindex.access import Person, may, people
from parindex.access.delegations import recording
from parindex.access.delegations.model import DELEGABLE, MOST_DAYS
from parindex.access.delegations.recording import NewDelegation
from parindex.access.policy import POLICY
from parindex.access.staff import leaving
from parindex.agencies import NewAgency, add
from parindex.errors import Refused
from parindex.store.database import Connection, Database
from tests.access.staff.test_roles_and_days import HANOI, administrator, today


class House:
    """Two agencies with a leader each, and a deputy."""

    def __init__(self, **people_of: Any) -> None:
        self.boss: Person = people_of["boss"]
        self.leader: UUID = people_of["leader"]
        self.deputy: UUID = people_of["deputy"]
        self.stranger: UUID = people_of["stranger"]
        self.plain: UUID = people_of["plain"]


@pytest.fixture
async def house(db: Database, tenant: UUID) -> House:
    boss = await administrator(db, tenant)
    async with db.transaction(tenant) as connection:
        here = await add(connection, NewAgency(code="H1", name_vi="Tỉnh Ia Đrông", tier="province"), by="system")
        there = await add(connection, NewAgency(code="H2", name_vi="Tỉnh Hòa Lâm", tier="province"), by="system")

        async def person(login: str, roles: list[str], agency: UUID) -> UUID:
            return await people.add_person(
                connection, login=login, name=f"Người {login}", roles=roles, agency_id=agency, password_hash="x"
            )

        return House(
            boss=boss, leader=await person("phuc", ["leader"], here), deputy=await person("lien", ["specialist"], here),
            stranger=await person("la", ["specialist"], there), plain=await person("khoa", ["specialist"], here),
        )  # fmt: skip


def lent(house: House, **changes: Any) -> NewDelegation:
    new = NewDelegation(
        kind="approve_sheet", from_person=house.leader, to_person=house.deputy, first=today(),
        last=today() + timedelta(days=16), reason="Nghỉ phép", basis="03/GUQ-UBND",
    )  # fmt: skip
    return msgspec.structs.replace(new, **changes)


async def who(connection: Connection, person_id: UUID) -> Person:
    found = await people.by_actor(connection, str(person_id))
    assert found is not None
    return found


def test_what_can_be_lent_is_in_the_table_of_its_role_and_no_kind_lends_managing_or_publishing() -> None:
    for one in DELEGABLE.values():
        table = {line.action for line in POLICY if line.role == one.role}
        assert one.actions <= table
        assert not {action for action in one.actions if action.split(":")[0] in ("person", "delegation", "edition")}


async def test_a_deputy_may_what_was_lent_and_nothing_else_of_the_role(
    db: Database, tenant: UUID, house: House
) -> None:
    async with db.transaction(tenant) as connection:
        leader = await who(connection, house.leader)
        await recording.record(connection, leader, lent(house), HANOI)
        deputy = await who(connection, house.deputy)
        assert may(deputy, "sheet:submit", state="with_leader", own=True)
        assert not may(deputy, "sheet:submit", state="with_leader", own=False)
        assert may(deputy, "sheet:edit", state="drafting", own=True), "what is their own stays"
        assert not may(deputy, "delegation:record", own=True), "what was lent is not lent again"
        again = lent(house, from_person=house.deputy, to_person=house.plain)
        with pytest.raises(Refused, match="not_allowed"):
            await recording.record(connection, deputy, again, HANOI)
        with pytest.raises(Refused) as refused:
            await recording.record(connection, house.boss, again, HANOI)
        assert [one.code for one in refused.value.fields] == ["delegation_beyond_right"]


async def test_the_record_tells_who_acted_and_for_whom(db: Database, tenant: UUID, house: House) -> None:
    async with db.transaction(tenant) as connection:
        await recording.record(connection, house.boss, lent(house), HANOI)
        deputy = await who(connection, house.deputy)
        assert may(deputy, "sheet:submit", state="with_leader", own=True)
        await audit.record(connection, actor=deputy.actor, tag="agency:sheet:move", subject="x", after={"state": "y"})
        assert may(deputy, "sheet:edit", state="drafting", own=True)
        await audit.record(connection, actor=deputy.actor, tag="agency:entry:save", subject="x")
        assert may(deputy, "sheet:submit", state="with_leader", own=True)
        await audit.record(connection, actor=house.boss.actor, tag="access:person:keep", subject="x")
        rows = await connection.fetch(
            "select actor, after ->> 'acting_for' as of from audit_rows where subject = 'x' order by id"
        )
    assert [(row["actor"], row["of"]) for row in rows] == [
        (str(house.deputy), str(house.leader)), (str(house.deputy), None), (house.boss.actor, None),
    ]  # fmt: skip


async def test_it_holds_from_midnight_to_midnight_and_ends_at_once_when_taken_back(
    clocked: Database, db: Database, tenant: UUID, house: House
) -> None:
    first, last = today() + timedelta(days=3), today() + timedelta(days=5)
    async with db.transaction(tenant) as connection:
        known = await recording.record(connection, house.boss, lent(house, first=first, last=last), HANOI)

    async def stands_in(day: Any, clock: time) -> bool:
        clocked.clock = datetime.combine(day, clock, tzinfo=HANOI)
        async with clocked.transaction(tenant) as connection:
            return "leader" in (await who(connection, house.deputy)).roles

    assert not await stands_in(first - timedelta(days=1), time(23, 59, 59))
    assert await stands_in(first, time(0, 0))
    assert await stands_in(last, time(23, 59, 59))
    assert not await stands_in(last + timedelta(days=1), time(0, 0))
    async with db.transaction(tenant) as connection:
        await recording.revoke(connection, await who(connection, house.leader), known)
        tags = await connection.fetch("select tag from audit_rows where tag like 'access:delegation:%' order by id")
    assert not await stands_in(first, time(12, 0))
    assert [row["tag"] for row in tags] == ["access:delegation:record", "access:delegation:revoke"]


async def test_it_holds_no_longer_than_the_giver_has_the_role_and_the_account(
    db: Database, tenant: UUID, house: House
) -> None:
    async with db.transaction(tenant) as connection:
        await recording.record(connection, house.boss, lent(house), HANOI)
        assert "leader" in (await who(connection, house.deputy)).roles
        await leaving.close(connection, house.boss, house.leader, "stopped", "ốm")
        assert "leader" not in (await who(connection, house.deputy)).roles
        await leaving.come_back(connection, house.boss, house.leader)
        assert "leader" in (await who(connection, house.deputy)).roles
        await connection.execute("update people set agency_id = null where id = $1", house.deputy)
        assert "leader" not in (await who(connection, house.deputy)).roles
        await audit.record(connection, actor="system", tag="access:person:change", subject=str(house.deputy))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "stranger"}, "delegate_elsewhere"),
        ({"kind": "run_steps"}, "delegation_beyond_right"),
        ({"first": timedelta(days=-1)}, "day_passed"),
        ({"last": timedelta(days=MOST_DAYS)}, "delegation_too_long"),
        ({"first": timedelta(days=2), "last": timedelta(days=1)}, "days_reversed"),
    ],
)
async def test_what_cannot_be_lent_is_refused_at_its_field(
    db: Database, tenant: UUID, house: House, changes: dict[str, Any], code: str
) -> None:
    given = {
        name: today() + value if isinstance(value, timedelta) else value
        for name, value in changes.items()
        if name != "to"
    }
    if changes.get("to"):
        given["to_person"] = house.stranger
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused) as refused:
            await recording.record(connection, house.boss, lent(house, **given), HANOI)
    assert [one.code for one in refused.value.fields] == [code]


async def test_the_account_of_a_system_stands_in_for_nobody_and_is_not_offered(
    db: Database, tenant: UUID, house: House
) -> None:
    async with db.transaction(tenant) as connection:
        account = (await people.by_actor(connection, str(house.leader))) or house.boss
        system = await people.add_person(
            connection, login="lgsp", name="Trục LGSP", roles=["system_account"], agency_id=account.agency_id
        )
        offer = await recording.offered(connection, house.leader)
        assert {taker for taker, _ in offer.takers} == {house.deputy, house.plain}
        with pytest.raises(Refused) as refused:
            await recording.record(connection, house.boss, lent(house, to_person=system), HANOI)
    assert [one.code for one in refused.value.fields] == ["system_alone"]


async def test_nobody_lends_what_is_another_persons_or_another_tenants(
    db: Database, tenant: UUID, other_tenant: UUID, house: House
) -> None:
    foreign = await administrator(db, other_tenant)
    async with db.transaction(tenant) as connection:
        stranger = await who(connection, house.stranger)
        with pytest.raises(Refused, match="not_allowed"):
            await recording.record(connection, stranger, lent(house), HANOI)
        known = await recording.record(connection, house.boss, lent(house), HANOI)
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await recording.revoke(connection, foreign, known)
