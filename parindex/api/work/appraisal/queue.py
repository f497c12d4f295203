"""The appraiser's queue by area."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.appraisal.queue_view import queue_page
from parindex.assessments.appraisal import queue
from parindex.errors import Refused


@get("/work/appraisals/{cycle_id:uuid}", include_in_schema=False)
async def show_queue(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """The leaves that this person appraises, by area, with how far each is."""
    async with services.db.transaction(request.tenant.id) as connection:
        shown = await queue.queue(connection, request.person, cycle_id)
    if request.person is None:
        raise Refused("sign_in_needed")
    return page(request, queue_page(request, shown, request.person), marked=shown.cycle.marked)


routes = [show_queue]
