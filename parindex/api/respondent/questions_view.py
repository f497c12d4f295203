"""What a page of questions shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import msgspec

from parindex.api.respondent.visits_view import RespondentPage, consent_of
from parindex.api.shared.page import url
from parindex.api.shared.problems import FormError, sentence
from parindex.surveys.answers import form_fields
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.answers.visits import Session
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.questionnaire.instrument import DONT_KNOW, NOT_APPLICABLE, SKIPPED, Group, Item, Option
from parindex.text import Language, translator, words

SHORT_LABEL: Final = 26
"""Characters of an answer that fits a cell of a scale."""

MOST_CELLS: Final = 5
"""Answers that fit a scale."""


class AnswerOption(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that may be chosen."""

    value: str
    """What is sent."""

    label: str
    """What people read."""


class Specified(msgspec.Struct, frozen=True, kw_only=True):
    """The field for words to an answer that may be specified."""

    name: str
    """Its name."""

    answer: str
    """The answer that it belongs to."""

    value: str
    """What was written."""

    error: str | None
    """What is wrong with it."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What ``components/question.html`` draws; nothing is chosen unless the person chose it."""

    number: int | str
    """As the questionnaire counts."""

    name: str
    """Name of its field."""

    text: str
    """What is asked."""

    kind: str
    """``scale``, ``one``, ``many`` or ``text``."""

    options: tuple[AnswerOption, ...]
    """In the printed order, never turned round."""

    chosen: tuple[str, ...]
    """What this person has chosen."""

    others: tuple[AnswerOption, ...]
    """*Don't know* and *not applicable*, where the item offers them, over the full width."""

    error: str | None
    """What is wrong."""

    text_value: str
    """What was written."""

    words: Specified | None
    """Words to an answer that may be specified."""


class GroupPage(RespondentPage, frozen=True, kw_only=True):
    """One page of questions."""

    template: ClassVar[str] = "respondent/group.html"

    step: int
    """Its place, from 1."""

    steps: int
    """Pages."""

    left: int
    """Minutes that the rest takes."""

    title: str
    """What it is about."""

    ask: str | None
    """What is asked of every question."""

    questions: tuple[Question, ...]
    """In order."""

    errors: tuple[FormError, ...]
    """Questions with a fault or without an answer."""

    may_skip: bool
    """Whether what is missing may be left out after confirmation."""

    action: str
    """Where the answers go."""


def group_page(session: Session, step: int, draft: Draft, messages: Mapping[str, str], lang: Language) -> GroupPage:
    """A page of questions.

    Args:
        session: The visit.
        step: The page, from 1.
        draft: Answers so far.
        messages: What is wrong, by name of the field.
        lang: The reader's language.
    """
    _ = translator(lang)
    group = session.layout.groups[session.form.groups[step - 1]]
    questions = tuple(
        question(session.layout, group, number, item, draft, messages, lang)
        for number, item in enumerate(group.items, 1)
    )
    wrong = [(item, asked) for item, asked in zip(group.items, questions, strict=True) if asked.error]
    return GroupPage(
        consent=consent_of(session),
        contact=session.round.contact,
        step=step,
        steps=len(session.form.groups),
        left=form_fields.minutes_left(session.layout, session.form, step),
        title=words(group.title, lang),
        ask=words(group.ask, lang) if group.ask else None,
        questions=questions,
        errors=tuple(
            FormError(id=asked.name, message=_("Câu %(number)s: %(text)s", number=asked.number, text=asked.text))
            for _item, asked in wrong
        ),
        may_skip=bool(wrong) and not any(item.missing == "refused" for item, _asked in wrong),
        action=url(f"/survey/{step}"),
    )


def question(
    layout: AnswerLayout,
    group: Group,
    number: int,
    item: Item,
    draft: Draft,
    messages: Mapping[str, str],
    lang: Language,
) -> Question:
    """One question with what was chosen so far."""
    _ = translator(lang)
    scale = layout.instrument.scales.get(item.scale or item.many or "", ())
    options = tuple(AnswerOption(value=str(option.code), label=words(option.text, lang)) for option in scale)
    short = len(options) <= MOST_CELLS and all(len(option.label) <= SHORT_LABEL for option in options)
    reasons = {DONT_KNOW: _("Không biết"), NOT_APPLICABLE: _("Không áp dụng")}
    name = form_fields.field_name(item)
    return Question(
        number=item.code if group.area else number,
        name=name,
        text=words(item.text, lang),
        kind="text" if item.write else "many" if item.many else "scale" if short else "one",
        options=options,
        chosen=_chosen(layout, item, scale, draft),
        others=tuple(AnswerOption(value=str(code), label=reasons[code]) for code in form_fields.reasons_offered(item)),
        error=messages.get(name),
        text_value=draft.texts.get(item.code, ""),
        words=_specified(item, scale, draft, messages, lang),
    )


def _chosen(layout: AnswerLayout, item: Item, scale: Sequence[Option], draft: Draft) -> tuple[str, ...]:
    place = layout.places[item.code]
    stored = draft.answers[place.first : place.first + place.length]
    if item.many is not None:
        return tuple(str(option.code) for option, value in zip(scale, stored, strict=True) if value == 1)
    return tuple(str(value) for value in stored if value is not None and value != SKIPPED)


def _specified(
    item: Item, scale: Sequence[Option], draft: Draft, messages: Mapping[str, str], lang: Language
) -> Specified | None:
    answers = [words(option.text, lang) for option in scale if option.specify]
    if not answers:
        return None
    name = form_fields.words_name(item)
    return Specified(
        name=name, answer=", ".join(answers), value=draft.texts.get(item.code, ""), error=messages.get(name)
    )


def messages_of(taken: form_fields.PageTaken, lang: Language) -> dict[str, str]:
    """What is wrong with a page that was sent, by name of the field."""
    told = {}
    for error in taken.errors:
        title, detail = sentence(error.code, error.values, lang)
        told[error.field] = detail or title
    for item in taken.missing:
        title, _detail = sentence("answer_missing", {}, lang)
        told[form_fields.field_name(item)] = title
    return told
