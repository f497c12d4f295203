"""Deeds on a year as a whole: issued, stopped, resumed, given up, archived, a draft deleted; each asked for on its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.forms import Line
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.assessments.council import stop_checks
from parindex.assessments.cycles import drafting, listing, pausing
from parindex.assessments.model import Cycle
from parindex.audit import reasoned_decision
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_
from parindex.store.database import Connection


class StopForm(CheckForm, frozen=True, kw_only=True):
    """The decision by which it is done."""

    number: Line = ""
    """Số, ký hiệu."""

    date: date | None = None
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)] = ""
    """Those who take part read it."""


class ResumeForm(StopForm, frozen=True, kw_only=True):
    """The decision, and a later last day where it gives one."""

    last_day: date | None = None
    """The new last day for every sheet."""


Stopped = Callable[..., Awaitable[Cycle]]
"""A deed of the room: connection, person, year and decision, and what else its form gives by name."""

_LAST_DAY: Final = CheckField(
    name="last_day", label=N_("Hạn nộp mới cho mọi đơn vị (không bắt buộc)"), kind="date",
    hint=N_("Chỉ khi kỳ tiếp tục ở bước tự đánh giá. Ngày/tháng/năm"),
)  # fmt: skip


@get("/work/years/{cycle_id:uuid}/issue", include_in_schema=False)
async def issue_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before the plan of a year is issued."""
    return await deed_check.ask(request, services, _frame(cycle_id, "issue"), _asked(request, cycle_id, "issue"))


@post("/work/years/{cycle_id:uuid}/issue", include_in_schema=False)
async def issue(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Make the plan of a year known."""
    return await _take(request, services, cycle_id, "issue", StopForm, pausing.issue)


@get("/work/years/{cycle_id:uuid}/pause", include_in_schema=False)
async def pause_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a year stands still."""
    return await deed_check.ask(request, services, _frame(cycle_id, "pause"), _asked(request, cycle_id, "pause"))


@post("/work/years/{cycle_id:uuid}/pause", include_in_schema=False)
async def pause(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Let a year stand still."""
    return await _take(request, services, cycle_id, "pause", StopForm, pausing.pause)


@get("/work/years/{cycle_id:uuid}/resume", include_in_schema=False)
async def resume_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a year goes on."""
    return await deed_check.ask(request, services, _frame(cycle_id, "resume"), _asked(request, cycle_id, "resume"))


@post("/work/years/{cycle_id:uuid}/resume", include_in_schema=False)
async def resume(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Let a year go on where it stood."""

    return await _take(request, services, cycle_id, "resume", ResumeForm, pausing.resume)


@get("/work/years/{cycle_id:uuid}/cancel", include_in_schema=False)
async def cancel_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a year is given up."""
    return await deed_check.ask(request, services, _frame(cycle_id, "cancel"), _asked(request, cycle_id, "cancel"))


@post("/work/years/{cycle_id:uuid}/cancel", include_in_schema=False)
async def cancel(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give a year up."""
    return await _take(request, services, cycle_id, "cancel", StopForm, pausing.cancel)


@get("/work/years/{cycle_id:uuid}/archive", include_in_schema=False)
async def archive_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a published year goes into the archive."""
    return await deed_check.ask(request, services, _frame(cycle_id, "archive"), _asked(request, cycle_id, "archive"))


@post("/work/years/{cycle_id:uuid}/archive", include_in_schema=False)
async def archive(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Put a published year in the archive."""
    return await _take(request, services, cycle_id, "archive", StopForm, pausing.archive)


@get("/work/years/{cycle_id:uuid}/delete", include_in_schema=False)
async def delete_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a draft is taken away."""
    return await deed_check.ask(request, services, _deletion_frame(cycle_id), _deleting(request, cycle_id))


@post("/work/years/{cycle_id:uuid}/delete", include_in_schema=False)
async def delete(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Take a draft away."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        assert request.person is not None
        await confirm(connection, check, form.given, by=request.person.actor)
        await drafting.delete(connection, cycle_id, by=request.person.actor)
        return "/work/years"

    frame = _deletion_frame(cycle_id)
    return await deed_check.take(request, services, frame, CheckForm, _deleting(request, cycle_id), deed)


async def _take(
    request: PageRequest, services: Given, cycle_id: UUID, step: str, form: type[StopForm], stop: Stopped
) -> Response[str] | Redirect:
    async def deed(connection: Connection, check: DeedCheck, form: StopForm) -> str:
        assert request.person is not None
        cycle = await listing.by_id(connection, cycle_id)
        paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        lines = stop_checks.of_decision(paper, cycle, step, zone_of(request))
        await confirm(
            connection, check, form.given, by=request.person.actor, typed=lines, decided=deed_fields.on_record(paper)
        )
        further = {"last_day": form.last_day, "zone": request.tenant.zone} if isinstance(form, ResumeForm) else {}
        moved = await stop(connection, request.person, cycle_id, paper, **further)
        there = {"issued": f"/work/years/{cycle_id}/draft", "archived": f"/work/years/{cycle_id}"}
        return there.get(moved.state, f"/work/cycles/{cycle_id}")

    return await deed_check.take(request, services, _frame(cycle_id, step), form, _asked(request, cycle_id, step), deed)


def _frame(cycle_id: UUID, step: str) -> DeedFrame:
    backs = {"issue": f"/work/years/{cycle_id}/draft", "archive": f"/work/years/{cycle_id}"}
    back = backs.get(step, f"/work/cycles/{cycle_id}")
    heading = N_("Kế hoạch hoặc quyết định ban hành") if step == "issue" else N_("Quyết định")
    fields: tuple[CheckField, ...] = (
        deed_fields.NUMBER,
        deed_fields.DAY,
        deed_fields.reason(N_("Lý do, các đơn vị sẽ đọc")),
    )
    if step == "resume":
        fields = (*fields, _LAST_DAY)
    return DeedFrame(
        path=f"/work/years/{cycle_id}/{step}", back=back, fields=fields, heading=heading, danger=step == "cancel"
    )


def _deletion_frame(cycle_id: UUID) -> DeedFrame:
    here = f"/work/years/{cycle_id}"
    return DeedFrame(path=f"{here}/delete", back=f"{here}/draft", danger=True)


def _asked(request: PageRequest, cycle_id: UUID, step: str) -> Asked:
    room = {
        "issue": stop_checks.of_issuing, "pause": stop_checks.of_pausing, "resume": stop_checks.of_resuming,
        "cancel": stop_checks.of_cancelling, "archive": stop_checks.of_archiving,
    }[step]  # fmt: skip
    return partial(room, person=request.person, cycle_id=cycle_id, zone=zone_of(request))


def _deleting(request: PageRequest, cycle_id: UUID) -> Asked:
    return partial(stop_checks.of_deleting, person=request.person, cycle_id=cycle_id)


routes = [
    issue_page, issue, pause_page, pause, resume_page, resume, cancel_page, cancel, archive_page, archive, delete_page,
    delete,
]  # fmt: skip
