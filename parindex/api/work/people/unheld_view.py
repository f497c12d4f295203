"""What the page of work in nobody's hands shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from parindex.access.handovers.model import UNHELD, UnheldWork
from parindex.api.shared.page import Page, translate, url
from parindex.api.shared.requests import PageRequest


class UnheldRow(msgspec.Struct, frozen=True, kw_only=True):
    """Work that nobody can do."""

    what: str
    """What it is."""

    count: int
    """How many sheets, requests, years or drafts."""

    agency: str
    """Whose; empty for the office."""

    role: str
    """Which role would do it."""

    href: str
    """Where that role is given."""


class UnheldPage(Page, frozen=True, kw_only=True):
    """Work in nobody's hands."""

    template: ClassVar[str] = "work/people/unheld.html"

    rows: tuple[UnheldRow, ...]
    """All of it, the office's first."""


def unheld_page(request: PageRequest, found: Sequence[UnheldWork]) -> UnheldPage:
    """The page."""
    _ = translate(request)

    def row(one: UnheldWork) -> UnheldRow:
        what, role = UNHELD[one.kind]
        return UnheldRow(
            what=_(what), count=one.count, agency=one.agency or "", role=_(role),
            href=url("/work/people", agency=one.agency_code or ""),
        )  # fmt: skip

    return UnheldPage(rows=tuple(map(row, found)))
