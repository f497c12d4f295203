"""A year of 3,321 communes × 60 criteria is made and opened: against 20 s, by the pages that an office uses.

The year is made from the one before on one page, looked at as a draft, and opened by the job that its page asks for. Seconds
are of the wall, and beside them what the program itself used; the database works in processes of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from httpx import ASGITransport, AsyncClient, Response

from benchmarks import reference
from parindex import agencies, jobs, scoring
from parindex.access import people, sessions, tenants
from parindex.agencies import NewAgency
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.installation import database

LIMIT: Final = 20.0
"""Seconds until the year is open."""

COMMUNES: Final = 3_321
CRITERIA: Final = 60
PASSWORD: Final = "sáu con vịt qua cầu tre"
DAYS: Final = {
    "opens_on": "01/11/2026",
    "last_day": "20/01/2099",
    "closing_day": "",
    "appraisal_last_day": "10/03/2099",
}
SHOWN: Final = re.compile(r'name="(shown|confirm|_csrf_token)" value="([^"]*)"')


def law(year: int) -> str:
    """A set of 60 criteria in six areas, of two bodies."""
    areas = []
    for area in range(1, 7):
        leaves = "".join(
            f'\n      - {{code: "{area}.{number}", title: {{vi: "Tiêu chí {number}"}}, max: 1, evidence: none, '
            "inputs: {done: {type: boolean}}, rule: {yes_no: done}}"
            for number in range(1, CRITERIA // 6 + 1)
        )
        body = "home-affairs" if area < 4 else "government-office"
        areas.append(
            f'\n  - code: "{area}"\n    title: {{vi: "Lĩnh vực {area}"}}\n    appraiser: {body}\n    criteria:{leaves}'
        )
    return (
        f'set: do-cap-xa\nversion: "{year}.1"\ntitle: {{vi: "Bộ tiêu chí đo"}}\nstatus: illustrative\ntier: commune\n'
        f"years: [{year}]\nclasses: [{{name: A, from: 80}}, {{name: B, from: 0}}]\n"
        "attributes: {kind: {type: choice, options: [ward, commune, zone], label: {vi: Loại}}}\n"
        f"areas:{''.join(areas)}\n"
    )


async def fill(db: Database, count: int) -> tuple[UUID, UUID]:
    """A tenant whose communes had a year that was never opened; the set of the next one is published."""
    async with db.transaction(None) as connection:
        tenant_id = await tenants.add(connection, code="do", name_vi="Đơn vị đo (mô phỏng)")
    async with db.transaction(tenant_id) as connection:
        bodies = [NewAgency(code=f"S{number}", name_vi=f"Sở {number}", tier="department") for number in range(2)]
        first, second = await agencies.add_all(connection, bodies, by="system")
        new = [
            NewAgency(code=f"X{number:04}", name_vi=f"Xã {number}", tier="commune", region=f"Tỉnh {number % 34}")
            for number in range(count)
        ]
        communes = await agencies.add_all(connection, new, by="system")
        sets = [
            await published_sets.publish(
                connection, scoring.load_bytes(law(year).encode(), "s.yaml"), source=law(year), by="system"
            )
            for year in (2026, 2027)
        ]
        kinds = ("ward", "commune", "zone")
        await steps.create(
            connection, family="par-index", year=2026, tier="commune", criteria_set_id=sets[0],
            participants=[
                steps.Participant(agency_id=one, attributes={"kind": kinds[number % 3]})
                for number, one in enumerate(communes)
            ],
            bodies={"home-affairs": (first, second), "government-office": (second, first)}, by="system",
        )  # fmt: skip
        await people.add_person(
            connection, login="thuky", name="Thư ký", roles=["index_manager", "secretary"],
            password_hash=people.hash_password(PASSWORD),
        )  # fmt: skip
    return tenant_id, sets[1]


class Stage(msgspec.Struct, frozen=True):
    """One part of the way."""

    name: str
    """What."""

    wall: float
    """Seconds on the wall."""

    own: float
    """Seconds of a core that this process used."""


class Stages:
    """Seconds of each part of the way."""

    def __init__(self) -> None:
        self.done: list[Stage] = []
        self._since = (time.perf_counter(), time.process_time())

    def done_with(self, name: str) -> None:
        """A part is over."""
        wall, own = self._since
        self._since = (time.perf_counter(), time.process_time())
        self.done.append(Stage(name, self._since[0] - wall, self._since[1] - own))


async def opened(services: Services, browser: AsyncClient, set_id: UUID) -> Stages:
    """Make the year, look at it, open it."""
    form = await browser.get("/work/years/new")
    source = re.findall(r'name="source" value="([0-9a-f-]{36})"', form.text)[0]
    stages = Stages()
    made = await send(
        browser, form, "/work/years/new", source=source, year="2027", **DAYS, **{f"set:{source}": str(set_id)}
    )
    draft = made.headers["location"]
    stages.done_with("made from the year before")
    answer = await browser.get(draft)
    assert answer.status_code == 200
    stages.done_with("page of the draft")
    path = f"/work/cycles/{draft.split('/')[3]}/open"
    check = await browser.get(path)
    stages.done_with("page before opening")
    asked = await send(browser, check, path)
    assert asked.headers["location"].startswith("/work/jobs/"), asked.text
    stages.done_with("asked for")
    await jobs.run_until_idle(services.db, services.jobs)
    stages.done_with("job: every sheet with its entries")
    answer = await browser.get(path.removesuffix("/open"))
    assert answer.status_code == 200
    stages.done_with("page of the open year")
    return stages


async def send(browser: AsyncClient, form: Response, path: str, **fields: str) -> Response:
    """Send a form as its page has it, with every line ticked."""
    found = SHOWN.findall(form.text)
    token = next(value for name, value in found if name == "_csrf_token")
    given: dict[str, Any] = {
        "_csrf_token": token, "shown": next((value for name, value in found if name == "shown"), ""),
        "confirm": [value for name, value in found if name == "confirm"], **fields,
    }  # fmt: skip
    answer = await browser.post(path, data=given)
    assert answer.status_code == 303, answer.text[:2000]
    return answer


async def measure(count: int) -> None:
    """Print every part and the sum."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), base_url="http://parindex.test", tenant="do")
        async with database(settings) as addresses:
            services = await compose(settings, addresses.app, owner_url=addresses.migrator)
            tenant_id, set_id = await fill(services.db, count)
            async with services.db.as_owner() as owner:
                await owner.execute("analyze")
            token = await sessions.sign_in(services.db, tenant_id, "thuky", PASSWORD)
            async with AsyncClient(
                transport=ASGITransport(cast(Any, create_app(services))), base_url="http://parindex.test",
                cookies={sessions.COOKIE: token},
            ) as browser:  # fmt: skip
                stages = await opened(services, browser, set_id)
            async with services.db.transaction(tenant_id) as connection:
                entries = await connection.fetchval("select count(*) from entries")
            await services.close()
    for stage in stages.done:
        print(f"{stage.name:<36}{stage.wall:6.2f} s, of the program {stage.own:5.2f} s")
    whole = sum(stage.wall for stage in stages.done)
    print(f"{entries:,} entries of {count:,} sheets: {whole:.1f} s = {whole / LIMIT:.2f} × the limit ({LIMIT:.0f} s)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communes", type=int, default=COMMUNES)
    asyncio.run(measure(parser.parse_args().communes))
    print(reference.footer())


if __name__ == "__main__":
    main()
