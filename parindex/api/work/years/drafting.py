"""The page of a year that is not open yet: its set and days, who appraises, who takes part, and what is still missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from parindex import access, agencies
from parindex.api.shared.forms import Posted, posted, read_form
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.agency_names import as_typed, bearers
from parindex.api.work.years.drafting_view import YearDraft, draft_page
from parindex.assessments.council import step_checks
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import drafting, listing, steps
from parindex.assessments.cycles import members as cycle_members
from parindex.assessments.cycles.drafting import DraftChanges
from parindex.assessments.cycles.from_last_year import YearDays
from parindex.assessments.cycles.steps import Participant
from parindex.assessments.sheets import typed_values
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.reading.text import one_line
from parindex.store.database import Connection
from parindex.surveys.rounds import opening

SHOWN: Final = 50
"""Agencies on a page."""


class DaysForm(msgspec.Struct, frozen=True, kw_only=True):
    """Set, days, groups and withdrawals of a draft."""

    criteria_set: UUID
    """A published set of its tier and year."""

    opens_on: date
    """First day of self-assessment."""

    last_day: date
    """Its last day."""

    closing_day: date | None = None
    """The last day on which late sheets are taken."""

    appraisal_last_day: date
    """Last day of appraisal."""

    withdrawals: Annotated[int, msgspec.Meta(ge=0, le=9)]
    """How often a sheet may be taken back."""

    group_by: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """The attribute within whose values agencies are also ranked; empty for none."""


class RoundForm(msgspec.Struct, frozen=True, kw_only=True):
    """Days and least count of a survey round that asked nobody."""

    round: UUID
    """Which."""

    round_opens_on: date
    """First day."""

    round_closes_on: date
    """Last day."""

    min_n: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    """Groups with fewer answers are not shown."""


class MembersForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who of the agencies shown takes part; attributes come as ``attribute:<agency>:<name>``."""

    shown: tuple[UUID, ...] = ()
    """Agencies that the form was about."""

    member: tuple[UUID, ...] = ()
    """Those that take part."""

    ranked: tuple[UUID, ...] = ()
    """Those that are ranked."""


Kept = Callable[[PageRequest, Connection, "YearDraft"], Awaitable[None]]


@get("/work/years/{cycle_id:uuid}/draft", include_in_schema=False)
async def draft(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str]:
    """The draft with what it lacks."""
    return await _page(request, services, cycle_id)


@post("/work/years/{cycle_id:uuid}/draft/days", include_in_schema=False)
async def save_days(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give the draft another set, other days, other groups."""
    return await _save(request, services, cycle_id, _days, "days")


@post("/work/years/{cycle_id:uuid}/draft/bodies", include_in_schema=False)
async def save_bodies(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Say which agencies appraise."""
    return await _save(request, services, cycle_id, _bodies, "bodies")


@post("/work/years/{cycle_id:uuid}/draft/members", include_in_schema=False)
async def save_members(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Say who takes part, with what the set asks of the agency itself."""
    return await _save(request, services, cycle_id, _members, "members")


@post("/work/years/{cycle_id:uuid}/draft/round", include_in_schema=False)
async def save_round(request: PageRequest, services: Given, cycle_id: FromPath[UUID]) -> Response[str] | Redirect:
    """Give a survey round other days or another least count."""
    return await _save(request, services, cycle_id, _round, "surveys")


async def _days(request: PageRequest, connection: Connection, held: YearDraft) -> None:
    form = await read_form(request, DaysForm)
    days = YearDays(
        opens_on=form.opens_on, last_day=form.last_day, closing_day=form.closing_day,
        appraisal_last_day=form.appraisal_last_day,
    )  # fmt: skip
    if faults := days.faults():
        raise Refused("invalid_fields", fields=tuple(faults))
    changes = DraftChanges(
        opens_on=days.opens_on, last_day=days.last_day, closing_day=days.closing_day,
        appraisal_last_day=days.appraisal_last_day, criteria_set_id=form.criteria_set, withdrawals=form.withdrawals,
        group_by=form.group_by,
    )  # fmt: skip
    await _change(request, connection, held, changes)


async def _bodies(request: PageRequest, connection: Connection, held: YearDraft) -> None:
    given = await posted(request)
    registered = await agencies.listed(connection)
    known = bearers((one.id, (one.code, one.name_vi, one.short)) for one in registered)
    faults: list[FieldError] = []
    found: dict[str, tuple[UUID, UUID]] = {}
    for body in held.known.named_bodies:
        pair = [_named(given, f"{part}:{body}", known, faults) for part in ("body", "substitute")]
        if pair[0] is None and pair[1] is None:
            continue
        if pair[0] is None or pair[1] is None:
            part = "body" if pair[0] is None else "substitute"
            if not any(fault.field == f"{part}:{body}" for fault in faults):
                faults.append(FieldError(field=f"{part}:{body}", code="field_empty"))
        elif pair[0] == pair[1]:
            faults.append(FieldError(field=f"substitute:{body}", code="substitute_itself"))
        else:
            found[body] = (pair[0], pair[1])
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    above = [body for body in found if f"above:{body}" in given]
    await _change(request, connection, held, DraftChanges(bodies=found, above=above))


def _named(given: Posted, name: str, known: Mapping[str, set[UUID]], faults: list[FieldError]) -> UUID | None:
    """The agency whose code or name was typed; nothing for nothing, and for a name that is nobody's, which is told."""
    text = one_line(next(iter(given.get(name, ())), ""))
    if not text:
        return None
    meant = known.get(as_typed(text), set())
    if len(meant) != 1:
        faults.append(FieldError(field=name, code="agency_not_found", values={"found": text[:80]}))
        return None
    return next(iter(meant))


async def _members(request: PageRequest, connection: Connection, held: YearDraft) -> None:
    form, given = await read_form(request, MembersForm), await posted(request)
    registered = {agency.id for agency in await cycle_members.registered(connection, held.cycle)}
    shown = [agency for agency in form.shown if agency in registered or agency in held.members]
    faults: list[FieldError] = []
    taking = [
        Participant(agency_id=agency, ranked=agency in form.ranked, attributes=_attributes(held, given, agency, faults))
        for agency in shown
        if agency in form.member
    ]
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    others = [one for one in taking if held.members.get(one.agency_id) != one]
    left = [agency for agency in shown if agency not in form.member and agency in held.members]
    await _change(request, connection, held, DraftChanges(participants=others, left_out=left))


def _attributes(held: YearDraft, given: Posted, agency: UUID, faults: list[FieldError]) -> Mapping[str, str]:
    found = {}
    for name, asked in held.known.criteria_set.attributes.items():
        field = f"attribute:{agency}:{name}"
        try:
            value = typed_values.read(asked, next(iter(given.get(field, ())), ""))
        except Complaint as complaint:
            faults.append(FieldError(field=field, code=complaint.code, values=dict(complaint.told)))
            continue
        if value is not None:
            found[name] = value
    return found


async def _round(request: PageRequest, connection: Connection, held: YearDraft) -> None:
    form = await read_form(request, RoundForm)
    wanted = {"opens_on": form.round_opens_on, "closes_on": form.round_closes_on, "min_n": form.min_n}
    if form.round_closes_on < form.round_opens_on:
        raise Refused("invalid_fields", fields=(FieldError(field="round_closes_on", code="day_before_opening"),))
    known = next((one for one in held.rounds if one.id == form.round), None)
    if known is None:
        raise Refused("survey_round_unknown")
    assert request.person is not None
    changes = {name: value for name, value in wanted.items() if getattr(known, name) != value}
    if changes:
        await opening.change(connection, known, changes, actor=request.person.actor)


async def _change(request: PageRequest, connection: Connection, held: YearDraft, changes: DraftChanges) -> None:
    assert request.person is not None
    await drafting.change(connection, held.cycle.id, changes, zone=request.tenant.zone, by=request.person.actor)


async def _save(
    request: PageRequest, services: Given, cycle_id: UUID, keep: Kept, section: str
) -> Response[str] | Redirect:
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            held = await _held(request, connection, cycle_id, lock=True)
            steps.require(request.person, "cycle:draft", held.cycle)
            await keep(request, connection, held)
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _page(request, services, cycle_id, refused, section)
    query = {name: value for name in ("page", "q") if (value := request.query_params.get(name))}
    return Redirect(url(f"/work/years/{cycle_id}/draft", saved=section, **query) + f"#{section}", status_code=303)


async def _held(request: PageRequest, connection: Connection, cycle_id: UUID, *, lock: bool = False) -> YearDraft:
    access.require(request.person, "cycle:read")
    cycle = await (steps.locked(connection, cycle_id) if lock else listing.by_id(connection, cycle_id))
    if cycle.state not in ("draft", "issued"):
        raise Refused("cycle_wrong_state")
    return YearDraft(
        cycle=cycle,
        known=await published_sets.published(connection, cycle.criteria_set_id),
        members=await cycle_members.of_cycle(connection, cycle_id),
        rounds=await opening.of_cycle(connection, cycle_id),
    )


async def _page(
    request: PageRequest, services: Given, cycle_id: UUID, refused: Refused | None = None, section: str = ""
) -> Response[str]:
    given = await posted(request) if refused else {}
    async with services.db.transaction(request.tenant.id) as connection:
        held = await _held(request, connection, cycle_id)
        registered = await cycle_members.registered(connection, held.cycle)
        everybody = await agencies.listed(connection)
        bodies = await cycle_members.bodies(connection, cycle_id)
        versions = await published_sets.versions(connection)
        sets = [await published_sets.published(connection, version.id) for version in versions]
        check = await step_checks.of_opening(
            connection, request.person, cycle_id, zone=request.tenant.zone, action="cycle:read"
        )
    shown = draft_page(
        request, held, check, registered=registered, everybody=everybody, bodies=bodies, sets=sets, given=given,
        refused=refused, section=section, size=SHOWN,
    )  # fmt: skip
    return page(request, shown, status=refused.kind.status if refused else 200, marked=held.cycle.marked)


routes = [draft, save_days, save_bodies, save_members, save_round]
