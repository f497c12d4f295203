"""Numbers, dates and order as Vietnamese readers expect them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex import text
from parindex.messages import Failure


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (Decimal("1234.565"), 2, "1.234,57", "1,234.57"),
        (Decimal("-0.005"), 2, "−0,01", "−0.01"),
        (Decimal("0.004"), 2, "0,00", "0.00"),
        (24650, None, "24.650", "24,650"),
        (Decimal("1.50"), None, "1,5", "1.5"),
        (Decimal("-1e30"), 2, "−" + "1" + ".000" * 10 + ",00", "−" + "1" + ",000" * 10 + ".00"),
        (Decimal("1" * 30 + ".250"), None, ".".join(["111"] * 10) + ",25", ",".join(["111"] * 10) + ".25"),
        (0.1, 1, "0,1", "0.1"),
        (None, 2, "–", "–"),
        (float("nan"), 2, "–", "–"),
    ],
)
def test_numbers_round_half_up_and_the_unknown_is_never_zero(value, places, vi, en):
    assert text.number(value, places) == vi
    assert text.number(value, places, "en") == en


def test_a_change_carries_its_sign_and_zero_carries_none():
    assert [text.signed(Decimal(v), 2) for v in ("1.26", "-0.22", "0", "0.001")] == ["+1,26", "−0,22", "0,00", "0,00"]


def test_a_day_is_the_tenants_day_also_when_the_clock_of_the_server_is_behind():
    late_evening = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    assert text.date_text(late_evening) == "22/11/2026"
    assert text.moment(late_evening) == "03:00 ngày 22/11/2026"
    assert text.day_month(late_evening) == "22/11"
    assert text.date_text(date(2026, 11, 21)) == "21/11/2026"


def test_vietnamese_order_compares_letters_before_tones():
    words = ["Đà Nẵng", "Da", "Dạ", "Ân", "Ăn", "An", "Ả", "Bắc", "Bạc", "Ê", "E", "Ơ", "Ô", "O", "Ư", "U", "Y"]
    assert sorted(words, key=text.sort_key) == [
        "Ả", "An", "Ăn", "Ân", "Bạc", "Bắc", "Da", "Dạ", "Đà Nẵng", "E", "Ê", "O", "Ô", "Ơ", "U", "Ư", "Y",
    ]  # fmt: skip


def test_letters_that_look_like_d_with_a_stroke_are_found_and_ordered_as_it():
    for letter in ("\u00d0", "\u0189"):
        assert text.fold(f"{letter}ất") == text.fold("Đất") == "dat"
        assert text.sort_key(f"{letter}ất") == text.sort_key("Đất")


def test_tones_are_ordered_none_huyen_hoi_nga_sac_nang():
    assert sorted(["mạ", "má", "mã", "mả", "mà", "ma"], key=text.sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_numbers_in_names_follow_their_own_order_before_letters():
    assert sorted(["Quận B", "Quận 2", "Quận 1"], key=text.sort_key) == ["Quận 1", "Quận 2", "Quận B"]


@given(st.text())
def test_folding_twice_is_folding_once_and_every_key_is_text(value):
    assert text.fold(text.fold(value)) == text.fold(value)
    assert isinstance(text.sort_key(value), str)


def test_search_without_marks_finds_names_with_marks():
    assert text.fold("  Cải  cách Đặng ") == "cai cach dang"


@pytest.mark.parametrize(("size", "told"), [(0, "0 B"), (999, "999 B"), (2_400_000, "2,4 MB"), (3 * 10**9, "3,0 GB")])
def test_sizes_are_told_as_people_tell_them(size, told):
    assert text.file_size(size) == told


def test_a_word_of_several_meanings_is_shown_without_its_context():
    word = text.NC_("crosswalk", "không có")
    assert [text.translator(lang)(word) for lang in text.LANGUAGES] == ["không có", "neither"]
    assert [text.translator(lang)(text.NC_("nowhere", "chữ lạ %(n)s"), n=1) for lang in text.LANGUAGES] == [
        "chữ lạ 1"
    ] * 2


def test_a_catalogue_is_read_once():
    assert text.translator("en") is text.translator("en")
    assert text.catalogue("en") is text.catalogue("en")


def test_a_failure_is_told_in_the_readers_language_with_the_failure_inside_it():
    inner = Failure("Không tìm thấy trang này")
    outer = Failure("%(login)s: %(why)s", login="lan", why=inner)
    assert outer.text(text.translator("vi")) == str(outer) == "lan: Không tìm thấy trang này"
    assert outer.text(text.translator("en")) == "lan: This page was not found"
