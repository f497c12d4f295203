"""The exact file of a locked round: a page that says what it is, the reason why it is taken, the file, what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from parindex import access
from parindex.api.shared.forms import RefusedForm, read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.surveys.exact_file_view import exact_file_page
from parindex.errors import Refused
from parindex.store import kept_files
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.results import export_job, microdata
from parindex.surveys.results.codebook import codebook, design_file
from parindex.surveys.rounds import opening


class ExactFileForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody takes the exact file."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)]
    """It goes on record."""


@get("/work/surveys/{round_id:uuid}/exact-file", include_in_schema=False)
async def exact_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str]:
    """What the exact file is, what it holds, who answers for it; the reason is typed here."""
    return await _page(request, services, round_id)


@post("/work/surveys/{round_id:uuid}/responses", include_in_schema=False)
async def make_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Redirect:
    """Ask for the file of a large round's responses; the page shows how far it is and may be left."""
    person = access.require(request.person, "survey:export", state=await _state_of(request, services, round_id))
    async with services.db.transaction(request.tenant.id) as connection:
        job_id = await export_job.ask(connection, round_id, by=person.actor)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


@post("/work/surveys/{round_id:uuid}/responses.csv", status_code=200, include_in_schema=False)
async def responses_file(
    request: PageRequest, services: Given, round_id: FromPath[UUID]
) -> Response[str] | Stream | Redirect | Response[dict[str, str]]:
    """The answers of a locked round for a statistician, one line a response, with weights and design.

    Those of a large round are made by a job first: until they are ready a browser is led to its page, and a program
    is told 202 and where to look.
    """
    person = access.require(request.person, "survey:export", state=await _state_of(request, services, round_id))
    try:
        form = await read_form(request, ExactFileForm)
    except RefusedForm as refused:
        return await _page(request, services, round_id, refused, await typed(request, ExactFileForm))
    tenant_id = request.tenant.id
    async with services.db.transaction(tenant_id) as connection:
        file = await export_job.ready(connection, round_id)
        if file is not None:
            content, counts = kept_files.read(services.db, tenant_id, file), file.counts
        else:
            data = await microdata.plan(connection, round_id)
            if data.rows > export_job.AT_ONCE:
                return _being_made(request, await export_job.ask(connection, round_id, by=person.actor))
            content, counts = microdata.stream(services.db, tenant_id, data), microdata.counts(data)
        await microdata.record(connection, round_id, counts, reason=form.reason, actor=person.actor)
    return Stream(
        content,
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="responses-{round_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


@get("/work/surveys/{round_id:uuid}/codebook.csv", include_in_schema=False)
async def codebook_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[bytes]:
    """What the columns and codes of the file of answers mean."""
    return download("codebook.csv", "text/csv", codebook(await _layout_of_file(request, services, round_id)))


@get("/work/surveys/{round_id:uuid}/design.yaml", include_in_schema=False)
async def design_of_file(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[bytes]:
    """The design with which ``parindex estimate`` gives the round's numbers from the file of answers."""
    layout = await _layout_of_file(request, services, round_id)
    return download("design.yaml", "application/yaml", design_file(layout).encode())


def download(name: str, kind: str, content: bytes) -> Response[bytes]:
    """A file that stands beside the answers."""
    return Response(
        content,
        media_type=kind if kind.startswith("text/") else f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


async def _page(
    request: PageRequest,
    services: Services,
    round_id: UUID,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    person = access.require(request.person, "survey:export", state=await _state_of(request, services, round_id))
    async with services.db.transaction(request.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        data = await microdata.plan(connection, round_id)
        making = await export_job.latest(connection, round_id)
        file = await export_job.ready(connection, round_id)
    shown = exact_file_page(request, person, held, data, making, file, typed=given or {}, refused=refused)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=held.marked)


async def _layout_of_file(request: PageRequest, services: Services, round_id: UUID) -> AnswerLayout:
    access.require(request.person, "survey:export", state=await _state_of(request, services, round_id))
    async with services.db.transaction(request.tenant.id) as connection:
        return (await opening.locked(connection, round_id)).layout


def _being_made(request: PageRequest, job_id: UUID) -> Redirect | Response[dict[str, str]]:
    place = url(f"/work/jobs/{job_id}")
    if "text/html" in request.headers.get("accept", ""):
        return Redirect(place, status_code=303)
    return Response(
        {"job": place}, status_code=202, media_type="application/json",
        headers={"Location": place, "Retry-After": "2", "Cache-Control": "no-store"},
    )  # fmt: skip


async def _state_of(request: PageRequest, services: Services, round_id: UUID) -> str:
    access.require(request.person, "survey:read")
    async with services.db.transaction(request.tenant.id) as connection:
        return (await opening.get(connection, round_id)).state


routes = [exact_file, make_file, responses_file, codebook_file, design_of_file]
