"""A year goes on with a further version of its criteria set: asked before a job does it, under a decision."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.years.stopping import StopForm
from parindex.assessments.amendments import amending, amending_check, amending_job
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_, FieldError, Refused
from parindex.store.database import Connection


class AmendForm(StopForm, frozen=True, kw_only=True):
    """The decision, and until when leaves of sheets that were sent are declared anew."""

    last_day: date | None = None
    """The last day."""


_LAST_DAY: Final = CheckField(
    name="last_day", label=N_("Ngày cuối để kê khai lại trên phiếu đã gửi"), kind="date",
    hint=N_("Phiếu chưa gửi theo hạn của kỳ. Ngày/tháng/năm"),
)  # fmt: skip


@get("/work/years/{cycle_id:uuid}/amend/{set_id:uuid}", include_in_schema=False)
async def amend_page(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], set_id: FromPath[UUID]
) -> Response[str]:
    """Ask before a year goes on with a further version of its set."""
    return await deed_check.ask(request, services, _frame(cycle_id, set_id), _asked(request, cycle_id, set_id))


@post("/work/years/{cycle_id:uuid}/amend/{set_id:uuid}", include_in_schema=False)
async def amend(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], set_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Ask for a year to go on with a further version of its set; a second click shows the job, or the year."""

    async def before(connection: Connection) -> str | None:
        done = [one.newer_id for one in await amending.of_cycle(connection, cycle_id)]
        if set_id in done:
            return f"/work/cycles/{cycle_id}"
        job = await amending_job.under_way(connection, cycle_id)
        return f"/work/jobs/{job.id}" if job is not None and job.asked_by == _actor(request) else None

    async def deed(connection: Connection, check: DeedCheck, form: AmendForm) -> str:
        paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        if form.last_day is None:
            raise Refused("invalid_fields", fields=(FieldError(field="last_day", code="field_empty"),))
        told = {**deed_fields.on_record(paper), "last_day": form.last_day.isoformat()}
        lines = amending_check.of_decision(paper)
        confirmed = await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        job = await amending_job.ask(
            connection, request.person, cycle_id, set_id, decided=paper, last_day=form.last_day,
            zone=request.tenant.zone, confirmed=confirmed,
        )  # fmt: skip
        return f"/work/jobs/{job}"

    frame, asked = _frame(cycle_id, set_id), _asked(request, cycle_id, set_id)
    return await deed_check.take(request, services, frame, AmendForm, asked, deed, before=before)


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


def _frame(cycle_id: UUID, set_id: UUID) -> DeedFrame:
    fields = (
        deed_fields.NUMBER,
        deed_fields.DAY,
        deed_fields.reason(N_("Lý do, các đơn vị sẽ đọc")),
        _LAST_DAY,
    )
    return DeedFrame(
        path=f"/work/years/{cycle_id}/amend/{set_id}", back=f"/work/criteria/sets/{set_id}", fields=fields,
        heading=N_("Quyết định"),
    )  # fmt: skip


def _asked(request: PageRequest, cycle_id: UUID, set_id: UUID) -> Asked:
    return partial(amending_check.of_amending, person=request.person, cycle_id=cycle_id, set_id=set_id)


routes = [amend_page, amend]
