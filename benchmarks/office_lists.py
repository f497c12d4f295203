"""Server time of the office's lists at 100 agencies and at 3,321: three accounts an agency, one after the other.

Limits are 50 and 150 ms at the 95th percentile, of each list over its pages: people with their searches and parts, the
report of rights, work in nobody's hands, the registry, its mergers and code lists, criteria sets, questionnaires, years of
which each has every agency. ``alone`` is the median. Beside it 300 accounts from one sheet, from the click that writes
them to the end of the job, against 10 s.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

from httpx import ASGITransport, AsyncClient

from benchmarks import reference
from parindex import jobs, scoring
from parindex.access import people, queries, sessions, tenants
from parindex.access.imports import import_job
from parindex.agencies import NewAgency, add_all, deeds, listed
from parindex.agencies.model import Basis
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.settings import Settings
from parindex.store.database import Connection, Database
from parindex.store.installation import database

LIMITS: Final = {100: 50.0, 3_321: 150.0}
"""Milliseconds at the 95th percentile, by agencies."""

ROLES: Final = ("specialist", "focal_point", "leader")
LISTS: Final = {
    "people": (
        "/work/people", "/work/people?number=2", "/work/people?search=nguyen+van+1", "/work/people?agency=xa+7",
        "/work/people?role=leader", "/work/people?tab=never", "/work/people?tab=idle",
    ),
    "report of rights": ("/work/people/review",),
    "in nobody's hands": ("/work/people/unheld",),
    "delegations": ("/work/people/delegations",),
    "registry": ("/work/agencies", "/work/agencies?q=xa+7", "/work/agencies?tier=commune"),
    "mergers": ("/work/agencies/mergers",),
    "code lists": ("/work/agencies/lists", "/work/agencies/lists/document_types"),
    "criteria sets": ("/work/criteria",),
    "questionnaires": ("/work/instruments",),
    "years": ("/work/years",),
    "work list": ("/work",),
}  # fmt: skip
"""Pages of each list."""

SET: Final = """
set: do-danh-sach
version: "{year}.1"
title: {{vi: "Bộ tiêu chí để đo (mô phỏng)"}}
status: illustrative
tier: commune
years: [{year}]
areas:
  - code: "1"
    title: {{vi: "Chỉ đạo, điều hành"}}
    appraiser: home-affairs
    criteria:
      - {{code: "1.1", title: {{vi: "Kế hoạch"}}, max: 1, evidence: none,
         inputs: {{issued: {{type: boolean, label: {{vi: "Đã ban hành"}}}}}}, rule: {{yes_no: issued}}}}
"""
"""A set of one leaf."""

YEARS: Final = (2024, 2025, 2026)
"""Years of all agencies: one is open, the others are drafts."""

PASSWORD: Final = "sáu con vịt qua cầu tre"


async def fill(db: Database, count: int) -> UUID:
    """A tenant with so many agencies and their people."""
    async with db.transaction(None) as connection:
        tenant_id = await tenants.add(connection, code="do", name_vi="Đơn vị đo (mô phỏng)")
    async with db.transaction(tenant_id) as connection:
        new = [NewAgency(code=f"X{number}", name_vi=f"Xã {number}", tier="commune") for number in range(count)]
        await add_all(connection, new, by="system")
        for number, agency in enumerate(await listed(connection)):
            for role in ROLES:
                await people.add_person(
                    connection, login=f"{role}-{number}", name=f"Nguyễn Văn {number}", roles=[role], agency_id=agency.id
                )
        boss = await people.add_person(
            connection, login="quantri", name="Quản trị", roles=["administrator", "index_manager", "secretary"],
            password_hash=people.hash_password(PASSWORD),
        )  # fmt: skip
        await merged(connection)
        await years_of_all(connection, boss)
    return tenant_id


async def merged(connection: Connection) -> None:
    """A tenth of the agencies end, each within the one before it, and stay in the registry."""
    known = await listed(connection)
    basis = Basis(number="1/NQ (mô phỏng)", date=date(2026, 6, 16))
    for heir, ended in zip(known[::10], known[1::10], strict=False):
        await deeds.merge(connection, [ended.id], heir.id, day=date(2026, 7, 1), basis=basis, by="system")


async def years_of_all(connection: Connection, boss: UUID) -> None:
    """Years of every agency, the newest open."""
    known = [one.id for one in await listed(connection)]
    person = await people.by_actor(connection, str(boss))
    for year in YEARS:
        text = SET.format(year=year)
        law = scoring.load_bytes(text.encode(), f"{year}.1.yaml")
        set_id = await published_sets.publish(connection, law, source=text, by="system")
        cycle = await steps.create(
            connection, family="do-danh-sach", year=year, tier="commune", criteria_set_id=set_id,
            participants=[steps.Participant(agency_id=one) for one in known],
            bodies={"home-affairs": (known[0], known[1])}, opens_on=date(year, 11, 1), last_day=date(2099, 1, 20),
            appraisal_last_day=date(2099, 3, 10), marked="simulated", by="system",
        )  # fmt: skip
    await steps.open_year(connection, person, cycle)


IMPORTED: Final = 300
"""Accounts of the sheet."""

IMPORT_LIMIT: Final = 10.0
"""Seconds for them."""


async def imported(services: Services, tenant_id: UUID) -> float:
    """Seconds that a job takes for the accounts of a sheet."""
    async with services.db.transaction(tenant_id) as connection:
        codes = [one.code for one in await listed(connection)][:90]
        rows = [f"Trần Thị {number},tran-{number},{codes[number % 90]},Chuyên viên" for number in range(IMPORTED)]
        content = "\n".join(["Họ tên,Tên đăng nhập,Mã đơn vị,Vai trò", *rows]).encode()
        found = await queries.secret_of_login(connection, "quantri")
        assert found is not None
        person = await people.by_actor(connection, str(found[0]))
        import_id = await import_job.receive(connection, person, "nhan-su.csv", content)
    started = time.perf_counter()
    async with services.db.transaction(tenant_id) as connection:
        await import_job.ask(connection, person, import_id)
    await jobs.run_until_idle(services.db, services.jobs)
    seconds = time.perf_counter() - started
    async with services.db.transaction(tenant_id) as connection:
        assert await connection.fetchval("select count(*) from people where login like 'tran-%'") == IMPORTED
    return seconds


async def measure(count: int, visits: int) -> tuple[dict[str, list[float]], float]:
    """Milliseconds of the visits of each list; seconds of an import."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), base_url="http://parindex.test", tenant="do")
        async with database(settings) as addresses:
            services = await compose(settings, addresses.app, owner_url=addresses.migrator)
            tenant_id = await fill(services.db, count)
            async with services.db.as_owner() as owner:
                await owner.execute("analyze")
            token = await sessions.sign_in(services.db, tenant_id, "quantri", PASSWORD)
            cookie = {"cookie": f"{sessions.COOKIE}={token}"}
            times: dict[str, list[float]] = {}
            async with AsyncClient(
                transport=ASGITransport(cast(Any, create_app(services))), base_url="http://parindex.test"
            ) as browser:
                for name, paths in LISTS.items():
                    for path in paths:
                        await browser.get(path, headers=cookie)
                    for number in range(visits):
                        started = time.perf_counter()
                        answer = await browser.get(paths[number % len(paths)], headers=cookie)
                        times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
                        assert answer.status_code == 200, (paths, answer.status_code)
            seconds = await imported(services, tenant_id)
            await services.close()
    return times, seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=105)
    parser.add_argument("--agencies", type=int, nargs="*", default=list(LIMITS))
    arguments = parser.parse_args()
    print(reference.footer())
    for count in arguments.agencies:
        lists, seconds = asyncio.run(measure(count, arguments.visits))
        print(f"{count:>6} agencies, {3 * count + 1:>6} accounts, limit {LIMITS.get(count)} ms at p95")
        for name, times in lists.items():
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"       {name:<20} alone {statistics.median(times):6.1f} ms, p95 {p95:6.1f} ms")
        print(f"       {IMPORTED} accounts from a sheet {seconds:.1f} s (limit {IMPORT_LIMIT})")


if __name__ == "__main__":
    main()
