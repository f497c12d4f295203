"""Rank sets: properties that hold for any estimates, and the shortcut through the tail of the draws."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.statistics import RankSets, StatisticsError, count_rank_sets, rank_sets
from parindex.statistics.ranks.pair_tests import PairTests

seeds = st.integers(0, 2**31)
DRAWS = 600


def units(seed: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.normal(0, 1, p), random.uniform(0.05, 0.6, p)


def sets_of(seed: int, p: int, **options: object) -> RankSets:
    return rank_sets(*units(seed, p), draws=DRAWS, **options)  # type: ignore[arg-type]


def width(sets: np.ndarray) -> int:
    return int((sets[:, 1] - sets[:, 0]).sum())


def every_draw(
    theta: np.ndarray, sigma: np.ndarray, z: np.ndarray, level: float, active: np.ndarray, stepdown: bool
) -> tuple[np.ndarray, float]:
    """Step down as the paper writes it: all pairs of all draws, again after each rejection."""
    rejected = np.zeros_like(active)
    statistic = (theta[:, None] - theta[None, :]) / sigma
    drawn = (z[:, None, :] - z[None, :, :]) / sigma[:, :, None]
    while True:
        largest = np.sort(drawn[active & ~rejected].max(axis=0))
        place = math.ceil(level * (len(largest) + 1) - 1e-9)
        critical = float(largest[place - 1]) if place <= len(largest) else math.inf
        new = active & ~rejected & (statistic > critical)
        rejected |= new
        if not stepdown or not new.any() or (rejected == active).all():
            return rejected, critical


@settings(max_examples=40, deadline=None)
@given(seed=seeds, p=st.integers(2, 9), level=st.sampled_from([0.5, 0.9, 0.95, 0.999]), stepdown=st.booleans())
@pytest.mark.parametrize("side", ["two", "lower", "upper"])
def test_looking_at_few_draws_finds_what_looking_at_all_of_them_finds(
    side: str, seed: int, p: int, level: float, stepdown: bool
) -> None:
    random = np.random.default_rng(seed)
    theta = random.normal(0, 0.5, p)
    root = random.normal(0, 0.3, (p, p))
    matrix = root @ root.T + 1e-6 * np.eye(p)
    z = np.linalg.cholesky(matrix) @ random.normal(size=(p, 400))
    own = np.diag(matrix)
    sigma = np.sqrt(own[:, None] + own[None, :] - 2 * matrix)
    np.fill_diagonal(sigma, 1.0)
    pairs = ~np.eye(p, dtype=bool)
    tests = PairTests(theta, sigma * pairs, z, level, stepdown=stepdown)
    better, critical = tests.simultaneous()
    expected, limit = every_draw(theta, sigma, z, level, pairs, stepdown)
    assert (better == expected).all()
    assert critical == pytest.approx(limit, rel=1e-12)
    above, below = tests.marginal(side)
    for unit in range(p):
        active = np.zeros_like(pairs)
        if side != "lower":
            active[unit] = pairs[unit]
        if side != "upper":
            active[:, unit] = pairs[:, unit]
        alone, _ = every_draw(theta, sigma, z, level, active, stepdown)
        assert (above[unit], below[unit]) == (alone[:, unit].sum(), alone[unit].sum())


@settings(max_examples=30, deadline=None)
@given(seed=seeds, p=st.integers(1, 12), df=st.sampled_from([None, 2.0, 11.0]))
def test_a_set_holds_the_rank_and_a_set_for_all_holds_the_set_for_one(seed: int, p: int, df: float | None) -> None:
    sets = sets_of(seed, p, df=None if df is None else np.full(p, df), least_df=0)
    assert (sets.simultaneous[:, 0] <= sets.rank).all()
    assert (sets.rank <= sets.simultaneous[:, 1]).all()
    assert (sets.simultaneous[:, 0] <= sets.marginal[:, 0]).all()
    assert (sets.marginal[:, 1] <= sets.simultaneous[:, 1]).all()
    assert sets.simultaneous.min() >= 1
    assert sets.simultaneous.max() <= p


@settings(max_examples=30, deadline=None)
@given(seed=seeds, scale=st.sampled_from([1e-40, 1e-9, 4.0, 1e40]), shift=st.sampled_from([0.0, 1.0, -64.0]))
def test_the_unit_of_measurement_does_not_matter_however_small_or_large(seed: int, scale: float, shift: float) -> None:
    estimates, se = units(seed, 10)
    one = rank_sets(estimates, se, draws=DRAWS)
    other = rank_sets((estimates + shift) * scale, se * scale, draws=DRAWS)
    assert (one.better == other.better).all()
    assert other.critical == pytest.approx(one.critical, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_larger_errors_never_make_narrower_sets(seed: int) -> None:
    estimates, se = units(seed, 10)
    narrow = rank_sets(estimates, se, draws=DRAWS)
    wide = rank_sets(estimates, 2 * se, draws=DRAWS)
    assert (wide.better <= narrow.better).all()


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_fewer_degrees_of_freedom_and_a_single_step_make_wider_sets(seed: int) -> None:
    noisy = sets_of(seed, 10, df=np.full(10, 2.0), least_df=0)
    plain = sets_of(seed, 10)
    single = sets_of(seed, 10, method="single")
    assert width(noisy.simultaneous) >= width(plain.simultaneous)
    assert noisy.critical > plain.critical
    assert (single.better <= plain.better).all()


def test_the_order_of_equally_sure_units_does_not_matter_beyond_the_simulation() -> None:
    """Draws go to units by place, so another order is another simulation: far from a tie the sets are the same."""
    estimates = np.array([0.0, 10, 20, 20.1, 30, 40])
    order = np.array([3, 0, 5, 1, 4, 2])
    one, other = (rank_sets(e, np.full(6, 0.5)) for e in (estimates, estimates[order]))
    assert (one.simultaneous[order] == other.simultaneous).all()


def test_no_error_makes_every_difference_certain_and_equality_none() -> None:
    sets = rank_sets([3.0, 3.0, 1.0], [0.0, 0.0, 0.0])
    assert sets.rank.tolist() == [1, 1, 3]
    assert sets.simultaneous.tolist() == [[1, 2], [1, 2], [3, 3]]
    assert np.isnan(sets.critical)


def test_units_that_move_together_are_told_apart_by_any_difference() -> None:
    together = np.full((3, 3), 0.25)
    sets = rank_sets([1.0, 1.0 + 1e-9, 0.9], covariance=together)
    assert sets.simultaneous.tolist() == [[2, 2], [1, 1], [3, 3]]


def test_one_unit_has_rank_one() -> None:
    sets = rank_sets([5.0], [1.0])
    assert sets.simultaneous.tolist() == sets.marginal.tolist() == [[1, 1]]


def test_the_same_seed_gives_the_same_sets_and_another_seed_another_critical_value() -> None:
    first, again, other = (rank_sets(*units(4, 10), draws=DRAWS, seed=seed).critical for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_best_shrink_as_fewer_are_asked_for_and_everybody_is_among_all() -> None:
    sets = sets_of(7, 10)
    kept = [set(sets.best(tau).tolist()) for tau in range(1, 11)]
    assert all(few <= more for few, more in pairwise(kept))
    assert kept[-1] == set(range(10))
    assert set(sets.worst(10).tolist()) == set(range(10))


def test_under_five_degrees_of_freedom_no_rank_is_claimed_and_an_interval_is_given() -> None:
    sets = rank_sets([10.0, 5.0, 0.0, -5.0], [0.1] * 4, df=[20.0, 4.0, 20.0, np.nan])
    assert sets.claimed.tolist() == [True, False, True, True]
    assert sets.simultaneous.tolist() == sets.marginal.tolist() == [[1, 2], [1, 4], [2, 3], [3, 4]]
    assert not sets.apart[1].any()
    low, high = sets.intervals[1]
    assert (low, high) == pytest.approx((5 - 2.7764451 * 0.1, 5 + 2.7764451 * 0.1))
    assert [(w.code, w.units, w.df) for w in sets.warnings] == [
        ("df_under_30", (0, 1, 2), 4.0),
        ("df_under_5", (1,), 4.0),
    ]


@settings(max_examples=20, deadline=None)
@given(
    seed=seeds,
    se=st.floats(1e-3, 50),
    df=st.sampled_from([1.0, 3.0, 4.99]),
    variance=st.sampled_from(["own", "pooled"]),
)
def test_a_unit_that_is_not_placed_changes_nobodys_set_but_by_one_place_at_its_end(
    seed: int, se: float, df: float, variance: str
) -> None:
    estimates, errors = units(seed, 7)
    rest = rank_sets(estimates[:6], errors[:6], df=np.full(6, 9.0), variance=variance, draws=DRAWS)
    among = rank_sets(
        estimates, np.append(errors[:6], se), df=np.append(np.full(6, 9.0), df), variance=variance, draws=DRAWS
    )
    assert among.critical == rest.critical
    for one, other in ((among.simultaneous, rest.simultaneous), (among.marginal, rest.marginal)):
        assert (one[:6] == np.add(other, [0, 1])).all()
        assert one[6].tolist() == [1, 7]
    assert not among.apart[6].any()


def test_pooling_makes_no_claim_for_a_unit_of_few_degrees_of_freedom_of_its_own() -> None:
    estimates = np.arange(8.0)
    sets = rank_sets(estimates, np.full(8, 0.1), df=[2.0] + [9.0] * 7, variance="pooled")
    assert sets.claimed.tolist() == [False] + [True] * 7
    assert sets.used_df[1:].tolist() == [63.0] * 7
    assert sets.df_rule == "pooled"
    assert [w.code for w in sets.warnings] == ["df_under_30", "df_under_5"]
    assert sets.simultaneous[1:].tolist() == [[8 - i, 9 - i] for i in range(1, 8)]


def test_too_few_draws_for_the_level_claim_nothing() -> None:
    sets = rank_sets([1.0, 900.0], [0.1, 0.1], level=0.95, draws=18)
    assert sets.simultaneous.tolist() == [[1, 2], [1, 2]]
    assert rank_sets([1.0, 900.0], [0.1, 0.1], level=0.95, draws=19).simultaneous.tolist() == [[2, 2], [1, 1]]


def test_nobody_is_claimed_where_all_have_few_degrees_of_freedom() -> None:
    sets = rank_sets([1.0, 200.0], [0.1, 0.1], df=[2.0, 3.0])
    assert sets.simultaneous.tolist() == sets.marginal.tolist() == [[1, 2], [1, 2]]


def test_a_negative_error_is_refused_with_its_units() -> None:
    with pytest.raises(StatisticsError, match="se_negative") as refused:
        rank_sets([1.0, 2.0, 3.0, 4.0], [0.1, -0.1, 0.2, -0.3], draws=DRAWS)
    assert refused.value.values["units"] == [1, 3]


def test_a_pooled_error_is_the_mean_design_effect_times_the_simple_variance() -> None:
    errors, simple = np.array([0.2, 0.4, 0.0]), np.array([0.02, 0.05, 0.01])
    pooled = rank_sets([1.0, 2.0, 3.0], errors, variance="pooled", simple_variance=simple, draws=DRAWS)
    effect = (0.2**2 / 0.02 + 0.4**2 / 0.05) / 2
    np.testing.assert_allclose(pooled.used_se, [math.sqrt(effect * 0.02), math.sqrt(effect * 0.05), 0.0])
    plain = rank_sets([1.0, 2.0], [0.2, 0.4], df=[10.0, 30.0], variance="pooled", draws=DRAWS)
    np.testing.assert_allclose(plain.used_se, math.sqrt((10 * 0.2**2 + 30 * 0.4**2) / 40))
    for wrong in ([0.02, 0.0, 0.01], [0.02, 0.05]):
        with pytest.raises(StatisticsError, match="out_of_range"):
            rank_sets([1.0, 2.0, 3.0], errors, variance="pooled", simple_variance=wrong, draws=DRAWS)


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, -0.1])
def test_a_level_lies_between_0_and_1(level: float) -> None:
    with pytest.raises(StatisticsError, match="out_of_range"):
        rank_sets([1.0, 2.0], [0.1, 0.1], level=level)


def test_nobody_cannot_be_ranked() -> None:
    with pytest.raises(StatisticsError, match="no_units"):
        rank_sets([], [])


def test_without_a_degree_of_freedom_a_unit_is_not_placed_and_with_fewer_it_is_refused() -> None:
    assert rank_sets([1.0, 2.0, 9.0], [0.1] * 3, df=[9.0, 9.0, 0.0], draws=DRAWS).claimed.tolist() == [
        True,
        True,
        False,
    ]
    with pytest.raises(StatisticsError, match="df_negative") as refused:
        rank_sets([1.0, 2.0, 9.0], [0.1] * 3, df=[9.0, -1.0, 0.0], draws=DRAWS)
    assert refused.value.values["units"] == [1]


def test_a_variance_that_rounding_made_negative_is_none() -> None:
    sets = rank_sets([1.0, 2.0], covariance=[[-1e-12, 0.0], [0.0, 0.04]], draws=DRAWS)
    assert sets.used_se.tolist() == [0.0, 0.2]
    assert sets.intervals[0].tolist() == [1.0, 1.0]


def test_the_own_set_of_a_unit_counts_those_that_differ_from_it_for_certain() -> None:
    sets = rank_sets([3.0, 2.0, 1.0], [0.0, 0.0, 0.0], draws=DRAWS)
    assert sets.marginal.tolist() == [[1, 1], [2, 2], [3, 3]]


@pytest.mark.parametrize("correction", ["holm", "bonferroni"])
def test_one_category_has_rank_one(correction: str) -> None:
    assert count_rank_sets([5], correction=correction).tolist() == [[1, 1]]


def test_holm_tells_more_categories_apart_than_bonferroni() -> None:
    """Of six pairs 15 : 0 has p = 2⁻¹⁵, and 15 : 4 has 0.0096, which lies between 0.05 ÷ 6 and 0.05 ÷ 5."""
    assert count_rank_sets([15, 4, 0]).tolist() == [[1, 1], [2, 3], [2, 3]]
    assert count_rank_sets([15, 4, 0], correction="bonferroni").tolist() == [[1, 2], [1, 3], [2, 3]]


def test_units_of_almost_no_error_are_told_apart_beside_one_of_much() -> None:
    """A statistic of 10⁴⁰ is more than single precision holds."""
    sets = rank_sets([1.0, 2.0, 1.5], [1e-40, 1e-40, 1.0], draws=DRAWS)
    assert sets.better.tolist() == [[False] * 3, [True, False, False], [False] * 3]
