"""Numbers as Vietnamese officials write them.

``1,5`` and ``1.5`` are the same number. ``1.234`` is refused where it could be one thousand or one point two:
only a whole number, which has no decimals, takes dots as groups. Nothing is ever guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from parindex.reading.complaint import Complaint
from parindex.reading.text import LONGEST_TOLD, MINUS, nfc

MOST_DIGITS: Final = 15
"""Digits of a whole number."""

LONGEST_DECIMAL: Final = 30
"""Characters of a number with decimals, separators included."""

_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3})+")
_GROUPED_TWICE: Final = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3}){2,}")
_GROUPED_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,2}([.][0-9]{3})+,[0-9]+")
_PLAIN: Final = re.compile(r"[0-9]+([.,][0-9]+)?")


def whole(typed: str) -> int:
    """The whole number from 0 on that was typed; dots and blanks group it.

    Raises:
        Complaint: ``value_negative``, ``value_not_whole``.

    >>> whole("24.650"), whole(" 24 650 ")
    (24650, 24650)
    """
    text = nfc(typed)
    bare = _without_blanks(text)
    if bare.startswith(("-", MINUS)):
        raise Complaint("value_negative", found=text[:LONGEST_TOLD])
    if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS:
        return int(bare)
    if _GROUPED.fullmatch(bare) and len(bare) <= 20:
        return int(bare.replace(".", ""))
    raise Complaint("value_not_whole", found=text[:LONGEST_TOLD])


def decimal(typed: str) -> Decimal:
    """The number that was typed, with all its digits.

    Raises:
        Complaint: ``value_not_number``; ``value_ambiguous`` with both readings.

    >>> decimal("1,50"), decimal("1.234.567"), decimal("1.234,5")
    (Decimal('1.50'), Decimal('1234567'), Decimal('1234.5'))
    """
    text = nfc(typed)
    bare = _without_blanks(text)
    sign = "-" if bare.startswith(("-", MINUS)) else ""
    bare = bare.removeprefix("-").removeprefix(MINUS)
    if len(bare) > LONGEST_DECIMAL or not bare.isascii():
        raise Complaint("value_not_number", found=text[:LONGEST_TOLD])
    if _GROUPED_TWICE.fullmatch(bare):
        return Decimal(sign + bare.replace(".", ""))
    if _GROUPED.fullmatch(bare):
        raise _ambiguous(bare)
    if _GROUPED_DECIMAL.fullmatch(bare):
        return Decimal(sign + bare.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(bare):
        return Decimal(sign + bare.replace(",", "."))
    raise Complaint("value_not_number", found=text[:LONGEST_TOLD])


def _without_blanks(text: str) -> str:
    return text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")


def _ambiguous(text: str) -> Complaint:
    plain = text.replace(".", "")
    return Complaint(
        "value_ambiguous", found=text, words=in_words(int(plain)), plain=plain, decimal=text.replace(".", ",")
    )


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
