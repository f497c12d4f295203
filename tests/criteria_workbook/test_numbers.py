"""Numbers of an annex: what they are, or which question they leave."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.criteria_workbook import Heading, read_workbook
from parindex.criteria_workbook.numbers import NotANumber, comma, number, two_readings
from parindex.scoring import walk
from tests.criteria_workbook.generated import workbook


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0,5", "0.5"), ("0.5", "0.5"), (" 2 điểm ", "2"), ("2đ", "2"), ("1,25", "1.25"), ("0,250", "0.250"),
        ("-1,5", "-1.5"), ("\N{MINUS SIGN}1", "-1"), ("1 000", "1000"), ("1\N{NO-BREAK SPACE}000", "1000"),
        ("1\N{NARROW NO-BREAK SPACE}000,5", "1000.5"), ("1.234,5", "1234.5"), ("1.234.567", "1234567"),
        ("1,250", "1.250"), ("2\N{ZERO WIDTH SPACE}", "2"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_officials_write_it(written: str, meant: str) -> None:
    assert str(number(written)) == meant


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.250", "two_numbers"), ("-1.250", "two_numbers"), ("1,000", "two_numbers"), ("40%", "percent_sign"),
        ("1 2", "not_number"), ("12 50", "not_number"), ("1 0000", "not_number"), ("hai", "not_number"),
        ("1,5,5", "not_number"), ("0-2", "number_range"), ("0,5 – 1", "number_range"), ("1 đến 2 điểm", "number_range"),
        ("", "not_number"),
    ],
)  # fmt: skip
def test_what_is_no_number_or_could_be_two_says_which(written: str, code: str) -> None:
    with pytest.raises(NotANumber) as told:
        number(written)
    assert told.value.code == code


@given(st.decimals(-(10**6), 10**6, places=4))
def test_what_we_write_is_read_back(value: Decimal) -> None:
    assert number(comma(f"{value.normalize():f}")) == value


@given(st.from_regex(r"[1-9][0-9]{0,2}[.,][0-9]{3}", fullmatch=True))
def test_both_answers_to_a_question_are_read_without_another(written: str) -> None:
    for answer in two_readings(written).values():
        assert number(answer) >= 0


def annex(maximum: Any) -> list[tuple[str, int, int | None]]:
    """Code, row and column of what is wrong with a maximum."""
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["I", "Chỉ đạo", None], ["1", "Kế hoạch", maximum]]
    imported = read_workbook(workbook({"PL": rows}), "pl.xlsx", Heading(family="xa", version="2026.1"))
    if imported.criteria_set is not None:
        assert [place.node.max for place in walk(imported.criteria_set)][-1] == number(str(maximum))
    return [(one.code, one.place.row, one.place.column) for one in imported.problems]


@pytest.mark.parametrize(
    ("maximum", "code"),
    [
        (0.5, None),
        ("0,5", None),
        ("1 2", "not_number"),
        ("1.250", "two_numbers"),
        ("0-2", "number_range"),
        ("5%", "percent_sign"),
    ],
)
def test_a_maximum_that_is_asked_about_is_named_by_its_cell(maximum: Any, code: str | None) -> None:
    assert annex(maximum) == ([(code, 3, 2)] if code else [])
