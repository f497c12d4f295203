"""Accepting the rest of a leaf as declared: asked for with who it is and what looks wrong."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import DeedFrame
from parindex.assessments.appraisal import accepting, accepting_check
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.store.database import Connection


@get("/work/appraisals/{cycle_id:uuid}/{code:str}/rest", include_in_schema=False)
async def rest_page(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], code: FromPath[str]
) -> Response[str]:
    """Ask before every remaining agency of a leaf is accepted as declared."""
    return await deed_check.ask(request, services, _frame(cycle_id, code), _asked(request, cycle_id, code))


@post("/work/appraisals/{cycle_id:uuid}/{code:str}/rest", include_in_schema=False)
async def accept_rest(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Accept every remaining agency of a leaf as declared."""

    async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
        assert request.person is not None
        await confirm(connection, check, form.given, by=request.person.actor)
        await accepting.accept_rest(connection, request.person, cycle_id, code)
        return f"/work/appraisals/{cycle_id}"

    frame, asked = _frame(cycle_id, code), _asked(request, cycle_id, code)
    return await deed_check.take(request, services, frame, CheckForm, asked, deed)


def _frame(cycle_id: UUID, code: str) -> DeedFrame:
    here = f"/work/appraisals/{cycle_id}/{code}"
    return DeedFrame(path=f"{here}/rest", back=here)


def _asked(request: PageRequest, cycle_id: UUID, code: str) -> Asked:
    return partial(accepting_check.of_rest, person=request.person, cycle_id=cycle_id, code=code)


routes = [rest_page, accept_rest]
