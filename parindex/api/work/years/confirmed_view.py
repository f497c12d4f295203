"""What the page of the confirmed deeds of a year shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex.api.shared.page import Page
from parindex.api.work.deed_check_view import CheckRow, check_row, sentence
from parindex.assessments.model import Cycle
from parindex.audit.confirmed_deeds import ConfirmedDeed
from parindex.text import Language


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
    cycle: Cycle, deeds: Sequence[ConfirmedDeed], names: Mapping[str, str], lang: Language, zone: ZoneInfo
) -> ConfirmedPage:
    """The confirmed deeds of a year.

    Args:
        cycle: The year.
        deeds: Newest first.
        names: Of those who confirmed, by id.
        lang: The reader's language.
        zone: The tenant's time.
    """
    return ConfirmedPage(
        cycle_id=cycle.id, year=cycle.year,
        deeds=tuple(_told(deed, names[deed.actor], lang, zone) for deed in deeds),
    )  # fmt: skip


def _told(deed: ConfirmedDeed, who: str, lang: Language, zone: ZoneInfo) -> ConfirmedTold:
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
