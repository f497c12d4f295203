"""Laws of a composite index: of its scales, its means, its weights, and of the errors of its points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from parindex.statistics import Level, Steps, SurveyEstimates, drawn_points, linear_points
from parindex.statistics.composite.aggregation import (
    AGGREGATIONS,
    aggregate,
    by_levels,
    copeland,
    effective_weights,
    outranking,
)
from parindex.statistics.composite.criteria_weights import benefit_of_the_doubt, principal_component_weights
from parindex.statistics.composite.normalisation import (
    above_mean,
    borda,
    categorised,
    distance_to_target,
    goalposts,
    minmax,
    percentile_ranks,
    rank_scores,
    standardised,
)

Rule = Callable[[np.ndarray], np.ndarray]

FREE_OF_SCALE: dict[str, Rule] = {
    "minmax": minmax,
    "standardised": standardised,
    "ranks": rank_scores,
    "borda": borda,
    "percentile ranks": percentile_ranks,
    "distance to the best": lambda x: distance_to_target(x, np.nanmax(x, axis=0)),
    "above the mean": lambda x: above_mean(x, 0.3),
    "classes": lambda x: categorised(x, [0.2, 0.8], [0, 50, 100]),
}

seeds = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=25, deadline=None)


def table(seed: int, *, gaps: bool = True) -> np.ndarray:
    """Whole numbers, so that ties occur and scaling them by whole numbers is exact."""
    g = np.random.default_rng(seed)
    x = g.integers(-20, 21, (int(g.integers(4, 15)), int(g.integers(1, 6)))).astype(float)
    x[0], x[1] = -25, 25
    if gaps:
        x[2:][g.random(x[2:].shape) < 0.15] = np.nan
    return x


@pytest.mark.parametrize("name", FREE_OF_SCALE)
@FEW
@given(seed=seeds, scale=st.sampled_from([0.5, 2.0, 3.0, 1024.0]), shift=st.integers(-100, 100))
def test_a_scale_does_not_depend_on_the_unit_of_measurement(name: str, seed: int, scale: float, shift: int) -> None:
    x = table(seed)
    np.testing.assert_allclose(FREE_OF_SCALE[name](x * scale + shift), FREE_OF_SCALE[name](x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", FREE_OF_SCALE)
@FEW
@given(seed=seeds)
def test_a_scale_keeps_the_order_the_gaps_and_each_criterion_to_itself(name: str, seed: int) -> None:
    x = table(seed)
    found = FREE_OF_SCALE[name](x)
    assert (np.isnan(found) == np.isnan(x)).all()
    for column in range(x.shape[1]):
        alone = FREE_OF_SCALE[name](x[:, column : column + 1])[:, 0]
        np.testing.assert_allclose(alone, found[:, column], rtol=1e-12, atol=1e-12)
        known = ~np.isnan(alone)
        order = np.argsort(x[known, column], kind="stable")
        assert (np.diff(alone[known][order]) >= -1e-12).all()


@pytest.mark.parametrize("name", FREE_OF_SCALE)
@FEW
@given(seed=seeds)
def test_many_tables_at_once_are_each_by_itself(name: str, seed: int) -> None:
    x = table(seed)
    other = np.where(np.isnan(x), x, x * 2 + np.arange(len(x))[:, None])
    together = FREE_OF_SCALE[name](np.stack([x, other])) if name != "distance to the best" else None
    if together is not None:
        np.testing.assert_allclose(together[0], FREE_OF_SCALE[name](x), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(together[1], FREE_OF_SCALE[name](other), rtol=1e-12, atol=1e-12)


@FEW
@given(seeds)
def test_scores_between_goalposts_do_not_move_when_another_unit_does(seed: int) -> None:
    x = table(seed)
    before = goalposts(x, -20, 20)
    x[0] = 1000
    assert np.array_equal(goalposts(x, -20, 20)[1:], before[1:], equal_nan=True)


positive = arrays.arrays(np.float64, (5, 4), elements=st.floats(0.5, 100))
weights = arrays.arrays(np.float64, 4, elements=st.floats(0.1, 10))


@FEW
@given(positive, weights)
def test_the_means_lie_between_the_worst_and_the_best_and_the_harmonic_forgives_least(
    x: np.ndarray, w: np.ndarray
) -> None:
    arithmetic, geometric, harmonic = (aggregate(x, w, rule) for rule in AGGREGATIONS)
    assert (arithmetic <= x.max(axis=1) * (1 + 1e-12)).all()
    assert (geometric <= arithmetic * (1 + 1e-12)).all()
    assert (harmonic <= geometric * (1 + 1e-12)).all()
    assert (harmonic >= x.min(axis=1) * (1 - 1e-12)).all()


@pytest.mark.parametrize("rule", AGGREGATIONS)
@FEW
@given(x=positive, w=weights, scale=st.floats(0.1, 10))
def test_means_follow_the_scale_and_only_the_ratios_of_weights_matter(
    rule: str, x: np.ndarray, w: np.ndarray, scale: float
) -> None:
    np.testing.assert_allclose(aggregate(x * scale, w * 7, rule), scale * aggregate(x, w, rule), rtol=1e-12)
    own = np.broadcast_to(w, x.shape)
    np.testing.assert_allclose(aggregate(x, own, rule), aggregate(x, w, rule), rtol=1e-12)


@pytest.mark.parametrize("rule", AGGREGATIONS)
@FEW
@given(x=positive, w=weights)
def test_levels_give_what_effective_weights_give_at_once(rule: str, x: np.ndarray, w: np.ndarray) -> None:
    tree = [Level(w, np.array([0, 1, 0, 1])), Level(np.array([1.0, 3.0]), np.zeros(2, dtype=int))]
    (criteria, _) = effective_weights(tree)
    assert criteria.sum() == pytest.approx(1)
    np.testing.assert_allclose(by_levels(x, tree, rule)[-1][:, 0], aggregate(x, criteria, rule), rtol=1e-12)


@FEW
@given(positive, weights)
def test_two_units_share_the_weight_between_them_and_wins_are_losses_of_others(x: np.ndarray, w: np.ndarray) -> None:
    pairs = outranking(x, w)
    np.testing.assert_allclose(pairs + pairs.T, 1, atol=1e-12)
    assert copeland(x, w).sum() == 0


@FEW
@given(seeds, st.floats(0.01, 100), st.floats(-50, 50))
def test_component_weights_do_not_depend_on_units_of_measurement_or_direction(
    seed: int, scale: float, shift: float
) -> None:
    g = np.random.default_rng(seed)
    x = g.normal(size=(30, 4)) + g.normal(size=(30, 1))
    plain = principal_component_weights(x)
    assert plain.sum() == pytest.approx(1)
    turned = x * np.array([scale, -1, 1, 1]) + shift
    np.testing.assert_allclose(principal_component_weights(turned), plain, rtol=1e-4, atol=1e-5)


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_nobody_does_better_under_other_weights_than_under_their_own_best(seed: int) -> None:
    g = np.random.default_rng(seed)
    x = g.uniform(0.1, 1, (6, 3))
    best = benefit_of_the_doubt(x).score
    for w in g.uniform(0, 1, (20, 3)):
        index = x @ w
        assert (index / index.max() <= best + 1e-9).all()
    assert best.max() == pytest.approx(1)
    bound = benefit_of_the_doubt(x, least_share=0.2, most_share=0.5)
    shares = bound.weights * x / bound.score[:, None]
    assert (shares >= 0.2 - 1e-9).all()
    assert (shares <= 0.5 + 1e-9).all()
    assert (bound.score <= best + 1e-9).all()


@FEW
@given(seeds)
def test_linear_points_have_the_errors_that_draws_of_the_estimates_have(seed: int) -> None:
    g = np.random.default_rng(seed)
    root = g.normal(size=(4, 3))
    blocks = [SurveyEstimates(g.normal(size=4), root @ root.T), SurveyEstimates(g.normal(size=2), np.array([0.5, 2.0]))]
    lines = [g.normal(size=(2, 4)), g.normal(size=(2, 2))]
    exact = linear_points(blocks, lines, 3.0)
    drawn = drawn_points(blocks, lambda e: e @ np.concatenate(lines, axis=1).T + 3, draws=8192, seed=seed)
    np.testing.assert_allclose(drawn.values, exact.values)
    scale = np.sqrt(np.outer(np.diag(exact.covariance), np.diag(exact.covariance)))
    np.testing.assert_allclose(drawn.covariance / scale, exact.covariance / scale, atol=0.05)


@FEW
@given(st.floats(0.3, 0.95), st.floats(0.005, 0.1), st.sampled_from([np.inf, 4.0, 20.0]), st.booleans())
def test_draws_through_steps_agree_with_the_exact_probability(value: float, se: float, df: float, closed: bool) -> None:
    rule = Steps([0.5, 0.7, 0.8], [0.0, 0.25, 0.5, 1.0], upper_closed=closed)
    chances = rule.probabilities(value, se, df)
    below = stats.t(df).cdf((rule.edges - value) / se) if np.isfinite(df) else stats.norm.cdf((rule.edges - value) / se)
    np.testing.assert_allclose(np.cumsum(chances)[:-1], below, atol=1e-12)
    found = drawn_points([SurveyEstimates([value], [se], df)], rule, draws=8192)
    mean = float(chances @ rule.points)
    sd = float(np.sqrt(chances @ (rule.points - mean) ** 2))
    assert found.mean[0] == pytest.approx(mean, abs=5 * sd / np.sqrt(8192) + 1e-3)
    assert found.se[0] == pytest.approx(sd, abs=0.02)
