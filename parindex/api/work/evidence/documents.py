"""The evidence register: documents once, put to many leaves, files to whom they concern."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Stream

from parindex.api.shared import uploads
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import field_problem
from parindex.api.shared.services import Given, Services
from parindex.api.work.sheets import sheet_view as pages
from parindex.assessments.evidence import register
from parindex.assessments.evidence.register import Attachment, Record
from parindex.assessments.model import Document
from parindex.assessments.sheets import declaring, permission
from parindex.errors import FieldError, Refused
from parindex.store.files import ALLOWED
from parindex.text import file_size, words

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
ACCEPT = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"


@get("/work/documents", include_in_schema=False)
async def register_page(request: Request[Any, Any, Any], services: Given, search: FromQuery[str] = "") -> Response[Any]:
    """Every document of the agency."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        found = await register.register_of(connection, request.state.person, search)
    context = {"documents": [document_row(request, one) for one in found], "search": search}
    return page(request, "work/evidence/documents.html", context)


@get("/work/sheets/{sheet_id:uuid}/{code:str}/evidence", include_in_schema=False)
async def choose_page(
    request: Request[Any, Any, Any],
    services: Given,
    sheet_id: FromPath[UUID],
    code: FromPath[str],
    search: FromQuery[str] = "",
) -> Response[Any]:
    """Put a document of the register to a leaf, or register a new one."""
    return await _choose(request, services, sheet_id, code, search=search)


@post("/work/sheets/{sheet_id:uuid}/{code:str}/attach", include_in_schema=False)
async def attach(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], code: FromPath[str], data: Form
) -> Response[Any]:
    """Put a document of the register to a leaf."""
    attachment = Attachment(code=code, document_id=_uuid(data.get("document", "")), pages=data.get("pages", ""))
    async with services.db.transaction(request.state.tenant.id) as connection:
        await register.attach(connection, request.state.person, sheet_id, [attachment])
    return Redirect(url(f"/work/sheets/{sheet_id}/{code}"), status_code=303)


@post("/work/sheets/{sheet_id:uuid}/{code:str}/detach", include_in_schema=False)
async def detach(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], code: FromPath[str], data: Form
) -> Response[Any]:
    """Take a document off a leaf."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        await register.detach(connection, request.state.person, sheet_id, code, _uuid(data.get("attachment", "")))
    return Redirect(url(f"/work/sheets/{sheet_id}/{code}"), status_code=303)


@post(
    "/work/sheets/{sheet_id:uuid}/{code:str}/evidence",
    include_in_schema=False,
    exclude_from_csrf=True,
    request_max_body_size=None,
)
async def upload(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], code: FromPath[str]
) -> Response[Any]:
    """Register a new document with its file and put it to a leaf; the token is checked while reading."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        board = await declaring.read(connection, request.state.person, sheet_id)
        board.published.leaf(code)
        permission.require(request.state.person, "sheet:edit", board.sheet)
    given = await uploads.receive(request, services)
    errors = _errors(given)
    if not errors and given.file is not None:
        try:
            async with services.db.transaction(request.state.tenant.id) as connection:
                document = await register.register(connection, request.state.person, _record(given), given.file)
                attachment = Attachment(code=code, document_id=document, pages=given.fields.get("pages", ""))
                await register.attach(connection, request.state.person, sheet_id, [attachment])
        except Refused as refused:
            if not refused.fields:
                raise
            errors = list(refused.fields)
        else:
            return Redirect(url(f"/work/sheets/{sheet_id}/{code}"), status_code=303)
    status = given.refused.kind.status if given.refused else 422
    return await _choose(request, services, sheet_id, code, typed=given.fields, errors=errors, status=status)


@get("/work/documents/{document_id:uuid}/file", include_in_schema=False)
async def download(request: Request[Any, Any, Any], services: Given, document_id: FromPath[UUID]) -> Response[Any]:
    """The file, as an attachment that no browser runs."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        document = await register.readable(connection, request.state.person, document_id)
    if not services.evidence.path(request.state.tenant.id, document.sha256).is_file():
        raise Refused("not_found")
    return Stream(
        services.evidence.read(request.state.tenant.id, document.sha256),
        media_type=document.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.file_name, safe='')}",
            "Content-Length": str(document.size),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )


async def _choose(
    request: Request[Any, Any, Any],
    services: Services,
    sheet_id: UUID,
    code: str,
    *,
    search: str = "",
    typed: dict[str, str] | None = None,
    errors: list[FieldError] | None = None,
    status: int = 200,
) -> Response[Any]:
    lang = lang_of(request)
    async with services.db.transaction(request.state.tenant.id) as connection:
        board = await declaring.read(connection, request.state.person, sheet_id)
        place = board.published.leaf(code)
        permission.require(request.state.person, "sheet:edit", board.sheet)
        found = await register.register_of(connection, request.state.person, search)
    here = {one.document.id for one in board.attached.get(board.entries[code].id, ())}
    told = {error.field: field_problem(error, lang)["detail"] for error in errors or ()}
    context = {
        **pages.sheet_frame(request, board, code, "all"),
        "leaf": {"code": code, "title": words(place.node.title, lang)},
        "documents": [document_row(request, one) for one in found if one.id not in here],
        "search": search,
        "typed": typed or {},
        "errors": [{"id": field, "message": text} for field, text in told.items()],
        "error_of": told,
        "accept": ACCEPT,
        "allowed": ", ".join(ALLOWED.values()),
        "limit": file_size(services.settings.evidence_limit, lang),
    }
    return page(request, "work/evidence/leaf_evidence.html", context, status=status, marked=pages.marked(board))


def _errors(given: uploads.Upload) -> list[FieldError]:
    """What stands against a new document before it is registered."""
    errors: list[FieldError] = []
    try:
        record = _record(given)
    except ValueError:
        errors.append(FieldError(field="issued_on", code="document_field_missing"))
        record = _record(given, date.min)
    errors += register.defects(record)
    if given.file is None and given.refused is None:
        errors.append(FieldError(field="file", code="file_missing"))
    if given.refused is not None:
        values = given.refused.values
        errors.append(FieldError(field="file", code=given.refused.code, values=values))
    return errors


def _record(given: uploads.Upload, day: date | None = None) -> Record:
    fields = given.fields
    return Record(
        number=fields.get("number", ""),
        issued_on=day or date.fromisoformat(fields.get("issued_on", "")),
        issuer=fields.get("issuer", ""),
        abstract=fields.get("abstract", ""),
        file_name=given.file_name,
        not_secret=fields.get("not_secret") == "true",
    )


def document_row(request: Request[Any, Any, Any], document: Document) -> dict[str, Any]:
    """A record of the register for the component ``ev``."""
    _, lang = translate(request), lang_of(request)
    note = f"{document.file_name}, {file_size(document.size, lang)}"
    used = _("đang dùng cho %(n)s tiêu chí", n=document.uses) if document.uses else _("chưa dùng cho tiêu chí nào")
    return {
        "id": document.id,
        "number": document.number,
        "date": document.issued_on,
        "title": document.abstract,
        "issuer": document.issuer,
        "note": f"{note} · {used}",
        "pages": None,
        "href": url(f"/work/documents/{document.id}/file"),
        "check": None,
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("not_found") from None


routes = [register_page, choose_page, attach, detach, upload, download]
