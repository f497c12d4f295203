"""``parindex load --delete-draft``: a wrong draft goes, once it is named; what was opened or asked somebody stays."""

from __future__ import annotations

import asyncpg
import msgspec
import pytest

from parindex.surveys.rounds import opening
from tests.commands.test_load_again import inside, opened

TABLES = ("cycles", "cycle_agencies", "cycle_bodies", "survey_rounds", "sample_units", "survey_round_secrets")
KEPT = ("people", "agencies", "criteria_sets", "instruments")


async def counts(db, tables=TABLES):
    async with await inside(db) as connection:
        return [await connection.fetchval(f"select count(*) from {table}") for table in tables]


async def test_a_draft_is_deleted_whole_with_its_record_and_can_be_loaded_anew(load, db, edit):
    assert (await load()).returncode == 0
    whole, kept = await counts(db), await counts(db, KEPT)
    done = await load("--delete-draft", "2026-department", lang="en")
    assert done.returncode == 0, done.stderr
    assert "2026-department" in done.stdout
    assert await counts(db) == [0] * len(TABLES)
    assert await counts(db, KEPT) == kept
    async with await inside(db) as connection:
        rows = await connection.fetch(
            "select tag, actor, before from audit_rows where tag like '%:delete' order by tag"
        )
    assert [(row["tag"], row["actor"]) for row in rows] == [
        ("cycle:cycle:delete", "system"), ("surveys:round:delete", "system"),
    ]  # fmt: skip
    before = msgspec.json.decode(rows[0]["before"])
    assert (before["year"], before["tier"], before["agencies"]) == (2026, "department", 3)
    edit("sample.csv", ("640", "641"))
    assert (await load()).returncode == 0
    assert await counts(db) == whole


@pytest.mark.parametrize("named", ["2025-department", "2026-province", "2026", "", "dti/2026-department"])
async def test_a_draft_is_deleted_only_when_it_is_named(load, db, named):
    assert (await load()).returncode == 0
    before = await counts(db)
    done = await load("--delete-draft", named)
    assert done.returncode == 2, done.stderr
    assert "--delete-draft 2026-department" in done.stderr
    assert await counts(db) == before


async def test_a_year_that_was_opened_is_not_deleted(load, db):
    assert (await load()).returncode == 0
    await opened(db)
    before = await counts(db)
    done = await load("--delete-draft", "par-index/2026-department")
    assert done.returncode == 1
    assert "không còn là bản thảo" in done.stderr
    assert await counts(db) == before
    async with await inside(db) as connection:
        cycle_id = await connection.fetchval("select id from cycles")
        with pytest.raises(asyncpg.NoDataFoundError):
            async with connection.transaction():
                await connection.execute("select delete_draft_year($1)", cycle_id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with connection.transaction():
                await connection.execute("delete from cycles")


async def test_a_draft_that_invited_somebody_is_not_deleted_and_its_days_stay(load, db, edit):
    assert (await load()).returncode == 0
    async with await inside(db) as connection:
        (held,) = await opening.of_cycle(connection, await connection.fetchval("select id from cycles"))
        unit = (await opening.progress(connection, held.id))[0].unit
        await connection.execute(
            """insert into invitations (tenant_id, survey_round, id, token_hash, sample_unit)
            values (current_setting('parindex.tenant')::uuid, $1, gen_random_uuid(), sha256('x'), $2)""",
            held.id, unit.id,
        )  # fmt: skip
    before = await counts(db)
    done = await load("--delete-draft", "2026-department")
    assert done.returncode == 1
    assert "mã trả lời" in done.stderr
    assert await counts(db) == before
    edit("year.yaml", ("closes_on: 2026-12-15", "closes_on: 2026-12-20"))
    again = await load()
    assert again.returncode == 1
    assert "survey.closes_on đang là 15/12/2026, tệp ghi 20/12/2026. Đợt khảo sát đã gửi mã trả lời" in again.stderr


async def test_a_year_that_is_not_there_has_no_draft(load):
    done = await load("--delete-draft", "2026-department")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "year.yaml:11:3: cycle: chưa có kỳ 2026-department nào để xóa." in done.stderr
