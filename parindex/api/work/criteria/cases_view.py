"""What the pages of worked cases and of appraising bodies show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from parindex import access, scoring
from parindex.access import Person
from parindex.api.shared.page import Page, url
from parindex.api.work.criteria.new_set_view import told_in
from parindex.api.work.drafts_view import DraftMark
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.errors import FieldError
from parindex.text import Language, translator, words


class CasesPage(Page, frozen=True, kw_only=True):
    """The worked cases of a draft."""

    template: ClassVar[str] = "work/criteria/cases.html"

    title: str
    """Family and version."""

    count: int
    """How many there are."""

    failing: tuple[str, ...]
    """Those that do not hold."""

    typed: str
    """The cases as YAML."""

    error: str
    """Why they were not taken; empty for nothing."""

    action: str
    """Where they go."""

    back: str
    """The draft's page."""

    example: str
    """A case, to begin with."""

    change: bool
    """Whether the reader may change them."""

    draft: DraftMark
    """What was typed and not saved."""


class BodyField(msgspec.Struct, frozen=True, kw_only=True):
    """An area, or an item of bonus or penalty, with the body that appraises it."""

    name: str
    """Of its field."""

    code: str
    """Its code."""

    title: str
    """What it is called."""

    value: str
    """The body."""

    error: str
    """What is wrong with it."""


class AppraisersPage(Page, frozen=True, kw_only=True):
    """Who appraises the areas of a draft."""

    template: ClassVar[str] = "work/criteria/appraisers.html"

    title: str
    """Family and version."""

    fields: tuple[BodyField, ...]
    """Areas, then items of bonus and penalty."""

    known: tuple[str, ...]
    """Bodies that published sets name."""

    errors: tuple[FieldFault, ...]
    """What is wrong."""

    action: str
    """Where they go."""

    back: str
    """The draft's page."""

    change: bool
    """Whether the reader may change them."""


def cases_page(
    person: Person, held: OpenedDraft, typed: str, lang: Language, *, draft: DraftMark, error: str = ""
) -> CasesPage:
    """The worked cases of a draft, which is a set."""
    here = f"/work/criteria/drafts/{held.draft.id}"
    return CasesPage(
        title=f"{held.draft.family} {held.draft.version}",
        count=held.revision.case_count,
        failing=tuple(told_in(fault, lang) for fault in held.revision.faults if fault.level == "case"),
        typed=typed, error=error, action=url(f"{here}/cases"), back=url(here), example=_example(held, lang),
        change=access.may(person, "criteria_set:draft", state=held.draft.state), draft=draft,
    )  # fmt: skip


def _example(held: OpenedDraft, lang: Language) -> str:
    """A case of the first leaf that takes a fact."""
    law, _ = held.criteria_set, translator(lang)
    assert law is not None
    values = {
        "boolean": "true",
        "count": "10",
        "decimal": "1",
        "percent": "50",
        "date": f"{(law.years or (2026,))[0]}-06-30",
    }
    for place in scoring.leaves(law):
        asked = scoring.leaf_inputs(law, place.code)
        if asked and all(one.type in values for _name, one in asked):
            facts = ", ".join(f"{name}: {values[one.type]}" for name, one in asked)
            most = scoring.shortest(place.node.max)
            name = _("ví dụ của tiêu chí %(code)s", code=place.code)
            return f'- name: {name}\n  facts: {{{facts}}}\n  expect: {{"{place.code}": {most}}}'
    return ""


def bodies_of(held: OpenedDraft) -> dict[str, tuple[str, str]]:
    """What may name a body to appraise it: title and body by code."""
    law = held.criteria_set
    assert law is not None
    found = {area.code: (area.title.vi, area.appraiser or "") for area in law.areas}
    for part in (law.bonus, law.penalty):
        found |= {item.code: (item.title.vi, item.appraiser or "") for item in (part.items if part else ())}
    return found


def appraisers_page(
    person: Person,
    held: OpenedDraft,
    known: Sequence[str],
    lang: Language,
    *,
    typed: Mapping[str, str],
    errors: Sequence[FieldError] = (),
) -> AppraisersPage:
    """Who appraises the areas of a draft, which is a set."""
    law, here = held.criteria_set, f"/work/criteria/drafts/{held.draft.id}"
    assert law is not None
    told = told_by_field(errors, lang)
    fields = tuple(
        BodyField(
            name=f"body:{code}", code=code, title=words(scoring.place_of(law, code).node.title, lang),
            value=typed.get(f"body:{code}", body), error=told.get(f"body:{code}", ""),
        )
        for code, (_title, body) in bodies_of(held).items()
    )  # fmt: skip
    return AppraisersPage(
        title=f"{held.draft.family} {held.draft.version}", fields=fields, known=tuple(known),
        errors=faults(told, lang, {one.name: one.code for one in fields}), action=url(f"{here}/appraisers"), back=url(here),
        change=access.may(person, "criteria_set:draft", state=held.draft.state),
    )  # fmt: skip
