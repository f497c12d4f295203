"""What the page of the confirmed deeds of a year shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from parindex.api.shared.acting_names import who_text
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.deed_check_view import CheckRow, check_row, sentence
from parindex.assessments.model import Cycle
from parindex.audit.confirmed_deeds import ConfirmedDeed


class ConfirmedTold(msgspec.Struct, frozen=True, kw_only=True):
    """A deed that was confirmed, with its page as it was."""

    title: str
    """What was done."""

    about: str
    """To what."""

    headline: str
    """What stood first."""

    at: datetime
    """When."""

    who: str
    """By whom."""

    number: str
    """Number of the decision; empty where none was asked for."""

    on: date | None
    """Its day."""

    reason: str
    """Why; empty where none was asked for."""

    lines: tuple[str, ...]
    """What looked wrong, and was ticked."""

    numbers: tuple[CheckRow, ...]
    """What it touched."""


class ConfirmedPage(Page, frozen=True, kw_only=True):
    """What was confirmed of a year."""

    template: ClassVar[str] = "work/years/confirmed.html"

    cycle_id: UUID
    """The year."""

    year: int
    """Which."""

    deeds: tuple[ConfirmedTold, ...]
    """Newest first."""


def confirmed_page(
    request: PageRequest, cycle: Cycle, deeds: Sequence[ConfirmedDeed], names: Mapping[str, str]
) -> ConfirmedPage:
    """The confirmed deeds of a year.

    Args:
        request: Gives language and time zone.
        cycle: The year.
        deeds: Newest first.
        names: Of those who confirmed, and of those in whose place, by id.
    """
    return ConfirmedPage(
        cycle_id=cycle.id, year=cycle.year, deeds=tuple(_told(request, deed, names) for deed in deeds)
    )  # fmt: skip


def _told(request: PageRequest, deed: ConfirmedDeed, names: Mapping[str, str]) -> ConfirmedTold:
    lang, zone = lang_of(request), zone_of(request)
    of = names.get(deed.acting_for) if deed.acting_for else None
    who = who_text(names.get(deed.actor), of, translate(request)) or "–"
    on = deed.decision.get("date")
    return ConfirmedTold(
        title=sentence(deed.title, lang, zone),
        about=sentence(deed.about, lang, zone),
        headline=sentence(deed.headline, lang, zone),
        at=deed.at,
        who=who,
        number=deed.decision.get("number", ""),
        on=date.fromisoformat(on) if on else None,
        reason=deed.decision.get("reason", ""),
        lines=tuple(sentence(line, lang, zone) for line in deed.lines),
        numbers=tuple(check_row(one, lang, zone) for one in deed.numbers),
    )
