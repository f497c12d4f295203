"""A form with a file, read as it arrives: constant memory, the token checked before a byte is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias
from uuid import UUID

import msgspec
from litestar.exceptions import ClientException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from parindex.api.shared import form_token
from parindex.api.shared.page import AnyRequest
from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.store.evidence_files import ReceivedFile
from parindex.text import file_size

FIELD_LIMIT: Final = 100_000
"""Bytes of all fields that are no file."""

PATIENCE: Final = 4
"""A file of up to so many times the limit is read past, so that the form comes back with what was typed."""


UploadPart: TypeAlias = "MultipartSegment | bytes | bytearray | None"
"""The start of a segment, a piece of its content, or its end."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """What a form held."""

    fields: dict[str, str]
    """Fields by name."""

    file: ReceivedFile | None
    """The file, looked at and not yet in its place; ``None`` when none was chosen or it was refused."""

    file_name: str
    """The name that it came under."""

    refused: Refused | None
    """Why the file was refused."""


@asynccontextmanager
async def received(request: AnyRequest, services: Services) -> AsyncIterator[Upload]:
    """Read a multipart form whose token comes first and whose one file comes last; what nobody settles is dropped.

    Raises:
        Refused: ``stale_csrf``, ``bad_request``, ``too_large``, ``file_too_large``.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or "boundary" not in options:
        raise Refused("bad_request")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > PATIENCE * services.settings.evidence_limit + FIELD_LIMIT:
        raise Refused("file_too_large", limit=file_size(services.settings.evidence_limit))
    form = _Form(request, services, options["boundary"])
    try:
        try:
            given = await form.read(request.state.tenant.id)
        except (MultipartError, ValueError, LookupError, ClientException) as error:
            raise Refused("bad_request") from error
        yield given
    finally:
        if form.file is not None:
            services.evidence.drop(form.file)


class _Form:
    """Takes a form apart, piece by piece."""

    def __init__(self, request: AnyRequest, services: Services, boundary: str) -> None:
        self.request = request
        self.services = services
        self.parser = PushMultipartParser(boundary)
        self.fields: dict[str, str] = {}
        self.size = 0
        self.file: ReceivedFile | None = None
        self.file_name = ""
        self.refused: Refused | None = None

    async def read(self, tenant_id: UUID) -> Upload:
        parts = self._parts()
        async for part in parts:
            if isinstance(part, MultipartSegment) and part.filename is not None:
                form_token.check(self.request, self.services, self.fields)
                if self.file is not None or self.refused is not None:
                    raise Refused("bad_request")  # no page of ours sends two
                self.file_name = part.filename
                await self._store(tenant_id, parts)
            elif isinstance(part, MultipartSegment):
                self.fields[part.name or ""] = await self._text(parts)
        form_token.check(self.request, self.services, self.fields)
        return Upload(fields=self.fields, file=self.file, file_name=self.file_name, refused=self.refused)

    async def _parts(self) -> AsyncIterator[UploadPart]:
        """Segment starts, pieces of content, and None at the end of each."""
        async for chunk in self.request.stream():
            if chunk and not self.parser.closed:
                for part in self.parser.parse(chunk):
                    yield part
        if not self.parser.closed:
            self.parser.close()

    async def _text(self, parts: AsyncIterator[UploadPart]) -> str:
        content = bytearray()
        async for part in parts:
            if part is None:
                break
            assert isinstance(part, bytes | bytearray)
            content += part
            self.size += len(part)
            if self.size > FIELD_LIMIT:
                raise Refused("too_large", limit=file_size(FIELD_LIMIT))
        return content.decode()

    async def _store(self, tenant_id: UUID, parts: AsyncIterator[UploadPart]) -> None:
        """Store the file, or remember why not and read past it, so that the form can be shown again."""

        async def content() -> AsyncIterator[bytes]:
            async for part in parts:
                if part is None:
                    return
                assert isinstance(part, bytes | bytearray)
                yield bytes(part)

        try:
            self.file = await self.services.evidence.receive(tenant_id, content())
        except Refused as refused:
            self.refused = refused if self.file_name else Refused("file_missing")
            passed = 0
            async for part in parts:
                if part is None:
                    return
                passed += len(part) if isinstance(part, bytes | bytearray) else 0
                if passed > PATIENCE * self.services.settings.evidence_limit:
                    raise
