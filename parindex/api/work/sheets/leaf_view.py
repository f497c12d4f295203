"""What the page of one leaf shows: score with its reason, facts, documents, explanation; then people and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from parindex.access.form_drafts import FormDraft
from parindex.access.model import Person
from parindex.api.shared.links import CrumbLink
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.drafts_view import DraftMark, answer_form, declaration_form, mark
from parindex.api.work.sheets import entry_view, sheet_view
from parindex.api.work.sheets.entry_view import (
    DecisionCard,
    DocumentItem,
    EventLine,
    FactField,
    FieldFault,
    ScoreCard,
)
from parindex.api.work.sheets.last_year_view import CarriedItem, carried_items, declared_before
from parindex.api.work.sheets.sheet_view import SheetHeader, SheetSide
from parindex.api.work.sheets.superseded_view import SupersededCard, superseded_cards
from parindex.api.work.sheets.typed_text import input_text
from parindex.assessments.amendments.model import SupersededEntry
from parindex.assessments.assignments.model import PARTS
from parindex.assessments.criteria.published_sets import criterion_of, judged
from parindex.assessments.model import AppraisalDecision, Attached, Declaration, SheetEntry, StagePoints
from parindex.assessments.sheets import permission, typed_values
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.declaring import Stale
from parindex.assessments.sheets.history import EntryEvent, YearBefore
from parindex.errors import FieldError
from parindex.scoring import Place
from parindex.text import Language, number, translator, words
from parindex.wording import reasons, rule_text
from parindex.wording.evidence_asked import proof_text


class LeafMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of an entry."""

    documents_before: Sequence[Attached]
    """What proved the leaf in the year before and not yet in this one, where the person may declare it."""

    year_before: YearBefore | None
    """The same leaf in the year before."""

    superseded: Sequence[SupersededEntry]
    """What had been declared before a corrected set opened it again, newest first."""

    decisions: Sequence[AppraisalDecision]
    """Newest first."""

    stages: Mapping[str, StagePoints]
    """Points by stage."""

    events: Sequence[EntryEvent]
    """Changes, newest first."""

    draft: FormDraft | None
    """What the person typed into the declaration and did not save."""

    answer_draft: FormDraft | None
    """The same of an answer."""


class LeafHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The leaf, and what is declared of it beside facts."""

    code: str
    """Its code."""

    title: str
    """Its title."""

    crumbs: tuple[CrumbLink, ...]
    """What stands above it."""

    rule: str
    """How its points are made."""

    guidance: str | None
    """How it is declared."""

    evidence: str
    """``required``, ``optional`` or ``none``."""

    proof: str
    """When its evidence must be issued, and who confirms its facts; empty where nothing is said."""

    may_be_inapplicable: bool
    """Whether the agency may propose that it does not apply."""

    inapplicable: bool
    """Whether it does propose that."""

    explanation: str
    """Giải trình."""

    excluded: bool
    """Whether an attribute of the agency takes it out."""

    owner: str | None
    """The owner body that declares it, beside the agency."""

    holders: str
    """Who of the agency has it, with their parts; empty where nobody."""

    row_version: int
    """Version of the entry that the form is made from."""


class JudgedField(msgspec.Struct, frozen=True, kw_only=True):
    """Points that the agency proposes."""

    value: str
    """What stands in the field."""

    max: Decimal
    """Maximum of the leaf."""

    error: str | None
    """Why it was not taken."""


class StaleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A value that differs."""

    label: str
    """Of what."""

    theirs: str
    """As it is stored."""

    mine: str
    """As it was typed."""


class StaleNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody else saved in between, beside what was typed."""

    who: str
    """Who."""

    at: str
    """At what time."""

    rows: tuple[StaleRow, ...]
    """Values that differ."""


class OpenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A request that waits for the agency."""

    reason: str
    """What is asked."""

    who: str | None
    """Who asks."""

    at: datetime
    """When."""

    may_answer: bool
    """Whether the person may answer."""

    draft: DraftMark
    """What was typed and not sent."""

    value: str
    """What stands in the field."""


class LeafPage(Page, frozen=True, kw_only=True):
    """One leaf of a sheet."""

    template: ClassVar[str] = "work/sheets/leaf.html"

    sheet: SheetHeader
    """The sheet."""

    side: SheetSide
    """Points and tree."""

    leaf: LeafHeader
    """The leaf."""

    score: ScoreCard
    """Points now with their reason."""

    fields: tuple[FactField, ...]
    """Facts."""

    judged: JudgedField | None
    """Points proposed, where the rule is a judgement."""

    errors: tuple[FieldFault, ...]
    """Why the form was refused."""

    error_of: Mapping[str, str]
    """The same by field."""

    stale: StaleNotice | None
    """What somebody else saved in between."""

    evidence: tuple[DocumentItem, ...]
    """Documents."""

    evidence_before: tuple[CarriedItem, ...]
    """Documents of the year before that may be put to the leaf again."""

    next: str | None
    """The leaf after this one."""

    saved_at: datetime | None
    """When the entry was changed last."""

    required: bool
    """Whether a document or an explanation is needed."""

    asked: OpenAnswer | None
    """A request that waits for the agency."""

    stages: Mapping[str, StagePoints]
    """Points by stage."""

    entry_state: str
    """Chip of what appraisers made of it."""

    decisions: tuple[DecisionCard, ...]
    """Newest first."""

    year_before: YearBefore | None
    """The same leaf in the year before."""

    superseded: tuple[SupersededCard, ...]
    """What had been declared under versions before, newest first."""

    events: tuple[EventLine, ...]
    """Changes, newest first."""

    draft: DraftMark
    """What was typed into the declaration and not saved."""


def leaf_page(
    request: PageRequest,
    board: Board,
    code: str,
    memory: LeafMemory,
    *,
    show: str = "all",
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] = (),
    stale: Stale | None = None,
) -> LeafPage:
    """One leaf.

    Args:
        request: Gives language and person.
        board: The sheet.
        code: The leaf.
        memory: What is remembered of it.
        show: ``all`` or ``missing``: what the tree lists.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
        stale: What somebody else saved in between.
    """
    lang = lang_of(request)
    place, entry, leaf = board.published.leaf(code), board.entries[code], board.points_now.leaves[code]
    told = entry_view.told_by_field(errors, lang)
    assert request.person is not None
    stands = _stands(board, place, entry, lang)
    form = declaration_form(board.sheet.id, code)
    draft = mark(request.person, form, memory.draft if typed is None else None, stands)
    given = typed or draft.typed or stands
    versions = {} if stale else given
    fields = _fields(board, entry, given, versions, told, memory.year_before, lang)
    return LeafPage(
        sheet=msgspec.structs.replace(
            sheet_view.header(request, board), editable=permission.may_declare(request.person, board.sheet, entry)
        ),
        side=sheet_view.side(request, board, code, show),
        leaf=_header(board, place, given, typed_values.version_of(versions, "row_version", entry.row_version), lang),
        score=entry_view.score_card(board, leaf, lang),
        fields=fields,
        judged=_judged(place, given, told),
        errors=entry_view.faults(told, lang, {one.name: one.label for one in fields}),
        error_of=told,
        stale=_stale(request, board, stale) if stale else None,
        evidence=entry_view.attached_items(request, board, entry),
        evidence_before=carried_items(request, board, code, memory.documents_before),
        next=next_leaf(board, code),
        saved_at=entry.updated_at,
        required=criterion_of(place).evidence == "required",
        asked=_open_request(request, request.person, board, entry, memory),
        stages=memory.stages,
        entry_state=entry_view.ENTRY_CHIPS[entry.state],
        decisions=tuple(entry_view.decision_card(request, board, decision) for decision in memory.decisions),
        year_before=memory.year_before,
        superseded=superseded_cards(request, board, code, memory.superseded),
        events=entry_view.event_lines(request, board, memory.events),
        draft=draft,
    )


def next_leaf(board: Board, code: str) -> str | None:
    """The leaf after this one, over those that do not concern the agency."""
    codes = [place.code for place in board.published.leaves if not board.points_now.leaves[place.code].excluded]
    after = codes[codes.index(code) + 1 :] if code in codes else []
    return after[0] if after else None


def _stands(board: Board, place: Place, entry: SheetEntry, lang: Language) -> dict[str, str]:
    """What the fields of a form hold that nobody typed into."""
    facts = {
        f"fact:{asked.name}": input_text(asked, entry_view.stored_value(board, asked, entry), lang)
        for asked in board.published.fields[entry.code]
    }
    return {
        **facts,
        **({"judged": "" if entry.judged is None else number(entry.judged, None, lang)} if judged(place) else {}),
        "inapplicable": "true" if entry.inapplicable else "",
        "explanation": entry.explanation,
    }


def _header(board: Board, place: Place, given: Mapping[str, str], version: int, lang: Language) -> LeafHeader:
    criterion = criterion_of(place)
    return LeafHeader(
        code=place.code,
        title=words(place.node.title, lang),
        crumbs=tuple(
            CrumbLink(href=None, label=f"{above} {words(board.published.places[above].node.title, lang)}")
            for above in place.above
        ),
        rule=rule_text.words(board.published.criteria_set, criterion, lang),
        guidance=words(criterion.guidance, lang) if criterion.guidance else None,
        evidence=criterion.evidence,
        proof=proof_text(criterion, None, lang),
        may_be_inapplicable=place.may_be_inapplicable,
        inapplicable=given.get("inapplicable") == "true",
        explanation=given.get("explanation", ""),
        excluded=board.points_now.leaves[place.code].excluded,
        owner=board.sheet.owners[place.code].name if place.code in board.sheet.owners else None,
        holders=", ".join(
            f"{one.name} ({translator(lang)(PARTS[one.part])})" for one in board.sheet.assignments.of(place.code)
        ),
        row_version=version,
    )


def _fields(
    board: Board,
    entry: SheetEntry,
    given: Mapping[str, str],
    versions: Mapping[str, str],
    told: Mapping[str, str],
    before: YearBefore | None,
    lang: Language,
) -> tuple[FactField, ...]:
    fields = []
    for asked in board.published.fields[entry.code]:
        value, shared = given.get(f"fact:{asked.name}", ""), len(asked.used_by) if asked.shared else 0
        field = entry_view.fact_field(
            board, asked, value, told, lang, shared=shared, before=declared_before(board, asked, before, lang)
        )
        if field.version is not None:
            version = typed_values.version_of(versions, field.version_name, field.version)
            field = msgspec.structs.replace(field, version=version)
        fields.append(field)
    return tuple(fields)


def _judged(place: Place, given: Mapping[str, str], told: Mapping[str, str]) -> JudgedField | None:
    if not judged(place):
        return None
    return JudgedField(value=given.get("judged", ""), max=place.node.max, error=told.get("judged"))


def _open_request(
    request: PageRequest, person: Person, board: Board, entry: SheetEntry, memory: LeafMemory
) -> OpenAnswer | None:
    asked = next((decision for decision in memory.decisions if decision.kind == "ask"), None)
    if entry.state != "asked" or asked is None:
        return None
    draft = mark(person, answer_form(board.sheet.id, entry.code), memory.answer_draft, {"answer": ""})
    return OpenAnswer(
        reason=asked.reason,
        who=asked.decided_by_name,
        at=asked.at,
        may_answer=permission.may(request.person, "entry:answer", board.sheet, entry.code),
        draft=draft,
        value=(draft.typed or {}).get("answer", ""),
    )


def _stale(request: PageRequest, board: Board, stale: Stale) -> StaleNotice:
    """Both values side by side, for those that differ."""
    lang, _ = lang_of(request), translate(request)
    entry, mine, criteria_set = stale.entry, stale.mine, board.published.criteria_set
    rows = []
    for asked in board.published.fields[entry.code]:
        theirs, ours = entry_view.stored_value(board, asked, entry), mine.facts.get(asked.name)
        if theirs != ours:
            rows.append(
                StaleRow(
                    label=reasons.label(criteria_set, asked.name, lang),
                    theirs=entry_view.value_text(criteria_set, asked.name, theirs, lang),
                    mine=entry_view.value_text(criteria_set, asked.name, ours, lang),
                )
            )
    rows += _stale_texts(entry, mine, _, lang)
    return StaleNotice(who=str(stale.values["who"]), at=str(stale.values["at"]), rows=tuple(rows))


def _stale_texts(entry: SheetEntry, mine: Declaration, _: Callable[..., Any], lang: Language) -> list[StaleRow]:
    rows = []
    ours = mine.facts.get(f"{entry.code}.judged")
    judged_now = Decimal(ours) if ours is not None else None
    if judged_now != entry.judged:
        theirs = number(entry.judged, None, lang)
        rows.append(StaleRow(label=_("Điểm đề nghị"), theirs=theirs, mine=number(judged_now, None, lang)))
    if mine.explanation != entry.explanation:
        rows.append(StaleRow(label=_("Giải trình"), theirs=entry.explanation or "–", mine=mine.explanation or "–"))
    if mine.inapplicable != entry.inapplicable:
        told = {True: _("Không áp dụng"), False: _("Áp dụng")}
        rows.append(StaleRow(label=_("Áp dụng"), theirs=told[entry.inapplicable], mine=told[mine.inapplicable]))
    return rows
