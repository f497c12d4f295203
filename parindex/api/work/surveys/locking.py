"""Locking a round: asked for with what was answered and who stays below the least number, done under a decision."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line
from parindex.api.shared.page import url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import CheckForm
from parindex.api.work.deed_check_view import DeedFrame
from parindex.audit import reasoned_decision
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_
from parindex.store.database import Connection
from parindex.surveys.rounds import lock, lock_check, lock_job, opening


class LockForm(CheckForm, frozen=True, kw_only=True):
    """The decision that severs a round."""

    number: Line = ""
    """Số, ký hiệu."""

    date: datetime.date | None = None
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)] = ""
    """Why."""


@get("/work/surveys/{round_id:uuid}/lock", include_in_schema=False)
async def lock_page(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str]:
    """Ask before a round is locked: what is destroyed, and what was answered."""
    await _allowed(request, services, round_id)
    asked = partial(lock_check.of_lock, round_id=round_id, today=today_in(request.tenant))
    return await deed_check.ask(request, services, _frame(round_id), asked)


@post("/work/surveys/{round_id:uuid}/lock", include_in_schema=False)
async def lock_round(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Lock the round, or go on with a lock that stopped: what ties an invitation to its response is destroyed."""
    actor, state = await _allowed(request, services, round_id)
    if state == "locking":
        async with services.db.transaction(request.tenant.id) as connection:
            return Redirect(url(await _going_on(connection, round_id, actor)), status_code=303)

    async def deed(connection: Connection, check: DeedCheck, form: LockForm) -> str:
        paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        held = await opening.get(connection, round_id)
        lines = lock_check.of_decision(paper.number, paper.date, held.opens_on)
        told = deed_fields.on_record(paper)
        await confirm(connection, check, form.given, by=actor, typed=lines, decided=told)
        await lock.begin(
            connection, round_id, decision=paper.number, reason=paper.reason, actor=actor, decided_on=paper.date
        )
        return await _going_on(connection, round_id, actor)

    asked = partial(lock_check.of_lock, round_id=round_id, today=today_in(request.tenant))
    return await deed_check.take(request, services, _frame(round_id), LockForm, asked, deed)


async def _going_on(connection: Connection, round_id: UUID, actor: str) -> str:
    return f"/work/jobs/{await lock_job.ask(connection, round_id, by=actor)}"


async def _allowed(request: PageRequest, services: Services, round_id: UUID) -> tuple[str, str]:
    """Who may lock the round, and its state."""
    access.require(request.person, "survey:read")
    async with services.db.transaction(request.tenant.id) as connection:
        state = (await opening.get(connection, round_id)).state
    return access.require(request.person, "survey:lock", state=state).actor, state


def _frame(round_id: UUID) -> DeedFrame:
    here = f"/work/surveys/{round_id}"
    fields = (deed_fields.NUMBER, deed_fields.DAY, deed_fields.reason(N_("Lý do")))
    return DeedFrame(path=f"{here}/lock", back=here, fields=fields, heading=N_("Quyết định khóa"), danger=True)


routes = [lock_page, lock_round]
