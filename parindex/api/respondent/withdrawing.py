"""Taking consent back: drop what was not sent, or withdraw what was."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, get, post

from parindex.api.respondent.session import HEADERS, first, guessed, over, session_of
from parindex.api.respondent.visits_view import WithdrawnPage, withdraw_page
from parindex.api.shared.forms import posted
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.problems import form_error
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.errors import Refused
from parindex.surveys.answers import drafts, withdrawal
from parindex.surveys.rounds import opening

LONGEST_CODE = 60
"""Characters of a receipt code that are read, blanks and dashes included."""


@get("/survey/withdraw", include_in_schema=False)
async def withdraw_form(request: PageRequest, services: Given) -> Response[str]:
    """Take consent back: drop what was not sent, or withdraw what was."""
    return await _form(request, services, "", None)


@post("/survey/withdraw", include_in_schema=False)
async def withdraw(request: PageRequest, services: Given) -> Response[str]:
    """Erase the response of a receipt code; works from any browser until the lock."""
    typed = first(await posted(request), "code")[:LONGEST_CODE]
    if not typed.strip():
        return await _form(request, services, "", Refused("field_empty"))
    try:
        await _withdraw_in_open_rounds(services, request.tenant.id, typed)
    except Refused as refused:
        if refused.code != "receipt_unknown":
            raise
        guessed(request)
        return await _form(request, services, typed, refused)
    return page(request, WithdrawnPage(consent=None, contact=None), headers=HEADERS)


@post("/survey/forget", include_in_schema=False)
async def forget(request: PageRequest, services: Given) -> Response[str]:
    """Drop answers that were not sent."""
    session = await session_of(request, services)
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.drop(connection, session.round.id, session.visit.invitation_id)
    return over(request, page(request, WithdrawnPage(consent=None, contact=None), headers=HEADERS))


async def _withdraw_in_open_rounds(services: Services, tenant_id: UUID, typed: str) -> None:
    async with services.db.transaction(tenant_id) as connection:
        rounds = [known for known in await opening.every(connection) if known.state == "open"]
    if not rounds:
        raise Refused("round_closed")
    for known in rounds:
        try:
            async with services.db.transaction(tenant_id) as connection:
                await withdrawal.withdraw(connection, known.id, typed)
        except Refused as refused:
            if refused.code not in ("receipt_unknown", "round_closed"):
                raise
        else:
            return
    raise Refused("receipt_unknown")


async def _form(request: PageRequest, services: Services, typed: str, refused: Refused | None) -> Response[str]:
    try:
        session = await session_of(request, services)
    except Refused:
        session = None
    errors = (form_error(refused, "code", lang_of(request)),) if refused else ()
    return page(
        request, withdraw_page(session, typed, errors), status=refused.kind.status if refused else 200,
        marked=session.round.marked if session else None, headers=HEADERS,
    )  # fmt: skip


routes = [withdraw_form, withdraw, forget]
