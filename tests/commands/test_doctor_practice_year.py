"""``parindex doctor`` over a whole practice year: content with an honest one, and with nothing else."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest

from parindex.audit import heads
from parindex.audit import sealer as sealing
from parindex.store import watched_rows as rows
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests import databases
from tests.installations import database_settings, parindex
from tests.practice_years import practice_year

RESPONDENTS = 34 * 24 * 3

pytestmark = pytest.mark.slow

_numbers = count()


class Installation(NamedTuple):
    """A database and the files beside it."""

    server: EmbeddedServer
    name: str
    data: Path

    async def doctor(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Exit and everything that was said."""
        settings = {**database_settings(self.server, self.name), "PARINDEX_DATA": str(self.data), **settings}
        done = await asyncio.to_thread(parindex, "doctor", *arguments, folder=self.data.parent, **settings)
        return done.returncode, done.stdout + done.stderr

    async def execute(self, *statements: str) -> None:
        """As a superuser, past every trigger."""
        connection = await asyncpg.connect(self.server.url("postgres", self.name))
        await connection.execute("set session_replication_role = replica")
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


@pytest.fixture(scope="module")
def year(server: EmbeddedServer, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder, name = tmp_path_factory.mktemp("year") / "data", f"{template}_year"

    async def make() -> None:
        services, _ = await practice_year(server, template, name, folder, respondents=RESPONDENTS)
        sealer = await Database.connect(server.url("parindex_sealer", name), size=1)
        while head := await sealing.seal(sealer):
            sealing.remember(services.head_file, head)
        await sealer.close()
        await services.close()

    asyncio.run(make())
    yield Installation(server, name, folder)
    asyncio.run(databases.drop(server, name))


@pytest.fixture
async def copy(year: Installation, tmp_path: Path) -> AsyncIterator[Installation]:
    """The year once more, to be spoiled."""
    name = f"{year.name}_{next(_numbers)}"
    await databases.clone(year.server, year.name, name)
    shutil.copytree(year.data, tmp_path / "data")
    yield Installation(year.server, name, tmp_path / "data")
    await databases.drop(year.server, name)


async def test_an_honest_practice_year_is_found_good(year: Installation) -> None:
    code, said = await year.doctor("--full", "--lang", "en")
    assert code == 0, said
    assert "BROKEN" not in said
    assert f"{len(rows.WATCHED)} data tables agree with the record" in said


async def test_one_falsified_row_in_every_table_that_has_any_is_found_all_at_once(copy: Installation) -> None:
    superuser = await asyncpg.connect(copy.server.url("postgres", copy.name))
    await superuser.execute("set session_replication_role = replica")
    falsified = []
    for table in rows.WATCHED:
        column = await superuser.fetchval(
            """select a.attname from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and a.attgenerated = ''
            and a.atttypid = 'timestamptz'::regtype order by a.attnum limit 1""",
            table,
        )
        one = f"ctid = (select ctid from {table} where {'id' if table == 'tenants' else 'tenant_id'} = (select id from tenants where code = 'demo') {f'and {column} is not null' if column else ''} limit 1)"
        done = await superuser.execute(
            f"update {table} set {column} = {column} + interval '1 microsecond' where {one}"
            if column
            else f"delete from {table} where {one}"
        )
        falsified += [table] if done.endswith(" 1") else []
    await superuser.close()
    assert len(falsified) >= 25
    code, said = await copy.doctor()
    assert code == 1
    assert [table for table in falsified if f"HỎNG: bảng {table} (demo): 1 dòng" not in said] == [], said


async def test_a_changed_evidence_file_is_found_and_a_missing_one(copy: Installation) -> None:
    first, second, *_ = sorted(path for path in (copy.data / "evidence").rglob("*") if path.is_file())
    content = bytearray(first.read_bytes())
    content[-1] ^= 1
    first.chmod(0o600)
    first.write_bytes(content)
    second.unlink()
    code, said = await copy.doctor("--full")
    assert code == 1
    assert f"1 tệp tài liệu kiểm chứng bị sửa nội dung: {first.name}" in said
    assert f"thiếu 1 tệp tài liệu kiểm chứng: {second.name}" in said


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("keys/demo.pem", "thiếu khóa ký keys/demo.pem"),
        ("secrets/audit", "thiếu tệp bí mật"),
        ("secrets/application", "thiếu tệp bí mật"),
        ("audit-head.jsonl", "audit-head.jsonl hoặc tệp trống"),
        ("", "thiếu thư mục dữ liệu"),
    ],
)
async def test_a_lost_file_is_a_fault(copy: Installation, lost: str, told: str) -> None:
    path = copy.data / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    code, said = await copy.doctor()
    assert code == 1
    assert told in said
    assert not path.exists()


async def test_a_public_key_that_the_database_lost_is_a_fault(copy: Installation) -> None:
    await copy.execute("delete from signing_keys")
    code, said = await copy.doctor()
    assert code == 1
    assert "cơ sở dữ liệu không có khóa công khai" in said


async def test_an_unknown_tenant_of_the_settings_is_named(year: Installation) -> None:
    code, said = await year.doctor(PARINDEX_TENANT="bonoivu")
    assert code == 1
    assert "HỎNG: PARINDEX_TENANT=bonoivu: không có đơn vị chủ trì nào mang mã này; đang có: demo, khac" in said


async def test_a_head_file_that_was_cut_is_a_fault_at_either_end(copy: Installation) -> None:
    file = copy.data / "audit-head.jsonl"
    await copy.execute()
    sealer = await Database.connect(copy.server.url("parindex_sealer", copy.name), size=1)
    async with sealer.transaction(None):
        pass
    app = await asyncpg.connect(copy.server.url("postgres", copy.name))
    await app.execute("update tenants set name_en = 'Other' where code = 'khac'")
    await app.close()
    head = await sealing.seal(sealer)
    assert head is not None
    sealing.remember(file, head)
    await sealer.close()
    whole = file.read_bytes()
    for content, told in (
        (whole.splitlines(keepends=True)[0], "tệp bị cắt mất phần cuối"),
        (whole.splitlines(keepends=True)[-1], "bị cắt mất phần đầu"),
        (whole[:-9], "dòng bị đứt"),
        (b"", "hoặc tệp trống"),
    ):
        file.write_bytes(content)
        code, said = await copy.doctor()
        assert code == 1
        assert told in said


async def test_of_an_older_dump_it_says_that_the_head_file_is_newer_and_what_to_do(copy: Installation) -> None:
    file = copy.data / "audit-head.jsonl"
    newest = heads.read(file).newest
    assert newest is not None
    with file.open("ab") as later:
        later.write(b'{"number":%d,"hash":"%s"}\n' % (newest.number + 3, b"ab" * 32))
    code, said = await copy.doctor()
    assert code == 1
    assert f"mới hơn cơ sở dữ liệu: tệp ghi đến khối {newest.number + 3}" in said
    assert "--new-head" in said
    code, said = await copy.doctor("--new-head", "khôi phục bản sao lưu ngày 1/12")
    assert code == 0, said
    assert (copy.data / "audit-head.1.jsonl").exists()
    looking = await asyncpg.connect(copy.server.url("postgres", copy.name))
    told = await looking.fetchval("select after ->> 'reason' from audit_rows where tag = 'store:head:renew'")
    await looking.close()
    assert told == "khôi phục bản sao lưu ngày 1/12"
