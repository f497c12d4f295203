"""From the fields of a page to answers, and from answers to what is still open."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from parindex.errors import FieldError
from parindex.reading.text import nfc
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.questionnaire.answer_layout import LONGEST_TEXT, AnswerLayout, Answers, well_written
from parindex.surveys.questionnaire.instrument import DONT_KNOW, NOT_APPLICABLE, SKIPPED, Group, InstrumentForm, Item

SECONDS_A_QUESTION: Final = 8
"""What reading a question and choosing its answer takes at least: no page promises less."""

_CODE: Final = re.compile(r"-?[0-9]{1,5}\Z")

FormFields = Mapping[str, Sequence[str]]
"""What a form sends: every value of every name."""


class PageTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one page."""

    draft: Draft
    """The draft with what could be taken."""

    errors: tuple[FieldError, ...]
    """Answers that are not of the questionnaire."""

    missing: tuple[Item, ...]
    """Items left out that may not be left out, or only after the respondent confirms it."""


def field_name(item: Item) -> str:
    """Name of an item's field; its words have ``words_name``."""
    return f"q-{item.code}"


def words_name(item: Item) -> str:
    """Name of the field for what is written to an answer that may be specified."""
    return f"w-{item.code}"


def read(layout: AnswerLayout, group: Group, draft: Draft, fields: FormFields, *, leave_out: bool) -> PageTaken:
    """Take the answers of one page.

    Args:
        layout: Of the instrument.
        group: The page.
        draft: Before.
        fields: What was sent.
        leave_out: Whether the respondent has confirmed that the rest is left out.
    """
    answers, texts = list(draft.answers), dict(draft.texts)
    errors: list[FieldError] = []
    missing: list[Item] = []
    for item in group.items:
        given = [value for value in fields.get(field_name(item), ()) if value.strip()]
        place = layout.places[item.code]
        part = slice(place.first, place.first + place.length)
        try:
            taken = _taken(layout, item, given)
        except ValueError:
            errors.append(FieldError(field=field_name(item), code="answer_unknown"))
            continue
        error = _take_words(layout, item, given, fields, texts)
        if error is not None:
            errors.append(error)
        if item.write is not None and item.code not in texts:
            taken = None
        if taken is None:
            left_out = item.missing == "allowed" or (item.missing == "confirm" and leave_out)
            taken = [SKIPPED if left_out else None] * place.length
            if not left_out:
                missing.append(item)
        answers[part] = taken
    return PageTaken(draft=Draft(answers=answers, texts=texts), errors=tuple(errors), missing=tuple(missing))


def open_items(layout: AnswerLayout, form: InstrumentForm, answers: Answers) -> list[tuple[int, Item]]:
    """(step, item) of everything that was asked and has neither an answer nor a reason why not; steps from 1."""
    return [
        (step, item)
        for step, code in enumerate(form.groups, 1)
        for item in layout.missing(layout.groups[code], answers)
    ]


def answered_items(layout: AnswerLayout, group: Group, answers: Answers) -> int:
    """Items of a group with an answer."""
    return sum(answers[layout.places[item.code].first] not in (None, SKIPPED) for item in group.items)


def minutes_of(layout: AnswerLayout, form: InstrumentForm) -> int:
    """Minutes that a form takes: what it says, and never less than its questions need."""
    return max(form.minutes, math.ceil(sum(_sizes(layout, form)) * SECONDS_A_QUESTION / 60))


def minutes_left(layout: AnswerLayout, form: InstrumentForm, step: int) -> int:
    """Minutes that the pages from this step on take, at least 1."""
    sizes = _sizes(layout, form)
    return max(1, math.ceil(minutes_of(layout, form) * sum(sizes[step - 1 :]) / sum(sizes)))


def _sizes(layout: AnswerLayout, form: InstrumentForm) -> list[int]:
    return [len(layout.groups[code].items) for code in form.groups]


def _taken(layout: AnswerLayout, item: Item, given: Sequence[str]) -> list[int | None] | None:
    """Stored values of an item; ``None`` where nothing was given."""
    if not given:
        return None
    place = layout.places[item.code]
    if item.write is not None:
        return [1]
    if item.many is not None:
        codes = [option.code for option in layout.instrument.scales[item.many]]
        chosen = {_code(value) for value in given}
        if not chosen <= set(codes):
            raise ValueError
        return [int(code in chosen) for code in codes]
    if len(given) > 1:
        raise ValueError
    value = _code(given[0])
    if value not in place.codes and value not in reasons_offered(item):
        raise ValueError
    return [value]


def reasons_offered(item: Item) -> tuple[int, ...]:
    """Why a person may give no answer, as far as the item offers it."""
    offered = ((DONT_KNOW, item.dont_know), (NOT_APPLICABLE, item.not_applicable))
    return tuple(code for code, is_offered in offered if is_offered)


def _code(given: str) -> int:
    """A stored value from a field: ``int`` alone would also read digits of other scripts, spaces and ``1_0``."""
    if not _CODE.match(given):
        raise ValueError
    return int(given)


def _take_words(
    layout: AnswerLayout, item: Item, given: Sequence[str], fields: FormFields, texts: dict[str, str]
) -> FieldError | None:
    """Keep what was written; words to an answer that was not chosen are dropped."""
    if item.write is not None:
        name, words = field_name(item), given[0] if given else ""
    elif _may_specify(layout, item):
        name, words = words_name(item), next(iter(fields.get(words_name(item), ())), "")
        specified = {
            str(option.code) for option in layout.instrument.scales[item.scale or item.many or ""] if option.specify
        }
        if not specified & set(given):
            words = ""
    else:
        return None
    texts.pop(item.code, None)
    shown = "".join(symbol for symbol in words.replace("\r\n", "\n") if symbol.isprintable() or symbol == "\n")
    shown = nfc(shown)
    if len(shown) > LONGEST_TEXT:
        return FieldError(field=name, code="text_invalid", values={"n": LONGEST_TEXT})
    if shown and not well_written(item, shown):
        return FieldError(field=name, code=f"text_not_{item.write}")
    if shown:
        texts[item.code] = shown
    return None


def _may_specify(layout: AnswerLayout, item: Item) -> bool:
    scale = item.scale or item.many
    return scale is not None and any(option.specify for option in layout.instrument.scales[scale])
