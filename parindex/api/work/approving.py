"""The steps of a draft on pages, one way for everything that one person drafts and another approves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Final, Protocol
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from parindex.access import form_drafts
from parindex.access.model import Person
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line, read_form
from parindex.api.shared.page import url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given, Services
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import Asked, CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.drafts_view import TYPED_STEPS, DraftMark, mark, step_form
from parindex.api.work.reading_view import ReadingPage
from parindex.api.work.uploaded_file import FileForm
from parindex.approvals import checks, flow
from parindex.approvals.model import Drafted, Opened, ReadingSoFar
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.audit.reasoned_decision import LONGEST_REASON
from parindex.errors import N_, FieldError, Refused
from parindex.store.database import Connection
from parindex.text import Language


class DraftReasonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a draft is sent back or given up."""

    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] = ""
    """Who drafts reads it."""


class DraftDecisionForm(CheckForm, frozen=True, kw_only=True):
    """The decision that publishes a draft."""

    number: Annotated[Line, msgspec.Meta(max_length=200)]
    """Số, ký hiệu."""

    day: date = msgspec.field(name="date")
    """Ngày ban hành."""


class StepAsked(Protocol):
    """What a room says before a step of a draft."""

    async def __call__(self, connection: Connection, *, person: Person | None, draft_id: UUID, hold: bool) -> DeedCheck:
        """What is shown."""


class DraftDrawn(Protocol):
    """The page of a draft, with what was refused and what was typed."""

    async def __call__(
        self, request: PageRequest, services: Services, draft_id: UUID, *, refused: Refused | None = None,
        form: type[msgspec.Struct] | None = None,
    ) -> Response[str]:  # fmt: skip
        """The page."""


async def kept_typing(connection: Connection, person: Person, draft: str) -> dict[str, DraftMark]:
    """What somebody typed on the page of a draft and did not send, by form."""
    stands = {"remarks": {"said": "", "code": ""}}
    return {
        step: mark(
            person, step_form(draft, step), await form_drafts.of_form(connection, person, step_form(draft, step)),
            stands.get(step, {"reason": ""}),
        )
        for step in TYPED_STEPS
    }  # fmt: skip


class DraftPages(msgspec.Struct, frozen=True, kw_only=True):
    """Where drafts of a kind are, and what is said before their steps."""

    kind: Drafted
    """The kind."""

    here: str
    """Where its drafts are."""

    published: str
    """Where what was published is."""

    checks: Mapping[str, StepAsked]
    """What is said before ``submit``, ``approve`` and ``publish``."""

    draw: DraftDrawn
    """The page of a draft."""

    mend: Callable[[PageRequest, Services, UUID, FileForm], Awaitable[None]]
    """Makes a further version of what was sent."""

    reading: Callable[[Person, Opened, Sequence[ReadingSoFar], str, Language], ReadingPage]
    """The page on which it is read line by line."""

    marked: Callable[[Opened], str | None]
    """How its pages are marked."""


_Step = Callable[[Drafted, Connection, Person | None, UUID], Awaitable[None]]
_Reasoned = Callable[[Drafted, Connection, Person | None, UUID, str], Awaitable[None]]
_STEPS: Final[Mapping[str, _Step]] = {"submit": flow.submit, "approve": flow.approve}
_REASONED: Final[Mapping[str, _Reasoned]] = {"return": flow.send_back, "withdraw": flow.withdraw}


def step_routes(pages: DraftPages) -> list[HTTPRouteHandler]:
    """Asking before each step and taking it: submit, approve, publish; return and withdraw with a reason."""
    found = [route for name, step in _STEPS.items() for route in _asked_step(pages, name, step)]
    found += _publishing(pages)
    return [*found, *(_with_reason(pages, name, step) for name, step in _REASONED.items())]


def _asked_step(pages: DraftPages, name: str, step: _Step) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    path = f"{pages.here}/{{draft_id:uuid}}/{name}"

    @get(path, include_in_schema=False)
    async def ask_step(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
        return await deed_check.ask(
            request, services, _frame(pages, draft_id, name), _asked(pages, request, draft_id, name)
        )

    @post(path, include_in_schema=False)
    async def take_step(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
        async def deed(connection: Connection, check: DeedCheck, form: CheckForm) -> str:
            await confirm(connection, check, form.given, by=_actor(request))
            await step(pages.kind, connection, request.person, draft_id)
            return f"{pages.here}/{draft_id}"

        asked = _asked(pages, request, draft_id, name)
        return await deed_check.take(request, services, _frame(pages, draft_id, name), CheckForm, asked, deed)

    return ask_step, take_step


def _publishing(pages: DraftPages) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    path = f"{pages.here}/{{draft_id:uuid}}/publish"

    def framed(draft_id: UUID) -> DeedFrame:
        fields = (deed_fields.NUMBER, deed_fields.DAY)
        return _frame(pages, draft_id, "publish", fields, N_("Quyết định ban hành"))

    @get(path, include_in_schema=False)
    async def ask_publishing(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str]:
        return await deed_check.ask(request, services, framed(draft_id), _asked(pages, request, draft_id, "publish"))

    @post(path, include_in_schema=False)
    async def publish(request: PageRequest, services: Given, draft_id: FromPath[UUID]) -> Response[str] | Redirect:
        async def before(connection: Connection) -> str | None:
            held = await pages.kind.opened(connection, request.person, draft_id, hold=False)
            return f"{pages.published}/{held.draft.published_id}" if held.draft.published_id else None

        async def deed(connection: Connection, check: DeedCheck, form: DraftDecisionForm) -> str:
            if form.day > today_in(request.tenant):
                raise Refused("invalid_fields", fields=(FieldError(field="date", code="decision_in_future"),))
            held = await pages.kind.opened(connection, request.person, draft_id, hold=False)
            lines = checks.of_decision(held, form.number, form.day, request.tenant.zone)
            told = {"number": form.number, "date": form.day.isoformat()}
            await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
            done = await flow.publish(pages.kind, connection, request.person, draft_id, form.number, form.day)
            return f"{pages.published}/{done}"

        asked = _asked(pages, request, draft_id, "publish")
        return await deed_check.take(request, services, framed(draft_id), DraftDecisionForm, asked, deed, before=before)

    return ask_publishing, publish


def _with_reason(pages: DraftPages, name: str, step: _Reasoned) -> HTTPRouteHandler:
    @post(f"{pages.here}/{{draft_id:uuid}}/{name}", include_in_schema=False)
    async def take_with_reason(
        request: PageRequest, services: Given, draft_id: FromPath[UUID]
    ) -> Response[str] | Redirect:
        try:
            form = await read_form(request, DraftReasonForm)
            async with services.db.transaction(request.tenant.id) as connection:
                await step(pages.kind, connection, request.person, draft_id, form.reason)
                assert request.person is not None
                await form_drafts.drop(connection, request.person, step_form(f"{pages.here}/{draft_id}", name))
        except Refused as refused:
            if refused.kind.status in (400, 401, 403, 404):
                raise
            return await pages.draw(request, services, draft_id, refused=refused, form=DraftReasonForm)
        return Redirect(url(f"{pages.here}/{draft_id}"), status_code=303)

    return take_with_reason


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


def _frame(
    pages: DraftPages, draft_id: UUID, deed: str, fields: tuple[CheckField, ...] = (), heading: str = ""
) -> DeedFrame:
    here = f"{pages.here}/{draft_id}"
    return DeedFrame(path=f"{here}/{deed}", back=here, fields=fields, heading=heading)


def _asked(pages: DraftPages, request: PageRequest, draft_id: UUID, deed: str) -> Asked:
    return partial(pages.checks[deed], person=request.person, draft_id=draft_id)
