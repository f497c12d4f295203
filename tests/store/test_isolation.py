"""Two tenants in one database."""

import asyncpg
import pytest

from parindex.access import people


async def test_a_tenant_never_sees_the_people_of_another(db, tenant, other_tenant):
    async with db.transaction(tenant) as connection:
        await people.add_person(connection, login="lan", name="Lan", roles=["specialist"])
    async with db.transaction(other_tenant) as connection:
        assert await connection.fetchval("select count(*) from people") == 0
    async with db.transaction(tenant) as connection:
        assert await connection.fetchval("select count(*) from people") == 1


async def test_without_a_tenant_no_row_is_seen_and_none_is_written(db, tenant):
    async with db.transaction(tenant) as connection:
        await people.add_person(connection, login="lan", name="Lan", roles=[])
    async with db.transaction(None) as connection:
        assert await connection.fetchval("select count(*) from people") == 0
    with pytest.raises(asyncpg.PostgresError):
        async with db.transaction(None) as connection:
            await people.add_person(connection, login="mai", name="Mai", roles=[])


async def test_a_row_cannot_be_written_into_another_tenant(db, tenant, other_tenant):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(tenant) as connection:
            await connection.execute(
                "insert into people (tenant_id, id, login, name) values ($1, gen_random_uuid(), 'x', 'x')", other_tenant
            )


async def test_a_pooled_connection_forgets_its_tenant(db, tenant):
    async with db.transaction(tenant):
        pass
    for _ in range(4):
        async with db.transaction(None) as connection:
            assert await connection.fetchval("select current_setting('parindex.tenant', true)") == ""


async def test_every_table_with_a_tenant_forces_row_level_security(owner):
    open_tables = await owner.fetch(
        """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where c.relkind in ('r', 'p') and not c.relispartition
        and not (c.relrowsecurity and c.relforcerowsecurity)"""
    )
    assert [row["relname"] for row in open_tables] == []


async def test_the_applications_role_owns_nothing_and_bypasses_nothing(owner):
    role = await owner.fetchrow(
        "select rolsuper, rolbypassrls, rolcreaterole, oid from pg_roles where rolname = 'parindex_app'"
    )
    assert {name: role[name] for name in ("rolsuper", "rolbypassrls", "rolcreaterole")} == {
        "rolsuper": False,
        "rolbypassrls": False,
        "rolcreaterole": False,
    }
    assert await owner.fetchval("select count(*) from pg_class where relowner = $1", role["oid"]) == 0
    assert not await owner.fetchval("select pg_has_role('parindex_app', 'parindex_migrator', 'member')")


async def test_constraints_are_named_by_convention(owner):
    names = await owner.fetch(
        """select conname from pg_constraint c join pg_namespace n on n.oid = c.connamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and contype in ('p', 'f', 'u', 'c')"""
    )
    assert [n["conname"] for n in names if not n["conname"].startswith(("pk_", "fk_", "uq_", "ck_"))] == []
