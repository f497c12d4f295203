"""What the page of totals shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex.api.shared.countdown import Countdown
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.council.cycle_countdown import cycle_countdown
from parindex.assessments.council.overview import YearOverview
from parindex.assessments.model import CYCLE_STATES, SHEET_STATES
from parindex.publication import titles
from parindex.surveys.model import Round
from parindex.surveys.rounds.progress import FieldTotals


class SheetCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many sheets are in a state."""

    label: str
    """The state in words."""

    count: int
    """Sheets."""


class YearTotals(msgspec.Struct, frozen=True, kw_only=True):
    """One year."""

    title: str
    """Tier and year, and the index where it is another than the usual."""

    state: str
    """Its state in words."""

    count: Countdown | None
    """What is left of its step."""

    total: int
    """Sheets."""

    sent: int
    """Sheets that agencies have submitted, or that were locked as they were."""

    overdue: int
    """Sheets that are due and still lie with their agency."""

    sheets: tuple[SheetCount, ...]
    """By state, in the order of the work."""

    to_decide: int
    """Entries that are decided, or wait for it."""

    decided: int
    """Those that are decided."""

    asked: int
    """Those whose agency was asked and has not answered."""


class RoundTotals(msgspec.Struct, frozen=True, kw_only=True):
    """One survey round that takes answers."""

    title: str
    """What it is called."""

    drawn: int
    """People drawn."""

    answered: int
    """Responses."""


class OverviewPage(Page, frozen=True, kw_only=True):
    """Years and rounds in totals."""

    template: ClassVar[str] = "work/council/overview.html"

    years: tuple[YearTotals, ...]
    """Newest first."""

    rounds: tuple[RoundTotals, ...]
    """Rounds that take answers."""


def overview_page(
    request: PageRequest, years: Sequence[YearOverview], rounds: Sequence[Round], totals: Mapping[UUID, FieldTotals]
) -> OverviewPage:
    """The page of totals."""
    lang = lang_of(request)
    return OverviewPage(
        years=tuple(_year(request, year) for year in years),
        rounds=tuple(
            RoundTotals(
                title=one.title(lang),
                drawn=totals[one.id].drawn if one.id in totals else 0,
                answered=totals[one.id].answered if one.id in totals else 0,
            )
            for one in rounds
        ),
    )


def _year(request: PageRequest, year: YearOverview) -> YearTotals:
    _, cycle = translate(request), year.cycle
    return YearTotals(
        title=titles.short(cycle.family, cycle.year, cycle.tier, _),
        state=_(CYCLE_STATES[cycle.state]),
        count=cycle_countdown(request, cycle),
        total=year.total,
        sent=year.sent,
        overdue=year.overdue,
        sheets=tuple(_states(request, year)),
        to_decide=year.to_decide,
        decided=year.decided,
        asked=year.asked,
    )


def _states(request: PageRequest, year: YearOverview) -> Iterator[SheetCount]:
    _ = translate(request)
    for state, name in SHEET_STATES.items():
        if year.sheets.get(state):
            yield SheetCount(label=_(name), count=year.sheets[state])
