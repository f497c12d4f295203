"""A draft of a questionnaire as respondents will see it: every page of a form, nothing chosen."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from parindex.api.respondent.questions_view import Question, question
from parindex.api.shared.page import Page, url
from parindex.api.work.draft_rows_view import ChangeTab
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.instruments.drafts import whole
from parindex.surveys.instruments.model import OpenedInstrument
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.text import Language, translator, words


class SeenQuestions(msgspec.Struct, frozen=True, kw_only=True):
    """A page of questions as respondents see it."""

    title: str
    """What it is about."""

    ask: str | None
    """What is asked of every question."""

    questions: tuple[Question, ...]
    """In order."""


class InstrumentPreviewPage(Page, frozen=True, kw_only=True):
    """A draft as respondents will see it."""

    template: ClassVar[str] = "work/instruments/preview.html"

    title: str
    """What the questionnaire is called."""

    version: str
    """Its version."""

    forms: tuple[ChangeTab, ...]
    """Forms, of which one is shown."""

    minutes: int
    """How long that form takes."""

    pages: tuple[SeenQuestions, ...]
    """In order."""

    back: str
    """The draft's page."""


def instrument_preview_page(held: OpenedInstrument, form: str, lang: Language) -> InstrumentPreviewPage:
    """A draft as respondents will see it; an unknown form is the first.

    Raises:
        Refused: ``set_draft_broken``.
    """
    found = whole(held)
    here = f"/work/instruments/drafts/{held.draft.id}"
    layout = AnswerLayout(found)
    name = form if form in found.forms else next(iter(found.forms))
    blank = Draft(answers=layout.blank())
    names = _named(lang)
    return InstrumentPreviewPage(
        title=words(found.title, lang), version=found.version, minutes=found.forms[name].minutes, back=url(here),
        forms=tuple(
            ChangeTab(
                href=url(f"{here}/preview", form=one), label=names.get(one, one), current=one == name,
                count=sum(len(layout.groups[code].items) for code in given.groups),
            )
            for one, given in found.forms.items()
        ),
        pages=tuple(
            SeenQuestions(
                title=words(group.title, lang), ask=words(group.ask, lang) if group.ask else None,
                questions=tuple(
                    question(layout, group, number, item, blank, {}, lang) for number, item in enumerate(group.items, 1)
                ),
            )
            for group in (layout.groups[code] for code in found.forms[name].groups)
        ),
    )  # fmt: skip


def _named(lang: Language) -> dict[str, str]:
    _ = translator(lang)
    return {"full": _("Phiếu đầy đủ"), "short": _("Phiếu rút gọn"), "interview": _("Phiếu phỏng vấn")}
