"""How far jobs are: one for whoever asked for it, all of them for the administrator, who may cancel and repeat."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access import people
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.jobs.jobs_view import GROUPS, job_page, jobs_page
from parindex.api.work.jobs.targets import target
from parindex.errors import Refused
from parindex.jobs import job_requests

SHOWN: Final = 50
"""Jobs of a group that the list shows."""

EACH_SECOND: Final = {"Refresh": "1"}
"""A page of a job that goes on is read again by itself, without a script."""


@get("/work/jobs", include_in_schema=False)
async def listing(request: PageRequest, services: Given) -> Response[str]:
    """All jobs by how they stand."""
    person = access.require(request.person, "job:read")
    async with services.db.transaction(request.tenant.id) as connection:
        counts = await job_requests.counts(connection)
        rows = {states[0]: await job_requests.listed(connection, states, SHOWN) for _, states in GROUPS}
        names = await people.names(connection, {job.asked_by for group in rows.values() for job in group})
    return page(request, jobs_page(rows, counts, names, services.jobs, person, lang_of(request)))


@get("/work/jobs/{job_id:uuid}", include_in_schema=False)
async def follow(request: PageRequest, services: Given, job_id: FromPath[UUID]) -> Response[str] | Redirect:
    """How far a job is; once it is done, whoever asked for it is led to what came of it."""
    person = request.person
    if person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.tenant.id) as connection:
        job = await job_requests.get(connection, job_id)
        names = await people.names(connection, {job.asked_by})
    if job.asked_by != person.actor:
        access.require(person, "job:read")
    elif job.state == "done" and (place := target(job)) is not None:
        return Redirect(url(place), status_code=303)
    shown = job_page(job, names, services.jobs, person, lang_of(request))
    return page(request, shown, headers=None if job.ended else EACH_SECOND)


@post("/work/jobs/{job_id:uuid}/again", include_in_schema=False)
async def again(request: PageRequest, services: Given, job_id: FromPath[UUID]) -> Redirect:
    """Let a failed or cancelled job run again."""
    person = access.require(request.person, "job:retry")
    async with services.db.transaction(request.tenant.id) as connection:
        await job_requests.again(connection, job_id, by=person.actor)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


@post("/work/jobs/{job_id:uuid}/cancel", include_in_schema=False)
async def cancel(request: PageRequest, services: Given, job_id: FromPath[UUID]) -> Redirect:
    """Cancel a job that waits, or ask one that runs to stop."""
    person = access.require(request.person, "job:cancel")
    async with services.db.transaction(request.tenant.id) as connection:
        await job_requests.cancel(connection, job_id, by=person.actor)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


routes = [listing, follow, again, cancel]
