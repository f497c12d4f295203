"""Giving a sheet back to its agency for a formal fault: the form, and the deed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.api.shared.forms import read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.giving_back_view import giving_back_page
from parindex.api.work.deadline_form import DeadlineForm
from parindex.assessments.appraisal import giving_back
from parindex.errors import Refused


@get("/work/sheets/{sheet_id:uuid}/give-back", include_in_schema=False)
async def give_back_page(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str]:
    """Ask for the fault, the new day and the decision."""
    return await _form(request, services, sheet_id)


@post("/work/sheets/{sheet_id:uuid}/give-back", include_in_schema=False)
async def give_back(request: PageRequest, services: Given, sheet_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give the sheet back; its agency may change and send it until the new day."""
    try:
        form = await read_form(request, DeadlineForm)
        decided = form.decided(request)
        async with services.db.transaction(request.tenant.id) as connection:
            year = await giving_back.give_back(
                connection, request.person, sheet_id, last_day=form.last_day, decided=decided, zone=request.tenant.zone
            )
    except Refused as refused:
        if refused.code != "invalid_fields":
            raise
        return await _form(request, services, sheet_id, refused, await typed(request, DeadlineForm))
    return Redirect(url(f"/work/cycles/{year}"), status_code=303)


async def _form(
    request: PageRequest, services: Given, sheet_id: UUID, refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    async with services.db.transaction(request.tenant.id) as connection:
        cycle, sheet = await giving_back.returnable(connection, request.person, sheet_id)
    drawn = giving_back_page(request, cycle, sheet, typed=given or {}, refused=refused)
    return page(request, drawn, status=refused.kind.status if refused else 200, marked=cycle.marked)


routes = [give_back_page, give_back]
