"""Where an answer stands in the stored row, and which answers are possible.

A response is a ``smallint[]`` in the instrument's item order: one element an item, one element an option of a
multiple choice. Words stand apart, under the item's code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from parindex.errors import FieldError, Refused
from parindex.surveys.questionnaire.instrument import (
    DONT_KNOW,
    ILLEGIBLE,
    NOT_APPLICABLE,
    REFUSED,
    SKIPPED,
    Group,
    Instrument,
    InstrumentForm,
    Item,
)

LONGEST_TEXT: Final = 2000
"""Characters of one written answer."""

Answers = Sequence[int | None]
_STORED: Final = {int, type(None)}
_contains: Final = frozenset.__contains__
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class AnswerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one item stands."""

    item: Item
    """The item."""

    group: Group
    """Its group."""

    first: int
    """Position of its first element."""

    length: int
    """Number of its elements."""

    codes: frozenset[int]
    """Stored values that mean an answer."""


class AnswerLayout:
    """The row of one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.places: dict[str, AnswerPlace] = {}
        position = 0
        for group in instrument.groups:
            for item in group.items:
                length, codes = self._span(item)
                self.places[item.code] = AnswerPlace(item=item, group=group, first=position, length=length, codes=codes)
                position += length
        self.length = position

    def _span(self, item: Item) -> tuple[int, frozenset[int]]:
        if item.scale is not None:
            return 1, frozenset(option.code for option in self.instrument.scales[item.scale])
        if item.many is not None:
            return len(self.instrument.scales[item.many]), frozenset((0, 1))
        return 1, frozenset((1,))

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Groups by code."""
        return {group.code: group for group in self.instrument.groups}

    @cached_property
    def scored(self) -> tuple[AnswerPlace, ...]:
        """Scored items, in order."""
        return tuple(place for place in self.places.values() if place.group.area is not None)

    def score(self, code: int) -> float:
        """What an answer to a scored item counts, 0-1."""
        score = self.instrument.score
        if score.share_of is not None:
            return float(code in score.share_of)
        assert score.mean_of is not None
        low, high = score.mean_of
        return (code - low) / (high - low)

    def form(self, name: str) -> InstrumentForm:
        """A form of the instrument.

        Raises:
            Refused: ``not_found``.
        """
        try:
            return self.instrument.forms[name]
        except KeyError:
            raise Refused("not_found") from None

    def blank(self) -> list[int | None]:
        """A row in which nothing was asked yet."""
        return [None] * self.length

    def missing(self, group: Group, answers: Answers) -> list[Item]:
        """Items of a group that have neither an answer nor a reason why not."""
        return [item for item in group.items if not self.answered(item.code, answers)]

    def answered(self, code: str, answers: Answers) -> bool:
        """Whether an item has an answer or a code for its absence."""
        return answers[self.places[code].first] is not None

    def plan(self, form: str) -> Plan:
        """What a complete response on a form may hold."""
        return _plan(self, form)


class Plan:
    """The possible values of each position on one form."""

    def __init__(self, layout: AnswerLayout, form: str) -> None:
        self.layout = layout
        self.form = form
        asked = set(layout.form(form).groups)
        self.allowed: tuple[frozenset[int | None], ...] = tuple(
            allowed
            for place in layout.places.values()
            for allowed in [_allowed(place, place.group.code in asked)] * place.length
        )
        self._writable = {
            code: place
            for code, place in layout.places.items()
            if place.group.code in asked and _takes_words(layout, place)
        }

    def check(self, answers: Answers, texts: Mapping[str, str]) -> None:
        """Refuse a response that this form cannot have produced.

        Raises:
            Refused: ``answers_invalid`` with one field error an item.
        """
        if len(answers) != len(self.allowed):
            raise Refused(
                "answers_invalid",
                fields=(FieldError(field="answers", code="answers_length", values={"n": len(self.allowed)}),),
            )
        fields = [] if self._holds(answers) else list(self._faults(answers))
        fields += self._text_faults(answers, texts)
        if fields:
            raise Refused("answers_invalid", fields=tuple(fields))

    def _holds(self, answers: Answers) -> bool:
        if not set(map(type, answers)) <= _STORED:
            return False
        return all(map(_contains, self.allowed, answers))

    def _faults(self, answers: Answers) -> list[FieldError]:
        faults = []
        for code, place in self.layout.places.items():
            part = answers[place.first : place.first + place.length]
            allowed = self.allowed[place.first]
            if any(value is not None and type(value) is not int for value in part):
                faults.append(FieldError(field=code, code="answer_type"))
            elif any(value not in allowed for value in part):
                missing = all(value is None for value in part) and None not in allowed
                faults.append(FieldError(field=code, code="answer_missing" if missing else "answer_unknown"))
        return faults

    def _text_faults(self, answers: Answers, texts: Mapping[str, str]) -> list[FieldError]:
        faults = []
        for code, words in texts.items():
            place = self._writable.get(code)
            if place is None:
                faults.append(FieldError(field=code[:64], code="text_unknown"))
            elif not isinstance(words, str) or not words.strip() or len(words) > LONGEST_TEXT or _CONTROL.search(words):
                faults.append(FieldError(field=code, code="text_invalid", values={"n": LONGEST_TEXT}))
            elif not well_written(place.item, words):
                faults.append(FieldError(field=code, code=f"text_not_{place.item.write}"))
        for code, place in self._writable.items():
            if place.item.write is not None and (answers[place.first] == 1) != (code in texts):
                faults.append(FieldError(field=code, code="text_mismatch"))
        return faults


@lru_cache(maxsize=64)
def _plan(layout: AnswerLayout, form: str) -> Plan:
    return Plan(layout, form)


def _allowed(place: AnswerPlace, asked: bool) -> frozenset[int | None]:
    if not asked:
        return frozenset((None,))
    reasons = {NOT_APPLICABLE, REFUSED, ILLEGIBLE} | ({DONT_KNOW} if place.item.dont_know else set())
    if place.item.missing != "refused":
        reasons.add(SKIPPED)
    return place.codes | reasons


def _takes_words(layout: AnswerLayout, place: AnswerPlace) -> bool:
    if place.item.write is not None:
        return True
    scale = place.item.scale or place.item.many
    return scale is not None and any(option.specify for option in layout.instrument.scales[scale])


def well_written(item: Item, words: str) -> bool:
    """Whether words are what the item asks to write: a date in ISO form, a decimal with a point, or any text."""
    try:
        if item.write == "date":
            date.fromisoformat(words)
        elif item.write == "decimal":
            return Decimal(words).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return True
