"""An agency is entered in the registry."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post
from litestar.response import Redirect

from parindex import access, agencies
from parindex.access import form_drafts
from parindex.access.tenants import today_in
from parindex.api.shared.forms import posted, read_form
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import drafts_view
from parindex.api.work.agencies import typed_agency
from parindex.api.work.agencies.form_view import FormAsked, registry_form_page
from parindex.api.work.agencies.typed_agency import AgencyForm, agency_fields
from parindex.errors import Refused
from parindex.text import N_, Language

FORM: Final = "/work/agencies/new"
"""The form whose draft is kept."""


def _asked(lang: Language) -> FormAsked:
    return FormAsked(
        title=N_("Thêm cơ quan"),
        lead=N_("Cơ quan có trong danh mục từ ngày ghi dưới đây. Ghi sai thì hủy được trong ngày, khi cơ quan chưa được dùng."),
        fields=(*agency_fields(lang, new=True), typed_agency.DAY, typed_agency.NUMBER, typed_agency.SIGNED),
        action=url("/work/agencies/new"), button=N_("Thêm cơ quan"), back=url("/work/agencies"), method="post",
    )  # fmt: skip


@get("/work/agencies/new", include_in_schema=False)
async def new_page(request: PageRequest, services: Given) -> Response[str]:
    """Ask what the agency is, from which day and by which document."""
    person = access.require(request.person, "agency:edit")
    lang = lang_of(request)
    asked = _asked(lang)
    async with services.db.transaction(request.tenant.id) as connection:
        kept = await form_drafts.of_form(connection, person, FORM)
    mark = drafts_view.mark(person, FORM, kept, {one.name: one.value for one in asked.fields})
    return page(request, registry_form_page(asked, lang, draft=mark))


@post("/work/agencies/new", include_in_schema=False)
async def enter(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Enter an agency."""
    person = access.require(request.person, "agency:edit")
    try:
        form = await read_form(request, AgencyForm)
        new, basis = form.agency(), form.basis(today_in(request.tenant))
        async with services.db.transaction(request.tenant.id) as connection:
            await agencies.add(connection, new, by=person.actor, basis=basis)
            await form_drafts.drop(connection, person, FORM)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        lang = lang_of(request)
        mark = drafts_view.mark(person, FORM, None, {})
        shown = registry_form_page(_asked(lang), lang, typed=await posted(request), refused=refused, draft=mark)
        return page(request, shown, status=refused.kind.status)
    return Redirect(url("/work/agencies", new.code, day=new.valid_from.isoformat()), status_code=303)


routes = [new_page, enter]
