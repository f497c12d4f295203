"""What the page shows on which a set is begun: from a file, or from a published set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from parindex.agencies.model import TIERS
from parindex.api.shared.page import Page
from parindex.api.work.criteria.set_files import ACCEPT
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.approvals.model import LineFault
from parindex.assessments.criteria.given_sets import LARGEST
from parindex.assessments.criteria.published_sets import SetVersion
from parindex.errors import FieldError, Refused
from parindex.text import N_, Language, file_size, translator


class NewSetPage(Page, frozen=True, kw_only=True):
    """A set is begun."""

    template: ClassVar[str] = "work/criteria/new_set.html"

    sets: tuple[FieldOption, ...]
    """Published sets that may be copied, newest first."""

    tiers: tuple[FieldOption, ...]
    """Tiers."""

    typed: Mapping[str, str]
    """What stands in the fields."""

    errors: tuple[FieldFault, ...]
    """What is wrong with the form."""

    error_of: Mapping[str, str]
    """The same by field."""

    problem: RefusalTold | None
    """Why nothing was begun, where no field tells it."""

    told: tuple[str, ...]
    """What is wrong with the file."""

    accept: str
    """Endings that a browser offers."""

    limit: str
    """Largest file."""


def new_set_page(
    versions: Sequence[SetVersion],
    lang: Language,
    *,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    faulty: Sequence[LineFault] = (),
) -> NewSetPage:
    """A set is begun.

    Args:
        versions: Published sets, newest first.
        lang: The reader's language.
        typed: What a refused form held.
        refused: Why it was refused.
        faulty: What is wrong with its file.
    """
    _ = translator(lang)
    told = told_by_field(refused.fields, lang) if refused else {}
    return NewSetPage(
        sets=tuple(FieldOption(value=str(one.id), label=f"{one.family} {one.version}") for one in versions),
        tiers=(
            FieldOption(value="", label=_("Chưa chọn")),
            *(FieldOption(value=tier, label=_(name)) for tier, name in TIERS.items()),
        ),
        typed=typed,
        errors=faults(told, lang, {name: _(label) for name, label in LABELS.items()}),
        error_of=told,
        problem=refusal_told(refused, lang) if refused and not told else None,
        told=tuple(told_in(fault, lang) for fault in faulty if fault.level != "note"),
        accept=ACCEPT,
        limit=file_size(LARGEST, lang),
    )


def told_in(fault: LineFault, lang: Language) -> str:
    """A fault in the reader's language, as it was told."""
    told = fault.en if lang == "en" else fault.vi
    return told.strip().removeprefix(":").strip()


def needed(names: Sequence[str]) -> Refused:
    """A form in which something has to be filled in."""
    return Refused("invalid_fields", fields=tuple(FieldError(field=name, code="field_empty") for name in names))


def wrong_version(field: str) -> Refused:
    """A form with a version that no file could be called by."""
    return Refused("invalid_fields", fields=(FieldError(field=field, code="version_form"),))


LABELS: Mapping[str, str] = {
    "file": N_("Tệp bộ tiêu chí"),
    "family": N_("Tên bộ (không dấu)"),
    "version": N_("Phiên bản"),
    "year": N_("Năm đánh giá"),
    "tier": N_("Cấp đánh giá"),
    "set": N_("Bộ đã ban hành"),
    "clone_version": N_("Phiên bản"),
    "clone_year": N_("Năm đánh giá"),
}
"""What the fields are called."""
