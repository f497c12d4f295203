"""Numbers as officials write them: both decimal marks are read, nothing is ever misread."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.errors import CATALOGUE
from parindex.reading import numbers
from parindex.reading.complaint import Complaint
from parindex.text import number


def complaint(read, typed: str) -> str | None:
    """The code that a text is refused with; ``None`` where it is read. Each code has its sentence."""
    try:
        read(typed)
    except Complaint as told:
        return told.code if CATALOGUE[told.code].detail % told.told else "without a sentence"
    return None


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_that_a_page_prints_is_read_back(value: int) -> None:
    assert numbers.whole(number(value)) == value
    assert numbers.whole(str(value)) == value


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_that_a_page_prints_is_read_back_or_asked_about(value: Decimal) -> None:
    asked = complaint(numbers.decimal, number(value))
    if asked is None:
        assert numbers.decimal(number(value)) == value
    else:
        assert asked == "value_ambiguous"
        assert numbers.has_two_readings(number(value))
        assert value in (value.to_integral_value(), round(value, 3))


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_that_stands_in_a_form_is_read_back_without_a_question(value: Decimal) -> None:
    written = numbers.unasked(f"{value.normalize():f}".replace(".", ","))
    assert numbers.decimal(written) == value


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    told = {None, "value_negative", "value_not_whole", "value_not_number", "value_ambiguous"}
    assert {complaint(numbers.whole, typed), complaint(numbers.decimal, typed)} <= told


@pytest.mark.parametrize(
    ("typed", "code"),
    [("999999999999999", None), ("1000000000000000", "value_not_whole"), ("-1", "value_negative"), ("−1", "value_negative"),
     ("1,5", "value_not_whole"), ("12e3", "value_not_whole"), ("２", "value_not_whole"), ("", "value_not_whole")],
)  # fmt: skip
def test_a_whole_number_has_at_most_fifteen_digits_and_nothing_else(typed: str, code: str | None) -> None:
    assert complaint(numbers.whole, typed) == code


@pytest.mark.parametrize("typed", ["1.234", "999.000", "1,234", "-1,234", "999,000"])
def test_one_group_could_be_a_thousand_or_a_fraction_and_is_asked_about(typed: str) -> None:
    assert complaint(numbers.decimal, typed) == "value_ambiguous"


def test_both_readings_that_are_offered_are_read_without_another_question() -> None:
    told = numbers.asked("-1.250").told
    assert (numbers.decimal(told["plain"]), numbers.decimal(told["decimal"])) == (-1250, Decimal("-1.25"))


def test_after_a_comma_a_reading_above_what_may_be_is_none() -> None:
    assert numbers.decimal("1,234", most=Decimal(1233)) == Decimal("1.234")
    for typed, most in (("1,234", 1234), ("1.234", 3)):
        with pytest.raises(Complaint):
            numbers.decimal(typed, most=Decimal(most))


@pytest.mark.parametrize("blank", [" ", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}"])
def test_blanks_stand_between_groups_of_three_only(blank: str) -> None:
    assert numbers.whole(f"24{blank}650") == numbers.decimal(f"24{blank}650") == 24650
    for typed in (f"1{blank}2", f"12{blank}34", f"0{blank}123", f"1234{blank}567", f"1{blank}234{blank}5"):
        assert complaint(numbers.whole, typed) == "value_not_whole"
        assert complaint(numbers.decimal, typed) == "value_not_number"


@pytest.mark.parametrize(
    ("typed", "value"),
    [("0.234", "0.234"), ("1.23", "1.23"), ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1,234.5", "1234.5"),
     ("1.234,567", "1234.567"), ("1 234,567", "1234.567"), ("1234.567", "1234.567"), ("1,2345", "1.2345")],
)  # fmt: skip
def test_what_has_one_reading_is_not_asked_about(typed: str, value: str) -> None:
    assert numbers.decimal(typed) == Decimal(value)


def test_a_number_of_thirty_characters_is_read_and_one_more_is_not() -> None:
    assert numbers.decimal("9" * 30) == Decimal("9" * 30)
    assert complaint(numbers.decimal, "9" * 31) == "value_not_number"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1, "một"), (10, "mười"), (15, "mười lăm"), (24, "hai mươi tư"), (105, "một trăm linh năm"),
     (999_999, "chín trăm chín mươi chín nghìn chín trăm chín mươi chín")],
)  # fmt: skip
def test_numbers_in_words(value: int, words: str) -> None:
    assert numbers.in_words(value) == words
