"""A form of the registry: what is asked, what was typed, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page
from parindex.api.work.deed_check_view import CheckField
from parindex.api.work.drafts_view import DraftMark
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.errors import Refused
from parindex.text import Language, translator


class RegistryFormPage(Page, frozen=True, kw_only=True):
    """A form of the registry."""

    template: ClassVar[str] = "work/agencies/form.html"

    title: str
    """What is done."""

    about: str
    """To what; may be empty."""

    lead: str
    """What to know first."""

    fields: tuple[CheckField, ...]
    """What is typed."""

    problem: RefusalTold | None
    """Why it was refused, where no field tells it."""

    faults: tuple[FieldFault, ...]
    """What is wrong, in the order of the fields."""

    method: str
    """``post``, or ``get`` where a check page follows."""

    action: str
    """Where it goes."""

    button: str
    """What the button says."""

    back: str
    """Where one goes who does not do it."""

    draft: DraftMark | None
    """What was typed and not sent; ``None`` where nothing typed is kept."""


class FormAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of the registry asks for; texts are message ids."""

    title: str
    """What is done."""

    about: str = ""
    """A name, in no language."""

    lead: str
    """What to know first."""

    fields: tuple[CheckField, ...]
    """What is typed."""

    action: str
    """Where it goes."""

    button: str
    """What the button says."""

    back: str
    """Where one goes who does not do it."""

    method: str = "get"
    """``get`` where a check page follows."""


def registry_form_page(
    asked: FormAsked,
    lang: Language,
    *,
    typed: Mapping[str, Sequence[str]] | None = None,
    refused: Refused | None = None,
    draft: DraftMark | None = None,
) -> RegistryFormPage:
    """A form of the registry, with what was typed into it and refused, or typed and not sent."""
    _ = translator(lang)
    if typed is None and draft is not None and draft.typed is not None:
        typed = {name: [text] for name, text in draft.typed.items()}
    told = told_by_field(refused.fields, lang) if refused else {}
    fields = tuple(
        msgspec.structs.replace(
            one, label=_(one.label), hint=_(one.hint) if one.hint else "", error=told.get(one.name, ""),
            value=one.value if typed is None else "\n".join(typed.get(one.name, ())),
        )
        for one in asked.fields
    )  # fmt: skip
    named = {one.name: one.label for one in fields}
    return RegistryFormPage(
        title=_(asked.title),
        about=asked.about,
        lead=_(asked.lead),
        fields=fields,
        problem=refusal_told(refused, lang) if refused and not any(name in told for name in named) else None,
        faults=faults({name: told[name] for name in named if name in told}, lang, named),
        method=asked.method,
        action=asked.action,
        button=_(asked.button),
        back=asked.back,
        draft=draft,
    )
