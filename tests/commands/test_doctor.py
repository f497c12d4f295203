"""``parindex doctor``: says what holds, and names what does not."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime

import pytest

from parindex import audit
from parindex.audit import sealer as sealing
from parindex.surveys.rounds import lock
from tests.databases import drop
from tests.installations import database_settings, free_port, parindex
from tests.surveys.survey_fields import a_field


@pytest.fixture
async def examined(server, database_name, db, tenant, sealer, tmp_path):
    """A function that examines an installation with one sealed block; gives (exit, stdout, stderr)."""
    async with db.transaction(tenant) as connection:
        await audit.record(connection, actor="system", tag="test:thing:make", subject="1", after={"value": "1"})
    data = tmp_path / "data"
    data.mkdir()
    head = await sealing.seal(sealer)
    assert head is not None
    sealing.remember(data / "audit-head.jsonl", head)

    async def examine(*arguments, name=database_name):
        settings = {**database_settings(server, name), "PARINDEX_DATA": str(data)}
        done = await asyncio.to_thread(parindex, *arguments, "doctor", folder=tmp_path, **settings)
        return done.returncode, done.stdout, done.stderr

    return examine


async def test_a_healthy_installation_is_found_good(examined):
    code, said, complained = await examined()
    assert code == 0, complained
    assert "HỎNG" not in said
    assert "nhật ký: 1 khối" in said


async def test_the_doctor_speaks_english_when_asked(examined):
    code, said, _ = await examined("--lang", "en")
    assert code == 0
    assert "nhật ký" not in said


@pytest.mark.parametrize(
    "tampering",
    [
        "update audit_rows set after = '{\"value\": \"2\"}' where subject = '1'",
        "delete from audit_rows where subject = '1'",
        "update audit_blocks set merkle_root = decode(repeat('00', 32), 'hex')",
    ],
)
async def test_what_was_changed_behind_the_back_of_the_application_is_found_and_its_block_named(
    examined, owner, tampering
):
    await owner.execute("set session_replication_role = replica")
    await owner.execute(tampering)
    code, nothing, said = await examined()
    assert (code, nothing) == (1, "")
    assert "HỎNG: khối nhật ký số 1 không còn nguyên vẹn" in said


async def test_a_chain_that_was_cut_short_is_found_by_the_head_outside_the_database(examined, owner):
    await owner.execute("set session_replication_role = replica")
    await owner.execute("delete from audit_blocks")
    code, nothing, said = await examined()
    assert (code, nothing) == (1, "")
    assert "mới hơn cơ sở dữ liệu: tệp ghi đến khối" in said


async def test_a_table_of_tenants_without_isolation_is_found(examined, owner):
    await owner.execute("alter table agencies no force row level security")
    code, nothing, said = await examined()
    assert (code, nothing) == (1, "")
    assert "HỎNG: 1 bảng chưa tách theo đơn vị chủ trì" in said


async def test_a_dump_is_restored_whole_and_the_owner_of_the_tables_cannot_make_a_partial_one(
    server, database_name, examined, tmp_path
):
    def run(program, *arguments):
        return subprocess.run([str(server.command(program)), *arguments], capture_output=True, text=True, check=False)

    partial = await asyncio.to_thread(
        run, "pg_dump", "--format=custom", f"--file={tmp_path}/part", server.url("parindex_migrator", database_name)
    )
    assert partial.returncode != 0
    assert "row-level security" in partial.stderr
    whole = await asyncio.to_thread(
        run, "pg_dump", "--format=custom", f"--file={tmp_path}/whole", server.url("postgres", database_name)
    )
    assert whole.returncode == 0, whole.stderr
    restored = f"{database_name}_restored"
    try:
        await asyncio.to_thread(
            run, "createdb", "-h", str(server.socket), "-U", "postgres", "-T", "template0", restored
        )
        done = await asyncio.to_thread(
            run, "pg_restore", f"--dbname={server.url('postgres', restored)}", f"{tmp_path}/whole"
        )
        assert done.returncode == 0, done.stderr
        code, said, complained = await examined(name=restored)
    finally:
        await drop(server, restored)
    assert code == 0, complained
    assert "nhật ký: 1 khối" in said


@pytest.mark.parametrize(
    ("name", "value", "vi", "en"),
    [
        ("PORT", "99999", "cổng nằm trong khoảng 1 đến 65535", "a port lies between 1 and 65535"),
        ("PORT", "abc", "PORT=abc: cần một số nguyên", "PORT=abc: a whole number is needed"),
        ("PARINDEX_EVIDENCE_LIMIT", "much", "cần một số nguyên", "a whole number is needed"),
        ("PARINDEX_SESSION_HOURS", "x", "cần một số nguyên", "a whole number is needed"),
        ("PARINDEX_SECURE_COOKIES", "perhaps", "cần true hoặc false", "true or false is needed"),
        ("DATABASE_URL", "postgresql://parindex_app@localhost/parindex", "thì phải có cả", "are needed too"),
    ],
)
def test_a_broken_setting_is_named_with_its_fault_in_the_language_asked_for(tmp_path, name, value, vi, en):
    for lang, fault, other in (("vi", vi, en), ("en", en, vi)):
        done = parindex("doctor", "--lang", lang, folder=tmp_path, **{name: value})
        assert done.returncode == 2
        assert name in done.stderr
        assert fault in done.stderr
        assert other not in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


@pytest.mark.parametrize("command", ["doctor", "migrate", "serve", "work"])
def test_a_database_that_cannot_be_reached_is_told_in_the_language_of_the_environment(tmp_path, command):
    address = f"@127.0.0.1:{free_port()}/parindex"
    settings = {
        "DATABASE_URL": f"postgresql://parindex_app{address}",
        "DATABASE_MIGRATOR_URL": f"postgresql://parindex_migrator{address}",
        "DATABASE_SEALER_URL": f"postgresql://parindex_sealer{address}",
        "PORT": str(free_port()),
    }
    for environment, told in (
        ({}, "DATABASE_MIGRATOR_URL: không kết nối được cơ sở dữ liệu ("),
        ({"LANG": "vi_VN.UTF-8"}, "DATABASE_MIGRATOR_URL: không kết nối được cơ sở dữ liệu ("),
        ({"LANG": "en_US.UTF-8"}, "DATABASE_MIGRATOR_URL: the database cannot be reached ("),
    ):
        done = parindex(command, folder=tmp_path, **settings, **environment)
        assert done.returncode == (2 if command == "doctor" else 1)
        assert "Traceback" not in done.stderr
        assert told in done.stderr


async def test_a_database_that_does_not_exist_is_told_without_a_traceback(server, tmp_path):
    settings = database_settings(server, "no_such_database")
    done = await asyncio.to_thread(parindex, "doctor", folder=tmp_path, **settings)
    assert done.returncode == 2
    assert "no_such_database" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_lock_of_a_survey_round_that_is_under_way_is_named_and_one_that_is_stuck_is_broken(
    examined, db, other_tenant, owner
):
    field = await a_field(db, other_tenant)
    async with db.transaction(other_tenant) as connection:
        await lock.begin(connection, field.round.id, decision="1", reason="x", actor="system")
    code, said, complained = await examined()
    assert code == 0, complained
    assert f"tốt: đợt khảo sát {field.round.id} (khac) đang khóa: closed, 0 phút" in said
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update survey_locks set step_at = clock_timestamp() - interval '61 minutes'")
    code, nothing, said = await examined()
    assert (code, nothing) == (1, "")
    assert f"HỎNG: đợt khảo sát {field.round.id} (khac) đang khóa: closed, 61 phút" in said


async def test_a_year_without_a_partition_of_the_record_is_named(examined, owner):
    year = datetime.now(UTC).year + 1
    await owner.execute(f"drop table audit_rows_{year}")
    code, nothing, said = await examined()
    assert (code, nothing) == (1, "")
    assert f"HỎNG: nhật ký chưa có phân vùng của năm {year}" in said
