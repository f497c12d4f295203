"""What if, by hand: the largest gain first, caps considered, ranks among the others as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parindex.scoring import CriteriaSet, score
from parindex.scoring.trials.what_if import Gain, what_if
from tests.scoring.sets import leaf_set, set_of
from tests.scoring.versions.versions_compared import leaf, version

RATIO = "inputs: {a: {type: count}, b: {type: count}}, rule: {ratio: [a, b], floor: 0.5, when_zero: zero}"
EACH = "inputs: {n: {type: count}}, rule: {each: n, points: 1}"
EXTRA = (
    "adjustments:\n"
    "  bonus: {cap: 1.5, items: [" + leaf("B1", "Sáng kiến", "2", EACH) + "]}\n"
    "  penalty: {cap: 1, items: [" + leaf("P1", "Vi phạm", "3", EACH) + "]}\n"
)
SET: CriteriaSet = version(
    2025,
    ("Một", [leaf("1.1", "Kế hoạch", "2"), leaf("1.2", "Đúng hạn", "4", RATIO), leaf("1.3", "Thẩm định", "3", "rule: {judged: true}")]),
    extra=EXTRA,
)  # fmt: skip
ALL: dict[str, Any] = {"1.1.a": False, "1.2.a": 2, "1.2.b": 10, "1.3.judged": Decimal(1), "B1.n": 1, "P1.n": 2}


def gains(own: dict[str, Any], **others: dict[str, Any]) -> dict[str, Gain]:
    return {one.code: one for one in what_if(score(SET, {"A": own, **others}), "A")}


def test_the_largest_gain_of_the_total_comes_first() -> None:
    found = gains(ALL)
    assert list(found) == ["1.1", "1.2", "1.3", "P1", "B1"]
    assert {code: (one.gain, one.total_gain, one.at_most) for code, one in found.items()} == {
        "1.1": (Decimal(2), Decimal(2), False),
        "1.2": (Decimal(2), Decimal(2), False),
        "1.3": (Decimal(2), Decimal(2), True),
        # Two violations cost 2, capped at 1; a second prize gives 1, of which the cap leaves a half.
        "P1": (Decimal(2), Decimal(1), True),
        "B1": (Decimal(1), Decimal("0.5"), False),
    }


def test_what_is_needed_is_named_as_facts() -> None:
    found = gains(ALL)
    assert found["1.1"].facts == {"1.1.a": "true"}
    assert found["1.2"].facts == {"1.2.a": "5"}
    assert found["B1"].facts == {"B1.n": "2"}


def test_index_and_rank_are_those_that_would_be() -> None:
    best = {**ALL, "1.1.a": True, "1.2.a": 5}
    found = gains(ALL, B=best, C={**ALL, "1.1.a": True})
    assert found["1.1"].rank == 2
    assert found["1.2"].rank == 2
    assert found["B1"].rank == 3
    assert found["1.1"].index_gain == Decimal("22.222222222222")


def test_an_unknown_leaf_could_give_all_and_names_what_is_missing() -> None:
    found = gains({"1.1.a": True})
    assert (found["1.2"].state, found["1.2"].gain, found["1.2"].at_most) == ("unknown", Decimal(4), True)
    assert found["1.2"].reason.missing == ("1.2.a", "1.2.b")
    assert (found["1.2"].rank, found["1.2"].index_gain) == (None, None)


def test_what_is_decided_full_or_without_denominator_is_left_out() -> None:
    own = {**ALL, "1.1.a": True, "1.2.b": 0, "1.3.decided": Decimal(1), "P1.n": 0, "B1.n": 2}
    assert gains(own) == {}


def test_an_agency_without_facts_is_not_known() -> None:
    with pytest.raises(KeyError):
        what_if(score(SET, {"A": ALL}), "B")


@pytest.mark.parametrize(
    ("rule", "a", "b", "gain", "needed"),
    [
        # One of three is the least that reaches a tenth, and it is a third.
        ("{ratio: [a, b], floor: 0.1, when_zero: zero}", 0, 3, "1", "1"),
        ("{bands: [a, b], steps: [{from: 0.5, points: 3}, {from: 0.1, points: 1}], when_zero: zero}", 0, 2, "3", "1"),
        ("{bands: [a, b], steps: [{to: 0.1, points: 3}, {to: 0.8, points: 1}], when_zero: zero}", 5, 1, "3", "0"),
        ("{linear: [a, b], from: {at: 0.5, points: 0}, to: {at: 0.9, points: 3}, when_zero: zero}", 6, 10, "2.25", "9"),
    ],
)
def test_a_step_in_whole_numbers_gives_all_that_it_reaches(rule: str, a: int, b: int, gain: str, needed: str) -> None:
    criteria_set = leaf_set(rule, "3", a="count", b="count")
    (found,) = what_if(score(criteria_set, {"A": {"1.1.a": a, "1.1.b": b}}), "A")
    assert (found.gain, found.facts) == (Decimal(gain), {"1.1.a": needed})
    assert found.reason.next is not None
    assert found.reason.next["gain"] == gain


def test_no_step_asks_for_fewer_than_none() -> None:
    criteria_set = leaf_set("{ratio: [a, b], floor: 0.5, when_zero: zero}", "3", a="count", b="decimal")
    (found,) = what_if(score(criteria_set, {"A": {"1.1.a": 3, "1.1.b": Decimal(-2)}}), "A")
    assert (found.at_most, found.facts, found.reason.next) == (True, {}, None)


SHARED = """\
inputs: {n: {type: count, label: {vi: n}}}
areas:
  - code: "1"
    title: {vi: a}
    criteria:
      - {code: "1.1", title: {vi: b}, max: 4, rule: {each: n, points: 1}}
      - {code: "1.2", title: {vi: c}, max: 6, rule: {formula: [{points: "%s"}]}}
"""


def test_a_fact_that_other_leaves_use_changes_them_too() -> None:
    scores = score(set_of(SHARED % "6 - n / 2"), {"A": {"n": 2}})
    found = {one.code: one for one in what_if(scores, "A")}["1.1"]
    assert (found.gain, found.total_gain, found.index_gain) == (Decimal(1), Decimal("0.5"), Decimal(5))


def test_a_step_that_would_have_other_facts_refused_is_none() -> None:
    scores = score(set_of(SHARED % "6 / (3 - n)"), {"A": {"n": 2}})
    found = {one.code: one for one in what_if(scores, "A")}["1.1"]
    assert (found.at_most, found.facts, found.gain) == (True, {}, Decimal(2))
