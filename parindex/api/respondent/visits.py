"""The citizen's pages: open a link, answer a group a page, send, keep a receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import today_in
from parindex.api.respondent import session as sessions
from parindex.api.respondent.questions_view import group_page, messages_of
from parindex.api.respondent.session import HEADERS, first, go, session_of
from parindex.api.respondent.visits_view import (
    RespondentPage,
    information_page,
    next_step,
    paused_page,
    receipt_page,
    review_page,
    start_page,
)
from parindex.api.shared.forms import posted
from parindex.api.shared.page import lang_of, page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.errors import Refused
from parindex.surveys.answers import drafts, form_fields, visits
from parindex.surveys.answers.visits import Session
from parindex.surveys.model import Submission

Answer = Response[str] | Redirect


@get("/s/{token:str}", include_in_schema=False)
async def arrive(request: PageRequest, services: Given, token: FromPath[str]) -> Redirect:
    """Take the token out of the address: the rest of the visit goes by a sealed cookie."""
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            visit = await visits.arrive(connection, token)
    except Refused:
        sessions.guessed(request)
        raise
    return go(request, services, "/survey", visit)


@get("/survey", include_in_schema=False)
async def start(request: PageRequest, services: Given) -> Answer:
    """What is asked, by whom and what is kept; nothing was answered yet, or it goes on."""
    session = await session_of(request, services)
    if elsewhere := _elsewhere(session, agreed=False):
        return go(request, services, elsewhere)
    return _page(request, session, start_page(session, lang_of(request)))


@post("/survey", include_in_schema=False)
async def agree(request: PageRequest, services: Given) -> Redirect:
    """The respondent agrees to the information sheet."""
    session = await session_of(request, services)
    if elsewhere := _elsewhere(session, agreed=False):
        return go(request, services, elsewhere)
    visit = msgspec.structs.replace(session.visit, agreed=True)
    step = next_step(session)
    return go(request, services, f"/survey/{step}" if step else "/survey/review", visit)


@get("/survey/{step:int}", include_in_schema=False)
async def questions(request: PageRequest, services: Given, step: FromPath[int]) -> Answer:
    """One group of questions."""
    session = await session_of(request, services)
    if elsewhere := _elsewhere(session, step):
        return go(request, services, elsewhere)
    return _page(request, session, group_page(session, step, session.draft, {}, lang_of(request)))


@post("/survey/{step:int}", include_in_schema=False)
async def save(request: PageRequest, services: Given, step: FromPath[int]) -> Answer:
    """Keep what was answered, then go on, back, or stop; what is missing is named and nothing is lost, though it be late."""
    fields, session = await posted(request), await session_of(request, services, late=True)
    if elsewhere := _elsewhere(session, step):
        return go(request, services, elsewhere)
    then, lang = first(fields, "then", "next"), lang_of(request)
    group = session.layout.groups[session.form.groups[step - 1]]
    taken = form_fields.read(session.layout, group, session.draft, fields, leave_out=then == "skip")
    async with services.db.transaction(request.tenant.id) as connection:
        await drafts.save(
            connection, session.round.id, session.visit.invitation_id, taken.draft.answers, taken.draft.texts
        )
    if session.untimely is not None:
        raise session.untimely
    if then == "stop":
        return go(request, services, "/survey/paused")
    if then == "back":
        return go(request, services, f"/survey/{step - 1}" if step > 1 else "/survey")
    if taken.errors or taken.missing:
        shown = group_page(session, step, taken.draft, messages_of(taken, lang), lang)
        return _page(request, session, shown, 422 if shown.errors else 200)
    return go(request, services, f"/survey/{step + 1}" if step < len(session.form.groups) else "/survey/review")


@get("/survey/paused", include_in_schema=False)
async def paused(request: PageRequest, services: Given) -> Answer:
    """What was answered is kept; the same link goes on."""
    session = await session_of(request, services)
    if elsewhere := _elsewhere(session, agreed=False):
        return go(request, services, elsewhere)
    return _page(request, session, paused_page(session, lang_of(request)))


@get("/survey/review", include_in_schema=False)
async def review(request: PageRequest, services: Given) -> Answer:
    """The last look before sending."""
    session = await session_of(request, services)
    if elsewhere := _elsewhere(session):
        return go(request, services, elsewhere)
    return _review(request, session, ())


@post("/survey/review", include_in_schema=False)
async def send(request: PageRequest, services: Given) -> Answer:
    """Send; sent again, it is the same response and the same receipt."""
    fields, session = await posted(request), await session_of(request, services)
    seen = first(fields, "content")
    if session.used:
        return await _already_sent(request, services, session, seen)
    open_items = form_fields.open_items(session.layout, session.form, session.draft.answers)
    if open_items or not session.visit.agreed:
        return _review(request, session, [step for step, _ in open_items])
    submission = _submission(session, today_in(request.tenant))
    if seen != submission.content.hex():
        return _review(request, session, ())
    plan = session.layout.plan(session.round.form or "")
    plan.check(submission.answers, submission.texts)
    try:
        await services.intake.submit(request.tenant.id, session.round.id, submission)
    except Refused as refused:
        if refused.code not in ("response_differs", "invitation_used"):
            raise
        return await _already_sent(request, services, session, seen)
    return go(request, services, "/survey/receipt", msgspec.structs.replace(session.visit, sent=True))


@get("/survey/receipt", include_in_schema=False)
async def receipt(request: PageRequest, services: Given) -> Answer:
    """The receipt: its code only for the browser that sent the response."""
    session = await session_of(request, services)
    if not session.used:
        return go(request, services, "/survey")
    return _page(request, session, receipt_page(session, lang_of(request)))


@get("/survey/information", include_in_schema=False)
async def information(request: PageRequest, services: Given) -> Response[str]:
    """The information sheet that respondents agree to."""
    session = await session_of(request, services)
    return _page(request, session, information_page(session, lang_of(request)))


async def _already_sent(request: PageRequest, services: Services, session: Session, seen: str) -> Redirect:
    """A second click sees its receipt; whoever merely holds the link does not."""
    async with services.db.transaction(request.tenant.id) as connection:
        content = await visits.stored_content(connection, session.visit)
    same = content is not None and content.hex() == seen
    visit = msgspec.structs.replace(session.visit, sent=True) if same else None
    return go(request, services, "/survey/receipt", visit)


def _submission(session: Session, day: date) -> Submission:
    return Submission(
        client_id=session.client_id,
        answers=tuple(session.draft.answers),
        texts=session.draft.texts,
        token_hash=session.token_hash,
        channel="web",
        day=day,
    )


def _review(request: PageRequest, session: Session, open_steps: Iterable[int]) -> Response[str]:
    content = _submission(session, today_in(request.tenant)).content.hex()
    shown = review_page(session, open_steps, content, lang_of(request))
    return _page(request, session, shown, 422 if shown.errors else 200)


def _page(request: PageRequest, session: Session, shown: RespondentPage, status: int = 200) -> Response[str]:
    return page(request, shown, status=status, marked=session.round.marked, headers=HEADERS)


def _elsewhere(session: Session, step: int | None = None, *, agreed: bool = True) -> str | None:
    """Where a visit belongs instead of a page that comes before sending.

    Args:
        session: The visit.
        step: The page of questions, from 1; ``None`` where none is asked for.
        agreed: Whether the page comes after the information sheet.
    """
    if session.used:
        return "/survey/receipt"
    if agreed and not session.visit.agreed:
        return "/survey"
    if step is not None and not 1 <= step <= len(session.form.groups):
        return "/survey/review"
    return None


routes = [arrive, start, agree, questions, save, paused, review, send, receipt, information]
