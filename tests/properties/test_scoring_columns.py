"""All agencies by column: to the last digit what plain fractions and one agency after the other give."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scoring import Plain
from parindex.scoring import AgencyFacts, CriteriaSet, RefusedFacts, Scores, kind, score
from parindex.scoring.digits import PLACES, half_up
from parindex.scoring.points import scores
from parindex.scoring.points.by_column import JudgedColumn
from parindex.scoring.points.compiled import compiled, settled
from parindex.scoring.points.integers import LIMIT, BoundedIntegers, percents
from tests.properties.scoring_sets import years
from tests.scoring.sets import leaf_set

SCALE = 10**12
Year = tuple[CriteriaSet, dict[str, AgencyFacts]]


def scored(year: Year, *, by_column: bool) -> Scores | list[tuple[Any, ...]]:
    """The scores, or else every refusal in order."""
    with patch.object(scores, "MANY", 0 if by_column else 10**9):
        try:
            return score(*year, group="region")
        except RefusedFacts as error:
            return [(one.code, one.agency, one.leaf, dict(one.values)) for one in error.refusals]


def numbers(given: Scores) -> list[tuple[Any, ...]]:
    codes = [place.code for place in compiled(given.criteria_set).places]
    totals = ("agency", "status", "points", "max", "bonus", "penalty", "index", "class_", "rank", "group_rank")
    return [(*(getattr(one, name) for name in totals), *(one.node(code) for code in codes)) for one in given.agencies]


@settings(max_examples=60)
@given(years())
def test_columns_give_what_one_agency_after_the_other_gives(year: Year) -> None:
    columns, alone = scored(year, by_column=True), scored(year, by_column=False)
    if isinstance(columns, Scores) and isinstance(alone, Scores):
        assert numbers(columns) == numbers(alone)
        assert columns.to_document(reasons="full") == alone.to_document(reasons="full")
    else:
        assert columns == alone


@settings(max_examples=60)
@given(years())
def test_columns_give_what_plain_fractions_give(year: Year) -> None:
    criteria_set, facts = year
    ready, plain = compiled(criteria_set), Plain(criteria_set)
    judged = JudgedColumn(ready, list(facts.values()))
    for number, own in enumerate(facts.values()):
        for leaf in ready.leaves:
            if judged.refused[number] or settled(leaf, own, criteria_set.no_survey) is not None:
                continue
            state, points, maximum = judged.nodes[leaf.code].of(number)
            expected, exact = plain.leaf(leaf, own)
            if leaf.place.part != "areas" and expected == "unknown":
                expected = "none"
            assert (state, points, maximum) == (expected, exact * SCALE, leaf.criterion.max * SCALE), kind(leaf.rule)


HUGE: Mapping[str, st.SearchStrategy[Any]] = {
    "count": st.one_of(st.integers(0, 10**18), st.sampled_from([0, 1, 2**31, 2**62, 2**63, 10**18])),
    "decimal": st.decimals(-(10**6), 10**12, allow_nan=False, places=12),
}
RULES = (
    "{each: a, points: 0.000000000001}",
    "{deduct: a, points: 0.3}",
    "{ratio: [a, b], target: 0.950000000001, floor: 0.4, when_zero: zero}",
    "{bands: [a, b], steps: [{from: 0.9, points: 1.75}, {from: 0.7, points: 0.5}], when_zero: full}",
    "{linear: [a, b], from: {at: 0.300000000007, points: 1.75}, to: {at: 0.8, points: 0}, when_zero: not_applicable}",
)


@settings(max_examples=100)
@given(st.sampled_from(RULES), st.sampled_from(sorted(HUGE)), st.data())
def test_no_value_is_too_large_for_a_column(rule: str, kind_of_input: str, data: st.DataObject) -> None:
    names = ("a", "b") if "b]" in rule else ("a",)
    criteria_set = leaf_set(rule, "1.75", **dict.fromkeys(names, kind_of_input))
    value = st.one_of(st.none(), HUGE[kind_of_input])
    rows = data.draw(st.lists(st.tuples(*[value] * len(names)), min_size=1, max_size=6))
    facts: dict[str, AgencyFacts] = {
        f"A{number}": {f"1.1.{name}": one for name, one in zip(names, row, strict=True) if one is not None}
        for number, row in enumerate(rows)
    }
    columns = scored((criteria_set, facts), by_column=True)
    alone = scored((criteria_set, facts), by_column=False)
    if isinstance(columns, Scores) and isinstance(alone, Scores):
        assert numbers(columns) == numbers(alone)
    else:
        assert columns == alone


PAIRS = st.tuples(
    st.one_of(st.integers(-(10**15), 10**15), st.integers(-(2**62), 2**62)),
    st.one_of(st.integers(0, 3), st.integers(1, 10**14), st.integers(1, 2**62)),
)


@given(st.lists(PAIRS, min_size=1, max_size=6), st.booleans())
def test_percents_are_divided_to_the_last_digit(pairs: list[tuple[int, int]], wide: bool) -> None:
    points, maxima = (np.array(column, dtype=object if wide else np.int64) for column in zip(*pairs, strict=True))
    expected = [half_up(point * 100, most, PLACES) if most else 0 for point, most in pairs]
    assert percents(points, maxima).tolist() == expected


def test_a_rule_that_takes_no_fact_gives_everybody_the_same() -> None:
    criteria_set = leaf_set('{formula: [{points: "max / 2"}]}', "1.75")
    year: Year = (criteria_set, {"A": {}, "B": {"@region": "north"}})
    columns, alone = scored(year, by_column=True), scored(year, by_column=False)
    assert isinstance(columns, Scores)
    assert isinstance(alone, Scores)
    assert [one.points for one in columns.agencies] == [one.points for one in alone.agencies]
    assert numbers(columns) == numbers(alone)


def test_scores_that_nobody_holds_are_gone_without_the_collector() -> None:
    criteria_set = leaf_set("{each: a, points: 0.5}", "1.75", a="count")
    facts: dict[str, AgencyFacts] = {f"A{number}": {"1.1.a": number} for number in range(2 * scores.MANY)}
    gc.collect()
    gc.disable()
    try:
        found = score(criteria_set, facts)
        columns = weakref.ref(found.agencies[0].state_and_numbers.func.__self__)  # type: ignore[attr-defined]
        assert found.agencies[-1].rank is not None
        del found
        assert columns() is None
    finally:
        gc.enable()


@given(st.lists(st.integers(-(2**70), 2**70), min_size=1, max_size=5), st.integers(-(2**40), 2**40))
def test_integers_never_wrap(values: list[int], factor: int) -> None:
    column = BoundedIntegers.of(values)
    assert list((column * factor + column).values) == [value * factor + value for value in values]
    assert list((column * column).values) == [value * value for value in values]


@pytest.mark.parametrize("most", [LIMIT - 1, LIMIT, LIMIT + 1, 2**63, 2**64])
def test_a_column_is_wide_where_its_largest_value_asks_for_it(most: int) -> None:
    assert BoundedIntegers.of([0, -most]).most == most
    assert list((BoundedIntegers.of([most]) + BoundedIntegers.of([most])).values) == [2 * most]
