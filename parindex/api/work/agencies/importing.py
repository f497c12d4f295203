"""A list of agencies is entered: uploaded, told row by row, the good rows written, the bad ones taken home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.agencies import importing, list_entry
from parindex.agencies.list_entry import PlannedList
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.agencies import registry_files
from parindex.api.work.agencies.importing_view import list_report_page, upload_list_page
from parindex.errors import FieldError, Refused
from parindex.store import kept_files
from parindex.store.ids import new_id

KIND: Final = "agencies:list"
KEPT_DAYS: Final = 3
LARGEST: Final = importing.LIMIT + 100_000
"""Bytes of the form."""


@get("/work/agencies/import", include_in_schema=False)
async def choose_list(request: PageRequest) -> Response[str]:
    """Choose a list."""
    access.require(request.person, "agency:import")
    return page(request, upload_list_page(lang_of(request)))


@post("/work/agencies/import", include_in_schema=False, request_max_body_size=LARGEST)
async def take_list(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Keep a list and tell of every row; nothing is written."""
    access.require(request.person, "agency:import")
    lang = lang_of(request)
    try:
        sent = (await request.form()).get("file")
        if not isinstance(sent, UploadFile):
            raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
        data = await sent.read()
        if not data:
            raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
        async with services.db.transaction(request.tenant.id) as connection:
            await list_entry.plan(connection, data)
            subject = new_id()
            await kept_files.keep(connection, KIND, subject, _whole(data), counts={}, days=KEPT_DAYS)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return page(request, upload_list_page(lang, refused), status=refused.kind.status)
    return Redirect(url(f"/work/agencies/import/{subject}"), status_code=303)


@get("/work/agencies/import/{list_id:uuid}", include_in_schema=False)
async def report(request: PageRequest, services: Given, list_id: FromPath[UUID]) -> Response[str]:
    """Every row of the list beside the registry as it is now."""
    access.require(request.person, "agency:import")
    found = await _planned(request, services, list_id)
    return page(request, list_report_page(found, list_id, lang_of(request)))


@post("/work/agencies/import/{list_id:uuid}", include_in_schema=False)
async def enter_list(request: PageRequest, services: Given, list_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Write the good rows; the page then shows what is left."""
    person = access.require(request.person, "agency:import")
    data = await _data(request, services, list_id)
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await list_entry.enter(connection, await list_entry.plan(connection, data), by=person.actor)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403):
            raise
        found = await _planned(request, services, list_id)
        return page(request, list_report_page(found, list_id, lang_of(request), refused), status=422)
    return Redirect(url(f"/work/agencies/import/{list_id}"), status_code=303)


@get("/work/agencies/import/{list_id:uuid}/left.csv", include_in_schema=False)
async def left(request: PageRequest, services: Given, list_id: FromPath[UUID]) -> Response[bytes]:
    """The rows that are not entered, with the reason beside each, to be mended and uploaded again."""
    access.require(request.person, "agency:import")
    lang, found = lang_of(request), await _planned(request, services, list_id)
    rows = [row for row in found.bad_rows if row in found.read.cells]
    why = [
        " ".join(sentence(fault.code, fault.values, lang)[1] for fault in found.faults if fault.values["row"] == row)
        for row in rows
    ]
    content = registry_files.rows_left(found.read.head, [found.read.cells[row] for row in rows], why, lang)
    return Response(
        content, media_type=downloads.TYPES["csv"],
        headers={"Content-Disposition": downloads.attachment("left.csv"), "Cache-Control": "no-store"},
    )  # fmt: skip


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _data(request: PageRequest, services: Services, list_id: UUID) -> bytes:
    async with services.db.transaction(request.tenant.id) as connection:
        file = await kept_files.newest(connection, KIND, list_id)
    if file is None:
        raise Refused("list_gone")
    return b"".join([piece async for piece in kept_files.read(services.db, request.tenant.id, file)])


async def _planned(request: PageRequest, services: Services, list_id: UUID) -> PlannedList:
    data = await _data(request, services, list_id)
    async with services.db.transaction(request.tenant.id) as connection:
        return await list_entry.plan(connection, data)


routes = [choose_list, take_list, report, enter_list, left]
