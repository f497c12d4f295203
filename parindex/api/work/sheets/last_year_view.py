"""What was declared for a leaf a year before, beside its fields, and what proved it then."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from parindex.api.shared.page import lang_of
from parindex.api.shared.requests import PageRequest
from parindex.api.work.sheets import entry_view
from parindex.api.work.sheets.entry_view import DocumentItem
from parindex.assessments.criteria.published_sets import Field
from parindex.assessments.model import Attached
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.history import YearBefore
from parindex.scoring import RefusedValue, parse_value
from parindex.text import Language, translator


class CarriedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A document of the year before that may prove the leaf again."""

    document: UUID
    """Of the record."""

    item: DocumentItem
    """How it is shown, judged by the days of this year."""

    pages: str
    """Where to look, as it was then."""


def declared_before(board: Board, asked: Field, year_before: YearBefore | None, lang: Language) -> str | None:
    """What was declared of a fact a year before; nothing where it was of another type then."""
    _ = translator(lang)
    text = year_before.facts.get(asked.name) if year_before else None
    if year_before is None or text is None:
        return None
    try:
        parse_value(board.published.criteria_set, asked.name, text)
    except RefusedValue:
        return None
    value = entry_view.value_text(board.published.criteria_set, asked.name, text, lang)
    return _("Năm %(year)s: %(value)s", year=year_before.year, value=value)


def carried_items(request: PageRequest, board: Board, code: str, before: Sequence[Attached]) -> tuple[CarriedItem, ...]:
    """The documents of the year before, each with what this year's days say of it."""
    return tuple(
        CarriedItem(
            document=one.document.id,
            pages=one.pages,
            item=msgspec.structs.replace(
                entry_view.document_item(request, one.document, one.document.id, ""),
                check=entry_view.issue_check(board, code, one.document, lang_of(request)),
            ),
        )
        for one in before
    )
