"""Jobs on pages: whoever asked sees how far theirs is, the administrator sees all, cancels and repeats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from httpx import AsyncClient

from parindex import jobs
from parindex.access.staff import idle_lock_job
from parindex.agencies import today_job
from parindex.api.shared.services import Services
from parindex.assessments.cycles import closing_job
from parindex.jobs import tidying
from parindex.store.database import Database
from parindex.surveys.results import export_job
from tests.api.work.jobs.sample_jobs import in_every_state
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def samples(db: Database, tenant: UUID, by: str = "system") -> dict[str, UUID]:
    async with db.transaction(tenant) as connection:
        return await in_every_state(connection, by)


async def state(owner: Owner, job: UUID) -> str:
    return str(await owner.fetchval("select state from jobs where id = $1", job))


async def test_an_empty_list_says_what_will_stand_there(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("administrator")
    shown = await client.get("/work/jobs")
    assert shown.status_code == 200
    assert "Chưa có việc nền nào" in shown.text
    assert 'href="/work/jobs" aria-current="page"' in shown.text


async def test_the_list_shows_jobs_of_every_state_with_progress_and_reason(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    person = await signed_in("administrator", name="Trần Thị Bình")
    made = await samples(db, tenant, str(person))
    shown = (await client.get("/work/jobs")).text
    assert all(f'href="/work/jobs/{job}"' in shown for job in made.values())
    for word in ("Đang xử lý", "Chờ xử lý", "Đã xong", "Đã hủy", "2/5", "Hệ thống gặp lỗi", "Trần Thị Bình"):
        assert word in shown, word
    assert [f"/work/jobs/{made[s]}/again" in shown for s in made] == [False, False, True, False, True]
    assert [f"/work/jobs/{made[s]}/cancel" in shown for s in made] == [True, True, False, False, False]


@pytest.mark.parametrize("role", ["specialist", "secretary", "approver", "index_manager"])
async def test_other_roles_see_no_list_and_do_nothing(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, owner: Owner, role: str
) -> None:
    made = await samples(db, tenant)
    await signed_in(role)
    assert (await client.get("/work/jobs")).status_code == 403
    assert (await client.get(f"/work/jobs/{made['failed']}")).status_code == 403
    assert (await post_form(client, f"/work/jobs/{made['failed']}/again")).status_code == 403
    assert (await post_form(client, f"/work/jobs/{made['waiting']}/cancel")).status_code == 403
    assert (await state(owner, made["failed"]), await state(owner, made["waiting"])) == ("failed", "waiting")


async def test_an_auditor_reads_and_changes_nothing(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    made = await samples(db, tenant)
    await signed_in("auditor")
    shown = (await client.get("/work/jobs")).text
    assert "/again" not in shown
    assert "/cancel" not in shown
    assert (await post_form(client, f"/work/jobs/{made['failed']}/again")).status_code == 403


async def test_whoever_asked_sees_how_far_it_is_without_a_script_and_no_trace(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    person = await signed_in("secretary")
    made = await samples(db, tenant, str(person))
    running = await client.get(f"/work/jobs/{made['running']}")
    assert running.status_code == 200
    assert running.headers["refresh"] == "1"
    assert "2/5" in running.text
    failed = await client.get(f"/work/jobs/{made['failed']}")
    assert "refresh" not in failed.headers
    assert "1a2b3c4d" in failed.text
    assert "ZeroDivisionError" not in failed.text
    assert "/again" not in failed.text


async def test_the_administrator_sees_where_it_failed(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    made = await samples(db, tenant)
    await signed_in("administrator")
    failed = (await client.get(f"/work/jobs/{made['failed']}")).text
    assert "ZeroDivisionError\njobs/tidying.py:30 tidy" in failed


async def test_the_administrator_cancels_and_repeats_and_both_are_recorded(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, owner: Owner, services: Services
) -> None:
    made = await samples(db, tenant)
    person = await signed_in("administrator")
    answer = await post_form(client, f"/work/jobs/{made['waiting']}/cancel")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/work/jobs/{made['waiting']}")
    await post_form(client, f"/work/jobs/{made['running']}/cancel")
    await post_form(client, f"/work/jobs/{made['failed']}/again")
    assert [await state(owner, made[s]) for s in ("waiting", "running", "failed")] == [
        "cancelled",
        "running",
        "waiting",
    ]
    assert "Đã yêu cầu dừng" in (await client.get(f"/work/jobs/{made['running']}")).text
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, made["failed"]) == "done"
    rows = await owner.fetch("select tag, actor from audit_rows where tag like 'jobs:%' order by id")
    assert [tuple(row) for row in rows] == [
        ("jobs:job:cancel", str(person)), ("jobs:job:cancel", str(person)), ("jobs:job:retry", str(person)),
    ]  # fmt: skip


async def test_a_form_without_its_token_does_nothing(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, owner: Owner
) -> None:
    made = await samples(db, tenant)
    await signed_in("administrator")
    assert (await client.post(f"/work/jobs/{made['waiting']}/cancel")).status_code == 403
    assert await state(owner, made["waiting"]) == "waiting"


async def test_a_job_of_another_tenant_and_one_that_never_was_are_not_found(
    client: AsyncClient, signed_in: SignIn, db: Database, other_tenant: UUID
) -> None:
    made = await samples(db, other_tenant)
    await signed_in("administrator")
    for job in (made["failed"], uuid4()):
        assert (await client.get(f"/work/jobs/{job}")).status_code == 404
        assert (await post_form(client, f"/work/jobs/{job}/again")).status_code == 404


async def test_a_visitor_is_asked_to_sign_in(client: AsyncClient) -> None:
    for path in ("/work/jobs", f"/work/jobs/{uuid4()}"):
        asked = await client.get(path, headers={"accept": "text/html"})
        assert (asked.status_code, asked.headers["location"].split("?")[0]) == (303, "/sign-in")


async def test_the_list_asks_as_much_for_many_jobs_as_for_few(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, count_queries: Callable[[], int]
) -> None:
    await signed_in("administrator")
    await client.get("/work/jobs")
    sent = []
    for _ in range(2):
        for _ in range(6):
            await samples(db, tenant)
        before = count_queries()
        await client.get("/work/jobs")
        sent.append(count_queries() - before)
    assert sent[0] == sent[1]


def test_every_installation_can_do_its_schedules(services: Services) -> None:
    schedules = list(services.jobs.schedules)
    expected = (
        idle_lock_job.SCHEDULE, tidying.SCHEDULE, export_job.SCHEDULE, closing_job.SCHEDULE, today_job.SCHEDULE,
    )  # fmt: skip
    assert {one.name: one for one in schedules} == {one.name: one for one in expected}
    assert all(schedule.kind.name in services.jobs.kinds for schedule in schedules)
