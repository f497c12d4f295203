"""What the page of a draft shows: what it changes, what is wrong with it, how far its approval has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex import access, scoring
from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.approval_steps_view import ApprovalStep, later_steps
from parindex.api.work.criteria.bridge_view import BridgeSummary, bridge_summary
from parindex.api.work.criteria.set_changes_view import (
    ChangedRow,
    FaultShown,
    ShownChanges,
    loose_faults,
    shown_changes,
)
from parindex.api.work.criteria.set_files import ACCEPT
from parindex.api.work.criteria.set_list_view import DRAWN, tier_name
from parindex.api.work.drafts_view import DraftMark
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.approvals.model import DRAFT_STATES
from parindex.assessments.criteria.approval import ReadingSoFar
from parindex.assessments.criteria.differences import bridged, compared
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.given_sets import LARGEST
from parindex.assessments.criteria.model import DraftRemark
from parindex.criteria_workbook import fits_workbook
from parindex.errors import Refused
from parindex.text import Language, file_size, moment, number, translator, words


class RemarkShown(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a line."""

    id: UUID
    """The remark."""

    who: str
    """Who said it."""

    code: str
    """The criterion; empty: the whole set."""

    dispute: bool
    """Whether it keeps the set until it is answered."""

    said: str
    """What."""

    at: datetime
    """When."""

    answer: str
    """What was answered; empty: it waits."""

    answered: str
    """By whom."""


class SetDraftDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader may do with a draft now."""

    change: bool
    """Upload again, make rules, write cases."""

    submit: bool
    """Hand it over."""

    read: bool
    """Read line by line and approve."""

    send_back: bool
    """Send it back."""

    publish: bool
    """Publish it."""

    withdraw: bool
    """Give it up."""

    comment: bool
    """Say something of a line."""


class SetDraftPage(Page, frozen=True, kw_only=True):
    """A draft of a criteria set."""

    template: ClassVar[str] = "work/criteria/draft.html"

    draft_id: UUID
    """The draft."""

    title: str
    """What the set is called, with version and number of the draft."""

    about: str
    """How large it is and where it comes from."""

    drawn: str
    """State as it is drawn."""

    state: str
    """State in words."""

    whole: bool
    """Whether its newest version is a set."""

    errors: int
    """What keeps it from being handed over."""

    base: str
    """The set that it is compared with; empty for none."""

    changes: ShownChanges
    """The table."""

    earlier: tuple[ChangedRow, ...]
    """What changed in the last version that was a set, while the newest is none."""

    earlier_number: int
    """Number of that version."""

    bridge: BridgeSummary | None
    """How much can be compared with the set before."""

    loose: tuple[FaultShown, ...]
    """What is wrong with the file as a whole."""

    steps: tuple[ApprovalStep, ...]
    """The way to publication."""

    reading: tuple[str, ...]
    """Who has read how much."""

    remarks: tuple[RemarkShown, ...]
    """What was said of it."""

    may: SetDraftDeeds
    """What the reader may do."""

    downloads: tuple[Link, ...]
    """Its files."""

    comparison: str
    """The comparison as a workbook; empty without one."""

    bound: str
    """What an open year has to do with it."""

    error_list: tuple[FieldFault, ...]
    """What is wrong with a form that came back."""

    error_of: dict[str, str]
    """The same by field."""

    problem: RefusalTold | None
    """Why a deed was refused, where no field tells it."""

    typed: dict[str, str]
    """What stands in the fields."""

    kept: Mapping[str, DraftMark]
    """What the reader typed and did not send, by form."""

    accept: str
    """Endings that a browser offers."""

    limit: str
    """Largest file."""


def draft_page(
    person: Person,
    held: OpenedDraft,
    readings: Sequence[ReadingSoFar],
    years: str,
    lang: Language,
    *,
    show: str = "",
    typed: dict[str, str] | None = None,
    refused: Refused | None = None,
    kept: Mapping[str, DraftMark],
    whole: OpenedDraft | None = None,
) -> SetDraftPage:
    """A draft of a criteria set.

    Args:
        person: Who reads.
        held: The draft.
        readings: Who has read how much of it.
        years: Years that are bound to the set that it is compared with, in words.
        lang: The reader's language.
        show: Which changes.
        typed: What a refused form held.
        refused: Why it was refused.
        kept: What the reader typed and did not send, by form.
        whole: The draft as it was when it was a set last, where its newest version is none.
    """
    _, draft, revision = translator(lang), held.draft, held.revision
    told = told_by_field(refused.fields, lang) if refused else {}
    comparison, crossed, here = compared(held), bridged(held), f"/work/criteria/drafts/{draft.id}"
    base = f"{held.base.criteria_set.family} {held.base.criteria_set.version}" if held.base else ""
    return SetDraftPage(
        draft_id=draft.id,
        title=_title(held, lang),
        about=_about(held, lang),
        drawn=DRAWN[draft.state],
        state=_(DRAFT_STATES[draft.state]),
        whole=held.criteria_set is not None,
        errors=len(revision.errors),
        base=base,
        changes=shown_changes(held, comparison, show, lang),
        earlier=_earlier(whole, lang),
        earlier_number=whole.revision.number if whole else 0,
        bridge=bridge_summary(crossed, url(f"{here}/bridge"), lang) if crossed else None,
        loose=loose_faults(held, lang),
        steps=tuple(_steps(held, lang)),
        reading=tuple(_reading(held, one, lang) for one in readings if one.codes),
        remarks=tuple(remark_shown(one) for one in held.remarks),
        may=_deeds(person, held),
        downloads=_downloads(held, lang),
        comparison=url(f"{here}/comparison.xlsx") if comparison else "",
        bound=_bound(base, years, lang),
        error_list=faults(told, lang, {"said": _("Góp ý"), "answer": _("Trả lời"), "file": _("Tệp bộ tiêu chí")}),
        error_of=told,
        problem=refusal_told(refused, lang) if refused and not told else None,
        typed=typed or {},
        kept=kept,
        accept=ACCEPT,
        limit=file_size(LARGEST, lang),
    )


def _earlier(whole: OpenedDraft | None, lang: Language) -> tuple[ChangedRow, ...]:
    """The changes of the last version that was a set, without links: rules are looked at once the newest is one."""
    if whole is None or compared(whole) is None:
        return ()
    rows = shown_changes(whole, compared(whole), "", lang).rows
    return tuple(msgspec.structs.replace(row, href="", faults=()) for row in rows)


def _title(held: OpenedDraft, lang: Language) -> str:
    _, found = translator(lang), held.criteria_set
    name = words(found.title, lang) if found else held.draft.family
    return _("%(name)s %(version)s, bản %(number)s", name=name, version=held.draft.version, number=held.revision.number)


def _about(held: OpenedDraft, lang: Language) -> str:
    _, revision = translator(lang), held.revision
    size = ""
    if held.criteria_set is not None:
        count = sum(1 for _place in scoring.leaves(held.criteria_set))
        points = number(held.criteria_set.max, 2, lang)
        size = _("%(leaves)s tiêu chí thành phần, %(points)s điểm", leaves=count, points=points)
    ways = {
        "file": _("từ %(name)s, tải lên %(at)s", name=revision.file_name, at=moment(revision.at, lang)),
        "clone": _("chép từ bộ trước %(at)s", at=moment(revision.at, lang)),
    }
    way = ways.get(revision.way, _("sửa trên trang %(at)s", at=moment(revision.at, lang)))
    extends = held.criteria_set.extends if held.criteria_set else None
    frame = _("bổ sung cho bộ khung %(set)s", set=f"{extends.family} {extends.version}") if extends else ""
    return " · ".join(part for part in (tier_name(held.draft.tier, lang), frame, size, way) if part)


def _steps(held: OpenedDraft, lang: Language) -> list[ApprovalStep]:
    _, revision = translator(lang), held.revision
    failing = sum(fault.level == "case" for fault in revision.faults)
    made = ApprovalStep(
        state="done", text=_("Soạn: %(who)s", who=revision.by_name or "–"),
        note=_("bản %(number)s, %(at)s", number=revision.number, at=moment(revision.at, lang)),
    )  # fmt: skip
    cases = ApprovalStep(
        state="done" if revision.case_count and not failing else "later",
        text=_("Ví dụ tính: %(right)s trên %(count)s đúng", right=revision.case_count - failing, count=revision.case_count),
        note=_("chưa có ví dụ nào") if not revision.case_count else _("%(n)s ví dụ lệch", n=failing) if failing else "",
    )  # fmt: skip
    return [made, cases, *later_steps(held, lang)]


def _reading(held: OpenedDraft, one: ReadingSoFar, lang: Language) -> str:
    _ = translator(lang)
    total = sum(1 for _place in scoring.leaves(held.criteria_set)) if held.criteria_set else 0
    told = {"name": one.name, "n": len(one.codes), "total": total, "at": moment(one.last, lang)}
    return _("%(name)s đã xem %(n)s trên %(total)s dòng, lần cuối %(at)s.", **told)


def remark_shown(one: DraftRemark) -> RemarkShown:
    """What was said of a line."""
    return RemarkShown(
        id=one.id, who=one.by_name or "–", code=one.code, dispute=one.kind == "dispute", said=one.said, at=one.at,
        answer=one.answer or "", answered=one.answered_name or "",
    )  # fmt: skip


def _deeds(person: Person, held: OpenedDraft) -> SetDraftDeeds:
    state, own = held.draft.state, held.drafted_by(person)
    return SetDraftDeeds(
        change=access.may(person, "criteria_set:draft", state=state),
        submit=access.may(person, "criteria_set:submit", state=state),
        read=access.may(person, "criteria_set:approve", state=state, own=own),
        send_back=access.may(person, "criteria_set:return", state=state),
        publish=access.may(person, "criteria_set:publish", state=state),
        withdraw=access.may(person, "criteria_set:withdraw", state=state),
        comment=access.may(person, "criteria_set:comment", state=state),
    )


def _downloads(held: OpenedDraft, lang: Language) -> tuple[Link, ...]:
    _, here = translator(lang), f"/work/criteria/drafts/{held.draft.id}"
    found = []
    if held.criteria_set is not None:
        if fits_workbook(held.criteria_set):
            found.append(Link(href=url(f"{here}/set.xlsx"), label=_("Sổ tính (XLSX)")))
        found.append(Link(href=url(f"{here}/set.yaml"), label="YAML"))
    if held.revision.file_sha256:
        found.append(Link(href=url(f"{here}/source"), label=_("Tệp đã tải lên")))
    return tuple(found)


def _bound(base: str, years: str, lang: Language) -> str:
    _ = translator(lang)
    if not base:
        return _("Chưa có bộ nào cùng tên hoặc cùng cấp để so sánh.")
    if years:
        return _("Bộ %(base)s đang được dùng: %(years)s. Các kỳ đó không bị ảnh hưởng.", base=base, years=years)
    return _("Chưa có. Bộ %(base)s không gắn với kỳ nào.", base=base)
