"""The brackets beside a ranking join neighbours of which no two can be told apart."""

from __future__ import annotations

import numpy as np

from parindex.statistics import lanes, rank_sets


def test_no_two_units_of_a_lane_can_be_told_apart_and_no_lane_can_grow() -> None:
    generator = np.random.default_rng(3)
    sets = rank_sets(generator.normal(size=20), np.full(20, 0.3))
    order = np.argsort(sets.rank).tolist()
    found = lanes(order, sets.apart)
    assert found
    for lane in found:
        place = order.index(lane[0])
        assert tuple(order[place : place + len(lane)]) == lane
        assert not sets.apart[np.ix_(lane, lane)].any()
        for neighbour in (place - 1, place + len(lane)):
            if 0 <= neighbour < 20:
                assert sets.apart[order[neighbour], list(lane)].any()


def test_units_that_are_all_alike_share_one_lane_and_units_all_apart_have_none() -> None:
    alike = np.zeros((4, 4), dtype=bool)
    assert lanes([2, 0, 1, 3], alike) == [(2, 0, 1, 3)]
    assert lanes([2, 0, 1, 3], ~np.eye(4, dtype=bool)) == []
    assert lanes([], np.zeros((0, 0))) == []
