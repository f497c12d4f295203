"""Times of a schedule: five fields as cron writes them, told by the clock on a tenant's wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

_RANGES: Final = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))

LONGEST: Final = 366 * 8 + 2
"""Days looked back: the 29th of February may be eight years away."""


class Cron(msgspec.Struct, frozen=True, kw_only=True):
    """When something is due."""

    minutes: tuple[int, ...]
    """Of the hour, ascending."""

    hours: tuple[int, ...]
    """Of the day, ascending."""

    days: frozenset[int]
    """Of the month."""

    months: frozenset[int]
    """1-12."""

    weekdays: frozenset[int]
    """0 is Sunday."""

    either: bool
    """Both days and weekdays are named, so either is enough."""

    @classmethod
    def read(cls, text: str) -> Cron:
        """Read ``minute hour day month weekday``: ``*``, numbers, ``a-b``, ``a,b``, each with ``/step``.

        Raises:
            ValueError: what cannot be read, by its name.

        >>> Cron.read("*/20 3 * * 1-5").minutes
        (0, 20, 40)
        >>> Cron.read("0 25 * * *")
        Traceback (most recent call last):
            ...
        ValueError: hour: 25
        """
        parts = text.split()
        if len(parts) != len(_RANGES):
            raise ValueError(f"five fields are needed: {text}")
        minutes, hours, days, months, weekdays = (
            _field(part, *bounds) for part, bounds in zip(parts, _RANGES, strict=True)
        )
        return cls(
            minutes=tuple(sorted(minutes)), hours=tuple(sorted(hours)), days=days, months=months,
            weekdays=frozenset(day % 7 for day in weekdays), either="*" not in (parts[2][0], parts[4][0]),
        )  # fmt: skip

    def last(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The latest time that is due at or before a moment, in UTC; none where none was in eight years.

        A time that the clock skips is due when it goes on, one that comes twice is due the first time.
        """
        day = moment.astimezone(zone).date()
        for _ in range(LONGEST):
            if self._on(day.day, day.month, day.isoweekday() % 7):
                for hour in reversed(self.hours):
                    for minute in reversed(self.minutes):
                        due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
                        if due <= moment:
                            return due
            day -= timedelta(days=1)
        return None

    def _on(self, day: int, month: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        fits = (day in self.days, weekday in self.weekdays)
        return any(fits) if self.either else all(fits)


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        try:
            begin, end = (low, high) if span == "*" else (int(first), int(last or first))
            if step and not last and span != "*":
                end = high
            chosen = range(begin, end + 1, int(step) if step else 1)
        except ValueError:
            raise ValueError(f"{name}: {part}") from None
        if not chosen or not low <= begin <= end <= high:
            raise ValueError(f"{name}: {part}")
        values.update(chosen)
    return frozenset(values)
