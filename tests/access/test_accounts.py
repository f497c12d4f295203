"""Accounts get another name, agency or roles; each change has its row, and no name stands in it."""

from __future__ import annotations

from uuid import UUID

from parindex.access import people
from parindex.store.database import Connection, Database

TAGS = ("access:person:change", "access:grant:add", "access:grant:end")


async def rows(connection: Connection) -> list[tuple[str, str, str]]:
    found = await connection.fetch(
        "select tag, before::text, after::text from audit_rows where tag = any($1) order by id", list(TAGS)
    )
    return [(row["tag"], row["before"] or "", row["after"] or "") for row in found]


async def test_a_change_grants_what_is_new_ends_what_is_gone_and_tells_no_name(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        await people.add_person(connection, login="Lan", name="Nguyễn Lan", roles=["specialist", "leader"])
        (account,) = await people.accounts(connection)
        assert (account.login, account.roles, account.disabled) == ("lan", ("leader", "specialist"), False)
        already = len(await rows(connection))
        await people.change(
            connection, account, name="Nguyễn Thị Lan", agency_id=None, roles=["leader", "auditor"], by="system"
        )
        (changed,) = await people.accounts(connection)
        assert (changed.name, changed.roles) == ("Nguyễn Thị Lan", ("auditor", "leader"))
        told = (await rows(connection))[already:]
        assert [tag for tag, *_ in told] == list(TAGS)
        assert not any("Lan" in words for row in told for words in row[1:])
        assert "specialist" in told[2][1]


async def test_what_is_the_same_writes_nothing(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        await people.add_person(connection, login="lan", name="Nguyễn Lan", roles=["leader"])
        (account,) = await people.accounts(connection)
        before = await rows(connection)
        await people.change(connection, account, name="Nguyễn Lan", agency_id=None, roles=["leader"], by="system")
        assert await rows(connection) == before


async def test_a_role_that_ended_holds_no_more_for_who_is_signed_in(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        person_id = await people.add_person(connection, login="lan", name="Lan", roles=["leader"])
    async with db.transaction(tenant) as connection:
        (account,) = await people.accounts(connection)
        await people.change(connection, account, name="Lan", agency_id=None, roles=[], by="system")
    async with db.transaction(tenant) as connection:
        held = await people.by_actor(connection, str(person_id))
        assert held is not None
        assert held.roles == frozenset()
