"""The set of an open year of 3,321 communes × 60 criteria is corrected: against 60 s, by the pages that an office uses.

Every sheet was sent and every leaf accepted. Ten leaves have another maximum, one is new and one is asked no more; the page
before it is looked at, and the job that it asks for is done. Seconds are of the wall, and beside them what the program
itself used; the database works in processes of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from httpx import ASGITransport, AsyncClient

from benchmarks import opening, reference
from benchmarks.opening import COMMUNES, PASSWORD, Stages, send
from parindex import jobs, scoring
from parindex.access import sessions
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.assessments.criteria import published_sets
from parindex.settings import Settings
from parindex.store.database import enter
from parindex.store.installation import database

LIMIT: Final = 60.0
"""Seconds until every sheet has gone on."""

PAPER: Final = {
    "number": "77/QĐ-UBND (mô phỏng)",
    "date": "20/11/2026",
    "reason": "Sửa lĩnh vực 2",
    "last_day": "01/02/2099",
}


def corrected() -> str:
    """The set of 2027 with the ten criteria of an area worth twice as much, one more and one less."""
    text = opening.law(2027).replace('version: "2027.1"', 'version: "2027.2"\nsupersedes: "2027.1"')
    for number in range(1, 11):
        before = f'code: "2.{number}", title: {{vi: "Tiêu chí {number}"}}, max: 1'
        text = text.replace(before, before.replace("max: 1", "max: 2"))
    return text.replace('code: "3.10", title: {vi: "Tiêu chí 10"}', 'code: "3.11", title: {vi: "Tiêu chí mới"}')


async def declared(services: Services, tenant_id: UUID) -> None:
    """Every sheet was sent and accepted, as the triggers of the database would not let it be written together."""
    async with services.db.as_owner() as owner, owner.transaction():
        await enter(owner, tenant_id)
        for table in ("sheets", "entries", "entry_points"):
            await owner.execute(f"alter table {table} disable trigger user")
        await owner.execute(
            "update entries set facts = jsonb_build_object(code || '.done', 'true'), state = 'agreed', updated_at = now()"
        )
        await owner.execute("update sheets set state = 'appraisal_1', declared = 60, points_now = 60, max_now = 60")
        await owner.execute(
            """insert into entry_points (tenant_id, entry_id, stage, points, max, state, reason)
            select tenant_id, id, stage, 1, 1, 'scored', '{"why": "yes_no"}' from entries,
            unnest(array['self', 'round1']) stage"""
        )
        for table in ("sheets", "entries", "entry_points"):
            await owner.execute(f"alter table {table} enable trigger user")
    async with services.db.as_owner() as owner:
        await owner.execute("analyze")


async def amended(services: Services, browser: AsyncClient, cycle: str, set_id: UUID) -> Stages:
    """Look at the page before it, ask for it, let it be done."""
    path = f"/work/years/{cycle}/amend/{set_id}"
    stages = Stages()
    check = await browser.get(path)
    assert check.status_code == 200
    stages.done_with("page before it")
    asked = await send(browser, check, path, **PAPER)
    assert asked.headers["location"].startswith("/work/jobs/"), asked.text
    stages.done_with("asked for")
    await jobs.run_until_idle(services.db, services.jobs)
    stages.done_with("job: every sheet goes on")
    answer = await browser.get(asked.headers["location"])
    assert answer.headers["location"] == f"/work/cycles/{cycle}", answer.text[:3000]
    answer = await browser.get(f"/work/cycles/{cycle}")
    assert answer.status_code == 200
    stages.done_with("page of the year")
    return stages


async def measure(count: int) -> None:
    """Print every part and the sum."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), base_url="http://parindex.test", tenant="do")
        async with database(settings) as addresses:
            services = await compose(settings, addresses.app, owner_url=addresses.migrator)
            tenant_id, set_id = await opening.fill(services.db, count)
            async with services.db.as_owner() as owner:
                await owner.execute("analyze")
            token = await sessions.sign_in(services.db, tenant_id, "thuky", PASSWORD)
            async with AsyncClient(
                transport=ASGITransport(cast(Any, create_app(services))), base_url="http://parindex.test",
                cookies={sessions.COOKIE: token},
            ) as browser:  # fmt: skip
                await opening.opened(services, browser, set_id)
                await declared(services, tenant_id)
                async with services.db.transaction(tenant_id) as connection:
                    cycle = await connection.fetchval("select id from cycles where year = 2027")
                    law = scoring.load_bytes(corrected().encode(), "s.yaml")
                    newer = await published_sets.publish(connection, law, source=corrected(), by="system")
                stages = await amended(services, browser, str(cycle), newer)
            async with services.db.transaction(tenant_id) as connection:
                entries = await connection.fetchval("select count(*) from entries where reopened_by is not null")
            await services.close()
    for stage in stages.done:
        print(f"{stage.name:<36}{stage.wall:6.2f} s, of the program {stage.own:5.2f} s")
    whole = sum(stage.wall for stage in stages.done)
    print(f"{entries:,} leaves of {count:,} sheets opened again: {whole:.1f} s = {whole / LIMIT:.2f} × the limit")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=COMMUNES)
    asyncio.run(measure(parser.parse_args().communes))
    print(reference.footer())


if __name__ == "__main__":
    main()
