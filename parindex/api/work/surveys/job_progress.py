"""How far a job of a round is, as its pages show it."""

from __future__ import annotations

import msgspec

from parindex.jobs.model import JobRow


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is."""

    done: int
    """Stages done."""

    total: int
    """Stages."""


def progress_of(job: JobRow | None) -> JobProgress | None:
    """Of a job that has not ended."""
    return None if job is None or job.ended else JobProgress(done=job.done or 0, total=job.total or 1)
