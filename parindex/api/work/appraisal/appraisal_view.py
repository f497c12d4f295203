"""What the pages of appraisal show: one leaf across agencies, so that the yardstick stays the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request

from parindex.access import Person
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.problems import field_problem
from parindex.api.work.sheets import sheet_view
from parindex.assessments.appraisal.deciding import Mandate
from parindex.assessments.criteria.published_sets import Published, judged
from parindex.assessments.model import WITH_APPRAISERS, Cycle, Decision, Entry, Sheet, StagePoints
from parindex.assessments.sheets import permission, points_now
from parindex.assessments.sheets.declaring import Board
from parindex.errors import FieldError
from parindex.scoring import Place
from parindex.text import number
from parindex.wording import reasons


def address(cycle: Cycle, code: str, agency: str = "") -> str:
    """The page of a leaf, with an agency chosen."""
    return url(f"/work/appraisals/{cycle.id}/{code}", agency=agency)


def visible(person: Person, given: Mandate, place: Place, sheet: Sheet) -> bool:
    """Whether an agency belongs in a person's list of a leaf; the own one does, locked."""
    if "appraiser" not in person.roles or sheet.agency_id == person.agency_id:
        return True
    return given.covers(place.appraiser, sheet.agency_id)


def waits(sheet: Sheet, entry: Entry, kept: Mapping[str, StagePoints]) -> bool:
    """Whether an entry still waits for a decision."""
    if sheet.state not in WITH_APPRAISERS or entry.state in ("agreed", "changed"):
        return False
    own = kept.get("self")
    declared = own is not None and (own.state == "scored" or "refusals" in own.reason)
    return declared or entry.inapplicable or entry.state != "open"


def agencies(
    request: Request[Any, Any, Any],
    cycle: Cycle,
    code: str,
    rows: Sequence[tuple[Sheet, Entry]],
    points: Mapping[UUID, Mapping[str, StagePoints]],
    chosen: str | None,
) -> list[dict[str, Any]]:
    """The agencies of a leaf for the component ``side_list``."""
    _, lang = translate(request), lang_of(request)
    person: Person = request.state.person
    items = []
    for sheet, entry in rows:
        kept = points.get(entry.id, {})
        state, text = _state(_, person, sheet, entry, kept)
        own, first = kept.get("self"), kept.get("round1")
        sent = sheet.state in (*WITH_APPRAISERS, "closed") and sheet.agency_id != person.agency_id
        changed = first is not None and own is not None and first.points != own.points
        items.append({
            "href": address(cycle, code, sheet.agency_code),
            "name": sheet.agency_name,
            "state": state,
            "state_text": text,
            "points": own.points if own and sent else None,
            "note": _("còn %(points)s", points=number(first.points, 2, lang)) if changed and sent and first else None,
            "current": sheet.agency_code == chosen,
        })  # fmt: skip
    return items


def _state(_: Any, person: Person, sheet: Sheet, entry: Entry, kept: Mapping[str, StagePoints]) -> tuple[str, str]:
    if sheet.agency_id == person.agency_id:
        return "closed", _("Đơn vị của mình, đã khóa")
    if sheet.state == "no_submission":
        return "no_submission", _("Chưa nộp phiếu")
    if sheet.state not in (*WITH_APPRAISERS, "closed"):
        return "editing", _("Chưa gửi phiếu")
    own = kept.get("self")
    if own is not None and own.state == "not_applicable" and not entry.inapplicable:
        return "not_applicable", _("Không áp dụng")
    if entry.state == "open" and not waits(sheet, entry, kept):
        return "incomplete", _("Không kê khai")
    words = {
        "open": _("Chưa xem"), "asked": _("Yêu cầu giải trình"), "answered": _("Đã bổ sung"),
        "agreed": _("Đồng ý"), "changed": _("Điều chỉnh"),
    }  # fmt: skip
    return sheet_view.ENTRY_CHIPS[entry.state], words[entry.state]


def neighbours(published: Published, given: Mandate, cycle: Cycle, code: str) -> list[dict[str, Any]]:
    """The leaf before, this one, and the one after, of those that the person appraises."""
    codes = [place.code for place in published.leaves if given.touches(place.appraiser)] or [
        place.code for place in published.leaves
    ]
    here = codes.index(code) if code in codes else 0
    return [
        {"href": address(cycle, one), "label": one, "current": one == code}
        for one in codes[max(0, here - 1) : here + 2]
    ]


def facts_table(
    request: Request[Any, Any, Any], board: Board, code: str, standing: Decision | None, last_year: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Declared, accepted and last year's facts of a leaf, side by side."""
    lang = lang_of(request)
    criteria_set = board.published.criteria_set
    entry = board.entries[code]
    changed = standing.facts if standing else {}
    rows = []
    for asked in board.published.fields[code]:
        declared = sheet_view.stored_value(board, asked, entry)
        shared = board.shared.get(asked.name)
        accepted = changed.get(asked.name) or (shared.accepted if shared else None)
        rows.append({
            "label": reasons.label(criteria_set, asked.name, lang),
            "declared": sheet_view.value_text(criteria_set, asked.name, declared, lang),
            "accepted": sheet_view.value_text(criteria_set, asked.name, accepted, lang) if accepted else None,
            "before": sheet_view.value_text(criteria_set, asked.name, last_year.get(asked.name), lang),
        })  # fmt: skip
    return rows


def appraised_score(board: Board, code: str, standing: Decision | None) -> dict[str, Any] | None:
    """Points and reason as they hold after the standing decision."""
    if standing is None:
        return None
    facts = points_now.attributes(board.published, board.sheet.attributes)
    facts |= {name: fact.effective for name, fact in board.shared.items() if fact.effective is not None}
    facts |= points_now.after(board.entries[code], standing)
    leaf = points_now.score(board.published, code, points_now.values(board.published, facts))
    return {"leaf": leaf}


def decision_form(
    request: Request[Any, Any, Any],
    board: Board,
    code: str,
    standing: Decision | None,
    *,
    typed: Mapping[str, str] | None,
    errors: Sequence[FieldError],
) -> dict[str, Any]:
    """The form of a decision: nothing is chosen at first."""
    lang = lang_of(request)
    entry, place = board.entries[code], board.published.leaf(code)
    told = {error.field: field_problem(error, lang)["detail"] for error in errors}
    fields = []
    for asked in board.published.fields[code]:
        shared = board.shared.get(asked.name)
        own = entry.facts.get(asked.name)
        effective = shared.effective if shared else (standing.facts.get(asked.name, own) if standing else own)
        name = f"fact:{asked.name}"
        fields.append({
            "name": name,
            "id": sheet_view.field_id(name),
            "label": reasons.label(board.published.criteria_set, asked.name, lang),
            "type": asked.input.type,
            "value": typed.get(name, "") if typed is not None else sheet_view.input_text(asked, effective, lang),
            "options": sheet_view.options_of(asked, lang),
            "error": told.get(name),
            "shared": len(asked.used_by),
        })  # fmt: skip
    return {
        "fields": fields,
        "judged": judged(place),
        "typed": typed or {},
        "errors": [{"id": sheet_view.field_id(field), "message": text} for field, text in told.items()],
        "error_of": told,
        "row_version": entry.row_version,
        "may_accept": board.points_now.leaves[code].known and not board.points_now.leaves[code].excluded,
        "max": place.node.max,
    }


def may_decide(person: Person, given: Mandate, board: Board, code: str, cycle_open: bool) -> bool:
    """Whether the person may decide this entry now."""
    covered = given.covers(board.published.leaf(code).appraiser, board.sheet.agency_id)
    return cycle_open and covered and permission.may(person, "appraisal:decide", board.sheet)
