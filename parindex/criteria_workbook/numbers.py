"""Numbers as officials write them in cells: ``1,5``, ``1.5``, ``1.234,5``; what could be two numbers is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from parindex.reading.complaint import Complaint
from parindex.reading.numbers import decimal, thousands, unasked
from parindex.reading.text import cell

_UNITS: Final = re.compile(r"\s*(điểm|đ|points?)\Z", re.IGNORECASE)
_RANGE: Final = re.compile(r"[0-9][0-9.,]*\s*(?:[-–—÷]|đến|to)\s*[0-9][0-9.,]*", re.IGNORECASE)
_MOST: Final = Decimal(1000)
"""Points that no criterion has more of: after a comma, the decimal mark here, a larger reading is none."""


class NotANumber(ValueError):
    """``not_number``; ``two_numbers`` where it can be read in two ways, ``number_range``, ``percent_sign``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def number(written: str, *, ask: bool = False) -> Decimal:
    """The number that a text means.

    A point before exactly three digits is a thousand in Vietnamese and a decimal point elsewhere: ``1.234`` is
    refused, ``1.234,5``, ``1.234.567`` and ``0.125`` are not.

    >>> [str(number(text)) for text in ("1,5", "0.5", "1.234,5", "2 điểm", "0,250")]
    ['1.5', '0.5', '1234.5', '2', '0.250']

    Args:
        written: The text.
        ask: Refuse every number that could be two, as all readers do in a file with semicolons or tabs.

    Raises:
        NotANumber: it is none, or could be two.
    """
    text = _UNITS.sub("", cell(written))
    if text.endswith("%"):
        raise NotANumber("percent_sign")
    if _RANGE.fullmatch(text):
        raise NotANumber("number_range")
    try:
        return decimal(text, most=None if ask else _MOST)
    except Complaint as complaint:
        raise NotANumber("two_numbers" if complaint.code == "value_ambiguous" else "not_number") from None


def two_readings(written: str, *, ask: bool = False) -> dict[str, str]:
    """Both numbers that a text may be, as they are written so that nothing is asked.

    >>> two_readings("1.250"), two_readings("1,000")
    ({'decimal': '1,250', 'whole': '1250'}, {'decimal': '1,0000', 'whole': '1000'})
    """
    fraction = written.replace(".", ",")
    return {
        "decimal": unasked(fraction) if ask or thousands(written) <= _MOST else fraction,
        "whole": written.replace(".", "").replace(",", ""),
    }


def comma(value: str) -> str:
    """A decimal as text that ``number`` reads back: with a comma.

    >>> comma("0.1234567890123456")
    '0,1234567890123456'
    """
    return value.replace(".", ",")


def day_text(value: date) -> str:
    """A day as officials write it, which `reading.dates.day` reads back.

    >>> day_text(date(2025, 1, 5))
    '05/01/2025'
    """
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
