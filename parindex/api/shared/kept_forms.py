"""A form that was taken is forgotten: what was typed into it stands in the house, and is a draft no more.

A form names its draft (``js/drafts.js``). One that is refused keeps it; a draft that could not be forgotten is given back
once more, which harms nobody.
"""

from __future__ import annotations

from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from parindex.access import form_drafts
from parindex.access.model import Person
from parindex.access.tenants import Tenant
from parindex.api.shared.services import Services
from parindex.errors import Refused
from parindex.store.database import UNAVAILABLE

FIELD: Final = "_form"
"""The form's field that names its draft."""

NAMED: Final = "kept_form"
"""Where a request's state holds that name, once the form was read."""

NO_DEED: Final = "is_no_deed"
"""The ``opt`` of a handler that is told of a draft, and takes no form."""

_REFUSED: Final = 400
"""Statuses from here on are of forms that were not taken."""


def forgetting(services: Services) -> Any:
    """The middleware that forgets what was typed into a form before it is answered that the form was taken."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            handler: Any = scope.get("route_handler")
            if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or (handler and handler.opt.get(NO_DEED)):
                await app(scope, receive, send)
                return

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] < _REFUSED:
                    await _forget(services, scope)
                await send(message)

            await app(scope, receive, answer)

        return handle

    return middleware


async def _forget(services: Services, scope: Scope) -> None:
    state: Any = scope["state"]
    form, person, tenant = state.get(NAMED), state.get("person"), state.get("tenant")
    if not (isinstance(form, str) and isinstance(person, Person) and isinstance(tenant, Tenant)):
        return
    try:
        async with services.db.transaction(tenant.id) as connection:
            await form_drafts.drop(connection, person, form)
    except (Refused, *UNAVAILABLE):
        return
