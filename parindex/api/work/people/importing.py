"""Many people from one sheet: sent, looked at row by row, and its good rows written by a job."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.imports import import_job, known_agencies
from parindex.access.imports.model import LARGEST
from parindex.api.shared.downloads import TYPES, attachment
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.importing_view import bad_rows, import_page, report_page, template_sheets
from parindex.errors import Refused
from parindex.papers.workbook import workbook_bytes


@get("/work/people/import", include_in_schema=False, sync_to_thread=False)
def import_form(request: PageRequest) -> Response[str]:
    """Ask for a sheet."""
    access.require(request.person, "person:import")
    return page(request, import_page(request, None))


@post("/work/people/import", include_in_schema=False, request_max_body_size=LARGEST + 100_000)
async def take_sheet(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Keep a sheet and show what becomes of each row; nothing is written."""
    access.require(request.person, "person:import")
    file = (await request.form()).get("sheet")
    content = await file.read() if isinstance(file, UploadFile) else b""
    try:
        if not isinstance(file, UploadFile) or not content:
            raise Refused("file_missing")
        async with services.db.transaction(request.tenant.id) as connection:
            import_id = await import_job.receive(connection, request.person, file.filename, content)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return page(request, import_page(request, refused), status=422)
    return Redirect(url(f"/work/people/import/{import_id}"), status_code=303)


@get("/work/people/import/template.xlsx", include_in_schema=False)
async def template(request: PageRequest, services: Given) -> Response[bytes]:
    """An empty sheet with its heads, roles to choose from and the codes of agencies."""
    access.require(request.person, "person:import")
    async with services.db.transaction(request.tenant.id) as connection:
        agencies = await known_agencies.of_today(connection)
    return _workbook(workbook_bytes(*template_sheets(request, agencies)), "nguoi-dung.xlsx")


@get("/work/people/import/{import_id:uuid}", include_in_schema=False)
async def report(request: PageRequest, services: Given, import_id: FromPath[UUID]) -> Response[str]:
    """What becomes of each row, or what came of it."""
    async with services.db.transaction(request.tenant.id) as connection:
        held, plan = await import_job.looked_at(connection, request.person, import_id, request.tenant.zone)
    return page(request, report_page(request, held, plan))


@get("/work/people/import/{import_id:uuid}/bad.xlsx", include_in_schema=False)
async def bad(request: PageRequest, services: Given, import_id: FromPath[UUID]) -> Response[bytes]:
    """The rows that cannot be taken, each with what is to be mended, to be sent again."""
    async with services.db.transaction(request.tenant.id) as connection:
        _, plan = await import_job.looked_at(connection, request.person, import_id, request.tenant.zone)
    return _workbook(workbook_bytes(bad_rows(request, plan)), "dong-can-sua.xlsx")


@post("/work/people/import/{import_id:uuid}", include_in_schema=False)
async def write_sheet(request: PageRequest, services: Given, import_id: FromPath[UUID]) -> Redirect:
    """Have the good rows written by a job."""
    async with services.db.transaction(request.tenant.id) as connection:
        job_id = await import_job.ask(connection, request.person, import_id)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


@post("/work/people/import/{import_id:uuid}/drop", include_in_schema=False)
async def drop_sheet(request: PageRequest, services: Given, import_id: FromPath[UUID]) -> Redirect:
    """Forget a sheet."""
    async with services.db.transaction(request.tenant.id) as connection:
        await import_job.drop(connection, request.person, import_id)
    return Redirect(url("/work/people/import"), status_code=303)


def _workbook(content: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": attachment(name), "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=TYPES["xlsx"])


routes = [import_form, take_sheet, template, report, bad, write_sheet, drop_sheet]
