"""Codes of agencies as Quyết định 20/2020/QĐ-TTg forms their identifiers: capitals, figures, points and hyphens."""

from __future__ import annotations

import re
from typing import Final

from parindex.reading.text import code_point

LONGEST: Final = 35
_CODE: Final = re.compile(r"[A-Z0-9.-]*[A-Z0-9][A-Z0-9.-]*")
"""Points alone would be read as a step up in an address."""


def strange_in(code: str) -> str | None:
    """What a code may not hold, by its numbers where it cannot be told from what it may; none where it is a code.

    >>> strange_in("H15.50-A"), strange_in("SN\N{CYRILLIC CAPITAL LETTER VE}"), strange_in("A" * 36), strange_in("..")
    (None, '“В” (U+0412)', '> 35', '“..”')
    """
    if len(code) <= LONGEST and _CODE.fullmatch(code):
        return None
    wrong = dict.fromkeys(re.sub(r"[A-Z0-9.-]", "", code))
    named = ", ".join(f"“{symbol}” ({code_point(symbol)})" for symbol in wrong)
    return named or (f"> {LONGEST}" if len(code) > LONGEST else f"“{code}”")
