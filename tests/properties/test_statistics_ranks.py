"""What must hold of any rank sets, and that they cover what they say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.statistics import rank_sets

FEW = settings(max_examples=15, deadline=None)


def units(seed: int) -> tuple[np.ndarray, np.ndarray]:
    g = np.random.default_rng(seed)
    p = int(g.integers(2, 12))
    return g.normal(size=p), g.uniform(0.05, 0.6, p)


@FEW
@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_sets_do_not_change_with_scale_and_shift(seed: int, scale: float, shift: float) -> None:
    theta, se = units(seed)
    plain = rank_sets(theta, se, draws=1000)
    moved = rank_sets(scale * theta + shift, scale * se, draws=1000)
    assert (plain.simultaneous == moved.simultaneous).all()
    assert (plain.marginal == moved.marginal).all()


@FEW
@given(st.integers(0, 10_000))
def test_turning_the_order_round_turns_the_sets_round(seed: int) -> None:
    theta, se = units(seed)
    up, down = rank_sets(theta, se, draws=1000), rank_sets(-theta, se, draws=1000, smallest_first=True)
    assert (up.simultaneous == down.simultaneous).all()


@FEW
@given(st.integers(0, 10_000))
def test_sets_are_nested_by_level_and_kind(seed: int) -> None:
    theta, se = units(seed)
    wide, narrow = rank_sets(theta, se, level=0.99, draws=2000), rank_sets(theta, se, level=0.8, draws=2000)
    assert (wide.simultaneous[:, 0] <= narrow.simultaneous[:, 0]).all()
    assert (wide.simultaneous[:, 1] >= narrow.simultaneous[:, 1]).all()
    for sets in (wide, narrow):
        assert (sets.simultaneous[:, 0] <= sets.marginal[:, 0]).all()
        assert (sets.marginal[:, 0] <= sets.rank).all()
        assert (sets.rank <= sets.marginal[:, 1]).all()
        assert (sets.marginal[:, 1] <= sets.simultaneous[:, 1]).all()


@FEW
@given(st.integers(0, 10_000))
def test_a_diagonal_covariance_is_what_standard_errors_are(seed: int) -> None:
    theta, se = units(seed)
    own = rank_sets(theta, se, draws=4000, method="single").critical
    matrix = rank_sets(theta, covariance=np.diag(se**2), draws=4000, method="single").critical
    assert abs(own - matrix) < 0.15


def test_simultaneous_sets_of_noisy_errors_cover_what_they_say() -> None:
    """Eight equal units with errors of 4 df: Gaussian draws would cover far less."""
    g = np.random.default_rng(8)
    held = {"aware": 0, "gaussian": 0}
    rounds = 150
    for _ in range(rounds):
        theta, se = g.normal(size=8), np.sqrt(g.chisquare(4, 8) / 4)
        aware = rank_sets(theta, se, df=np.full(8, 4.0), draws=500, least_df=0)
        gaussian = rank_sets(theta, se, draws=500)
        held["aware"] += bool((aware.simultaneous == [1, 8]).all())
        held["gaussian"] += bool((gaussian.simultaneous == [1, 8]).all())
    assert held["aware"] / rounds >= 0.93
    assert held["gaussian"] / rounds < 0.85
