"""Moving the last day of a survey round: the form of the decision, and how it was moved before."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import read_form, typed
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.deadline_form import DeadlineForm
from parindex.api.work.surveys.extending_view import round_extension_page
from parindex.errors import Refused
from parindex.surveys.rounds import extending, opening


@get("/work/surveys/{round_id:uuid}/extend", include_in_schema=False)
async def extend_round_page(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str]:
    """Ask until when and by which decision."""
    return await _form(request, services, round_id)


@post("/work/surveys/{round_id:uuid}/extend", include_in_schema=False)
async def extend_round(request: PageRequest, services: Given, round_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Let the round take answers until a later day."""
    try:
        form = await read_form(request, DeadlineForm)
        decided = form.decided(request)
        async with services.db.transaction(request.tenant.id) as connection:
            held = await opening.get(connection, round_id)
            person = access.require(request.person, "survey:extend", state=held.state)
            await extending.extend(
                connection, round_id, last_day=form.last_day, decided=decided, actor=person.actor
            )  # fmt: skip
    except Refused as refused:
        if refused.code != "invalid_fields":
            raise
        return await _form(request, services, round_id, refused, await typed(request, DeadlineForm))
    return Redirect(url(f"/work/surveys/{round_id}/extend"), status_code=303)


async def _form(
    request: PageRequest,
    services: Given,
    round_id: UUID,
    refused: Refused | None = None,
    given: Mapping[str, str] | None = None,
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        access.require(request.person, "survey:extend", state=held.state)
        moved = await extending.extensions(connection, round_id)
    drawn = round_extension_page(request, held, moved, typed=given or {}, refused=refused)
    return page(request, drawn, status=refused.kind.status if refused else 200, marked=held.marked)


routes = [extend_round_page, extend_round]
