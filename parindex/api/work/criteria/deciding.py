"""A draft is handed over, read, approved by a second person, sent back, published under a decision, or given up."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.page import lang_of, page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.criteria.drafting import draw, marked
from parindex.api.work.criteria.reading_view import set_reading_page
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.assessments.criteria import approval, approval_checks, drafts
from parindex.audit.deed_check import DeedCheck, confirm
from parindex.audit.reasoned_decision import LONGEST_REASON
from parindex.errors import N_, FieldError, Refused
from parindex.store.database import Connection


class ReadLinesForm(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that somebody has read."""

    read: tuple[Line, ...] = ()
    """Their codes."""


class SetReasonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a draft is sent back or given up."""

    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] = ""
    """Who drafts reads it."""


class SetDecisionForm(CheckForm, frozen=True, kw_only=True):
    """The decision that publishes a set."""

    number: Annotated[Line, msgspec.Meta(max_length=200)]
    """Số, ký hiệu."""

    day: date = msgspec.field(name="date")
    """Ngày ban hành."""


@get("/work/criteria/drafts/{draft_id:uuid}/lines", include_in_schema=False)
async def show_lines(
    request: PageRequest, services: Given, draft_id: FromPath[UUID], area: FromQuery[str] = ""
) -> Response[str]:
    """Every line of an area in full, with what changed of it and what was said."""
    person = access.require(request.person, "criteria_set:read")
    async with services.db.transaction(request.tenant.id) as connection:
        held = await drafts.opened(connection, person, draft_id)
        readings = await approval.readings(connection, held)
    drafts.document_of(held)
    return page(request, set_reading_page(person, held, readings, area, lang_of(request)), marked=marked(held))


@post("/work/criteria/drafts/{draft_id:uuid}/lines", include_in_schema=False)
async def mark_lines(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Redirect:
    """Put down which lines were read, and go on with the next area that is left."""
    form = await read_form(request, ReadLinesForm)
    async with services.db.transaction(request.tenant.id) as connection:
        await approval.mark_read(connection, request.person, draft_id, form.read)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}/lines"), status_code=303)


@get("/work/criteria/drafts/{draft_id:uuid}/submit", include_in_schema=False)
async def submit_page(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """Ask before a draft is handed over."""
    return await deed_check.ask(request, services, _frame(draft_id, "submit"), _asked(request, draft_id, "submit"))


@post("/work/criteria/drafts/{draft_id:uuid}/submit", include_in_schema=False)
async def submit(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Hand a draft to whoever approves it."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        await confirm(connection, check, form.given, by=_actor(request))
        await approval.submit(connection, request.person, draft_id)
        return f"/work/criteria/drafts/{draft_id}"

    asked = _asked(request, draft_id, "submit")
    return await deed_check.take(request, services, _frame(draft_id, "submit"), CheckForm, asked, deed)


@get("/work/criteria/drafts/{draft_id:uuid}/approve", include_in_schema=False)
async def approve_page(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """Ask before a draft is approved."""
    return await deed_check.ask(request, services, _frame(draft_id, "approve"), _asked(request, draft_id, "approve"))


@post("/work/criteria/drafts/{draft_id:uuid}/approve", include_in_schema=False)
async def approve(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Approve a draft that somebody else made."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        await confirm(connection, check, form.given, by=_actor(request))
        await approval.approve(connection, request.person, draft_id)
        return f"/work/criteria/drafts/{draft_id}"

    asked = _asked(request, draft_id, "approve")
    return await deed_check.take(request, services, _frame(draft_id, "approve"), CheckForm, asked, deed)


@get("/work/criteria/drafts/{draft_id:uuid}/publish", include_in_schema=False)
async def publish_page(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
    """Ask before an approved set is published, and by which decision."""
    return await deed_check.ask(request, services, _publish_frame(draft_id), _asked(request, draft_id, "publish"))


@post("/work/criteria/drafts/{draft_id:uuid}/publish", include_in_schema=False)
async def publish(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Publish under a decision; a second click shows the same set."""

    async def before(connection: Connection) -> str | None:
        held = await drafts.opened(connection, request.person, draft_id)
        return f"/work/criteria/sets/{held.draft.published_id}" if held.draft.published_id else None

    async def deed(connection: Connection, check: DeedCheck, form: SetDecisionForm) -> str:
        day = form.day
        if day > today_in(request.tenant):
            raise Refused("invalid_fields", fields=(FieldError(field="date", code="decision_in_future"),))
        held = await drafts.opened(connection, request.person, draft_id)
        lines = approval_checks.of_decision(held, form.number, day)
        told = {"number": form.number, "date": day.isoformat()}
        await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        return f"/work/criteria/sets/{await approval.publish(connection, request.person, draft_id, form.number, day)}"

    frame, asked = _publish_frame(draft_id), _asked(request, draft_id, "publish")
    return await deed_check.take(request, services, frame, SetDecisionForm, asked, deed, before=before)


@post("/work/criteria/drafts/{draft_id:uuid}/return", include_in_schema=False)
async def send_back(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Send a draft back with a reason."""
    return await _with_reason(request, services, draft_id, withdraw_it=False)


@post("/work/criteria/drafts/{draft_id:uuid}/withdraw", include_in_schema=False)
async def withdraw(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give a draft up; it stays readable."""
    return await _with_reason(request, services, draft_id, withdraw_it=True)


async def _with_reason(
    request: PageRequest, services: Services, draft_id: UUID, *, withdraw_it: bool
) -> Response[str] | Redirect:
    try:
        form = await read_form(request, SetReasonForm)
        async with services.db.transaction(request.tenant.id) as connection:
            deed = approval.withdraw if withdraw_it else approval.send_back
            await deed(connection, request.person, draft_id, form.reason)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await draw(request, services, draft_id, refused=refused, form=SetReasonForm)
    return Redirect(url(f"/work/criteria/drafts/{draft_id}"), status_code=303)


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


def _frame(draft_id: UUID, deed: str, fields: tuple[CheckField, ...] = (), heading: str = "") -> DeedFrame:
    here = f"/work/criteria/drafts/{draft_id}"
    return DeedFrame(path=f"{here}/{deed}", back=here, fields=fields, heading=heading)


def _publish_frame(draft_id: UUID) -> DeedFrame:
    return _frame(draft_id, "publish", (deed_fields.NUMBER, deed_fields.DAY), N_("Quyết định ban hành"))


def _asked(request: PageRequest, draft_id: UUID, deed: str) -> Asked:
    checks = {
        "submit": approval_checks.of_submitting, "approve": approval_checks.of_approving,
        "publish": approval_checks.of_publishing,
    }  # fmt: skip
    return partial(checks[deed], person=request.person, draft_id=draft_id)


routes = [
    show_lines, mark_lines, submit_page, submit, approve_page, approve, publish_page, publish, send_back, withdraw,
]  # fmt: skip
