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

from litestar.datastructures import Cookie, FormMultiDict, MutableScopeHeaders
from litestar.enums import RequestEncodingType, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parindex.access import sessions
from parindex.api.shared import hosts, kept_forms, page
from parindex.api.shared.cookies import Cookies
from parindex.api.shared.page import AnyRequest
from parindex.api.shared.services import Services
from parindex.api.shared.unsent_forms import UnsentForm
from parindex.errors import Refused
from parindex.reading.text import keepable

FIELD: Final = "_csrf_token"
"""The form's field that holds the token."""

HEADER: Final = "x-csrftoken"
"""The header in which a script may send it instead."""

COOKIE: Final = "csrftoken"

UNCHECKED: Final = "exclude_from_csrf"
"""The ``opt`` of a handler that takes no form, or checks its token itself."""

REDRAWN: Final = "stale_form_is_redrawn"
"""The ``opt`` of a handler that draws a form anew whose token is another session's: it asks :func:`is_stale` first."""

STALE: Final = "form_is_stale"

_WITHOUT: Final = re.compile(r"^/static/|\.(json|csv|xlsx)$")
"""Files and static pages have no deeds."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LENGTH: Final = 64
_FORMS: Final = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)


def protecting(services: Services) -> Any:
    """The middleware that gives pages their token and refuses a form without it; within that of the tenant."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP or _WITHOUT.search(scope["path"]) or _handled_as(scope, UNCHECKED):
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
                fields = await _fields(request)
                given = fields.get(FIELD)
                scope["state"][kept_forms.NAMED] = fields.get(kept_forms.FIELD)
            genuine = isinstance(given, str) and _genuine(scope, services.secret, given, kept)
            if not genuine and _handled_as(scope, REDRAWN):
                scope["state"][STALE] = True
                await _give(app, scope, receive, send, kept if _ours(scope, services.secret, kept) else None, services)
                return
            if not genuine or _nobody_works(scope):
                unsent = await _unsent(request, services)
                if unsent or not genuine:
                    raise unsent or Refused("stale_csrf")
            scope["state"]["form_token"] = given
            await app(scope, receive, send)

        return handle

    return middleware


def check(request: AnyRequest, services: Services, fields: Mapping[str, str]) -> None:
    """What the middleware checks, for a form with a file, which is read as it arrives; a page that comes back has its token.

    Raises:
        Refused: ``other_site``, ``stale_csrf``.
    """
    cookies: Cookies = request.scope["state"]["cookies"]
    if not hosts.same_site(request.scope, services.settings):
        raise Refused("other_site")
    given = fields.get(FIELD, "")
    if not _genuine(request.scope, services.secret, given, cookies.read(COOKIE) or ""):
        raise Refused("stale_csrf")
    request.scope["state"]["form_token"] = given
    request.scope["state"][kept_forms.NAMED] = fields.get(kept_forms.FIELD)


async def _give(app: ASGIApp, scope: Scope, receive: Receive, send: Send, kept: str | None, services: Services) -> None:
    """Make a page with the token that the browser holds, or with a new one, which it is given."""
    token = new_token(scope, services.secret) if kept is None else kept
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


def new_token(scope: Scope, secret: bytes, session: str | None = None) -> str:
    """A token for the session of a request, or for one that begins now."""
    number = secrets.token_hex(_LENGTH // 2)
    return number + _seal(scope, secret, number, session)


def _nobody_works(scope: Scope) -> bool:
    """Whether a form of a working page comes from somebody whose session has ended."""
    state = scope["state"]
    return _of_work(scope) and state.get("person") is None and not state.get("person_unknown")


def _of_work(scope: Scope) -> bool:
    return scope["path"].removeprefix(page.prefix.get()).startswith("/work/")


async def _unsent(request: AnyRequest, services: Services) -> UnsentForm | None:
    """A form of a working page as it is given back.

    ``None`` for any other, for one with a file, and where the browser does not say that a page of ours sent it.
    """
    scope = request.scope
    if not _of_work(scope) or request.content_type[0] not in _FORMS or not hosts.sent_by_us(scope, services.settings):
        return None
    fields = [(name, value) for name, value in (await _fields(request)).multi_items() if name != FIELD]
    sent = tuple((name, value) for name, value in fields if isinstance(value, str) and keepable(name + value))
    if len(sent) < len(fields):
        return None
    code = "sign_in_needed" if _nobody_works(scope) else "stale_csrf"
    return UnsentForm(code, sent=sent, token=new_token(scope, services.secret))


async def _fields(request: AnyRequest) -> FormMultiDict:
    try:
        return await request.form()
    except (UnicodeDecodeError, LookupError):
        raise Refused("bad_request") from None


def is_stale(request: AnyRequest) -> bool:
    """Whether a form came with no token of this session: nothing may be done for it."""
    return bool(request.scope["state"].get(STALE))


def _handled_as(scope: Scope, opt: str) -> bool:
    """Whether the handler of an address bears a mark in its ``opt``."""
    handler: Any = scope.get("route_handler")
    return bool(handler and handler.opt.get(opt))


def _genuine(scope: Scope, secret: bytes, given: str, kept: str) -> bool:
    """The token of the form is the cookie's, and we made it for this session."""
    return _ours(scope, secret, kept) and hmac.compare_digest(given.encode(), kept.encode())


def _ours(scope: Scope, secret: bytes, token: str) -> bool:
    seal = _seal(scope, secret, token[:_LENGTH])
    return len(token) == 2 * _LENGTH and hmac.compare_digest(seal.encode(), token[_LENGTH:].encode())


def _seal(scope: Scope, secret: bytes, number: str, session: str | None = None) -> str:
    cookies: Cookies = scope["state"]["cookies"]
    bound = hashlib.sha256((session or cookies.read(sessions.COOKIE) or "").encode()).digest()
    told = b"form" + scope["state"]["tenant"].id.bytes + bound + number.encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()
