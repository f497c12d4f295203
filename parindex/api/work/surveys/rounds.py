"""Rounds at work: what was drawn, invited and answered; invitations to print; the lock; the computation."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import segno
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect, Stream

from parindex import access
from parindex.api.respondent.session import HEADERS, today_in
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.problems import sentence
from parindex.api.shared.services import Given, Services
from parindex.errors import Refused
from parindex.statistics.survey.intervals import quantile_of_t
from parindex.store.database import Connection
from parindex.surveys.model import Round, UnitProgress
from parindex.surveys.results import estimates, estimating, microdata
from parindex.surveys.results import queries as result_queries
from parindex.surveys.rounds import invitations, lock, opening
from parindex.surveys.rounds import queries as round_queries
from parindex.text import words

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
Web = Request[Any, Any, Any]


@get("/work/surveys", include_in_schema=False)
async def listing(request: Web, services: Given) -> Response[Any]:
    """All rounds with their field progress."""
    access.require(request.state.person, "survey:read")
    lang, today = lang_of(request), today_in(request.state.tenant)
    async with services.db.transaction(request.state.tenant.id) as connection:
        held = await opening.every(connection)
        totals = {row["id"]: row for row in await round_queries.field_totals(connection)}
    rows = [
        {
            "title": one.title(lang), "href": url(f"/work/surveys/{one.id}"), "state": _state(request, one, today),
            "until": one.closes_on, "drawn": int(totals[one.id]["drawn"]) or None,
            "answered": int(totals[one.id]["answered"]) if one.state != "imported" else None,
            "rate": _rate(int(totals[one.id]["answered"]), int(totals[one.id]["drawn"])),
        }
        for one in held
    ]  # fmt: skip
    return page(request, "work/surveys/rounds.html", {"rounds": rows}, marked=_mark(held))


@get("/work/surveys/{round_id:uuid}", include_in_schema=False)
async def one_round(request: Web, services: Given, round_id: FromPath[UUID]) -> Response[Any]:
    """One round: progress by agency, then lock, computation and results."""
    return await _round_page(request, services, round_id)


@post("/work/surveys/{round_id:uuid}/lock", include_in_schema=False)
async def lock_round(request: Web, services: Given, round_id: FromPath[UUID], data: Form) -> Response[Any]:
    """Lock the round, or go on with a lock that stopped: what ties an invitation to its response is destroyed."""
    state, tenant_id = await _state_of(request, services, round_id), request.state.tenant.id
    person = access.require(request.state.person, "survey:lock", state=state)
    try:
        if state == "open":
            if data.get("confirmed") != "true":
                raise Refused("decision_needed")
            async with services.db.transaction(tenant_id) as connection:
                await lock.begin(
                    connection, round_id, decision=data.get("decision", "")[:200],
                    reason=data.get("reason", "")[:2000], actor=person.actor,
                )  # fmt: skip
        await lock.finish(services.db, tenant_id, round_id)
    except Refused as refused:
        if refused.code != "decision_needed":
            raise
        return await _round_page(request, services, round_id, typed=data, refused=refused)
    return Redirect(url(f"/work/surveys/{round_id}"), status_code=303)


@post("/work/surveys/{round_id:uuid}/estimates", include_in_schema=False)
async def compute(request: Web, services: Given, round_id: FromPath[UUID]) -> Response[Any]:
    """Compute the round's numbers; the page shows how far it is and may be left."""
    person = access.require(request.state.person, "survey:compute", state=await _state_of(request, services, round_id))
    async with services.db.transaction(request.state.tenant.id) as connection:
        job_id = await estimating.ask(connection, round_id, by=person.actor)
    return Redirect(url(f"/work/jobs/{job_id}"), status_code=303)


@post("/work/surveys/{round_id:uuid}/invitations", include_in_schema=False)
async def invite(request: Web, services: Given, round_id: FromPath[UUID], data: Form) -> Response[Any]:
    """Make invitations and show their links once, with codes to scan."""
    person = access.require(request.state.person, "survey:invite", state=await _state_of(request, services, round_id))
    tenant_id = request.state.tenant.id
    async with services.db.transaction(tenant_id) as connection:
        held = await opening.get(connection, round_id)
        units = [each.unit for each in await opening.progress(connection, round_id)]
    chosen = [unit for unit in units if str(unit.id) == data.get("unit")]
    count = data.get("count", "")
    if not chosen or not (count.isascii() and count.isdecimal()) or not 1 <= int(count) <= 500:
        return await _round_page(request, services, round_id, typed=data, refused=Refused("invitations_invalid"))
    async with services.db.transaction(tenant_id) as connection:
        tokens = await invitations.make(connection, round_id, [chosen[0].id] * int(count), actor=person.actor)
    base = urlsplit(str(request.base_url))
    links = [f"{base.scheme}://{base.netloc}{url(f'/s/{token}')}" for token in tokens]
    context = {
        "round": {"title": held.title(lang_of(request)), "href": url(f"/work/surveys/{round_id}")},
        "place": f"{chosen[0].psu_name}, {chosen[0].ssu_name}",
        "links": [{"href": link, "code": segno.make(link, error="m").svg_inline(scale=3, border=2)} for link in links],
        "until": held.closes_on,
    }
    return page(request, "work/surveys/invitations.html", context, marked=held.marked, headers=HEADERS)


@get("/work/surveys/{round_id:uuid}/responses.csv", include_in_schema=False)
async def responses_file(request: Web, services: Given, round_id: FromPath[UUID]) -> Response[Any]:
    """The answers of a locked round for a statistician, one line a response, with weights and design."""
    person = access.require(request.state.person, "survey:export", state=await _state_of(request, services, round_id))
    tenant_id = request.state.tenant.id
    data = await microdata.prepare(services.db, tenant_id, round_id, actor=person.actor)
    return Stream(
        microdata.stream(services.db, tenant_id, data),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="responses-{round_id}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _state_of(request: Web, services: Services, round_id: UUID) -> str:
    access.require(request.state.person, "survey:read")
    async with services.db.transaction(request.state.tenant.id) as connection:
        return (await opening.get(connection, round_id)).state


async def _round_page(
    request: Web,
    services: Services,
    round_id: UUID,
    *,
    typed: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> Response[Any]:
    person = access.require(request.state.person, "survey:read")
    lang = lang_of(request)
    async with services.db.transaction(request.state.tenant.id) as connection:
        held = await opening.get(connection, round_id)
        units = await opening.progress(connection, round_id)
        names = {row["id"]: row for row in await round_queries.agency_names(connection, round_id)}
        tombstone = await round_queries.lock_of(connection, round_id)
        results = await _results(connection, request, held)
        job = await estimating.latest(connection, round_id)
    errors = []
    if refused is not None:
        title, detail = sentence(refused.code, refused.values, lang)
        errors.append(
            {"id": "unit" if refused.code == "invitations_invalid" else "decision", "message": f"{title}. {detail}"}
        )
    if job is not None and job.state == "failed" and job.error_code is not None:
        title, detail = sentence(job.error_code, job.values(), lang)
        errors.append({"id": "compute", "message": f"{title}. {detail}"})
    context = {
        "round": {
            "title": held.title(lang), "state": _state(request, held, today_in(request.state.tenant)), "from": held.opens_on,
            "until": held.closes_on, "min_n": held.min_n, "imported": held.state == "imported", "open": held.state == "open",
        },
        "totals": _totals(units), "strata": _strata(units, names, lang),
        "may": {deed: access.may(person, f"survey:{deed}", state=held.state) for deed in ("lock", "compute", "export", "invite")},
        "job": {"done": job.done or 0, "total": job.total or 1} if job is not None and not job.ended else None,
        "units": [
            {"value": str(each.unit.id), "label": f"{names[each.unit.agency_id]['name_vi']} · {each.unit.psu_name} · {each.unit.ssu_name}"}
            for each in units
        ] if held.state == "open" else [],
        "lock": dict(tombstone) if tombstone else None, "results": results, "errors": errors,
        "typed": {name: (typed or {}).get(name, "") for name in ("decision", "reason", "unit", "count")},
        "here_path": url(f"/work/surveys/{round_id}"),
    }  # fmt: skip
    status = refused.kind.status if refused else 200
    return page(request, "work/surveys/round.html", context, status=status, marked=held.marked)


async def _results(connection: Connection, request: Web, held: Round) -> dict[str, Any] | None:
    run = await estimates.newest_run(connection, held.id)
    if run is None:
        return None
    lang = lang_of(request)
    layout = None if held.instrument_id is None else await opening.layout(connection, held.instrument_id)
    found = await result_queries.estimates_of_run(connection, run.id, None)
    if layout is None:
        shown = list(dict.fromkeys(row["measure"] for row in found))
        titles = {measure: _imported_title(request, measure) for measure in shown}
    else:
        shown = ["index", *(area.code for area in layout.instrument.areas)]
        titles = {
            "index": translate(request)("Chung"),
            **{a.code: words(a.title, lang) for a in layout.instrument.areas},
        }
    agencies: dict[str, dict[str, Any]] = {}
    for row in found:
        if row["measure"] in shown:
            name = (row["name_en"] or row["name_vi"]) if lang == "en" else row["name_vi"]
            agency = agencies.setdefault(row["agency"], {"name": name, "cells": {}})
            agency["cells"][row["measure"]] = _cell(row)
    return {
        "at": run.computed_at, "responses": run.responses, "method": run.method,
        "measures": [{"code": measure, "title": titles[measure]} for measure in shown],
        "agencies": list(agencies.values()), "weights": run.method.get("weights", []),
    }  # fmt: skip


def _imported_title(request: Web, measure: str) -> str:
    """Words for a measure that came without an instrument; ``area3`` is what criteria sets call the third area."""
    code = measure.removeprefix("area")
    if measure.startswith("area") and code.isdecimal():
        _ = translate(request)
        return str(_("Lĩnh vực %(code)s", code=code))
    return measure


def _cell(row: Any) -> dict[str, Any]:
    """A value in percent with its interval, or why there is none."""
    if row["suppressed"]:
        return {"suppressed": True}
    if row["value"] is None:
        return {"suppressed": False, "value": None}
    half = None
    if row["se"] is not None and (row["df"] or 0) > 0:
        half = Decimal(str(row["se"] * quantile_of_t(0.975, row["df"]) * 100))
    value = row["value"] * 100
    return {
        "suppressed": False, "value": value, "low": None if half is None else max(Decimal(0), value - half),
        "high": None if half is None else min(Decimal(100), value + half), "n": row["n"], "df": row["df"],
        "se": None if row["se"] is None else Decimal(str(row["se"])) * 100, "n_eff": row["n_eff"],
    }  # fmt: skip


def _totals(units: list[UnitProgress]) -> dict[str, Any]:
    drawn, answered = sum(each.unit.drawn for each in units), sum(each.answered for each in units)
    return {
        "drawn": drawn, "invited": sum(each.invited for each in units), "answered": answered, "rate": _rate(answered, drawn),
        "units": len(units), "psus": len({(each.unit.stratum, each.unit.psu) for each in units}),
        "silent": sum(1 for each in units if not each.answered),
    }  # fmt: skip


def _strata(units: list[UnitProgress], names: dict[UUID, Any], lang: str) -> list[dict[str, Any]]:
    """One row an agency, in official order."""
    drawn: Counter[UUID] = Counter()
    invited: Counter[UUID] = Counter()
    answered: Counter[UUID] = Counter()
    psus: dict[UUID, set[str]] = {}
    for each in units:
        agency = each.unit.agency_id
        drawn[agency] += each.unit.drawn
        invited[agency] += each.invited
        answered[agency] += each.answered
        psus.setdefault(agency, set()).add(each.unit.psu)
    return [
        {
            "name": (row["name_en"] or row["name_vi"]) if lang == "en" else row["name_vi"], "psus": len(psus[agency]),
            "drawn": drawn[agency], "invited": invited[agency], "answered": answered[agency],
            "rate": _rate(answered[agency], drawn[agency]),
        }
        for agency, row in names.items()
    ]  # fmt: skip


def _state(request: Web, held: Round, today: Any) -> dict[str, str]:
    """Chip of a round."""
    _ = translate(request)
    if held.state == "locked":
        return {"chip": "locked", "text": _("Đã khóa")}
    if held.state == "locking":
        return {"chip": "awaiting", "text": _("Đang khóa")}
    if held.state == "imported":
        return {"chip": "declared", "text": _("Nhập kết quả")}
    if today < held.opens_on:
        return {"chip": "not_started", "text": _("Chưa mở")}
    if today > held.closes_on:
        return {"chip": "awaiting", "text": _("Chờ khóa")}
    return {"chip": "appraising", "text": _("Đang thu phiếu")}


def _rate(answered: int, drawn: int) -> Decimal | None:
    return Decimal(100 * answered) / drawn if drawn else None


def _mark(held: list[Round]) -> str | None:
    return next((one.marked for one in held if one.marked), None)


routes = [listing, one_round, lock_round, compute, responses_file, invite]
