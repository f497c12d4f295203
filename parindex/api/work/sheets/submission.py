"""A sheet at a glance, and its steps: hand in, approve or send back, withdraw, the receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import Person
from parindex.api.shared.forms import read_form
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import DeedFrame
from parindex.api.work.sheets.amended_view import amended
from parindex.api.work.sheets.sheet_view import address, marked, sheet_page, sheet_step_page
from parindex.assessments.amendments import amending
from parindex.assessments.appraisal import decisions, giving_back
from parindex.assessments.model import SENT
from parindex.assessments.sheets import history, submission, submission_check
from parindex.assessments.sheets.board import read_board, read_part
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import Refused
from parindex.store.database import Connection


class ReasonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a sheet goes back a step."""

    reason: str = ""
    """Those who fill in the sheet read it."""


@get("/work/sheets/{sheet_id:uuid}", include_in_schema=False)
async def overview(
    request: PageRequest, services: Given, sheet_id: FromPath[UUID], show: FromQuery[str] = "all"
) -> Response[str]:
    """Where a sheet stands: points, what is missing, what can be done next."""
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_part(connection, request.person, sheet_id)
        steps = await history.steps(connection, sheet_id)
        outcome = await decisions.outcome(connection, board.sheet) if board.owner is None else None
        amendments = await amending.of_cycle(connection, board.cycle.id)
        returnable = await giving_back.is_returnable(connection, request.person, board.cycle, board.sheet)
    shown = sheet_page(request, board, steps, show, outcome, amended(request, board, amendments), returnable=returnable)
    return page(request, shown, marked=marked(board))


@get("/work/sheets/{sheet_id:uuid}/hand-in", include_in_schema=False)
async def hand_in_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """What is still missing, or the last look before the leader gets it."""
    return await _step_page(request, services, sheet_id, "hand-in")


@post("/work/sheets/{sheet_id:uuid}/hand-in", include_in_schema=False)
async def hand_in(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Put the sheet before the leader."""
    return await _complete(request, services, sheet_id, submission.hand_in, step="hand-in", then=address(sheet_id))


@get("/work/sheets/{sheet_id:uuid}/decide", include_in_schema=False)
async def decide_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """The leader's page: the whole sheet, approve or return."""
    return await _step_page(request, services, sheet_id, "decide")


@get("/work/sheets/{sheet_id:uuid}/submit", include_in_schema=False)
async def submit_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str]:
    """Ask before a sheet is signed and sent."""
    return await deed_check.ask(request, services, _submit_frame(sheet_id), _submitting(request, sheet_id))


@post("/work/sheets/{sheet_id:uuid}/submit", include_in_schema=False)
async def submit(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Approve and send; the receipt follows, also for a second click."""
    receipt = f"/work/sheets/{sheet_id}/receipt"

    async def before(connection: Connection) -> str | None:
        return receipt if await submission.sent_before(connection, request.person, sheet_id) else None

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        assert request.person is not None
        await confirm(connection, check, form.given, by=request.person.actor)
        await submission.submit(connection, request.person, sheet_id)
        return receipt

    frame, asked = _submit_frame(sheet_id), _submitting(request, sheet_id)
    return await deed_check.take(request, services, frame, CheckForm, asked, deed, before=before)


def _submit_frame(sheet_id: UUID) -> DeedFrame:
    return DeedFrame(path=f"/work/sheets/{sheet_id}/submit", back=f"/work/sheets/{sheet_id}/decide")


def _submitting(request: PageRequest, sheet_id: UUID) -> Asked:
    return partial(submission_check.of_submission, person=request.person, sheet_id=sheet_id)


@get("/work/sheets/{sheet_id:uuid}/resend", include_in_schema=False)
async def resend_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str]:
    """Ask before the leaves that a corrected set has opened again are sent."""
    return await deed_check.ask(request, services, _resend_frame(sheet_id), _resending(request, sheet_id))


@post("/work/sheets/{sheet_id:uuid}/resend", include_in_schema=False)
async def resend(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Sign and send what was declared anew."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        assert request.person is not None
        await confirm(connection, check, form.given, by=request.person.actor)
        await submission.resend(connection, request.person, sheet_id)
        return f"/work/sheets/{sheet_id}"

    frame, asked = _resend_frame(sheet_id), _resending(request, sheet_id)
    return await deed_check.take(request, services, frame, CheckForm, asked, deed)


def _resend_frame(sheet_id: UUID) -> DeedFrame:
    return DeedFrame(path=f"/work/sheets/{sheet_id}/resend", back=f"/work/sheets/{sheet_id}")


def _resending(request: PageRequest, sheet_id: UUID) -> Asked:
    return partial(submission_check.of_resending, person=request.person, sheet_id=sheet_id)


@post("/work/sheets/{sheet_id:uuid}/return", include_in_schema=False)
async def send_back(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Send the sheet back with a reason."""
    return await _with_reason(request, services, sheet_id, "decide", submission.send_back)


@get("/work/sheets/{sheet_id:uuid}/withdraw", include_in_schema=False)
async def withdraw_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Ask why before a sheet is taken back."""
    return await _step_page(request, services, sheet_id, "withdraw")


@post("/work/sheets/{sheet_id:uuid}/withdraw", include_in_schema=False)
async def withdraw(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Take a sheet back, once."""
    return await _with_reason(request, services, sheet_id, "withdraw", submission.withdraw)


@get("/work/sheets/{sheet_id:uuid}/receipt", include_in_schema=False)
async def receipt(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Sent, when, under which code, and what comes next."""
    return await _step_page(request, services, sheet_id, "receipt")


async def _complete(
    request: PageRequest,
    services: Given,
    sheet_id: UUID,
    deed: Callable[[Connection, Person | None, UUID], Awaitable[object]],
    *,
    step: str,
    then: str,
) -> Response[str] | Redirect:
    """Do what only a complete sheet allows; what is still missing is shown on the step's page."""
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await deed(connection, request.person, sheet_id)
    except Refused as refused:
        if refused.code != "sheet_incomplete":
            raise
        return await _step_page(request, services, sheet_id, step, refused=refused)
    return Redirect(then, status_code=303)


async def _with_reason(
    request: PageRequest,
    services: Given,
    sheet_id: UUID,
    step: str,
    deed: Callable[[Connection, Person | None, UUID, str], Awaitable[None]],
) -> Response[str] | Redirect:
    form = await read_form(request, ReasonForm)
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await deed(connection, request.person, sheet_id, form.reason)
    except Refused as refused:
        if refused.code != "reason_missing":
            raise
        return await _step_page(request, services, sheet_id, step, refused=refused, typed_reason=form.reason)
    return Redirect(address(sheet_id), status_code=303)


async def _step_page(
    request: PageRequest,
    services: Given,
    sheet_id: UUID,
    step: str,
    *,
    refused: Refused | None = None,
    typed_reason: str | None = None,
) -> Response[str] | Redirect:
    """The pages between drafting and appraisal; each is the sheet with one thing to do."""
    async with services.db.transaction(request.tenant.id) as connection:
        board = await read_board(connection, request.person, sheet_id)
        steps = await history.steps(connection, sheet_id)
    if step == "receipt" and board.sheet.state not in SENT:
        return Redirect(address(sheet_id), status_code=303)
    shown = sheet_step_page(request, board, steps, step, refused=refused, typed_reason=typed_reason)
    return page(request, shown, status=refused.kind.status if refused else 200, marked=marked(board))


routes = [
    overview,
    hand_in_page,
    hand_in,
    decide_page,
    submit_page,
    resend_page,
    resend,
    submit,
    send_back,
    withdraw_page,
    withdraw,
    receipt,
]
