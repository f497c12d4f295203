"""The steps of a year that the secretary takes: opening it, closing self-assessment and appraisal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access import Person
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.council.closing_view import closing_page
from parindex.assessments.council import matrix
from parindex.assessments.cycles import closing, steps
from parindex.assessments.model import Cycle
from parindex.errors import Refused
from parindex.store.database import Connection

CLOSINGS: Final[Mapping[str, Callable[[Connection, Person | None, UUID], Awaitable[Cycle]]]] = {
    "close-self-assessment": closing.close_self_assessment,
    "close-appraisal": closing.close_appraisal,
}
"""What the secretary may close."""

_ACTIONS: Final = {
    "close-self-assessment": "cycle:close_self_assessment",
    "close-appraisal": "cycle:close_appraisal",
    "open": "cycle:open",
}


@get([f"/work/cycles/{{cycle_id:uuid}}/{step}" for step in _ACTIONS], include_in_schema=False)
async def step_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a step is closed: it cannot be undone."""
    return await _step(request, services, cycle_id, request.scope["path"].rstrip("/").rpartition("/")[2], None)


@post("/work/cycles/{cycle_id:uuid}/open", include_in_schema=False)
async def open_year(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Redirect:
    """Begin self-assessment."""
    async with services.db.transaction(request.tenant.id) as connection:
        await steps.open_year(connection, request.person, cycle_id)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


@post("/work/cycles/{cycle_id:uuid}/close-self-assessment", include_in_schema=False)
async def close_self_assessment(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID]
) -> Response[str] | Redirect:
    """Lock every sheet that was not submitted."""
    return await _close(request, services, cycle_id, "close-self-assessment")


@post("/work/cycles/{cycle_id:uuid}/close-appraisal", include_in_schema=False)
async def close_appraisal(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Keep the points that hold as final."""
    return await _close(request, services, cycle_id, "close-appraisal")


async def _close(request: PageRequest, services: Given, cycle_id: UUID, step: str) -> Response[str] | Redirect:
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            await CLOSINGS[step](connection, request.person, cycle_id)
    except Refused as refused:
        if refused.code != "cycle_undecided":
            raise
        return await _step(request, services, cycle_id, step, refused)
    return Redirect(url(f"/work/cycles/{cycle_id}"), status_code=303)


async def _step(
    request: PageRequest, services: Given, cycle_id: UUID, step: str, refused: Refused | None
) -> Response[str]:
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await matrix.matrix(connection, request.person, cycle_id)
    steps.require(request.person, _ACTIONS[step], shown.cycle)
    status = refused.kind.status if refused else 200
    return page(request, closing_page(request, shown, step, refused), status=status, marked=shown.cycle.marked)


routes = [step_page, open_year, close_self_assessment, close_appraisal]
