"""Days of the calendar as moments: a role holds from midnight to midnight in the tenant's zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parindex.errors import FieldError, Refused


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day.

    >>> midnight(date(2027, 1, 15), ZoneInfo("Asia/Ho_Chi_Minh")).isoformat()
    '2027-01-15T00:00:00+07:00'
    """
    return datetime.combine(day, time.min, tzinfo=zone)


def after(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The first moment after a day."""
    return None if day is None else midnight(day + timedelta(days=1), zone)


def first_day(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which something begins."""
    return moment.astimezone(zone).date()


def last_day(end: datetime | None, zone: ZoneInfo) -> date | None:
    """The last day of what ends at a moment.

    >>> last_day(midnight(date(2027, 2, 1), ZoneInfo("Asia/Ho_Chi_Minh")), ZoneInfo("Asia/Ho_Chi_Minh"))
    datetime.date(2027, 1, 31)
    """
    return None if end is None else (end - timedelta(microseconds=1)).astimezone(zone).date()


def check(first: date, last: date | None, today: date) -> None:
    """What begins has not begun before today, and ends no earlier than it begins.

    Raises:
        Refused: ``invalid_fields`` with ``day_passed`` or ``days_reversed``.
    """
    faults = []
    if first < today:
        faults.append(FieldError(field="first", code="day_passed", values={"today": today}))
    if last is not None and last < max(first, today):
        faults.append(FieldError(field="last", code="days_reversed", values={}))
    if faults:
        raise Refused("invalid_fields", fields=tuple(faults))
