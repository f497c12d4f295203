"""The probability of being among the best is that of the drawn estimates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from parindex.statistics import StatisticsError, rank_probabilities

FEW = settings(max_examples=20, deadline=None)


@FEW
@given(seed=st.integers(0, 2**31), p=st.integers(1, 9), df=st.sampled_from([None, 3.0]))
def test_places_and_units_are_shared_out_completely(seed: int, p: int, df: float | None) -> None:
    random = np.random.default_rng(seed)
    found = rank_probabilities(
        random.normal(size=p), random.uniform(0.1, 1, p), df=None if df is None else np.full(p, df), draws=500
    )
    np.testing.assert_allclose(found.probability.sum(axis=0), 1)
    np.testing.assert_allclose(found.probability.sum(axis=1), 1)
    assert all(found.best(k).sum() == pytest.approx(k) for k in range(1, p + 1))
    assert found.expected.sum() == pytest.approx(p * (p + 1) / 2)


def test_of_two_units_it_is_the_normal_probability_of_their_difference() -> None:
    found = rank_probabilities([1.0, 0.0], [0.6, 0.8]).best(1)
    assert found[0] == pytest.approx(float(special.ndtr(1.0)), abs=0.005)


def test_noisy_errors_make_it_less_sure_and_covariance_more() -> None:
    plain, noisy = (rank_probabilities([1.0, 0.0], [0.5, 0.5], df=df).best(1)[0] for df in (None, [2.0, 2.0]))
    together = rank_probabilities([1.0, 0.0], covariance=[[0.25, 0.2], [0.2, 0.25]]).best(1)[0]
    assert noisy < plain < together


def test_units_without_error_share_the_better_rank_where_they_are_equal() -> None:
    found = rank_probabilities([2.0, 2.0, 1.0], [0.0, 0.0, 0.0], draws=10)
    assert found.best(1).tolist() == [1, 1, 0]
    assert rank_probabilities([2.0, 1.0], [0.0, 0.0], draws=10, smallest_first=True).best(1).tolist() == [0, 1]


def test_a_place_that_does_not_exist_is_refused() -> None:
    found = rank_probabilities([2.0, 1.0], [0.1, 0.1], draws=10)
    for k in (0, 3):
        with pytest.raises(StatisticsError, match="out_of_range"):
            found.best(k)


def test_errors_of_shared_raters_with_degrees_of_freedom_are_not_drawn() -> None:
    shared, apart = [[0.25, 0.2], [0.2, 0.25]], [[0.25, 0.0], [0.0, 0.25]]
    with pytest.raises(StatisticsError, match="draws_shared"):
        rank_probabilities([1.0, 0.0], covariance=shared, df=[8.0, 8.0])
    alone = rank_probabilities([1.0, 0.0], [0.5, 0.5], df=[8.0, 8.0]).best(1)
    assert rank_probabilities([1.0, 0.0], covariance=apart, df=[8.0, 8.0]).best(1).tolist() == alone.tolist()
