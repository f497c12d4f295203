"""Figures and lists in sentences, in one way for the whole house."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.messages import Message, figure, in_sentence, listed
from parindex.text import translator

EN, VI = translator("en"), translator("vi")


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0.05, "0,05", "0.05"),
        (Decimal("0.50"), "0,5", "0.5"),
        (12.0, "12", "12"),
        (1234.5, "1234,5", "1234.5"),
        (-4.0, "-4", "-4"),
        (-0.0, "0", "0"),
        (0.1 + 0.2, "0,3", "0.3"),
        (1e308, "1e+308", "1e+308"),
        (1.5e300, "1,5e+300", "1.5e+300"),
        (float("nan"), "–", "–"),
        (Decimal("123456789012.345678901234"), "123456789012,345678901234", "123456789012.345678901234"),
    ],
)
def test_a_figure_has_the_mark_of_the_language(value: Decimal | float, vietnamese: str, english: str) -> None:
    assert (figure(value, VI), figure(value, EN)) == (vietnamese, english)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_figure_in_vietnamese_has_no_point(value: float) -> None:
    assert "." not in figure(value, VI)
    assert float(figure(value, EN)) == pytest.approx(value, rel=1e-9)


def test_members_with_decimal_commas_are_parted_by_semicolons() -> None:
    assert in_sentence([0.5, 1.0], VI) == "0,5; 1"
    assert in_sentence([0.5, 1.0], EN) == "0.5, 1"
    assert listed(["Sở A", "Sở B"]) == "Sở A, Sở B"
    assert listed([]) == ""


def test_a_sentence_tells_its_figures_and_lists_in_its_language() -> None:
    said = Message("%(a)s, %(b)s, %(c)s, %(d)s", a=0.5, b=[1, 2], c=2026, d=Message("%(x)s", x=Decimal("1.5")))
    assert said.text(VI) == "0,5, 1, 2, 2026, 1,5"
    assert str(said) == "0,5, 1, 2, 2026, 1,5"
    assert said.text(EN) == "0.5, 1, 2, 2026, 1.5"
