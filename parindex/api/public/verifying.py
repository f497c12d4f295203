"""Checking an edition's file, or looking up its digest."""

import asyncio
from typing import Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery

from parindex.api.public.verifying_view import of_digest, of_file, verify_page
from parindex.api.shared.holders import holder_of
from parindex.api.shared.page import lang_of, page, translate
from parindex.api.shared.problems import FormError
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.publication import editions, known_keys, trust

LARGEST: Final = 20_000_000
"""Bytes of an edition that may be checked here."""


@get("/verify", include_in_schema=False)
async def verify_by_digest(request: PageRequest, services: Given, digest: FromQuery[str] = "") -> Response[str]:
    """How to check an edition; ``?digest=`` says which edition has a digest."""
    lang, wanted = lang_of(request), digest.strip().lower().replace(" ", "")
    async with services.db.transaction(request.tenant.id) as connection:
        rows = await editions.listed(connection)
    return page(request, verify_page(rows, lang, result=of_digest(wanted, rows, lang) if wanted else None))


@post("/verify", include_in_schema=False, status_code=200, request_max_body_size=LARGEST)
async def verify_upload(request: PageRequest, services: Given) -> Response[str]:
    """Check a file; it is not kept."""
    _, lang = translate(request), lang_of(request)
    file = (await request.form()).get("edition")
    content = await file.read() if isinstance(file, UploadFile) else b""
    async with services.db.transaction(request.tenant.id) as connection:
        rows = await editions.listed(connection)
        own = await known_keys.public(connection, services.keys, request.tenant)
    if not isinstance(file, UploadFile) or not content:
        missing = FormError(id="edition", message=_("Đề nghị chọn tệp ấn bản đã tải."))
        return page(request, verify_page(rows, lang, errors=(missing,)), status=422)
    trusted = await asyncio.to_thread(trust.known, pinned=services.settings.trusted_keys)
    verdict = await services.checker.check(content, (*own, *trusted), sender=holder_of(request))
    row = next((row for row in rows if row.number == verdict.number), None)
    return page(request, verify_page(rows, lang, result=of_file(verdict, row, file.filename, lang)))


routes = [verify_by_digest, verify_upload]
