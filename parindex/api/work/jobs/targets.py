"""Where the pages are that jobs are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from parindex.access.imports import import_job
from parindex.assessments.amendments import amending_job
from parindex.assessments.council import opening_job
from parindex.jobs.model import JobRow
from parindex.publication import publish_job
from parindex.rankings import compute_job
from parindex.surveys.results import estimates_job, export_job
from parindex.surveys.rounds import lock_job

TARGETS: Final[Mapping[str, Callable[[JobRow], str]]] = {
    import_job.KIND.name: lambda job: f"/work/people/import/{job.about(import_job.KIND).sheet}",
    estimates_job.KIND.name: lambda job: f"/work/surveys/{job.about(estimates_job.KIND).round}",
    export_job.KIND.name: lambda job: f"/work/surveys/{job.about(export_job.KIND).round}/exact-file",
    lock_job.KIND.name: lambda job: f"/work/surveys/{job.about(lock_job.KIND).round}",
    opening_job.KIND.name: lambda job: f"/work/cycles/{job.about(opening_job.KIND).cycle}",
    amending_job.KIND.name: lambda job: f"/work/cycles/{job.about(amending_job.KIND).cycle}",
    compute_job.KIND.name: lambda job: f"/work/years/{job.about(compute_job.KIND).cycle}",
    publish_job.KIND.name: lambda job: f"/editions/{number}" if (number := job.told().get("number")) else "/work/years",
}
"""By kind: the page that shows what came of a job, and from which it is asked for again."""


AGAIN: Final[Mapping[str, Callable[[JobRow], str]]] = {
    opening_job.KIND.name: lambda job: f"/work/cycles/{job.about(opening_job.KIND).cycle}/open",
    amending_job.KIND.name: lambda job: (
        f"/work/years/{job.about(amending_job.KIND).cycle}/amend/{job.about(amending_job.KIND).set}"
    ),
    compute_job.KIND.name: lambda job: f"/work/years/{job.about(compute_job.KIND).cycle}/compute",
    publish_job.KIND.name: lambda job: f"/work/years/{job.about(publish_job.KIND).cycle}/publish",
}
"""By kind: the page on which what changed is looked at and confirmed again."""


def looked_at_again(job: JobRow) -> str | None:
    """The page before a job's deed, where it was not done because it was not any more what was confirmed."""
    return AGAIN[job.kind](job) if job.error_code == "check_outdated" and job.kind in AGAIN else None


def target(job: JobRow) -> str | None:
    """The page of a job's thing, below the tenant's prefix; none for jobs about the tenant as a whole."""
    return TARGETS[job.kind](job) if job.kind in TARGETS else None
