"""The bridge between two years, by hand: what changed by performance and what by a change of rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parindex.scoring import CriteriaSet, RefusedFacts
from parindex.scoring.versions.bridge import AgencyOnBridge, Bridge, bridge, bridge_document
from parindex.scoring.versions.comparison import compare
from parindex.scoring.versions.crosswalk import draft
from tests.scoring.versions.versions_compared import leaf, version

RATIO = "inputs: {a: {type: count}, b: {type: count}}, may_be_inapplicable: true, rule: {ratio: [a, b], when_zero: not_applicable}"
STRICT = RATIO.replace("when_zero", "floor: 0.9, when_zero")
SURVEY = "rule: {survey: {instrument: sipas, measure: index}, as: share}"
MORE = (
    "adjustments: {bonus: {cap: CAP, items: ["
    + leaf("B1", "Thưởng", "3", "inputs: {n: {type: count}}, rule: {each: n, points: 1}")
    + "]}}\n"
)


def years(cap: str = "2", no_survey: str = "rescale") -> tuple[CriteriaSet, CriteriaSet]:
    """1.1 keeps its rule and goes from 2 to 4 points, 1.2 becomes stricter, 2.1 is a survey, B1 a bonus."""
    extra = MORE.replace("CAP", cap) + f"no_survey: {no_survey}\n"
    older = version(
        2025, ("Một", [leaf("1.1", "Đúng hạn", "2", RATIO), leaf("1.2", "Trực tuyến", "2", RATIO)]), ("Hai", [leaf("2.1", "Hài lòng", "4", SURVEY)]), extra=extra,
    )  # fmt: skip
    newer = version(
        2026, ("Một", [leaf("1.1", "Đúng hạn", "4", RATIO), leaf("1.2", "Trực tuyến", "2", STRICT)]), ("Hai", [leaf("2.1", "Hài lòng", "4", SURVEY)]), extra=MORE.replace("CAP", "1") + f"no_survey: {no_survey}\n",
    )  # fmt: skip
    return older, newer


def facts(first: int, second: int, survey: str, **more: Any) -> dict[str, Any]:
    own = {"1.1.a": first, "1.1.b": 10, "1.2.a": second, "1.2.b": 10, "survey:sipas.index": Decimal(survey)}
    return own | {name.replace("_", "."): value for name, value in more.items()}


def crossed(older_facts: dict[str, Any], newer_facts: dict[str, Any], **of_set: str) -> Bridge:
    older, newer = years(**of_set)
    return bridge(older, older_facts, newer, newer_facts, draft(compare(older, newer)))


def only(before: dict[str, Any], after: dict[str, Any], **of_set: str) -> AgencyOnBridge:
    (one,) = crossed({"A": before}, {"A": after}, **of_set).agencies
    return one


def test_the_older_year_counts_shares_of_the_newer_maxima() -> None:
    one = only(facts(5, 8, "0.5"), facts(5, 8, "0.5"))
    assert (one.leaves, one.max) == (3, Decimal(8))
    assert (one.older.points, one.newer.points) == (Decimal(4), Decimal(4))
    # Whole sets: (1 + 1.6 + 2)/8 = 57.5 before, (2 + 0 + 2)/10 = 40 after: all of it by the stricter rule.
    assert (one.older.index, one.newer.index) == (Decimal("57.5"), Decimal(40))
    assert one.index_change is not None
    assert (one.index_change.whole, one.index_change.performance, one.index_change.rules) == (
        Decimal("-17.5"), Decimal(0), Decimal("-17.5"),
    )  # fmt: skip


def test_what_applies_in_one_year_only_counts_in_neither() -> None:
    one = only(facts(5, 8, "0.5"), facts(5, 8, "0.9") | {"1.1.not_applicable": True})
    assert (one.leaves, one.max, one.older.points) == (2, Decimal(4), Decimal(2))
    one = only(facts(5, 8, "0.5", **{"1.1.b": 0}), facts(5, 8, "0.9"))
    assert one.older.points == Decimal(2)


@pytest.mark.parametrize("no_survey", ["rescale", "zero"])
def test_a_survey_that_was_not_held_counts_in_neither_year(no_survey: str) -> None:
    before = {name: value for name, value in facts(5, 8, "0").items() if not name.startswith("survey")}
    one = only(before | {"survey:sipas.not_held": True}, facts(10, 8, "1"), no_survey=no_survey)
    assert (one.max, one.older.points, one.newer.points) == (Decimal(4), Decimal(2), Decimal(4))


def test_bonus_counts_on_the_bridge_up_to_the_newer_cap() -> None:
    one = only(facts(0, 8, "0", B1_n=3), facts(0, 8, "0"))
    assert (one.older.points, one.newer.points, one.max) == (Decimal(1), Decimal(0), Decimal(8))
    assert one.older.bridge_index == Decimal("12.5")


def test_ranks_move_by_performance_and_by_rules() -> None:
    # A is better at 1.1, B at 1.2; nothing changes but the rule of 1.2, which throws B back.
    same = {"A": facts(6, 5, "0.5"), "B": facts(4, 8, "0.5"), "C": facts(0, 0, "0")}
    found = crossed(same, same)
    ranks = {one.agency: bridge_document(found)["agencies"][n]["rank_change"] for n, one in enumerate(found.agencies)}
    assert ranks == {
        "A": {"whole": 1, "performance": 0, "rules": 1},
        "B": {"whole": -1, "performance": 0, "rules": -1},
        "C": {"whole": 0, "performance": 0, "rules": 0},
    }


def test_change_is_the_sum_of_its_causes() -> None:
    before = {"A": facts(6, 5, "0.51"), "B": facts(4, 9, "0.7"), "C": facts(3, 10, "0.33")}
    after = {"B": facts(9, 9, "0.2"), "C": facts(1, 9, "0.85"), "A": facts(7, 3, "0.5")}
    for one in crossed(before, after).agencies:
        for split in (one.index_change, one.rank_change):
            assert split is not None
            assert split.whole == split.performance + split.rules


def test_agencies_that_cannot_be_compared_are_named() -> None:
    before = {
        "A": facts(6, 5, "0.5"),
        "gone": facts(1, 1, "0"),
        "open": {"1.1.a": 1},
        "guest": facts(1, 1, "1") | {"@ranked": False},
    }
    after = {"A": facts(6, 5, "0.5"), "new": facts(1, 1, "0"), "open": facts(1, 1, "0"), "guest": facts(1, 1, "1")}
    found = crossed(before, after)
    assert found.left_out == {"gone": "older_only", "new": "newer_only", "open": "incomplete", "guest": "not_ranked"}
    assert [one.agency for one in found.agencies if one.rank_change] == ["A"]
    assert {one.agency: one.index_change is None for one in found.agencies} == {
        "A": False,
        "open": True,
        "guest": False,
    }


def test_refused_facts_of_both_years_are_listed() -> None:
    with pytest.raises(RefusedFacts) as refused:
        crossed({"A": {"1.1.decided": Decimal(9)}}, {"A": {"1.2.decided": Decimal(9)}})
    assert [one.leaf for one in refused.value.refusals] == ["1.1", "1.2"]


def test_a_crosswalk_of_other_sets_is_refused() -> None:
    older, newer = years()
    other = version(2027, ("Ba", [leaf("1.1", "Khác")]))
    with pytest.raises(ValueError, match="other sets"):
        bridge(older, {}, other, {}, draft(compare(older, newer)))
