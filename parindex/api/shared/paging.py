"""Which page of a list an address asks for."""

from __future__ import annotations

from typing import Final

from parindex.api.shared.requests import PageRequest

LAST_PAGE: Final = 100_000
"""The last page that is looked for."""

ANY_PAGE: Final = 999_999
"""The same of a list that shows its last page where there is no such one."""


def page_asked(request: PageRequest, field: str = "page", *, last: int = LAST_PAGE) -> int:
    """The number in a field of the address, from 1 to ``last``; whatever is no such number asks for the first."""
    text = request.query_params.get(field, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(last)) else 1
    return number if 0 < number <= last else 1
