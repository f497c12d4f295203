"""What the page of a draft shows: what it changes, what is wrong with it, how far its approval has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from parindex import scoring
from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.work.approval_steps_view import ApprovalStep
from parindex.api.work.criteria.bridge_view import BridgeSummary, bridge_summary
from parindex.api.work.criteria.set_changes_view import ShownChanges, loose_faults, shown_changes
from parindex.api.work.criteria.set_files import ACCEPT
from parindex.api.work.criteria.set_list_view import tier_name
from parindex.api.work.draft_rows_view import ChangedRow
from parindex.api.work.draft_view import DraftForms, DraftShown, DraftWords, draft_shown
from parindex.approvals.model import ReadingSoFar
from parindex.assessments.criteria.approval import SETS
from parindex.assessments.criteria.differences import bridged, compared
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.assessments.criteria.given_sets import LARGEST
from parindex.text import Language, moment, number, translator, words


class SetDraftPage(Page, frozen=True, kw_only=True):
    """A draft of a criteria set."""

    template: ClassVar[str] = "work/criteria/draft.html"

    draft: DraftShown
    """What every draft shows."""

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

    comparison: str
    """The comparison as a workbook; empty without one."""

    bound: str
    """What an open year has to do with it."""


def draft_page(
    person: Person,
    held: OpenedDraft,
    readings: Sequence[ReadingSoFar],
    years: str,
    lang: Language,
    *,
    show: str = "",
    forms: DraftForms,
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
        forms: What stands in its forms.
        whole: The draft as it was when it was a set last, where its newest version is none.
    """
    comparison, crossed, here = compared(held), bridged(held), f"/work/criteria/drafts/{held.draft.id}"
    base = f"{held.base.criteria_set.family} {held.base.criteria_set.version}" if held.base else ""
    return SetDraftPage(
        draft=draft_shown(
            person, SETS, held, here, lang, said=_said(held, lang), forms=forms, whole=held.criteria_set is not None,
            readings=readings, loose=loose_faults(held, lang), made=[_cases(held, lang)], downloads=_downloads(held, lang),
        ),
        base=base,
        changes=shown_changes(held, comparison, show, lang),
        earlier=_earlier(whole, lang),
        earlier_number=whole.revision.number if whole else 0,
        bridge=bridge_summary(crossed, url(f"{here}/bridge"), lang) if crossed else None,
        comparison=url(f"{here}/comparison.xlsx") if comparison else "",
        bound=_bound(base, years, lang),
    )  # fmt: skip


def _earlier(whole: OpenedDraft | None, lang: Language) -> tuple[ChangedRow, ...]:
    """The changes of the last version that was a set, without links: rules are looked at once the newest is one."""
    if whole is None or compared(whole) is None:
        return ()
    rows = shown_changes(whole, compared(whole), "", lang).rows
    return tuple(msgspec.structs.replace(row, href="", faults=()) for row in rows)


def _said(held: OpenedDraft, lang: Language) -> DraftWords:
    _, found = translator(lang), held.criteria_set
    return DraftWords(
        name=words(found.title, lang) if found else held.draft.family, about=_about(held, lang),
        file_label=_("Tệp bộ tiêu chí"), formats=_("XLSX, YAML hoặc CSV; tối đa %(limit)s."), accept=ACCEPT,
        code_label=_("Mã tiêu chí"), largest=LARGEST,
    )  # fmt: skip


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


def _cases(held: OpenedDraft, lang: Language) -> ApprovalStep:
    _, revision = translator(lang), held.revision
    failing = sum(fault.level == "case" for fault in revision.faults)
    return ApprovalStep(
        state="done" if revision.case_count and not failing else "later",
        text=_("Ví dụ tính: %(right)s trên %(count)s đúng", right=revision.case_count - failing, count=revision.case_count),
        note=_("chưa có ví dụ nào") if not revision.case_count else _("%(n)s ví dụ lệch", n=failing) if failing else "",
    )  # fmt: skip


def _downloads(held: OpenedDraft, lang: Language) -> tuple[Link, ...]:
    _, here = translator(lang), f"/work/criteria/drafts/{held.draft.id}"
    found = []
    if held.criteria_set is not None:
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
