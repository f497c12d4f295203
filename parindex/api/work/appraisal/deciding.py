"""Appraisal: the queue by area, and one leaf across agencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import countdown
from parindex.api.shared.page import lang_of, page, translate, url
from parindex.api.shared.services import Given
from parindex.api.work.appraisal import appraisal_view as pages
from parindex.api.work.sheets import sheet_view
from parindex.assessments.appraisal import deciding
from parindex.assessments.appraisal import queries as decision_queries
from parindex.assessments.appraisal.deciding import Mandate, Ruling
from parindex.assessments.council import matrix
from parindex.assessments.criteria.published_sets import Published, published
from parindex.assessments.cycles import queries as cycle_queries
from parindex.assessments.model import DECISION_KINDS, Cycle, Decision, Entry, Sheet, StagePoints
from parindex.assessments.sheets import declaring, history, permission, typed_values
from parindex.assessments.sheets import queries as sheet_queries
from parindex.assessments.sheets.declaring import Board
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.store.database import Connection
from parindex.text import words

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf across the agencies that a person sees."""

    cycle: Cycle
    """The year."""

    published: Published
    """Its criteria set."""

    mandate: Mandate
    """What the person appraises."""

    rows: list[tuple[Sheet, Entry]]
    """Agencies in official order with their entries."""

    points: Mapping[UUID, Mapping[str, StagePoints]]
    """By entry and stage."""


@get("/work/appraisals/{cycle_id:uuid}", include_in_schema=False)
async def queue_page(request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID]) -> Response[Any]:
    """The leaves that this person appraises, by area, with how far each is."""
    lang = lang_of(request)
    async with services.db.transaction(request.state.tenant.id) as connection:
        queue = await matrix.queue(connection, request.state.person, cycle_id)
    known = queue.published
    touched = [
        place
        for place in known.leaves
        if "appraiser" not in request.state.person.roles
        or place.appraiser in queue.mandate.bodies
        or place.code in queue.counts
    ]
    areas: dict[str, dict[str, Any]] = {}
    for place in touched:
        key = place.area or place.part
        title = words(known.places[key].node.title, lang) if place.area else _adjustment(request, place.part)
        total, decided, answered = queue.counts.get(place.code, (0, 0, 0))
        area = areas.setdefault(key, {"code": place.area, "title": title, "total": 0, "decided": 0, "leaves": []})
        area["total"] += total
        area["decided"] += decided
        area["leaves"].append({
            "code": place.code, "title": words(place.node.title, lang), "max": place.node.max, "total": total,
            "decided": decided, "answered": answered, "href": pages.address(queue.cycle, place.code),
        })  # fmt: skip
    _ = translate(request)
    context = {
        "cycle": queue.cycle,
        "areas": list(areas.values()),
        "total": sum(area["total"] for area in areas.values()),
        "decided": sum(area["decided"] for area in areas.values()),
        "count": countdown(request, queue.cycle.appraisal_deadline, what=_("Hạn thẩm định")),
    }
    return page(request, "work/appraisal/queue.html", context, marked=queue.cycle.marked)


@get("/work/appraisals/{cycle_id:uuid}/{code:str}", include_in_schema=False)
async def leaf_page(
    request: Request[Any, Any, Any],
    services: Given,
    cycle_id: FromPath[UUID],
    code: FromPath[str],
    agency: FromQuery[str] = "",
) -> Response[Any]:
    """One leaf: the agencies, what one of them declares, and the decision."""
    return await _show(request, services, cycle_id, code, agency)


@post("/work/appraisals/{cycle_id:uuid}/{code:str}", include_in_schema=False)
async def decide(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID], code: FromPath[str], data: Form
) -> Response[Any]:
    """Record a decision and go to the next agency that waits."""
    agency = data.get("agency", "")
    try:
        async with services.db.transaction(request.state.tenant.id) as connection:
            situation = await _situation(connection, request.state.person, cycle_id, code)
            sheet = _chosen(situation, agency)[0]
            ruling = _ruling(situation.published, code, data)
            await deciding.decide(connection, request.state.person, sheet.id, [ruling])
    except Refused as refused:
        fields = refused.fields or _as_field(refused, data.get("kind", ""))
        if not fields:
            raise
        status = 409 if refused.code == "entry_changed" else 422
        return await _show(request, services, cycle_id, code, agency, typed=data, errors=fields, status=status)
    after = _next(situation, agency)
    return Redirect(pages.address(situation.cycle, code, after or agency), status_code=303)


@get("/work/appraisals/{cycle_id:uuid}/{code:str}/rest", include_in_schema=False)
async def rest_page(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID], code: FromPath[str]
) -> Response[Any]:
    """Ask before every remaining agency of a leaf is accepted as declared."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        situation = await _situation(connection, request.state.person, cycle_id, code)
    waiting = [
        sheet.agency_name
        for sheet, entry in situation.rows
        if entry.state == "open"
        and pages.waits(sheet, entry, situation.points.get(entry.id, {}))
        and situation.mandate.covers(situation.published.leaf(code).appraiser, sheet.agency_id)
    ]
    context = {
        "cycle": situation.cycle,
        "code": code,
        "title": words(situation.published.leaf(code).node.title, lang_of(request)),
        "waiting": waiting,
    }
    return page(request, "work/appraisal/rest.html", context, marked=situation.cycle.marked)


@post("/work/appraisals/{cycle_id:uuid}/{code:str}/rest", include_in_schema=False)
async def accept_rest(
    request: Request[Any, Any, Any], services: Given, cycle_id: FromPath[UUID], code: FromPath[str]
) -> Response[Any]:
    """Accept every remaining agency of a leaf as declared."""
    async with services.db.transaction(request.state.tenant.id) as connection:
        await deciding.accept_rest(connection, request.state.person, cycle_id, code)
    return Redirect(url(f"/work/appraisals/{cycle_id}"), status_code=303)


async def _situation(connection: Connection, person: Person | None, cycle_id: UUID, code: str) -> Situation:
    cycle = await cycle_queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("sign_in_needed" if person is None else "not_found")
    actor = access.require(person, "appraisal:read", state="appraisal_1", own=False)
    known = await published(connection, cycle.criteria_set_id)
    place = known.leaf(code)
    given = await deciding.mandate(connection, actor, cycle_id)
    if "appraiser" in actor.roles and not given.touches(place.appraiser):
        raise Refused("not_allowed")
    entries = {e.sheet_id: e for e in await sheet_queries.entries_of_code(connection, cycle_id, code)}
    return Situation(
        cycle=cycle,
        published=known,
        mandate=given,
        rows=[
            (sheet, entries[sheet.id])
            for sheet in await sheet_queries.of_cycle(connection, cycle_id)
            if pages.visible(actor, given, place, sheet)
        ],
        points=await sheet_queries.points_of_code(connection, cycle_id, code),
    )


def _chosen(situation: Situation, agency: str) -> tuple[Sheet, Entry]:
    for sheet, entry in situation.rows:
        if sheet.agency_code == agency:
            return sheet, entry
    raise Refused("unknown_agency", agency=agency)


def _next(situation: Situation, agency: str) -> str | None:
    """The next agency that waits, from the one after ``agency`` round to it."""
    rows = situation.rows
    here = next((i for i, (sheet, _) in enumerate(rows) if sheet.agency_code == agency), -1)
    for sheet, entry in [*rows[here + 1 :], *rows[: max(here, 0)]]:
        if sheet.agency_id == situation.mandate.agency_id:
            continue
        if pages.waits(sheet, entry, situation.points.get(entry.id, {})) and entry.state != "asked":
            return sheet.agency_code
    return None


async def _show(
    request: Request[Any, Any, Any],
    services: Given,
    cycle_id: UUID,
    code: str,
    agency: str,
    *,
    typed: dict[str, str] | None = None,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> Response[Any]:
    async with services.db.transaction(request.state.tenant.id) as connection:
        situation = await _situation(connection, request.state.person, cycle_id, code)
        if not agency:
            first = _next(situation, "") or next((s.agency_code for s, _ in situation.rows), "")
            if not first:
                raise Refused("not_found")
            return Redirect(pages.address(situation.cycle, code, first), status_code=303)
        sheet = _chosen(situation, agency)[0]
        readable = permission.may(request.state.person, "appraisal:read", sheet)
        if readable:
            await deciding.open_sheet(connection, request.state.person, sheet.id)
        detail = await _detail(request, connection, situation, sheet, code, typed, errors) if readable else None
    context = {**_frame(request, situation, code, agency), "chosen": sheet, "detail": detail}
    return page(request, "work/appraisal/leaf.html", context, status=status, marked=situation.cycle.marked)


def _frame(request: Request[Any, Any, Any], situation: Situation, code: str, agency: str) -> dict[str, Any]:
    _ = translate(request)
    place = situation.published.leaf(code)
    waiting = [pages.waits(s, e, situation.points.get(e.id, {})) for s, e in situation.rows]
    decided = sum(entry.state in ("agreed", "changed") for _sheet, entry in situation.rows)
    after = _next(situation, agency)
    names = {sheet.agency_code: sheet.agency_name for sheet, _entry in situation.rows}
    return {
        "cycle": situation.cycle,
        "code": code,
        "title": words(place.node.title, lang_of(request)),
        "max": place.node.max,
        "tabs": pages.neighbours(situation.published, situation.mandate, situation.cycle, code),
        "items": pages.agencies(request, situation.cycle, code, situation.rows, situation.points, agency),
        "decided": decided,
        "total": decided + sum(waiting),
        "waiting": sum(waiting),
        "next_name": names.get(after) if after and after != agency else None,
        "count": countdown(request, situation.cycle.appraisal_deadline, what=_("Hạn thẩm định")),
    }


async def _detail(
    request: Request[Any, Any, Any],
    connection: Connection,
    situation: Situation,
    sheet: Sheet,
    code: str,
    typed: dict[str, str] | None,
    errors: tuple[FieldError, ...],
) -> dict[str, Any]:
    board = await declaring.board(connection, sheet)
    decisions = await decision_queries.of_entry(connection, board.entries[code].id)
    cycle = situation.cycle
    before = await sheet_queries.last_year(connection, sheet.agency_id, cycle.family, cycle.year, cycle.tier, code)
    events = await history.of_entry(connection, board.entries[code].id)
    standing = next((one for one in decisions if one.kind != "ask"), None)
    known_before: dict[str, str] = msgspec.json.decode(before["facts"]) if before else {}
    may = pages.may_decide(request.state.person, situation.mandate, board, code, cycle.state in deciding.OPEN)
    entry = board.entries[code]
    return {
        "entry": entry,
        "state": sheet_view.ENTRY_CHIPS[entry.state],
        "score": sheet_view.score_of(board, board.points_now.leaves[code], lang_of(request)),
        "appraised": _appraised(request, board, code, standing),
        "facts": pages.facts_table(request, board, code, standing, known_before),
        "evidence": [sheet_view.evidence_row(request, board, one) for one in board.attached.get(entry.id, ())],
        "last_year": dict(before) if before else None,
        "decisions": [sheet_view.decision_row(request, board, one) for one in decisions],
        "events": [{"at": one.at, "text": sheet_view.event_text(request, board, one)} for one in events],
        "form": pages.decision_form(request, board, code, standing, typed=typed, errors=errors) if may else None,
        "receipt": sheet.receipt,
    }


def _appraised(
    request: Request[Any, Any, Any], board: Board, code: str, standing: Decision | None
) -> dict[str, Any] | None:
    found = pages.appraised_score(board, code, standing)
    return sheet_view.score_of(board, found["leaf"], lang_of(request)) if found else None


def _ruling(known: Published, code: str, form: Mapping[str, str]) -> Ruling:
    """What the form decides.

    Raises:
        Refused: ``invalid_fields`` naming what cannot be read.
    """
    kind: Any = form.get("kind", "")
    if kind not in DECISION_KINDS:
        raise Refused("invalid_fields", fields=(FieldError(field="kind", code="decision_missing"),))
    errors: list[FieldError] = []
    facts: dict[str, str] = {}
    points = None
    if kind == "change_facts":
        for asked in known.fields[code]:
            try:
                text = typed_values.read_fact(known, asked, form.get(f"fact:{asked.name}", ""))
            except Complaint as refused:
                field = f"fact:{asked.name}"
                errors.append(FieldError(field=field, code=refused.code, values=dict(refused.told)))
            else:
                facts |= {asked.name: text} if text is not None else {}
    elif kind == "set_points":
        try:
            points = typed_values.read_points(form.get("points", ""), known.leaf(code).node.max)
        except Complaint as refused:
            errors.append(FieldError(field="points", code=refused.code, values=dict(refused.told)))
    if errors:
        raise Refused("invalid_fields", fields=tuple(errors))
    return Ruling(
        code=code, kind=kind, facts=facts, points=points, reason=form.get(f"reason:{kind}", ""),
        row_version=typed_values.version(form.get("row_version", "")),
    )  # fmt: skip


_FIELDS = {
    "facts_unchanged": "kind",
    "gap_refused": "kind",
    "decision_without_facts": "kind",
    "points_out_of_range": "points",
    "entry_changed": "kind",
}


def _as_field(refused: Refused, kind: str) -> tuple[FieldError, ...]:
    """A refusal that belongs to one field of the form."""
    field = f"reason:{kind}" if refused.code == "reason_missing" else _FIELDS.get(refused.code)
    return (FieldError(field=field, code=refused.code, values=refused.values),) if field else ()


def _adjustment(request: Request[Any, Any, Any], part: str) -> str:
    _ = translate(request)
    title: str = _("Điểm thưởng") if part == "bonus" else _("Điểm trừ")
    return title


routes = [queue_page, leaf_page, decide, rest_page, accept_rest]
