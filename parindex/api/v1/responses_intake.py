"""Responses are taken before the application: the same acceptance, without what a page needs around it.

A survey's last evening brings thousands of posts a minute. This is an ASGI application around another: it answers
one kind of request itself, and hands every other, and every one that it cannot read, on to the application, which
then says what is wrong.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, HTTPScope, Receive, Scope, Send

from parindex.access.tenants import Tenant
from parindex.api.shared import hosts, problems
from parindex.api.shared.holders import holder
from parindex.api.shared.page import SECURITY_HEADERS, lang_of
from parindex.api.shared.services import Services
from parindex.api.v1.survey_responses import MOST_BYTES, NewResponse, accept, acknowledged
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE

_ADDRESS: Final = re.compile(r"(?:/t/([a-z0-9-]+))?/api/v1/survey-rounds/([0-9a-f-]{36})/responses")
_DECODER: Final = msgspec.json.Decoder(NewResponse)
_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_JSON: Final = (b"content-type", b"application/json")
_PROBLEM: Final = (b"content-type", b"application/problem+json")

log = logging.getLogger("parindex.requests")


class _Post(msgspec.Struct, frozen=True, kw_only=True):
    """A response, read."""

    tenant: Tenant
    """Of the address."""

    round_id: UUID
    """Of the address."""

    response: NewResponse
    """The body."""


def before(app: ASGIApp, services: Services) -> ASGIApp:
    """An application that takes posts of responses itself and leaves the rest to another."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await app(scope, receive, send)
            return
        address = _ADDRESS.fullmatch(scope["path"])
        tenant = address and services.tenants.get(address[1] or services.settings.tenant)
        if address is None or tenant is None or not _called_by_our_name(scope, services) or not _worth_reading(scope):
            await app(scope, receive, send)
            return
        messages = await _received(receive)
        post = _read(tenant, address[2], messages)
        if post is None:
            await app(scope, _again(messages, receive), send)
        else:
            await _answer(services, scope, post, send)

    return handle


def _called_by_our_name(scope: HTTPScope, services: Services) -> bool:
    try:
        hosts.check(scope, services.settings)
    except Refused:
        return False
    return True


def _worth_reading(scope: HTTPScope) -> bool:
    """Whether the headers say JSON, or nothing, and no more of it than a response has."""
    told = [(name, value.strip().lower()) for name, value in scope["headers"]]
    kinds = [value.partition(b";")[0].strip() for name, value in told if name == b"content-type"]
    lengths = [value for name, value in told if name == b"content-length"]
    small = all(length.isdigit() and int(length) <= MOST_BYTES for length in lengths)
    return small and all(kind in (b"", b"application/json") for kind in kinds)


async def _received(receive: Receive) -> list[Any]:
    """What was sent, to its end or to where it is too large for a response."""
    messages: list[Any] = []
    size, more = 0, True
    while more and size <= MOST_BYTES:
        message: Any = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    return messages


def _again(messages: Iterable[HTTPReceiveMessage], receive: Receive) -> Receive:
    """What was received already, then what comes."""
    kept = iter(messages)

    async def next_message() -> Any:
        for message in kept:
            return message
        return await receive()

    return next_message


def _read(tenant: Tenant, round_id: str, messages: list[Any]) -> _Post | None:
    """The response; ``None`` where the application must say what is wrong."""
    last = messages[-1]
    if last["type"] != "http.request" or last.get("more_body", False):
        return None
    body = b"".join(message["body"] for message in messages)
    if len(body) > MOST_BYTES:
        return None
    try:
        return _Post(tenant=tenant, round_id=UUID(round_id), response=_DECODER.decode(body))
    except (ValueError, RecursionError):
        return None


async def _answer(services: Services, scope: HTTPScope, post: _Post, send: Send) -> None:
    """Take the response and send what became of it."""
    guesser = holder(scope["client"][0]) if scope["client"] else "-"
    try:
        receipt = await accept(services, post.tenant, post.round_id, post.response, guesser=guesser)
    except Exception as error:
        refused = _refusal(error)
        told = msgspec.json.encode(problems.problem(refused, lang_of(Request(scope))))
        further = [(name.lower().encode(), value.encode()) for name, value in problems.headers_of(refused).items()]
        await _send(send, refused.kind.status, told, [_PROBLEM, *further])
    else:
        await _send(send, 200 if receipt.repeated else 201, msgspec.json.encode(acknowledged(receipt)), [_JSON])


def _refusal(error: Exception) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, UNAVAILABLE):
        return Refused("database_unavailable")
    reference = secrets.token_hex(4)
    log.error("unhandled failure", exc_info=error, extra={"reference": reference})
    return Refused("internal", reference=reference)


async def _send(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*_HEADERS, *headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
