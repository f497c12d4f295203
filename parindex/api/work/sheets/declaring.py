"""One leaf of a sheet: declare it, and answer what an appraiser asks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import form_drafts
from parindex.api.shared.forms import read_form, read_named
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.drafts_view import answer_form, declaration_form
from parindex.api.work.sheets.leaf_view import LeafMemory, leaf_page, next_leaf
from parindex.api.work.sheets.sheet_view import address, marked
from parindex.assessments.amendments import superseded
from parindex.assessments.appraisal import deciding, decisions
from parindex.assessments.evidence import register as evidence
from parindex.assessments.sheets import declaring, history, permission, typed_values
from parindex.assessments.sheets.board import Board, read_part
from parindex.assessments.sheets.declaring import Stale
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection


class AnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an agency answers to a request."""

    answer: str = ""
    """The answer; the appraiser reads it."""


@get("/work/sheets/{sheet_id:uuid}/{code:str}", include_in_schema=False)
async def leaf(
    request: PageRequest,
    services: Given,
    sheet_id: FromPath[UUID],
    code: FromPath[str],
    show: FromQuery[str] = "all",
) -> Response[str]:
    """One leaf: score with its reason, facts, evidence, explanation."""
    return await _leaf(request, services, sheet_id, code, show=show)


@post("/work/sheets/{sheet_id:uuid}/{code:str}", include_in_schema=False)
async def save(
    request: PageRequest, services: Given, sheet_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Save what was declared; a form that cannot be taken comes back as it was typed."""
    typed: Mapping[str, str] = {}
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            board = await read_part(connection, request.person, sheet_id, code)
            typed = await read_named(request, (*typed_values.field_names(board.published, code), "then"))
            declaration, errors = typed_values.read_declaration(board.published, code, typed)
            if errors:
                raise Refused("invalid_fields", fields=tuple(errors))
            await declaring.save(connection, request.person, sheet_id, [declaration])
            await _forget(connection, request, declaration_form(sheet_id, code))
    except Stale as stale:
        return await _leaf(request, services, sheet_id, code, typed=typed, stale=stale)
    except Refused as refused:
        if not refused.fields:
            raise
        return await _leaf(request, services, sheet_id, code, typed=typed, errors=refused.fields)
    after = next_leaf(board, code) if typed["then"] == "next" else code
    return Redirect(address(sheet_id, after or ""), status_code=303)


@post("/work/sheets/{sheet_id:uuid}/{code:str}/answer", include_in_schema=False)
async def answer(
    request: PageRequest, services: Given, sheet_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Answer an appraiser's request, once."""
    form = await read_form(request, AnswerForm)
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await deciding.answer(connection, request.person, sheet_id, code, form.answer)
            await _forget(connection, request, answer_form(sheet_id, code))
    except Refused as refused:
        if refused.code != "reason_missing":
            raise
        missing = (FieldError(field="answer", code="reason_missing"),)
        return await _leaf(request, services, sheet_id, code, errors=missing)
    return Redirect(address(sheet_id, code), status_code=303)


async def _leaf(
    request: PageRequest,
    services: Given,
    sheet_id: UUID,
    code: str,
    *,
    show: str = "all",
    typed: Mapping[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    stale: Stale | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_part(connection, request.person, sheet_id, code)
        board.published.leaf(code)
        memory = await _memory(connection, request, board, code)
    shown = leaf_page(request, board, code, memory, show=show, typed=typed, errors=errors, stale=stale)
    return page(request, shown, status=409 if stale else 422 if errors else 200, marked=marked(board))


async def _forget(connection: Connection, request: PageRequest, form: str) -> None:
    """What was typed into a form is saved now."""
    assert request.person is not None
    await form_drafts.drop(connection, request.person, form)


async def _memory(connection: Connection, request: PageRequest, board: Board, code: str) -> LeafMemory:
    assert request.person is not None
    entry, sheet_id = board.entries[code], board.sheet.id
    typed = functools.partial(form_drafts.of_form, connection, request.person)
    editable = permission.may_declare(request.person, board.sheet, entry)
    before = await history.year_before(connection, board.sheet.agency_id, board.cycle, code)
    carried = await evidence.of_year_before(connection, request.person, board, code) if editable and before else []
    return LeafMemory(
        documents_before=carried,
        year_before=before,
        superseded=await superseded.of_entry(connection, entry.id),
        decisions=await decisions.of_entry(connection, entry.id),
        stages=await history.stages(connection, board.sheet.id, entry.id),
        events=await history.of_entry(connection, entry.id),
        draft=await typed(declaration_form(sheet_id, code)) if editable else None,
        answer_draft=await typed(answer_form(sheet_id, code)) if entry.state == "asked" else None,
    )


routes = [leaf, save, answer]
