"""A short way in for responses: the same acceptance, without what a page needs around it.

A survey's last evening brings thousands of posts a minute. This stands before the application, reads one kind of
address and body, and hands everything that it cannot read to the application, which then says what is wrong.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, ReceiveMessage, Scope, Send

from parindex.access.tenants import Tenant
from parindex.api import problems
from parindex.api.frame import SECURITY_HEADERS, lang_of
from parindex.api.services import Services
from parindex.api.survey_responses import MOST_BYTES, NewResponse, accept, acknowledged
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE

_ADDRESS: Final = re.compile(r"(?:/t/([a-z0-9-]+))?/api/v1/survey-rounds/([0-9a-f-]{36})/responses")
_DECODER: Final = msgspec.json.Decoder(NewResponse)
_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


def short_way(app: ASGIApp, services: Services) -> ASGIApp:
    """Take responses before the application; everything else goes on to it."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        address = _ADDRESS.fullmatch(scope["path"])
        tenant = services.tenants.get(address[1] or services.settings.tenant) if address else None
        if address is None or tenant is None:
            await app(scope, receive, send)
            return
        messages, body = await _body(receive)
        data = _read(body, address[2])
        if data is None:
            await app(scope, _again(messages, receive), send)
            return
        await _answer(send, *await _taken(services, tenant, scope, *data))

    return handle


async def _body(receive: Receive) -> tuple[list[ReceiveMessage], bytes | None]:
    """What was sent, and its bytes when they are whole and not too many."""
    messages: list[ReceiveMessage] = []
    body = b""
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            return messages, None
        body += message["body"]
        if len(body) > MOST_BYTES:
            return messages, None
        if not message["more_body"]:
            return messages, body


def _read(body: bytes | None, round_id: str) -> tuple[UUID, NewResponse] | None:
    if body is None:
        return None
    try:
        return UUID(round_id), _DECODER.decode(body)
    except (ValueError, RecursionError):
        return None


async def _taken(
    services: Services, tenant: Tenant, scope: HTTPScope, round_id: UUID, data: NewResponse
) -> tuple[int, bytes, bytes, list[tuple[bytes, bytes]]]:
    """Status, media type, body and further headers."""
    client = scope["client"]
    try:
        receipt = await accept(services, tenant, round_id, data, guesser=client[0] if client else "-")
    except (Refused, *UNAVAILABLE) as error:
        refused = error if isinstance(error, Refused) else Refused("database_unavailable")
        told = msgspec.json.encode(problems.problem(refused, lang_of(Request(scope))))
        further = [(name.lower().encode(), value.encode()) for name, value in problems.headers_of(refused).items()]
        return refused.kind.status, b"application/problem+json", told, further
    status = 200 if receipt.repeated else 201
    return status, b"application/json", msgspec.json.encode(acknowledged(receipt)), []


async def _answer(send: Send, status: int, media: bytes, body: bytes, further: list[tuple[bytes, bytes]]) -> None:
    length = str(len(body)).encode()
    headers = [*_HEADERS, *further, (b"content-type", media), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _again(messages: list[ReceiveMessage], receive: Receive) -> Receive:
    """Give the application what was already read, then what follows."""
    rest = iter(messages)

    async def replay() -> ReceiveMessage:
        return next(rest, None) or await receive()

    return replay
