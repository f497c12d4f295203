"""Where the first administrator of an empty installation is made, by the link that ``parindex serve`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.guessable_passwords import SHORTEST
from parindex.access.office import first_administrator
from parindex.access.office.first_administrator import FirstAdministrator
from parindex.api.account.sign_in import PRIVATE
from parindex.api.shared.forms import Line, Verbatim, read_form, typed
from parindex.api.shared.page import Page, lang_of, page, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.errors import N_, FieldError, Refused

LABELS: Final = {
    "owner": N_("Tên đơn vị chủ trì"),
    "name": N_("Họ tên"),
    "login": N_("Tên đăng nhập"),
    "password": N_("Mật khẩu"),
    "again": N_("Nhập lại mật khẩu"),
}
"""Fields in their order."""


class FirstForm(msgspec.Struct, frozen=True, kw_only=True):
    """The first administrator."""

    owner: Annotated[Line, msgspec.Meta(max_length=300)]
    """Whose installation it is."""

    name: Annotated[Line, msgspec.Meta(max_length=200)]
    """As they are called."""

    login: Annotated[Line, msgspec.Meta(max_length=200)]
    """What they will sign in with."""

    password: Verbatim = ""
    """As it was typed."""

    again: Verbatim = ""
    """The same once more."""


class FirstPage(Page, frozen=True, kw_only=True):
    """Making the first administrator."""

    template: ClassVar[str] = "account/first.html"

    form: FormTold
    """What stands in the form."""

    token: str
    """The end of the link."""

    least: int
    """Fewest characters of a password."""


@get("/first/{token:str}", include_in_schema=False)
async def first_form(request: PageRequest, services: Given, token: FromPath[str]) -> Response[str]:
    """Ask who the first administrator is."""
    return await _page(request, services, token, {})


@post("/first/{token:str}", include_in_schema=False)
async def make_first(request: PageRequest, services: Given, token: FromPath[str]) -> Response[str] | Redirect:
    """Make the first administrator; the link is used up."""
    try:
        form = await read_form(request, FirstForm)
        if form.password != form.again:
            raise Refused("invalid_fields", fields=(FieldError(field="again", code="passwords_differ", values={}),))
        given = FirstAdministrator(owner=form.owner, name=form.name, login=form.login, password=form.password[:1000])
        async with services.people.transaction(request.tenant.id) as connection:
            await first_administrator.make(connection, request.tenant, token, given)
    except Refused as refused:
        if refused.kind.status in (400, 410):
            raise
        return await _page(request, services, token, await typed(request, FirstForm), refused)
    services.tenants.pop(request.tenant.code, None)
    return Redirect(url("/sign-in"), status_code=303)


async def _page(
    request: PageRequest, services: Given, token: str, given: Mapping[str, str], refused: Refused | None = None
) -> Response[str]:
    async with services.people.transaction(request.tenant.id) as connection:
        await first_administrator.check(connection, token)
    _ = translate(request)
    if refused is not None and not refused.fields:
        refused = Refused("invalid_fields", fields=(FieldError(field="password", code=refused.code, values={}),))
    labels = {field: _(label) for field, label in LABELS.items()}
    form = form_told(lang_of(request), {**given, "password": "", "again": ""}, refused, labels)
    shown = FirstPage(form=form, token=token, least=SHORTEST)
    return page(request, shown, status=422 if refused else 200, headers=PRIVATE)


routes = [first_form, make_first]
