"""Where the pages are that jobs are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from parindex.jobs.model import JobRow
from parindex.publication import publishing
from parindex.rankings import computing
from parindex.surveys.results import estimating, exporting
from parindex.surveys.rounds import locking

TARGETS: Final[Mapping[str, Callable[[JobRow], str]]] = {
    estimating.KIND.name: lambda job: f"/work/surveys/{job.about(estimating.KIND).round}",
    exporting.KIND.name: lambda job: f"/work/surveys/{job.about(exporting.KIND).round}",
    locking.KIND.name: lambda job: f"/work/surveys/{job.about(locking.KIND).round}",
    computing.KIND.name: lambda job: f"/work/years/{job.about(computing.KIND).cycle}",
    publishing.KIND.name: lambda job: f"/editions/{number}" if (number := job.told().get("number")) else "/work/years",
}
"""By kind: the page that shows what came of a job, and from which it is asked for again."""


def target(job: JobRow) -> str | None:
    """The page of a job's thing, below the tenant's prefix; none for jobs about the tenant as a whole."""
    return TARGETS[job.kind](job) if job.kind in TARGETS else None
