"""One's own account: the password, where it is signed in, the language, and what one is told."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from parindex.access import Person
from parindex.access.sessions import COOKIE
from parindex.access.staff import managing, own_account
from parindex.api.account.my_account_view import account_page
from parindex.api.shared.forms import Line, Verbatim, read_form
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.errors import FieldError, Refused

LONGEST: Final = 1000
"""Characters of a password that are read."""


class NewPasswordForm(msgspec.Struct, frozen=True, kw_only=True):
    """Another password."""

    current: Verbatim = ""
    """The one that holds."""

    password: Verbatim = ""
    """The one that is to hold."""

    again: Verbatim = ""
    """The same once more."""


class OwnSessionForm(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is ended; all others when none is named."""

    session: Line = ""
    """Which."""


@get("/work/account", include_in_schema=False)
async def my_account(request: PageRequest, services: Given, changed: FromQuery[str] = "") -> Response[str]:
    """The own account."""
    return await _page(request, services, done=changed == "password")


@post("/work/account/password", include_in_schema=False)
async def change_password(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Set another password; the current one is asked for, other sessions end."""
    person = _person(request)
    typed = await read_form(request, NewPasswordForm)
    try:
        if typed.password != typed.again:
            raise Refused("invalid_fields", fields=(FieldError(field="again", code="passwords_differ", values={}),))
        await own_account.change_password(
            services.people, person, typed.current[:LONGEST], typed.password[:LONGEST],
            session=request.jar.read(COOKIE) or "",
        )  # fmt: skip
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, refused=refused)
    return Redirect(url("/work/account", changed="password"), status_code=303)


@post("/work/account/sessions", include_in_schema=False)
async def end_own_sessions(request: PageRequest, services: Given) -> Redirect:
    """End one of the own sessions, or all others."""
    person = _person(request)
    form = await read_form(request, OwnSessionForm)
    async with services.people.transaction(request.tenant.id) as connection:
        if form.session:
            await own_account.end_session(connection, person, form.session)
        else:
            await own_account.end_others(connection, person, request.jar.read(COOKIE) or "")
    return Redirect(url("/work/account"), status_code=303)


def _person(request: PageRequest) -> Person:
    if request.person is None:
        raise Refused("sign_in_needed")
    return request.person


async def _page(
    request: PageRequest, services: Given, *, refused: Refused | None = None, done: bool = False
) -> Response[str]:
    person = _person(request)
    async with services.people.transaction(request.tenant.id) as connection:
        account, sessions = await own_account.mine(connection, person)
        manages = await managing.manages_own(connection, person)
    key = own_account.key_of(request.jar.read(COOKIE) or "")
    shown = account_page(request, account, sessions, key, refused=refused, done=done, manages=manages)
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [my_account, change_password, end_own_sessions]
