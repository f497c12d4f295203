"""The token that every form carries, so that no other site can send it in a person's name.

A token is a random number with a seal over it, the tenant and the session: it is good in the browser that holds its
cookie, and only while that session lasts. Whoever can set a cookie for us, from a neighbouring name say, has no token
that fits another's session.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import RequestEncodingType, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parindex.access import sessions
from parindex.api.shared import hosts
from parindex.api.shared.cookies import Cookies
from parindex.api.shared.page import AnyRequest
from parindex.api.shared.services import Services
from parindex.errors import Refused

FIELD: Final = "_csrf_token"
"""The form's field that holds the token."""

HEADER: Final = "x-csrftoken"
"""The header in which a script may send it instead."""

COOKIE: Final = "csrftoken"

UNCHECKED: Final = "exclude_from_csrf"
"""The ``opt`` of a handler that takes no form, or checks its token itself."""

_WITHOUT: Final = re.compile(r"^/static/|\.(json|csv|xlsx)$")
"""Files and static pages have no deeds."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LENGTH: Final = 64
_FORMS: Final = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


def protecting(services: Services) -> Any:
    """The middleware that gives pages their token and refuses a form without it; within that of the tenant."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or _WITHOUT.search(scope["path"]) or _unchecked(scope):
                await app(scope, receive, send)
                return
            cookies: Cookies = scope["state"]["cookies"]
            kept = cookies.read(COOKIE) or ""
            if scope["method"] in _SAFE:
                await _give(app, scope, receive, send, kept if _ours(scope, services.secret, kept) else None, services)
                return
            request = scope["litestar_app"].request_class(scope=scope, receive=receive)
            if not hosts.same_site(scope, services.settings):
                raise Refused("other_site")
            given: object = request.headers.get(HEADER)
            if given is None and request.content_type[0] in _FORMS:
                given = await _in_form(request)
            if not isinstance(given, str) or not _genuine(scope, services.secret, given, kept):
                raise Refused("stale_csrf")
            scope["state"]["form_token"] = given
            await app(scope, receive, send)

        return handle

    return middleware


def check(request: AnyRequest, services: Services, fields: Mapping[str, str]) -> None:
    """What the middleware checks, for a form with a file, which is read as it arrives.

    Raises:
        Refused: ``other_site``, ``stale_csrf``.
    """
    cookies: Cookies = request.scope["state"]["cookies"]
    if not hosts.same_site(request.scope, services.settings):
        raise Refused("other_site")
    if not _genuine(request.scope, services.secret, fields.get(FIELD, ""), cookies.read(COOKIE) or ""):
        raise Refused("stale_csrf")


async def _give(app: ASGIApp, scope: Scope, receive: Receive, send: Send, kept: str | None, services: Services) -> None:
    """Make a page with the token that the browser holds, or with a new one, which it is given."""
    if kept is None:
        number = secrets.token_hex(_LENGTH // 2)
        token = number + _seal(scope, services.secret, number)
    else:
        token = kept
    scope["state"]["form_token"] = token

    async def answer(message: Message) -> None:
        if kept is None and message["type"] == "http.response.start":
            cookies: Cookies = scope["state"]["cookies"]
            cookie = Cookie(
                key=cookies.name(COOKIE), value=token, path="/", httponly=True, samesite="lax", secure=cookies.secure
            )
            message.setdefault("headers", [])
            MutableScopeHeaders.from_message(message).add("set-cookie", cookie.to_header(header=""))
        await send(message)

    await app(scope, receive, answer)


async def _in_form(request: AnyRequest) -> object:
    try:
        return (await request.form()).get(FIELD)
    except (UnicodeDecodeError, LookupError):
        raise Refused("bad_request") from None


def _unchecked(scope: Scope) -> bool:
    handler: Any = scope.get("route_handler")
    return bool(handler and handler.opt.get(UNCHECKED))


def _genuine(scope: Scope, secret: bytes, given: str, kept: str) -> bool:
    """The token of the form is the cookie's, and we made it for this session."""
    return _ours(scope, secret, kept) and hmac.compare_digest(given.encode(), kept.encode())


def _ours(scope: Scope, secret: bytes, token: str) -> bool:
    seal = _seal(scope, secret, token[:_LENGTH])
    return len(token) == 2 * _LENGTH and hmac.compare_digest(seal.encode(), token[_LENGTH:].encode())


def _seal(scope: Scope, secret: bytes, number: str) -> str:
    cookies: Cookies = scope["state"]["cookies"]
    session = hashlib.sha256((cookies.read(sessions.COOKIE) or "").encode()).digest()
    told = b"form" + scope["state"]["tenant"].id.bytes + session + number.encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()
