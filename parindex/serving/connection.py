"""One connection: what it may send, how slowly, and what becomes of it.

It stands between the socket and the server's own protocol and hands on what passes. It uses what asyncio and
httptools document, and learns of answers through ASGI (:meth:`Admission.around`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from parindex.errors import Refused
from parindex.serving import refusals
from parindex.serving.request_limits import MOST_AT_ONCE, ConnectionReading, RequestPart

if TYPE_CHECKING:
    from parindex.serving.admission import Admission

SLOWEST: Final = 1_000
"""Bytes of a body a second, beyond the seconds that every body has."""

LINGER: Final = 5.0
"""Seconds for what is left of a connection whose fate is decided: a body that nobody reads, an answer not yet sent."""

STALLED: Final = 60.0
"""Seconds in which a reader must take something of a long answer."""


class LimitedConnection(asyncio.Protocol):
    """A connection whose limits hold; bound to its house by :meth:`Admission.protocol`."""

    admission: ClassVar[Admission]

    def __init__(self, **given: Any) -> None:
        self.reading = ConnectionReading()
        self.begun = 0
        """Answers begun."""
        self.ended = 0
        """Answers ended."""
        self.peer = ("", 0)
        """Address and port of the sender."""
        self.origin = ""
        """Under which name its sender is counted."""
        self.since = 0.0
        """When what is waited for began to be waited for, in the loop's time."""
        self._inner = HttpToolsProtocol(**given)
        self._admitted = False
        self._last = False
        self._stalled: float | None = None
        self._closing: float | None = None

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in, or say that the house is full."""
        self.transport = cast(asyncio.Transport, transport)
        self.since = asyncio.get_running_loop().time()
        self._admitted = self.admission.admit(self)
        if self._admitted:
            self._inner.connection_made(self.transport)
        else:
            self._refuse(Refused("server_busy"))

    def data_received(self, data: bytes) -> None:
        """Read it piece by piece, and hand on what is within the limits."""
        start = 0
        while start < len(data):
            if self._last or self.transport.is_closing():
                return
            piece = data[start : start + self.reading.room]
            start += len(piece)
            turns, owed = self.reading.turns, self.owed
            try:
                self.reading.take(piece)
                if self.reading.heads - self.ended > MOST_AT_ONCE:
                    raise Refused("bad_request")
            except Refused as refused:
                self._end(refused, owed)
                return
            if self.reading.turns != turns:
                self.since = asyncio.get_running_loop().time()
            self._last = self.reading.ended
            self._inner.data_received(piece)

    def eof_received(self) -> None:
        """Nothing more is sent."""
        if self._admitted:
            self._inner.eof_received()

    def pause_writing(self) -> None:
        """The reader does not take what is sent."""
        self._stalled = asyncio.get_running_loop().time()
        if self._admitted:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The reader takes it."""
        self._stalled = None
        if self._admitted:
            self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._admitted:
            self.admission.leave(self)
            self._inner.connection_lost(exc)

    # answers

    def answer_begins(self) -> None:
        """The first byte of an answer is about to be written."""
        self.begun += 1

    def answer_ends(self) -> None:
        """The last byte of an answer was written."""
        self.ended += 1
        self.since = asyncio.get_running_loop().time()
        if self._last and self.owed <= 0:
            self.transport.close()

    @property
    def owed(self) -> int:
        """Complete requests whose answers have not ended."""
        return self.reading.whole - self.ended

    # limits

    @property
    def waiting(self) -> bool:
        """Whether it only waits for its sender: no request of it is under way."""
        return self.owed <= 0 and self.reading.place is not RequestPart.BODY

    def give_way(self) -> None:
        """End, for somebody who came later."""
        if self.reading.place is RequestPart.HEAD:
            self._refuse(Refused("server_busy"))
        else:
            self.transport.close()

    def check(self, now: float, passed: float) -> None:
        """End what has lasted too long.

        Args:
            now: The loop's time.
            passed: Seconds since the last check.
        """
        if self.transport.is_closing():
            self._closing = self._closing or now
            if now - self._closing > LINGER:
                self.transport.abort()
        elif self._stalled is not None and now - self._stalled > STALLED:
            self.transport.abort()
        elif self.reading.place is RequestPart.BODY:
            self._check_body(now, passed)
        elif self.owed <= 0 and now - self.since > self._patience:
            if self.reading.place is RequestPart.HEAD:
                self._end(Refused("request_too_slow"), 0)
            else:
                self.transport.close()

    @property
    def _patience(self) -> float:
        """Seconds for headers, or for the next request."""
        settings = self.admission.settings
        first = self.reading.place is RequestPart.HEAD or not self.ended
        return settings.head_seconds if first else settings.keep_alive_seconds

    def _check_body(self, now: float, passed: float) -> None:
        if not self.transport.is_reading():
            self.since += passed
        elif self.ended >= self.reading.heads:
            if now - self.since > LINGER:
                self.transport.close()
        elif now - self.since > self.admission.settings.body_seconds + self.reading.body / SLOWEST:
            self._end(Refused("request_too_slow"), self.owed)

    def _end(self, refused: Refused, owed: int) -> None:
        """End it for a reason: after the answers that are owed, or with the reason where no answer is begun."""
        if owed > 0:
            self._last = True
        elif self.begun == self.ended and (
            self.reading.place is not RequestPart.BODY or self.begun < self.reading.heads
        ):
            self._refuse(refused)
        else:
            self.transport.close()

    def _refuse(self, refused: Refused) -> None:
        self.admission.note(refused.code)
        self._last = True
        self.transport.write(refusals.message(refused))
        self.transport.close()
