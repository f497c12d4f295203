"""What the pages of jobs show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import sentence
from parindex.api.work.jobs.targets import looked_at_again, target
from parindex.errors import CATALOGUE
from parindex.jobs import Registry
from parindex.jobs.model import STATES, JobRow, JobState
from parindex.text import N_, Language, translator

CHIPS: Final[Mapping[JobState, str]] = {
    "waiting": "survey",
    "running": "appraising",
    "done": "agreed",
    "failed": "overdue",
    "cancelled": "not_applicable",
}
"""Drawings of ``components/state.html``."""

GROUPS: Final[tuple[tuple[str, tuple[JobState, ...]], ...]] = (
    (N_("Đang xử lý"), ("running",)),
    (N_("Không thực hiện được"), ("failed",)),
    (N_("Chờ xử lý"), ("waiting",)),
    (N_("Đã kết thúc"), ("done", "cancelled")),
)
"""Headings of the list, in the order in which somebody must act."""


class JobCard(msgspec.Struct, frozen=True, kw_only=True):
    """One job."""

    title: str
    """What it does."""

    href: str
    """Its own page."""

    chip: str
    """Drawing of its state."""

    state: str
    """Its state in words."""

    done: int
    """Parts done."""

    total: int
    """Of so many; 0 where that is not known."""

    words: str | None
    """What it is doing now."""

    problem: str | None
    """Why the last attempt failed."""

    advice: str | None
    """What to do about it."""

    asked_by: str
    """Who asked for it."""

    asked_at: datetime
    """When."""

    begun: int
    """How often it was begun."""

    again: str | None
    """Where it is told to run again; none where it may not."""

    cancel: str | None
    """Where it is cancelled; none where it may not."""


class JobGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs that stand alike."""

    heading: str
    """How they stand."""

    total: int
    """How many there are."""

    cards: tuple[JobCard, ...]
    """Those that are shown."""


class JobsPage(Page, frozen=True, kw_only=True):
    """All jobs, for the administrator."""

    template: ClassVar[str] = "work/jobs/jobs.html"

    groups: tuple[JobGroup, ...]
    """Running, failed, waiting, ended; those that are not empty."""


class JobPage(Page, frozen=True, kw_only=True):
    """One job, for whoever asked for it."""

    template: ClassVar[str] = "work/jobs/job.html"

    card: JobCard
    """The job."""

    ended: bool
    """Whether nothing more happens by itself."""

    stopping: bool
    """Whether it was asked to stop and has not yet."""

    trace: str | None
    """The lines that a failure came through, for the administrator."""

    back: Link | None
    """The page of its thing."""


def jobs_page(
    rows: Mapping[JobState, Sequence[JobRow]],
    counts: Mapping[str, int],
    names: Mapping[str, str],
    registry: Registry,
    person: Person,
    lang: Language,
) -> JobsPage:
    """The page of all jobs."""
    translate = translator(lang)
    groups = [
        JobGroup(
            heading=translate(heading),
            total=sum(counts.get(state, 0) for state in states),
            cards=tuple(_card(job, names, registry, person, lang) for job in rows[states[0]]),
        )
        for heading, states in GROUPS
    ]
    return JobsPage(groups=tuple(group for group in groups if group.cards))


def job_page(job: JobRow, names: Mapping[str, str], registry: Registry, person: Person, lang: Language) -> JobPage:
    """The page of one job."""
    return JobPage(
        card=_card(job, names, registry, person, lang),
        ended=job.ended,
        stopping=job.cancel_asked and not job.ended,
        trace=job.trace if access.may(person, "job:read") else None,
        back=_leads(job, lang),
    )


def _leads(job: JobRow, lang: Language) -> Link | None:
    _ = translator(lang)
    if (again := looked_at_again(job)) is not None:
        return Link(href=url(again), label=_(N_("Xem lại và xác nhận")))
    place = target(job)
    return Link(href=url(place), label=_(N_("Về trang liên quan"))) if place else None


def _card(job: JobRow, names: Mapping[str, str], registry: Registry, person: Person, lang: Language) -> JobCard:
    translate = translator(lang)
    known = registry.kinds.get(job.kind)
    code = job.error_code if job.error_code in CATALOGUE else None
    problem, advice = sentence(code, job.values(), lang) if code else (None, None)
    return JobCard(
        title=translate(known.title) if known else job.kind,
        href=url(f"/work/jobs/{job.id}"),
        chip=CHIPS[job.state],
        state=translate(STATES[job.state]),
        done=job.done or 0,
        total=job.total or 0,
        words=translate(job.words) if job.words and job.state == "running" else None,
        problem=problem if job.state != "done" else None,
        advice=advice if job.state != "done" else None,
        asked_by=names.get(job.asked_by, translate(N_("Hệ thống"))),
        asked_at=job.asked_at,
        begun=job.attempts,
        again=_deed(job, "again", person, _may_run_again(job), "job:retry"),
        cancel=_deed(job, "cancel", person, not job.ended and not job.cancel_asked, "job:cancel"),
    )


def _may_run_again(job: JobRow) -> bool:
    return job.state == "cancelled" or (job.state == "failed" and looked_at_again(job) is None)


def _deed(job: JobRow, deed: str, person: Person, fits: bool, action: str) -> str | None:
    return url(f"/work/jobs/{job.id}/{deed}") if fits and access.may(person, action) else None
