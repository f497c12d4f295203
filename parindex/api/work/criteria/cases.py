"""What a set needs besides its rows: worked cases that are run, and a body for each area that appraises it."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access import form_drafts
from parindex.api.shared.forms import read_form, read_named, typed
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import drafts_view
from parindex.api.work.criteria.cases_view import appraisers_page, bodies_of, cases_page
from parindex.api.work.criteria.drafting import marked
from parindex.api.work.sheets.entry_view import told_by_field
from parindex.assessments.criteria import drafts, given_sets, published_sets, target_rules
from parindex.errors import FieldError, Refused
from parindex.reading.text import one_line
from parindex.store.database import Connection

LONGEST: Final = 80_000
"""Characters of the worked cases of a set."""

_BODY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


class CasesForm(msgspec.Struct, frozen=True, kw_only=True):
    """Worked cases as YAML."""

    cases: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""
    """All of them."""


@get("/work/criteria/drafts/{draft_id:uuid}/cases", include_in_schema=False)
async def show_cases(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """The worked cases, and those that do not hold."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        kept = await form_drafts.of_form(connection, person, _form_of(draft_id))
    drafts.document_of(held)
    mark = drafts_view.mark(person, _form_of(draft_id), kept, {"cases": held.revision.cases})
    text = (mark.typed or {}).get("cases", held.revision.cases)
    return page(request, cases_page(person, held, text, lang_of(request), draft=mark), marked=marked(held))


@post("/work/criteria/drafts/{draft_id:uuid}/cases", include_in_schema=False)
async def save_cases(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Keep the worked cases and run them."""
    person = access.require(request.person, "criteria_set:read")
    try:
        form = await read_form(request, CasesForm)
        async with services.db.transaction(request.tenant.id) as connection:
            await drafts.set_cases(connection, person, draft_id, form.cases)
            await form_drafts.drop(connection, person, _form_of(draft_id))
    except Refused as refused:
        if not refused.fields:
            raise
        async with services.db.transaction(request.tenant.id) as connection:
            held = await drafts.opened(connection, person, draft_id)
        text = (await typed(request, CasesForm))["cases"]
        mark = drafts_view.mark(person, _form_of(draft_id), None, {})
        error = told_by_field(refused.fields, lang_of(request)).get("cases", "")
        shown = cases_page(person, held, text, lang_of(request), draft=mark, error=error)
        return page(request, shown, status=422, marked=marked(held))
    return Redirect(url(f"/work/criteria/drafts/{draft_id}/cases"), status_code=303)


@get("/work/criteria/drafts/{draft_id:uuid}/appraisers", include_in_schema=False)
async def show_appraisers(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """Which body appraises each area."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        known = await _known(connection)
    drafts.document_of(held)
    return page(request, appraisers_page(person, held, known, lang_of(request), typed={}), marked=marked(held))


@post("/work/criteria/drafts/{draft_id:uuid}/appraisers", include_in_schema=False)
async def save_appraisers(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Name the bodies: a further version of the draft."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.changing(connection, person, draft_id)
        known = await _known(connection)
    document = drafts.document_of(held)
    given = await read_named(request, [f"body:{code}" for code in bodies_of(held)])
    bodies = {name.removeprefix("body:"): one_line(text) for name, text in given.items()}
    wrong = tuple(
        FieldError(field=f"body:{code}", code="body_form")
        for code, body in bodies.items()
        if body and not _BODY.fullmatch(body)
    )
    if wrong:
        shown = appraisers_page(person, held, known, lang_of(request), typed=given, errors=wrong)
        return page(request, shown, status=422, marked=marked(held))
    changed = target_rules.with_appraisers(document, bodies)
    read = await asyncio.to_thread(given_sets.of_document, changed)
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.change_document(connection, person, draft_id, read, way="appraisers", since=held.revision.number)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}"), status_code=303)


async def _known(connection: Connection) -> list[str]:
    """Bodies that published sets name, in order."""
    versions = await published_sets.versions(connection)
    sets = [await published_sets.published(connection, version.id) for version in versions]
    return sorted({body for one in sets for body in one.bodies})


def _form_of(draft_id: UUID) -> str:
    return f"/work/criteria/drafts/{draft_id}/cases"


routes = [show_cases, save_cases, show_appraisers, save_appraisers]
