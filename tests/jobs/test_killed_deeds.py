"""The worker that amends, computes or publishes a year is killed: the deed is done again, and what comes of it is one and whole."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.api.shared.services import Services
from parindex.publication import publish_job
from parindex.publication.keys import SigningKeys
from parindex.publication.verification import verify
from parindex.rankings import compute_job, gathering, queries, years
from parindex.rankings.compute import compute
from parindex.reading.canonical_json import canonical
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from tests.assessments.conftest import Year
from tests.assessments.years_of_provinces import appraised, year_of
from tests.jobs.small_jobs import state, until, worker
from tests.jobs.test_amending import asked, ready, touched
from tests.publication.published_years import DECISION

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
PROGRAM = "tests.jobs.product_worker"

CYCLE = "select from cycles for update"
"""What a deed waits for at its first stage while somebody holds it."""


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    """Five provinces in consolidation."""
    year = await year_of(db, tenant, 5)
    await appraised(year)
    return year


@asynccontextmanager
async def held_up(server: EmbeddedServer, database: str, statement: str) -> AsyncIterator[None]:
    """Somebody holds what a deed needs, so that it stands still where it needs it."""
    other = await asyncpg.connect(server.url("postgres", database))
    try:
        async with other.transaction():
            await other.execute(statement)
            yield
    finally:
        await other.close()


async def killed_and_done_again(
    server: EmbeddedServer, database: str, owner: Owner, job: UUID, folder: Path, statement: str, stage: int | None
) -> None:
    """Kill the worker that stands still at a stage of a job, or as soon as it has it; let another do the job."""

    async def there() -> bool:
        if stage is None:
            return await state(owner, job) == "running"
        return await owner.fetchval("select done from job_progress where job_id = $1", job) == stage

    async def done() -> bool:
        assert await state(owner, job) != "failed"
        return await state(owner, job) == "done"

    url = server.url("parindex_app", database)
    async with held_up(server, database, statement), worker(url, serve=str(folder), program=PROGRAM) as first:
        await until(there)
        first.send(signal.SIGKILL)
        await first.gone()
    async with worker(url, serve=str(folder), program=PROGRAM):
        await until(done)
    assert await owner.fetchval("select attempts from jobs where id = $1", job) == 2


@pytest.mark.parametrize(("statement", "stage"), [(CYCLE, 0), ("lock table year_computations in share mode", 4)])
async def test_a_year_whose_computation_was_killed_is_computed_once(
    server: EmbeddedServer, database_name: str, year: Year, owner: Owner, tmp_path: Path, statement: str, stage: int
) -> None:
    async with year.db.transaction(year.tenant) as connection:
        job = await compute_job.ask(connection, year.people["secretary"], year.cycle)
    await killed_and_done_again(server, database_name, owner, job, tmp_path / "data", statement, stage)
    async with year.db.transaction(year.tenant) as connection:
        cycle = await queries.cycle(connection, year.cycle)
        assert cycle is not None
        expected = compute(await gathering.gather(connection, cycle))
    stored = [bytes(row[0]) for row in await owner.fetch("select document from year_computations")]
    assert stored == [canonical(msgspec.to_builtins(expected))]
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'rankings:year:compute'") == 1


@pytest.mark.parametrize(("statement", "stage"), [(CYCLE, 0), ("lock table editions in share mode", 3)])
async def test_a_year_whose_publication_was_killed_has_one_whole_edition(
    server: EmbeddedServer, database_name: str, year: Year, owner: Owner, tmp_path: Path, statement: str, stage: int
) -> None:
    secretary, approver = year.people["secretary"], await year.person("approver")
    async with year.db.transaction(year.tenant) as connection:
        computed = await years.compute_year(connection, secretary, year.cycle)
        await years.submit(connection, secretary, year.cycle)
        job = await publish_job.ask(connection, approver, year.cycle, DECISION)
    assert isinstance(job, UUID)
    await killed_and_done_again(server, database_name, owner, job, tmp_path / "data", statement, stage)
    rows = await owner.fetch("select content, computation_id, decision_number from editions")
    assert [(row["computation_id"], row["decision_number"]) for row in rows] == [(computed.id, DECISION.number)]
    content = bytes(rows[0]["content"])
    verdict = verify(content, SigningKeys(tmp_path / "data" / "keys").public("demo"))
    assert verdict.holds
    assert verdict.signer_known
    assert canonical(msgspec.json.decode(content)["edition"]["computation"]) == computed.document
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'publication:edition:publish'") == 1
    assert await owner.fetchval("select state from cycles where id = $1", year.cycle) == "published"


@pytest.mark.parametrize("statement", [CYCLE, "select from entries for update"])
async def test_a_year_whose_amendment_was_killed_goes_on_once_and_whole(
    server: EmbeddedServer, database_name: str, services: Services, tenant: UUID, owner: Owner, tmp_path: Path,
    statement: str,
) -> None:  # fmt: skip
    year, set_id = await ready(services, tenant, 3)
    job = await asked(year, set_id)
    stage = None if statement == CYCLE else 0
    await killed_and_done_again(server, database_name, owner, job, tmp_path / "data", statement, stage)
    assert await owner.fetchval("select criteria_set_id from cycles where id = $1", year.cycle) == set_id
    assert await owner.fetchval("select count(*) from set_amendments") == 1
    assert await touched(owner, year.cycle) == 3 * 4
    assert await owner.fetchval("select count(*) from superseded_entries") == 3 * 3
    for tag, count in (("cycle:set:amend", 1), ("agency:sheet:reopen", 3)):
        assert await owner.fetchval("select count(*) from audit_rows where tag = $1", tag) == count
