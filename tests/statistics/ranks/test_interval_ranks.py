"""Ranks from intervals through rules with steps: never more than the intervals say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    StatisticsError,
    Steps,
    carried,
    index_intervals,
    interval_ranks,
    joint_intervals,
)

seeds = st.integers(0, 2**31)
FEW = settings(max_examples=30, deadline=None)
RULE = Steps([0.5, 0.6, 0.7, 0.8], [0.0, 0.25, 0.5, 0.75, 1.0])


def units(seed: int, p: int = 12) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.uniform(0.3, 0.95, p), random.uniform(0.005, 0.05, p)


@FEW
@given(seed=seeds)
def test_the_points_of_the_estimates_lie_in_the_intervals_and_their_ranks_in_the_sets(seed: int) -> None:
    shares, se = units(seed)
    ends = joint_intervals(shares, se, within=(0, 1))
    points = carried(ends, RULE, shares)
    own = RULE(shares)
    assert (points[:, 0] <= own).all()
    assert (own <= points[:, 1]).all()
    sets = interval_ranks(points).simultaneous
    rank = 1 + (own[:, None] > own[None, :]).sum(axis=0)
    assert (sets[:, 0] <= rank).all()
    assert (rank <= sets[:, 1]).all()


@FEW
@given(seed=seeds)
def test_wider_intervals_tell_fewer_apart(seed: int) -> None:
    shares, se = units(seed)
    narrow, wide = (interval_ranks(carried(joint_intervals(shares, s), RULE)) for s in (se, 2 * se))
    assert (wide.better <= narrow.better).all()


@FEW
@given(seed=seeds)
def test_a_falling_rule_and_the_smallest_first_turn_the_sets_round(seed: int) -> None:
    shares, se = units(seed)
    ends = joint_intervals(shares, se)
    rising = interval_ranks(carried(ends, RULE))
    falling = interval_ranks(carried(ends, lambda x: -RULE(x)), smallest_first=True)
    assert (rising.simultaneous == falling.simultaneous).all()


def test_intervals_that_touch_are_not_told_apart() -> None:
    found = interval_ranks([[1.0, 2.0], [2.0, 3.0], [3.5, 4.0]])
    assert found.simultaneous.tolist() == [[2, 3], [2, 3], [1, 1]]
    assert found.apart.tolist() == [[False, False, True], [False, False, True], [True, True, False]]


def test_the_index_lies_between_the_sums_of_the_ends() -> None:
    found = index_intervals([np.array([[0, 1], [1, 2]]), np.array([[0.5, 0.5], [0, 3]])], [10, 20])
    assert found.tolist() == [[10.5, 11.5], [21, 25]]


def test_without_known_points_the_index_is_that_of_the_steps_alone() -> None:
    assert index_intervals([[[0.0, 1.0], [1.0, 2.0]]]).tolist() == [[0.0, 1.0], [1.0, 2.0]]


def test_without_degrees_of_freedom_the_whole_range_is_possible_and_without_error_one_value() -> None:
    found = joint_intervals([0.5, 0.5, 0.5], [0.1, 0.0, 0.1], [0, 5, np.nan], within=(0, 1))
    assert found[0].tolist() == [0, 1]
    assert found[1].tolist() == [0.5, 0.5]
    assert 0 < found[2, 0] < 0.5 < found[2, 1] < 1


def test_a_rule_that_rises_and_falls_is_refused_where_it_is_seen() -> None:
    with pytest.raises(StatisticsError, match="rule_not_monotone") as refused:
        carried([[0.1, 0.2], [0.4, 0.9]], lambda x: np.where((x > 0.5) & (x < 0.8), 1.0, 0.0), [0.15, 0.6])
    assert refused.value.values["units"] == [1]
    with pytest.raises(StatisticsError, match="interval_reversed"):
        interval_ranks([[2.0, 1.0]])


def test_sets_through_steps_cover_at_least_what_they_say() -> None:
    random = np.random.default_rng(5)
    true = np.linspace(0.45, 0.85, 10)
    held = 0
    for _ in range(300):
        shares = true + random.normal(0, 0.04, 10)
        sets = interval_ranks(carried(joint_intervals(shares, np.full(10, 0.04)), RULE)).simultaneous
        points = RULE(true)
        first = 1 + (points[:, None] > points[None, :]).sum(axis=0)
        last = 10 - (points[:, None] < points[None, :]).sum(axis=0)
        held += bool(((sets[:, 0] <= first) & (last <= sets[:, 1])).all())
    assert held / 300 >= 0.93


@pytest.mark.parametrize(
    ("df", "half"), [(0.5, None), (1.0, 12.7062), (2.0, 4.30265), (np.inf, 1.959964), (np.nan, 1.959964)]
)
def test_one_interval_is_as_wide_as_its_degrees_of_freedom_say(df: float, half: float | None) -> None:
    """Student's t at 0.975: NIST/SEMATECH e-Handbook 1.3.6.7.2; under one degree it is wider than at one."""
    low, high = joint_intervals([0.0], [1.0], [df])[0]
    assert -low == high
    assert high == pytest.approx(half, rel=1e-5) if half is not None else 12.7062 < high < np.inf


def test_without_degrees_of_freedom_an_interval_is_the_whole_range() -> None:
    assert joint_intervals([0.5], [0.1], [0.0], within=(0, 1)).tolist() == [[0.0, 1.0]]


def test_no_estimate_has_no_interval() -> None:
    assert joint_intervals([], []).shape == (0, 2)


@pytest.mark.parametrize("wrong", [-0.5, -2.0, np.nan])
def test_an_error_that_is_none_is_refused_with_its_unit(wrong: float) -> None:
    with pytest.raises(StatisticsError, match="se_negative") as refused:
        joint_intervals([0.1, 0.2, 0.3], [0.1, wrong, 0.0])
    assert refused.value.values["units"] == [1]


@pytest.mark.parametrize("name", ["se", "df"])
def test_errors_and_degrees_of_freedom_of_other_length_are_refused_by_name(name: str) -> None:
    with pytest.raises(StatisticsError, match="length_differs") as refused:
        joint_intervals([0.1, 0.2], [0.1, 0.1, 0.1][: 1 if name == "se" else 2], [9.0] if name == "df" else None)
    assert refused.value.values["column"] == name
