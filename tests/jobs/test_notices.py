"""What happened stands on the start page of whom it concerns: once, and only where it did happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient

from parindex import jobs
from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.jobs import notices, tidying
from parindex.jobs.model import Delivery
from parindex.publication import publish
from parindex.rankings import years
from parindex.store.database import Database
from parindex.surveys.rounds import lock
from tests.assessments.years_of_provinces import appraised, year_of
from tests.publication.published_years import DECISION
from tests.surveys.survey_fields import Field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]


async def test_a_locked_round_is_told_to_who_reads_surveys(
    client: AsyncClient, signed_in: SignIn, field: Field, services: Services
) -> None:
    await lock.lock(services.db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc", actor="system")
    await jobs.run_until_idle(services.db, services.jobs)
    place = f'href="/work/surveys/{field.round.id}"'
    for role, told in (("secretary", True), ("specialist", False)):
        await signed_in(role)
        assert (place in (await client.get("/work")).text) is told


async def test_a_published_edition_is_told_once_and_one_that_was_not_committed_never(
    client: AsyncClient, signed_in: SignIn, services: Services, tenant: UUID
) -> None:
    year = await year_of(services.db, tenant, 5)
    await appraised(year)
    approver = await year.person("approver")
    async with services.db.transaction(tenant) as connection:
        await years.compute_year(connection, year.people["secretary"], year.cycle)
        await years.submit(connection, year.people["secretary"], year.cycle)

    async def published(*, broken: bool) -> None:
        async with services.db.transaction(tenant) as connection:
            await publish.publish(
                connection, house, services.keys, cycle_id=year.cycle, decided=DECISION, person=approver
            )
            if broken:
                raise ZeroDivisionError

    async with services.db.transaction(tenant) as connection:
        house = await tenants.by_id(connection, tenant)
    await signed_in("specialist")
    with pytest.raises(ZeroDivisionError):
        await published(broken=True)
    await jobs.run_until_idle(services.db, services.jobs)
    assert "/editions/2026-province.1" not in (await client.get("/work")).text
    for _ in range(2):
        await published(broken=False)
    await jobs.run_until_idle(services.db, services.jobs)
    assert (await client.get("/work")).text.count('href="/editions/2026-province.1"') == 1


@pytest.mark.parametrize(("role", "told"), [("administrator", True), ("auditor", True), ("secretary", False)])
async def test_a_job_that_failed_for_good_is_told_to_who_asked_and_who_reads_jobs(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID, owner: Owner, services: Services, role: str,
    told: bool,
) -> None:  # fmt: skip
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    registry = jobs.Registry(
        {tidying.KIND: broken, notices.KIND: notices.hang}, deliverers=[notices.deliverer(notices.FAILED)]
    )
    asking = await signed_in("specialist")
    async with db.transaction(tenant) as connection:
        job = await jobs.enqueue(connection, jobs.Job(kind=tidying.KIND, payload=tidying.Tidy(), by=str(asking)))
    for attempt in range(tidying.KIND.attempts):
        assert await owner.fetchval("select count(*) from outbox_events") == 0, attempt
        await owner.execute("update jobs set run_after = now() where state = 'waiting'")
        await jobs.run_until_idle(db, registry)
    place = f'href="/work/jobs/{job}"'
    assert place in (await client.get("/work")).text
    await signed_in(role)
    assert (place in (await client.get("/work")).text) is told


async def test_a_notice_that_cannot_be_hung_asks_for_no_other(db: Database, tenant: UUID, owner: Owner) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    registry = jobs.Registry({notices.KIND: broken}, deliverers=[notices.deliverer(notices.FAILED)])
    async with db.transaction(tenant) as connection:
        about = notices.JobFailed(job=UUID(int=1), of="a:b:c", asked_by="system")
        await jobs.publish(connection, jobs.Event(kind=notices.FAILED, aggregate="job/1", payload=about))
    for _ in range(notices.KIND.attempts + 1):
        await owner.execute("update jobs set run_after = now() where state = 'waiting'")
        await jobs.run_until_idle(db, registry)
    assert notices.KIND.payload is Delivery
    assert await owner.fetchval("select count(*) from outbox_events") == 1
    assert await owner.fetchval("select state from jobs") == "failed"
