"""Lists of codes: what holds and what held before, as pages and files; the next version from a file, told code by code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.agencies import deeds
from parindex.agencies.code_lists import issuing, reading_lists
from parindex.agencies.code_lists.model import LISTS, CodeList
from parindex.agencies.code_lists.reading_lists import CodesRead
from parindex.api.shared import downloads
from parindex.api.shared.forms import Line, posted, read_form
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.paging import page_asked
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.agencies import registry_files
from parindex.api.work.agencies.code_lists_view import (
    code_list_page,
    codes_report_page,
    lists_page,
    upload_codes_page,
)
from parindex.errors import FieldError, Refused
from parindex.store import kept_files
from parindex.store.ids import new_id

KIND: Final = "agencies:codes"
KEPT_DAYS: Final = 3
LARGEST: Final = reading_lists.LIMIT + 100_000
"""Bytes of the form."""


class IssueForm(msgspec.Struct, frozen=True, kw_only=True):
    """The document by which a version holds."""

    number: Line = ""
    """Số, ký hiệu."""

    date: date | None = None
    """Its day."""


@get("/work/agencies/lists", include_in_schema=False)
async def every_list(request: PageRequest, services: Given) -> Response[str]:
    """The lists and their newest versions."""
    person = access.require(request.person, "agency:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await issuing.every(connection)
    return page(request, lists_page(known, lang_of(request), may_edit=access.may(person, "agency:import")))


@get("/work/agencies/lists/{name:str}", include_in_schema=False)
async def code_list(
    request: PageRequest, services: Given, name: FromPath[str], version: FromQuery[str] = "", q: FromQuery[str] = ""
) -> Response[str]:
    """The codes of a version, and all versions of the list."""
    person = access.require(request.person, "agency:read")
    async with services.db.transaction(request.tenant.id) as connection:
        known = await issuing.versions(connection, name)
        held = await issuing.held(connection, name, _version(version))
    shown = code_list_page(
        name, held, known, lang_of(request), search=q[:200], number=page_asked(request),
        may_edit=access.may(person, "agency:import"),
    )  # fmt: skip
    return page(request, shown)


@get(
    ["/work/agencies/lists/{name:str}/codes.csv", "/work/agencies/lists/{name:str}/codes.xlsx"], include_in_schema=False
)
async def codes_file(
    request: PageRequest, services: Given, name: FromPath[str], version: FromQuery[str] = ""
) -> Response[bytes]:
    """A version as a list that is read back the same; before the first one the head alone."""
    access.require(request.person, "agency:read")
    kind = request.scope["path"].rpartition(".")[2]
    async with services.db.transaction(request.tenant.id) as connection:
        held = await issuing.held(connection, name, _version(version))
    cells = issuing.rows(held.entries) if held else []
    made: dict[str, Callable[[], bytes]] = {
        "csv": lambda: registry_files.codes_csv(cells),
        "xlsx": lambda: registry_files.codes_workbook(LISTS[name], cells, lang_of(request)),
    }
    return Response(
        made[kind](), media_type=downloads.TYPES[kind],
        headers={
            "Content-Disposition": downloads.attachment(f"{name}-{held.held.version if held else 0}.{kind}"),
            "Cache-Control": "no-store",
        },
    )  # fmt: skip


@get("/work/agencies/lists/{name:str}/import", include_in_schema=False)
async def choose_codes(request: PageRequest, name: FromPath[str]) -> Response[str]:
    """Choose a file."""
    access.require(request.person, "agency:import")
    _refuse_unknown(name)
    return page(request, upload_codes_page(name, lang_of(request)))


@post("/work/agencies/lists/{name:str}/import", include_in_schema=False, request_max_body_size=LARGEST)
async def take_codes(request: PageRequest, services: Given, name: FromPath[str]) -> Response[str] | Redirect:
    """Keep a file and tell of every row; nothing is issued."""
    access.require(request.person, "agency:import")
    _refuse_unknown(name)
    try:
        sent = (await request.form()).get("file")
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        if not data:
            raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
        reading_lists.read_codes(data)
        async with services.db.transaction(request.tenant.id) as connection:
            subject = new_id()
            await kept_files.keep(connection, KIND, subject, _whole(data), counts={}, days=KEPT_DAYS)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return page(request, upload_codes_page(name, lang_of(request), refused), status=refused.kind.status)
    return Redirect(url("/work/agencies/lists", name, "import", str(subject)), status_code=303)


@get("/work/agencies/lists/{name:str}/import/{list_id:uuid}", include_in_schema=False)
async def codes_report(
    request: PageRequest, services: Given, name: FromPath[str], list_id: FromPath[UUID]
) -> Response[str]:
    """Every code of the file beside the newest version."""
    access.require(request.person, "agency:import")
    return await _report(request, services, name, list_id)


@post("/work/agencies/lists/{name:str}/import/{list_id:uuid}", include_in_schema=False)
async def issue_codes(
    request: PageRequest, services: Given, name: FromPath[str], list_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Issue the file as the next version."""
    person = access.require(request.person, "agency:import")
    _refuse_unknown(name)
    read = await _read(request, services, list_id)
    try:
        form = await read_form(request, IssueForm)
        basis = deeds.basis(form.number, form.date, today=today_in(request.tenant))
        async with services.db.transaction(request.tenant.id) as connection:
            await issuing.issue(connection, name, read, basis=basis, by=person.actor)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _report(request, services, name, list_id, refused)
    return Redirect(url("/work/agencies/lists", name), status_code=303)


async def _report(
    request: PageRequest, services: Services, name: str, list_id: UUID, refused: Refused | None = None
) -> Response[str]:
    _refuse_unknown(name)
    read = await _read(request, services, list_id)
    async with services.db.transaction(request.tenant.id) as connection:
        before: CodeList | None = await issuing.held(connection, name)
    typed = await posted(request) if refused else {}
    shown = codes_report_page(name, before, read, list_id, lang_of(request), typed=typed, refused=refused)
    return page(request, shown, status=refused.kind.status if refused else 200)


async def _read(request: PageRequest, services: Services, list_id: UUID) -> CodesRead:
    async with services.db.transaction(request.tenant.id) as connection:
        file = await kept_files.newest(connection, KIND, list_id)
    if file is None:
        raise Refused("list_gone")
    return reading_lists.read_codes(
        b"".join([piece async for piece in kept_files.read(services.db, request.tenant.id, file)])
    )


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _refuse_unknown(name: str) -> None:
    if name not in LISTS:
        raise Refused("not_found")


def _version(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused("not_found")
    return int(text)


routes = [every_list, choose_codes, take_codes, codes_report, issue_codes, codes_file, code_list]
