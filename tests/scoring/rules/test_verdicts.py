"""What a rule may give, and what one more would gain."""

from __future__ import annotations

from fractions import Fraction

import pytest

from parindex.scoring.digits import UNIT
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.next_steps import Case
from parindex.scoring.rules.making.verdicts import Verdict, within


@pytest.mark.parametrize(
    ("top", "refusal"), [(-2, "points_outside"), (-1, "points_outside"), (0, None), (10, None), (11, "points_outside")]
)
def test_points_lie_between_0_and_the_maximum_to_the_last_place(top: int, refusal: str | None) -> None:
    assert within(top, 1, 10).refusal == refusal


@pytest.mark.parametrize(("reached", "gains"), [(1, False), (2, False), (3, True), (9, True)])
def test_a_step_that_gains_nothing_is_no_next_step(reached: int, gains: bool) -> None:
    verdict = Verdict("scored", 2 * UNIT)
    names = Names(code="1.1", local={}, shared={})
    case = Case(names=names, taken=(), maximum=4 * UNIT, judge=lambda _: verdict, facts={}, verdict=verdict)
    told = case.gain(reached * UNIT)
    assert (told is not None) == gains
    assert told is None or Fraction(str(told["gain"])) == min(reached, 4) - 2
