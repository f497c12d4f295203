"""The secretary computes a year and hands it over; the approver reads it, sends it back or publishes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from parindex import access
from parindex.access.tenants import Tenant
from parindex.agencies.model import TIERS
from parindex.api.public import headline_view, ranked_view, unranked_view
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import field_problem, sentence
from parindex.api.shared.services import Given
from parindex.assessments.model import CYCLE_STATES
from parindex.errors import Refused
from parindex.publication import changes, opening, publish, queries, titles
from parindex.publication.model import Change, EditionRow
from parindex.publication.reading import Reading
from parindex.rankings import queries as year_queries
from parindex.rankings import years
from parindex.rankings.stored import CycleRow, StoredComputation
from parindex.store.database import Connection
from parindex.text import N_, Language, translator

WARNINGS: Final = {
    "df_under_30": N_("Có sai số dưới 30 bậc tự do: khoảng hạng đã tính đến việc sai số còn dao động nhiều."),
    "df_under_5": N_("Có đơn vị dưới 5 bậc tự do: chỉ nêu khoảng tin cậy, không kết luận về thứ hạng."),
    "not_compared": N_("Có đơn vị không đủ kết quả khảo sát: không có khoảng hạng, khoảng của đơn vị khác rộng thêm."),
    "steps": N_(
        "Có tiêu chí khảo sát chấm theo bậc: khoảng hạng thận trọng, chỉ tách hai đơn vị khi khoảng không giao nhau."
    ),
}
"""What must be said beside rank sets, by code."""

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/work/years", include_in_schema=False)
async def listing(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """Every year with where it stands."""
    access.require(request.state.person, "year:read")
    _ = translate(request)
    async with services.db.transaction(request.state.tenant.id) as connection:
        rows = await year_queries.cycles(connection)
    context = {
        "years": [
            {
                "href": url(f"/work/years/{row.id}"),
                "title": titles.short(row.family, row.year, row.tier, _),
                "tier": _(TIERS[row.tier]),
                "state": _(CYCLE_STATES[row.state]),
                "waits": row.state in ("consolidation", "approval"),
            }
            for row in rows
        ]
    }
    return page(request, "work/years/years.html", context)


@get("/work/years/{cycle_id:uuid}", include_in_schema=False)
async def year(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """One year: what is missing, the newest computation, and what may be done with it."""
    return await _year(request, services, cycle_id)


@post("/work/years/{cycle_id:uuid}/compute", include_in_schema=False)
async def compute(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Compute the year; what is missing is shown on the page."""
    return await _deed(
        request, services, cycle_id, lambda connection: years.compute_year(connection, request.state.person, cycle_id)
    )


@post("/work/years/{cycle_id:uuid}/submit", include_in_schema=False)
async def submit(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """Hand the computed year to the approver."""
    return await _deed(
        request, services, cycle_id, lambda connection: years.submit(connection, request.state.person, cycle_id)
    )


@post("/work/years/{cycle_id:uuid}/return", include_in_schema=False)
async def send_back(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID], data: Form
) -> Response[Any]:
    """Send the year back with a reason."""
    reason = data.get("reason", "")[:2000]
    return await _deed(
        request,
        services,
        cycle_id,
        lambda connection: years.send_back(connection, request.state.person, cycle_id, reason),
        typed={"reason": reason},
    )


@post("/work/years/{cycle_id:uuid}/publish", include_in_schema=False)
async def publish_year(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID], data: Form
) -> Response[Any]:
    """Publish under a decision; a second click shows the same edition."""
    tenant: Tenant = request.state.tenant
    typed = {name: data.get(name, "")[:500] for name in ("number", "date", "signer")}

    async def deed(connection: Connection) -> EditionRow:
        access.require(request.state.person, "edition:publish", state="approval")
        decided = publish.decision(typed["number"], typed["date"], typed["signer"], today=_today(tenant))
        return await publish.publish(
            connection, tenant, services.keys, cycle_id=cycle_id, decided=decided, person=request.state.person
        )

    try:
        async with services.db.transaction(tenant.id) as connection:
            row = await deed(connection)
    except Refused as refused:
        return await _again(request, services, cycle_id, refused, typed)
    return Redirect(url(f"/editions/{row.number}"), status_code=303)


async def _deed(
    request: Request[Any, Any, Any],
    services: Given,
    cycle_id: UUID,
    deed: Callable[[Connection], Any],
    typed: dict[str, str] | None = None,
) -> Response[Any]:
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            await deed(connection)
    except Refused as refused:
        return await _again(request, services, cycle_id, refused, typed or {})
    return Redirect(url(f"/work/years/{cycle_id}"), status_code=303)


async def _again(
    request: Request[Any, Any, Any], services: Given, cycle_id: UUID, refused: Refused, typed: dict[str, str]
) -> Response[Any]:
    """The page once more with what was typed and why it was refused; a refusal of rights is a page of its own."""
    if refused.kind.status in (401, 403, 404):
        raise refused
    return await _year(request, services, cycle_id, refused=refused, typed=typed)


async def _year(
    request: Request[Any, Any, Any],
    services: Given,
    cycle_id: UUID,
    *,
    refused: Refused | None = None,
    typed: dict[str, str] | None = None,
) -> Response[Any]:
    person = access.require(request.state.person, "year:read")
    tenant: Tenant = request.state.tenant
    lang = lang_of(request)
    _ = translate(request)
    async with services.db.transaction(tenant.id) as connection:
        cycle = await year_queries.cycle(connection, cycle_id)
        if cycle is None:
            raise Refused("not_found")
        done = cycle.marked == "imported" or cycle.state in ("approval", "published", "archived")
        lacking = () if done else await years.missing(connection, cycle)
        stored = await years.latest(connection, cycle_id)
        reading = Reading(years.decoded(stored)) if stored else None
        changed = await _changes(connection, cycle, reading)
        edition = await queries.by_computation(connection, stored.id) if stored else None
        returned = await year_queries.returned(connection, cycle_id) if cycle.state == "consolidation" else None
    may = {
        "compute": access.may(person, "year:compute", state=cycle.state) and not lacking,
        "submit": access.may(person, "year:submit", state=cycle.state) and stored is not None and not lacking,
        "return": access.may(person, "year:return", state=cycle.state),
        "publish": access.may(person, "edition:publish", state=cycle.state) and stored is not None,
        "retract": edition is not None and not edition.retracted and access.may(person, "edition:retract"),
    }
    errors = {error.field: field_problem(error, lang)["detail"] for error in refused.fields} if refused else {}
    context = {
        "cycle": {"id": str(cycle.id), "year": cycle.year, "state": cycle.state},
        "title": titles.short(cycle.family, cycle.year, cycle.tier, _),
        "state": _(CYCLE_STATES[cycle.state]),
        "missing": [
            {"text": _(one.message, **one.values) if one.values else _(one.message), "owes": _(one.owes), "href": url(one.href)}
            for one in lacking
        ],
        "computation": _computation(stored, reading, lang) if stored and reading else None,
        "returned": returned,
        "may": may,
        "problem": sentence(refused.code, refused.values, lang) if refused else None,
        "errors": {field: text for field, text in errors.items() if not field.startswith("/")},
        "typed": {"number": "", "date": "", "signer": person.name if may["publish"] else "", "reason": "", **(typed or {})},
        "edition": {"number": edition.number, "href": url(f"/editions/{edition.number}")} if edition else None,
        "preview": _preview(reading, changed, lang) if reading else None,
    }  # fmt: skip
    status = refused.kind.status if refused else 200
    return page(
        request,
        "work/years/year.html",
        context,
        status=status,
        marked=reading.given.marked if reading else cycle.marked,
    )


async def _changes(connection: Connection, cycle: CycleRow, reading: Reading | None) -> dict[str, Change]:
    """What will have changed against the edition before, by agency."""
    before = await queries.newest(connection, cycle.family, cycle.tier, cycle.year)
    if reading is None or before is None:
        return {}
    _, found = changes.since(await opening.opened(connection, before), before.digest, reading.computation)
    return {change.agency: change for change in found if change.index is not None}


def _computation(stored: StoredComputation, reading: Reading, lang: Language) -> dict[str, Any]:
    sets = reading.computation.rank_sets
    return {
        "at": stored.at,
        "digest": stored.digest,
        "ranked": len(reading.ranked),
        "unranked": len(reading.unranked),
        "finding": headline_view.headline(reading),
        "warnings": [translator(lang)(WARNINGS[code]) for code in sets.warnings] if sets else [],
    }


def _preview(reading: Reading, changed: dict[str, Change], lang: Language) -> dict[str, Any]:
    """The ranking as it will be published."""
    return {
        "rows": [
            ranked_view.row(reading, result, order, [], changed.get(result.agency), lang)
            for order, result in enumerate(reading.ranked, start=1)
        ],
        "unranked": unranked_view.unranked(reading, lang),
        "axis": ranked_view.index_axis(reading, lang),
        "errors": reading.computation.rank_sets is not None,
        "change": bool(changed),
    }


def _today(tenant: Tenant) -> date:
    return datetime.now(UTC).astimezone(tenant.zone).date()


routes = [listing, year, compute, submit, send_back, publish_year]
