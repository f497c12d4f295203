"""A draft beside the published set before it, row by row: old words struck, new ones underlined, faults under their row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from parindex import scoring
from parindex.api.shared.page import url
from parindex.api.work.criteria.new_set_view import told_in
from parindex.api.work.draft_rows_view import SAME, ChangedRow, ChangeTab, FaultShown, faults_by_row
from parindex.approvals.model import LineFault
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring import CriteriaSet, Criterion, place_of
from parindex.scoring.versions.comparison import Comparison, SetChange
from parindex.text import N_, Language, translator
from parindex.wording import rule_text
from parindex.wording.set_differences import detail_line
from parindex.wording.word_changes import WordPiece, word_changes

SHOWN: Final[Mapping[str, str]] = {
    "changed": N_("Có thay đổi"),
    "added": N_("Thêm"),
    "reworded": N_("Sửa nội dung"),
    "reweighted": N_("Đổi điểm"),
    "removed": N_("Bỏ"),
    "same": SAME,
}
"""What the tabs show, and their names."""


class ShownChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What the table shows."""

    tabs: tuple[ChangeTab, ...]
    """Kinds of changes, with counts; none without a set to compare with."""

    rows: tuple[ChangedRow, ...]
    """Rows in the order of the new law."""


def kinds_of(one: SetChange) -> tuple[str, ...]:
    """In which tabs a change stands."""
    if one.older is None or one.newer is None:
        return ("added",) if one.older is None else ("removed",)
    found = ["reworded"] if set(one.kinds) - {"reweighted"} else []
    return (*found, "reweighted") if "reweighted" in one.kinds else tuple(found)


def shown_changes(held: OpenedDraft, found: Comparison | None, show: str, lang: Language) -> ShownChanges:
    """The rows of a tab; rows with a fault stand in every one of them."""
    faults = _faults(held, lang)
    if found is None:
        return ShownChanges(tabs=(), rows=tuple(_plain_rows(held, faults, lang)))
    changes = {one.newer or one.older or "": one for one in found.changes if one.leaf}
    by_kind = {
        kind: {code for code, one in changes.items() if kind in kinds_of(one)}
        for kind in ("added", "reworded", "reweighted", "removed")
    }
    leaves = {place.code for place in scoring.leaves(found.newer)}
    by_kind = {"changed": set(changes), **by_kind, "same": leaves - set(changes)}
    show = show if show in by_kind else "changed"
    wanted = by_kind[show] | {code for code in faults if code in leaves}
    _ = translator(lang)
    here = f"/work/criteria/drafts/{held.draft.id}"
    tabs = tuple(
        ChangeTab(
            href=url(here, show="" if kind == "changed" else kind),
            label=_(name),
            count=len(by_kind[kind]),
            current=kind == show,
        )
        for kind, name in SHOWN.items()
    )
    return ShownChanges(tabs=tabs, rows=tuple(_rows(held, found, changes, wanted, faults, lang)))


def _rows(
    held: OpenedDraft,
    found: Comparison,
    changes: Mapping[str, SetChange],
    wanted: set[str],
    faults: Mapping[str, Sequence[FaultShown]],
    lang: Language,
) -> Iterator[ChangedRow]:
    """By area of the new law, what is gone from an area behind what stands in it."""
    maxima = {one.newer or one.older or "": one for one in found.maxima}
    gone: dict[str | None, list[str]] = {}
    homes = {new.code: old.code for old, new in found.pairs if old and new}
    for code in wanted:
        if code in changes and changes[code].newer is None:
            home = place_of(found.older, code).area
            gone.setdefault(next((new for new, old in homes.items() if old == home), home), []).append(code)
    places = [place for place in scoring.leaves(found.newer) if place.code in wanted]
    groups = [*(area.code for area in found.newer.areas), None]
    groups += [area.code for area in found.older.areas if area.code in gone and area.code not in groups]
    for area in groups:
        codes = [place.code for place in places if place.area == area] + sorted(gone.get(area, []))
        if not codes:
            continue
        if area is not None:
            owner = found.newer if any(one.code == area for one in found.newer.areas) else found.older
            title, most = place_of(owner, area).node.title.get(lang), maxima.get(area)
            before, after = (most.before, most.after) if most else (None, None)
            yield _group(area, title, before, after, faults.get(area, ()))
        for code in codes:
            yield _leaf(held, found, code, changes.get(code), faults.get(code, ()), lang)


def _group(
    code: str, title: str, before: Decimal | None, after: Decimal | None, faults: Sequence[FaultShown]
) -> ChangedRow:
    return ChangedRow(
        code=code, was="", title=(WordPiece(kind="same", text=title),), rule=(), notes=(), before=before, after=after, drawn="",
        kind="", area=True, href="", faults=tuple(faults),
    )  # fmt: skip


def _leaf(
    held: OpenedDraft, found: Comparison, code: str, one: SetChange | None, faults: Sequence[FaultShown], lang: Language
) -> ChangedRow:
    _ = translator(lang)
    if one is None:
        node = place_of(found.newer, code).node
        return ChangedRow(
            code=code, was="", title=(WordPiece(kind="same", text=node.title.get(lang)),), rule=(), notes=(), before=node.max,
            after=node.max, drawn="same", kind=_(SAME), area=False, href=_rule_page(held, code), faults=tuple(faults),
        )  # fmt: skip
    old = "" if one.older is None else place_of(found.older, one.older).node.title.get(lang)
    new = "" if one.newer is None else place_of(found.newer, one.newer).node.title.get(lang)
    kinds = kinds_of(one)
    told = {"title", "max", "rule", "code"}
    joined = one.became or one.came_from
    return ChangedRow(
        code=code,
        was=one.older if one.older and one.newer and one.older != one.newer else "",
        title=word_changes(old, new) if one.newer else (WordPiece(kind="same", text=old),),
        rule=_rule_change(found, one, lang),
        notes=(
            *(detail_line(found, detail, lang) for detail in one.details if detail.what not in told),
            *([_("tách hoặc gộp: %(codes)s", codes=", ".join(joined))] if joined else []),
        ),
        before=one.max_before,
        after=one.max_after,
        drawn=kinds[0],
        kind=", ".join(_(SHOWN[kind]) if at == 0 else _(SHOWN[kind]).lower() for at, kind in enumerate(kinds)),
        area=False,
        href=_rule_page(held, code) if one.newer else "",
        faults=tuple(faults),
    )


def _rule_change(found: Comparison, one: SetChange, lang: Language) -> tuple[WordPiece, ...]:
    if one.older is None or one.newer is None or not any(detail.what == "rule" for detail in one.details):
        return ()
    return word_changes(_rule(found.older, one.older, lang), _rule(found.newer, one.newer, lang))


def _rule(criteria_set: CriteriaSet, code: str, lang: Language) -> str:
    node = place_of(criteria_set, code).node
    return rule_text.words(criteria_set, node, lang) if isinstance(node, Criterion) else ""


def _plain_rows(held: OpenedDraft, faults: Mapping[str, Sequence[FaultShown]], lang: Language) -> Iterator[ChangedRow]:
    """The rows as they stand: of what is no set only those that something is wrong with, and their areas."""
    above, above_fault = "", set()
    for line in held.revision.outline:
        above = line.code if line.depth == 1 else above
        if line.code in faults:
            above_fault.add(above)
    for line in held.revision.outline:
        if line.depth == 1:
            above = line.code
        wanted = line.code in faults or (line.depth == 1 and line.code in above_fault)
        if held.criteria_set is None and not wanted:
            continue
        if line.depth > 1 and not line.leaf and line.code not in faults:
            continue
        whole = held.criteria_set is not None
        node = place_of(held.criteria_set, line.code).node if held.criteria_set is not None else None
        title = line.title or translator(lang)(N_("(chưa có tên)"))
        yield ChangedRow(
            code=line.code, was="", title=(WordPiece(kind="same", text=title),), rule=(), notes=(), before=None,
            after=node.max if node is not None else None, drawn="", kind="" if whole or line.depth == 1 else line.max,
            area=line.depth == 1, href=_rule_page(held, line.code) if whole and line.leaf else "",
            faults=tuple(faults.get(line.code, ())) if line.code != above or line.depth == 1 else (),
        )  # fmt: skip


def _faults(held: OpenedDraft, lang: Language) -> dict[str, list[FaultShown]]:
    """What is wrong by the row that it stands under; what stands at no row has the empty code."""
    return faults_by_row(held.revision, lambda fault: row_fault(held, fault, lang))


def loose_faults(held: OpenedDraft, lang: Language) -> tuple[FaultShown, ...]:
    """What is wrong with the file as a whole."""
    return tuple(_faults(held, lang).get("", ()))


def row_fault(held: OpenedDraft, fault: LineFault, lang: Language) -> FaultShown:
    """A fault under its row, with where it is mended."""
    _ = translator(lang)
    here = f"/work/criteria/drafts/{held.draft.id}"
    href, label = "", ""
    if fault.level == "case":
        href, label = url(f"{here}/cases"), _("Xem ví dụ tính")
    elif held.criteria_set is not None and fault.level == "error":
        href, label = url(f"{here}/appraisers"), _("Chọn cơ quan thẩm định")
    return FaultShown(level=fault.level, text=told_in(fault, lang), href=href, label=label)


def _rule_page(held: OpenedDraft, code: str) -> str:
    return url(f"/work/criteria/drafts/{held.draft.id}/rules", code)


def leaf_codes(criteria_set: CriteriaSet | None) -> Iterable[str]:
    """Codes of the leaves of a draft."""
    return [] if criteria_set is None else [place.code for place in scoring.leaves(criteria_set)]
