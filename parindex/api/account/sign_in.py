"""Signing in and out, and the link by which an account gets its password."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import people, queries, sessions
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import cookie
from parindex.api.shared.services import Given
from parindex.errors import Refused

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/sign-in", include_in_schema=False, sync_to_thread=False)
def sign_in_page(request: Request[Any, Any, Any], next: FromQuery[str] = "") -> Response[Any]:
    """The form; whoever is signed in goes on."""
    if request.state.person is not None:
        return Redirect(_inside(next), status_code=303)
    return _form(request, {"login": "", "next": next}, None)


@post("/sign-in", include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any], services: Given, data: Form) -> Response[Any]:
    """Check the password; a failure keeps the login that was typed."""
    login, password = data.get("login", "")[:200], data.get("password", "")[:1000]
    old = cookie(request.scope, sessions.COOKIE)
    try:
        token = await sessions.sign_in(services.db, request.state.tenant.id, login, password, old=old)
    except Refused as refused:
        return _form(request, {"login": login, "next": data.get("next", "")}, refused)
    response = Redirect(_inside(data.get("next", "")), status_code=303)
    response.set_cookie(
        sessions.COOKIE, token, httponly=True, samesite="lax", secure=services.settings.secure_cookies, path="/"
    )
    return response


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], services: Given) -> Response[Any]:
    """End the session."""
    if token := cookie(request.scope, sessions.COOKIE):
        await sessions.sign_out(services.db, request.state.tenant.id, token)
    response = Redirect(url("/"), status_code=303)
    response.delete_cookie(sessions.COOKIE, path="/")
    return response


@get("/invitations/{token:str}", include_in_schema=False)
async def invitation_page(request: Request[Any, Any, Any], services: Given, token: FromPath[str]) -> Response[Any]:
    """Where an invited person chooses a password."""
    return await _invitation(request, services, token, None)


@post("/invitations/{token:str}", include_in_schema=False)
async def accept(request: Request[Any, Any, Any], services: Given, token: FromPath[str], data: Form) -> Response[Any]:
    """Set the password; the link is used up."""
    password = data.get("password", "")[:1000]
    try:
        if password != data.get("again", ""):
            raise Refused("passwords_differ")
        async with services.db.transaction(request.state.tenant.id) as connection:
            await people.accept_invitation(connection, token, password)
    except Refused as refused:
        if refused.code == "invitation_invalid":
            raise
        return await _invitation(request, services, token, refused)
    return Redirect(url("/sign-in"), status_code=303)


async def _invitation(
    request: Request[Any, Any, Any], services: Given, token: str, refused: Refused | None
) -> Response[Any]:
    async with services.db.transaction(request.state.tenant.id) as connection:
        invited = await queries.open_invitation(connection, people.token_hash(token))
    if invited is None:
        raise Refused("invitation_invalid")
    context = {
        "invitation": {"name": invited["name"], "login": invited["login"], "token": token},
        "errors": _errors(request, refused, "password"),
        "least": people.SHORTEST_PASSWORD,
    }
    return page(request, "account/invitation.html", context, status=422 if refused else 200, headers=_PRIVATE)


def _form(request: Request[Any, Any, Any], values: dict[str, str], refused: Refused | None) -> Response[Any]:
    context = {**values, "errors": _errors(request, refused, "login")}
    return page(request, "account/sign_in.html", context, status=refused.kind.status if refused else 200)


def _errors(request: Request[Any, Any, Any], refused: Refused | None, field: str) -> list[dict[str, str]]:
    if refused is None:
        return []
    title, detail = sentence(refused.code, refused.values, lang_of(request))
    return [{"id": field, "message": f"{title}. {detail}"}]


def _inside(address: str) -> str:
    """Only an address of this site; anything else goes to the work list."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else url("/work")


_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

routes = [sign_in_page, sign_in, sign_out, invitation_page, accept]
