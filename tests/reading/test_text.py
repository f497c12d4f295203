"""Text as it is kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.reading import text
from parindex.reading.complaint import Complaint
from parindex.reading.yaml_tree import Mapping_, Scalar, YamlFault, read_tree


@given(st.text())
def test_reading_a_text_twice_changes_nothing_more(value: str) -> None:
    for read in (text.nfc, text.paragraphs, text.one_line):
        assert read(read(value)) == read(value)


@given(st.text())
def test_a_line_holds_nothing_that_nobody_sees(value: str) -> None:
    line = text.one_line(value)
    assert not {unicodedata.category(symbol) for symbol in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert "  " not in line


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z", "M"])))
def test_letters_and_figures_stay_in_a_line(value: str) -> None:
    seen = "".join(symbol for symbol in value if text.invisible(symbol) is None)
    assert text.one_line(value) == text.composed(seen)


@given(st.text())
def test_a_cell_is_read_once_and_has_no_blanks_around_or_doubled(value: str) -> None:
    read = text.cell(value)
    assert text.cell(read) == read
    assert read == " ".join(read.split())
    assert text.invisible(read) is None


@given(st.lists(st.sampled_from(["hoa-lac", "hoa-lac ", "Ho\u0300a", "Hòa", "x\u200b", ""]), max_size=9))
def test_many_cells_are_read_as_one_by_one(values: list[str]) -> None:
    assert text.cells(values) == [text.cell(value) for value in values]


@pytest.mark.parametrize("written", ["\u00d0\u1ed3ng", "\u0189\u1ed3ng", "Đồng", "Đo\u0302\u0300ng"])
def test_there_is_one_letter_d_with_a_stroke(written: str) -> None:
    assert text.nfc(written) == text.cell(written) == "Đồng"


@pytest.mark.parametrize(
    ("value", "point"),
    [("a\x07", "U+0007"), ("\ue000", "U+E000"), ("\ud800", "U+D800"), ("\ufffd", "U+FFFD"), ("a\n\tb", None)],
)
def test_what_nobody_can_have_meant_is_named(value: str, point: str | None) -> None:
    assert text.unmeant(value) == point


def test_paragraphs_keep_their_lines() -> None:
    assert text.paragraphs(" một\r\nhai\n\nba ") == "một\nhai\n\nba"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_only_nul_and_lone_surrogates_cannot_be_kept(value: str) -> None:
    assert text.keepable(value) is ("\0" not in value)
    assert not text.keepable(value + "\ud800")


@pytest.mark.parametrize(
    ("typed", "value"), [("Có", True), ("TRUE", True), ("1", True), ("không", False), ("0", False)]
)
def test_yes_and_no_are_read_as_people_and_programs_write_them(typed: str, value: bool) -> None:
    assert text.yes_or_no(typed) is value


@pytest.mark.parametrize("typed", ["", "x", "2", "co"])
def test_what_is_neither_yes_nor_no_is_refused(typed: str) -> None:
    with pytest.raises(Complaint):
        text.yes_or_no(typed)


@pytest.mark.parametrize("written", ["\u00d0\u1ed3ng", "\u0189\u1ed3ng", "Đồng", "Đo\u0302\u0300ng"])
def test_a_yaml_file_has_one_letter_d_with_stroke_too(written: str) -> None:
    faults: list[YamlFault] = []
    tree = read_tree(f"title: {written}\n".encode(), faults)
    assert isinstance(tree, Mapping_)
    value = tree.entries[0][1]
    assert isinstance(value, Scalar)
    assert (value.text, faults) == ("Đồng", [])
