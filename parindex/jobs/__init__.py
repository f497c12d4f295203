"""Long and later deeds: a queue, a schedule, progress and the one outbox, all on PostgreSQL.

A deed is asked for in the transaction of what it belongs to, so that it is there exactly when that is.
"""

from parindex.jobs.job_context import Cancelled, LostLease, Running, StageTold, nobody
from parindex.jobs.job_requests import enqueue
from parindex.jobs.model import Deliverer, Event, Job, JobKind, Schedule
from parindex.jobs.outbox import publish
from parindex.jobs.registry import Registry
from parindex.jobs.worker import Worker, run_until_idle

__all__ = [
    "Cancelled",
    "Deliverer",
    "Event",
    "Job",
    "JobKind",
    "LostLease",
    "Registry",
    "Running",
    "Schedule",
    "StageTold",
    "Worker",
    "enqueue",
    "nobody",
    "publish",
    "run_until_idle",
]
