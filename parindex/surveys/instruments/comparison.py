"""What a version of a questionnaire changes of the one before, question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from parindex.surveys.questionnaire.instrument import Group, Instrument, InstrumentText, Item, Option

QuestionChange: TypeAlias = Literal["added", "removed", "reworded", "answers", "moved"]
"""``answers``: what may be answered; ``moved``: it stands on another page."""

_HOW: Final = ("write", "dont_know", "not_applicable", "missing")


class QuestionPair(msgspec.Struct, frozen=True, kw_only=True):
    """A question of one version or of both, which is the same by its code."""

    code: str
    """Its code."""

    older: Item | None
    """Before; ``None`` for a new one."""

    newer: Item | None
    """Now; ``None`` for one that is gone."""

    group: Group
    """The page on which it stands, or stood."""

    kinds: tuple[QuestionChange, ...]
    """What changed; empty: nothing."""

    answers_before: tuple[InstrumentText, ...]
    """Texts of its answers before, where they are others now."""

    answers_after: tuple[InstrumentText, ...]
    """Texts of its answers now, where they were others."""


class InstrumentComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two versions beside each other."""

    older: Instrument
    """Before."""

    newer: Instrument
    """Now."""

    pairs: tuple[QuestionPair, ...]
    """Every question in the order of the new version; what is gone stands behind its page."""

    score: bool
    """Whether an answer counts otherwise than before: indices of the two versions are not comparable."""

    forms: tuple[str, ...]
    """Forms that ask other pages or take another time."""

    def count(self, kind: QuestionChange) -> int:
        """How many questions changed so."""
        return sum(kind in pair.kinds for pair in self.pairs)


def compare(older: Instrument, newer: Instrument) -> InstrumentComparison:
    """What a version changes of the one before."""
    names = [*newer.forms, *(name for name in older.forms if name not in newer.forms)]
    return InstrumentComparison(
        older=older, newer=newer, pairs=tuple(_pairs(older, newer)),
        score=older.score != newer.score or older.weights != newer.weights or _scored(older) != _scored(newer),
        forms=tuple(name for name in names if older.forms.get(name) != newer.forms.get(name)),
    )  # fmt: skip


def _scored(one: Instrument) -> dict[str, str]:
    return {item.code: group.code for group in one.groups if group.area is not None for item in group.items}


def _pairs(older: Instrument, newer: Instrument) -> Iterator[QuestionPair]:
    before = {item.code: (item, group) for group in older.groups for item in group.items}
    now = {item.code: (item, group) for group in newer.groups for item in group.items}
    pages = {group.code for group in newer.groups}
    for group in newer.groups:
        for item in group.items:
            was = before.get(item.code)
            yield _pair(older, newer, item.code, was, (item, group))
        yield from _gone(older, newer, before, now, {group.code})
    yield from _gone(older, newer, before, now, {group.code for group in older.groups} - pages)


def _gone(
    older: Instrument, newer: Instrument, before: Mapping[str, tuple[Item, Group]], now: Mapping[str, Any],
    pages: set[str],
) -> Iterator[QuestionPair]:  # fmt: skip
    for code, (item, group) in before.items():
        if code not in now and group.code in pages:
            yield _pair(older, newer, code, (item, group), None)


def _pair(
    older: Instrument, newer: Instrument, code: str, was: tuple[Item, Group] | None, now: tuple[Item, Group] | None
) -> QuestionPair:  # fmt: skip
    if was is None or now is None:
        standing = now or was
        assert standing is not None
        return QuestionPair(
            code=code, older=was[0] if was else None, newer=now[0] if now else None, group=standing[1],
            kinds=("removed",) if was else ("added",), answers_before=(), answers_after=(),
        )  # fmt: skip
    kinds: list[QuestionChange] = []
    (first, page), (second, home) = was, now
    if first.text != second.text or page.ask != home.ask:
        kinds.append("reworded")
    one, other = _answers(older, first), _answers(newer, second)
    if (
        one != other
        or (first.many is None) != (second.many is None)
        or any(getattr(first, name) != getattr(second, name) for name in _HOW)
    ):
        kinds.append("answers")
    if page.code != home.code:
        kinds.append("moved")
    changed = one != other
    return QuestionPair(
        code=code, older=first, newer=second, group=home, kinds=tuple(kinds),
        answers_before=tuple(option.text for option in one) if changed else (),
        answers_after=tuple(option.text for option in other) if changed else (),
    )  # fmt: skip


def _answers(instrument: Instrument, item: Item) -> tuple[Option, ...]:
    """The answers offered; the name of their scale says nothing."""
    return instrument.scales.get(item.scale or item.many or "", ())
