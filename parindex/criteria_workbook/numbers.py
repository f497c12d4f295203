"""Numbers as officials write them in cells: ``1,5``, ``1.5``, ``1.234,5``; what could be two numbers is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

_PLAIN: Final = re.compile(r"-?[0-9]+\Z")
_COMMA: Final = re.compile(r"-?[0-9]+,[0-9]+\Z")
_POINT: Final = re.compile(r"-?[0-9]+\.[0-9]+\Z")
_THOUSANDS: Final = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?\Z")
_SPACED: Final = re.compile(r"-?[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]+)?\Z")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\Z")
_UNITS: Final = re.compile(r"\s*(điểm|đ|points?)\Z", re.IGNORECASE)
LONGEST: Final = 60


class NotANumber(ValueError):
    """``not_number``, ``two_numbers`` where the text can be read in two ways, ``percent_sign``."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def number(written: str) -> Decimal:
    """The number that a text means.

    A point before exactly three digits is a thousand in Vietnamese and a decimal point elsewhere: ``1.234`` is
    refused, ``1.234,5``, ``1.234.567`` and ``0.125`` are not.

    >>> [str(number(text)) for text in ("1,5", "0.5", "1.234,5", "2 điểm", "0,250")]
    ['1.5', '0.5', '1234.5', '2', '0.250']

    Raises:
        NotANumber: it is none, or could be two.
    """
    text = _UNITS.sub("", " ".join(written.replace("\N{MINUS SIGN}", "-").split()))
    if not text.isascii() or len(text) > LONGEST:
        raise NotANumber("not_number")
    if text.endswith("%"):
        raise NotANumber("percent_sign")
    if _PLAIN.match(text) or _COMMA.match(text):
        return Decimal(text.replace(",", "."))
    if _THOUSANDS.match(text) and (text.count(".") > 1 or "," in text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _SPACED.match(text):
        return Decimal(text.replace(" ", "").replace(",", "."))
    if _THOUSANDS.match(text):
        raise NotANumber("two_numbers")
    if _POINT.match(text):
        return Decimal(text)
    raise NotANumber("not_number")


def comma(value: str) -> str:
    """A decimal as text that ``number`` reads back: with a comma.

    >>> comma("0.1234567890123456")
    '0,1234567890123456'
    """
    return value.replace(".", ",")


def day(written: str) -> date | None:
    """A day as 31/12/2025 or 2025-12-31; None for anything else.

    >>> day("5/1/2026"), day("2026-01-05"), day("31/02/2026")
    (datetime.date(2026, 1, 5), datetime.date(2026, 1, 5), None)
    """
    text = written.strip()
    if not text.isascii():
        return None
    found = _DAY.match(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text) if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", text) else None
    except ValueError:
        return None


def day_text(value: date) -> str:
    """A day as officials write it, which `day` reads back.

    >>> day_text(date(2025, 1, 5))
    '05/01/2025'
    """
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
