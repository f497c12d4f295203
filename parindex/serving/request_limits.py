"""Follows the bytes of one connection: where in a request they are, and whether a limit is passed.

Every piece is read here before the server's own protocol sees it, by the same parser, so both agree on where a
request ends. Nothing is kept but numbers.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import httptools

from parindex.errors import Refused
from parindex.text import file_size

MOST_HEAD_BYTES: Final = 32_000
"""Of a request's line and headers with the empty line after them, and of trailers."""

MOST_LINE_BYTES: Final = 8_000
"""Of an address with its query."""

MOST_AT_ONCE: Final = 32
"""Requests of one connection that may wait for their answers."""


class RequestPart(Enum):
    """Where in a request a connection is."""

    BETWEEN = "between requests"
    HEAD = "in the line or the headers"
    BODY = "in the body"


class ConnectionReading:
    """What was read of a connection."""

    def __init__(self) -> None:
        self.place = RequestPart.BETWEEN
        self.heads = 0
        """Requests whose headers are complete."""
        self.whole = 0
        """Requests that are complete."""
        self.body = 0
        """Bytes of the current body."""
        self.turns = 0
        """Times that the place changed."""
        self.ended = False
        """Whether what follows is no HTTP any more."""
        self._parser = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._line = 0
        self._without_progress = 0

    @property
    def room(self) -> int:
        """Most bytes of the next piece."""
        return MOST_HEAD_BYTES - self._without_progress

    def take(self, piece: bytes) -> None:
        """Read the next piece, which is at most :attr:`room` bytes long.

        Raises:
            Refused: ``address_too_long``, ``headers_too_large``, ``bad_request``.
        """
        turns, place, body = self.turns, self.place, self.body
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self.ended = True
        except httptools.HttpParserError as error:
            raise Refused("bad_request") from error
        if self._line > MOST_LINE_BYTES:
            raise Refused("address_too_long", most=MOST_LINE_BYTES)
        if self.turns == turns and self.body == body:
            self._without_progress += len(piece)
        elif self.turns == turns + 1 and place is RequestPart.BETWEEN:
            self._without_progress = len(piece)
        else:
            self._without_progress = 0
        if not self.room:
            raise Refused("headers_too_large", limit=file_size(MOST_HEAD_BYTES))

    # httptools

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._line <= MOST_LINE_BYTES:
            self._line = 0
        self.place = RequestPart.HEAD
        self.turns += 1

    def on_url(self, url: bytes) -> None:
        """A part of the address; once too long, it stays so."""
        self._line += len(url)

    def on_headers_complete(self) -> None:
        """The headers end."""
        self.heads += 1
        self.body = 0
        self.place = RequestPart.BODY
        self.turns += 1

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body += len(body)

    def on_message_complete(self) -> None:
        """A request ends."""
        self.whole += 1
        self.place = RequestPart.BETWEEN
        self.turns += 1
