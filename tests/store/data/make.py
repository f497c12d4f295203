"""Makes ``<release>.sql.xz`` and the editions beside it: a small platform with a past, as a release leaves it.

Runs inside a checkout of that release, with its own code and the small platform of its own browser tests, on the
oldest server that is served, so that every newer one can read it::

    git worktree add /somewhere <commit of the release>
    cd /somewhere && PYTHONPATH=. PARINDEX_POSTGRES_BIN=/usr/lib/postgresql/15/bin \
        python <this checkout>/tests/store/data/make.py <this checkout>

What is in it: four provinces; a year of ministries as printed; 2025 appraised, surveyed (a locked round), computed and
published; 2026 in work with sheets in every state, evidence, decisions, and a round in the field with answers, a
draft and contact data; the audit record of all this, sealed in blocks, its head in ``<release>.head.jsonl``.
"""

from __future__ import annotations

import asyncio
import importlib
import lzma
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg

from parindex.access import tenants
from parindex.app import compose
from parindex.audit import sealer
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles, migrate, newest

NAME = "release"
EDITIONS = """select e.number, e.content, e.digest, t.code from editions e join tenants t on t.id = e.tenant_id
    order by e.published_at, e.id"""
DRAFT = """insert into response_drafts (tenant_id, survey_round, invitation_id, answers, texts)
    select i.tenant_id, i.survey_round, i.id, r.answers, '{}' from invitations i
    join survey_rounds o on o.id = i.survey_round and o.state = 'open'
    join lateral (select answers from responses r where r.survey_round = i.survey_round limit 1) r on true
    where not i.used order by i.id limit 1"""
CONTACT = """insert into contact.people (tenant_id, id, survey_round, invitation_id, name)
    select i.tenant_id, gen_random_uuid(), i.survey_round, i.id, 'Người trả lời ' || row_number() over (order by i.id)
    from invitations i join survey_rounds r on r.id = i.survey_round where r.state = 'open' order by i.id limit 5"""


def smaller() -> ModuleType:
    """The small platform with fewer provinces and answers: the dump is kept for ever."""
    found = importlib.import_module("tests.browser.small_platform")
    found.PROVINCES = ("P01", "P03", "P05", "P17")
    found.OTHERS = tuple(account for account in found.OTHERS if account.agency in found.PROVINCES)
    found.responses.seed_round = _with(found.responses.seed_round, {"respondents": 480})
    found.responses.seed_open_round = _with(found.responses.seed_open_round, {"answered": 60})
    return found


def _with(function: Callable[..., Awaitable[Any]], fewer: dict[str, int]) -> Callable[..., Awaitable[Any]]:
    return lambda *arguments, **given: function(*arguments, **{**given, **fewer})


async def fill(server: EmbeddedServer, folder: Path) -> list[asyncpg.Record]:
    """Everything, through the functions that the release's pages call; the editions."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{NAME}" template template0')
    await admin.close()
    owner = await asyncpg.connect(server.url("postgres", NAME))
    await create_roles(owner, NAME)
    await migrate(server.url("parindex_migrator", NAME))
    services = await compose(Settings(data=folder / "data"), server.url("parindex_app", NAME), pool=4)
    chain = await Database.connect(server.url("parindex_sealer", NAME), size=1)
    async with services.db.transaction(None) as connection:
        tenant_id = await tenants.add(connection, code="demo", name_vi="Đơn vị chủ trì mô phỏng")
    stays = {"P03": "drafting", "P05": "with_leader", "P17": "not_started"}
    await smaller().load(services, tenant_id, stays=stays)
    await owner.execute(DRAFT)
    await owner.execute(CONTACT)
    while head := await sealer.seal(chain):
        sealer.remember(folder / "head", head)
    editions = await owner.fetch(EDITIONS)
    for database in (services.people, services.db, chain):
        await database.close()
    await services.intake.stop()
    await owner.close()
    return editions


def main() -> None:
    target = Path(sys.argv[1]) / "tests"
    folder = Path(tempfile.mkdtemp(prefix="release-"))
    folder.chmod(0o755)
    try:
        with EmbeddedServer(folder / "postgres", durable=False) as server:
            editions = asyncio.run(fill(server, folder))
            dump = subprocess.run(
                [str(server.command("pg_dump")), "--no-comments", server.url("postgres", NAME)],
                check=True, capture_output=True,
            ).stdout  # fmt: skip
        # What newer programs write for psql alone is no part of the database.
        lines = [
            line
            for line in dump.splitlines(keepends=True)
            if not line.startswith((b"\\restrict", b"\\unrestrict", b"--"))
        ]
        version = newest()
        (target / "store/data" / f"{version}.sql.xz").write_bytes(lzma.compress(b"".join(lines), preset=9))
        (target / "store/data" / f"{version}.head.jsonl").write_bytes(
            (folder / "head").read_bytes().splitlines(True)[-1]
        )
        kept = target / "publication/data"
        kept.mkdir(exist_ok=True)
        for edition in editions:
            (kept / f"{edition['number']}.json").write_bytes(edition["content"])
            print(edition["number"], edition["digest"], len(edition["content"]))
        (public,) = (folder / "data" / "keys").glob("*.pub")
        (kept / "demo.pub").write_bytes(public.read_bytes())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
