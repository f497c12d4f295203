"""The sheet: declare, hand in, approve, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import Person
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import problem
from parindex.api.shared.services import Given
from parindex.api.work.sheets import sheet_view as pages
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal import queries as decision_queries
from parindex.assessments.model import SHEET_STATES, Decision
from parindex.assessments.sheets import declaring, handing_in, history, permission, queries, typed_values
from parindex.assessments.sheets.declaring import Board, Stale
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def address(sheet_id: UUID, rest: str = "") -> str:
    """An address of a sheet."""
    return url(f"/work/sheets/{sheet_id}" + (f"/{rest}" if rest else ""))


@get("/work/sheets/{sheet_id:uuid}", include_in_schema=False)
async def overview(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], show: FromQuery[str] = "all"
) -> Response[Any]:
    """Where a sheet stands: points, what is missing, what can be done next."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        board = await declaring.read(connection, request.state.person, sheet_id)
        steps = await queries.transitions(connection, sheet_id)
    context = {
        **pages.sheet_frame(request, board, None, show),
        "steps": [step_row(request, step) for step in steps],
        "first": board.published.leaves[0].code,
    }
    return page(request, "work/sheets/sheet.html", context, marked=pages.marked(board))


@get("/work/sheets/{sheet_id:uuid}/{code:str}", include_in_schema=False)
async def leaf(
    request: Request[Any, Any, Any],
    services: Given,
    sheet_id: FromPath[UUID],
    code: FromPath[str],
    show: FromQuery[str] = "all",
) -> Response[Any]:
    """One leaf: score with its reason, facts, evidence, explanation."""
    return await _leaf(request, services, sheet_id, code, show=show)


@post("/work/sheets/{sheet_id:uuid}/{code:str}", include_in_schema=False)
async def save(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], code: FromPath[str], data: Form
) -> Response[Any]:
    """Save what was declared; a form that cannot be taken comes back as it was typed."""
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            board = await declaring.read(connection, request.state.person, sheet_id)
            declaration, errors = typed_values.read_declaration(board.published, code, data)
            if errors:
                raise Refused("invalid_fields", fields=tuple(errors))
            await declaring.save(connection, request.state.person, sheet_id, [declaration])
    except Stale as stale:
        return await _leaf(request, services, sheet_id, code, typed=data, stale=stale)
    except Refused as refused:
        if not refused.fields:
            raise
        return await _leaf(request, services, sheet_id, code, typed=data, errors=refused.fields)
    after = pages.next_leaf(board, code) if data.get("then") == "next" else code
    return Redirect(address(sheet_id, after or ""), status_code=303)


@get("/work/sheets/{sheet_id:uuid}/hand-in", include_in_schema=False)
async def hand_in_page(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """What is still missing, or the last look before the leader gets it."""
    return await _step_page(request, services, sheet_id, "hand-in")


@post("/work/sheets/{sheet_id:uuid}/hand-in", include_in_schema=False)
async def hand_in(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """Put the sheet before the leader."""
    return await _complete(request, services, sheet_id, handing_in.hand_in, step="hand-in", then=address(sheet_id))


@get("/work/sheets/{sheet_id:uuid}/decide", include_in_schema=False)
async def decide_page(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """The leader's page: the whole sheet, approve or return."""
    return await _step_page(request, services, sheet_id, "decide")


@post("/work/sheets/{sheet_id:uuid}/submit", include_in_schema=False)
async def submit(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """Approve and send; the receipt follows."""
    receipt = address(sheet_id, "receipt")
    return await _complete(request, services, sheet_id, handing_in.submit, step="decide", then=receipt)


@post("/work/sheets/{sheet_id:uuid}/return", include_in_schema=False)
async def send_back(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], data: Form
) -> Response[Any]:
    """Send the sheet back with a reason."""
    return await _with_reason(request, services, sheet_id, data, "decide", handing_in.send_back)


@get("/work/sheets/{sheet_id:uuid}/withdraw", include_in_schema=False)
async def withdraw_page(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """Ask why before a sheet is taken back."""
    return await _step_page(request, services, sheet_id, "withdraw")


@post("/work/sheets/{sheet_id:uuid}/withdraw", include_in_schema=False)
async def withdraw(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], data: Form
) -> Response[Any]:
    """Take a sheet back, once."""
    return await _with_reason(request, services, sheet_id, data, "withdraw", handing_in.withdraw)


@get("/work/sheets/{sheet_id:uuid}/receipt", include_in_schema=False)
async def receipt(request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID]) -> Response[Any]:
    """Sent, when, under which code, and what comes next."""
    return await _step_page(request, services, sheet_id, "receipt")


@post("/work/sheets/{sheet_id:uuid}/{code:str}/answer", include_in_schema=False)
async def answer(
    request: Request[Any, Any, Any], services: Given, sheet_id: FromPath[UUID], code: FromPath[str], data: Form
) -> Response[Any]:
    """Answer an appraiser's request, once."""
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            await deciding.answer(connection, request.state.person, sheet_id, code, data.get("answer", ""))
    except Refused as refused:
        if refused.code != "reason_missing":
            raise
        missing = (FieldError(field="answer", code="reason_missing"),)
        return await _leaf(request, services, sheet_id, code, errors=missing)
    return Redirect(address(sheet_id, code), status_code=303)


async def _leaf(
    request: Request[Any, Any, Any],
    services: Given,
    sheet_id: UUID,
    code: str,
    *,
    show: str = "all",
    typed: dict[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    stale: Stale | None = None,
) -> Response[Any]:
    async with services.db.transaction(request.state.tenant.id) as connection:
        board = await declaring.read(connection, request.state.person, sheet_id)
        board.published.leaf(code)
        memory = await _memory(request, connection, board, code)
    context = {
        **pages.sheet_frame(request, board, code, show),
        **pages.leaf_page(request, board, code, typed=typed, errors=errors, stale=stale),
        **memory,
    }
    status = 409 if stale else 422 if errors else 200
    return page(request, "work/sheets/leaf.html", context, status=status, marked=pages.marked(board))


async def _memory(request: Request[Any, Any, Any], connection: Connection, board: Board, code: str) -> dict[str, Any]:
    """What is remembered about a leaf: the year before, decisions, changes."""
    entry, cycle = board.entries[code], board.cycle
    before = await queries.last_year(connection, board.sheet.agency_id, cycle.family, cycle.year, cycle.tier, code)
    decisions = await decision_queries.of_entry(connection, entry.id)
    kept = await queries.points_of_sheet(connection, board.sheet.id)
    events = await history.of_entry(connection, entry.id)
    return {
        "last_year": dict(before) if before else None,
        "decisions": [pages.decision_row(request, board, decision) for decision in decisions],
        "request": _open_request(request, board, entry.state, decisions),
        "stages": kept.get(entry.id, {}),
        "entry_state": pages.ENTRY_CHIPS[entry.state],
        "events": [{"at": event.at, "text": pages.event_text(request, board, event)} for event in events],
    }


def _open_request(
    request: Request[Any, Any, Any], board: Board, state: str, decisions: list[Decision]
) -> dict[str, Any] | None:
    asked = next((decision for decision in decisions if decision.kind == "ask"), None)
    if state != "asked" or asked is None:
        return None
    may = permission.may(request.state.person, "entry:answer", board.sheet)
    return {**pages.decision_row(request, board, asked), "may_answer": may}


async def _complete(
    request: Request[Any, Any, Any],
    services: Given,
    sheet_id: UUID,
    deed: Callable[[Connection, Person | None, UUID], Awaitable[object]],
    *,
    step: str,
    then: str,
) -> Response[Any]:
    """Do what only a complete sheet allows; what is still missing is shown on the step's page."""
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            await deed(connection, request.state.person, sheet_id)
    except Refused as refused:
        if refused.code != "sheet_incomplete":
            raise
        return await _step_page(request, services, sheet_id, step, refused=refused)
    return Redirect(then, status_code=303)


async def _step_page(
    request: Request[Any, Any, Any],
    services: Given,
    sheet_id: UUID,
    step: str,
    *,
    refused: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> Response[Any]:
    """The pages between drafting and appraisal; each is the sheet with one thing to do."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        board = await declaring.read(connection, request.state.person, sheet_id)
        steps = await queries.transitions(connection, sheet_id)
    if step == "receipt" and board.sheet.state not in pages.SENT:
        return Redirect(address(sheet_id), status_code=303)
    told = problem(refused, lang_of(request)) if refused else None
    context = {
        **pages.sheet_frame(request, board, None, "all"),
        "step": step,
        "steps": [step_row(request, one) for one in steps],
        "problem_text": f"{told.title}. {told.detail}" if told else None,
        "typed": typed or {},
        "areas": pages.area_rows(request, board),
        "sent_at": next((one.at for one in steps if one.to_state == "submitted"), None),
        "locked_at": next((one.at for one in steps if one.to_state == "auto_locked"), None),
    }
    status = refused.kind.status if refused else 200
    return page(request, "work/sheets/step.html", context, status=status, marked=pages.marked(board))


async def _with_reason(
    request: Request[Any, Any, Any], services: Given, sheet_id: UUID, data: dict[str, str], step: str, work: Any
) -> Response[Any]:
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            await work(connection, request.state.person, sheet_id, data.get("reason", ""))
    except Refused as refused:
        if refused.code != "reason_missing":
            raise
        return await _step_page(request, services, sheet_id, step, refused=refused, typed=data)
    return Redirect(address(sheet_id), status_code=303)


def step_row(request: Request[Any, Any, Any], step: Any) -> dict[str, Any]:
    """One step of a sheet's way for people."""
    _ = translate(request)
    return {
        "at": step.at,
        "state": pages.CHIPS[step.to_state],
        "text": _(SHEET_STATES[step.to_state]),
        "who": step.by_name,
        "reason": step.reason,
        "receipt": step.receipt,
    }


routes = [
    overview,
    leaf,
    save,
    hand_in_page,
    hand_in,
    decide_page,
    submit,
    send_back,
    withdraw_page,
    withdraw,
    receipt,
    answer,
]
