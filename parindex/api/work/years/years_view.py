"""What the list of years shows: which of them wait for their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from parindex.api.shared.page import Page, url
from parindex.assessments.model import CYCLE_STATES
from parindex.publication import titles
from parindex.rankings.stored import CycleRow
from parindex.text import Language, translator


class YearLine(msgspec.Struct, frozen=True, kw_only=True):
    """One year."""

    href: str
    """Its page."""

    title: str
    """Index, tier and year."""

    state: str
    """Its state in words."""

    waits: bool
    """Whether its results are being made."""


class YearsPage(Page, frozen=True, kw_only=True):
    """Every year with where it stands."""

    template: ClassVar[str] = "work/years/years.html"

    years: tuple[YearLine, ...]
    """Newest first."""


def years_page(cycles: Sequence[CycleRow], lang: Language) -> YearsPage:
    """Every year with where it stands."""
    _ = translator(lang)
    return YearsPage(
        years=tuple(
            YearLine(
                href=url(f"/work/years/{cycle.id}"),
                title=titles.short(cycle.family, cycle.year, cycle.tier, _),
                state=_(CYCLE_STATES[cycle.state]),
                waits=cycle.state in ("consolidation", "approval"),
            )
            for cycle in cycles
        )
    )
