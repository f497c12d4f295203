"""What the page of a draft shows of any draft: state, approval, who read it, what was said, what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.links import Link
from parindex.api.shared.page import url
from parindex.api.work.approval_steps_view import ApprovalStep, later_steps
from parindex.api.work.criteria.set_list_view import DRAWN
from parindex.api.work.draft_rows_view import FaultShown
from parindex.api.work.drafts_view import DraftMark
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.approvals.model import DRAFT_STATES, Drafted, DraftRemark, Opened, ReadingSoFar
from parindex.errors import Refused
from parindex.text import Language, file_size, moment, translator


class RemarkShown(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a line."""

    id: UUID
    """The remark."""

    who: str
    """Who said it."""

    code: str
    """The line; empty: the whole."""

    dispute: bool
    """Whether it keeps the draft until it is answered."""

    said: str
    """What."""

    at: datetime
    """When."""

    answer: str
    """What was answered; empty: it waits."""

    answered: str
    """By whom."""


class ApprovalDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader may do with a draft now."""

    change: bool
    """Upload again, and change what its pages change."""

    submit: bool
    """Hand it over."""

    read: bool
    """Read line by line and approve."""

    send_back: bool
    """Send it back."""

    publish: bool
    """Publish it."""

    withdraw: bool
    """Give it up."""

    comment: bool
    """Say something of a line."""


class DraftShown(msgspec.Struct, frozen=True, kw_only=True):
    """What every draft shows."""

    title: str
    """What it is called, with version and number of the draft."""

    about: str
    """How large it is and where it comes from."""

    address: str
    """Its page."""

    drawn: str
    """State as it is drawn."""

    state: str
    """State in words."""

    whole: bool
    """Whether its newest version is whole."""

    errors: int
    """What keeps it from being handed over."""

    loose: tuple[FaultShown, ...]
    """What is wrong with the file as a whole."""

    steps: tuple[ApprovalStep, ...]
    """The way to publication."""

    reading: tuple[str, ...]
    """Who has read how much."""

    remarks: tuple[RemarkShown, ...]
    """What was said of it."""

    may: ApprovalDeeds
    """What the reader may do."""

    downloads: tuple[Link, ...]
    """Its files."""

    error_list: tuple[FieldFault, ...]
    """What is wrong with a form that came back."""

    error_of: dict[str, str]
    """The same by field."""

    problem: RefusalTold | None
    """Why a deed was refused, where no field tells it."""

    typed: dict[str, str]
    """What stands in the fields."""

    kept: Mapping[str, DraftMark]
    """What the reader typed and did not send, by form."""

    file_label: str
    """What its file is called."""

    file_hint: str
    """Which files are taken."""

    accept: str
    """Endings that a browser offers."""

    code_label: str
    """What the code of a line is called."""


class DraftForms(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the forms of the page."""

    refused: Refused | None = None
    """Why a form came back."""

    typed: dict[str, str] = {}
    """What it held."""

    kept: Mapping[str, DraftMark]
    """What the reader typed and did not send, by form."""


class DraftWords(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a kind of draft."""

    name: str
    """What the draft is called."""

    about: str
    """How large it is and where it comes from."""

    file_label: str
    """What its file is called."""

    formats: str
    """Which files are taken, with the largest as ``limit``."""

    accept: str
    """Endings that a browser offers."""

    code_label: str
    """What the code of a line is called."""

    largest: int
    """Bytes of a file that is taken."""


def draft_shown(
    person: Person, kind: Drafted, held: Opened, here: str, lang: Language, *, said: DraftWords, forms: DraftForms,
    whole: bool, readings: Sequence[ReadingSoFar], loose: Sequence[FaultShown], made: Sequence[ApprovalStep],
    downloads: tuple[Link, ...],
) -> DraftShown:  # fmt: skip
    """What every draft shows.

    Args:
        person: Who reads.
        kind: What is drafted.
        held: The draft.
        here: Its page.
        lang: The reader's language.
        said: What is said of it.
        forms: What stands in the forms.
        whole: Whether its newest version is whole.
        readings: Who has read how much of it.
        loose: What is wrong with the file as a whole.
        made: Steps before it is handed over, after the first.
        downloads: Its files.
    """
    _, draft, refused = translator(lang), held.draft, forms.refused
    told = told_by_field(refused.fields, lang) if refused else {}
    total = len(kind.lines(held))
    labels = {"said": _("Góp ý"), "answer": _("Trả lời"), "reason": _("Lý do"), "file": said.file_label}
    return DraftShown(
        title=_("%(name)s %(version)s, bản %(number)s", name=said.name, version=draft.version, number=held.revision.number),
        about=said.about, address=url(here), drawn=DRAWN[draft.state], state=_(DRAFT_STATES[draft.state]), whole=whole,
        errors=len(held.revision.errors), loose=tuple(loose), steps=(_made(held, lang), *made, *later_steps(held, lang)),
        reading=tuple(_reading(one, total, lang) for one in readings if one.codes),
        remarks=tuple(remark_shown(one) for one in held.remarks), may=_deeds(person, kind.thing, held),
        downloads=downloads, error_list=faults(told, lang, labels), error_of=told,
        problem=refusal_told(refused, lang) if refused and not told else None, typed=forms.typed, kept=forms.kept,
        file_label=said.file_label, file_hint=said.formats % {"limit": file_size(said.largest, lang)},
        accept=said.accept, code_label=said.code_label,
    )  # fmt: skip


def remark_shown(one: DraftRemark) -> RemarkShown:
    """What was said of a line."""
    return RemarkShown(
        id=one.id, who=one.by_name or "–", code=one.code, dispute=one.kind == "dispute", said=one.said, at=one.at,
        answer=one.answer or "", answered=one.answered_name or "",
    )  # fmt: skip


def _made(held: Opened, lang: Language) -> ApprovalStep:
    _, revision = translator(lang), held.revision
    return ApprovalStep(
        state="done", text=_("Soạn: %(who)s", who=revision.by_name or "–"),
        note=_("bản %(number)s, %(at)s", number=revision.number, at=moment(revision.at, lang)),
    )  # fmt: skip


def _reading(one: ReadingSoFar, total: int, lang: Language) -> str:
    _ = translator(lang)
    told = {"name": one.name, "n": len(one.codes), "total": total, "at": moment(one.last, lang)}
    return _("%(name)s đã xem %(n)s trên %(total)s dòng, lần cuối %(at)s.", **told)


def _deeds(person: Person, thing: str, held: Opened) -> ApprovalDeeds:
    state, own = held.draft.state, held.drafted_by(person)

    def may(deed: str, own: bool | None = None) -> bool:
        return access.may(person, f"{thing}:{deed}", state=state, own=own)

    return ApprovalDeeds(
        change=may("draft"), submit=may("submit"), read=may("approve", own), send_back=may("return"),
        publish=may("publish"), withdraw=may("withdraw"), comment=may("comment"),
    )  # fmt: skip
