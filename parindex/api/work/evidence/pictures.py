"""A document as pictures: each page of a PDF drawn by a process of its own, and pictures as they are."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Stream

from parindex.api.shared.downloads import HARMLESS
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.assessments.evidence import register
from parindex.assessments.model import Document
from parindex.errors import Refused
from parindex.store.pdf_process import UnreadablePdf

WIDTH: Final = 1_000
"""Dots of a page across."""

NUMBER: Final = re.compile("[1-9][0-9]{0,4}")
"""Of a page, as it stands in an address."""


@get("/work/documents/{document_id:uuid}/pages/{number:str}", include_in_schema=False)
async def picture(
    request: PageRequest, services: Given, document_id: FromPath[UUID], number: FromPath[str]
) -> Response[bytes] | Stream:
    """A page of a document as a picture; of a picture itself the first."""
    async with services.db.transaction(request.tenant.id) as connection:
        document = await register.readable(connection, request.person, document_id)
    path = services.evidence.path(request.tenant.id, document.sha256)
    if not NUMBER.fullmatch(number) or not path.is_file():
        raise Refused("not_found")
    if document.media_type.startswith("image/") and number == "1":
        content = services.evidence.read(request.tenant.id, document.sha256)
        return Stream(
            content, media_type=document.media_type, headers={"Content-Length": str(document.size), **HARMLESS}
        )
    if document.media_type != "application/pdf":
        raise Refused("not_found")
    try:
        return Response(await services.pdf.picture(path, int(number), WIDTH), media_type="image/png", headers=HARMLESS)
    except UnreadablePdf:
        raise Refused("not_found") from None


async def pages_of(services: Services, tenant_id: UUID, document: Document) -> int:
    """How many pictures there are of a document; none where it cannot be shown."""
    path = services.evidence.path(tenant_id, document.sha256)
    if not path.is_file():
        return 0
    if document.media_type.startswith("image/"):
        return 1
    if document.media_type != "application/pdf":
        return 0
    try:
        return await services.pdf.count(path)
    except UnreadablePdf:
        return 0


routes = [picture]
