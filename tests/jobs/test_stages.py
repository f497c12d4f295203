"""Computing and publishing tell how far they are while they go on, and stop between two stages when asked."""

from __future__ import annotations

from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from parindex import jobs
from parindex.api.shared.services import Services
from parindex.jobs import job_requests, queries
from parindex.publication import publish_job
from parindex.rankings import compute_job, years
from parindex.store.database import Connection
from tests.assessments.years_of_provinces import appraised, year_of
from tests.jobs.small_jobs import state
from tests.publication.published_years import DECISION

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Stage: TypeAlias = tuple[int, int, str | None]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Stage]:
    """What jobs tell of how far they are."""
    heard: list[Stage] = []
    tell = queries.tell_progress

    async def telling(connection: Connection, job_id: UUID, done: int, total: int, words: str | None) -> None:
        heard.append((done, total, words))
        await tell(connection, job_id, done, total, words)

    monkeypatch.setattr(queries, "tell_progress", telling)
    return heard


async def test_every_stage_of_a_computation_and_of_a_publication_is_told_in_its_order(
    services: Services, tenant: UUID, owner: Owner, told: list[Stage]
) -> None:
    year = await year_of(services.db, tenant, 5)
    await appraised(year)
    secretary, approver = year.people["secretary"], await year.person("approver")
    async with services.db.transaction(tenant) as connection:
        await compute_job.ask(connection, secretary, year.cycle)
    await jobs.run_until_idle(services.db, services.jobs)
    assert told == [(done, 5, words) for done, words in enumerate(compute_job.STAGES)]
    told.clear()
    async with services.db.transaction(tenant) as connection:
        await years.submit(connection, secretary, year.cycle)
        await publish_job.ask(connection, approver, year.cycle, DECISION)
    await jobs.run_until_idle(services.db, services.jobs)
    assert told == [(done, 4, words) for done, words in enumerate(publish_job.STAGES)]
    assert await owner.fetchval("select count(*) from editions") == 1


@pytest.mark.parametrize("stage", range(5))
async def test_a_computation_that_is_told_to_stop_at_any_stage_leaves_nothing(
    services: Services, tenant: UUID, owner: Owner, monkeypatch: pytest.MonkeyPatch, stage: int
) -> None:
    year = await year_of(services.db, tenant, 5)
    await appraised(year)
    async with services.db.transaction(tenant) as connection:
        job = await compute_job.ask(connection, year.people["secretary"], year.cycle)

    async def stopping(connection: Connection, job_id: UUID, done: int, *_: Any) -> None:
        if done == stage:
            await job_requests.cancel(connection, job_id, by="system")

    monkeypatch.setattr(queries, "tell_progress", stopping)
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "cancelled"
    assert await owner.fetchval("select count(*) from year_computations") == 0
