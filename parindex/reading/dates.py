"""Days as Vietnamese officials write them, the day first, and as programs do."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from parindex.reading.complaint import Complaint
from parindex.reading.text import LONGEST_TOLD, cell

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
"""Years between which a day lies; ``0026`` is a slip of the hand."""

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def day(typed: str) -> date:
    """The day that was typed: ``31/12/2026``, ``1.2.2026`` (1 February) or ``2026-12-31``.

    Raises:
        Complaint: ``value_not_date``; ``value_year_outside``.

    >>> day(" 1/2/2026 "), day("2026-12-31")
    (datetime.date(2026, 2, 1), datetime.date(2026, 12, 31))
    """
    text = cell(typed)
    try:
        if written := _DAY.fullmatch(text):
            of_month, month, year = (int(part) for part in written.groups())
            read = date(year, month, of_month)
        elif _ISO.fullmatch(text):
            read = date.fromisoformat(text)
        else:
            raise ValueError(text)
    except ValueError:
        raise Complaint("value_not_date", found=text[:LONGEST_TOLD]) from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise Complaint("value_year_outside", found=text, least=FIRST_YEAR, most=LAST_YEAR)
    return read
