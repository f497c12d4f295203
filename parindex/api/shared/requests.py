"""Around every request: tenant, person, headers, one log line without addresses of people."""

from __future__ import annotations

import logging
import time
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.datastructures import MutableScopeHeaders, State
from litestar.enums import RequestEncodingType, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parindex import audit
from parindex.access import Person, sessions, tenants
from parindex.access.tenants import Tenant
from parindex.api.shared import hosts, page
from parindex.api.shared.cookies import Cookies, cookies_of
from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE

log = logging.getLogger("parindex.requests")

_SECURITY_HEADERS = [(name.lower().encode(), value.encode()) for name, value in page.SECURITY_HEADERS.items()]


class PageRequest(Request[None, None, State]):
    """A request as handlers get it: the tenant of its address and whoever is signed in are known."""

    @property
    def tenant(self) -> Tenant:
        """Whose rows are shown."""
        tenant: Tenant = self.scope["state"]["tenant"]
        return tenant

    @property
    def person(self) -> Person | None:
        """Who is signed in, with the roles that hold now."""
        person: Person | None = self.scope["state"]["person"]
        return person

    @property
    def jar(self) -> Cookies:
        """Its cookies, by the names that they have in this tenant."""
        jar: Cookies = self.scope["state"]["cookies"]
        return jar


def around(services: Services) -> Any:
    """The middleware, bound to the parts it asks."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            started = time.perf_counter()
            status = 500
            audit.acting.clear()

            async def answer(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    given = {name.lower() for name, _ in message["headers"]}
                    added = [pair for pair in _SECURITY_HEADERS if pair[0] not in given]
                    message["headers"] = [*message["headers"], *added]
                    if scope["path"].startswith("/static/"):
                        headers = MutableScopeHeaders.from_message(message)
                        headers["Cache-Control"] = _static_caching(scope["query_string"])
                await send(message)

            try:
                if scope["path"] in hosts.ANY_HOST:
                    await app(scope, receive, answer)
                    return
                hosts.check(scope, services.settings)
                if scope["path"].startswith("/static/") and scope["path"] not in page.static_files():
                    raise Refused("not_found")
                tenant, prefix = await _tenant(services, scope)
                token = page.prefix.set(prefix)
                scope["state"]["tenant"], scope["state"]["prefix"] = tenant, prefix
                scope["state"]["cookies"] = cookies_of(scope, services.settings, tenant.code)
                try:
                    scope["state"]["person"] = await _person(services, scope, tenant)
                    await app(scope, receive, answer)
                finally:
                    page.prefix.reset(token)
            finally:
                _tell(scope, status, started)

        return handle

    return middleware


STREAMED: Final = "streamed"
"""The ``opt`` of a handler that reads its form itself, as it arrives."""


async def readable(request: Request[Any, Any, Any]) -> None:
    """Refuse what is posted and cannot be read; nothing of it is looked at.

    A page takes a form in UTF-8, a page that takes a file as it arrives only a form in parts, the API JSON.

    Raises:
        Refused: ``form_expected``, ``file_form_expected``, ``json_expected``, ``bad_request``.
    """
    if request.method != "POST":
        return
    kind = request.content_type[0]
    if "/api/v1/" in request.scope["path"]:
        if kind and kind != RequestEncodingType.JSON:
            raise Refused("json_expected")
    elif request.route_handler.opt.get(STREAMED):
        if kind != RequestEncodingType.MULTI_PART:
            raise Refused("file_form_expected")
    elif kind in (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART):
        await _whole_form(request)
    elif kind or await request.body():
        raise Refused("form_expected")


async def _whole_form(request: Request[Any, Any, Any]) -> None:
    """Take a form apart; it is kept for the handler."""
    try:
        if request.content_type[0] == RequestEncodingType.MULTI_PART:
            await request.form()
        else:
            unquote_to_bytes(await request.body()).decode()
    except (UnicodeDecodeError, LookupError):
        raise Refused("bad_request") from None


def _static_caching(query: bytes) -> str:
    """A file asked for by its version never changes; one that a stylesheet names may, so it is kept for a day."""
    return f"public, max-age={'31536000, immutable' if query.startswith(b'v=') else '86400'}"


async def _tenant(services: Services, scope: Scope) -> tuple[Tenant, str]:
    """The tenant of the address and its prefix."""
    named = scope.get("path_params", {}).get("tenant_code")
    code = named or services.settings.tenant
    tenant = services.tenants.get(code)
    if tenant is None:
        tenant = await tenants.by_code(services.db, code)
        if tenant is None:
            raise Refused("not_found")
        services.tenants[code] = tenant
    return tenant, f"/t/{named}" if named else ""


async def _person(services: Services, scope: Scope, tenant: Tenant) -> Person | None:
    """Who is signed in; where that cannot be read now, a page that needs nobody is shown as to a visitor."""
    jar: Cookies = scope["state"]["cookies"]
    token = jar.read(sessions.COOKIE)
    if not token or scope["path"].startswith("/static/"):
        return None
    try:
        return await sessions.person_of(services.people, tenant.id, token, idle_hours=services.settings.session_hours)
    except (Refused, *UNAVAILABLE):
        scope["state"]["person_unknown"] = True
        return None


def _tell(scope: Scope, status: int, started: float) -> None:
    """One line a request: the route's pattern, never the address, which may hold a token."""
    handler = scope.get("route_handler")
    route = getattr(scope.get("litestar_route"), "path_format", None) or str(handler or "-")
    log.info(
        "request",
        extra={"method": scope.get("method"), "route": route, "status": status,
               "milliseconds": round((time.perf_counter() - started) * 1000, 1)},
    )  # fmt: skip
