"""What is asked before an edition is retracted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from parindex.api.public import editions_view
from parindex.api.public.editions_view import EditionTold
from parindex.api.shared.page import Page
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.errors import Refused
from parindex.publication.model import EditionRow
from parindex.text import Language, translator


class RetractionPage(Page, frozen=True, kw_only=True):
    """The approver's form."""

    template: ClassVar[str] = "work/years/retraction.html"

    edition: EditionTold
    """The edition."""

    retracted: bool
    """Whether it was retracted before."""

    successors: tuple[FieldOption, ...]
    """None yet, and other editions of the same year; empty where there are no others."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""


def retraction_page(
    row: EditionRow,
    history: Sequence[EditionRow],
    lang: Language,
    *,
    typed: Mapping[str, str],
    refused: Refused | None,
) -> RetractionPage:
    """The form that retracts an edition.

    Args:
        row: The edition.
        history: All editions of its year.
        lang: The reader's language.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    _ = translator(lang)
    others = [one.number for one in history if one.number != row.number and not one.retracted]
    told = told_by_field(refused.fields, lang) if refused else {}
    fields = ("number", "date", "signer", "reason", "successor")
    choices = [FieldOption(value="", label=_("Chưa có")), *(FieldOption(value=one, label=one) for one in others)]
    return RetractionPage(
        edition=editions_view.told(row, lang),
        retracted=row.retracted,
        successors=tuple(choices) if others else (),
        problem=refusal_told(refused, lang) if refused and not told else None,
        faults=tuple(FieldFault(id=field, message=told[field]) for field in fields if field in told),
        error_of=told,
        typed={field: typed.get(field, "") for field in fields},
    )
