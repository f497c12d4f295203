"""Days are read with the day first, and only days that exist."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.reading import dates
from parindex.reading.complaint import Complaint
from parindex.text import date_text


def code_of(typed: str) -> str | None:
    """The code that a text is refused with; ``None`` where it is read."""
    try:
        dates.day(typed)
    except Complaint as told:
        return told.code
    return None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_that_a_page_prints_is_read_back_and_so_is_its_iso_form(day: date) -> None:
    assert dates.day(date_text(day)) == day
    assert dates.day(day.isoformat()) == day
    assert dates.day(f" {day.day}.{day.month}.{day.year:04} ") == day


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    assert code_of(typed) in (None, "value_not_date")


@pytest.mark.parametrize(
    ("typed", "day"), [("28/2/2027", date(2027, 2, 28)), ("29/2/2027", None), ("29/2/2028", date(2028, 2, 29)),
                       ("12/31/2026", None), ("1/2/26", None), ("", None), ("１/2/2026", None)]
)  # fmt: skip
def test_only_days_that_exist_are_read(typed: str, day: date | None) -> None:
    if day is not None:
        assert dates.day(typed) == day
    else:
        assert code_of(typed) == "value_not_date"
