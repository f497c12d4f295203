"""The good rows of a sheet are written once, by a job, as `load` would make them."""

from __future__ import annotations

from uuid import UUID

import pytest

from parindex.access.imports import import_job
from parindex.access.staff import people_list, queries
from parindex.access.staff.model import PeopleAsked
from parindex.errors import Refused
from parindex.jobs import job_requests, run_until_idle
from parindex.store.database import Database
from tests.access.staff.test_roles_and_days import HANOI, administrator

PEOPLE = 300


async def test_three_hundred_people_are_written_and_the_bad_rows_stay_behind(
    db: Database, tenant: UUID, services
) -> None:
    boss = await administrator(db, tenant)
    rows = [f"Nguyễn Văn {number},nguoi-{number},nguoi{number}@coquan.example,secretary" for number in range(PEOPLE)]
    rows += ["Nguyễn Văn 0,nguoi-0,nguoi0@coquan.example,auditor", "Không Ai,,,secretary", "Ai,ai,,không có"]
    content = "\n".join(["Họ tên,Tên đăng nhập,Thư điện tử,Vai trò", *rows]).encode()
    async with db.transaction(tenant) as connection:
        sheet = await import_job.receive(connection, boss, "ds.csv", content)
        _, plan = await import_job.looked_at(connection, boss, sheet, HANOI)
        assert [len(plan.of(kind)) for kind in ("new", "role", "bad")] == [PEOPLE, 1, 2]  # type: ignore[arg-type]
        assert (await queries.counts(connection, None))["all"] == 1, "nothing is written yet"
        job = await import_job.ask(connection, boss, sheet)
    await run_until_idle(services.db, services.jobs)
    async with db.transaction(tenant) as connection:
        assert (await job_requests.get(connection, job)).told() == {"people": PEOPLE, "roles": PEOPLE + 1, "bad": 2}
        found = await people_list.found(connection, boss, PeopleAsked(search="NGUYEN VAN 0", tab="never"))
        assert [(one.login, sorted(role.role for role in one.roles)) for one in found.people] == [
            ("nguoi-0", ["auditor", "secretary"])
        ]
        held, plan = await import_job.looked_at(connection, boss, sheet, HANOI)
        assert len(held.written) == PEOPLE
        assert [len(plan.of(kind)) for kind in ("new", "role", "bad")] == [0, 0, 2]  # type: ignore[arg-type]
        await import_job.ask(connection, boss, sheet)
    await run_until_idle(services.db, services.jobs)
    async with db.transaction(tenant) as connection:
        assert (await queries.counts(connection, None))["all"] == PEOPLE + 1
        made = await people_list.links(connection, boss, held.written)
        assert len({token for _, token in made}) == PEOPLE


async def test_a_sheet_is_its_senders_alone(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    boss, other = await administrator(db, tenant), await administrator(db, tenant, "quan-tri-2")
    foreign = await administrator(db, other_tenant)
    async with db.transaction(tenant) as connection:
        sheet = await import_job.receive(connection, boss, "ds.csv", "Họ tên,Vai trò\nHà Lan,secretary".encode())
        with pytest.raises(Refused, match="not_found"):
            await import_job.looked_at(connection, other, sheet, HANOI)
    async with db.transaction(other_tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await import_job.ask(connection, foreign, sheet)
