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


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_that_a_page_prints_is_read_back_and_so_is_its_iso_form(day: date) -> None:
    assert dates.day(date_text(day)) == day
    assert dates.day(day.isoformat()) == day
    assert dates.day(f" {day.day}.{day.month}.{day.year:04} ") == day


@given(st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    assert code_of(typed) in (None, "value_not_date", "value_year_outside")


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1900-01-01", None), ("1899-12-31", "value_year_outside"), ("31/12/2100", None), ("2101-01-01", "value_year_outside"),
     ("0026-03-12", "value_year_outside"), ("12/03/0026", "value_year_outside")],
)  # fmt: skip
def test_a_day_lies_between_the_years_1900_and_2100(typed: str, code: str | None) -> None:
    assert code_of(typed) == code


@pytest.mark.parametrize(
    ("typed", "day"), [("28/2/2027", date(2027, 2, 28)), ("29/2/2027", None), ("29/2/2028", date(2028, 2, 29)),
                       ("12/31/2026", None), ("1/2/26", None), ("", None), ("１/2/2026", None)]
)  # fmt: skip
def test_only_days_that_exist_are_read(typed: str, day: date | None) -> None:
    if day is not None:
        assert dates.day(typed) == day
    else:
        assert code_of(typed) == "value_not_date"
