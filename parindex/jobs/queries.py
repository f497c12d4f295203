"""The SQL of jobs, schedules and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex.jobs.model import LOST, Claimed, JobRow
from parindex.store.database import Connection, Row

CHANNEL: Final = "parindex_jobs"
"""What workers listen to."""

OUTBOX_LOCK: Final = 7_061_910

_JOB = """select j.id, j.kind, j.payload, j.state, j.attempts, j.most_attempts, j.cancel_asked, j.asked_by, j.asked_at,
    j.run_after, j.started_at, j.ended_at, j.outcome, j.error_code, j.error_values, j.trace, p.done, p.total, p.words
    from jobs j left join job_progress p on p.tenant_id = j.tenant_id and p.job_id = j.id"""


async def insert(connection: Connection, values: Sequence[Any]) -> UUID | None:
    """A waiting job (id, kind, payload, unique key, line, priority, run after, attempts, asked by).

    Gives nothing where one of its key waits or runs.
    """
    inserted: UUID | None = await connection.fetchval(
        """insert into jobs (tenant_id, id, kind, payload, unique_key, line, priority, run_after, most_attempts, asked_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, coalesce($7, clock_timestamp()), $8, $9)
        on conflict (tenant_id, kind, unique_key) where state in ('waiting', 'running') do nothing
        returning id""",
        *values,
    )
    return inserted


async def live_of_key(connection: Connection, kind: str, unique_key: str) -> UUID | None:
    """The job of a key that waits or runs."""
    live: UUID | None = await connection.fetchval(
        "select id from jobs where kind = $1 and unique_key = $2 and state in ('waiting', 'running')", kind, unique_key
    )
    return live


async def latest_of_key(connection: Connection, kind: str, unique_key: str) -> JobRow | None:
    """The newest job of a key, whatever became of it."""
    row = await connection.fetchrow(
        f"{_JOB} where j.kind = $1 and j.unique_key = $2 order by j.id desc limit 1", kind, unique_key
    )
    return JobRow(**dict(row)) if row else None


async def wake(connection: Connection) -> None:
    """Tell listening workers, once the transaction has committed."""
    await connection.execute("select pg_notify($1, '')", CHANNEL)


async def claim(connection: Connection, kinds: Sequence[str], worker: str, lease: timedelta) -> Claimed | None:
    """The next job of any tenant, given to this worker for so long."""
    row = await connection.fetchrow("select * from claim_job($1, $2, $3, $4)", list(kinds), worker, lease, LOST)
    return Claimed(**dict(row)) if row else None


async def extend(connection: Connection, job: Claimed, lease: timedelta) -> bool | None:
    """Hold a job for longer; gives whether it was asked to stop, or nothing where it is no longer held."""
    asked: bool | None = await connection.fetchval(
        """update jobs set lease_until = clock_timestamp() + $3
        where id = $1 and fence = $2 and state = 'running' returning cancel_asked""",
        job.id, job.fence, lease,
    )  # fmt: skip
    return asked


async def holds(connection: Connection, job: Claimed) -> bool:
    """Whether the job is still held; nobody takes it before this transaction ends."""
    return bool(
        await connection.fetchval(
            "select true from jobs where id = $1 and fence = $2 and state = 'running' for share", job.id, job.fence
        )
    )


async def finish(connection: Connection, job: Claimed, outcome: str | None) -> bool:
    """Mark a job as done if it is still held."""
    return bool(
        await connection.fetchval(
            """update jobs set state = 'done', ended_at = clock_timestamp(), worker = null, lease_until = null,
                outcome = $3, error_code = null, error_values = null, trace = null
            where id = $1 and fence = $2 and state = 'running' returning true""",
            job.id, job.fence, outcome,
        )
    )  # fmt: skip


async def end_cancelled(connection: Connection, job: Claimed) -> None:
    """A running job has stopped as it was asked."""
    await connection.execute(
        """update jobs set state = 'cancelled', ended_at = clock_timestamp(), worker = null, lease_until = null
        where id = $1 and fence = $2 and state = 'running'""",
        job.id, job.fence,
    )  # fmt: skip


async def give_back(connection: Connection, job: Claimed) -> None:
    """A worker that stops leaves the job as if it had never begun it."""
    await connection.execute(
        """update jobs set state = 'waiting', attempts = attempts - 1, worker = null, lease_until = null
        where id = $1 and fence = $2 and state = 'running'""",
        job.id, job.fence,
    )  # fmt: skip


async def fail(
    connection: Connection, job: Claimed, code: str, values: str, trace: str | None, retry_in: timedelta | None
) -> bool:
    """An attempt failed: wait for the next one, or keep it as failed where there is none; whether it was still held."""
    updated = await connection.execute(
        """update jobs set worker = null, lease_until = null, error_code = $3, error_values = $4, trace = $5,
            state = case when $6::interval is null then 'failed' when cancel_asked then 'cancelled' else 'waiting' end,
            ended_at = case when $6::interval is null or cancel_asked then clock_timestamp() end,
            run_after = clock_timestamp() + coalesce($6, interval '0')
        where id = $1 and fence = $2 and state = 'running'""",
        job.id, job.fence, code, values, trace, retry_in,
    )  # fmt: skip
    return bool(updated == "UPDATE 1")


async def tell_progress(connection: Connection, job_id: UUID, done: int, total: int, words: str | None) -> None:
    """How far a job is."""
    await connection.execute(
        """insert into job_progress (tenant_id, job_id, done, total, words)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)
        on conflict (tenant_id, job_id) do update
        set done = excluded.done, total = excluded.total, words = excluded.words, at = clock_timestamp()""",
        job_id, done, total, words,
    )  # fmt: skip


async def cancel_asked(connection: Connection, job_id: UUID) -> bool:
    """Whether a job was asked to stop."""
    return bool(await connection.fetchval("select cancel_asked from jobs where id = $1", job_id))


async def by_id(connection: Connection, job_id: UUID) -> JobRow | None:
    """A job with how far it is."""
    row = await connection.fetchrow(f"{_JOB} where j.id = $1", job_id)
    return JobRow(**dict(row)) if row else None


async def listed(connection: Connection, states: Sequence[str], limit: int) -> list[JobRow]:
    """Jobs in some states: what waits in the order of its turn, what ended newest first."""
    rows = await connection.fetch(
        f"""{_JOB} where j.state = any($1)
        order by j.ended_at desc nulls first, j.priority desc, j.run_after, j.id limit $2""",
        list(states), limit,
    )  # fmt: skip
    return [JobRow(**dict(row)) for row in rows]


async def count_by_state(connection: Connection) -> dict[str, int]:
    """How many jobs stand where."""
    return {
        row["state"]: row["n"] for row in await connection.fetch("select state, count(*) as n from jobs group by 1")
    }


async def ask_cancel(connection: Connection, job_id: UUID) -> str | None:
    """Cancel a waiting job, or ask a running one to stop; gives the state it has then."""
    state: str | None = await connection.fetchval(
        """update jobs set
            ended_at = case state when 'waiting' then clock_timestamp() end,
            cancel_asked = state = 'running',
            state = case state when 'waiting' then 'cancelled' else state end
        where id = $1 and state in ('waiting', 'running') returning state""",
        job_id,
    )
    return state


async def ask_again(connection: Connection, job_id: UUID) -> bool:
    """Let a failed or cancelled job wait anew, with all its attempts, unless one of its key lives."""
    return bool(
        await connection.fetchval(
            """update jobs j set state = 'waiting', attempts = 0, run_after = clock_timestamp(), ended_at = null,
                cancel_asked = false, error_code = null, error_values = null, trace = null
            where j.id = $1 and j.state in ('failed', 'cancelled') and not exists (
                select from jobs l where l.kind = j.kind and l.unique_key = j.unique_key
                and l.state in ('waiting', 'running'))
            returning true""",
            job_id,
        )
    )


async def forget(connection: Connection, before: datetime) -> tuple[int, int]:
    """Drop what ended and what was handed on before; gives how many jobs and events."""
    jobs = await connection.fetch(
        "delete from jobs where ended_at < $1 and state in ('done', 'cancelled') returning 1", before
    )
    events = await connection.fetch("delete from outbox_events where handed_at < $1 returning 1", before)
    await connection.execute("delete from notices where at < $1", before)
    return len(jobs), len(events)


# schedules


async def zones(connection: Connection) -> list[tuple[UUID, ZoneInfo]]:
    """Every tenant with its time zone."""
    return [
        (row["id"], ZoneInfo(row["time_zone"])) for row in await connection.fetch("select id, time_zone from tenants")
    ]


async def take_tick(connection: Connection, schedule: str, tick: datetime) -> bool:
    """Whether this tick is ours to ask for: the first worker takes it. One that was never seen only begins to count."""
    first: bool | None = await connection.fetchval(
        """insert into job_schedules (tenant_id, schedule, tick)
        values (current_setting('parindex.tenant')::uuid, $1, $2)
        on conflict (tenant_id, schedule) do update set tick = excluded.tick where job_schedules.tick < excluded.tick
        returning xmax = 0""",
        schedule, tick,
    )  # fmt: skip
    return first is False


# outbox


async def insert_event(connection: Connection, event_id: UUID, kind: str, aggregate: str, payload: str) -> None:
    """An event that nobody was told of yet."""
    await connection.execute(
        """insert into outbox_events (tenant_id, id, kind, aggregate, payload)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        event_id, kind, aggregate, payload,
    )  # fmt: skip


async def tenants_with_events(connection: Connection) -> list[UUID]:
    """Tenants whose outbox is not empty."""
    return [row[0] for row in await connection.fetch("select * from tenants_with_events()")]


async def only_hander(connection: Connection, tenant_id: UUID) -> bool:
    """Whether this transaction alone hands on the events of a tenant: two would mix up their order."""
    return bool(
        await connection.fetchval("select pg_try_advisory_xact_lock($1, hashtext($2))", OUTBOX_LOCK, str(tenant_id))
    )


async def open_events(connection: Connection, limit: int) -> list[Row]:
    """Events that nobody was told of, oldest first, held by this transaction."""
    return await connection.fetch(
        """select id, kind, aggregate from outbox_events where handed_at is null
        order by id limit $1 for update skip locked""",
        limit,
    )


async def mark_handed(connection: Connection, ids: Sequence[UUID]) -> None:
    """Whoever wants these events has a job for each."""
    await connection.execute("update outbox_events set handed_at = clock_timestamp() where id = any($1)", list(ids))


async def event(connection: Connection, event_id: UUID) -> Row | None:
    """An event: kind, aggregate, payload, at."""
    return await connection.fetchrow(
        "select id, kind, aggregate, payload, at from outbox_events where id = $1", event_id
    )


# notices


async def insert_notice(connection: Connection, event_id: UUID) -> None:
    """Keep an event as a notice; one that is there stays."""
    await connection.execute(
        """insert into notices (tenant_id, event_id, kind, payload, at)
        select tenant_id, id, kind, payload, at from outbox_events where id = $1 on conflict do nothing""",
        event_id,
    )


async def insert_told(connection: Connection, name: UUID, kind: str, payload: str) -> None:
    """A notice of what was no event; one that is there stays."""
    await connection.execute(
        """insert into notices (tenant_id, event_id, kind, payload, at)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, clock_timestamp()) on conflict do nothing""",
        name, kind, payload,
    )  # fmt: skip


async def notices(connection: Connection, shown: timedelta, limit: int, person_id: UUID) -> list[Row]:
    """Kind, payload and time of what happened since, newest first; what names a person is that person's only."""
    return await connection.fetch(
        """select kind, payload, at from notices where at > clock_timestamp() - $1::interval
            and (not payload ? 'person' or payload->>'person' = $3)
        order by at desc, event_id desc limit $2""",
        shown, limit, str(person_id),
    )  # fmt: skip
