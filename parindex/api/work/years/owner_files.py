"""Owner bodies of a draft from a file and as one: uploaded, told row by row, the good rows written, the bad ones taken home."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.api.shared import downloads
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.agencies import registry_files
from parindex.api.work.years.owner_files_view import owners_report_page, owners_upload_page
from parindex.assessments.cycles import listing, steps
from parindex.assessments.model import Cycle
from parindex.assessments.owners import entering, owner_lists
from parindex.assessments.owners.entering import PlannedOwners
from parindex.errors import FieldError, Refused
from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.store import kept_files
from parindex.store.ids import new_id
from parindex.text import Language, translator

KIND: Final = "years:owners"
KEPT_DAYS: Final = 3
LARGEST: Final = owner_lists.LIMIT + 100_000
"""Bytes of the form."""

WIDE: Final = {"agency_name": 32, "leaf_title": 60, "owner_name": 40}
"""Widths of the columns for people."""


@get(["/work/years/{cycle_id:uuid}/owners.csv", "/work/years/{cycle_id:uuid}/owners.xlsx"], include_in_schema=False)
async def owners_file(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[bytes]:
    """Who declares each leaf of every sheet, as a list that is read back the same."""
    access.require(request.person, "cycle:read")
    kind = request.scope["path"].rpartition(".")[2]
    async with services.db.transaction(request.tenant.id) as connection:
        cells = await entering.rows(connection, cycle_id)
        cycle = await listing.by_id(connection, cycle_id)
    made: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_bytes(owner_lists.COLUMNS, cells), "xlsx": lambda: _workbook(cells, lang_of(request)),
    }  # fmt: skip
    name = f"owners-{cycle.year}-{cycle.tier}.{kind}"
    return Response(
        made[kind](), media_type=downloads.TYPES[kind],
        headers={"Content-Disposition": downloads.attachment(name), "Cache-Control": "no-store"},
    )  # fmt: skip


@get("/work/years/{cycle_id:uuid}/owners/import", include_in_schema=False)
async def choose_owners(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Choose a list."""
    cycle = await _draft(request, services, cycle_id)
    return page(request, owners_upload_page(cycle, lang_of(request)))


@post("/work/years/{cycle_id:uuid}/owners/import", include_in_schema=False, request_max_body_size=LARGEST)
async def take_owners(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Keep a list and tell of every row; nothing is written."""
    cycle = await _draft(request, services, cycle_id)
    try:
        sent = (await request.form()).get("file")
        data = await sent.read() if isinstance(sent, UploadFile) else b""
        if not data:
            raise Refused("invalid_fields", fields=(FieldError(field="file", code="file_missing"),))
        async with services.db.transaction(request.tenant.id) as connection:
            await entering.plan(connection, cycle_id, data)
            subject = new_id()
            await kept_files.keep(connection, KIND, subject, _whole(data), counts={}, days=KEPT_DAYS)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        shown = owners_upload_page(cycle, lang_of(request), refused)
        return page(request, shown, status=refused.kind.status)
    return Redirect(url(f"/work/years/{cycle_id}/owners/import/{subject}"), status_code=303)


@get("/work/years/{cycle_id:uuid}/owners/import/{list_id:uuid}", include_in_schema=False)
async def owners_report(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], list_id: FromPath[UUID]
) -> Response[str]:
    """Every row of the list beside what stands."""
    cycle = await _draft(request, services, cycle_id)
    found = await _planned(request, services, cycle_id, list_id)
    return page(request, owners_report_page(cycle, found, list_id, lang_of(request)))


@post("/work/years/{cycle_id:uuid}/owners/import/{list_id:uuid}", include_in_schema=False)
async def enter_owners(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], list_id: FromPath[UUID]
) -> Redirect:
    """Write the good rows; the page then shows what is left."""
    await _draft(request, services, cycle_id)
    data = await _data(request, services, list_id)
    async with services.db.transaction(request.tenant.id) as connection:
        cycle = await steps.locked(connection, cycle_id)
        actor = steps.require(request.person, "cycle:draft", cycle).actor
        await entering.enter(connection, cycle_id, await entering.plan(connection, cycle_id, data), by=actor)
    return Redirect(url(f"/work/years/{cycle_id}/owners/import/{list_id}"), status_code=303)


@get("/work/years/{cycle_id:uuid}/owners/import/{list_id:uuid}/left.csv", include_in_schema=False)
async def owners_left(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], list_id: FromPath[UUID]
) -> Response[bytes]:
    """The rows that are not entered, with the reason beside each, to be mended and uploaded again."""
    await _draft(request, services, cycle_id)
    lang, found = lang_of(request), await _planned(request, services, cycle_id, list_id)
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


def _workbook(cells: list[list[str]], lang: Language) -> bytes:
    """The list as a workbook; heads are the names that are read, in every language."""
    _ = translator(lang)
    title: str = _("Cơ quan chủ trì từng tiêu chí")
    columns = tuple(Column(title=name, width=WIDE.get(name, 14)) for name in owner_lists.COLUMNS)
    return xlsx_bytes(Table(title=title, columns=columns, rows=cells, bare=True))


async def _draft(request: PageRequest, services: Services, cycle_id: UUID) -> Cycle:
    """The draft, where the person may say who declares what.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``cycle_wrong_state``.
    """
    async with services.db.transaction(request.tenant.id) as connection:
        cycle = await listing.by_id(connection, cycle_id)
    steps.require(request.person, "cycle:draft", cycle)
    return cycle


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _data(request: PageRequest, services: Services, list_id: UUID) -> bytes:
    async with services.db.transaction(request.tenant.id) as connection:
        file = await kept_files.newest(connection, KIND, list_id)
    if file is None:
        raise Refused("list_gone")
    return b"".join([piece async for piece in kept_files.read(services.db, request.tenant.id, file)])


async def _planned(request: PageRequest, services: Services, cycle_id: UUID, list_id: UUID) -> PlannedOwners:
    data = await _data(request, services, list_id)
    async with services.db.transaction(request.tenant.id) as connection:
        return await entering.plan(connection, cycle_id, data)


routes = [owners_file, choose_owners, take_owners, owners_report, enter_owners, owners_left]
