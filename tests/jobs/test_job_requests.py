"""Asking for a job, its turn, its failures, its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from parindex import jobs
from parindex.errors import Refused
from parindex.jobs import job_requests, queries, tidying
from parindex.jobs.model import Claimed, Code, JobKind, Payload
from parindex.jobs.worker import Pace, attend, backoff, claim
from parindex.store.database import Database
from tests.jobs.small_jobs import QUICK, REGISTRY, SLOW, Slow, ask, line, lines, state, write

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def claimed(db: Database, lease: float = 60) -> Claimed:
    job = await claim(db, REGISTRY, "test", Pace(lease=lease))
    assert job is not None
    return job


async def shown(db: Database, tenant: UUID, job: UUID) -> jobs.model.JobRow:
    async with db.transaction(tenant) as connection:
        return await job_requests.get(connection, job)


# asking


async def test_a_job_is_there_exactly_when_the_transaction_that_asks_for_it_commits(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(tenant) as connection:
            await jobs.enqueue(connection, jobs.Job(kind=SLOW, payload=Slow(name="a"), by="system"))
            raise ZeroDivisionError
    assert await owner.fetchval("select count(*) from jobs") == 0
    await ask(db, tenant, "b")
    assert await jobs.run_until_idle(db, REGISTRY) == 1
    assert (await lines(owner, "a"), await lines(owner, "b")) == (0, 1)


async def test_a_second_job_of_the_same_key_is_the_first_and_leaves_the_transaction_whole(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    first = await ask(db, tenant, "a", unique_key="k")
    async with db.transaction(tenant) as connection:
        job = jobs.Job(kind=SLOW, payload=Slow(name="b"), by="system", unique_key="k")
        assert await jobs.enqueue(connection, job) == first
        await line(connection, "caller", "done")
    running = await claimed(db)
    assert await ask(db, tenant, "c", unique_key="k") == first
    await attend(db, REGISTRY, running, QUICK)
    assert await ask(db, tenant, "d", unique_key="k") != first
    assert await lines(owner, "caller") == 1


async def test_keys_are_the_tenants_own(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    assert await ask(db, tenant, "a", unique_key="k") != await ask(db, other_tenant, "a", unique_key="k")


async def test_no_tenant_sees_the_jobs_of_another(db: Database, tenant: UUID, other_tenant: UUID) -> None:
    job = await ask(db, tenant, "a")
    async with db.transaction(other_tenant) as connection:
        assert await connection.fetchval("select count(*) from jobs") == 0
        with pytest.raises(Refused, match="not_found"):
            await job_requests.cancel(connection, job, by="x")
        with pytest.raises(Refused, match="not_found"):
            await job_requests.again(connection, job, by="x")


async def test_a_worker_does_the_jobs_of_every_tenant_each_in_its_own(
    db: Database, tenant: UUID, other_tenant: UUID
) -> None:
    seen: list[UUID] = []

    async def look(running: jobs.Running, payload: Slow) -> None:
        del payload
        async with running.transaction() as connection:
            seen.append(UUID(await connection.fetchval("select current_setting('parindex.tenant')")))

    await ask(db, tenant, "a")
    await ask(db, other_tenant, "b")
    await jobs.run_until_idle(db, jobs.Registry({SLOW: look}))
    assert sorted(seen) == sorted([tenant, other_tenant])


async def test_a_payload_of_another_kind_is_refused(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        with pytest.raises(TypeError, match="test:line:write"):
            await jobs.enqueue(connection, jobs.Job(kind=SLOW, payload=tidying.Tidy(), by="system"))


async def test_what_waits_longest_goes_first_and_before_it_what_is_more_urgent(db: Database, tenant: UUID) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    asked = {
        "second": await ask(db, tenant, "a"),
        "third": await ask(db, tenant, "b"),
        "first": await ask(db, tenant, "c", priority=1),
        "not yet": await ask(db, tenant, "d", run_after=soon, priority=9),
    }
    order = [(await claimed(db)).id for _ in range(3)]
    assert order == [asked["first"], asked["second"], asked["third"]]
    assert await claim(db, REGISTRY, "test", QUICK) is None


# payloads


class Fit(Payload, frozen=True, kw_only=True):
    """Ids and small values."""

    round: UUID
    number: int
    code: Code
    at: datetime | None = None
    final: bool = False


class Letter(Payload, frozen=True, kw_only=True):
    """Room for a name."""

    round: UUID
    name: str


class Bag(Payload, frozen=True, kw_only=True):
    """Room for anything."""

    values: dict[str, Any]
    names: tuple[str, ...]


@pytest.mark.parametrize(("payload", "unfit"), [(Fit, []), (Letter, ["name"]), (Bag, ["values", "names"])])
def test_a_payload_has_room_for_ids_and_small_values_only(payload: type[Payload], unfit: list[str]) -> None:
    assert jobs.registry.unfit_fields(payload) == unfit
    kind = JobKind(name="test:thing:do", payload=payload, title="")
    if unfit:
        with pytest.raises(ValueError, match=unfit[0]):
            jobs.Registry({kind: write})
    else:
        assert jobs.Registry({kind: write}).names == ["test:thing:do"]


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        jobs.Registry({SLOW: write, JobKind(name=SLOW.name, payload=Fit, title=""): write})


# failing


def failing(error: Exception, *, attempts: int = 3) -> tuple[jobs.Registry, Callable[[], int]]:
    tried = 0

    async def fail(running: jobs.Running, payload: Slow) -> None:
        nonlocal tried
        tried += 1
        async with running.finishing() as connection:
            await line(connection, payload.name, "done")
            raise error

    kind = JobKind(name=SLOW.name, payload=Slow, title="", attempts=attempts, backoff=0)
    return jobs.Registry({kind: fail}), lambda: tried


async def test_an_attempt_that_fails_leaves_nothing_and_is_tried_again_until_its_last(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    registry, tried = failing(ZeroDivisionError("Nguyễn Văn A"))
    job = await ask(db, tenant, "a")
    await jobs.run_until_idle(db, registry)
    assert tried() == 3
    row = await shown(db, tenant, job)
    assert (row.state, row.attempts, row.error_code) == ("failed", 3, "internal")
    assert set(row.values()) == {"reference"}
    assert await lines(owner, "a") == 0


async def test_what_is_kept_of_a_failure_names_places_and_no_values(db: Database, tenant: UUID) -> None:
    registry, _ = failing(ZeroDivisionError("Nguyễn Văn A"), attempts=1)
    job = await ask(db, tenant, "a")
    await owner_attempts(db, tenant, job, 1)
    await jobs.run_until_idle(db, registry)
    trace = (await shown(db, tenant, job)).trace or ""
    assert trace.startswith("ZeroDivisionError\n")
    assert "jobs/worker.py:" in trace
    assert "Nguyễn" not in trace


async def owner_attempts(db: Database, tenant: UUID, job: UUID, most: int) -> None:
    async with db.transaction(tenant) as connection:
        await connection.execute("update jobs set most_attempts = $2 where id = $1", job, most)


async def test_what_a_rule_refuses_is_not_tried_again(db: Database, tenant: UUID) -> None:
    registry, tried = failing(Refused("cycle_exists", year=2026))
    job = await ask(db, tenant, "a")
    await jobs.run_until_idle(db, registry)
    row = await shown(db, tenant, job)
    assert tried() == 1
    assert (row.state, row.error_code, row.values()) == ("failed", "cycle_exists", {"year": 2026})


def test_each_attempt_waits_twice_as_long_up_to_an_hour() -> None:
    waits = [backoff(SLOW, attempt) / SLOW.backoff for attempt in (1, 2, 3)]
    assert [0.9 <= wait / expected <= 1.1 for wait, expected in zip(waits, (1, 2, 4), strict=True)] == [True] * 3
    assert backoff(JobKind(name="a", payload=Slow, title=""), 30) <= 3600 * 1.1


async def test_a_job_whose_worker_vanished_at_the_last_attempt_has_failed(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    job = await ask(db, tenant, "a")
    await owner_attempts(db, tenant, job, 1)
    await claimed(db, lease=-1)
    assert await claim(db, REGISTRY, "other", QUICK) is None
    row = await shown(db, tenant, job)
    assert (row.state, row.error_code) == ("failed", "job_lost")
    assert await owner.fetchval("select worker is null and lease_until is null from jobs")


# holding


async def test_an_earlier_holder_commits_nothing_and_ends_nothing(db: Database, tenant: UUID, owner: Owner) -> None:
    job = await ask(db, tenant, "a")
    first = await claimed(db, lease=-1)
    second = await claimed(db)
    assert (first.id, second.id, second.fence - first.fence) == (job, job, 1)
    late = jobs.Running(db, first)
    for block in (late.transaction, late.finishing):
        with pytest.raises(jobs.LostLease):
            async with block() as connection:
                await line(connection, "late", "done")
    async with db.transaction(tenant) as connection:
        await queries.give_back(connection, first)
        await queries.end_cancelled(connection, first)
        await queries.fail(connection, first, "internal", "{}", None, None)
        assert await queries.extend(connection, first, timedelta(seconds=9)) is None
    assert (await lines(owner, "late"), await state(owner, job)) == (0, "running")
    async with jobs.Running(db, second).finishing({"n": 1}) as connection:
        await line(connection, "late", "done")
    row = await shown(db, tenant, job)
    assert (row.state, row.told(), await lines(owner, "late")) == ("done", {"n": 1}, 1)


async def test_progress_is_seen_while_the_transaction_of_the_job_is_open(db: Database, tenant: UUID) -> None:
    job = await ask(db, tenant, "a")
    running = jobs.Running(db, await claimed(db))
    async with running.finishing():
        await running.progress(2, 5, "Đang ghi")
        row = await shown(db, tenant, job)
        assert (row.done, row.total, row.words, row.state) == (2, 5, "Đang ghi", "running")


# cancelling, again


async def test_a_waiting_job_is_cancelled_at_once(db: Database, tenant: UUID, owner: Owner) -> None:
    job = await ask(db, tenant, "a", unique_key="k")
    async with db.transaction(tenant) as connection:
        await job_requests.cancel(connection, job, by="nguoi")
        await job_requests.cancel(connection, job, by="nguoi")
    assert await state(owner, job) == "cancelled"
    assert await jobs.run_until_idle(db, REGISTRY) == 0
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'jobs:job:cancel'") == 1


async def test_a_running_job_is_cancelled_where_it_next_looks_up(db: Database, tenant: UUID, owner: Owner) -> None:
    job = await ask(db, tenant, "a", seconds=1)
    running = await claimed(db)
    async with db.transaction(tenant) as connection:
        await job_requests.cancel(connection, job, by="nguoi")
    assert await state(owner, job) == "running"
    await attend(db, REGISTRY, running, QUICK)
    assert await state(owner, job) == "cancelled"
    assert (await lines(owner, "a", "begun"), await lines(owner, "a")) == (1, 0)


async def test_a_job_to_be_cancelled_whose_worker_vanished_is_cancelled(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    job = await ask(db, tenant, "a")
    await claimed(db, lease=-1)
    async with db.transaction(tenant) as connection:
        await job_requests.cancel(connection, job, by="nguoi")
    assert await claim(db, REGISTRY, "other", QUICK) is None
    assert await state(owner, job) == "cancelled"


async def test_a_cancelled_or_failed_job_runs_again_with_all_its_attempts(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    registry, _ = failing(ZeroDivisionError())
    job = await ask(db, tenant, "a")
    await jobs.run_until_idle(db, registry)
    async with db.transaction(tenant) as connection:
        await job_requests.again(connection, job, by="nguoi")
    assert await jobs.run_until_idle(db, REGISTRY) == 1
    row = await shown(db, tenant, job)
    assert (row.state, row.attempts, row.error_code, row.trace) == ("done", 1, None, None)
    async with db.transaction(tenant) as connection:
        await job_requests.again(connection, job, by="nguoi")
    assert await state(owner, job) == "done"
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'jobs:job:retry'") == 1


async def test_a_job_does_not_run_again_beside_another_of_its_key(db: Database, tenant: UUID) -> None:
    job = await ask(db, tenant, "a", unique_key="k")
    async with db.transaction(tenant) as connection:
        await job_requests.cancel(connection, job, by="nguoi")
    await ask(db, tenant, "b", unique_key="k")
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused, match="job_runs_already"):
            await job_requests.again(connection, job, by="nguoi")


async def test_a_job_that_is_not_there_is_not_found(db: Database, tenant: UUID) -> None:
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused, match="not_found"):
            await job_requests.get(connection, uuid4())


# long ago


async def test_what_is_done_long_ago_is_forgotten_and_what_failed_stays(
    db: Database, tenant: UUID, owner: Owner
) -> None:
    done, failed = await ask(db, tenant, "a"), await ask(db, tenant, "b")
    await jobs.run_until_idle(db, REGISTRY)
    young = await ask(db, tenant, "c")
    await jobs.run_until_idle(db, REGISTRY)
    await owner.execute("update jobs set state = 'failed', error_code = 'internal' where id = $1", failed)
    await owner.execute("update jobs set ended_at = ended_at - interval '91 days' where id <> $1", young)

    registry = jobs.Registry({tidying.KIND: tidying.tidy})
    async with db.transaction(tenant) as connection:
        tidy = await jobs.enqueue(connection, jobs.Job(kind=tidying.KIND, payload=tidying.Tidy(), by="system"))
    await jobs.run_until_idle(db, registry)
    assert (await shown(db, tenant, tidy)).told() == {"jobs": 1, "events": 0}
    left = {row["id"] for row in await owner.fetch("select id from jobs")}
    assert left == {failed, young, tidy}
    assert done not in left
