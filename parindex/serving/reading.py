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
"""Of a request's line and headers, trailers included."""

MOST_LINE_BYTES: Final = 8_000
"""Of an address with its query."""

MOST_AT_ONCE: Final = 32
"""Requests of one connection that may wait for their answers."""


class Place(Enum):
    """Where in a request a connection is."""

    BETWEEN = "between requests"
    HEAD = "in the line or the headers"
    BODY = "in the body"


class Reading:
    """What was read of a connection."""

    def __init__(self) -> None:
        self.place = Place.BETWEEN
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
        self._line = self._head = self._silent = 0
        self._progress = False
        self._refusal = ""

    def take(self, piece: bytes) -> None:
        """Read the next piece, which is at most :data:`MOST_HEAD_BYTES` long.

        Raises:
            Refused: ``address_too_long``, ``headers_too_large``, ``bad_request``.
        """
        self._progress = False
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self.ended = True
        except httptools.HttpParserError as error:
            raise self._refused(self._refusal or "bad_request") from error
        self._silent = 0 if self._progress else self._silent + len(piece)
        if self._silent > MOST_HEAD_BYTES:
            self._refusal = self._refusal or "headers_too_large"
        if self._refusal:
            raise self._refused(self._refusal)

    @staticmethod
    def _refused(code: str) -> Refused:
        return Refused(code, limit=file_size(MOST_HEAD_BYTES), most=MOST_LINE_BYTES)

    def _turn(self, place: Place) -> None:
        self.place = place
        self.turns += 1
        self._progress = True

    def on_message_begin(self) -> None:
        """A request begins."""
        self._line = self._head = 0
        self._turn(Place.HEAD)

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._progress = True
        self._line += len(url)
        if self._line > MOST_LINE_BYTES:
            self._refusal = self._refusal or "address_too_long"

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer."""
        self._progress = True
        self._head += len(name) + len(value) + len(b": \r\n")
        if self._line + self._head > MOST_HEAD_BYTES:
            self._refusal = self._refusal or "headers_too_large"

    def on_headers_complete(self) -> None:
        """The headers end."""
        self.heads += 1
        self.body = 0
        self._turn(Place.BODY)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._progress = True
        self.body += len(body)

    def on_message_complete(self) -> None:
        """A request ends."""
        self.whole += 1
        self._turn(Place.BETWEEN)
