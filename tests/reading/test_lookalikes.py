"""Names that look alike have one shape; what tells them apart is named."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.reading.lookalikes import foreign_letter, shape, twins

NAME = "Sở Nội vụ"


@pytest.mark.parametrize(
    "twin",
    [
        unicodedata.normalize("NFD", NAME),
        "Sở\N{ZERO WIDTH SPACE} Nội vụ",
        "Sở Nội vụ\N{RIGHT-TO-LEFT OVERRIDE}",
        "Sở\N{NO-BREAK SPACE} Nội  vụ",
        "SỞ NỘI VỤ",
        "Sở \N{CYRILLIC CAPITAL LETTER EN}\N{LATIN SMALL LETTER O WITH CIRCUMFLEX AND DOT BELOW}i vụ".replace("\u041d", "N"),
        "Sở N\N{CYRILLIC SMALL LETTER O}\N{COMBINING DOT BELOW}\N{COMBINING CIRCUMFLEX ACCENT}i vụ",
        "Sở Nộ\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I} vụ",
        "Sở Nội \N{GREEK SMALL LETTER NU}ụ",
        "\N{FULLWIDTH LATIN CAPITAL LETTER S}ở Nội vụ",
    ],
)  # fmt: skip
def test_a_twin_has_the_same_shape_and_is_found_beside_the_first(twin: str) -> None:
    assert shape(twin) == shape(NAME)
    (found,) = twins([("agencies.csv:2", NAME), ("agencies.csv:3", twin)])
    assert (found.first, found.second) == ("agencies.csv:2", "agencies.csv:3")


@pytest.mark.parametrize("other", ["Sở Nội vu", "So Nội vụ", "Sở Nội vụ 2", "Sờ Nội vụ", "Sở Nọi vụ", "Sở Ngoại vụ"])
def test_a_mark_or_a_letter_more_is_another_name(other: str) -> None:
    assert shape(other) != shape(NAME)
    assert list(twins([(1, NAME), (2, other)])) == []


def test_the_letter_of_another_alphabet_is_named_by_its_number() -> None:
    (found,) = twins([(1, "X01"), (2, "\N{CYRILLIC CAPITAL LETTER HA}01")])
    assert found.strange == "U+0425"
    assert foreign_letter("Sở Nộ\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}") == "U+0456"
    assert foreign_letter("Минск") is None, "a name that is wholly of another alphabet is meant so"
    assert foreign_letter(NAME) is None
    assert foreign_letter("Hệ số α và β") is None, "a letter of its own is meant so"
    assert foreign_letter("Sở \u0421\u041e\u0420") == "U+0421"


@given(st.text(max_size=30))
def test_a_shape_is_its_own_shape_whatever_the_composition(name: str) -> None:
    assert shape(shape(name)) == shape(name)
    assert shape(unicodedata.normalize("NFD", name)) == shape(unicodedata.normalize("NFC", name))
