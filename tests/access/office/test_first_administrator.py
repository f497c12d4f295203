"""The first administrator: a link that works once, for a day, only while there is none."""

from __future__ import annotations

from uuid import UUID

import pytest

from parindex.access import people, sessions, tenants
from parindex.access.office import first_administrator
from parindex.access.office.first_administrator import FirstAdministrator
from parindex.errors import Refused
from parindex.store.database import Database

GIVEN = FirstAdministrator(
    owner="Ủy ban nhân dân tỉnh Hòa Lâm", name="Ngô Quang Huy", login="huy", password="sáu con vịt qua cầu tre"
)


async def test_the_link_makes_one_administrator_and_names_the_tenant(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        old = await first_administrator.offer(connection)
        token = await first_administrator.offer(connection)
        assert old is not None
        assert token is not None
        mine = await tenants.by_id(connection, tenant)
        with pytest.raises(Refused, match="first_link_invalid"):
            await first_administrator.make(connection, mine, old, GIVEN)
        made = await first_administrator.make(connection, mine, token, GIVEN)
        person = await people.by_actor(connection, str(made))
        assert person is not None
        assert person.roles == {"administrator"}
        assert (await tenants.by_id(connection, tenant)).name_vi == GIVEN.owner
        with pytest.raises(Refused, match="first_link_invalid"):
            await first_administrator.make(connection, mine, token, GIVEN)
        assert await first_administrator.offer(connection) is None
        tags = [
            row["tag"]
            for row in await connection.fetch("select tag from audit_rows where tag like 'access:first:%' order by id")
        ]
    assert tags == ["access:first:offer", "access:first:offer", "access:first:make"]
    assert await sessions.sign_in(db, tenant, "huy", GIVEN.password)


async def test_a_link_that_ran_out_or_is_another_tenants_makes_nobody(
    db: Database, tenant: UUID, other_tenant: UUID, owner
) -> None:
    async with db.transaction(tenant) as connection:
        token = await first_administrator.offer(connection)
        assert token is not None
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="first_link_invalid"):
            await first_administrator.make(connection, await tenants.by_id(connection, other_tenant), token, GIVEN)
    await owner.execute("alter table first_links disable trigger user")
    await owner.execute("update first_links set expires_at = now() - interval '1 second'")
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused, match="first_link_invalid"):
            await first_administrator.make(connection, await tenants.by_id(connection, tenant), token, GIVEN)


async def test_whoever_was_invited_as_administrator_stands_in_the_way_of_a_link(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        token = await first_administrator.offer(connection)
        assert token is not None
        await people.add_person(connection, login="huy", name="Huy", roles=["administrator"])
        with pytest.raises(Refused, match="first_link_invalid"):
            await first_administrator.check(connection, token)
