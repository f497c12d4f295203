"""Answers packed for readers who take gzip: with nothing to be closed where an answer breaks off or never comes.

The framework's own packer opens a file for every request and leaves it open where a refusal is told outside of it,
such as a form without its token; Python 3.13 complains of each.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import HTTPResponseStartEvent, Message, Scope, Send

SMALLEST: Final = 1000
"""Bytes from which a whole answer is packed; one that comes in pieces always is."""

GZIP_WINDOW: Final = 31
"""For ``zlib``: the largest window, with the head and the tail of gzip."""


class Compression(CompressionMiddleware):
    """Packs what is sent; the framework decides for whom."""

    def create_compression_send_wrapper(self, send: Send, compression_encoding: str, scope: Scope) -> Send:
        """What the application sends through instead."""
        del scope
        return _Packed(send, compression_encoding, self.config).send


class _Packed:
    """One answer: its head waits for the first piece, which decides whether it is packed."""

    def __init__(self, send: Send, encoding: str, config: CompressionConfig) -> None:
        self._send, self._encoding, self._config = send, encoding, config
        self._head: HTTPResponseStartEvent | None = None
        self._pack: Callable[[bytes, int], bytes] | None = None

    async def send(self, message: Message) -> None:
        """Send on the head or the next piece."""
        if message["type"] == "http.response.start":
            self._head = message
            return
        if message["type"] == "http.response.body":
            head, self._head, more = self._head, None, message["more_body"]
            if head is not None and (more or len(message["body"]) >= self._config.minimum_size):
                self._pack = _packer(self._config.gzip_compress_level)
            if self._pack is not None:
                message["body"] = self._pack(message["body"], zlib.Z_SYNC_FLUSH if more else zlib.Z_FINISH)
            if head is not None:
                if self._pack is not None:
                    self._announce(head, None if more else len(message["body"]))
                await self._send(head)
        await self._send(message)

    def _announce(self, head: HTTPResponseStartEvent, length: int | None) -> None:
        headers = MutableScopeHeaders.from_message(head)
        headers["Content-Encoding"] = self._encoding
        headers.extend_header_value("vary", "Accept-Encoding")
        del headers["Content-Length"]
        if length is not None:
            headers["Content-Length"] = str(length)


def _packer(level: int) -> Callable[[bytes, int], bytes]:
    """Packs one piece after the other; each may be read before the next one comes."""
    stream = zlib.compressobj(level, zlib.DEFLATED, GZIP_WINDOW)
    return lambda piece, ending: stream.compress(piece) + stream.flush(ending)


PACKED: Final = CompressionConfig(
    backend="gzip", minimum_size=SMALLEST, gzip_compress_level=5, middleware_class=Compression
)
"""For the application's ``compression_config``."""
