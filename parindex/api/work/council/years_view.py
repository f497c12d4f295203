"""What the list of years shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.assessments.model import CYCLE_STATES, Cycle


class CycleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One year."""

    href: str
    """Its matrix."""

    year: int
    """The year that is assessed."""

    tier: str
    """Code of the tier of its agencies."""

    state: str
    """Its state in words."""

    deadline: str | None
    """The last moment for sheets, in words."""


class CyclesPage(Page, frozen=True, kw_only=True):
    """Every year with its step."""

    template: ClassVar[str] = "work/council/years.html"

    rows: tuple[CycleLine, ...]
    """Newest first."""


def cycles_page(request: PageRequest, cycles: Sequence[Cycle]) -> CyclesPage:
    """Every year with its step."""
    return CyclesPage(rows=tuple(_row(request, cycle) for cycle in cycles))


def _row(request: PageRequest, cycle: Cycle) -> CycleLine:
    _ = translate(request)
    return CycleLine(
        href=url(f"/work/cycles/{cycle.id}"),
        year=cycle.year,
        tier=cycle.tier,
        state=_(CYCLE_STATES[cycle.state]),
        deadline=deadline_text(cycle.due, zone_of(request), lang_of(request)) if cycle.due else None,
    )
