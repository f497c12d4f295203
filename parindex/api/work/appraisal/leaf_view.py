"""What one leaf across agencies shows: the agencies, what one of them declares, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

import msgspec

from parindex.access import Person
from parindex.access.form_drafts import FormDraft
from parindex.api.shared.countdown import Countdown, countdown
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.appraisal.decision_view import DecisionFields, decision_fields
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import DecisionCard, DocumentItem, EventLine, ScoreCard
from parindex.api.work.sheets.sheet_view import Tab
from parindex.api.work.sheets.superseded_view import SupersededCard, superseded_cards
from parindex.assessments.amendments.model import SupersededEntry
from parindex.assessments.appraisal import correcting, deciding
from parindex.assessments.appraisal.leaf_across import LeafAcross
from parindex.assessments.model import WITH_APPRAISERS, AppraisalDecision, Cycle, Sheet, SheetEntry, StagePoints
from parindex.assessments.sheets import permission, points_now
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.history import EntryEvent, YearBefore
from parindex.errors import FieldError
from parindex.text import number, words
from parindex.wording import reasons


class AgencyItem(msgspec.Struct, frozen=True, kw_only=True):
    """An agency in the list of a leaf."""

    href: str
    """The leaf with this agency chosen."""

    name: str
    """The agency."""

    state: str
    """Chip of its entry."""

    state_text: str
    """Its state in words."""

    points: Decimal | None
    """As declared, once the sheet was sent."""

    note: str | None
    """What was left of them."""

    current: bool
    """Whether it is chosen."""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact: declared, accepted, the year before."""

    label: str
    """What it is."""

    declared: str
    """As declared."""

    accepted: str | None
    """Set by an appraiser in place of it."""

    before: str
    """The year before."""


class EntryDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What the chosen agency declares, and what became of it."""

    entry: SheetEntry
    """The entry."""

    state: str
    """Its chip."""

    score: ScoreCard
    """Points as declared."""

    proposes_not_applicable: bool
    """Whether to accept is to accept that it does not apply: proposed, or declared by a denominator of 0."""

    appraised: ScoreCard | None
    """Points after the standing decision."""

    facts: tuple[FactRow, ...]
    """Declared, accepted and the year before, side by side."""

    evidence: tuple[DocumentItem, ...]
    """Documents."""

    year_before: YearBefore | None
    """The same leaf in the year before."""

    superseded: tuple[SupersededCard, ...]
    """What had been declared under versions before, newest first."""

    decisions: tuple[DecisionCard, ...]
    """Newest first."""

    events: tuple[EventLine, ...]
    """Changes, newest first."""

    form: DecisionFields | None
    """Where the person may decide."""

    receipt: str | None
    """Mã biên nhận, where the leader signed."""


class EntryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the chosen agency's entry."""

    board: Board
    """Its sheet."""

    decisions: Sequence[AppraisalDecision]
    """Newest first."""

    year_before: YearBefore | None
    """The same leaf in the year before."""

    superseded: Sequence[SupersededEntry]
    """What had been declared before a corrected set opened it again, newest first."""

    events: Sequence[EntryEvent]
    """Changes, newest first."""

    draft: FormDraft | None
    """What the person typed into the decision and did not record."""


class AppraisalPage(Page, frozen=True, kw_only=True):
    """One leaf across agencies."""

    template: ClassVar[str] = "work/appraisal/leaf.html"

    cycle: Cycle
    """The year."""

    code: str
    """The leaf."""

    title: str
    """Its title."""

    max: Decimal
    """Its maximum."""

    tabs: tuple[Tab, ...]
    """The leaf before, this one, the one after."""

    items: tuple[AgencyItem, ...]
    """Agencies in official order."""

    decided: int
    """Agencies decided."""

    total: int
    """Agencies decided or waiting."""

    rest: bool
    """Whether some agencies can be accepted at once."""

    correcting: bool
    """Whether a published year is being corrected."""

    next_name: str | None
    """The agency that comes after a decision."""

    count: Countdown | None
    """Until the deadline."""

    chosen: Sheet
    """The sheet of the agency that is shown."""

    detail: EntryDetail | None
    """Its entry; none where the person may not read it."""


def address(cycle: Cycle, code: str, agency: str = "") -> str:
    """The page of a leaf, with an agency chosen."""
    return url(f"/work/appraisals/{cycle.id}/{code}", agency=agency)


def appraisal_page(
    request: PageRequest,
    person: Person,
    across: LeafAcross,
    chosen: Sheet,
    record: EntryRecord | None,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FieldError] = (),
) -> AppraisalPage:
    """One leaf across agencies.

    Args:
        request: Gives language and time zone.
        person: Who appraises.
        across: The leaf.
        chosen: The sheet of the agency that is shown.
        record: Its entry; ``None`` where the person may not read it.
        typed: What a refused form held, shown again as it was.
        errors: Why it was refused.
    """
    _, place = translate(request), across.place
    waiting = sum(across.waits(sheet, entry) for sheet, entry in across.rows)
    decided = sum(entry.state in ("agreed", "changed") for _sheet, entry in across.rows)
    after = across.next_waiting(chosen.agency_code)
    names = {sheet.agency_code: sheet.agency_name for sheet, _entry in across.rows}
    return AppraisalPage(
        cycle=across.cycle,
        code=place.code,
        title=words(place.node.title, lang_of(request)),
        max=place.node.max,
        tabs=_neighbours(across),
        items=tuple(_agency(request, person, across, sheet, entry, chosen) for sheet, entry in across.rows),
        decided=decided,
        total=decided + waiting,
        rest=across.cycle.state in deciding.OPEN and bool(across.remaining()),
        correcting=across.cycle.state == "correction",
        next_name=names.get(after) if after and after != chosen.agency_code else None,
        count=(
            countdown(request, across.cycle.appraisal_due, what=_("Hạn thẩm định"))
            if across.cycle.state in deciding.OPEN
            else None
        ),
        chosen=chosen,
        detail=_detail(request, person, across, record, typed, errors) if record else None,
    )


def _detail(
    request: PageRequest,
    person: Person,
    across: LeafAcross,
    record: EntryRecord,
    typed: Mapping[str, str] | None,
    errors: Sequence[FieldError],
) -> EntryDetail:
    board, lang, code = record.board, lang_of(request), across.place.code
    entry = board.entries[code]
    standing = next((one for one in record.decisions if one.kind != "ask"), None)
    return EntryDetail(
        entry=entry,
        state=entry_view.ENTRY_CHIPS[entry.state],
        score=entry_view.score_card(board, board.points_now.leaves[code], lang),
        proposes_not_applicable=entry.inapplicable or "waived" in board.points_now.leaves[code].flags,
        appraised=_appraised(request, board, code, standing) if standing else None,
        facts=_facts(request, board, entry, standing, record.year_before.facts if record.year_before else {}),
        evidence=entry_view.attached_items(request, board, entry),
        year_before=record.year_before,
        superseded=superseded_cards(request, board, code, record.superseded),
        decisions=tuple(entry_view.decision_card(request, board, one) for one in record.decisions),
        events=entry_view.event_lines(request, board, record.events),
        form=(
            decision_fields(request, board, code, standing, draft=record.draft, typed=typed, errors=errors)
            if _may_decide(person, across, board)
            else None
        ),
        receipt=board.sheet.receipt,
    )


def _may_decide(person: Person, across: LeafAcross, board: Board) -> bool:
    if across.cycle.state == "correction":
        body = across.place.appraiser
        return correcting.may_correct(person, across.cycle, across.mandate, body, board.sheet)
    covered = across.mandate.covers(across.place.appraiser, board.sheet.agency_id)
    return across.cycle.state in deciding.OPEN and covered and permission.may(person, "appraisal:decide", board.sheet)


def _appraised(request: PageRequest, board: Board, code: str, standing: AppraisalDecision) -> ScoreCard:
    """Points and reason as they hold after the standing decision."""
    facts = points_now.of_sheet(board.published, board.sheet)
    facts |= {name: fact.effective for name, fact in board.shared.items() if fact.effective is not None}
    facts |= points_now.after(board.entries[code], standing)
    leaf = points_now.score(board.published, code, points_now.values(board.published, facts))
    return entry_view.score_card(board, leaf, lang_of(request))


def _facts(
    request: PageRequest, board: Board, entry: SheetEntry, standing: AppraisalDecision | None, before: Mapping[str, str]
) -> tuple[FactRow, ...]:
    lang, criteria_set = lang_of(request), board.published.criteria_set
    changed = standing.facts if standing else {}
    rows = []
    for asked in board.published.fields[entry.code]:
        shared = board.shared.get(asked.name)
        accepted = changed.get(asked.name) or (shared.accepted if shared else None)
        declared = entry_view.stored_value(board, asked, entry)
        rows.append(
            FactRow(
                label=reasons.label(criteria_set, asked.name, lang),
                declared=entry_view.value_text(criteria_set, asked.name, declared, lang),
                accepted=entry_view.value_text(criteria_set, asked.name, accepted, lang) if accepted else None,
                before=entry_view.value_text(criteria_set, asked.name, before.get(asked.name), lang),
            )
        )
    return tuple(rows)


def _agency(
    request: PageRequest, person: Person, across: LeafAcross, sheet: Sheet, entry: SheetEntry, chosen: Sheet
) -> AgencyItem:
    _, lang = translate(request), lang_of(request)
    kept = across.points.get(entry.id, {})
    own, first = kept.get("self"), kept.get("round1")
    state, text = _state(request, person, across, sheet, entry, own)
    sent = sheet.state in (*WITH_APPRAISERS, "closed") and sheet.agency_id != person.agency_id
    changed = sent and first is not None and own is not None and first.points != own.points
    return AgencyItem(
        href=address(across.cycle, across.place.code, sheet.agency_code),
        name=sheet.agency_name,
        state=state,
        state_text=text,
        points=own.points if own and sent else None,
        note=_("còn %(points)s", points=number(first.points, 2, lang)) if changed and first else None,
        current=sheet.agency_code == chosen.agency_code,
    )


def _state(
    request: PageRequest, person: Person, across: LeafAcross, sheet: Sheet, entry: SheetEntry, own: StagePoints | None
) -> tuple[str, str]:
    """Chip and word of an agency's entry."""
    _ = translate(request)
    if sheet.agency_id == person.agency_id:
        return "closed", _("Đơn vị của mình, đã khóa")
    of_sheet = {
        "no_submission": ("no_submission", _("Chưa nộp phiếu")),
        "handed_over": ("closed", _("Đã bàn giao cho cơ quan kế thừa")),
    }
    if sheet.state in of_sheet:
        return of_sheet[sheet.state]
    if sheet.state not in (*WITH_APPRAISERS, "closed"):
        return "editing", _("Chưa gửi phiếu")
    if own is not None and own.state == "not_applicable" and not (entry.inapplicable or own.waived):
        return "not_applicable", _("Không áp dụng")
    if entry.state == "open" and not across.waits(sheet, entry):
        return "incomplete", _("Không kê khai")
    told = {
        "open": _("Cần xem riêng") if across.flagged(entry) else _("Chưa xem"), "asked": _("Yêu cầu giải trình"), "answered": _("Đã bổ sung"),
        "reopened": _("Mở lại để kê khai"), "agreed": _("Đồng ý"), "changed": _("Điều chỉnh"),
    }  # fmt: skip
    return entry_view.ENTRY_CHIPS[entry.state], told[entry.state]


def _neighbours(across: LeafAcross) -> tuple[Tab, ...]:
    """The leaf before, this one, and the one after, of those that the person appraises."""
    leaves, code = across.published.leaves, across.place.code
    codes = [place.code for place in leaves if across.mandate.touches(place.appraiser)] or [
        place.code for place in leaves
    ]
    here = codes.index(code) if code in codes else 0
    return tuple(
        Tab(href=address(across.cycle, near), label=near, current=near == code)
        for near in codes[max(0, here - 1) : here + 2]
    )
