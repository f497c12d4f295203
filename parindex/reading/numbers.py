"""Numbers as Vietnamese officials write them.

``1,5`` and ``1.5`` are the same number. ``1.234`` and ``1,234`` are asked about where each could be one thousand or
one point two: only a whole number, which has no decimals, takes dots as groups. Blanks stand between groups of three
and nowhere else. Nothing is ever guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from parindex.reading.complaint import Complaint
from parindex.reading.text import LONGEST_TOLD, MINUS, cell

MOST_DIGITS: Final = 15
"""Digits of a whole number."""

LONGEST_DECIMAL: Final = 30
"""Characters of a number with decimals, separators included."""

_SPACED: Final = re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+([.,][0-9]+)?")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3})+")
_GROUPED_TWICE: Final = re.compile(r"[1-9][0-9]{0,2}(([.][0-9]{3}){2,}|(,[0-9]{3}){2,})")
_GROUPED_ONCE: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,2}(([.][0-9]{3})+,[0-9]+|(,[0-9]{3})+[.][0-9]+)")
_PLAIN: Final = re.compile(r"[0-9]+([.,][0-9]+)?")


class CellNumber(str):
    """A number of a workbook's cell, written out: it was a number before it was text, so it has one reading.

    >>> has_two_readings("1.101"), has_two_readings(CellNumber("1.101")), decimal(CellNumber("1.101"))
    (True, False, Decimal('1.101'))
    """

    __slots__ = ()


def whole(typed: str) -> int:
    """The whole number from 0 on that was typed; dots and blanks group it.

    Raises:
        Complaint: ``value_negative``, ``value_not_whole``.

    >>> whole("24.650"), whole(" 24 650 ")
    (24650, 24650)
    """
    text = cell(typed)
    if text.startswith(("-", MINUS)):
        raise Complaint("value_negative", found=text[:LONGEST_TOLD])
    bare = _together(text)
    if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS:
        return int(bare)
    if _GROUPED.fullmatch(bare) and len(bare) <= 20:
        return int(bare.replace(".", ""))
    raise Complaint("value_not_whole", found=text[:LONGEST_TOLD])


def decimal(typed: str, *, most: Decimal | None = None) -> Decimal:
    """The number that was typed, with all its digits.

    Args:
        typed: As it was typed.
        most: What it may be at most: after a comma, the decimal mark here, a reading above it is none.

    Raises:
        Complaint: ``value_not_number``; ``value_ambiguous`` with both readings.

    >>> decimal("1,50"), decimal("1.234.567"), decimal("1.234,5"), decimal("1 234,567")
    (Decimal('1.50'), Decimal('1234567'), Decimal('1234.5'), Decimal('1234.567'))
    """
    if isinstance(typed, CellNumber):
        return Decimal(typed)
    text = cell(typed)
    sign = "-" if text.startswith(("-", MINUS)) else ""
    written = text.removeprefix("-").removeprefix(MINUS)
    bare = _together(written)
    if len(bare) > LONGEST_DECIMAL or not bare.isascii():
        raise Complaint("value_not_number", found=text[:LONGEST_TOLD])
    if _GROUPED_TWICE.fullmatch(bare):
        return Decimal(sign + bare.replace(".", "").replace(",", ""))
    if _GROUPED_DECIMAL.fullmatch(bare):
        point = max(bare.rfind("."), bare.rfind(","))
        return Decimal(sign + re.sub("[.,]", "", bare[:point]) + "." + bare[point + 1 :])
    if bare == written and has_two_readings(bare) and ("." in bare or most is None or thousands(bare) <= most):
        raise asked(sign + bare)
    if _PLAIN.fullmatch(bare):
        return Decimal(sign + bare.replace(",", "."))
    raise Complaint("value_not_number", found=text[:LONGEST_TOLD])


def has_two_readings(text: str) -> bool:
    """Whether a number could be thousands or have three decimals: ``1.234``, ``12,500``; never ``0.125``.

    >>> [has_two_readings(text) for text in ("1.234", "-12,500", "0.125", "1.23", "1234.567")]
    [True, True, False, False, False]
    """
    return not isinstance(text, CellNumber) and _GROUPED_ONCE.fullmatch(text.lstrip("+-" + MINUS)) is not None


def thousands(text: str) -> int:
    """The larger of the readings of a number that has two."""
    return int(re.sub("[^0-9]", "", text))


def asked(text: str) -> Complaint:
    """The question which of two numbers a text is, with both as they are not asked about."""
    sign = "-" if text.startswith(("-", MINUS)) else ""
    value = thousands(text)
    before, after = re.split("[.,]", text.lstrip("+-" + MINUS))
    return Complaint(
        "value_ambiguous",
        found=text,
        words=("âm " if sign else "") + in_words(value),
        plain=f"{sign}{value}",
        decimal=f"{sign}{before},{after}0",
    )


def unasked(text: str) -> str:
    """A number as it is written so that reading it asks nothing: one more nought where it has three decimals.

    >>> unasked("1,234"), unasked("1,5")
    ('1,2340', '1,5')
    """
    return text + "0" if has_two_readings(text) else text


def _together(text: str) -> str:
    """Without the blanks between groups of three; other blanks stay, and are no part of a number."""
    return text.replace(" ", "") if _SPACED.fullmatch(text) else text


_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(value: int) -> str:
    """A number from 1 to 999.999 in Vietnamese words.

    >>> in_words(1234), in_words(21_015), in_words(105_000)
    ('một nghìn hai trăm ba mươi tư', 'hai mươi mốt nghìn không trăm mười lăm', 'một trăm linh năm nghìn')
    """
    thousands, rest = divmod(value, 1000)
    parts = [f"{_hundreds(thousands, full=False)} nghìn"] if thousands else []
    if rest:
        parts.append(_hundreds(rest, full=bool(thousands)))
    return " ".join(parts)


def _hundreds(value: int, *, full: bool) -> str:
    hundreds, below = divmod(value, 100)
    tens, units = divmod(below, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or full else []
    if tens > 1:
        words.append(f"{_DIGITS[tens]} mươi")
    elif tens == 1:
        words.append("mười")
    elif units and words:
        words.append("linh")
    if units:
        words.append(_unit(tens, units))
    return " ".join(words)


def _unit(tens: int, units: int) -> str:
    if units == 5 and tens:
        return "lăm"
    if tens > 1 and units in (1, 4):
        return "mốt" if units == 1 else "tư"
    return _DIGITS[units]
