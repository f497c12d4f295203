"""What the list of questionnaires shows: drafts on their way, and published versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.page import Page, url
from parindex.api.work.criteria.new_set_view import LABELS, told_in
from parindex.api.work.criteria.set_list_view import DraftRow, draft_row
from parindex.api.work.sheets.entry_view import FieldFault, FieldOption, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.approvals.model import DraftLine, LineFault, PublishingDecision
from parindex.errors import Refused
from parindex.surveys.instruments.given_instruments import LARGEST
from parindex.surveys.instruments.model import InstrumentVersion
from parindex.text import Language, file_size, translator


class InstrumentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A published version in the list."""

    href: str
    """Its page in the office."""

    name: str
    """Code and version."""

    decision: str
    """Number of the decision; empty for one from files."""

    decided_on: date | None
    """Its day."""

    at: datetime
    """When it was published."""

    rounds: int
    """Survey rounds that ask it."""


class InstrumentListPage(Page, frozen=True, kw_only=True):
    """Questionnaires in the office."""

    template: ClassVar[str] = "work/instruments/list.html"

    drafts: tuple[DraftRow, ...]
    """Under way, newest first."""

    ended: tuple[DraftRow, ...]
    """Published or given up."""

    published: tuple[InstrumentRow, ...]
    """Published versions, newest first."""

    drafts_new: bool
    """Whether the reader may begin one."""

    errors: tuple[FieldFault, ...]
    """What is wrong with a form that came back."""

    error_of: Mapping[str, str]
    """The same by field."""

    problem: RefusalTold | None
    """Why nothing was begun, where no field tells it."""

    told: tuple[str, ...]
    """What is wrong with the file."""

    limit: str
    """Largest file."""

    sets: tuple[FieldOption, ...]
    """Published versions that may be copied, newest first."""

    typed: Mapping[str, str]
    """What stands in the fields of a form that came back."""


def instrument_list_page(
    person: Person,
    lines: Sequence[DraftLine],
    versions: Sequence[InstrumentVersion],
    decisions: Mapping[UUID, PublishingDecision],
    lang: Language,
    *,
    refused: Refused | None = None,
    faulty: Sequence[LineFault] = (),
    typed: Mapping[str, str],
) -> InstrumentListPage:
    """Questionnaires in the office."""
    _ = translator(lang)
    rows = [(line, draft_row(person, line, "instrument", "/work/instruments/drafts", lang)) for line in lines]
    told = told_by_field(refused.fields, lang) if refused else {}
    ended = ("published", "withdrawn")
    return InstrumentListPage(
        drafts=tuple(row for line, row in rows if line.state not in ended),
        ended=tuple(row for line, row in rows if line.state in ended),
        published=tuple(_published(one, decisions.get(one.id)) for one in versions),
        drafts_new=access.may(person, "instrument:draft", state="drafting"),
        errors=faults(told, lang, {**{name: _(label) for name, label in LABELS.items()}, "file": _("Tệp bộ câu hỏi")}),
        error_of=told,
        problem=refusal_told(refused, lang) if refused and not told else None,
        told=tuple(told_in(fault, lang) for fault in faulty),
        limit=file_size(LARGEST, lang),
        sets=tuple(FieldOption(value=str(one.id), label=f"{one.code} {one.version}") for one in versions),
        typed=typed,
    )


def _published(one: InstrumentVersion, decision: PublishingDecision | None) -> InstrumentRow:
    return InstrumentRow(
        href=url(f"/work/instruments/versions/{one.id}"), name=f"{one.code} {one.version}",
        decision=decision.decision_number if decision else "", decided_on=decision.decided_on if decision else None,
        at=one.published_at, rounds=one.rounds,
    )  # fmt: skip
