"""Accounts, passwords and sessions."""

import threading

import pytest

from parindex.access import account_links, guesses, people, sessions
from parindex.errors import Refused

PASSWORD = "mật khẩu đủ dài 2026"


@pytest.fixture
async def lan(db, tenant):
    async with db.transaction(tenant) as connection:
        return await people.add_person(
            connection,
            login="Lan",
            name="Nguyễn Thị Lan",
            roles=["specialist"],
            password_hash=people.hash_password(PASSWORD),
        )


async def test_a_session_names_its_person_and_roles(db, tenant, lan):
    token = await sessions.sign_in(db, tenant, " LAN ", PASSWORD)
    person = await sessions.person_of(db, tenant, token, idle_hours=1)
    assert (person.id, person.roles) == (lan, {"specialist"})


async def test_every_sign_in_gives_a_new_id_and_ends_the_old_one(db, tenant, lan):
    first = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    second = await sessions.sign_in(db, tenant, "lan", PASSWORD, old=first)
    assert first != second
    assert await sessions.person_of(db, tenant, first, idle_hours=1) is None
    assert await sessions.person_of(db, tenant, second, idle_hours=1) is not None


async def test_the_database_never_holds_a_token(db, tenant, lan):
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    async with db.transaction(tenant) as connection:
        stored = await connection.fetchval("select encode(id_hash, 'escape') from sessions")
    assert token not in stored


async def test_a_session_of_one_tenant_is_nothing_to_another(db, tenant, other_tenant, lan):
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    assert await sessions.person_of(db, other_tenant, token, idle_hours=1) is None


async def test_an_idle_session_ends(db, tenant, owner, lan):
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    await owner.execute("update sessions set seen_at = now() - interval '2 hours'")
    assert await sessions.person_of(db, tenant, token, idle_hours=1) is None


async def test_signing_out_ends_the_session_and_is_on_record_once(db, tenant, owner, lan):
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    await sessions.sign_out(db, tenant, token)
    await sessions.sign_out(db, tenant, token)
    assert await sessions.person_of(db, tenant, token, idle_hours=1) is None
    rows = await owner.fetch("select actor, subject from audit_rows where tag = 'access:session:close'")
    assert [(row["actor"], row["subject"]) for row in rows] == [(str(lan), str(lan))]


@pytest.mark.parametrize(("login", "password"), [("lan", "sai mật khẩu"), ("không-có", PASSWORD), ("", "")])
async def test_a_wrong_password_and_an_unknown_login_get_the_same_words(db, tenant, lan, login, password):
    with pytest.raises(Refused) as refused:
        await sessions.sign_in(db, tenant, login, password)
    assert refused.value.code == "sign_in_failed"


async def test_many_wrong_passwords_pause_that_login_only(db, tenant, lan, monkeypatch):
    monkeypatch.setattr(sessions, "password_matches", lambda stored, password: password == PASSWORD)
    for _ in range(guesses.OF_A_LOGIN_FROM_A_PLACE):
        with pytest.raises(Refused):
            await sessions.sign_in(db, tenant, "lan", "sai")
    with pytest.raises(Refused) as refused:
        await sessions.sign_in(db, tenant, "lan", PASSWORD)
    assert refused.value.code == "sign_in_paused"
    with pytest.raises(Refused) as other:
        await sessions.sign_in(db, tenant, "mai", "sai")
    assert other.value.code == "sign_in_failed"


async def test_an_invitation_sets_a_password_once(db, tenant):
    async with db.transaction(tenant) as connection:
        person = await people.add_person(connection, login="mai", name="Mai", roles=[])
        token = await account_links.invite(connection, person, by="system")
    with pytest.raises(Refused) as refused:
        await sessions.sign_in(db, tenant, "mai", "")
    assert refused.value.code == "sign_in_failed"
    async with db.transaction(tenant) as connection:
        assert await account_links.accept_invitation(connection, token, PASSWORD) == person
    assert await sessions.sign_in(db, tenant, "mai", PASSWORD)
    with pytest.raises(Refused) as used:
        async with db.transaction(tenant) as connection:
            await account_links.accept_invitation(connection, token, PASSWORD + "!")
    assert used.value.code == "invitation_invalid"


@pytest.mark.parametrize("password", ["ngắn", "nguoi-dung-01"])
async def test_a_weak_password_is_refused_and_the_link_stays_good(db, tenant, password):
    async with db.transaction(tenant) as connection:
        person = await people.add_person(connection, login="nguoi-dung-01", name="N", roles=[])
        token = await account_links.invite(connection, person, by="system")
    with pytest.raises(Refused) as refused:
        async with db.transaction(tenant) as connection:
            await account_links.accept_invitation(connection, token, password)
    assert refused.value.code == "password_weak"
    async with db.transaction(tenant) as connection:
        assert await account_links.accept_invitation(connection, token, PASSWORD)


async def test_a_changed_password_ends_every_session(db, tenant, lan):
    token = await sessions.sign_in(db, tenant, "lan", PASSWORD)
    async with db.transaction(tenant) as connection:
        invited = await account_links.invite(connection, lan, by="system")
        await account_links.accept_invitation(connection, invited, PASSWORD + " mới")
    assert await sessions.person_of(db, tenant, token, idle_hours=1) is None


async def test_the_password_of_an_invitation_is_hashed_beside_the_event_loop(db, tenant, monkeypatch):
    hashed_by, hash_password = [], people.hash_password

    def hashing(password):
        hashed_by.append(threading.current_thread())
        return hash_password(password)

    async with db.transaction(tenant) as connection:
        person = await people.add_person(connection, login="mai", name="Mai", roles=[])
        token = await account_links.invite(connection, person, by="system")
        monkeypatch.setattr(people, "hash_password", hashing)
        await account_links.accept_invitation(connection, token, PASSWORD)
    assert len(hashed_by) == 1
    assert hashed_by[0] is not threading.main_thread()
