"""Composite indices: what is refused and whom it names, what is unknown, and examples worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from parindex.statistics import Level, StatisticsError, Steps, SurveyEstimates, drawn_points, linear_points
from parindex.statistics.composite.aggregation import aggregate, by_levels, outranking
from parindex.statistics.composite.criteria_weights import (
    benefit_of_the_doubt,
    budget_allocation,
    pairwise_weights,
    principal_component_weights,
)
from parindex.statistics.composite.normalisation import (
    categorised,
    directed,
    distance_to_target,
    goalposts,
    minmax,
    percentile_ranks,
    ratio_to_reference,
    scaled,
    standardised,
)

CONSTANT = [[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]]
GAP = [[1.0, np.nan], [2.0, 4.0]]
TREE = [Level(np.ones(2), np.zeros(2, dtype=int))]


@pytest.mark.parametrize(
    ("code", "values", "work"),
    [
        ("no_spread", {"criteria": [0]}, lambda: minmax(CONSTANT)),
        ("no_spread", {"criteria": [0]}, lambda: standardised(CONSTANT)),
        ("no_spread", {"criteria": [1]}, lambda: percentile_ranks(GAP)),
        ("no_spread", {"criteria": [1]}, lambda: goalposts(CONSTANT, [0, 5], [1, 5])),
        ("value_infinite", {"criteria": [1]}, lambda: minmax([[1.0, np.inf], [2.0, 1.0]])),
        ("no_units", {}, lambda: minmax([1.0, 2.0])),
        ("target_too_low", {"criteria": [1]}, lambda: distance_to_target(CONSTANT, [2, 2])),
        ("not_positive", {"criteria": [0]}, lambda: ratio_to_reference(CONSTANT, [0, 1])),
        ("not_positive", {"criteria": [1]}, lambda: scaled(CONSTANT, 0, [1, -1])),
        ("length_differs", {"column": "scores", "rows": 2, "found": 3}, lambda: categorised(CONSTANT, [0.5], [1, 2, 3])),
        ("not_positive", {"rule": "geometric", "criteria": [1]}, lambda: aggregate([[1.0, 0.0]], [1, 1], "geometric")),
        ("weight_negative", {"rows": [1]}, lambda: aggregate([[1.0, 1.0]], [1, -1])),
        ("weights_all_zero", {}, lambda: aggregate([[1.0, 1.0]], [0, 0])),
        ("level_differs", {"level": 0, "expected": 3, "found": 2}, lambda: by_levels([[1.0, 2.0, 3.0]], TREE)),
        (
            "level_differs",
            {"level": 0, "expected": 1, "found": [1]},
            lambda: by_levels([[1.0]], [Level(np.ones(1), np.ones(1, dtype=int))]),
        ),
        ("value_missing", {"criteria": [1]}, lambda: principal_component_weights(GAP)),
        ("value_negative", {"criteria": [0]}, lambda: benefit_of_the_doubt([[-1.0, 1.0]])),
        ("shares_impossible", {"units": [1]}, lambda: benefit_of_the_doubt([[1.0, 1.0], [0.0, 1.0]], least_share=0.1)),
        ("experts_without_points", {"rows": [1]}, lambda: budget_allocation([[1, 1], [0, 0]])),
        ("judgements_not_reciprocal", {"criteria": [0, 1]}, lambda: pairwise_weights([[1, 2], [2, 1]])),
        ("estimate_missing", {"units": [1]}, lambda: SurveyEstimates([1.0, np.nan], [1.0, 1.0])),
        ("se_negative", {"units": [0]}, lambda: SurveyEstimates([1.0, 2.0], [-1.0, 1.0])),
        ("covariance_asymmetric", {"at": (0, 1), "found": (1.0, 0.0)}, lambda: SurveyEstimates([1.0, 2.0], [[2.0, 1], [0, 2]])),
        ("edges_not_ascending", {"found": [0.5, 0.5]}, lambda: Steps([0.5, 0.5], [0, 1, 2])),
        (
            "length_differs",
            {"column": "coefficients[0]", "rows": (1, 2), "found": (1, 3)},
            lambda: linear_points([SurveyEstimates([1.0, 2.0], [1.0, 1.0])], [np.ones((1, 3))]),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_by_name(
    code: str, values: dict[str, Any], work: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        work()
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()


def test_less_is_better_where_the_direction_says_so() -> None:
    days = directed([[3.0], [10.0]], [-1])
    assert minmax(days).ravel().tolist() == [100.0, 0.0]


def test_an_index_of_which_a_part_is_unknown_is_unknown_unless_it_is_asked_for() -> None:
    values = [[2.0, np.nan, 6.0], [1.0, 2.0, 3.0], [np.nan, np.nan, np.nan]]
    assert np.isnan(aggregate(values, [1, 2, 1])).tolist() == [True, False, True]
    known = aggregate(values, [1, 2, 1], least_known=0.5)
    assert known[:2].tolist() == [4.0, 2.0]
    assert np.isnan(known[2])


def test_what_two_units_have_not_both_says_nothing_about_the_two() -> None:
    pairs = outranking([[1.0, np.nan], [2.0, 5.0], [np.nan, 6.0]], [1, 3])
    assert pairs[1].tolist() == [1.0, 0.5, 0.0]
    assert pairs[0, 2] == 0.5


def test_criteria_that_say_the_same_share_a_component_and_one_that_is_alone_has_its_own() -> None:
    g = np.random.default_rng(5)
    common = g.normal(size=4000)
    x = np.column_stack([common, common + 1e-6 * g.normal(size=4000), g.normal(size=4000)])
    np.testing.assert_allclose(principal_component_weights(x, least_eigenvalue=0.9), 1 / 3, atol=0.01)


def test_judgements_that_contradict_each_other_are_seen() -> None:
    found = pairwise_weights([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert found.consistency > 1
    np.testing.assert_allclose(found.weights, 1 / 3)


def test_criteria_of_one_survey_move_together_in_the_error_of_the_index() -> None:
    apart = linear_points([SurveyEstimates([80.0, 85.0], [3.0, 4.0])], [[[1.0, 1.0]]])
    together = linear_points([SurveyEstimates([80.0, 85.0], [[9.0, 12.0], [12.0, 16.0]])], [[[1.0, 1.0]]])
    assert apart.se.tolist() == [5.0]
    assert together.se.tolist() == [7.0]


def test_degrees_of_freedom_of_two_surveys_join_by_satterthwaite() -> None:
    blocks = [SurveyEstimates([1.0], [2.0], df=10), SurveyEstimates([1.0], [1.0], df=5)]
    found = linear_points(blocks, [[[1.0]], [[1.0]]])
    assert found.df[0] == pytest.approx(25 / (16 / 10 + 1 / 5))
    assert linear_points([SurveyEstimates([1.0], [0.0], df=3)], [[[1.0]]]).df.tolist() == [np.inf]


def test_an_estimate_on_an_edge_is_in_the_band_that_the_rule_says() -> None:
    start, end = Steps([0.8], [0.0, 1.0]), Steps([0.8], [1.0, 0.0], upper_closed=True)
    assert start(np.array([0.8])).tolist() == [1.0]
    assert end(np.array([0.8])).tolist() == [1.0]
    assert start.probabilities(0.8, 0.0).tolist() == [0.0, 1.0]
    assert end.probabilities(0.8, 0.0).tolist() == [1.0, 0.0]


def test_near_an_edge_the_mean_of_the_draws_is_not_what_is_published() -> None:
    found = drawn_points([SurveyEstimates([0.81], [0.02])], Steps([0.8], [0.0, 1.0]), draws=4096)
    assert found.values.tolist() == [1.0]
    assert found.mean[0] == pytest.approx(0.6915, abs=0.005)
    assert found.intervals().tolist() == [[0.0, 1.0]]


def test_the_same_seed_gives_the_same_draws() -> None:
    block, rule = SurveyEstimates([0.5, 0.6], [0.1, 0.1], df=8), Steps([0.55], [0.0, 1.0])
    first, again = (drawn_points([block], rule, draws=1500, seed=4).draws for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, drawn_points([block], rule, draws=1500, seed=5).draws)


def test_a_rule_that_gives_no_number_is_refused() -> None:
    with pytest.raises(StatisticsError, match="points_missing"):
        drawn_points([SurveyEstimates([1.0], [1.0])], lambda e: np.full_like(e, np.nan), draws=8)
