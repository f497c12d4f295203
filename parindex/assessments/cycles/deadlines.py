"""Deadlines in the tenant's time, and by how many days a sheet is late: the last day counts until 24:00; an extension is its sheet's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from parindex.text import TIME_ZONE

DUE_OF_SHEET: Final = "greatest(y.deadline, s.due)"
"""SQL of when a sheet ``s`` of a year ``y`` is due: what comes after it is late. The later of the year's deadline and the
sheet's own, which an extension sets."""
CLOSES_OF_SHEET: Final = "sheet_closes(y.closes, s.closes)"
"""SQL of when the database takes nothing more of it (``sheet_closes`` is made by a migration, for triggers too)."""


class Remaining(msgspec.Struct, frozen=True, kw_only=True):
    """What is left until a deadline."""

    days: int
    """Whole days left, or past when over."""

    hours: int
    """Whole hours beyond the days."""

    over: bool
    """Whether the deadline has passed."""

    @property
    def urgency(self) -> str:
        """``calm`` beyond seven days, ``warn`` within them, ``bad`` after the deadline."""
        if self.over:
            return "bad"
        return "calm" if self.days > 7 or (self.days == 7 and self.hours) else "warn"


def end_of(day: date, zone: ZoneInfo = TIME_ZONE) -> datetime:
    """The first moment after a day: its 24:00.

    >>> end_of(date(2027, 1, 20)).isoformat()
    '2027-01-21T00:00:00+07:00'
    """
    return datetime.combine(day + timedelta(days=1), time(), zone)


def start_of(day: date, zone: ZoneInfo = TIME_ZONE) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), zone)


def remaining(deadline: datetime, now: datetime) -> Remaining:
    """What is left from now until a deadline."""
    over = now >= deadline
    left = now - deadline if over else deadline - now
    return Remaining(days=left.days, hours=left.seconds // 3600, over=over)


def days_late(deadline: datetime | None, handed_in: datetime) -> int:
    """Days that something came after a deadline, a day begun counting as one; 0 in time or without a deadline.

    >>> first_late = end_of(date(2027, 1, 20))
    >>> days_late(first_late, first_late - timedelta(seconds=1)), days_late(first_late, first_late)
    (0, 1)
    >>> days_late(first_late, first_late + timedelta(hours=24)), days_late(None, first_late)
    (2, 0)
    """
    return 0 if deadline is None or handed_in < deadline else (handed_in - deadline).days + 1


def last_day(deadline: datetime, zone: ZoneInfo = TIME_ZONE) -> tuple[date, str]:
    """The day and clock time by which people name a deadline: midnight is 24:00 of the day before.

    >>> last_day(end_of(date(2027, 1, 20)))
    (datetime.date(2027, 1, 20), '24:00')
    """
    local = deadline.astimezone(zone)
    if local.time() == time():
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"
