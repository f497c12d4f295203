"""Signing in and out, and the link by which an account gets its password."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import account_links, guessable_passwords, known_browsers, sessions
from parindex.api.account.sign_in_view import InvitationPage, InvitedAccount, SignInPage
from parindex.api.account.unsent import unsent_page
from parindex.api.shared import browser_names, form_token
from parindex.api.shared.forms import Verbatim, read_form
from parindex.api.shared.holders import holder_of
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.problems import form_error, headers_of
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.shared.unsent_forms import SentFields, unpacked
from parindex.errors import Refused

LONGEST_LOGIN: Final = 200
"""Characters of a login that are read."""

LONGEST_PASSWORD: Final = 1000
"""Characters of a password that are read."""

PRIVATE: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
"""The address of an invitation is its key."""


class SignInForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs in."""

    login: Verbatim = ""
    """As it was typed."""

    password: Verbatim = ""
    """As it was typed."""

    next: Verbatim = ""
    """Where to go on."""

    unsent: Verbatim = ""
    """What was sent there after the session had ended."""


class PasswordForm(msgspec.Struct, frozen=True, kw_only=True):
    """A password that is chosen."""

    password: Verbatim = ""
    """As it was typed."""

    again: Verbatim = ""
    """The same once more."""


@get("/sign-in", include_in_schema=False, sync_to_thread=False)
def sign_in_form(request: PageRequest, next: FromQuery[str] = "") -> Response[str] | Redirect:
    """The form; whoever is signed in goes on."""
    if request.person is not None:
        return Redirect(_inside(next), status_code=303)
    return page(request, SignInPage(login="", next=next, errors=()))


@post("/sign-in", include_in_schema=False, opt={form_token.REDRAWN: True})
async def sign_in(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Check the password; a failure keeps the login that was typed.

    A page that another tab has made stale, by signing in or out there, signs nobody in: whoever is signed in goes on,
    and others are given the form anew.
    """
    typed = await read_form(request, SignInForm)
    sent = unpacked(typed.unsent) if typed.unsent else None
    login, old = typed.login[:LONGEST_LOGIN], request.jar.read(sessions.COOKIE)
    if form_token.is_stale(request):
        if request.person is not None:
            return await _going_on(request, services, typed.next, sent, None)
        stale = Refused("sign_in_again")
        errors = (form_error(stale, "password", lang_of(request)),)
        shown = SignInPage(login=login, next=typed.next, errors=errors, unsent=typed.unsent)
        return page(request, shown, status=stale.kind.status)
    browser = known_browsers.known(request.jar.read(known_browsers.COOKIE), request.tenant.id, login, services.secret)
    try:
        token = await sessions.sign_in(
            services.people, request.tenant.id, login, typed.password[:LONGEST_PASSWORD], old=old,
            address=holder_of(request), browser=browser, secret=services.secret,
            called=browser_names.coarse(request.headers.get("user-agent", "")),
        )  # fmt: skip
    except Refused as refused:
        errors = (form_error(refused, "login", lang_of(request)),)
        shown = SignInPage(login=login, next=typed.next, errors=errors, unsent=typed.unsent)
        return page(request, shown, status=refused.kind.status, headers=headers_of(refused))
    response = await _going_on(request, services, typed.next, sent, token)
    request.jar.put(response, sessions.COOKIE, token)
    _remember(request, services, response, login)
    return response


@post("/sign-out", include_in_schema=False)
async def sign_out(request: PageRequest, services: Given) -> Redirect:
    """End the session."""
    if token := request.jar.read(sessions.COOKIE):
        await sessions.sign_out(services.people, request.tenant.id, token)
    response = Redirect(url("/"), status_code=303)
    request.jar.drop(response, sessions.COOKIE)
    return response


@get("/invitations/{token:str}", include_in_schema=False)
async def invitation(request: PageRequest, services: Given, token: FromPath[str]) -> Response[str]:
    """Where an invited person chooses a password."""
    return await _invitation(request, services, token, None)


@post("/invitations/{token:str}", include_in_schema=False)
async def accept(request: PageRequest, services: Given, token: FromPath[str]) -> Response[str] | Redirect:
    """Set the password; the link is used up."""
    typed = await read_form(request, PasswordForm)
    password = typed.password[:LONGEST_PASSWORD]
    try:
        if password != typed.again:
            raise Refused("passwords_differ")
        async with services.people.transaction(request.tenant.id) as connection:
            invited = await account_links.invited(connection, token)
            await account_links.accept_invitation(connection, token, password)
    except Refused as refused:
        if refused.code == "invitation_invalid":
            raise
        return await _invitation(request, services, token, refused)
    response = Redirect(url("/sign-in"), status_code=303)
    _remember(request, services, response, invited.login)
    return response


async def _going_on(
    request: PageRequest, services: Services, then: str, sent: SentFields | None, session: str | None
) -> Response[Any]:
    """On to the page that was asked for, or to what was sent there and not done; ``session``: one that begins now."""
    if sent is None:
        return Redirect(_inside(then), status_code=303)
    person = request.person
    if session is not None:
        request.state.form_token = form_token.new_token(request.scope, services.secret, session)
        hours = services.settings.session_hours
        person = await sessions.person_of(services.people, request.tenant.id, session, idle_hours=hours)
    response = page(request, unsent_page(_inside(then), sent, person), headers={"Cache-Control": "no-store"})
    if session is not None:
        request.jar.put(response, form_token.COOKIE, request.state.form_token)
    return response


def _remember(request: PageRequest, services: Services, response: Response[Any], login: str) -> None:
    """Know this browser again when somebody guesses passwords of its owner."""
    kept = request.jar.read(known_browsers.COOKIE)
    value = known_browsers.remember(kept, request.tenant.id, login, services.secret)
    request.jar.put(response, known_browsers.COOKIE, value, seconds=known_browsers.SECONDS)


async def _invitation(request: PageRequest, services: Services, token: str, refused: Refused | None) -> Response[str]:
    async with services.people.transaction(request.tenant.id) as connection:
        invited = await account_links.invited(connection, token)
    shown = InvitationPage(
        invitation=InvitedAccount(name=invited.name, login=invited.login, token=token),
        errors=(form_error(refused, "password", lang_of(request)),) if refused else (),
        least=guessable_passwords.SHORTEST,
    )
    return page(request, shown, status=422 if refused else 200, headers=PRIVATE)


def _inside(address: str) -> str:
    """Only an address of this site; anything else goes to the work list.

    Browsers leave tabs and ends of lines out of an address: what follows them may be another site's name.
    """
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else url("/work")


routes = [sign_in_form, sign_in, sign_out, invitation, accept]
