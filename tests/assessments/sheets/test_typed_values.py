"""What officials type: both decimal marks are read, nothing is ever misread."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.sheets import typed_values
from parindex.errors import CATALOGUE
from parindex.reading.complaint import Complaint
from parindex.scoring import Input, digest
from parindex.text import number
from tests.assessments.conftest import small_set

DECIMAL, COUNT = Input(type="decimal"), Input(type="count")


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("1,5", "1.5"), ("1.5", "1.5"), (" 24650 ", "24650"), ("1.234.567", "1234567"), ("1.234,5", "1234.5"),
     ("0.125", "0.125"), ("1,2340", "1.2340"), ("−3", "-3"), ("12 345", "12345"), ("", None)],
)  # fmt: skip
def test_decimals_are_read_with_either_mark(typed: str, canonical: str | None) -> None:
    assert typed_values.read(DECIMAL, typed) == canonical


def test_what_could_be_two_numbers_is_refused_with_both() -> None:
    with pytest.raises(Complaint) as told:
        typed_values.read(DECIMAL, "1.234")
    detail = CATALOGUE[told.value.code].detail % told.value.told
    assert detail == (
        "“1.234” có thể là một nghìn hai trăm ba mươi tư hoặc 1,2340. Đề nghị nhập lại: 1234 hoặc 1,2340."
    )


def test_a_count_has_no_decimals_so_dots_group_it() -> None:
    assert typed_values.read(COUNT, "24.650") == "24650"


@pytest.mark.parametrize("typed", ["1,5", "1.5", "24,650", "-1", "12e3", "２", "1.23.456", "9" * 40])
def test_a_count_is_whole(typed: str) -> None:
    with pytest.raises(Complaint):
        typed_values.read(COUNT, typed)


@given(st.integers(0, 10**12))
def test_a_count_that_the_page_prints_is_read_back(value: int) -> None:
    assert typed_values.read(COUNT, number(value)) == str(value)


@given(st.decimals(0, 10**6, places=4))
def test_a_printed_decimal_is_read_back_or_refused_never_misread(value: Decimal) -> None:
    try:
        canonical, code = typed_values.read(DECIMAL, number(value)), ""
    except Complaint as refused:
        canonical, code = str(value), refused.code
    assert code in ("", "value_ambiguous")
    assert Decimal(canonical or "-1") == value


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_reading(typed: str) -> None:
    for kind in ("boolean", "count", "decimal", "percent", "date", "choice"):
        told = None
        try:
            typed_values.read(Input(type=kind, options=("a", "b")), typed)
        except Complaint as refused:
            told = refused
        assert told is None or CATALOGUE[told.code].detail % told.told


@pytest.mark.parametrize(
    ("typed", "canonical"), [("31/12/2026", "2026-12-31"), ("2026-12-31", "2026-12-31"), ("1/2/2026", "2026-02-01")]
)
def test_dates_are_read_day_first(typed: str, canonical: str) -> None:
    assert typed_values.read(Input(type="date"), typed) == canonical


def test_every_field_that_cannot_be_taken_is_named_at_once() -> None:
    published = Published(None, digest(small_set()), small_set())  # type: ignore[arg-type]
    form = {"fact:dossiers": "abc", "fact:2.1.1.on_time": "1,5", "inapplicable": "true"}
    _, errors = typed_values.read_declaration(published, "2.1.1", form)
    assert [error.field for error in errors] == ["fact:dossiers", "fact:2.1.1.on_time", "inapplicable"]


@pytest.mark.parametrize("typed", ["3,1", "-1", "1,00001", "1.234"])
def test_points_stay_within_their_maximum(typed: str) -> None:
    with pytest.raises(Complaint):
        typed_values.read_points(typed, Decimal(3))
