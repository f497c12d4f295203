"""One leaf across agencies: reading what an agency declares, and deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from parindex.access import Person, form_drafts
from parindex.api.shared.forms import Line, ToldBy, read_form, read_named
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.api.work.appraisal.leaf_view import EntryRecord, address, appraisal_page
from parindex.api.work.drafts_view import decision_form
from parindex.assessments.amendments import superseded
from parindex.assessments.appraisal import correcting, deciding, decisions, leaf_across
from parindex.assessments.appraisal.deciding import Ruling
from parindex.assessments.appraisal.leaf_across import LeafAcross
from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.model import DecisionKind, Sheet
from parindex.assessments.sheets import history, permission, typed_values
from parindex.assessments.sheets.board import board_of
from parindex.errors import FieldError, Refused
from parindex.reading.complaint import Complaint
from parindex.store.database import Connection


class RulingForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided; the accepted facts are fields of the leaf and read beside it."""

    kind: Annotated[DecisionKind, ToldBy(missing="decision_missing", wrong="decision_missing")]
    """What."""

    agency: Line = ""
    """Code of the agency."""

    points: Line = ""
    """Points set, as typed: how many there may be depends on the leaf."""

    row_version: Line = ""
    """Version of the entry that the form was made from."""

    accept: str = msgspec.field(default="", name="reason:accept")
    """Reason of ``accept``."""

    change_facts: str = msgspec.field(default="", name="reason:change_facts")
    """Reason of ``change_facts``."""

    set_points: str = msgspec.field(default="", name="reason:set_points")
    """Reason of ``set_points``."""

    ask: str = msgspec.field(default="", name="reason:ask")
    """Reason of ``ask``."""

    @property
    def reason(self) -> str:
        """The reason that stands under what was chosen."""
        reason: str = getattr(self, self.kind)
        return reason


@get("/work/appraisals/{cycle_id:uuid}/{code:str}", include_in_schema=False)
async def leaf_page(
    request: PageRequest,
    services: Given,
    cycle_id: FromPath[UUID],
    code: FromPath[str],
    agency: FromQuery[str] = "",
) -> Response[str] | Redirect:
    """One leaf: the agencies, what one of them declares, and the decision."""
    return await _show(request, services, cycle_id, code, agency)


@post("/work/appraisals/{cycle_id:uuid}/{code:str}", include_in_schema=False)
async def decide(
    request: PageRequest, services: Given, cycle_id: FromPath[UUID], code: FromPath[str]
) -> Response[str] | Redirect:
    """Record a decision and go to the next agency that waits."""
    agency = (await read_named(request, ("agency",)))["agency"]
    try:
        async with services.db.transaction(request.tenant.id) as connection:
            across = await leaf_across.read(connection, request.person, cycle_id, code)
            if not agency:
                raise Refused("invalid_fields", fields=(FieldError(field="agency", code="field_empty"),))
            sheet = across.sheet_of(agency)
            ruling = await _ruling(request, across.published, code)
            if across.cycle.state == "correction":
                await correcting.correct(connection, request.person, sheet.id, ruling)
            else:
                await deciding.decide(connection, request.person, sheet.id, [ruling])
            assert request.person is not None
            await form_drafts.drop(connection, request.person, decision_form(cycle_id, code, agency))
    except Refused as refused:
        kind = (await read_named(request, ("kind",)))["kind"]
        faults = refused.fields or _as_field(refused, kind)
        if not faults or not agency:
            raise
        status = 409 if refused.code == "entry_changed" else 422
        return await _show(request, services, cycle_id, code, agency, errors=faults, status=status)
    after = across.next_waiting(agency)
    return Redirect(address(across.cycle, code, after or agency), status_code=303)


async def _show(
    request: PageRequest,
    services: Given,
    cycle_id: UUID,
    code: str,
    agency: str,
    *,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> Response[str] | Redirect:
    async with services.db.transaction(request.tenant.id) as connection:
        across = await leaf_across.read(connection, request.person, cycle_id, code)
        if not agency:
            first = across.next_waiting("") or next((sheet.agency_code for sheet, _ in across.rows), "")
            if not first:
                raise Refused("not_found")
            return Redirect(address(across.cycle, code, first), status_code=303)
        sheet = across.sheet_of(agency)
        record = None
        if permission.may(request.person, "appraisal:read", sheet):
            await deciding.open_sheet(connection, request.person, sheet.id)
            assert request.person is not None
            record = await _record(connection, request.person, across, sheet)
    assert request.person is not None
    typed = await _typed(request, across) if errors else None
    shown = appraisal_page(request, request.person, across, sheet, record, typed=typed, errors=errors)
    return page(request, shown, status=status, marked=across.cycle.marked)


async def _record(connection: Connection, person: Person, across: LeafAcross, sheet: Sheet) -> EntryRecord:
    form = decision_form(across.cycle.id, across.place.code, sheet.agency_code)
    board, code = await board_of(connection, sheet), across.place.code
    entry = board.entries[code]
    return EntryRecord(
        board=board,
        decisions=await decisions.of_entry(connection, entry.id),
        year_before=await history.year_before(connection, sheet.agency_id, across.cycle, code),
        superseded=await superseded.of_entry(connection, entry.id),
        events=await history.of_entry(connection, entry.id),
        draft=await form_drafts.of_form(connection, person, form),
    )


async def _typed(request: PageRequest, across: LeafAcross) -> Mapping[str, str]:
    """What was typed into every field of the decision."""
    facts = [f"fact:{asked.name}" for asked in across.published.fields[across.place.code]]
    own = [field.encode_name for field in msgspec.structs.fields(RulingForm)]
    return await read_named(request, (*own, *facts))


async def _ruling(request: PageRequest, known: Published, code: str) -> Ruling:
    """What the form decides.

    Raises:
        Refused: ``invalid_fields`` naming what cannot be read.
    """
    form = await read_form(request, RulingForm)
    faults: list[FieldError] = []
    facts: dict[str, str] = {}
    points = None
    if form.kind == "change_facts":
        typed = await read_named(request, [f"fact:{asked.name}" for asked in known.fields[code]])
        for asked in known.fields[code]:
            field = f"fact:{asked.name}"
            try:
                text = typed_values.read_fact(known, asked, typed[field])
            except Complaint as told:
                faults.append(FieldError(field=field, code=told.code, values=dict(told.told)))
            else:
                facts |= {asked.name: text} if text is not None else {}
    elif form.kind == "set_points":
        try:
            points = typed_values.read_points(form.points, known.leaf(code).node.max)
        except Complaint as told:
            faults.append(FieldError(field="points", code=told.code, values=dict(told.told)))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
    return Ruling(
        code=code, kind=form.kind, facts=facts, points=points, reason=form.reason,
        row_version=typed_values.version(form.row_version),
    )  # fmt: skip


_FIELDS: Final = {
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


routes = [leaf_page, decide]
