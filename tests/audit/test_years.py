"""The record stands in a partition a year, and nothing of it is ever refused for want of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import pytest

from parindex import audit
from parindex.audit import sealer as sealing
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.ids import new_id

THIS = datetime.now(UTC).year
INSERT = (
    """insert into audit_rows (tenant_id, id, actor, tag, subject) values ($1, $2, 'system', 'tenant:tenant:add', $3)"""
)


def id_of(moment: datetime) -> UUID:
    """An id that was made at a moment."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (new_id().int & ((1 << 80) - 1)))


@pytest.mark.parametrize("year", [2000, 2026, 2027, 2028, 2029, 2100])
async def test_a_year_begins_with_its_first_millisecond(owner: asyncpg.Connection[asyncpg.Record], year: int) -> None:
    first = await owner.fetchval("select first_id_of($1)", year)
    assert first.int >> 80 == int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000)
    assert first.int & ((1 << 80) - 1) == 0


async def test_rows_lie_in_the_year_in_which_their_ids_were_made(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, tenant: UUID
) -> None:
    places = {
        datetime(THIS - 3, 5, 1, tzinfo=UTC): "audit_rows_first",
        datetime(THIS, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC): "audit_rows_first",
        datetime(THIS + 1, 1, 1, tzinfo=UTC): f"audit_rows_{THIS + 1}",
        datetime(THIS + 2, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC): f"audit_rows_{THIS + 2}",
        datetime(THIS + 3, 1, 1, tzinfo=UTC): "audit_rows_other",
    }
    async with db.transaction(tenant) as connection:
        for moment in places:
            await connection.execute(INSERT, tenant, id_of(moment), moment.isoformat())
    found = await owner.fetch(
        "select subject, tableoid::regclass::text as place from audit_rows where tag like 'tenant%'"
    )
    assert {row["subject"]: row["place"] for row in found if row["subject"][:2] == "20"} == {
        moment.isoformat(): place for moment, place in places.items()
    }


async def test_rows_of_every_year_are_sealed_verified_and_watched(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, sealer: Database, tenant: UUID
) -> None:
    moments = [datetime(THIS + ahead, 6, 1, tzinfo=UTC) for ahead in (0, 1, 2, 5)]
    async with db.transaction(tenant) as connection:
        for moment in moments:
            await connection.execute(INSERT, tenant, id_of(moment), "sealed")
    assert await sealing.seal(sealer) is not None
    report = await sealing.verify(sealer)
    assert (report.unsealed, report.breaks) == (0, ())
    tables = ("audit_rows_first", f"audit_rows_{THIS + 1}", f"audit_rows_{THIS + 2}", "audit_rows_other")
    for table in tables:
        assert await owner.fetchval(f"select count(*) from {table} where subject = 'sealed'") == 1
        for attack in (f"update {table} set actor = 'x'", f"delete from {table}", f"truncate {table}"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await owner.execute(attack)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(tenant) as connection:
                await connection.fetch(f"select * from {table}")
    await owner.execute("set session_replication_role = replica")
    for table in tables:
        await owner.execute(f"update {table} set actor = 'x' where subject = 'sealed'")
        assert [broken.why for broken in (await sealing.verify(sealer)).breaks] == ["changed_row"]
        await owner.execute(f"update {table} set actor = 'system' where subject = 'sealed'")
    assert (await sealing.verify(sealer)).breaks == ()


async def test_a_row_is_looked_for_in_its_own_year_by_index(owner: asyncpg.Connection[asyncpg.Record]) -> None:
    await owner.execute("set enable_seqscan = off")
    plan = await owner.fetch(
        f"explain select * from audit_rows where id = '{id_of(datetime(THIS + 1, 3, 1, tzinfo=UTC))}'"
    )
    text = "\n".join(row[0] for row in plan)
    assert f"ix_audit_rows_{THIS + 1}_id" in text
    assert "audit_rows_first" not in text


async def test_the_sealer_opens_the_next_year_in_time(
    owner: asyncpg.Connection[asyncpg.Record], db: Database, sealer: Database, tenant: UUID
) -> None:
    async def missing(today: date) -> list[int]:
        async with sealer.transaction(None) as connection:
            return await sealing.missing_years(connection, today)

    assert await missing(date(THIS, 1, 1)) == await missing(date(THIS + 1, 12, 31)) == []
    later = date(THIS + 2, 1, 1)
    assert await missing(later) == [THIS + 3]
    for _ in range(2):
        await sealing.open_years(sealer, later)
    assert await missing(later) == []
    assert await missing(date(THIS + 6, 1, 1)) == [THIS + 6, THIS + 7]
    async with db.transaction(tenant) as connection:
        await connection.execute(INSERT, tenant, id_of(datetime(THIS + 3, 1, 1, tzinfo=UTC)), "new")
        await audit.record(connection, actor="system", tag="tenant:tenant:add", subject="now")
    place = "select tableoid::regclass::text from audit_rows where subject = $1"
    assert await owner.fetchval(place, "new") == f"audit_rows_{THIS + 3}"
    assert await owner.fetchval(place, "now") == "audit_rows_first"
    constraints = "select conname from pg_constraint where conrelid = $1::regclass and contype in ('p', 'c') order by 1"
    assert [row[0] for row in await owner.fetch(constraints, f"audit_rows_{THIS + 3}")] == [
        "ck_audit_rows_tag", f"pk_audit_rows_{THIS + 3}",
    ]  # fmt: skip


async def test_who_reads_the_whole_record_is_not_waited_for_long_and_sealing_goes_on(
    server: EmbeddedServer, database_name: str, db: Database, sealer: Database, tenant: UUID
) -> None:
    reader = await asyncpg.connect(server.url("postgres", database_name))
    async with reader.transaction():
        await reader.fetch("select * from audit_rows")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await sealing.open_years(sealer, date(THIS + 4, 1, 1))
        async with db.transaction(tenant) as connection:
            await audit.record(connection, actor="system", tag="tenant:tenant:add", subject="now")
        assert await sealing.seal(sealer) is not None
    await reader.close()
    await sealing.open_years(sealer, date(THIS + 4, 1, 1))


async def test_the_application_opens_no_years(db: Database, tenant: UUID) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction(tenant) as connection:
            await connection.execute("select open_audit_year(2090)")
