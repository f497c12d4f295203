"""Which criterion of a draft comes from which of the set before, and whose points of the two years can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final

import msgspec

from parindex.api.shared.page import Page, url
from parindex.assessments.criteria.differences import BridgeRow, SetBridge
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring import CriteriaSet, place_of
from parindex.text import N_, Language, number, translator
from parindex.wording.set_differences import detail_line

KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "same": ("same", N_("Giữ nguyên"), N_("So sánh được.")),
    "reworded": ("reworded", N_("Đổi lời, mốc ngày hoặc điểm tối đa"), N_("So sánh được theo tỷ lệ của điểm tối đa.")),
    "changed": ("reweighted", N_("Đổi cách tính hoặc số liệu"), N_("Không so sánh được:")),
    "split": ("reweighted", N_("Tách ra"), N_("Không so sánh được.")),
    "merged": ("reweighted", N_("Gộp lại"), N_("Không so sánh được.")),
    "dropped": ("removed", N_("Bãi bỏ"), N_("Không còn trong bộ mới.")),
    "new": ("added", N_("Mới"), N_("Chưa có năm trước.")),
}
"""By kind: how it is drawn, its name, and what it means for points."""


class NamedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf of one of the two sets."""

    code: str
    """Its code."""

    title: str
    """Its title."""


class ShownBridgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a leaf became."""

    older: tuple[NamedLeaf, ...]
    """Leaves of the set before."""

    newer: tuple[NamedLeaf, ...]
    """Leaves of the draft."""

    drawn: str
    """How its kind is drawn."""

    kind: str
    """Its kind in words."""

    meaning: str
    """Whether points are compared."""

    why: tuple[str, ...]
    """Why not, where the leaf changed."""

    before: Decimal | None
    """Its maximum before."""

    after: Decimal | None
    """Its maximum now."""


class BridgeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How much of two sets can be compared."""

    href: str
    """The page with every leaf; empty on that page."""

    counts: tuple[tuple[str, int], ...]
    """Kinds that occur, with how many."""

    told: str
    """How many points of each set are on the bridge."""


class SetBridgePage(Page, frozen=True, kw_only=True):
    """Which criterion comes from which."""

    template: ClassVar[str] = "work/criteria/bridge.html"

    title: str
    """The two sets."""

    summary: BridgeSummary
    """How much can be compared."""

    rows: tuple[ShownBridgeRow, ...]
    """In the order of the new set."""

    crosswalk: str
    """The crosswalk as a file."""

    back: str
    """The draft's page."""


def bridge_summary(found: SetBridge, href: str, lang: Language) -> BridgeSummary:
    """How much of two sets can be compared."""
    _ = translator(lang)
    counts = {kind: sum(row.kind == kind for row in found.rows) for kind in KINDS}
    return BridgeSummary(
        href=href,
        counts=tuple((_(KINDS[kind][1]), count) for kind, count in counts.items() if count),
        told=_(
            "So sánh được hai năm: %(before)s trên %(all_before)s điểm của bộ trước, %(after)s trên %(all_after)s điểm của bộ mới.",
            before=_points(found.max_before, lang), all_before=_points(found.comparison.older.max, lang),
            after=_points(found.max_after, lang), all_after=_points(found.comparison.newer.max, lang),
        ),
    )  # fmt: skip


def set_bridge_page(held: OpenedDraft, found: SetBridge, lang: Language) -> SetBridgePage:
    """Which criterion comes from which."""
    _, here = translator(lang), f"/work/criteria/drafts/{held.draft.id}"
    older, newer = found.comparison.older, found.comparison.newer
    return SetBridgePage(
        title=_("Từ %(older)s sang %(newer)s", older=f"{older.family} {older.version}", newer=f"{newer.family} {newer.version}"),
        summary=bridge_summary(found, "", lang), rows=tuple(_row(found, row, lang) for row in found.rows),
        crosswalk=url(f"{here}/crosswalk.yaml"), back=url(here),
    )  # fmt: skip


def _row(found: SetBridge, row: BridgeRow, lang: Language) -> ShownBridgeRow:
    _ = translator(lang)
    drawn, kind, meaning = KINDS[row.kind]
    return ShownBridgeRow(
        older=_named(found.comparison.older, row.older, lang), newer=_named(found.comparison.newer, row.newer, lang),
        drawn=drawn, kind=_(kind), meaning=_(meaning),
        why=tuple(detail_line(found.comparison, one, lang) for one in row.hindering), before=row.max_before,
        after=row.max_after,
    )  # fmt: skip


def _named(criteria_set: CriteriaSet, codes: tuple[str, ...], lang: Language) -> tuple[NamedLeaf, ...]:
    return tuple(NamedLeaf(code=code, title=place_of(criteria_set, code).node.title.get(lang)) for code in codes)


def _points(value: Decimal, lang: Language) -> str:
    return number(value, 2, lang)
