"""Points: bounded, monotone where the rule is, the same in any order and on any replay."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.scoring import AgencyFacts, CriteriaSet, RefusedFacts, from_document, score, score_leaf, to_document
from tests.scoring.sets import leaf_set, set_of

SCALE = 10**12
COUNTS = {"a": "count", "b": "count"}
RULES: dict[str, CriteriaSet] = {
    "each": leaf_set("{each: a, points: 0.3}", "1.75", a="count"),
    "deduct": leaf_set("{deduct: a, points: 0.3}", "1.75", a="count"),
    "ratio": leaf_set("{ratio: [a, b], target: 0.95, floor: 0.4, when_zero: zero}", "1.75", **COUNTS),
    "bands": leaf_set(
        "{bands: [a, b], steps: [{from: 0.9, points: 1.75}, {from: 0.7, points: 0.5}], when_zero: full}",
        "1.75",
        **COUNTS,
    ),
    "linear": leaf_set(
        "{linear: [a, b], from: {at: 0.3, points: 0.25}, to: {at: 0.8, points: 1.75}, when_zero: full}",
        "1.75",
        **COUNTS,
    ),
    "falling": leaf_set(
        "{linear: [a, b], from: {at: 0.3, points: 1.75}, to: {at: 0.8, points: 0}, when_zero: full}", "1.75", **COUNTS
    ),
    "formula": leaf_set('{formula: [{when: "a >= b", points: "max"}, {points: "max * a / b"}]}', "1.75", **COUNTS),
}
small = st.integers(0, 200)
large = st.integers(0, 10**15)


def points(rule: str, a: int, b: int) -> Decimal:
    found = score_leaf(RULES[rule], "1.1", {"1.1.a": a, "1.1.b": b}).points
    assert found is not None
    return found


@given(st.sampled_from(sorted(RULES)), large, large)
def test_points_stay_between_zero_and_the_maximum_and_have_twelve_places(rule: str, a: int, b: int) -> None:
    found = points(rule, a, b)
    assert 0 <= found <= Decimal("1.75")
    assert (Fraction(found) * SCALE).denominator == 1


@given(st.sampled_from(["each", "ratio", "bands", "linear", "formula"]), small, small, st.integers(1, 200))
def test_more_is_never_worse_where_more_is_better(rule: str, a: int, more: int, b: int) -> None:
    assert points(rule, a, b) <= points(rule, a + more, b)


@given(st.sampled_from(["deduct", "falling"]), small, small, st.integers(1, 200))
def test_more_is_never_better_where_more_is_worse(rule: str, a: int, more: int, b: int) -> None:
    assert points(rule, a, b) >= points(rule, a + more, b)


def half_up(value: Fraction) -> Fraction:
    return Fraction((value * SCALE + Fraction(1, 2)).__floor__(), SCALE)


BY_DEFINITION: dict[str, Callable[[Fraction], Fraction]] = {
    "ratio": lambda x: Fraction(0) if x < Fraction(2, 5) else Fraction(7, 4) * min(Fraction(1), x / Fraction(19, 20)),
    "bands": lambda x: (
        Fraction(7, 4) if x >= Fraction(9, 10) else Fraction(1, 2) if x >= Fraction(7, 10) else Fraction(0)
    ),
    "linear": lambda x: (
        Fraction(1, 4) + Fraction(3, 2) * min(Fraction(1), max(Fraction(0), (x - Fraction(3, 10)) / Fraction(1, 2)))
    ),
    "formula": lambda x: Fraction(7, 4) * min(Fraction(1), x),
}


@given(st.sampled_from(sorted(BY_DEFINITION)), large, st.integers(1, 10**15))
def test_points_are_the_exact_rational_rounded_once(rule: str, a: int, b: int) -> None:
    assert Fraction(points(rule, a, b)) == half_up(BY_DEFINITION[rule](Fraction(a, b)))


MANY = """\
attributes: {{open: {{type: boolean, label: {{vi: a}}}}}}
areas:
  - code: "1"
    title: {{vi: a}}
    criteria:
{leaves}
adjustments:
  bonus: {{cap: 0.5, items: [{{code: B1, title: {{vi: b}}, max: 1, inputs: {{n: {{type: count}}}}, rule: {{each: n, points: 0.25}}}}]}}
"""
LEAVES = [
    f'      - {{code: "1.{n}", title: {{vi: a}}, max: {n}.25, may_be_inapplicable: true, '
    "inputs: {a: {type: count}, b: {type: count}}, rule: {ratio: [a, b], when_zero: not_applicable}}"
    for n in range(1, 7)
]
SIX = set_of(MANY.format(leaves="\n".join(LEAVES)))
TURNED = set_of(MANY.format(leaves="\n".join(reversed(LEAVES))))

facts_of_one = st.fixed_dictionaries(
    {},
    optional={
        **{f"1.{n}.{name}": st.integers(0, 30) for n in range(1, 7) for name in "ab"},
        **{f"1.{n}.not_applicable": st.booleans() for n in range(1, 4)},
        "B1.n": st.integers(0, 4),
        "@ranked": st.booleans(),
    },
)
agencies = st.lists(facts_of_one, min_size=1, max_size=6).map(lambda each: {f"A{n}": one for n, one in enumerate(each)})


@settings(deadline=None, max_examples=40)
@given(agencies, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_agencies_and_criteria_changes_no_digit(
    facts: dict[str, AgencyFacts], chance: random.Random, rank_incomplete: bool
) -> None:
    first = score(SIX, facts, rank_incomplete=rank_incomplete).to_document(reasons="full")
    shuffled = list(facts.items())
    chance.shuffle(shuffled)
    second = score(TURNED, dict(shuffled), rank_incomplete=rank_incomplete).to_document(reasons="full")
    by_name = {one["agency"]: one for one in second["agencies"]}
    assert {one["agency"]: one for one in first["agencies"]} == by_name


@settings(deadline=None, max_examples=40)
@given(agencies)
def test_a_replay_from_what_is_stored_gives_the_same_to_the_last_digit(facts: dict[str, AgencyFacts]) -> None:
    again = from_document(to_document(SIX))
    assert score(SIX, facts).to_document(reasons="full") == score(again, facts).to_document(reasons="full")


@settings(deadline=None, max_examples=40)
@given(agencies)
def test_totals_add_up(facts: dict[str, AgencyFacts]) -> None:
    for one in score(SIX, facts).agencies:
        leaves = [one.node(f"1.{n}") for n in range(1, 7)]
        known = sum((leaf.points for leaf in leaves if leaf.points is not None), Decimal(0))
        applicable = sum((leaf.max for leaf in leaves if leaf.state != "not_applicable"), Decimal(0))
        if one.status != "no_submission":
            assert one.bonus is not None
            assert one.bonus <= Decimal("0.5")
            assert (one.points, one.max) == (known + one.bonus, applicable)
        if one.index is not None:
            assert one.points is not None
            exact = Fraction(one.points) * 100 / Fraction(applicable)
            assert Fraction(one.index) == half_up(exact)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6), st.integers(0, 30))
def test_removing_what_applied_to_all_equally_keeps_their_order(pairs: list[tuple[int, int]], same: int) -> None:
    def facts(x: int, y: int, *, with_third: bool) -> AgencyFacts:
        shared = {f"1.{n}.not_applicable": True for n in range(4, 7)}
        third = {"1.3.a": same, "1.3.b": 30} if with_third else {"1.3.not_applicable": True}
        return {"1.1.a": x, "1.1.b": 30, "1.2.a": y, "1.2.b": 30, **shared, **third}

    def order(*, with_third: bool) -> list[int | None]:
        whole = {f"A{n}": facts(x, y, with_third=with_third) for n, (x, y) in enumerate(pairs)}
        return [one.rank for one in score(SIX, whole).agencies]

    assert order(with_third=True) == order(with_third=False)


@given(st.sampled_from(["each", "deduct"]), st.decimals(min_value=-5, max_value=-1, places=2))
def test_points_outside_the_range_are_refused_and_never_clamped(kind: str, value: Decimal) -> None:
    criteria_set = leaf_set(f"{{{kind}: a, points: 1}}", "1", a="decimal")
    with pytest.raises(RefusedFacts) as refused:
        score_leaf(criteria_set, "1.1", {"1.1.a": value})
    assert [one.code for one in refused.value.refusals] == ["points_outside"]
