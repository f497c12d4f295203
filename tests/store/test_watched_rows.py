"""The tables beside the record: whatever reaches a table past its trigger is found, table by table, column by column."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex.access import tenants
from parindex.store import watched_rows as rows
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests.surveys.survey_fields import Field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

TENANT_TABLES = """select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'p')
    and not c.relispartition and c.relnamespace in ('public'::regnamespace, 'contact'::regnamespace)
    and (c.relname = 'tenants' or exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))"""

VALUES = {
    "uuid": ("gen_random_uuid()", "gen_random_uuid()"),
    "uuid[]": ("array[gen_random_uuid()]", "array[gen_random_uuid()]"),
    "text[]": ("array['một']", "array['hai']"),
    "text": ("'một'", "'hai'"),
    "integer": ("1", "2"),
    "smallint": ("1", "2"),
    "bigint": ("1", "2"),
    "numeric": ("1", "0.9999999999"),
    "double precision": ("0.1", "0.10000000000000002"),
    "double precision[]": ("'{0.1}'", "'{0.10000000000000002}'"),
    "boolean": ("true", "false"),
    "date": ("'2025-01-01'", "'2025-01-02'"),
    "timestamp with time zone": ("'2025-01-01 00:00:00+07'", "'2025-01-01 00:00:00.000001+07'"),
    "jsonb": ("""'{"a": null}'""", "'{}'"),
    "bytea": ("'\\x00'", "'\\x01'"),
}
"""By type an honest value and one that differs as little as it can."""


@pytest.fixture
async def superuser(server: EmbeddedServer, database_name: str) -> AsyncIterator[Owner]:
    """Inside a transaction that is given up: everything may be tried."""
    connection = await asyncpg.connect(server.url("postgres", database_name))
    trying = connection.transaction()
    await trying.start()
    yield connection
    await trying.rollback()
    await connection.close()


async def bare(superuser: Owner, table: str, tenant: UUID) -> dict[str, str]:
    """One honest row in a table that nothing but its key and the record watches; its columns with their types."""
    for name in await superuser.fetch(
        """select conrelid::regclass::text as place, conname as name from pg_constraint
        where (conrelid = $1::regclass or confrelid = $1::regclass) and contype in ('f', 'c', 'u', 'x')""",
        table,
    ):
        await superuser.execute(f'alter table {name["place"]} drop constraint if exists "{name["name"]}" cascade')
    for name in await superuser.fetch(
        "select tgname as name from pg_trigger where tgrelid = $1::regclass and not tgisinternal and tgname !~ $2",
        table, f"^{table}_(inserted|updated|deleted)$",
    ):  # fmt: skip
        await superuser.execute(f'alter table {table} disable trigger "{name["name"]}"')
    columns = {
        row["name"]: row["type"]
        for row in await superuser.fetch(
            """select attname as name, format_type(atttypid, null) as type from pg_attribute
            where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''""",
            table,
        )
    }
    await superuser.execute(f"delete from {table} where {_whose(table)} <> $1", tenant)
    if table != "tenants":
        values = [f"'{tenant}'" if name == "tenant_id" else VALUES[kind][0] for name, kind in columns.items()]
        await superuser.execute(f"insert into {table} ({', '.join(columns)}) values ({', '.join(values)})")
    return columns


def _whose(table: str) -> str:
    return "id" if table == "tenants" else "tenant_id"


async def found(superuser: Owner, table: str, tenant: UUID) -> list[tuple[str, int]]:
    return [(each.why, each.count) for each in await rows.differences(superuser, tenant, [table])]


async def test_every_table_of_a_tenant_is_on_record_or_named_as_passing_or_counted(owner: Owner) -> None:
    tables = {row["name"] for row in await owner.fetch(TENANT_TABLES)} - {"audit_rows"}
    assert tables == {*rows.WATCHED, *rows.PASSING, *rows.COUNTED}


@pytest.mark.parametrize("table", rows.WATCHED)
async def test_a_falsified_column_of_any_table_is_found(superuser: Owner, tenant: UUID, table: str) -> None:
    columns = await bare(superuser, table, tenant)
    assert await found(superuser, table, tenant) == []
    key = await superuser.fetchval(
        """select array_agg(a.attname::text) from pg_index i join pg_attribute a
        on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = $1::regclass and i.indisprimary""",
        table,
    )
    await superuser.execute("set session_replication_role = replica")
    for name in columns.keys() - set(key):
        for value in (VALUES[columns[name]][1], "null"):
            falsifying = superuser.transaction()
            await falsifying.start()
            await superuser.execute(f"alter table {table} alter column {name} drop not null")
            await superuser.execute(f"update {table} set {name} = {value}")
            was_empty = table == "tenants" and value == "null" and name == "name_en"
            assert (await found(superuser, table, tenant) == [("changed", 1)]) is not was_empty, (name, value)
            await falsifying.rollback()
    assert await found(superuser, table, tenant) == []


@pytest.mark.parametrize("table", rows.WATCHED)
async def test_a_row_of_any_table_that_was_taken_or_put_in_is_found(superuser: Owner, tenant: UUID, table: str) -> None:
    await bare(superuser, table, tenant)
    await superuser.execute("set session_replication_role = replica")
    await superuser.execute(f"create temporary table kept on commit drop as select * from {table}")
    await superuser.execute(f"delete from {table}")
    assert await found(superuser, table, tenant) == [("missing", 1)]
    await superuser.execute(f"insert into {table} select * from kept")
    assert await found(superuser, table, tenant) == []
    await superuser.execute("set session_replication_role = origin")
    await superuser.execute(f"delete from {table}")
    assert await found(superuser, table, tenant) == []
    await superuser.execute("set session_replication_role = replica")
    await superuser.execute(f"insert into {table} select * from kept")
    assert await found(superuser, table, tenant) == [("added", 1)]


async def test_a_key_that_moves_is_told_as_one_row_gone_and_one_come(superuser: Owner, tenant: UUID) -> None:
    await bare(superuser, "grants", tenant)
    await superuser.execute("update grants set id = gen_random_uuid()")
    assert await found(superuser, "grants", tenant) == []


async def test_a_change_by_hand_stands_on_record_without_a_deed(db: Database, owner: Owner, tenant: UUID) -> None:
    async with db.transaction(None) as connection:
        named = await tenants.by_id(connection, tenant)
    async with db.transaction(tenant) as connection:
        await tenants.rename(connection, named, name_vi="Tên khác", name_en=None, by="system")
    async with owner.transaction():
        assert await rows.deedless(owner, tenant) == []
    async with owner.transaction():
        await owner.execute("update tenants set name_vi = 'Tên khác nữa' where id = $1", tenant)
    async with owner.transaction():
        (change,) = await rows.deedless(owner, tenant)
        assert (change.table, change.role, change.count) == ("tenants", "postgres", 1)
        assert await found(owner, "tenants", tenant) == []


async def test_no_digest_of_a_row_can_be_guessed_from_what_it_holds(db: Database, tenant: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(tenant) as connection:
            await connection.fetchval("select secret from row_secret")


async def test_answers_tell_the_record_no_row(owner: Owner, field: Field) -> None:
    tables = await owner.fetch("select distinct subject from audit_rows where tag = $1", rows.WRITE)
    assert field.round.id
    assert not {row["subject"] for row in tables} & {*rows.COUNTED, *rows.PASSING}
