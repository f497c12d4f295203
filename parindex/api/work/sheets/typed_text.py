"""Stored facts as the text that stands in a field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from parindex.assessments.criteria.published_sets import Field
from parindex.reading import numbers
from parindex.text import Language, date_text, number


def input_text(asked: Field, canonical: str | None, lang: Language) -> str:
    """A stored value as it stands in its field: what the reading takes back unchanged, in either language."""
    if canonical is None:
        return ""
    if asked.input.type == "count":
        return number(Decimal(canonical), 0, "vi") if lang == "vi" else canonical
    if asked.input.type == "date":
        return date_text(date.fromisoformat(canonical), "vi")
    if asked.input.type in ("decimal", "percent"):
        return numbers.unasked(canonical.replace(".", ",") if lang == "vi" else canonical)
    return canonical
