"""What is typed into a form, kept while it is typed, given back, and forgotten when its writer says so."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import MediaType, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from parindex.access import form_drafts
from parindex.api.shared.form_token import FIELD
from parindex.api.shared.forms import Verbatim, posted, read_form
from parindex.api.shared.kept_forms import FIELD as FORM
from parindex.api.shared.kept_forms import NO_DEED
from parindex.api.shared.page import url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.drafts_view import KeptForm, page_of
from parindex.errors import Refused

_UNKEPT: Final = frozenset({FIELD, FORM, "then"})
"""Fields that nobody types."""


MOST: Final = 60
"""Forms that a page asks for at once."""


class DraftForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which form it is."""

    form: Verbatim = msgspec.field(default="", name=FORM)
    """Its address within the tenant."""


@get("/work/drafts", include_in_schema=False)
async def kept(
    request: PageRequest, services: Given, form: FromQuery[list[str] | None] = None
) -> Response[list[KeptForm]]:
    """What was typed into some forms and not saved."""
    if request.person is None:
        raise Refused("sign_in_needed")
    async with services.db.transaction(request.tenant.id) as connection:
        found = await form_drafts.of_forms(connection, request.person, (form or [])[:MOST])
    shown = [KeptForm(form=name, fields=one.fields, at=one.kept_at) for name, one in found.items()]
    return Response(shown, headers={"Cache-Control": "no-store"})


@post("/work/drafts", include_in_schema=False, status_code=204, opt={NO_DEED: True})
async def keep(request: PageRequest, services: Given) -> None:
    """Keep what was typed so far."""
    if request.person is None:
        raise Refused("sign_in_needed")
    form = await read_form(request, DraftForm)
    fields = {name: "\n".join(values) for name, values in (await posted(request)).items() if name not in _UNKEPT}
    async with services.db.transaction(request.tenant.id) as connection:
        await form_drafts.keep(connection, request.person, form.form, fields)


@post("/work/drafts/drop", include_in_schema=False, opt={NO_DEED: True})
async def drop(request: PageRequest, services: Given) -> Redirect | Response[None]:
    """Forget what was typed, and show the form as it stands; a script shows it by itself."""
    if request.person is None:
        raise Refused("sign_in_needed")
    form = await read_form(request, DraftForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await form_drafts.drop(connection, request.person, form.form)
    if request.headers.get("accept") == MediaType.JSON:
        return Response(None, status_code=204)
    return Redirect(url(page_of(form.form)), status_code=303)


routes = [kept, keep, drop]
