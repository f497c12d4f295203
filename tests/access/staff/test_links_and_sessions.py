"""Links to set a password, what a reset ends, and sessions seen and ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from parindex import jobs
from parindex.access import Person, account_links, people, sessions
from parindex.access.staff import idle_lock_job, leaving, own_account, people_list, queries
from parindex.access.staff.model import RoleDays
from parindex.errors import Refused
from parindex.jobs import run_until_idle
from parindex.store.database import Database
from tests.access.staff.test_roles_and_days import add, administrator, today

PASSWORD = "sáu con vịt qua cầu tre"
OTHER = "bảy con mèo leo cây cau"


@pytest.fixture
async def boss(db: Database, tenant: UUID) -> Person:
    return await administrator(db, tenant)


async def signed_up(db: Database, tenant: UUID, boss: Person) -> UUID:
    lan = await add(db, tenant, boss, RoleDays(role="secretary", first=today()))
    async with db.transaction(tenant) as connection:
        token = await people_list.link(connection, boss, lan)
        await account_links.accept_invitation(connection, token, PASSWORD)
    return lan


async def test_a_new_invitation_kills_the_one_before(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await add(db, tenant, boss)
    async with db.transaction(tenant) as connection:
        first = await people_list.link(connection, boss, lan)
        second = await people_list.link(connection, boss, lan)
        with pytest.raises(Refused, match="invitation_invalid"):
            await account_links.invited(connection, first)
        await account_links.accept_invitation(connection, second, PASSWORD)
        with pytest.raises(Refused, match="invitation_invalid"):
            await account_links.accept_invitation(connection, second, OTHER)


async def test_fault_7_of_other_tools_no_account_begins_with_a_password_and_none_is_kept_as_text(
    db: Database, tenant: UUID, boss: Person
) -> None:
    kept = "select login, password_hash from people where login = any($1)"
    lan, hoa = await add(db, tenant, boss), await add(db, tenant, boss, login="hoa")
    async with db.transaction(tenant) as connection:
        assert dict(await connection.fetch(kept, ["lan", "hoa"])) == {"lan": None, "hoa": None}
    for guess in ("", "lan", "123456", "cai-cach-2026"):
        with pytest.raises(Refused, match="sign_in_failed"):
            await sessions.sign_in(db, tenant, "lan", guess)
    async with db.transaction(tenant) as connection:
        for one in (lan, hoa):
            await account_links.accept_invitation(connection, await people_list.link(connection, boss, one), PASSWORD)
        hashes = dict(await connection.fetch(kept, ["lan", "hoa"]))
    assert all(one.startswith("$argon2id$") for one in hashes.values())
    assert hashes["lan"] != hashes["hoa"], "the same password has another hash in another account"
    with pytest.raises(Refused, match="sign_in_failed"):
        await sessions.sign_in(db, tenant, "lan", hashes["lan"])
    assert await sessions.sign_in(db, tenant, "lan", PASSWORD)


async def test_a_reset_takes_the_password_and_every_session(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await signed_up(db, tenant, boss)
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    async with db.transaction(tenant) as connection:
        link = await people_list.link(connection, boss, lan)
    assert await sessions.person_of(db, tenant, token, idle_hours=1) is None
    with pytest.raises(Refused, match="sign_in_failed"):
        await sessions.sign_in(db, tenant, "lan", PASSWORD)
    async with db.transaction(tenant) as connection:
        await account_links.accept_invitation(connection, link, OTHER)
        tags = [one.tag for one in (await people_list.record(connection, boss, lan)).history]
    assert "access:person:reset" in tags
    assert await sessions.sign_in(db, tenant, "lan", OTHER)


async def test_a_link_of_another_tenant_opens_nothing(
    db: Database, tenant: UUID, other_tenant: UUID, boss: Person
) -> None:
    lan = await add(db, tenant, boss)
    async with db.transaction(tenant) as connection:
        token = await people_list.link(connection, boss, lan)
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="invitation_invalid"):
            await account_links.accept_invitation(connection, token, PASSWORD)


async def test_a_link_of_somebody_who_left_opens_nothing(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await add(db, tenant, boss)
    async with db.transaction(tenant) as connection:
        token = await people_list.link(connection, boss, lan)
        await leaving.close(connection, boss, lan, "left", "nghỉ hưu")
        await leaving.come_back(connection, boss, lan)
        with pytest.raises(Refused, match="invitation_invalid"):
            await account_links.accept_invitation(connection, token, PASSWORD)


async def test_sessions_are_named_and_ended_one_by_one(db: Database, tenant: UUID, boss: Person) -> None:
    lan = await signed_up(db, tenant, boss)
    here = await sessions.sign_in(db, tenant, "lan", PASSWORD, called="Firefox · Windows")
    there = await sessions.sign_in(db, tenant, "lan", PASSWORD, called="Chrome · Android")
    async with db.transaction(tenant) as connection:
        person = await people.by_actor(connection, str(lan))
        assert person is not None
        account, seen = await own_account.mine(connection, person)
        assert account.seen_at is not None
        assert {one.browser for one in seen} == {"Firefox · Windows", "Chrome · Android"}
        await own_account.end_session(connection, person, own_account.key_of(there))
        await own_account.end_session(connection, boss, own_account.key_of(here))
    assert await sessions.person_of(db, tenant, there, idle_hours=1) is None
    assert await sessions.person_of(db, tenant, here, idle_hours=1) is not None, "not somebody else's to end"


async def test_a_changed_password_asks_for_the_one_that_holds_and_ends_the_other_sessions(
    db: Database, tenant: UUID, boss: Person
) -> None:
    lan = await signed_up(db, tenant, boss)
    here = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    there = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    person = await sessions.person_of(db, tenant, here, idle_hours=1)
    assert person is not None
    assert person.id == lan
    with pytest.raises(Refused) as refused:
        await own_account.change_password(db, person, "không phải mật khẩu", OTHER, session=here)
    assert [(one.field, one.code) for one in refused.value.fields] == [("current", "password_wrong")]
    with pytest.raises(Refused, match="password_common"):
        await own_account.change_password(db, person, PASSWORD, "Matkhau@123456", session=here)
    await own_account.change_password(db, person, PASSWORD, OTHER, session=here)
    assert await sessions.person_of(db, tenant, here, idle_hours=1) is not None
    assert await sessions.person_of(db, tenant, there, idle_hours=1) is None
    assert await sessions.sign_in(db, tenant, "lan", OTHER)


@pytest.mark.parametrize(("days", "state"), [(44, "active"), (46, "idle")])
async def test_an_account_is_locked_after_45_days_without_use(
    db: Database, tenant: UUID, boss: Person, owner, services, days: int, state: str
) -> None:
    lan = await signed_up(db, tenant, boss)
    await owner.execute(
        "update person_traces set seen_at = now() - $2::interval, counted_from = now() - $2::interval where person_id = $1",
        lan, timedelta(days=days),
    )  # fmt: skip
    await owner.execute("alter table people disable trigger user")
    await owner.execute("update people set created_at = now() - interval '90 days' where id = $1", lan)
    async with db.transaction(tenant) as connection:
        await jobs.enqueue(
            connection, jobs.Job(kind=idle_lock_job.KIND, payload=idle_lock_job.EveryAccount(), by="system")
        )
    await run_until_idle(services.db, services.jobs)
    async with db.transaction(tenant) as connection:
        (known,) = await queries.of_ids(connection, [lan])
        assert known.state == state
        counts = await queries.counts(connection, None)
        assert counts["idle"] == 1, "warned of before, and shown after"
        if state == "idle":
            await leaving.come_back(connection, boss, lan)
            (again,) = await queries.of_ids(connection, [lan])
            assert (again.state, [one.role for one in again.roles]) == ("active", ["secretary"])
            assert (await queries.counts(connection, None))["idle"] == 0


async def test_the_last_administrator_is_not_locked(db: Database, tenant: UUID, boss: Person, owner, services) -> None:
    await owner.execute("update person_traces set counted_from = now() - interval '60 days'")
    await owner.execute("alter table people disable trigger user")
    await owner.execute("update people set created_at = now() - interval '90 days'")
    async with db.transaction(tenant) as connection:
        await jobs.enqueue(
            connection, jobs.Job(kind=idle_lock_job.KIND, payload=idle_lock_job.EveryAccount(), by="system")
        )
    await run_until_idle(services.db, services.jobs)
    async with db.transaction(tenant) as connection:
        (known,) = await queries.of_ids(connection, [boss.id])
    assert known.state == "active"
