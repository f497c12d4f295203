"""The last day of a deadline by the clock on a tenant's wall, in every zone and over changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from parindex.assessments.cycles.deadlines import days_late, end_of, last_day, remaining, start_of

zones = st.sampled_from(sorted(name for name in available_timezones() if "/" in name)).map(ZoneInfo)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(days, zones)
def test_a_day_ends_where_the_next_begins_and_is_named_by_its_last_moment(day: date, zone: ZoneInfo) -> None:
    end = end_of(day, zone)
    assert end == start_of(day + timedelta(days=1), zone)
    assert last_day(end.astimezone(UTC), zone)[0] in (day, day + timedelta(days=1)), "midnight may not exist that day"


@given(days, st.integers(0, 400), st.integers(1, 86_399))
def test_every_day_begun_after_a_deadline_counts_as_one(day: date, whole: int, seconds: int) -> None:
    due = end_of(day, ZoneInfo("Asia/Ho_Chi_Minh")).astimezone(UTC)
    assert days_late(due, due - timedelta(seconds=seconds)) == 0
    assert days_late(due, due + timedelta(days=whole)) == whole + 1
    assert days_late(due, due + timedelta(days=whole, seconds=seconds)) == whole + 1


@given(days, st.integers(-400 * 86_400, 400 * 86_400))
def test_what_is_left_is_over_exactly_when_something_handed_in_is_late(day: date, seconds: int) -> None:
    due = end_of(day).astimezone(UTC)
    now = due + timedelta(seconds=seconds)
    assert remaining(due, now).over is (days_late(due, now) > 0)
