"""Which page of a list an address asks for."""

from __future__ import annotations

from typing import Final

from parindex.api.shared.requests import PageRequest

LAST_PAGE: Final = 100_000
"""No list has more pages."""


def page_asked(request: PageRequest) -> int:
    """The number behind ``page=``, from 1 to :data:`LAST_PAGE`; whatever is no such number asks for the first."""
    text = request.query_params.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PAGE)) else 1
    return number if 0 < number <= LAST_PAGE else 1
