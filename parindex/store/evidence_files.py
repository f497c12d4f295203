"""Evidence files, stored by content: the same bytes once, whole or not at all.

A file is streamed beside its place, hashed on the way, looked at, synced and only then renamed to its digest. A
crash, a full disk or a refused type leaves nothing under a digest.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import msgspec

from parindex.errors import Refused
from parindex.store import disk
from parindex.store.evidence_contents import TEST_VIRUS, kind_of
from parindex.store.evidence_texts import require_no_mark
from parindex.store.pdf_process import PdfReader
from parindex.store.secrets import private_folder
from parindex.text import file_size

PIECE: Final = 1_048_576
"""Bytes read or written at once."""

_FORGOTTEN_SECONDS: Final = 86_400
"""Age of a file that nobody receives any more."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A content that is safe on disk."""

    sha256: str
    """64 hexadecimal digits."""

    size: int
    """Bytes."""

    media_type: str
    """One of :data:`ALLOWED`."""


class ReceivedFile(StoredFile, frozen=True, kw_only=True):
    """A content that was looked at and waits beside the store until somebody registers it."""

    waiting: Path
    """Where it waits."""


class EvidenceStore:
    """Files of all tenants, each below its own folder."""

    def __init__(self, folder: Path, *, limit: int, pdf: PdfReader | None = None) -> None:
        """Name the store; its folders are made when they are first needed.

        Args:
            folder: Closed to everybody but this user.
            limit: Largest file in bytes.
            pdf: Reads PDF files; the store's own where none is given.
        """
        self.folder = folder
        self.limit = limit
        self.pdf = pdf or PdfReader()

    async def receive(self, tenant_id: UUID, pieces: AsyncIterable[bytes]) -> ReceivedFile:
        """Take a content as it arrives, in constant memory, and look at it. It is :meth:`settled` or :meth:`drop`ped.

        Raises:
            Refused: ``file_too_large``, ``file_empty``, ``file_type_refused``, ``file_harmful``, ``file_overpacked``,
                ``file_secret_marked``, ``storage_full``, ``storage_closed``; nothing is kept then.
        """
        waiting: Path | None = None
        try:
            waiting = await asyncio.to_thread(self._incoming, tenant_id)
            return await self._receive(waiting, pieces)
        except BaseException as error:
            if waiting is not None:
                waiting.unlink(missing_ok=True)
            if isinstance(error, OSError) and not isinstance(error, ConnectionError):
                raise disk.refusal(error) or Refused("storage_closed") from error
            raise

    @asynccontextmanager
    async def settled(self, tenant_id: UUID, received: ReceivedFile) -> AsyncIterator[None]:
        """Give a content its place while it is registered; where that fails, what was not there before goes again.

        Whoever calls this holds the content's row in the database, so that nobody else takes the same content for stored.

        Raises:
            Refused: ``storage_full``, ``storage_closed``.
        """
        place = self.path(tenant_id, received.sha256)
        try:
            new = await asyncio.to_thread(self._settle, received.waiting, place)
        except OSError as error:
            raise disk.refusal(error) or Refused("storage_closed") from error
        try:
            yield
        except BaseException:
            if new:
                place.unlink(missing_ok=True)
            raise

    @staticmethod
    def drop(received: ReceivedFile) -> None:
        """Leave nothing of a content that nobody registered."""
        received.waiting.unlink(missing_ok=True)

    async def keep(self, tenant_id: UUID, content: bytes) -> StoredFile:
        """Store a content that is at hand; refuses as :meth:`receive` does."""

        async def pieces() -> AsyncIterator[bytes]:
            yield content

        received = await self.receive(tenant_id, pieces())
        try:
            async with self.settled(tenant_id, received):
                return StoredFile(sha256=received.sha256, size=received.size, media_type=received.media_type)
        finally:
            self.drop(received)

    def forget_interrupted(self) -> None:
        """Remove what a process left behind that was killed while it received files."""
        for waiting in self.folder.glob("*/incoming/*"):
            try:
                if time.time() - waiting.stat().st_mtime > _FORGOTTEN_SECONDS:
                    waiting.unlink()
            except OSError:
                continue

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

    async def _receive(self, waiting: Path, pieces: AsyncIterable[bytes]) -> ReceivedFile:
        digest, size, tail = hashlib.sha256(), 0, b""
        with waiting.open("xb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self.limit:
                    raise Refused("file_too_large", limit=file_size(self.limit))
                digest.update(piece)
                if TEST_VIRUS in tail + piece:
                    raise Refused("file_harmful")
                tail = (tail + piece)[-len(TEST_VIRUS) :]
                await asyncio.to_thread(file.write, piece)
            if not size:
                raise Refused("file_empty")
            await asyncio.to_thread(_sync, file)
        media_type = await asyncio.to_thread(kind_of, waiting)
        await require_no_mark(waiting, media_type, self.pdf)
        return ReceivedFile(sha256=digest.hexdigest(), size=size, media_type=media_type, waiting=waiting)

    def _incoming(self, tenant_id: UUID) -> Path:
        private_folder(self.folder)
        folder = private_folder(self.folder / str(tenant_id) / "incoming")
        return folder / f"{os.getpid()}-{secrets.token_hex(8)}"

    @staticmethod
    def _settle(incoming: Path, place: Path) -> bool:
        """Give a whole file its name, and say so; the same content under that name is left as it is."""
        private_folder(place.parent)
        if place.exists():
            return False
        incoming.chmod(0o400)
        incoming.rename(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return True


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
