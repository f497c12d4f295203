"""Evidence files, stored by content: the same bytes once, whole or not at all.

A file is streamed beside its place, hashed on the way, looked at, synced and only then renamed to its digest. A
crash, a full disk or a refused type leaves nothing under a digest.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
import zipfile
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import msgspec
import puremagic

from parindex.errors import Refused
from parindex.store.secrets import private_folder
from parindex.text import file_size

ALLOWED: Final[dict[str, str]] = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (.docx)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel (.xlsx)",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
}
"""Media types that evidence may have, found from the content, and what people call them."""

PIECE: Final = 1_048_576
"""Bytes read or written at once."""

_HEAD: Final = 4_096
_BY_MAGIC: Final = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_BY_MEMBER: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1_024
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"#!")
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
}
"""Endings of names that fit a media type; the first is given to a name that has none of them."""
_TEST_VIRUS: Final = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A content that is safe on disk."""

    sha256: str
    """64 hexadecimal digits."""

    size: int
    """Bytes."""

    media_type: str
    """One of :data:`ALLOWED`."""


class EvidenceStore:
    """Files of all tenants, each below its own folder."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        """Name the store; its folders are made when they are first needed.

        Args:
            folder: Closed to everybody but this user.
            limit: Largest file in bytes.
        """
        self.folder = folder
        self.limit = limit

    async def receive(self, tenant_id: UUID, pieces: AsyncIterable[bytes]) -> StoredFile:
        """Store a content as it arrives, in constant memory.

        Raises:
            Refused: ``file_too_large``, ``file_empty``, ``file_type_refused``, ``file_harmful``, ``storage_full``;
                nothing is kept then.
        """
        incoming = await asyncio.to_thread(self._incoming, tenant_id)
        try:
            return await self._receive(tenant_id, incoming, pieces)
        except OSError as error:
            if error.errno in _FULL:
                raise Refused("storage_full") from error
            raise
        finally:
            await asyncio.to_thread(incoming.unlink, missing_ok=True)

    async def keep(self, tenant_id: UUID, content: bytes) -> StoredFile:
        """Store a content that is at hand; refuses as :meth:`receive` does."""

        async def pieces() -> AsyncIterator[bytes]:
            yield content

        return await self.receive(tenant_id, pieces())

    def path(self, tenant_id: UUID, sha256: str) -> Path:
        """Where a content lies; made of a checked digest only, never of a name that somebody gave."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256")
        return self.folder / str(tenant_id) / sha256[:2] / sha256

    async def read(self, tenant_id: UUID, sha256: str) -> AsyncIterator[bytes]:
        """The content, piece by piece.

        Raises:
            FileNotFoundError: the store does not hold it.
        """
        file = await asyncio.to_thread(self.path(tenant_id, sha256).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece
        finally:
            await asyncio.to_thread(file.close)

    async def _receive(self, tenant_id: UUID, incoming: Path, pieces: AsyncIterable[bytes]) -> StoredFile:
        digest, size, tail = hashlib.sha256(), 0, b""
        with incoming.open("xb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self.limit:
                    raise Refused("file_too_large", limit=file_size(self.limit))
                digest.update(piece)
                if _TEST_VIRUS in tail + piece:
                    raise Refused("file_harmful")
                tail = (tail + piece)[-len(_TEST_VIRUS) :]
                await asyncio.to_thread(file.write, piece)
            if not size:
                raise Refused("file_empty")
            await asyncio.to_thread(_sync, file)
        media_type = await asyncio.to_thread(media_type_of, incoming)
        if media_type is None:
            raise Refused("file_type_refused", expected=", ".join(ALLOWED.values()))
        stored = StoredFile(sha256=digest.hexdigest(), size=size, media_type=media_type)
        await asyncio.to_thread(self._settle, incoming, self.path(tenant_id, stored.sha256))
        return stored

    def _incoming(self, tenant_id: UUID) -> Path:
        private_folder(self.folder)
        folder = private_folder(self.folder / str(tenant_id) / "incoming")
        return folder / f"{os.getpid()}-{secrets.token_hex(8)}"

    @staticmethod
    def _settle(incoming: Path, place: Path) -> None:
        """Give a whole file its name; the same content under that name is left as it is."""
        private_folder(place.parent)
        if place.exists():
            return
        incoming.chmod(0o400)
        incoming.rename(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def media_type_of(path: Path) -> str | None:
    """The allowed media type that a content is, or ``None``; the file's name plays no part.

    Office files are told from other archives by what they hold; one with macros is none.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    try:
        extensions = {found.extension for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        extensions = set()
    known = next((media for extension, media in _BY_MAGIC.items() if extension in extensions), None)
    return known or ("application/pdf" if _is_late_pdf(head) else None)


def _is_late_pdf(head: bytes) -> bool:
    """Whether the head of a PDF stands within the first 1,024 bytes, as readers of PDF allow; no program is one."""
    return _PDF in head[:_PDF_WITHIN] and not head.startswith(_PROGRAMS)


def _office_type(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in members or any("vbaProject" in member for member in members):
        return None
    return next((media for member, media in _BY_MEMBER.items() if member in members), None)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
