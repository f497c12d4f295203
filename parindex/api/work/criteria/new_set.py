"""A set is begun: a file is uploaded, or last year's set is copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import Line, read_fields, typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work.cloned import CloneForm, read_clone
from parindex.api.work.criteria.new_set_view import needed, new_set_page, wrong_version
from parindex.api.work.criteria.set_files import framework_of, given
from parindex.api.work.uploaded_file import BODY, sent
from parindex.approvals.model import LineFault
from parindex.assessments.criteria import drafts, given_sets, published_sets
from parindex.criteria_workbook import Heading
from parindex.errors import Refused


class AnnexForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an annex does not say of itself."""

    family: Line = ""
    """Name of the set."""

    version: Line = ""
    """Its version."""

    tier: Line = ""
    """Tier of the agencies."""

    year: Annotated[int | None, msgspec.Meta(ge=1900, le=2100)] = None
    """The year that it measures."""

    title: Annotated[Line, msgspec.Meta(max_length=500)] = ""
    """What people call it."""

    official: bool = False
    """Whether the annex is in force."""


@get("/work/criteria/new", include_in_schema=False)
async def new_page(request: PageRequest, services: Given, from_: FromQuery[str] = "") -> Response[str]:
    """Where a set is begun."""
    access.require(request.person, "criteria_set:draft", state="drafting")
    return await _page(request, services, {"set": request.query_params.get("from", from_)})


@post("/work/criteria/new", include_in_schema=False, request_max_body_size=BODY)
async def begin(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Begin a draft with a file; what is wrong with the file is told on the draft's page, row by row."""
    access.require(request.person, "criteria_set:draft", state="drafting")
    form = await sent(request)
    faulty: Sequence[LineFault] = ()
    try:
        fields = read_fields({name: [value] for name, value in form.fields.items()}, AnnexForm)
        family = given_sets.family_name(fields.family)
        heading = Heading(
            family=family or "phu-luc", version=fields.version or "1", tier=fields.tier or None, year=fields.year,
            title=fields.title or None, official=fields.official,
        )  # fmt: skip
        file = await given(form, heading, await framework_of(request, services, form))
        faulty = file.read.faults
        if file.read.unreadable:
            raise Refused("set_file_unread")
        if not file.read.names_itself and (
            lacking := [name for name in ("family", "version", "tier") if not form.fields.get(name)]
        ):
            raise needed(lacking)
        if not given_sets.is_version(heading.version):
            raise wrong_version("version")
        names = {"set": family, "version": fields.version, "tier": fields.tier}
        async with services.db.transaction(request.tenant.id) as connection:
            draft_id = await drafts.begin(connection, request.person, file, names)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, form.fields, refused=refused, faulty=faulty)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}"), status_code=303)


@post("/work/criteria/clone", include_in_schema=False)
async def clone(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Begin a draft as a copy of a published set."""
    access.require(request.person, "criteria_set:draft", state="drafting")
    try:
        form = await read_clone(request)
        async with services.db.transaction(request.tenant.id) as connection:
            draft_id = await drafts.clone(connection, request.person, form.set, form.clone_version, form.clone_year)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, await typed(request, CloneForm), refused=refused)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}"), status_code=303)


async def _page(
    request: PageRequest,
    services: Services,
    typed: Mapping[str, str],
    *,
    refused: Refused | None = None,
    faulty: Sequence[LineFault] = (),
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        versions = await published_sets.versions(connection)
    shown = new_set_page(versions, lang_of(request), typed=typed, refused=refused, faulty=faulty)
    return page(request, shown, status=refused.kind.status if refused else 200)


routes = [new_page, begin, clone]
