"""One value has one spelling, and only what every reader of JSON holds exactly has any."""

from __future__ import annotations

import pytest

from parindex.reading.canonical_json import LARGEST, NotCanonical, canonical, canonical_text, parse


def test_keys_are_in_utf16_order_and_nothing_is_escaped_in_vain() -> None:
    assert canonical_text({"\U0001f600": 1, "\ufb33": 2, "é": "€\u2028\u007f", "a": '"\\\n\x01'}) == (
        '{"a":"\\"\\\\\\n\\u0001","é":"€\u2028\u007f","\U0001f600":1,"\ufb33":2}'
    )


@pytest.mark.parametrize("value", [1.0, LARGEST + 1, -LARGEST - 1, {1: 2}, {"a": {None: 1}}, {1, 2}, b"x"])
def test_what_not_every_reader_holds_exactly_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotCanonical, match="no_canonical_form"):
        canonical(value)


def test_the_largest_whole_numbers_have_one() -> None:
    assert canonical([LARGEST, -LARGEST, True, None]) == b"[9007199254740991,-9007199254740991,true,null]"
    assert parse(canonical({"b": [{}], "a": "Đ"})) == {"a": "Đ", "b": [{}]}


def test_half_a_surrogate_pair_is_no_unicode() -> None:
    with pytest.raises(NotCanonical, match="not_unicode"):
        canonical("\ud83d")
