"""The formula language: precedence, exactness, what is unknown, what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from parindex.scoring.rules.making.calculations import TRUE, MissedNames, Pair, calculation
from parindex.scoring.rules.making.expressions import MOST_DEPTH, FormulaError, Sort, parse

NAMES: dict[str, Sort] = {"a": "number", "b": "number", "yes": "condition", "no": "condition", "gone": "number"}
VALUES = {"a": (7, 1), "b": (2, 1), "yes": (1, 1), "no": (0, 1)}


def worked_out(text: str, sort: Sort, missing: MissedNames) -> Pair | None:
    return calculation(parse(text, sort, NAMES), (10, 1))(VALUES, missing)


def number(text: str) -> Fraction | None:
    value = worked_out(text, "number", {})
    return None if value is None else Fraction(*value)


def condition(text: str) -> bool | None:
    value = worked_out(text, "condition", {})
    return None if value is None else value == TRUE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 - 2 - 1", 5),
        ("8 / 2 / 2", 2),
        ("-a + 1", -6),
        ("- -a", 7),
        ("2 * -b", -4),
        ("0.1 + 0.2", Fraction(3, 10)),
        (".5", Fraction(1, 2)),
        ("a / b", Fraction(7, 2)),
        ("1 / 3 * 3", 1),
        ("max", 10),
        ("max * a / 10", 7),
        ("max(a, b, 9)", 9),
        ("min(a, b)", 2),
        ("round(a / 3, 2)", Fraction(233, 100)),
        ("round(2.5, 0)", 3),
        ("round(-2.5)", -3),
        ("round(0.125, 2)", Fraction(13, 100)),
        ("if(a > b, 1, 2)", 1),
        ("if(no, 1 / 0, 2)", 2),
        ("if(yes and not no, a, gone)", 7),
    ],
)
def test_numbers_are_exact(text: str, expected: int | Fraction) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > b", True),
        ("a <= b", False),
        ("a / b == 3.5", True),
        ("a != b", True),
        ("yes and no or yes", True),
        ("yes or no and no", True),
        ("not no and yes", True),
        ("not (yes and yes)", False),
        ("not not yes", True),
        ("yes == true", True),
        ("yes != false", True),
        ("1 / 3 + 1 / 3 + 1 / 3 == 1", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    assert condition(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gone > 1", None),
        ("gone > 1 or yes", True),
        ("yes or gone > 1", True),
        ("gone > 1 and no", False),
        ("gone > 1 and yes", None),
        ("not (gone > 1)", None),
        ("no and 1 / 0 > 1", False),
        ("gone > 1 and 1 / 0 > 1", None),
    ],
)
def test_what_is_absent_makes_unknown_only_what_depends_on_it(text: str, expected: bool | None) -> None:
    assert condition(text) is expected


def test_the_names_that_were_missed_are_known() -> None:
    missing: MissedNames = {}
    assert worked_out("a + gone", "number", missing) is None
    assert list(missing) == ["gone"]


def test_what_a_decided_condition_looked_at_is_not_missed() -> None:
    missing: MissedNames = {}
    assert worked_out("gone > 1 or yes", "condition", missing) == TRUE
    assert not missing


@pytest.mark.parametrize("text", ["1 / 0", "a / (b - 2)", "if(b > 1, a / 0, gone)"])
def test_a_division_by_zero_is_said(text: str) -> None:
    with pytest.raises(ZeroDivisionError):
        number(text)


def test_a_division_of_what_is_not_yet_known_is_not_yet_known() -> None:
    assert number("gone / 0") is None


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "formula_unexpected", 1),
        ("a +", "formula_unexpected", 4),
        ("a ** 2", "formula_unexpected", 4),
        ("a b", "formula_unexpected", 3),
        ("(a", "formula_expected", 3),
        ("a)", "formula_unexpected", 2),
        ("a ^ 2", "formula_sign", 3),
        ("a = 2", "formula_sign", 3),
        ("'x'", "formula_sign", 1),
        ("c", "formula_name", 1),
        ("sum(a)", "formula_name", 1),
        ("a.b", "formula_sign", 2),
        ("yes + 1", "formula_sort", 1),
        ("1 + yes", "formula_sort", 5),
        ("a and yes", "formula_sort", 1),
        ("a > b", "formula_sort", 1),
        ("if(a, 1, 2)", "formula_sort", 1),
        ("if(yes, 1)", "formula_arguments", 1),
        ("round(a, b)", "formula_round", 1),
        ("round(a, 13)", "formula_round", 1),
        ("min()", "formula_unexpected", 5),
        ("0.1234567890123", "formula_number", 1),
        ("if(1 < 2 < 3, 1, 2)", "formula_expected", 10),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text: str, code: str, at: int) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text, "number", NAMES)
    assert (refused.value.code, refused.value.at) == (code, at)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 41 + "1" + ")" * 41,
        "-" * 100_000 + "1",
        "1+" * 10_000 + "1",
        "1+" * 400 + "1",
        "not " * 900 + "yes",
    ],
)
def test_size_and_depth_are_bounded(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text, "number", NAMES)


def test_the_longest_formula_allowed_is_evaluated() -> None:
    assert number("+".join(["1"] * 150)) == 150


def test_the_deepest_formula_allowed_is_evaluated() -> None:
    assert number("(" * (MOST_DEPTH - 1) + "1" + ")" * (MOST_DEPTH - 1)) == 1
    with pytest.raises(FormulaError, match="formula_too_deep"):
        number("(" * MOST_DEPTH + "1" + ")" * MOST_DEPTH)


@pytest.mark.parametrize(("length", "code"), [(4000, None), (4001, "formula_too_large")])
def test_a_formula_has_at_most_four_thousand_characters(length: int, code: str | None) -> None:
    text = "1".ljust(length)
    if code is None:
        assert number(text) == 1
    else:
        with pytest.raises(FormulaError, match=code):
            parse(text, "number", NAMES)


@pytest.mark.parametrize(
    ("text", "taken"),
    [("0.123456789012", True), ("0.1234567890123", False), ("9" * 40, True), ("9" * 41, False)],
)
def test_a_number_has_at_most_twelve_decimals_and_forty_characters(text: str, taken: bool) -> None:
    if taken:
        assert number(text) == Fraction(text)
    else:
        with pytest.raises(FormulaError, match="formula_number"):
            parse(text, "number", NAMES)


@pytest.mark.parametrize("count", [2, 50])
def test_every_argument_of_a_function_is_a_number(count: int) -> None:
    """However many there may be: a condition in the last place is seen."""
    numbers = ", ".join(["1"] * (count - 1))
    with pytest.raises(FormulaError, match="formula_sort"):
        parse(f"max({numbers}, yes)", "number", NAMES)
