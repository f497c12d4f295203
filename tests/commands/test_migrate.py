"""``parindex migrate``: harmless when repeated, by one process or two."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from parindex.store.embedded import ServerFailure
from parindex.store.migrate import ROLES, create_roles, migrate, newest, role_statements
from parindex.text import translator
from tests.databases import drop
from tests.installations import ROOT, database_settings, parindex, surroundings

_numbers = count()


@pytest.fixture
async def empty_database(server, worker_id):
    """A database with the roles and nothing else."""
    name = f"empty_{worker_id}_{next(_numbers)}"
    await drop(server, name)
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}" template template0')
    await admin.close()
    inside = await asyncpg.connect(server.url("postgres", name))
    await create_roles(inside, name)
    await inside.close()
    yield name
    await drop(server, name)


async def test_migrating_twice_changes_nothing_the_second_time(server, empty_database, tmp_path):
    settings = database_settings(server, empty_database)
    first = await asyncio.to_thread(parindex, "migrate", folder=tmp_path, **settings)
    second = await asyncio.to_thread(parindex, "migrate", folder=tmp_path, **settings)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout == f"{newest()}\n"


async def test_two_processes_may_migrate_at_once(server, empty_database, tmp_path):
    settings = surroundings(**database_settings(server, empty_database))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parindex", "migrate", cwd=tmp_path, env=settings,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [await process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    inside = await asyncpg.connect(server.url("postgres", empty_database))
    assert await inside.fetchval("select version_num from schema_version") == newest()
    await inside.close()


@pytest.mark.slow
async def test_two_processes_may_migrate_at_once_in_a_folder_that_is_new(tmp_path):
    home = Path(tempfile.mkdtemp(prefix="parindex-"))
    home.chmod(0o755)
    try:
        settings = surroundings(PARINDEX_DATA=str(home / "data"), PYTHONPATH=str(ROOT))
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "parindex", "migrate", cwd=tmp_path, env=settings,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )
            for _ in range(3)
        ]  # fmt: skip
        said = [await process.communicate() for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0], said
        assert {out for out, _ in said} == {f"{newest()}\n".encode()}
    finally:
        shutil.rmtree(home)


async def test_roles_are_made_by_many_at_once_in_one_database_and_in_another(server, empty_database, worker_id):
    other = f"other_{worker_id}"
    await drop(server, other)
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{other}" template template0')
    await admin.close()
    names = [empty_database, other] * 4
    connections = [await asyncpg.connect(server.url("postgres", name)) for name in names]
    try:
        for _ in range(3):
            await asyncio.gather(*(create_roles(c, name) for c, name in zip(connections, names, strict=True)))
    finally:
        for connection in connections:
            await connection.close()
        await drop(server, other)


async def test_a_table_in_use_is_waited_for_a_moment_and_then_named(server, database_name, owner, tmp_path):
    await owner.execute("update schema_version set version_num = '0004'")
    await owner.execute("drop table year_corrections, edition_retractions, editions, year_computations cascade")
    busy = await asyncpg.connect(server.url("postgres", database_name))
    try:
        async with busy.transaction():
            await busy.execute("lock table cycles in access exclusive mode")
            with pytest.raises(
                ServerFailure, match="lên phiên bản 0005 lúc này: có người đang làm việc với bảng"
            ) as told:
                await migrate(server.url("parindex_migrator", database_name), version="0005")
        assert "to version 0005 now: somebody works with a table" in told.value.text(translator("en"))
        assert await owner.fetchval("select version_num from schema_version") == "0004"
        assert await owner.fetchval("select to_regclass('year_computations')") is None
        await migrate(server.url("parindex_migrator", database_name), version="0005")
    finally:
        await busy.close()
    assert await owner.fetchval("select version_num from schema_version") == "0005"


async def test_the_printed_roles_may_be_made_twice_and_cannot_bypass_isolation(server, empty_database, tmp_path):
    printed = await asyncio.to_thread(parindex, "migrate", "--print-roles", empty_database, folder=tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == ";\n".join(role_statements(empty_database)) + ";\n"
    inside = await asyncpg.connect(server.url("postgres", empty_database))
    for _ in range(2):
        await inside.execute(printed.stdout)
    dangerous = await inside.fetch(
        "select rolname from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole)",
        list(ROLES),
    )
    await inside.close()
    assert dangerous == []


def test_the_roles_need_no_settings_and_no_database(tmp_path):
    printed = parindex("migrate", "--print-roles", "parindex", folder=tmp_path, PORT="nonsense")
    assert printed.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lang", "told"), [("vi", "vai trò của ứng dụng không được sở hữu"), ("en", "must not own its tables")]
)
def test_a_setting_that_cannot_be_used_is_named_and_nothing_is_begun(tmp_path, lang, told):
    url = "postgresql://parindex_app@localhost/parindex"
    done = parindex("--lang", lang, "migrate", folder=tmp_path, DATABASE_URL=url)
    assert done.returncode == 2
    assert told in done.stderr
    assert "DATABASE_MIGRATOR_URL" in done.stderr
    assert "docs/operations.md" in done.stderr
    assert (ROOT / "docs" / "operations.md").is_file()
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [("vi_VN.UTF-8", "không kết nối được cơ sở dữ liệu"), ("en_GB.UTF-8", "the database cannot be reached")],
)
async def test_a_database_that_does_not_exist_is_told_without_a_traceback(server, tmp_path, lang, told):
    settings = database_settings(server, "no_such_database")
    done = await asyncio.to_thread(parindex, "migrate", folder=tmp_path, LANG=lang, **settings)
    assert done.returncode == 1
    assert told in done.stderr
    assert "no_such_database" in done.stderr
    assert "Traceback" not in done.stderr
