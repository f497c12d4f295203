"""Jobs in every state, straight into the tables."""

from __future__ import annotations

from uuid import UUID

from parindex.jobs import tidying
from parindex.store.database import Connection
from parindex.store.ids import new_id


async def in_every_state(connection: Connection, by: str) -> dict[str, UUID]:
    """A job that waits for tomorrow, one that runs on a worker that holds it for a day, one of each end."""
    jobs = {state: new_id() for state in ("waiting", "running", "failed", "done", "cancelled")}
    for state, job in jobs.items():
        ended = state in ("failed", "done", "cancelled")
        await connection.execute(
            """insert into jobs (tenant_id, id, kind, payload, state, attempts, most_attempts, asked_by, run_after,
                worker, lease_until, ended_at, error_code, error_values, trace)
            values (current_setting('parindex.tenant')::uuid, $1, $2, '{}', $3, 1, 3, $4, now() + interval '1 day',
                case when $3 = 'running' then 'a worker' end,
                case when $3 = 'running' then now() + interval '1 day' end, case when $5 then now() end,
                case when $3 = 'failed' then 'internal' end, case when $3 = 'failed' then '{"reference": "1a2b3c4d"}'::jsonb end,
                case when $3 = 'failed' then E'ZeroDivisionError\njobs/tidying.py:30 tidy' end)""",
            job, tidying.KIND.name, state, by, ended,
        )  # fmt: skip
    await connection.execute(
        """insert into job_progress (tenant_id, job_id, done, total, words)
        values (current_setting('parindex.tenant')::uuid, $1, 2, 5, 'Dọn các việc đã xong từ lâu')""",
        jobs["running"],
    )
    return jobs
