"""The comparison of a draft with the set before it as a table for officials: one row a change, old and new side by side."""

from __future__ import annotations

from collections.abc import Iterator

from parindex.api.work.criteria.set_changes_view import SHOWN, kinds_of
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.papers.table import Column, Table, TableValue
from parindex.scoring import CriteriaSet, Criterion, place_of
from parindex.scoring.versions.comparison import Comparison, SetChange
from parindex.text import Language, translator
from parindex.wording import rule_text
from parindex.wording.set_differences import detail_line


def comparison_table(held: OpenedDraft, found: Comparison, lang: Language) -> Table:
    """Every leaf that changed, with its maximum and its rule before and after."""
    _ = translator(lang)
    older, newer = (f"{one.family} {one.version}" for one in (found.older, found.newer))
    note = _(
        "bản %(number)s đang soạn, mã kiểm tra %(digest)s", number=held.revision.number, digest=held.revision.digest
    )
    return Table(
        title=_("Đối chiếu %(older)s và %(newer)s", older=older, newer=newer),
        notes=(f"{newer}: {note}",),
        columns=(
            Column(title=_("Mã cũ"), width=10),
            Column(title=_("Mã mới"), width=10),
            Column(title=_("Tên cũ"), width=48),
            Column(title=_("Tên mới"), width=48),
            Column(title=_("Điểm cũ"), places=2),
            Column(title=_("Điểm mới"), places=2),
            Column(title=_("Thay đổi"), width=20),
            Column(title=_("Cách tính cũ"), width=40),
            Column(title=_("Cách tính mới"), width=40),
            Column(title=_("Thay đổi khác"), width=40),
        ),
        rows=list(_rows(found, lang)),
    )


def _rows(found: Comparison, lang: Language) -> Iterator[tuple[TableValue, ...]]:
    _ = translator(lang)
    for one in found.changes:
        if not one.leaf:
            continue
        yield (
            one.older, one.newer, _side(found.older, one.older, lang, "title"), _side(found.newer, one.newer, lang, "title"),
            one.max_before, one.max_after, ", ".join(_(SHOWN[kind]) for kind in kinds_of(one)),
            _side(found.older, one.older, lang, "rule"), _side(found.newer, one.newer, lang, "rule"), _others(found, one, lang),
        )  # fmt: skip


def _side(criteria_set: CriteriaSet, code: str | None, lang: Language, what: str) -> str | None:
    if code is None:
        return None
    node = place_of(criteria_set, code).node
    if what == "title":
        return node.title.get(lang)
    return rule_text.words(criteria_set, node, lang) if isinstance(node, Criterion) else None


def _others(found: Comparison, one: SetChange, lang: Language) -> str:
    told = {"title", "max", "rule", "code"}
    return "; ".join(detail_line(found, detail, lang) for detail in one.details if detail.what not in told)
