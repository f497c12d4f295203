"""The list of years: drafts, those that run, those that are over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

from parindex import access
from parindex.access import Person
from parindex.api.shared.countdown import deadline_text, zone_of
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.assessments.model import CYCLE_STATES, Cycle
from parindex.publication import titles

DRAFTS: Final = ("draft", "issued")
"""States of a year that is not open yet."""

OVER: Final = ("published", "archived", "cancelled")
"""States of a year in which nothing is done."""


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

    deadline: str
    """The last moment for sheets, in words; empty for none."""

    progress: str
    """The page of its sheets; empty where there are none yet."""


class YearGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Years that stand alike."""

    title: str
    """What they have in common."""

    years: tuple[YearLine, ...]
    """Newest first."""


class YearsPage(Page, frozen=True, kw_only=True):
    """Every year with where it stands."""

    template: ClassVar[str] = "work/years/years.html"

    groups: tuple[YearGroup, ...]
    """Drafts, those that run, those that are over; without empty ones."""

    may_draft: bool
    """Whether the person may make years."""


def years_page(request: PageRequest, cycles: Sequence[Cycle]) -> YearsPage:
    """Every year with where it stands."""
    _ = translate(request)
    groups = (
        (_("Chưa mở"), [cycle for cycle in cycles if cycle.state in DRAFTS]),
        (_("Đang thực hiện"), [cycle for cycle in cycles if cycle.state not in (*DRAFTS, *OVER)]),
        (_("Đã xong"), [cycle for cycle in cycles if cycle.state in OVER]),
    )
    return YearsPage(
        groups=tuple(
            YearGroup(title=title, years=tuple(_line(request, cycle) for cycle in these))
            for title, these in groups
            if these
        ),
        may_draft=access.may(request.person, "cycle:draft", state="draft"),
    )


def _line(request: PageRequest, cycle: Cycle) -> YearLine:
    _ = translate(request)
    return YearLine(
        href=url(_place(request.person, cycle)),
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        state=_(CYCLE_STATES[cycle.state]),
        waits=cycle.state in ("consolidation", "approval", "correction"),
        deadline=deadline_text(cycle.due, zone_of(request), lang_of(request)) if cycle.due else "",
        progress=url(f"/work/cycles/{cycle.id}") if cycle.state not in DRAFTS else "",
    )


def _place(person: Person | None, cycle: Cycle) -> str:
    """Where a year is worked on: its draft, its results, or its sheets for whoever may not see results."""
    if cycle.state in DRAFTS:
        return f"/work/years/{cycle.id}/draft"
    return f"/work/years/{cycle.id}" if access.may(person, "year:read") else f"/work/cycles/{cycle.id}"
