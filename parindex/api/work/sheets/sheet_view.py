"""What the pages of a sheet show, made from its board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from litestar import Request

from parindex.api.shared.countdown import countdown
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.problems import field_problem
from parindex.assessments.criteria.published_sets import Field, criterion_of, judged
from parindex.assessments.model import SHEET_STATES, Attached, Decision, Declaration, Entry
from parindex.assessments.sheets import handing_in, permission
from parindex.assessments.sheets.declaring import Board, Stale
from parindex.assessments.sheets.history import Event
from parindex.assessments.sheets.points_now import Leaf, Sum
from parindex.errors import FieldError
from parindex.scoring import Place
from parindex.text import Language, file_size, number, translator, words
from parindex.wording import complaints, reasons

CHIPS: Final[Mapping[str, str]] = {
    "not_started": "not_started",
    "drafting": "editing",
    "with_leader": "awaiting",
    "submitted": "sent",
    "auto_locked": "overdue",
    "no_submission": "no_submission",
    "appraisal_1": "appraising",
    "closed": "locked",
}
"""State of a sheet to its chip."""

ENTRY_CHIPS: Final[Mapping[str, str]] = {
    "open": "not_started",
    "asked": "explain",
    "answered": "supplemented",
    "agreed": "agreed",
    "changed": "adjusted",
}
"""What appraisers made of an entry to its chip."""

SENT: Final = ("submitted", "auto_locked", "appraisal_1", "closed")


def marked(board: Board) -> str | None:
    """The mark that every page of the year bears."""
    return board.cycle.marked or ("illustrative" if board.published.criteria_set.status == "illustrative" else None)


def sheet_frame(request: Request[Any, Any, Any], board: Board, code: str | None, show: str) -> dict[str, Any]:
    """What every page of a sheet shows: state, deadline, points now, the tree.

    Args:
        request: Gives language and person.
        board: The sheet.
        code: The leaf that is open.
        show: ``all`` or ``missing``.
    """
    _ = translate(request)
    gaps = {gap.field: gap for gap in handing_in.gaps(board)}
    sheet, total = board.sheet, board.points_now.total
    drafting = sheet.state in ("not_started", "drafting")
    return {
        "sheet": {
            "id": sheet.id,
            "year": board.cycle.year,
            "agency": sheet.agency_name,
            "state": CHIPS[sheet.state],
            "state_text": _(SHEET_STATES[sheet.state]),
            "receipt": sheet.receipt if sheet.state in SENT else None,
            "return_reason": sheet.return_reason,
            "editable": permission.may(request.state.person, "sheet:edit", sheet),
            "may_hand_in": permission.may(request.state.person, "sheet:hand_in", sheet),
            "may_approve": permission.may(request.state.person, "sheet:submit", sheet),
            "may_withdraw": permission.may(request.state.person, "sheet:withdraw", sheet) and not sheet.withdrawals,
        },
        "count": countdown(request, board.cycle.deadline) if drafting or sheet.state == "with_leader" else None,
        "total": {"points": total.points, "max": total.max, "declared": total.declared, "leaves": total.leaves},
        "gaps": [_gap(request, board, gap) for gap in gaps.values()],
        "tree": tree(request, board, code, set(gaps), only_missing=show == "missing"),
        "tabs": [
            {"href": "?show=all", "label": _("Tất cả"), "count": total.leaves, "current": show != "missing"},
            {"href": "?show=missing", "label": _("Còn thiếu"), "count": len(gaps), "current": show == "missing"},
        ],
    }


def _gap(request: Request[Any, Any, Any], board: Board, gap: FieldError) -> dict[str, str]:
    lang = lang_of(request)
    title = words(board.published.places[gap.field].node.title, lang)
    told = field_problem(gap, lang)
    return {
        "id": gap.field,
        "title": title,
        "href": url(f"/work/sheets/{board.sheet.id}/{gap.field}"),
        "message": told["detail"],
    }


def tree(
    request: Request[Any, Any, Any], board: Board, code: str | None, missing: set[str], *, only_missing: bool
) -> list[dict[str, Any]]:
    """Areas with what is below them, for the component ``tree``."""
    _, lang = translate(request), lang_of(request)
    areas: list[dict[str, Any]] = []
    for place in board.published.places.values():
        if place.depth == 1 and place.part == "areas":
            areas.append(_area(board, place, code, _, lang))
        elif place.part != "areas" and (not areas or areas[-1]["part"] != place.part):
            areas.append(_adjustment(board, place.part, code, _))
        if place.depth > 1 and (not only_missing or _holds(board, place, missing)):
            areas[-1]["nodes"].append(_node(board, place, code, missing, lang))
    if only_missing:
        areas = [{**area, "open": True} for area in areas if area["nodes"]]
    return areas


def _area(board: Board, place: Place, code: str | None, _: Any, lang: Language) -> dict[str, Any]:
    found = board.points_now.sums.get(place.code)
    above = board.published.places[code].above if code else ()
    return {
        "part": "areas",
        "code": place.code,
        "title": words(place.node.title, lang),
        "points": _known(found),
        "max": found.max if found else place.node.max,
        "note": (
            _("%(declared)s/%(leaves)s đã kê khai", declared=found.declared, leaves=found.leaves)
            if found
            else _("Lấy từ khảo sát hoặc chỉ số khác, không tự chấm")
        ),
        "open": place.code in above,
        "locked": found is None,
        "href": None,
        "nodes": [],
    }


def _adjustment(board: Board, part: str, code: str | None, _: Any) -> dict[str, Any]:
    adjustment = getattr(board.published.criteria_set, part)
    items = [board.points_now.leaves[item.code] for item in adjustment.items]
    return {
        "part": part,
        "code": "",
        "title": _("Điểm thưởng") if part == "bonus" else _("Điểm trừ"),
        "points": min(sum((leaf.points or Decimal(0) for leaf in items), Decimal(0)), adjustment.cap),
        "max": adjustment.cap,
        "note": _("Chỉ kê khai khi có"),
        "open": code in {leaf.code for leaf in items},
        "locked": False,
        "href": None,
        "nodes": [],
    }


def _known(found: Sum | None) -> Decimal | None:
    """Points of a node above leaves; nothing declared is unknown, which is not 0."""
    return found.points if found and found.declared else None


def _holds(board: Board, place: Place, missing: set[str]) -> bool:
    if place.is_leaf:
        return place.code in missing
    return any(place.code in board.published.places[code].above for code in missing)


def _node(board: Board, place: Place, code: str | None, missing: set[str], lang: Language) -> dict[str, Any]:
    leaf = board.points_now.leaves.get(place.code)
    found = board.points_now.sums.get(place.code)
    applies = leaf is None or leaf.state != "not_applicable"
    return {
        "code": place.code,
        "title": words(place.node.title, lang),
        "depth": min(place.depth, 4),
        "points": leaf.points if leaf else _known(found),
        "max": (place.node.max if applies else None) if found is None else found.max,
        "href": url(f"/work/sheets/{board.sheet.id}/{place.code}") if leaf else None,
        "current": place.code == code,
        "mark": _mark(board, place, leaf, missing),
    }


def _mark(board: Board, place: Place, leaf: Leaf | None, missing: set[str]) -> str | None:
    if leaf is None:
        return "locked" if place.is_leaf else None
    entry = board.entries[place.code]
    if entry.state == "asked":
        return "explain"
    if leaf.state == "not_applicable":
        return "risk" if place.code in missing else "not_applicable"
    if leaf.state in ("scored", "refused"):
        return "risk" if place.code in missing else "declared"
    return "not_started"


def leaf_page(
    request: Request[Any, Any, Any],
    board: Board,
    code: str,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] = (),
    stale: Stale | None = None,
) -> dict[str, Any]:
    """The middle of the page: score with its reason, facts, evidence, explanation.

    Args:
        request: Gives language and person.
        board: The sheet.
        code: The leaf.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
        stale: What somebody else saved in between.
    """
    lang, _ = lang_of(request), translate(request)
    place, entry, leaf = board.published.leaf(code), board.entries[code], board.points_now.leaves[code]
    criterion = criterion_of(place)
    told = {error.field: field_problem(error, lang)["detail"] for error in errors}
    return {
        "leaf": {
            "code": code,
            "title": words(place.node.title, lang),
            "crumbs": [
                {"href": None, "label": f"{above} {words(board.published.places[above].node.title, lang)}"}
                for above in place.above
            ],
            "guidance": words(criterion.guidance, lang) if criterion.guidance else None,
            "evidence": criterion.evidence,
            "may_be_inapplicable": place.may_be_inapplicable,
            "inapplicable": (typed.get("inapplicable") == "true") if typed is not None else entry.inapplicable,
            "explanation": typed.get("explanation", "") if typed is not None else entry.explanation,
            "excluded": leaf.excluded,
            "row_version": entry.row_version,
        },
        "score": score_of(board, leaf, lang),
        "fields": [_field(board, asked, entry, typed, told, lang) for asked in board.published.fields[code]],
        "judged": _judged(place, entry, typed, told, lang),
        "errors": [{"id": field_id(error.field), "message": told[error.field]} for error in errors],
        "error_of": told,
        "stale": _stale(request, board, stale) if stale else None,
        "evidence": [evidence_row(request, board, one) for one in board.attached.get(entry.id, ())],
        "next": next_leaf(board, code),
        "saved_at": entry.updated_at,
        "saved_by": entry.updated_by_name,
        "required": _("cần có tài liệu hoặc giải trình") if criterion.evidence == "required" else None,
    }


def field_id(name: str) -> str:
    """The id that the form macros give a field."""
    return name.replace(".", "-")


def score_of(board: Board, leaf: Leaf, lang: Language) -> dict[str, Any]:
    """Points, maximum and the reason as a sentence."""
    criteria_set = board.published.criteria_set
    if leaf.reason is None:
        why = " ".join(complaints.value_refusal_text(one.code, one.values, lang) for one in leaf.refusals)
    else:
        why = reasons.sentence(criteria_set, leaf.code, leaf.reason, lang)
    return {"points": leaf.points, "max": leaf.max, "reason": why, "refused": leaf.state == "refused"}


def input_text(asked: Field, canonical: str | None, lang: Language) -> str:
    """A stored value as it stands in its field: what the reading takes back unchanged, in either language."""
    if canonical is None:
        return ""
    if asked.input.type == "count":
        return number(Decimal(canonical), 0, "vi") if lang == "vi" else canonical
    if asked.input.type in ("decimal", "percent"):
        return canonical.replace(".", ",") if lang == "vi" else canonical
    return canonical


def _field(
    board: Board,
    asked: Field,
    entry: Entry,
    typed: Mapping[str, str] | None,
    told: Mapping[str, str],
    lang: Language,
) -> dict[str, Any]:
    stored = stored_value(board, asked, entry)
    name = f"fact:{asked.name}"
    fact = board.shared.get(asked.name)
    return {
        "name": name,
        "id": field_id(name),
        "label": reasons.label(board.published.criteria_set, asked.name, lang),
        "type": asked.input.type,
        "unit": words(asked.input.unit, lang) if asked.input.unit else "%" if asked.input.type == "percent" else None,
        "value": typed.get(name, "") if typed is not None else input_text(asked, stored, lang),
        "options": options_of(asked, lang),
        "error": told.get(name),
        "shared": len(asked.used_by) if asked.shared else 0,
        "version": (fact.row_version if fact else 0) if asked.shared else None,
        "version_name": f"version:{asked.name}",
    }


def options_of(asked: Field, lang: Language) -> list[dict[str, str]]:
    """The words of a choice or boolean, the empty one first: nothing is chosen by itself."""
    if asked.input.type == "boolean":
        _ = translator(lang)
        told = (_("Có"), _("Không"))
        return [
            {"value": "", "label": "–"},
            {"value": "true", "label": told[0]},
            {"value": "false", "label": told[1]},
        ]
    labels = asked.input.option_labels
    return [
        {"value": "", "label": "–"},
        *(
            {"value": option, "label": words(labels[option], lang) if option in labels else option}
            for option in asked.input.options
        ),
    ]


def stored_value(board: Board, asked: Field, entry: Entry) -> str | None:
    """The declared value of a fact."""
    if asked.shared:
        fact = board.shared.get(asked.name)
        return fact.value if fact else None
    return entry.facts.get(asked.name)


def _judged(
    place: Place, entry: Entry, typed: Mapping[str, str] | None, told: Mapping[str, str], lang: Language
) -> dict[str, Any] | None:
    if not judged(place):
        return None
    stored = "" if entry.judged is None else number(entry.judged, None, lang)
    return {
        "value": typed.get("judged", "") if typed is not None else stored,
        "max": place.node.max,
        "error": told.get("judged"),
    }


def _stale(request: Request[Any, Any, Any], board: Board, stale: Stale) -> dict[str, Any]:
    """Both values side by side, for those that differ."""
    lang, _ = lang_of(request), translate(request)
    entry, mine, criteria_set = stale.entry, stale.mine, board.published.criteria_set
    rows = []
    for asked in board.published.fields[entry.code]:
        theirs, ours = stored_value(board, asked, entry), mine.facts.get(asked.name)
        if theirs != ours:
            rows.append({
                "label": reasons.label(criteria_set, asked.name, lang),
                "theirs": value_text(criteria_set, asked.name, theirs, lang),
                "mine": value_text(criteria_set, asked.name, ours, lang),
            })  # fmt: skip
    rows += _stale_texts(entry, mine, _, lang)
    return {"who": stale.values["who"], "at": stale.values["at"], "rows": rows}


def _stale_texts(entry: Entry, mine: Declaration, _: Any, lang: Language) -> list[dict[str, str]]:
    rows = []
    ours = mine.facts.get(f"{entry.code}.judged")
    judged_now = Decimal(ours) if ours is not None else None
    if judged_now != entry.judged:
        rows.append(
            {"label": _("Điểm đề nghị"), "theirs": number(entry.judged, None, lang),
             "mine": number(judged_now, None, lang)}
        )  # fmt: skip
    if mine.explanation != entry.explanation:
        rows.append({"label": _("Giải trình"), "theirs": entry.explanation or "–", "mine": mine.explanation or "–"})
    if mine.inapplicable != entry.inapplicable:
        words = {True: _("Không áp dụng"), False: _("Áp dụng")}
        rows.append({"label": _("Áp dụng"), "theirs": words[entry.inapplicable], "mine": words[mine.inapplicable]})
    return rows


def value_text(criteria_set: Any, name: str, value: str | None, lang: Language) -> str:
    """A fact for people; an en dash where nothing was declared."""
    return "–" if value is None else reasons.value_text(criteria_set, name, value, lang)


def evidence_row(request: Request[Any, Any, Any], board: Board, one: Attached) -> dict[str, Any]:
    """A document for the component ``ev``."""
    _, lang = translate(request), lang_of(request)
    document = one.document
    late = document.issued_on.year > board.cycle.year
    size = file_size(document.size, lang)
    return {
        "id": one.id,
        "number": document.number,
        "date": document.issued_on,
        "title": document.abstract,
        "issuer": document.issuer,
        "note": " · ".join(
            part
            for part in (
                f"{document.file_name}, {size}",
                _("đang dùng cho %(n)s tiêu chí", n=document.uses) if document.uses > 1 else "",
            )
            if part
        ),
        "pages": one.pages or None,
        "href": url(f"/work/documents/{document.id}/file"),
        "check": {"level": "warn", "text": _("Ban hành sau năm đánh giá")} if late else None,
    }


def next_leaf(board: Board, code: str) -> str | None:
    """The leaf after this one, over those that do not concern the agency."""
    codes = [place.code for place in board.published.leaves if not board.points_now.leaves[place.code].excluded]
    after = codes[codes.index(code) + 1 :] if code in codes else []
    return after[0] if after else None


def event_text(request: Request[Any, Any, Any], board: Board, event: Event) -> str:
    """One change of an entry as a sentence."""
    _, lang = translate(request), lang_of(request)
    words = {
        "agency:document:attach": _("gắn tài liệu"),
        "agency:document:detach": _("gỡ tài liệu"),
        "agency:entry:answer": _("trả lời yêu cầu giải trình"),
        "appraisal:entry:decide": _("ghi quyết định thẩm định"),
    }
    said = words.get(event.tag) or _changed(board, event, lang) or _("sửa giải trình")
    return f"{event.who}: {said}" if event.who else said


def _changed(board: Board, event: Event, lang: Language) -> str:
    before, after = event.before.get("facts") or {}, event.after.get("facts") or {}
    criteria_set = board.published.criteria_set
    return "; ".join(
        f"{reasons.label(criteria_set, name, lang)}: {value_text(criteria_set, name, before.get(name), lang)} → "
        f"{value_text(criteria_set, name, after.get(name), lang)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def decision_row(request: Request[Any, Any, Any], board: Board, decision: Decision) -> dict[str, Any]:
    """A decision of an appraiser as the agency and the appraiser read it."""
    lang = lang_of(request)
    criteria_set = board.published.criteria_set
    return {
        "id": decision.id,
        "kind": decision.kind,
        "who": decision.decided_by_name,
        "at": decision.at,
        "reason": decision.reason,
        "points": decision.points,
        "inapplicable": decision.inapplicable,
        "facts": [
            f"{reasons.label(criteria_set, name, lang)}: {value_text(criteria_set, name, text, lang)}"
            for name, text in decision.facts.items()
        ],
        "answer": decision.answer,
        "answered_at": decision.answered_at,
    }


def area_rows(request: Request[Any, Any, Any], board: Board) -> list[dict[str, Any]]:
    """Areas with what is known of them, for the leader's table."""
    lang = lang_of(request)
    rows = []
    for area in board.published.criteria_set.areas:
        found = board.points_now.sums.get(area.code)
        rows.append({
            "code": area.code,
            "title": words(area.title, lang),
            "points": _known(found),
            "max": found.max if found else area.max,
            "declared": found.declared if found else None,
            "leaves": found.leaves if found else None,
        })  # fmt: skip
    return rows
