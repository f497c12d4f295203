"""What is asked before the last day of a survey round is moved, and how it was moved before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from parindex.api.shared.page import Page, lang_of, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.moved_deadlines_view import MovedDeadline, moved_deadline
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.errors import Refused
from parindex.surveys.model import Round
from parindex.surveys.rounds.extending import RoundExtension
from parindex.text import Language, date_text

FIELDS = ("last_day", "number", "date", "reason")


class RoundExtensionPage(Page, frozen=True, kw_only=True):
    """The last day of a round, and the form that moves it."""

    template: ClassVar[str] = "work/surveys/extension.html"

    title: str
    """Of the round."""

    until: str
    """Its last day."""

    moved: tuple[MovedDeadline, ...]
    """How it was moved before, newest first."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    error_of: Mapping[str, str]
    """The same by field."""

    typed: Mapping[str, str]
    """What stands in the fields."""

    here_path: str
    """Address of the round."""


def round_extension_page(
    request: PageRequest,
    held: Round,
    moved: Sequence[RoundExtension],
    *,
    typed: Mapping[str, str],
    refused: Refused | None,
) -> RoundExtensionPage:
    """The form that moves the last day of a round.

    Args:
        request: Gives the language.
        held: The round.
        moved: How it was moved before.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    lang = lang_of(request)
    told = told_by_field(refused.fields, lang) if refused else {}
    return RoundExtensionPage(
        title=held.title(lang),
        until=date_text(held.closes_on, lang),
        moved=tuple(_moved(extension, lang) for extension in moved),
        faults=faults({field: told[field] for field in FIELDS if field in told}, lang),
        error_of=told,
        typed={field: typed.get(field, "") for field in FIELDS},
        here_path=url(f"/work/surveys/{held.id}"),
    )


def _moved(extension: RoundExtension, lang: Language) -> MovedDeadline:
    return moved_deadline(
        extension.decided, extension.by_name, extension.at, lang,
        before=date_text(extension.closes_before, lang), after=date_text(extension.closes_on, lang),
    )  # fmt: skip
