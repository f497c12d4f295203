"""A form of these pages as it is drawn again: what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.errors import Refused
from parindex.text import Language


class FormTold(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a form."""

    typed: Mapping[str, str]
    """By field."""

    error_of: Mapping[str, str]
    """What is wrong with a field."""

    faults: tuple[FieldFault, ...]
    """The summary above the form."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""


def form_told(lang: Language, typed: Mapping[str, str], refused: Refused | None, labels: Mapping[str, str]) -> FormTold:
    """A form to be drawn.

    Args:
        lang: The reader's language.
        typed: What stands in it.
        refused: Why it was refused; ``None``: it was not sent yet.
        labels: Names of its fields, in their order and in the reader's language.
    """
    told = told_by_field(refused.fields, lang) if refused else {}
    known = {field: told[field] for field in labels if field in told}
    return FormTold(
        typed={field: typed.get(field, "") for field in labels},
        error_of={field: known.get(field, "") for field in labels},
        faults=faults(known, lang, labels),
        problem=refusal_told(refused, lang) if refused and not known else None,
    )
