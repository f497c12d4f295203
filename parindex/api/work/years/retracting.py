"""Retracting an edition, and reopening a published year for correction."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import today_in
from parindex.api.shared.forms import Line
from parindex.api.shared.page import lang_of
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work import deed_check, deed_fields
from parindex.api.work.deed_check import CheckForm
from parindex.api.work.deed_check_view import CheckField, DeedFrame
from parindex.api.work.sheets.entry_view import FieldOption
from parindex.audit import reasoned_decision
from parindex.audit.confirmation import DeedCheck, confirm
from parindex.errors import N_
from parindex.publication import corrections, edition_cache, edition_checks, editions, publish
from parindex.store.database import Connection
from parindex.text import translator


class RetractionForm(CheckForm, frozen=True, kw_only=True):
    """The decision that retracts an edition; what it lacks is told by the deed."""

    number: Line
    """Số, ký hiệu."""

    date: Line
    """Ngày ban hành, as typed."""

    signer: Line
    """Người ký."""

    reason: Annotated[str, msgspec.Meta(max_length=2000)]
    """The public reads it."""

    successor: Line | None = None
    """Number of the edition that takes its place."""


class ReopeningForm(CheckForm, frozen=True, kw_only=True):
    """The decision that reopens a published year."""

    number: Line = ""
    """Số, ký hiệu."""

    date: datetime.date | None = None
    """Its day."""

    reason: Annotated[str, msgspec.Meta(max_length=reasoned_decision.LONGEST_REASON)] = ""
    """Printed with the edition that comes of it."""


@get("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract_page(request: PageRequest, services: Given, number: FromPath[str]) -> Response[str]:
    """Asks for decision and reason: a retraction cannot be undone."""
    frame = await _retraction_frame(request, services, number)
    return await deed_check.ask(request, services, frame, partial(_retracting, request, number))


@post("/work/editions/{number:str}/retract", include_in_schema=False)
async def retract(request: PageRequest, services: Given, number: FromPath[str]) -> Response[str] | Redirect:
    """Seal an edition's content; its address then answers 410."""

    async def deed(connection: Connection, check: DeedCheck, form: RetractionForm) -> str:
        paper = publish.decision(form.number, form.date, form.signer, today=today_in(request.tenant))
        lines = await edition_checks.of_retraction_decision(connection, number, paper)
        told = {"number": paper.number, "date": paper.date.isoformat(), "reason": form.reason}
        await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        await publish.retract(
            connection, number=number, decided=paper, reason=form.reason, successor=form.successor,
            person=request.person,
        )  # fmt: skip
        return f"/editions/{number}"

    frame, asked = await _retraction_frame(request, services, number), partial(_retracting, request, number)
    return await deed_check.take(request, services, frame, RetractionForm, asked, deed)


@get("/work/years/{cycle_id:uuid}/reopen", include_in_schema=False)
async def reopen_page(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """Ask before a published year is reopened for correction, and by which decision."""
    asked = partial(edition_checks.of_reopening, person=request.person, cycle_id=cycle_id)
    return await deed_check.ask(request, services, _reopening_frame(cycle_id), asked)


@post("/work/years/{cycle_id:uuid}/reopen", include_in_schema=False)
async def reopen(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Reopen a published year; its edition stays as it is."""

    async def deed(connection: Connection, check: DeedCheck, form: ReopeningForm) -> str:
        paper = deed_fields.decided(form.number, form.date, form.reason, today_in(request.tenant))
        lines = await edition_checks.of_reopening_decision(connection, cycle_id, paper)
        told = deed_fields.on_record(paper)
        await confirm(connection, check, form.given, by=_actor(request), typed=lines, decided=told)
        await corrections.reopen(connection, request.person, cycle_id, paper)
        return f"/work/years/{cycle_id}"

    asked = partial(edition_checks.of_reopening, person=request.person, cycle_id=cycle_id)
    return await deed_check.take(request, services, _reopening_frame(cycle_id), ReopeningForm, asked, deed)


def _actor(request: PageRequest) -> str:
    assert request.person is not None
    return request.person.actor


async def _retracting(request: PageRequest, number: str, connection: Connection, *, hold: bool) -> DeedCheck:
    return await edition_checks.of_retracting(connection, request.person, number, hold=hold)


async def _retraction_frame(request: PageRequest, services: Given, number: str) -> DeedFrame:
    access.require(request.person, "edition:retract")
    async with services.db.transaction(request.tenant.id) as connection:
        row = await edition_cache.by_number(connection, number)
        history = await editions.of_year(connection, row.family, row.year, row.tier)
    others = [one.number for one in history if one.number != row.number and not one.retracted]
    fields = [
        deed_fields.NUMBER,
        deed_fields.DAY,
        deed_fields.SIGNER,
        deed_fields.reason(N_("Lý do, hiển thị công khai")),
    ]
    if others:
        none = FieldOption(value="", label=translator(lang_of(request))(N_("Chưa có")))
        options = (none, *(FieldOption(value=one, label=one) for one in others))
        fields.append(CheckField(name="successor", label=N_("Ấn bản thay thế"), kind="choice", options=options))
    return DeedFrame(
        path=f"/work/editions/{row.number}/retract", back=f"/editions/{row.number}", fields=tuple(fields),
        heading=N_("Quyết định thu hồi"), danger=True,
    )  # fmt: skip


def _reopening_frame(cycle_id: UUID) -> DeedFrame:
    reason = deed_fields.reason(N_("Lý do, in trong ấn bản đính chính"))
    here = f"/work/years/{cycle_id}"
    return DeedFrame(
        path=f"{here}/reopen", back=here, fields=(deed_fields.NUMBER, deed_fields.DAY, reason),
        heading=N_("Quyết định đính chính"),
    )  # fmt: skip


routes = [retract_page, retract, reopen_page, reopen]
