"""What if, by hand: the largest gain first, caps considered, ranks among the others as they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parindex.scoring import CriteriaSet, score
from parindex.scoring.what_if import Gain, what_if
from tests.scoring.versions import leaf, version

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
