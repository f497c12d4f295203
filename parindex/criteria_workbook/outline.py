"""The numbering of an annex: I, 1, 1.1, a), - and what lies below what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

_ROMAN: Final = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LETTERS: Final = "abcdđeghiklmnopqrstuvxy"
"""As officials count: a b c d đ e g h i k …; f j w z do not occur."""
_DOTTED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,9}\Z")
_LEADING: Final = re.compile(
    r"((?:[IVXLC]{1,6}|[0-9]{1,3}(?:\.[0-9]{1,3})*)[.):]|[0-9]{1,3}(?:\.[0-9]{1,3})+|[a-zđ]\))\s+(?=\S)"
)
_BULLETS: Final = "-–+•*"


class Label(msgspec.Struct, frozen=True):
    """One label as it is written in the column STT."""

    style: str
    """``roman``, ``upper``, ``lower``, ``small roman``, or ``dots`` with the count of its dots."""
    number: int
    """Its place among its like, from 1; 0 where that is not known."""
    text: str
    """Without brackets and the last point."""


def roman(number: int) -> str:
    """A Roman number.

    >>> roman(4), roman(9), roman(38)
    ('IV', 'IX', 'XXXVIII')
    """
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written += letters
            number -= value
    return written


def roman_value(text: str) -> int:
    """The number that a Roman number is, 0 where it is none.

    >>> roman_value("VIII"), roman_value("IIX"), roman_value("D")
    (8, 0, 0)
    """
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    if not text or len(text) > 8 or any(letter not in values for letter in text):
        return 0
    total = 0
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        value = values[letter]
        total += -value if following and values[following] > value else value
    return total if roman(total) == text else 0


def _follows(letter: str, before: str) -> bool:
    """Whether a capital comes next after another, as officials count or as the Latin alphabet does."""
    if ord(letter) == ord(before) + 1:
        return True
    places = _LETTERS.find(before.lower()), _LETTERS.find(letter.lower())
    return -1 not in places and places[1] == places[0] + 1


def _is_next_capital(text: str, before: Label | None, following: Sequence[str]) -> bool:
    """Whether a capital goes on a row of capitals: the one after H, and no Roman I that II follows."""
    if len(text) != 1 or not text.isupper() or before is None or before.style != "upper":
        return False
    if not roman_value(text):
        return text > before.text or _follows(text, before.text)
    after = [one for one in following if roman_value(one) or (len(one) == 1 and one.isupper())]
    return _follows(text, before.text) and after[:1] != [roman(roman_value(text) + 1)]


def label(  # noqa: PLR0911 - one return a style
    text: str, before: Label | None = None, following: Sequence[str] = ()
) -> Label | None:
    """What a cell of the column STT says.

    Args:
        text: The cell.
        before: The last capital that was read.
        following: What the cells below it say.

    >>> label("II.").style, label("1.2").style, label("đ)").number, label("Ghi chú")
    ('roman', 'dots 1', 5, None)
    >>> label("D", Label("upper", 3, "C")).style
    'upper'
    """
    bare = text.strip().strip("().:").strip()
    if _DOTTED.match(bare):
        return Label(f"dots {bare.count('.')}", int(bare.rpartition(".")[2]), bare)
    if _is_next_capital(bare, before, following):
        return Label("upper", ord(bare) - 64 if bare.isascii() else 0, bare)
    if roman_value(bare):
        return Label("roman", roman_value(bare), bare)
    if len(bare) == 1 and bare.lower() in _LETTERS:
        if bare.isupper():
            return Label("upper", ord(bare) - 64 if bare.isascii() else 0, bare)
        return Label("lower", _LETTERS.index(bare) + 1, bare)
    if roman_value(bare.upper()) and bare.islower():
        return Label("small roman", roman_value(bare.upper()), bare)
    return None


def split(text: str) -> tuple[str, str] | None:
    """A label and the words behind it where both stand in one cell.

    >>> split("I. CÔNG TÁC CHỈ ĐẠO"), split("1.2 Ban hành"), split("Ban hành 2 kế hoạch")
    (('I.', 'CÔNG TÁC CHỈ ĐẠO'), ('1.2', 'Ban hành'), None)
    """
    found = _LEADING.match(text)
    return (found[1], text[found.end() :]) if found else None


def is_bullet(text: str) -> bool:
    """Whether a line is a dash of the line above, not a part of its own."""
    return text != "" and text[0] in _BULLETS


class Outline:
    """Follows the labels of a sheet and says how deep each lies."""

    def __init__(self) -> None:
        self.styles: list[str] = []
        self.counts: list[int] = []

    def level(self, found: Label) -> int:
        """How deep a label lies, from 1; styles that were seen before lie where they lay."""
        if found.style in self.styles:
            depth = self.styles.index(found.style) + 1
        else:
            self.styles.append(found.style)
            depth = len(self.styles)
        del self.styles[depth:], self.counts[depth:]
        self.counts += [0] * (depth - len(self.counts))
        self.counts[-1] += 1
        return depth

    def code(self, found: Label) -> str:
        """A code for the label just placed: its own numbers where it has them, its place elsewhere."""
        if found.number:
            self.counts[-1] = found.number
        return ".".join(map(str, self.counts))
