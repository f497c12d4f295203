"""Years made from those before, several tiers at once: which, for which year, by which sets, with which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from parindex import access
from parindex.api.shared.forms import Line, posted, read_form, typed_into
from parindex.api.shared.page import page, url
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.years.new_year_view import new_year_page
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import from_last_year, listing
from parindex.assessments.cycles.from_last_year import YearDays
from parindex.assessments.model import Cycle
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.surveys.rounds import carrying_over

OTHER: Final = "other"
"""Stands for a tier or an index that had no year before."""


class NewYearForm(msgspec.Struct, frozen=True, kw_only=True):
    """What every year that is drafted has in common, and which they are; their sets come as ``set:<source>``."""

    source: tuple[Line, ...] = ()
    """Ids of years that they are made from, and :data:`OTHER`."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    """The year that is assessed."""

    opens_on: date
    """First day of self-assessment."""

    last_day: date
    """Its last day."""

    closing_day: date | None = None
    """The last day on which late sheets are taken."""

    appraisal_last_day: date
    """Last day of appraisal."""

    family: Line = "par-index"
    """The index of one that had no year before."""


@get("/work/years/new", include_in_schema=False)
async def new_year_form(request: PageRequest, services: Given) -> Response[str]:
    """Ask which years are made."""
    return await _form(request, services)


@post("/work/years/new", include_in_schema=False)
async def new_year(request: PageRequest, services: Given) -> Response[str] | Redirect:
    """Draft them all, or none."""
    try:
        form = await read_form(request, NewYearForm)
        chosen = await _sets(request, form)
        async with services.db.transaction(request.tenant.id) as connection:
            made = [await _draft(request, connection, form, source, set_id) for source, set_id in chosen]
    except Refused as refused:
        if refused.kind.status in (400, 401, 403, 404):
            raise
        return await _form(request, services, refused)
    return Redirect(url(f"/work/years/{made[0]}/draft" if len(made) == 1 else "/work/years"), status_code=303)


async def _sets(request: PageRequest, form: NewYearForm) -> list[tuple[UUID | None, UUID]]:
    """(the year that it is made from, its set) of each that was ticked."""
    given = await posted(request)
    faults, found = [], []
    for source in form.source:
        name = f"set:{source}"
        try:
            found.append((None if source == OTHER else UUID(source), UUID(next(iter(given.get(name, ())), ""))))
        except ValueError:
            faults.append(FieldError(field=name, code="field_empty"))
    if not form.source:
        faults.append(FieldError(field="source", code="no_year_chosen"))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    return found


async def _draft(
    request: PageRequest, connection: Connection, form: NewYearForm, source_id: UUID | None, set_id: UUID
) -> UUID:
    source = await listing.by_id(connection, source_id) if source_id else None
    known = await published_sets.published(connection, set_id)
    days = YearDays(
        opens_on=form.opens_on, last_day=form.last_day, closing_day=form.closing_day,
        appraisal_last_day=form.appraisal_last_day,
    )  # fmt: skip
    made = await from_last_year.draft(
        connection, request.person, source_id=source_id, family=source.family if source else form.family,
        tier=source.tier if source else known.criteria_set.tier, year=form.year, criteria_set_id=set_id, days=days,
        zone=request.tenant.zone,
    )  # fmt: skip
    if source is not None:
        assert request.person is not None
        years, actor = form.year - source.year, request.person.actor
        await carrying_over.carry_over(connection, source.id, made, years=years, actor=actor)
    return made


async def _form(request: PageRequest, services: Given, refused: Refused | None = None) -> Response[str]:
    access.require(request.person, "cycle:draft", state="draft")
    async with services.db.transaction(request.tenant.id) as connection:
        sources = newest(await listing.every(connection))
        versions = await published_sets.versions(connection)
        sets = [await published_sets.published(connection, version.id) for version in versions]
    given = await posted(request) if refused else {}
    shown = new_year_page(
        request, sources, sets, typed=_typed(given) if refused else None, refused=refused,
        ticked=frozenset(given.get("source", ())),
    )  # fmt: skip
    return page(request, shown, status=refused.kind.status if refused else 200)


def newest(cycles: Sequence[Cycle]) -> list[Cycle]:
    """The newest year of each index and tier that was not given up."""
    found: dict[tuple[str, str], Cycle] = {}
    for cycle in cycles:
        if cycle.state != "cancelled":
            found.setdefault((cycle.family, cycle.tier), cycle)
    return list(found.values())


def _typed(given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    chosen = {name: values[0] for name, values in given.items() if name.startswith("set:") and values}
    return typed_into(given, NewYearForm) | chosen


routes = [new_year_form, new_year]
