"""What was declared for a leaf a year before, beside its fields."""

from __future__ import annotations

from parindex.api.work.sheets import entry_view
from parindex.assessments.criteria.published_sets import Field
from parindex.assessments.sheets.board import Board
from parindex.assessments.sheets.history import YearBefore
from parindex.scoring import RefusedValue, parse_value
from parindex.text import Language, translator


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
