"""Work changes hands in one deed; nothing is left that nobody can do without being told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from parindex.access import Person, people
from parindex.access.handovers import handing_over, handover_check, unheld
from parindex.access.office import tenant_settings
from parindex.access.office.tenant_settings import TenantChoices
from parindex.access.staff import grants, leaving, queries
from parindex.access.staff.model import RoleDays
from parindex.assessments.sheets import submission
from parindex.errors import Refused
from parindex.jobs import notices
from parindex.store.database import Database
from tests.access.delegations.test_standing_in import House, house
from tests.access.staff.test_roles_and_days import HANOI, administrator, today
from tests.assessments.conftest import Year, open_year
from tests.assessments.sheets.test_declaring import complete, hand_in

__all__ = ["house"]


async def roles_of(db: Database, tenant: UUID, person_id: UUID) -> dict[str, str]:
    """Roles that hold or will, each with its last day."""
    async with db.transaction(tenant) as connection:
        found = await queries.roles_from_now(connection, person_id)
    return {one.role: str(one.valid_to.astimezone(HANOI).date()) if one.valid_to else "" for one in found}


async def test_every_role_goes_to_the_taker_with_its_last_day_and_ends_where_it_was(
    db: Database, tenant: UUID, house: House
) -> None:
    last = today() + timedelta(days=40)
    async with db.transaction(tenant) as connection:
        given = RoleDays(role="focal_point", first=today(), last=last)
        await grants.give(connection, house.boss, house.leader, given, HANOI)
        await handing_over.hand_over(connection, house.boss, house.leader, house.deputy, "Chuyển công tác", HANOI)
    assert await roles_of(db, tenant, house.leader) == {}
    assert await roles_of(db, tenant, house.deputy) == {
        "specialist": "", "leader": "", "focal_point": str(last + timedelta(days=1)),
    }  # fmt: skip
    async with db.transaction(tenant) as connection:
        (done,) = await handing_over.of_person(connection, house.deputy)
        assert (done.from_person, done.to_person, done.reason) == (house.leader, house.deputy, "Chuyển công tác")
        assert done.roles == ("focal_point", "leader")
        assert [one.kind for one in await notices.recent(connection, house.deputy)] == [handing_over.TAKEN_OVER]
        assert await notices.recent(connection, house.plain) == []
        row = await connection.fetchrow("select subject, after::text as after from audit_rows where tag = $1",
                                        "access:work:hand_over")  # fmt: skip
    assert row is not None
    assert row["subject"] == str(house.leader)
    assert "Chuyển công tác" not in row["after"]


async def test_what_the_taker_holds_already_is_given_only_for_the_days_after_it(
    db: Database, tenant: UUID, house: House
) -> None:
    until = today() + timedelta(days=10)
    async with db.transaction(tenant) as connection:
        given = RoleDays(role="leader", first=today(), last=until)
        await grants.give(connection, house.boss, house.deputy, given, HANOI)
        await handing_over.hand_over(connection, house.boss, house.leader, house.deputy, "Nghỉ hưu", HANOI)
        held = [one for one in await queries.roles_from_now(connection, house.deputy) if one.role == "leader"]
    assert [one.valid_to is None for one in held] == [False, True]
    assert held[0].valid_to == held[1].valid_from


@pytest.mark.parametrize(
    ("taker", "reason", "code"),
    [("stranger", "Nghỉ", "taker_elsewhere"), ("leader", "Nghỉ", "taker_elsewhere"), ("deputy", "", "field_empty")],
)
async def test_it_goes_to_a_colleague_and_says_why(
    db: Database, tenant: UUID, house: House, taker: str, reason: str, code: str
) -> None:
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused) as refused:
            await handing_over.hand_over(
                connection, house.boss, house.leader, getattr(house, taker), reason, HANOI
            )  # fmt: skip
    assert [one.code for one in refused.value.fields] == [code]


async def test_who_holds_nothing_has_nothing_to_hand_over_and_a_closed_account_takes_nothing(
    db: Database, tenant: UUID, house: House
) -> None:
    async with db.transaction(tenant) as connection:
        await handing_over.hand_over(connection, house.boss, house.plain, house.deputy, "Thôi việc", HANOI)
        with pytest.raises(Refused, match="nothing_to_hand_over"):
            await handing_over.hand_over(connection, house.boss, house.plain, house.deputy, "Thôi việc", HANOI)
        check = await handover_check.check(connection, house.boss, house.plain, hold=False)
        assert [(one.code, one.impossible) for one in check.lines] == [("nothing_to_hand_over", True)]
        await leaving.close(connection, house.boss, house.deputy, "stopped", "nghỉ ốm")
        with pytest.raises(Refused, match="invalid_fields"):
            await handing_over.hand_over(connection, house.boss, house.leader, house.deputy, "Nghỉ", HANOI)


async def test_the_last_administrator_hands_over_and_one_is_left(db: Database, tenant: UUID) -> None:
    boss = await administrator(db, tenant)
    async with db.transaction(tenant) as connection:
        heir = await people.add_person(connection, login="ke-nhiem", name="Người kế nhiệm", roles=[], password_hash="x")
        await handing_over.hand_over(connection, boss, boss.id, heir, "Nghỉ hưu", HANOI)
    assert await roles_of(db, tenant, boss.id) == {}
    assert await roles_of(db, tenant, heir) == {"administrator": ""}


# work that nobody holds


async def told(year: Year, person: Person) -> dict[str, set[str | None]]:
    """Which kinds of work nobody can do, of which agencies, as somebody is told."""
    async with year.db.transaction(year.tenant) as connection:
        found: dict[str, set[str | None]] = {}
        for one in await unheld.shown(connection, person):
            found.setdefault(one.kind, set()).add(one.agency_code)
        assert await unheld.waits(connection, person) == sum(map(len, found.values()))
    return found


async def close(year: Year, boss: Person, person: Person) -> None:
    async with year.db.transaction(year.tenant) as connection:
        await leaving.close(connection, boss, person.id, "left", "nghỉ hưu")


async def test_what_nobody_can_do_is_told_to_the_administrator_and_to_the_focal_point_of_the_agency(
    db: Database, tenant: UUID
) -> None:
    year, boss = await open_year(db, tenant), await administrator(db, tenant)
    focal, leader = await year.person("focal_point", agency="HL"), await year.person("leader", agency="HL")
    assert await told(year, boss) == {"declaring": {"TH", "NL"}, "approving": {"TH", "NL"}}
    assert await told(year, focal) == {}
    await close(year, boss, leader)
    assert await told(year, focal) == {"approving": {"HL"}}
    assert await told(year, boss) == {"declaring": {"TH", "NL"}, "approving": {"HL", "TH", "NL"}}
    await close(year, boss, year.people["secretary"])
    assert (await told(year, boss))["steps"] == {None}
    specialist = await year.person("specialist", agency="HL")
    async with db.transaction(tenant) as connection:
        assert await unheld.waits(connection, specialist) == 0, "who can give no role is told of none"
        with pytest.raises(Refused, match="not_allowed"):
            await unheld.shown(connection, specialist)


async def test_the_check_counts_what_is_in_hand(db: Database, tenant: UUID) -> None:
    year, boss = await open_year(db, tenant), await administrator(db, tenant)
    person = await complete(year, "HL")
    await hand_in(year, person, "HL")
    leader = await year.person("leader", agency="HL")
    async with db.transaction(tenant) as connection:
        of_specialist = await handover_check.check(connection, boss, person.id, hold=False)
        of_leader = await handover_check.check(connection, boss, leader.id, hold=False)
        of_secretary = await handover_check.check(connection, boss, year.people["secretary"].id, hold=False)
    counted = {one.what.message: one.value for one in of_specialist.numbers}
    assert counted["tiêu chí thành phần đã kê khai trong phiếu chưa gửi"] == 6
    assert {one.what.message: one.value for one in of_leader.numbers}["phiếu đang chờ lãnh đạo duyệt"] == 1
    assert "kỳ đánh giá đang chờ bước tiếp theo" in {one.what.message for one in of_secretary.numbers}


# who declares and who approves


@pytest.mark.parametrize("apart", [False, True])
async def test_who_declared_approves_only_where_the_tenant_lets_them(db: Database, tenant: UUID, apart: bool) -> None:
    year, boss = await open_year(db, tenant), await administrator(db, tenant)
    person = await complete(year, "HL")
    async with db.transaction(tenant) as connection:
        await grants.give(connection, boss, person.id, RoleDays(role="leader", first=today()), HANOI)
        await tenant_settings.choose(connection, boss, TenantChoices(leaders_declare_nothing=apart))
        both = await people.by_actor(connection, person.actor)
    await hand_in(year, person, "HL")
    other = await year.person("leader", agency="HL")
    async with db.transaction(tenant) as connection:
        if apart:
            with pytest.raises(Refused, match="own_declaration"):
                await submission.submit(connection, both, year.sheets["HL"])
            assert await submission.submit(connection, other, year.sheets["HL"])
        else:
            assert await submission.submit(connection, both, year.sheets["HL"])
