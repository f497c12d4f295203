"""The evidence register: documents once, put to many leaves, files to whom they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from parindex.agencies.code_lists import document_kinds
from parindex.api.shared import uploads
from parindex.api.shared.downloads import HARMLESS
from parindex.api.shared.forms import Line, read_fields, read_form
from parindex.api.shared.page import page
from parindex.api.shared.paging import ANY_PAGE, page_asked
from parindex.api.shared.requests import STREAMED, PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.evidence.document_view import document_page
from parindex.api.work.evidence.documents_view import Room, double_lines, leaf_evidence_page, register_page
from parindex.api.work.evidence.pictures import pages_of
from parindex.api.work.sheets.sheet_view import address, marked
from parindex.assessments.evidence import looking, register
from parindex.assessments.evidence.register import Attachment, Record
from parindex.assessments.model import Document
from parindex.assessments.sheets import declaring, permission
from parindex.assessments.sheets.board import read_part
from parindex.errors import FieldError, Refused
from parindex.reading import dates
from parindex.reading.complaint import Complaint

OF_THE_FILE: Final = ("quota_reached", "storage_full", "storage_closed")
"""Refusals that are told at the field of the file."""


class AttachForm(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the register for a leaf."""

    document: UUID
    """Which."""

    pages: str = ""
    """Where to look."""

    still_in_force: bool = False
    """Of the year before: it is confirmed to be still in force."""


class DetachForm(msgspec.Struct, frozen=True, kw_only=True):
    """A document that no longer proves a leaf."""

    attachment: UUID
    """Which."""


class DocumentForm(msgspec.Struct, frozen=True, kw_only=True):
    """A new record of the register; what it lacks is told by the register."""

    number: str = ""
    """Số, ký hiệu."""

    issued_on: Line = ""
    """Ngày ban hành, as typed."""

    issuer: str = ""
    """Cơ quan ban hành."""

    abstract: str = ""
    """Trích yếu."""

    pages: str = ""
    """Where to look."""

    not_secret: bool = False
    """It is no state secret."""

    separate: bool = False
    """It is registered beside one that may be the same."""


@get("/work/documents", include_in_schema=False)
async def show_register(request: PageRequest, services: Given, search: FromQuery[str] = "") -> Response[str]:
    """Every document of the agency."""
    async with services.db.transaction(request.tenant.id) as connection:
        part = await looking.part_of(connection, request.person, search, page_asked(request, last=ANY_PAGE))
        kinds = await document_kinds.kinds(connection) if part.documents else {}
    return page(request, register_page(request, part, search, kinds))


@get("/work/documents/{document_id:uuid}", include_in_schema=False)
async def show_document(request: PageRequest, services: Given, document_id: FromPath[UUID]) -> Response[str]:
    """One document: what it is, who registered it, where it is used."""
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await looking.document_file(connection, request.person, document_id)
    pages = await pages_of(services, request.tenant.id, shown.document)
    return page(request, document_page(request, shown, page_asked(request, last=ANY_PAGE), pages))


@get("/work/sheets/{sheet_id:uuid}/{code:str}/evidence", include_in_schema=False)
async def choose_page(
    request: PageRequest,
    services: Given,
    sheet_id: FromPath[UUID],
    code: FromPath[str],
    search: FromQuery[str] = "",
) -> Response[str]:
    """Put a document of the register to a leaf, or register a new one."""
    return await _choose(request, services, sheet_id, code, search=search)


@post("/work/sheets/{sheet_id:uuid}/{code:str}/attach", include_in_schema=False)
async def attach(request: PageRequest, services: Given, sheet_id: FromPath[UUID], code: FromPath[str]) -> Redirect:
    """Put a document of the register to a leaf."""
    async with services.db.transaction(request.tenant.id) as connection:
        await declaring.held_for(connection, request.person, sheet_id, code)
        form = await read_form(request, AttachForm)
        attachment = Attachment(
            code=code, document_id=form.document, pages=form.pages, still_in_force=form.still_in_force
        )
        await register.attach(connection, request.person, sheet_id, [attachment])
    return Redirect(address(sheet_id, code), status_code=303)


@post("/work/sheets/{sheet_id:uuid}/{code:str}/detach", include_in_schema=False)
async def detach(request: PageRequest, services: Given, sheet_id: FromPath[UUID], code: FromPath[str]) -> Redirect:
    """Take a document off a leaf."""
    async with services.db.transaction(request.tenant.id) as connection:
        await declaring.held_for(connection, request.person, sheet_id, code)
        form = await read_form(request, DetachForm)
        await register.detach(connection, request.person, sheet_id, code, form.attachment)
    return Redirect(address(sheet_id, code), status_code=303)


@post(
    "/work/sheets/{sheet_id:uuid}/{code:str}/evidence",
    include_in_schema=False,
    opt={"exclude_from_csrf": True, STREAMED: True},
    request_max_body_size=None,
)
async def upload(
    request: PageRequest, services: Given, sheet_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Register a new document with its file and put it to a leaf; the token is checked while reading."""
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_part(connection, request.person, sheet_id, code)
        board.published.leaf(code)
        permission.require_declaring(request.person, board.sheet, board.cycle, board.entries[code])
    async with uploads.received(request, services) as given:
        return await _register(request, services, sheet_id, code, given)


async def _register(
    request: PageRequest, services: Services, sheet_id: UUID, code: str, given: uploads.Upload
) -> Response[str] | Redirect:
    """Register what a form held; a file has its place once its document is registered and put to the leaf."""
    form = read_fields({name: [value] for name, value in given.fields.items()}, DocumentForm)
    record, errors = _record(form, given)
    of_file = given.refused
    doubles: list[Document] = []
    if not errors and given.file is not None:
        try:
            async with services.db.transaction(request.tenant.id) as connection:
                if not form.separate and request.person is not None:
                    doubles = await looking.doubles(connection, request.person, record, given.file.sha256)
                if doubles:
                    raise Refused("invalid_fields", fields=(FieldError(field="separate", code="document_doubled"),))
                document = await register.register(
                    connection, request.person, record, given.file, quota=services.settings.evidence_quota
                )
                async with services.evidence.settled(request.tenant.id, given.file):
                    attachment = Attachment(code=code, document_id=document, pages=form.pages)
                    await register.attach(connection, request.person, sheet_id, [attachment])
        except Refused as refused:
            if refused.code in OF_THE_FILE:
                of_file = refused
                errors = [FieldError(field="file", code=refused.code, values=refused.values)]
            elif refused.fields:
                errors = list(refused.fields)
            else:
                raise
        else:
            return Redirect(address(sheet_id, code), status_code=303)
    status = of_file.kind.status if of_file else 422
    return await _choose(
        request, services, sheet_id, code, typed=given.fields, errors=errors, doubles=doubles, status=status
    )


@get("/work/documents/{document_id:uuid}/file", include_in_schema=False)
async def download(request: PageRequest, services: Given, document_id: FromPath[UUID]) -> Stream:
    """The file, as an attachment that no browser runs."""
    async with services.db.transaction(request.tenant.id) as connection:
        document = await register.readable(connection, request.person, document_id)
    if not services.evidence.path(request.tenant.id, document.sha256).is_file():
        raise Refused("not_found")
    return Stream(
        services.evidence.read(request.tenant.id, document.sha256),
        media_type=document.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.file_name, safe='')}",
            "Content-Length": str(document.size),
            **HARMLESS,
        },
    )


async def _choose(
    request: PageRequest,
    services: Services,
    sheet_id: UUID,
    code: str,
    *,
    search: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] = (),
    doubles: Sequence[Document] = (),
    status: int = 200,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_part(connection, request.person, sheet_id, code)
        board.published.leaf(code)
        permission.require_declaring(request.person, board.sheet, board.cycle, board.entries[code])
        documents = await register.register_of(connection, request.person, search)
        assert request.person is not None
        used = await register.used(connection, request.person.agency_id or board.sheet.agency_id)
    settings = services.settings
    room = Room(limit=settings.evidence_limit, used=used, quota=settings.evidence_quota)
    shown = leaf_evidence_page(request, board, code, documents, room=room, search=search, typed=typed, errors=errors)
    if doubles:
        shown = msgspec.structs.replace(shown, doubles=double_lines(request, sheet_id, code, doubles))
    return page(request, shown, status=status, marked=marked(board))


def _record(form: DocumentForm, given: uploads.Upload) -> tuple[Record, list[FieldError]]:
    """The new record, and what stands against it before it is registered."""
    errors: list[FieldError] = []
    try:
        issued_on = dates.day(form.issued_on)
    except Complaint:
        errors.append(FieldError(field="issued_on", code="document_field_missing"))
        issued_on = date.min
    record = Record(
        number=form.number,
        issued_on=issued_on,
        issuer=form.issuer,
        abstract=form.abstract,
        file_name=given.file_name,
        not_secret=form.not_secret,
    )
    errors += register.defects(record)
    if given.refused is not None:
        errors.append(FieldError(field="file", code=given.refused.code, values=given.refused.values))
    elif given.file is None:
        errors.append(FieldError(field="file", code="file_missing"))
    return record, errors


routes = [show_register, show_document, choose_page, attach, detach, upload, download]
