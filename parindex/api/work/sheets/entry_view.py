"""What of an entry both its agency and its appraisers see: score, facts, documents, decisions, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import msgspec

from parindex.api.shared.acting_names import who_text
from parindex.api.shared.page import lang_of, translate, url
from parindex.api.shared.problems import field_problem
from parindex.api.shared.requests import PageRequest
from parindex.assessments.criteria.published_sets import Field, criterion_of
from parindex.assessments.evidence.window import window_of
from parindex.assessments.model import AppraisalDecision, Attached, Document, SheetEntry
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.history import EntryEvent
from parindex.assessments.sheets.points_now import LeafNow
from parindex.errors import FieldError
from parindex.scoring import CriteriaSet, Input
from parindex.text import N_, Language, date_text, file_size, number, translator, words
from parindex.wording import complaints, evidence_asked, reasons

ENTRY_CHIPS: Final[Mapping[str, str]] = {
    "open": "not_started",
    "reopened": "explain",
    "asked": "explain",
    "answered": "supplemented",
    "agreed": "agreed",
    "changed": "adjusted",
}
"""What appraisers made of an entry to its chip."""


FIELD_LABELS: Final[Mapping[str, str]] = {
    "number": N_("Số, ký hiệu"),
    "date": N_("Ngày ban hành"),
    "issued_on": N_("Ngày ban hành"),
    "issuer": N_("Cơ quan ban hành"),
    "abstract": N_("Trích yếu"),
    "file": N_("Tệp"),
    "reason": N_("Lý do"),
    "explanation": N_("Giải trình"),
    "answer": N_("Giải trình của đơn vị"),
    "judged": N_("Điểm đề nghị"),
    "points": N_("Điểm"),
    "agency": N_("Đơn vị"),
    "names": N_("Đơn vị"),
    "last_day": N_("Ngày cuối"),
    "closing_day": N_("Ngày ngừng nhận phiếu"),
}
"""What forms call their fields; what stands behind a colon is the choice that a reason belongs to."""

LONGEST_QUOTED: Final = 90
"""Characters of a text that the history quotes."""


class ScoreCard(msgspec.Struct, frozen=True, kw_only=True):
    """Points with their reason."""

    points: Decimal | None
    """``None`` where they cannot be told."""

    max: Decimal
    """Maximum of the leaf."""

    reason: str
    """Why, or what is missing."""

    flags: tuple[str, ...]
    """What an appraiser has to look at."""


class FieldOption(msgspec.Struct, frozen=True, kw_only=True):
    """A choice of a field."""

    value: str
    """What the form sends; empty for nothing."""

    label: str
    """What is read."""


class FactField(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as a field of a form."""

    name: str
    """Of the field."""

    id: str
    """Of the control."""

    label: str
    """What it asks for."""

    type: str
    """Type of the input in the criteria set."""

    unit: str | None
    """Stands beside the number."""

    value: str
    """What stands in it."""

    options: tuple[FieldOption, ...]
    """Choices, the empty one first; that one alone for what is typed."""

    before: str | None
    """What was declared a year before, with its year; ``None`` where nothing was."""

    error: str | None
    """Why it was not taken."""

    shared: int
    """How many leaves take it; 0 for a fact of this leaf alone."""

    version: int | None
    """Version of a shared fact that the form is made from."""

    version_name: str
    """Name of the field that sends it."""


class FieldFault(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the summary above a form."""

    id: str
    """Of the control."""

    message: str
    """What to mend."""

    label: str = ""
    """Name of the field, where the message does not say it."""


class DocumentCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What is odd about a document."""

    level: str
    """``warn``."""

    text: str
    """What."""


class DocumentItem(msgspec.Struct, frozen=True, kw_only=True):
    """A document for the component ``ev``."""

    id: UUID
    """Of the attachment, or of the record in the register."""

    number: str
    """Số, ký hiệu."""

    date: date
    """Ngày ban hành."""

    title: str
    """Trích yếu."""

    issuer: str
    """Cơ quan ban hành."""

    note: str
    """File, size, use."""

    pages: str | None
    """Where to look."""

    href: str
    """The file."""

    look: str
    """Its page: a preview, and where it is used."""

    check: DocumentCheck | None
    """What is odd about it."""


class DecisionCard(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as the agency and the appraiser read it."""

    kind: str
    """What was decided."""

    who: str | None
    """By whom."""

    at: datetime
    """When."""

    reason: str
    """Why."""

    points: Decimal | None
    """Set by it."""

    facts: tuple[str, ...]
    """Accepted facts, in words."""

    answer: str | None
    """What the agency answered."""


class EventLine(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the entry."""

    at: datetime
    """When."""

    text: str
    """Who did what."""


def field_id(name: str) -> str:
    """The id that the form macros give a field."""
    return name.replace(".", "-")


def told_by_field(errors: Iterable[FieldError], lang: Language) -> dict[str, str]:
    """What is wrong with each field."""
    return {error.field: field_problem(error, lang).detail for error in errors}


def faults(told: Mapping[str, str], lang: Language, labels: Mapping[str, str] | None = None) -> tuple[FieldFault, ...]:
    """The summary above a form: every line names its field.

    Args:
        told: What is wrong, by field.
        lang: The reader's language.
        labels: Names of further fields, such as facts.
    """
    _, named = translator(lang), labels or {}

    def label(field: str) -> str:
        common = FIELD_LABELS.get(field.partition(":")[0])
        return named.get(field) or (_(common) if common else "")

    return tuple(FieldFault(id=field_id(field), message=message, label=label(field)) for field, message in told.items())


def score_card(board: Board, leaf: LeafNow, lang: Language) -> ScoreCard:
    """Points, maximum and the reason as a sentence."""
    criteria_set = board.published.criteria_set
    if leaf.reason is None:
        why = " ".join(complaints.value_refusal_text(one.code, one.values, lang) for one in leaf.refusals)
    else:
        why = reasons.sentence(criteria_set, leaf.code, leaf.reason, lang)
    flags = tuple(evidence_asked.flag_text(flag, lang) for flag in leaf.flags)
    return ScoreCard(points=leaf.points, max=leaf.max, reason=why, flags=flags)


def fact_field(
    board: Board,
    asked: Field,
    value: str,
    told: Mapping[str, str],
    lang: Language,
    *,
    shared: int,
    before: str | None = None,
) -> FactField:
    """A fact as a field.

    Args:
        board: The sheet.
        asked: The fact.
        value: What stands in the field.
        told: Faults by field.
        lang: The reader's language.
        shared: How many leaves take it, 0 where that is not told.
        before: What was declared a year before.
    """
    name = f"fact:{asked.name}"
    fact = board.shared.get(asked.name)
    return FactField(
        name=name,
        id=field_id(name),
        label=reasons.label(board.published.criteria_set, asked.name, lang),
        type=asked.input.type,
        unit=words(asked.input.unit, lang) if asked.input.unit else "%" if asked.input.type == "percent" else None,
        value=value,
        options=options_of(asked.input, lang),
        before=before,
        error=told.get(name),
        shared=shared,
        version=(fact.row_version if fact else 0) if asked.shared else None,
        version_name=f"version:{asked.name}",
    )


def stored_value(board: Board, asked: Field, entry: SheetEntry) -> str | None:
    """The declared value of a fact."""
    if asked.shared:
        fact = board.shared.get(asked.name)
        return fact.value if fact else None
    return entry.facts.get(asked.name)


def value_text(criteria_set: CriteriaSet, name: str, value: str | None, lang: Language) -> str:
    """A fact for people; an en dash where nothing was declared."""
    return "–" if value is None else reasons.value_text(criteria_set, name, value, lang)


def attached_items(request: PageRequest, board: Board, entry: SheetEntry) -> tuple[DocumentItem, ...]:
    """The documents that prove an entry."""
    return tuple(_attached(request, board, one) for one in board.attached.get(entry.id, ()))


def register_item(request: PageRequest, document: Document, kind: str = "") -> DocumentItem:
    """A record of the register, with its kind where that is known."""
    _ = translate(request)
    used = _("đang dùng cho %(n)s tiêu chí", n=document.uses) if document.uses else _("chưa dùng cho tiêu chí nào")
    return document_item(request, document, document.id, f"{kind} · {used}" if kind else used)


def document_item(request: PageRequest, document: Document, item_id: UUID, used: str) -> DocumentItem:
    """A document, with what it is used for."""
    about = [f"{document.file_name}, {file_size(document.size, lang_of(request))}", used]
    return DocumentItem(
        id=item_id,
        number=document.number,
        date=document.issued_on,
        title=document.abstract,
        issuer=document.issuer,
        note=" · ".join(part for part in about if part),
        pages=None,
        href=url(f"/work/documents/{document.id}/file"),
        look=url(f"/work/documents/{document.id}"),
        check=None,
    )


def decision_card(request: PageRequest, board: Board, decision: AppraisalDecision) -> DecisionCard:
    """A decision of an appraiser as the agency and the appraiser read it."""
    lang, criteria_set = lang_of(request), board.published.criteria_set
    return DecisionCard(
        kind=decision.kind,
        who=who_text(decision.decided_by_name, decision.for_name, translate(request)),
        at=decision.at,
        reason=decision.reason,
        points=decision.points,
        facts=tuple(
            f"{reasons.label(criteria_set, name, lang)}: {value_text(criteria_set, name, text, lang)}"
            for name, text in decision.facts.items()
        ),
        answer=decision.answer,
    )


def event_lines(request: PageRequest, board: Board, events: Sequence[EntryEvent]) -> tuple[EventLine, ...]:
    """The changes of an entry as sentences."""
    return tuple(EventLine(at=event.at, text=_event_text(request, board, event)) for event in events)


def options_of(asked: Input, lang: Language) -> tuple[FieldOption, ...]:
    """The words of a choice or boolean, the empty one first: nothing is chosen by itself."""
    nothing = FieldOption(value="", label="–")
    if asked.type == "boolean":
        _ = translator(lang)
        return nothing, FieldOption(value="true", label=_("Có")), FieldOption(value="false", label=_("Không"))
    labels = asked.option_labels
    chosen = (
        FieldOption(value=option, label=words(labels[option], lang) if option in labels else option)
        for option in asked.options
    )
    return nothing, *chosen


def _attached(request: PageRequest, board: Board, one: Attached) -> DocumentItem:
    _, document = translate(request), one.document
    used = _("đang dùng cho %(n)s tiêu chí", n=document.uses) if document.uses > 1 else ""
    entry = next(entry for entry in board.entries.values() if entry.id == one.entry_id)
    return msgspec.structs.replace(
        document_item(request, document, one.id, used),
        pages=one.pages or None,
        check=issue_check(board, entry.code, document, lang_of(request)),
    )


def issue_check(board: Board, code: str, document: Document, lang: Language) -> DocumentCheck | None:
    """What is said of a document that was issued outside the days that the leaf allows."""
    _ = translator(lang)
    allowed = window_of(criterion_of(board.published.leaf(code)), board.cycle.year)
    if not allowed.misses(document.issued_on):
        return None
    if allowed.given:
        first, last = date_text(allowed.first, lang), date_text(allowed.last, lang)
        told = _("Ban hành ngoài thời gian từ %(first)s đến %(last)s", first=first, last=last)
    elif document.issued_on > allowed.last:
        told = _("Ban hành sau năm đánh giá")
    else:
        told = _("Ban hành trước năm đánh giá")
    return DocumentCheck(level="warn", text=told)


def _event_text(request: PageRequest, board: Board, event: EntryEvent) -> str:
    _, lang = translate(request), lang_of(request)
    document = event.document or ""
    deeds = {
        "agency:document:attach": _("gắn tài liệu %(number)s", number=document),
        "agency:document:detach": _("gỡ tài liệu %(number)s", number=document),
        "agency:entry:answer": _("trả lời yêu cầu giải trình: “%(text)s”", text=_begun(event.after.get("answer"))),
        "appraisal:entry:decide": _("ghi quyết định thẩm định"),
        "appraisal:entry:correct": _("đính chính điểm đã công bố"),
    }
    said: str = deeds.get(event.tag, "").strip() or _changed(request, board, event, lang)
    return f"{event.who}: {said}" if event.who else said


def _changed(request: PageRequest, board: Board, event: EntryEvent, lang: Language) -> str:
    """Everything that a declaration changed, each with what it was and became."""
    _, criteria_set = translate(request), board.published.criteria_set
    before, after = event.before.get("facts") or {}, event.after.get("facts") or {}
    told = [
        f"{reasons.label(criteria_set, name, lang)}: {value_text(criteria_set, name, before.get(name), lang)} → "
        f"{value_text(criteria_set, name, after.get(name), lang)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    judged_before, judged_after = event.before.get("judged"), event.after.get("judged")
    if judged_before != judged_after:
        label = _("Điểm đề nghị")
        told.append(f"{label}: {_points(judged_before, lang)} → {_points(judged_after, lang)}")
    if event.before.get("inapplicable") != event.after.get("inapplicable"):
        told.append(_("đề nghị không áp dụng") if event.after.get("inapplicable") else _("thôi đề nghị không áp dụng"))
    if event.before.get("explanation") != event.after.get("explanation"):
        text = _begun(event.after.get("explanation"))
        told.append(_("sửa giải trình: “%(text)s”", text=text) if text else _("xóa giải trình"))
    return "; ".join(told) or _("lưu lại, không đổi nội dung")


def _points(canonical: object, lang: Language) -> str:
    return "–" if canonical is None else number(Decimal(str(canonical)), None, lang)


def _begun(text: object) -> str:
    """How a text begins."""
    whole = " ".join(str(text or "").split())
    return whole if len(whole) <= LONGEST_QUOTED else whole[:LONGEST_QUOTED].rstrip() + "…"
