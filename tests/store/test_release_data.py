"""What the last release left in its database is there after the migrations, and holds."""

from __future__ import annotations

import asyncio
import lzma
import subprocess
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient

from parindex.access import sessions, tenants
from parindex.app import compose, create_app
from parindex.audit import sealer as sealing
from parindex.publication.verification import verify
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles, migrate, newest
from tests.conftest import PASSWORD, running
from tests.databases import drop
from tests.installations import database_settings, parindex

DATA = Path(__file__).parent / "data"
RELEASES = sorted(path.name.split(".")[0] for path in DATA.glob("*.sql.xz"))
_numbers = count()

PUBLIC = (
    "/", "/agencies", "/agencies/P01", "/rankings/2025/province", "/rankings/2025/province.csv",
    "/rankings/2023/ministry", "/criteria", "/editions", "/surveys", "/keys", "/api/v1/editions",
)  # fmt: skip
WORK = {
    "chuyenvien": ("/work", "/work/documents", "/work/sheets/{sheet}"),
    "thamdinh": ("/work", "/work/appraisals/{cycle}"),
    "thuky": ("/work", "/work/cycles/{cycle}", "/work/surveys", "/work/surveys/{round}", "/work/surveys/{locked}",
              "/work/years/{past}"),
}  # fmt: skip
"""By account, what it opens."""

NAMES = """select
    (select id from cycles where state = 'self_assessment') as cycle,
    (select id from cycles where state = 'published' and year = 2025) as past,
    (select id from survey_rounds where state = 'open') as round,
    (select id from survey_rounds where state = 'locked') as locked,
    (select s.id from sheets s join agencies a on a.id = s.agency_id join cycles c on c.id = s.cycle_id
        where a.code = 'P03' and c.state = 'self_assessment') as sheet"""


@pytest.fixture(params=RELEASES)
async def restored(
    request: pytest.FixtureRequest, server: EmbeddedServer, template: str, worker_id: str, tmp_path: Path
) -> AsyncIterator[str]:
    """The database of a release, as its users left it; the roles are there, for ``template`` made them."""
    name = f"release_{worker_id}_{next(_numbers)}"
    dump = tmp_path / "dump.sql"
    dump.write_bytes(lzma.decompress((DATA / f"{request.param}.sql.xz").read_bytes()))
    await drop(server, name)
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}" template template0')
    await admin.close()
    inside = await asyncpg.connect(server.url("postgres", name))
    await create_roles(inside, name)
    await inside.close()
    command = [str(server.command("psql")), "-qX", "-v", "ON_ERROR_STOP=1", "-f", str(dump)]
    done = await asyncio.to_thread(
        subprocess.run, [*command, server.url("postgres", name)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    yield name
    await drop(server, name)


async def contents(connection: asyncpg.Connection[asyncpg.Record]) -> dict[str, int]:
    """How many rows each table has that the release knew."""
    tables = await connection.fetch(
        """select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'p') and not c.relispartition
        and c.relnamespace in ('public'::regnamespace, 'contact'::regnamespace) order by 1"""
    )
    return {row["name"]: await connection.fetchval(f"select count(*) from {row['name']}") for row in tables}


async def test_every_row_is_there_and_the_doctor_misses_nothing_but_the_files_beside(
    server: EmbeddedServer, restored: str, tmp_path: Path
) -> None:
    inside = await asyncpg.connect(server.url("postgres", restored))
    version = await inside.fetchval("select version_num from schema_version")
    before = await contents(inside)
    editions = await inside.fetch("select number, digest, content from editions order by number")
    await migrate(server.url("parindex_migrator", restored))
    after = await contents(inside)
    told = await inside.fetchval(
        "select count(*) from audit_rows where tag like 'store:rows:%' or tag = 'surveys:round:coarsen'"
    )
    assert {name: after.get(name) for name in before} == {**before, "audit_rows": before["audit_rows"] + told}
    assert min(before[name] for name in ("entries", "appraisals", "responses", "response_drafts", "editions")) > 0
    assert await inside.fetch("select number, digest, content from editions order by number") == editions
    assert all(verify(row["content"], []).holds for row in editions)
    await inside.close()
    data = tmp_path / "data"
    data.mkdir()
    (data / "audit-head.jsonl").write_bytes((DATA / f"{version}.head.jsonl").read_bytes())
    settings = {**database_settings(server, restored), "PARINDEX_DATA": str(data)}
    done = await asyncio.to_thread(parindex, "doctor", folder=tmp_path, **settings)
    broken = [line for line in done.stderr.splitlines() if line.startswith("HỎNG")]
    assert [line for line in broken if "tài liệu kiểm chứng" not in line and "thiếu khóa ký" not in line] == []
    assert len(broken) == 3, "the files that a release leaves beside its database are not kept here"
    assert f"nhật ký: 1 khối, {before['audit_rows']} dòng đã niêm phong, {told} dòng chưa niêm phong" in done.stderr


OF_LOCKED = """select r.id, r.client_id, r.sample_unit, r.answers from responses r
    join survey_rounds s on s.id = r.survey_round and s.state = 'locked' order by r.id"""


async def test_locked_answers_lose_their_days_and_ways_and_those_of_an_open_round_keep_them_beside(
    server: EmbeddedServer, restored: str
) -> None:
    inside = await asyncpg.connect(server.url("postgres", restored))
    locked, opened = [
        await inside.fetchval("select id from survey_rounds where state = $1", state) for state in ("locked", "open")
    ]
    ways = await inside.fetch("select id, channel from responses where survey_round = $1 order by id", opened)
    kept, oldest = (
        await inside.fetch(OF_LOCKED),
        await inside.fetchval("select pg_relation_filenode($1)", table := f"responses_{locked.hex}"),
    )
    assert min(len(ways), len(kept)) > 0
    await migrate(server.url("parindex_migrator", restored))
    assert await inside.fetch(OF_LOCKED) == kept
    assert await inside.fetchval("select pg_relation_filenode($1)", table) != oldest
    held = await inside.fetch("select day, channel, part from responses where survey_round = $1", locked)
    assert {(row["day"], row["channel"]) for row in held} == {(None, None)}
    assert await inside.fetchval("select sum(responses) from fieldwork_counts where survey_round = $1", locked) == len(
        held
    )
    beside = "select response_id as id, channel from response_paradata where survey_round = $1 order by 1"
    assert await inside.fetch(beside, opened) == ways
    left = "select count(*) from responses where survey_round = $1 and (channel is not null or day is null)"
    assert await inside.fetchval(left, opened) == 0
    with pytest.raises(asyncpg.RestrictViolationError):
        await inside.execute("update responses set part = 'late' where survey_round = $1", locked)
    await inside.close()


SHAPE = {
    "columns": """select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
        || a.attnotnull || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '') from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relkind in ('r', 'p') and not c.relispartition and {place}""",
    "constraints": """select c.relname || ' ' || k.conname || ' ' || k.convalidated || ' ' || translate(pg_get_constraintdef(k.oid), '()', '')
        from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype <> 'n' and k.conparentid = 0
        and not c.relispartition and {place}""",
    "indexes": """select pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid from pg_index i
        join pg_class c on c.oid = i.indrelid where not c.relispartition and {place}""",
    "triggers": """select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where not t.tgisinternal and not c.relispartition and {place}""",
    "policies": """select c.relname || ' ' || p.polname || ' ' || p.polcmd::text || ' '
        || coalesce(pg_get_expr(p.polqual, p.polrelid), '') from pg_policy p join pg_class c on c.oid = p.polrelid
        where not c.relispartition and {place}""",
    "grants": """select c.relname || ' ' || coalesce(c.relacl::text, '') from pg_class c
        where c.relkind in ('r', 'p') and not c.relispartition and {place}""",
    "functions": """select pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') from pg_proc p
        where p.pronamespace = 'public'::regnamespace""",
}
PLACE = "c.relnamespace in ('public'::regnamespace, 'contact'::regnamespace)"


async def shape(connection: asyncpg.Connection[asyncpg.Record]) -> dict[str, list[str]]:
    """What a database is like, but for the partitions of its rounds and years."""
    return {
        part: sorted(row[0] for row in await connection.fetch(query.format(place=PLACE)))
        for part, query in SHAPE.items()
    }


async def test_an_upgraded_database_is_like_a_new_one(
    server: EmbeddedServer, restored: str, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    inside = await asyncpg.connect(server.url("postgres", restored))
    first = int(await inside.fetchval("select version_num from schema_version"))
    for version in range(first + 1, int(newest()) + 1):
        await migrate(server.url("parindex_migrator", restored), version=f"{version:04}")
        assert await inside.fetchval("select version_num from schema_version") == f"{version:04}"
    upgraded, new = await shape(inside), await shape(owner)
    assert {part: sorted(set(upgraded[part]) ^ set(new[part])) for part in SHAPE} == {part: [] for part in SHAPE}
    await inside.close()


async def test_the_pages_read_and_the_chain_goes_on(server: EmbeddedServer, restored: str, tmp_path: Path) -> None:
    await migrate(server.url("parindex_migrator", restored))
    services = await compose(
        Settings(data=tmp_path / "data", base_url="http://parindex.test"), server.url("parindex_app", restored), pool=4
    )
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    inside = await asyncpg.connect(server.url("postgres", restored))
    named = {name: str(value) for name, value in (await inside.fetchrow(NAMES)).items()}
    await inside.close()
    app = create_app(services)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with running(app), AsyncClient(transport=transport, base_url="http://parindex.test") as browser:
        statuses = {path: (await browser.get(path)).status_code for path in PUBLIC}
        for login, paths in WORK.items():
            browser.cookies.set(sessions.COOKIE, await sessions.sign_in(services.db, tenant.id, login, PASSWORD))
            statuses |= {f"{login} {at}": (await browser.get(at.format(**named))).status_code for at in paths}
        chain = await Database.connect(server.url("parindex_sealer", restored), size=1)
        try:
            assert await sealing.seal(chain) is not None
            report = await sealing.verify(chain)
        finally:
            await chain.close()
    assert set(statuses.values()) == {200}, {path: code for path, code in statuses.items() if code != 200}
    assert (report.blocks, report.unsealed, report.breaks) == (2, 0, ())
