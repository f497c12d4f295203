"""A short way in for responses: the same acceptance, without what a page needs around it.

A survey's last evening brings thousands of posts a minute. This is the server's protocol of one connection: it
answers one kind of request itself, and hands every other, and every one that it cannot read, unread to the
application, which then says what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from http import HTTPStatus
from typing import Any, ClassVar, Final, NamedTuple, cast
from uuid import UUID

import msgspec
from litestar import Request
from litestar.types import HTTPScope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from parindex.access.tenants import Tenant
from parindex.api.shared import problems
from parindex.api.shared.page import SECURITY_HEADERS, lang_of
from parindex.api.shared.services import Services
from parindex.api.v1.survey_responses import MOST_BYTES, NewResponse, accept, acknowledged
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE

_HEAD: Final = re.compile(
    rb"POST (?:/t/([a-z0-9-]+))?/api/v1/survey-rounds/([0-9a-f-]{36})/responses HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n"
)
_OF_MESSAGE: Final = re.compile(
    rb"^(content-length|transfer-encoding|connection|expect|upgrade):[\t ]*(.*?)[\t ]*\r$", re.IGNORECASE | re.MULTILINE
)
"""The headers that say where a request ends and what becomes of the connection."""

_PLAIN: Final = {(b"connection", b"keep-alive")}
_LENGTH: Final = re.compile(rb"[0-9]{1,5}")
_DECODER: Final = msgspec.json.Decoder(NewResponse)
_HEADERS: Final = b"".join(f"{name.lower()}: {value}\r\n".encode() for name, value in SECURITY_HEADERS.items())
_PHRASES: Final = {status.value: status.phrase.encode() for status in HTTPStatus}
_PROBLEM: Final = b"application/problem+json"

log = logging.getLogger("parindex.requests")


def short_way(services: Services) -> type[HttpToolsProtocol]:
    """The protocol of a server of these services."""
    return type("ShortWayOfServices", (ShortWay,), {"services": services})


class _Post(NamedTuple):
    """A response, read."""

    tenant: Tenant
    """Of the address."""

    round_id: UUID
    """Of the address."""

    response: NewResponse
    """The body."""

    headers: bytes
    """As they were sent."""


class ShortWay(HttpToolsProtocol):
    """A connection whose posts of responses do not pass through the application.

    Whatever it takes, it takes only between two requests of the application, and one at a time: what is sent
    meanwhile is held until the answer is written.
    """

    services: ClassVar[Services]
    _reading = False
    """Whether the application's parser is within a request."""

    _held = b""
    """Bytes of a post that is not whole yet, or of what came during its answer."""

    _answering = False
    _closing = False

    def data_received(self, data: bytes) -> None:
        """Answer a post of a response; hand on everything else."""
        if self._answering:
            self._held += data
            self.flow.pause_reading()
            return
        if self._reading or self.pipeline or not (self.cycle is None or self.cycle.response_complete):
            super().data_received(data)
            return
        data, self._held = self._held + data, b""
        head = _HEAD.match(data)
        end = None if head is None else _end(head)
        if head is None or end is None:
            super().data_received(data)
        elif len(data) < end:
            self._unset_keepalive_if_required()
            self._held = data
        elif (post := self._read(head, data[head.end() : end])) is None:
            super().data_received(data)
        else:
            self._held = data[end:]
            self._answer(post)

    def on_message_begin(self) -> None:
        """The application's parser has begun a request."""
        self._reading = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The application's parser has read a request to its end."""
        self._reading = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Stop after the answer that is under way."""
        if self._answering:
            self._closing = True
        else:
            super().shutdown()

    def _read(self, head: re.Match[bytes], body: bytes) -> _Post | None:
        tenant = self.services.tenants.get(head[1].decode() if head[1] else self.services.settings.tenant)
        if tenant is None:
            return None
        try:
            return _Post(tenant, UUID(head[2].decode()), _DECODER.decode(body), head[3])
        except (ValueError, RecursionError):
            return None

    def _answer(self, post: _Post) -> None:
        self._answering = True
        self._unset_keepalive_if_required()
        task = self.loop.create_task(self._answered(post))
        self.tasks.add(task)
        task.add_done_callback(self._done)

    async def _answered(self, post: _Post) -> None:
        answer = await self._taken(post)
        if not self.transport.is_closing():
            self.transport.write(_message(*answer, self.server_state.default_headers))

    async def _taken(self, post: _Post) -> tuple[int, bytes, bytes, dict[str, str]]:
        """Status, media type, body and further headers."""
        try:
            guesser = self.client[0] if self.client else "-"
            receipt = await accept(self.services, post.tenant, post.round_id, post.response, guesser=guesser)
        except Exception as error:
            refused = _refusal(error)
            told = msgspec.json.encode(problems.problem(refused, lang_of(_request(post.headers))))
            return refused.kind.status, _PROBLEM, told, problems.headers_of(refused)
        return 200 if receipt.repeated else 201, b"application/json", msgspec.json.encode(acknowledged(receipt)), {}

    def _done(self, task: asyncio.Task[None]) -> None:
        """Take up what came while the answer was made."""
        self.tasks.discard(task)
        self._answering = False
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if task.cancelled() or task.exception() or self._closing:
            self.transport.close()
            return
        self.flow.resume_reading()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        if self._held:
            held, self._held = self._held, b""
            self.data_received(held)


def _end(head: re.Match[bytes]) -> int | None:
    """Where the body ends; ``None`` where the application must read the request."""
    told = [(name.lower(), value.lower()) for name, value in _OF_MESSAGE.findall(head[3])]
    lengths = [value for name, value in told if name == b"content-length"]
    others = {pair for pair in told if pair[0] != b"content-length"}
    if len(lengths) != 1 or not others <= _PLAIN or not _LENGTH.fullmatch(lengths[0]) or int(lengths[0]) > MOST_BYTES:
        return None
    return head.end() + int(lengths[0])


def _refusal(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, UNAVAILABLE):
        return Refused("database_unavailable")
    reference = secrets.token_hex(4)
    log.error("unhandled failure", exc_info=error, extra={"reference": reference})
    return Refused("internal", reference=reference)


def _request(headers: bytes) -> Request[Any, Any, Any]:
    """As much of a request as tells the reader's language."""
    lines = [line.partition(b":") for line in headers.splitlines()]
    told = [(name.lower(), value.strip()) for name, _, value in lines]
    return Request(cast(HTTPScope, {"type": "http", "headers": told, "query_string": b""}))


def _message(
    status: int, media: bytes, body: bytes, further: dict[str, str], of_server: list[tuple[bytes, bytes]]
) -> bytes:
    """The whole answer, written at once."""
    lines = [b"%b: %b\r\n" % header for header in of_server]
    lines += [f"{name.lower()}: {value}\r\n".encode() for name, value in further.items()]
    return b"HTTP/1.1 %d %b\r\n%b%bcontent-type: %b\r\ncontent-length: %d\r\n\r\n%b" % (
        status, _PHRASES[status], _HEADERS, b"".join(lines), media, len(body), body,
    )  # fmt: skip
