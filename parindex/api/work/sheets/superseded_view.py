"""What had been declared of a leaf before a corrected set opened it again, beside what is declared now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from parindex.api.shared.page import lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import DocumentItem
from parindex.assessments.amendments.model import SupersededEntry
from parindex.assessments.model import SheetEntry
from parindex.assessments.sheets.board import Board
from parindex.text import Language, number
from parindex.wording import reasons


class ThenAndNow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was declared, under both versions."""

    label: str
    """What."""

    then: str
    """As it had been declared."""

    now: str
    """As it stands now."""


class SupersededCard(msgspec.Struct, frozen=True, kw_only=True):
    """What had been declared under one version."""

    version: str
    """The version under which it had been."""

    decision: str
    """Number of the decision by which the set was corrected."""

    who: str | None
    """Who had declared it."""

    at: datetime | None
    """When."""

    rows: tuple[ThenAndNow, ...]
    """Figures, proposal, explanation, points."""

    evidence: tuple[DocumentItem, ...]
    """Documents that proved it then."""


def superseded_cards(
    request: PageRequest, board: Board, code: str, before: Sequence[SupersededEntry]
) -> tuple[SupersededCard, ...]:
    """What had been declared of a leaf, the newest version first.

    Args:
        request: Gives the language.
        board: The sheet as it stands.
        code: The leaf.
        before: As it was under each version before.
    """
    return tuple(
        SupersededCard(
            version=f"{one.older.criteria_set.family} {one.older.criteria_set.version}", decision=one.decision,
            who=one.declared_by, at=one.declared_at, rows=tuple(_rows(request, board, board.entries[code], one)),
            evidence=tuple(
                entry_view.document_item(request, attached.document, attached.id, "") for attached in one.documents
            ),
        )
        for one in before
    )  # fmt: skip


def _rows(request: PageRequest, board: Board, entry: SheetEntry, before: SupersededEntry) -> Iterator[ThenAndNow]:
    _, lang = translate(request), lang_of(request)
    older, law = before.older.criteria_set, board.published.criteria_set
    asked = {field.name: field for field in board.published.fields[entry.code]}
    for name in dict.fromkeys([*(field.name for field in before.older.fields.get(entry.code, ())), *asked]):
        now = entry_view.stored_value(board, asked[name], entry) if name in asked else None
        yield ThenAndNow(
            label=reasons.label(law if name in asked else older, name, lang),
            then=entry_view.value_text(older, name, before.facts.get(name), lang),
            now=entry_view.value_text(law, name, now, lang) if name in asked else _("không hỏi nữa"),
        )
    if before.judged is not None or entry.judged is not None:
        yield ThenAndNow(
            label=_("Điểm đề nghị"), then=number(before.judged, None, lang), now=number(entry.judged, None, lang)
        )
    if before.inapplicable or entry.inapplicable:
        told = {True: _("Đơn vị đề nghị không áp dụng"), False: _("Áp dụng")}
        yield ThenAndNow(label=_("Áp dụng"), then=told[before.inapplicable], now=told[entry.inapplicable])
    yield ThenAndNow(label=_("Giải trình"), then=before.explanation or "–", now=entry.explanation or "–")
    if before.points is not None:
        leaf = board.points_now.leaves[entry.code]
        then, now = _of(before.points, before.max, lang), _of(leaf.points, leaf.max, lang)
        yield ThenAndNow(label=_("Điểm tự đánh giá"), then=then, now=now)


def _of(points: Decimal | None, most: Decimal, lang: Language) -> str:
    return f"{number(points, 2, lang)}/{number(most, 2, lang)}"
