"""The citizen's pages: open a link, answer a group a page, send, keep a receipt, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access.tenants import Tenant
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.requests import cookie
from parindex.api.shared.services import Given, Services
from parindex.errors import N_, Refused
from parindex.surveys.answers import drafts, form_fields, receipts, visits, withdrawal
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.answers.limits import Limit
from parindex.surveys.answers.visits import Session, Visit
from parindex.surveys.model import Submission
from parindex.surveys.questionnaire.instrument import DONT_KNOW, SKIPPED, Group, Item
from parindex.surveys.rounds import opening
from parindex.text import Language, words

COOKIE: Final = "survey_visit"
HEADERS: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

LINK: Final = Limit(burst=120, per_minute=120)
"""Requests of one invitation."""

GUESSES: Final = Limit(burst=20, per_minute=10)
"""Failed tokens and receipt codes from one address."""

_SHORT_LABEL: Final = 26
_CELLS: Final = 5

Web = Request[Any, Any, Any]


def today_in(tenant: Tenant) -> date:
    """The day in the tenant's zone."""
    return datetime.now(tenant.zone).date()


@get("/s/{token:str}", include_in_schema=False)
async def arrive(request: Web, services: Given, token: FromPath[str]) -> Response[Any]:
    """Take the token out of the address: the rest of the visit goes by a sealed cookie."""
    guesser = _address(request)
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            visit = await visits.arrive(connection, token)
    except Refused:
        GUESSES.take(guesser)
        raise
    return _go(request, services, "/survey", visit)


@get("/survey", include_in_schema=False)
async def start(request: Web, services: Given) -> Response[Any]:
    """What is asked, by whom and what is kept; nothing was answered yet, or it goes on."""
    session = await _session(request, services)
    if session.used:
        return _go(request, services, "/survey/receipt")
    begun = session.visit.agreed or session.draft.answers != session.layout.blank()
    context = {**_frame(request, session), "begun": begun, "next": _next_step(session)}
    return _page(request, session, "respondent/start.html", context)


@post("/survey", include_in_schema=False)
async def agree(request: Web, services: Given) -> Response[Any]:
    """The respondent agrees to the information sheet."""
    session = await _session(request, services)
    if session.used:
        return _go(request, services, "/survey/receipt")
    visit = msgspec.structs.replace(session.visit, agreed=True)
    step = _next_step(session)
    return _go(request, services, f"/survey/{step}" if step else "/survey/review", visit)


@get("/survey/{step:int}", include_in_schema=False)
async def group_page(request: Web, services: Given, step: FromPath[int]) -> Response[Any]:
    """One group of questions."""
    session = await _session(request, services)
    if elsewhere := _elsewhere(session, step):
        return _go(request, services, elsewhere)
    return _group(request, session, step, session.draft, {})


@post("/survey/{step:int}", include_in_schema=False)
async def save(request: Web, services: Given, step: FromPath[int]) -> Response[Any]:
    """Keep what was answered, then go on, back, or stop; what is missing is named and nothing is lost."""
    fields = await _fields(request)
    session = await _session(request, services)
    if elsewhere := _elsewhere(session, step):
        return _go(request, services, elsewhere)
    then = (fields.get("then") or ["next"])[0]
    group = session.layout.groups[session.form.groups[step - 1]]
    taken = form_fields.read(session.layout, group, session.draft, fields, leave_out=then == "skip")
    async with services.db.transaction(request.state.tenant.id) as connection:
        await drafts.save(
            connection, session.round.id, session.visit.invitation_id, taken.draft.answers, taken.draft.texts
        )
    if then == "stop":
        return _go(request, services, "/survey/paused")
    if then == "back":
        return _go(request, services, f"/survey/{step - 1}" if step > 1 else "/survey")
    if taken.errors or taken.missing:
        return _group(request, session, step, taken.draft, _messages(request, taken))
    return _go(request, services, f"/survey/{step + 1}" if step < len(session.form.groups) else "/survey/review")


@get("/survey/paused", include_in_schema=False)
async def paused(request: Web, services: Given) -> Response[Any]:
    """What was answered is kept; the same link goes on."""
    session = await _session(request, services)
    if session.used:
        return _go(request, services, "/survey/receipt")
    return _page(request, session, "respondent/paused.html", {**_frame(request, session), "next": _next_step(session)})


@get("/survey/review", include_in_schema=False)
async def review(request: Web, services: Given) -> Response[Any]:
    """The last look before sending."""
    session = await _session(request, services)
    if session.used:
        return _go(request, services, "/survey/receipt")
    if not session.visit.agreed:
        return _go(request, services, "/survey")
    return _review(request, session, ())


@post("/survey/review", include_in_schema=False)
async def send(request: Web, services: Given) -> Response[Any]:
    """Send; sent again, it is the same response and the same receipt."""
    fields = await _fields(request)
    session = await _session(request, services)
    seen = (fields.get("content") or [""])[0]
    sent = msgspec.structs.replace(session.visit, sent=True)
    if session.used:
        return await _already_sent(request, services, session, seen)
    open_items = form_fields.open_items(session.layout, session.form, session.draft.answers)
    if open_items or not session.visit.agreed:
        return _review(request, session, open_items)
    submission = _submission(session, today_in(request.state.tenant))
    if seen != submission.content.hex():
        return _review(request, session, ())
    plan = session.layout.plan(session.round.form or "")
    plan.check(submission.answers, submission.texts)
    try:
        await services.intake.submit(
            request.state.tenant.id, session.round.id, submission, today=lambda: today_in(request.state.tenant)
        )
    except Refused as refused:
        if refused.code not in ("response_differs", "invitation_used"):
            raise
        return await _already_sent(request, services, session, seen)
    return _go(request, services, "/survey/receipt", sent)


@get("/survey/receipt", include_in_schema=False)
async def receipt(request: Web, services: Given) -> Response[Any]:
    """The receipt: its code only for the browser that sent the response."""
    session = await _session(request, services)
    if not session.used:
        return _go(request, services, "/survey")
    code = receipts.spaced(session.receipt) if session.visit.sent else None
    scored = len([place for place in session.layout.scored if place.group.code in session.form.groups])
    about = any(session.layout.groups[code].area is None for code in session.form.groups)
    context = {**_frame(request, session), "code": code, "scored": scored, "about": about}
    return _page(request, session, "respondent/receipt.html", context)


@get("/survey/information", include_in_schema=False)
async def information(request: Web, services: Given) -> Response[Any]:
    """The information sheet that respondents agree to."""
    session = await _session(request, services)
    return _page(request, session, "respondent/information.html", _frame(request, session))


@get("/survey/withdraw", include_in_schema=False)
async def withdraw_page(request: Web, services: Given) -> Response[Any]:
    """Take consent back: drop what was not sent, or withdraw what was."""
    return await _withdraw(request, services, "", None)


@post("/survey/withdraw", include_in_schema=False)
async def withdraw(request: Web, services: Given) -> Response[Any]:
    """Erase the response of a receipt code; works from any browser until the lock."""
    fields = await _fields(request)
    typed = (fields.get("code") or [""])[0][:60]
    guesser = _address(request)
    try:
        await _withdraw_in_open_rounds(services, request.state.tenant.id, typed)
    except Refused as refused:
        if refused.code != "receipt_unknown":
            raise
        GUESSES.take(guesser)
        return await _withdraw(request, services, typed, refused)
    return page(request, "respondent/withdrawn.html", {"consent": None, "contact": None}, headers=HEADERS)


@post("/survey/forget", include_in_schema=False)
async def forget(request: Web, services: Given) -> Response[Any]:
    """Drop answers that were not sent."""
    session = await _session(request, services)
    async with services.db.transaction(request.state.tenant.id) as connection:
        await drafts.drop(connection, session.round.id, session.visit.invitation_id)
    response = page(request, "respondent/withdrawn.html", {"consent": None, "contact": None}, headers=HEADERS)
    response.delete_cookie(COOKIE, path=url("/survey"))
    return response


async def _withdraw_in_open_rounds(services: Services, tenant_id: UUID, typed: str) -> None:
    async with services.db.transaction(tenant_id) as connection:
        held = [one for one in await opening.every(connection) if one.state == "open"]
    if not held:
        raise Refused("round_closed")
    for one in held:
        try:
            async with services.db.transaction(tenant_id) as connection:
                await withdrawal.withdraw(connection, one.id, typed)
        except Refused as refused:
            if refused.code not in ("receipt_unknown", "round_closed"):
                raise
        else:
            return
    raise Refused("receipt_unknown")


async def _withdraw(request: Web, services: Services, typed: str, refused: Refused | None) -> Response[Any]:
    try:
        session = await _session(request, services)
    except Refused:
        session = None
    errors = []
    if refused is not None:
        title, detail = sentence(refused.code, refused.values, lang_of(request))
        errors.append({"id": "code", "message": f"{title}. {detail}"})
    context: dict[str, Any] = {"consent": None, "contact": None, "typed": typed, "errors": errors, "draft": False}
    if session is not None:
        kept = not session.used and session.draft.answers != session.layout.blank()
        context |= {**_frame(request, session), "draft": kept}
    status = refused.kind.status if refused else 200
    marked = session.round.marked if session else None
    return page(request, "respondent/withdraw.html", context, status=status, marked=marked, headers=HEADERS)


async def _session(request: Web, services: Services) -> Session:
    tenant: Tenant = request.state.tenant
    visit = visits.unseal(cookie(request.scope, COOKIE), tenant.id, services.secret)
    LINK.take(str(visit.invitation_id))
    async with services.db.transaction(tenant.id, snapshot=True) as connection:
        return await visits.resume(connection, visit, today_in(tenant))


async def _already_sent(request: Web, services: Services, session: Session, seen: str) -> Response[Any]:
    """A second click sees its receipt; whoever merely holds the link does not."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        content = await visits.stored_content(connection, session.visit)
    same = content is not None and content.hex() == seen
    visit = msgspec.structs.replace(session.visit, sent=True) if same else None
    return _go(request, services, "/survey/receipt", visit)


async def _fields(request: Web) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}


def _submission(session: Session, day: date) -> Submission:
    return Submission(
        client_id=session.client_id,
        answers=tuple(session.draft.answers),
        texts=session.draft.texts,
        token_hash=session.token_hash,
        channel="web",
        day=day,
    )


def _go(request: Web, services: Services, path: str, visit: Visit | None = None) -> Response[Any]:
    response = Redirect(url(path), status_code=303, headers=HEADERS)
    if visit is not None:
        response.set_cookie(
            COOKIE, visits.seal(visit, request.state.tenant.id, services.secret), httponly=True, samesite="lax",
            secure=services.settings.secure_cookies, path=url("/survey"),
        )  # fmt: skip
    return response


def _page(
    request: Web, session: Session, template: str, context: Mapping[str, Any], status: int = 200
) -> Response[Any]:
    return page(request, template, context, status=status, marked=session.round.marked, headers=HEADERS)


def _frame(request: Web, session: Session) -> dict[str, Any]:
    """What every page of a visit shows."""
    lang = lang_of(request)
    held, place = session.round, session.place
    agency = (place.agency_en or place.agency_vi) if lang == "en" else place.agency_vi
    return {
        "consent": {
            "version": held.information, "href": url("/survey/information"), "least": held.min_n,
            "withdraw": url("/survey/withdraw"),
        },
        "contact": held.contact,
        "survey": {
            "title": held.title(lang), "agency": agency, "place": place.psu_name, "until": held.closes_on,
            "minutes": session.form.minutes, "steps": len(session.form.groups),
            "questions": sum(len(session.layout.groups[code].items) for code in session.form.groups),
        },
    }  # fmt: skip


def _next_step(session: Session) -> int | None:
    """The first page with something open; ``None`` when everything is answered."""
    return next((step for step, _ in form_fields.open_items(session.layout, session.form, session.draft.answers)), None)


def _elsewhere(session: Session, step: int) -> str | None:
    """Where a page of questions sends a visit that does not belong there."""
    if session.used:
        return "/survey/receipt"
    if not session.visit.agreed:
        return "/survey"
    if not 1 <= step <= len(session.form.groups):
        return "/survey/review"
    return None


def _group(request: Web, session: Session, step: int, draft: Draft, messages: Mapping[str, str]) -> Response[Any]:
    lang = lang_of(request)
    group = session.layout.groups[session.form.groups[step - 1]]
    questions = [
        _question(request, session, group, number, item, draft, messages) for number, item in enumerate(group.items, 1)
    ]
    errors = [
        {"id": form_fields.field_name(item), "message": _error_line(request, question)}
        for item, question in zip(group.items, questions, strict=True)
        if question["error"]
    ]
    may_skip = bool(errors) and not any(
        item.missing == "refused" and question["error"] for item, question in zip(group.items, questions, strict=True)
    )
    context = {
        **_frame(request, session), "step": step, "steps": len(session.form.groups),
        "left": form_fields.minutes_left(session.layout, session.form, step), "title": words(group.title, lang),
        "ask": words(group.ask, lang) if group.ask else None, "questions": questions, "errors": errors,
        "may_skip": may_skip, "action": url(f"/survey/{step}"),
    }  # fmt: skip
    return _page(request, session, "respondent/group.html", context, 422 if errors else 200)


def _error_line(request: Web, question: Mapping[str, Any]) -> str:
    return str(translate(request)(N_("Câu %(number)s: %(text)s"), number=question["number"], text=question["text"]))


def _question(
    request: Web,
    session: Session,
    group: Group,
    number: int,
    item: Item,
    draft: Draft,
    messages: Mapping[str, str],
) -> dict[str, Any]:
    """What the component ``q`` shows."""
    lang, layout = lang_of(request), session.layout
    scale = layout.instrument.scales.get(item.scale or item.many or "", ())
    place = layout.places[item.code]
    stored = draft.answers[place.first : place.first + place.length]
    chosen = (
        [str(option.code) for option, value in zip(scale, stored, strict=True) if value == 1]
        if item.many is not None
        else [str(value) for value in stored if value is not None and value != SKIPPED]
    )
    options = [{"value": str(option.code), "label": words(option.text, lang)} for option in scale]
    short = len(options) <= _CELLS and all(len(option["label"]) <= _SHORT_LABEL for option in options)
    dont_know = {"value": str(DONT_KNOW), "label": translate(request)(N_("Không biết"))} if item.dont_know else None
    name = form_fields.field_name(item)
    return {
        "number": item.code if group.area else number, "name": name, "text": words(item.text, lang), "hint": None,
        "kind": "text" if item.write else "many" if item.many else "scale" if short else "one",
        "options": options, "chosen": chosen, "other": dont_know, "error": messages.get(name),
        "text_value": draft.texts.get(item.code, ""), "words": _words(item, scale, lang, draft, messages),
    }  # fmt: skip


def _words(
    item: Item, scale: Sequence[Any], lang: Language, draft: Draft, messages: Mapping[str, str]
) -> dict[str, Any] | None:
    """The field for words to an answer that may be specified."""
    specified = [words(option.text, lang) for option in scale if option.specify]
    if not specified:
        return None
    name = form_fields.words_name(item)
    return {
        "name": name,
        "answer": ", ".join(specified),
        "value": draft.texts.get(item.code, ""),
        "error": messages.get(name),
    }


def _messages(request: Web, taken: form_fields.Page) -> dict[str, str]:
    lang = lang_of(request)
    found = {}
    for error in taken.errors:
        title, detail = sentence(error.code, error.values, lang)
        found[error.field] = detail or title
    for item in taken.missing:
        title, _ = sentence("answer_missing", {}, lang)
        found[form_fields.field_name(item)] = title
    return found


def _review(request: Web, session: Session, open_items: Sequence[tuple[int, Item]]) -> Response[Any]:
    lang = lang_of(request)
    open_steps = dict.fromkeys(step for step, _ in open_items)
    groups = []
    for step, code in enumerate(session.form.groups, 1):
        group = session.layout.groups[code]
        groups.append({
            "step": step, "title": words(group.title, lang), "href": url(f"/survey/{step}"), "total": len(group.items),
            "answered": form_fields.answered_items(session.layout, group, session.draft.answers), "id": f"group-{step}",
        })  # fmt: skip
    translator = translate(request)
    errors = [
        {
            "id": f"group-{step}",
            "message": translator(N_("Phần %(step)s: %(title)s"), step=step, title=groups[step - 1]["title"]),
        }
        for step in open_steps
    ]
    submission = _submission(session, today_in(request.state.tenant))
    context = {
        **_frame(request, session), "groups": groups, "errors": errors, "content": submission.content.hex(),
        "last": url(f"/survey/{len(session.form.groups)}"),
    }  # fmt: skip
    return _page(request, session, "respondent/review.html", context, 422 if errors else 200)


def _address(request: Web) -> str:
    return request.client.host if request.client else "-"


routes = [
    arrive, start, agree, group_page, save, paused, review, send, receipt, information, withdraw_page, withdraw, forget,
]  # fmt: skip
