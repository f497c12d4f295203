"""What is typed into a form, kept while it is typed; and forgotten when its writer says so."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import post
from litestar.response import Redirect

from parindex.access import form_drafts
from parindex.api.shared.form_token import FIELD
from parindex.api.shared.forms import Verbatim, posted, read_form
from parindex.api.shared.page import url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.drafts_view import FORM, page_of
from parindex.errors import Refused

_UNKEPT: Final = frozenset({FIELD, FORM, "then"})
"""Fields that nobody types."""


class DraftForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which form it is."""

    form: Verbatim = msgspec.field(default="", name=FORM)
    """Its address within the tenant."""


@post("/work/drafts", include_in_schema=False, status_code=204)
async def keep(request: PageRequest, services: Given) -> None:
    """Keep what was typed so far."""
    if request.person is None:
        raise Refused("sign_in_needed")
    form = await read_form(request, DraftForm)
    fields = {name: values[0] for name, values in (await posted(request)).items() if name not in _UNKEPT}
    async with services.db.transaction(request.tenant.id) as connection:
        await form_drafts.keep(connection, request.person, form.form, fields)


@post("/work/drafts/drop", include_in_schema=False)
async def drop(request: PageRequest, services: Given) -> Redirect:
    """Forget what was typed, and show the form as it stands."""
    if request.person is None:
        raise Refused("sign_in_needed")
    form = await read_form(request, DraftForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await form_drafts.drop(connection, request.person, form.form)
    return Redirect(url(page_of(form.form)), status_code=303)


routes = [keep, drop]
