"""Work is handed over to a colleague; what nobody can do is shown to whoever can mend it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.handovers import handing_over, handover_check, unheld
from parindex.api.shared.forms import Line
from parindex.api.shared.page import page, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.people.unheld_view import unheld_page
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_
from parindex.store.database import Connection


class HandoverForm(CheckForm, frozen=True, kw_only=True):
    """Who takes over, and why."""

    to_person: UUID
    """Who takes over."""

    reason: Annotated[Line, msgspec.Meta(max_length=500)]
    """The taker and the next administrator read it."""


@get("/work/people/unheld", include_in_schema=False)
async def show_unheld(request: PageRequest, services: Given) -> Response[str]:
    """Work that waits and that nobody has the role to do."""
    async with services.db.transaction(request.tenant.id) as connection:
        found = await unheld.shown(connection, request.person)
    return page(request, unheld_page(request, found))


@get("/work/people/{person_id:uuid}/hand-over", include_in_schema=False)
async def hand_over_page(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str]:
    """What somebody has in hand, and who takes it over."""
    frame = await _frame(request, services, person_id)
    return await deed_check.ask(request, services, frame, _asked(request, person_id))


@post("/work/people/{person_id:uuid}/hand-over", include_in_schema=False)
async def hand_over(request: PageRequest, services: Given, person_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give every role of somebody to a colleague."""

    async def deed(connection: Connection, check: DeedCheck, form: HandoverForm) -> str:
        assert request.person is not None
        await confirm(connection, check, form.given, by=request.person.actor)
        await handing_over.hand_over(
            connection, request.person, person_id, form.to_person, form.reason, request.tenant.zone
        )
        return f"/work/people/{person_id}"

    frame = await _frame(request, services, person_id)
    return await deed_check.take(request, services, frame, HandoverForm, _asked(request, person_id), deed)


async def taker_field(request: PageRequest, services: Given, person_id: UUID, *, needed: bool) -> CheckField:
    """The choice of who takes over."""
    async with services.db.transaction(request.tenant.id) as connection:
        known = await handing_over.takers(connection, request.person, person_id)
    _ = translate(request)
    first = _("Chọn người nhận") if needed else _("Không bàn giao cho ai")
    options = (FieldOption(value="", label=first), *(FieldOption(value=str(one), label=name) for one, name in known))
    hint = N_("Chỉ người đang dùng tài khoản trong cùng đơn vị; người nhận giữ các vai trò của người này.")
    return CheckField(name="to_person", label=N_("Người nhận bàn giao"), kind="choice", hint=hint, options=options)


async def _frame(request: PageRequest, services: Given, person_id: UUID) -> DeedFrame:
    here = f"/work/people/{person_id}"
    taker = await taker_field(request, services, person_id, needed=True)
    why = deed_fields.reason(N_("Lý do, người nhận và người quản trị sau sẽ đọc"))
    return DeedFrame(path=f"{here}/hand-over", back=here, fields=(taker, why), heading=N_("Người nhận và lý do"))


def _asked(request: PageRequest, person_id: UUID) -> Asked:
    async def asked(connection: Connection, *, hold: bool) -> DeedCheck:
        return await handover_check.check(connection, request.person, person_id, hold=hold)

    return asked


routes = [show_unheld, hand_over_page, hand_over]
