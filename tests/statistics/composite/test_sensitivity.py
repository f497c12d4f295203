"""Sensitivity against published values, and examples worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from parindex.statistics import (
    Level,
    StatisticsError,
    choice_sensitivity,
    leave_one_out,
    ranks_of_rows,
    sobol,
    weight_sensitivity,
)
from parindex.statistics.composite.normalisation import goalposts, minmax

NORMAL = {"minmax": lambda values, _: minmax(values, 1, 100)}


def ishigami(u: np.ndarray) -> np.ndarray:
    """sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁ on (−π, π)³ (Ishigami & Homma 1990)."""
    x = np.pi * (2 * u - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def test_the_function_of_ishigami_has_the_published_indices() -> None:
    """Saltelli et al. 2008, section 4.6: S1 0.3139, 0.4424, 0; ST 0.5576, 0.4424, 0.2437."""
    found = sobol(ishigami, 3, n=16384)
    np.testing.assert_allclose(found.first[:, 0], [0.3139, 0.4424, 0.0], atol=0.01)
    np.testing.assert_allclose(found.total[:, 0], [0.5576, 0.4424, 0.2437], atol=0.01)
    np.testing.assert_allclose(found.variance[0], 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5, rtol=0.01)


def test_the_product_function_of_sobol_has_its_closed_form() -> None:
    """Π (|4x−2| + a)/(1 + a) with a = 0, 1, 4.5: V_i = 1/(3(1+a_i)²), V = Π(1+V_i) − 1 (Saltelli & Sobol 1995)."""
    a = np.array([0.0, 1.0, 4.5])
    part = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + part) - 1
    found = sobol(lambda u: np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1), 3, n=8192)
    np.testing.assert_allclose(found.first[:, 0], part / whole, atol=0.01)
    np.testing.assert_allclose(found.total[:, 0], part * np.prod(1 + part) / (1 + part) / whole, atol=0.01)


def test_an_input_of_several_columns_has_one_index() -> None:
    found = sobol(lambda u: u @ np.array([1.0, 2.0, 2.0]), [[0], [1, 2]], n=4096)
    np.testing.assert_allclose(found.first[:, 0], [1 / 9, 8 / 9], atol=0.01)


def test_the_simulation_error_that_is_told_is_not_smaller_than_the_one_there_is() -> None:
    found = [sobol(ishigami, 3, n=256, seed=seed) for seed in range(60)]
    for name in ("first", "total"):
        spread = np.std([getattr(one, name)[:, 0] for one in found], axis=0)
        told = np.mean([getattr(one, f"{name}_se")[:, 0] for one in found], axis=0)
        assert (spread < 1.3 * told).all()


def test_an_output_that_does_not_vary_has_no_indices() -> None:
    found = sobol(lambda u: np.column_stack([u[:, 0], np.full(len(u), 3.7)]), 2, n=64)
    assert np.isnan(found.first[:, 1]).all()
    assert found.variance[1] == 0
    assert np.isfinite(found.first[:, 0]).all()


def test_weights_that_cannot_vary_shift_no_rank() -> None:
    scores = np.array([[1.0, 9.0], [5.0, 5.0], [9.0, 2.0]])
    found = weight_sensitivity(scores, [1, 1], spread=0, n=64)
    assert found.mean_shift == 0
    assert found.rank.tolist() == [2, 2, 1]
    assert (found.rank_quantiles == found.rank[:, None]).all()


def test_a_group_that_loses_its_last_criterion_goes_with_it() -> None:
    tree = [Level(np.array([1.0, 1.0, 1.0]), np.array([0, 0, 1])), Level(np.array([1.0, 1.0]), np.zeros(2, dtype=int))]
    scores = np.array([[10.0, 0.0, 0.0], [0.0, 6.0, 9.0]])
    found = leave_one_out(scores, tree)
    assert found.shift[2].tolist() == [-1, 1]
    assert found.mean_shift.tolist() == [0.0, 1.0, 1.0]


def test_sampling_error_moves_ranks_of_units_that_are_near() -> None:
    values = np.array([[50.0, 50.0], [50.5, 50.0], [90.0, 91.0], [10.0, 12.0]])
    se = np.zeros((4, 2))
    se[:2, 0] = 3
    found = choice_sensitivity(
        values, [1, 1], spread=0, normalisations=NORMAL, aggregations=["arithmetic"], se=se, n=512
    )
    assert found.inputs == ("sampling",)
    np.testing.assert_allclose(found.of_shift.total, 1, atol=0.2)
    assert found.rank_quantiles[:, 0].tolist() == [2, 2, 1, 4]
    assert found.rank_quantiles[:, 2].tolist() == [3, 3, 1, 4]


def test_rules_know_which_criteria_they_are_given() -> None:
    """Goalposts differ by criterion, and criteria with error are normalised apart from the others."""
    worst, best = np.array([0.0, 40.0, 10.0]), np.array([100.0, 0.0, 20.0])
    posts = {"goalposts": lambda values, which: goalposts(values, worst[which], best[which])}
    values = np.array([[20.0, 30.0, 12.0], [90.0, 10.0, 19.0], [50.0, 22.0, 15.0]])
    se = np.zeros((3, 3))
    se[:, 1] = 1e-6
    found = choice_sensitivity(values, [1, 2, 3], normalisations=posts, aggregations=["arithmetic"], se=se, n=64)
    assert found.inputs == ("weights", "sampling")
    assert found.rank.tolist() == [3, 1, 2]
    assert found.mean_shift == 0


def test_a_draw_that_a_mean_cannot_take_is_refused_by_name() -> None:
    posts = {"goalposts": lambda values, _: goalposts(values, 0, 100)}
    values = np.array([[50.0, 5.0], [60.0, 40.0]])
    se = np.array([[0.0, 30.0], [0.0, 0.0]])
    with pytest.raises(StatisticsError) as refused:
        choice_sensitivity(values, [1, 1], normalisations=posts, aggregations=["harmonic"], se=se, n=64)
    assert refused.value.code == "not_positive"
    assert refused.value.values["criteria"] == [1]


def test_a_diagonal_covariance_is_what_standard_errors_are() -> None:
    g = np.random.default_rng(2)
    values, se = g.uniform(20, 80, (5, 3)), np.zeros((5, 3))
    se[:, 1] = [1, 2, 3, 4, 5]
    own = choice_sensitivity(values, np.ones(3), se=se, n=2048)
    matrix = choice_sensitivity(values, np.ones(3), covariance=np.diag(se.ravel() ** 2), n=2048)
    assert own.mean_shift == pytest.approx(matrix.mean_shift, abs=0.02)
    np.testing.assert_allclose(own.of_shift.total, matrix.of_shift.total, atol=0.05)


@pytest.mark.parametrize(
    ("code", "values", "work"),
    [
        ("value_missing", {"units": [1]}, lambda: weight_sensitivity([[1.0], [np.nan]], [1])),
        ("length_differs", {"column": "weights"}, lambda: weight_sensitivity([[1.0, 2.0]], [1])),
        ("out_of_range", {"name": "spread", "found": 2}, lambda: weight_sensitivity([[1.0], [2.0]], [1], spread=2)),
        ("too_few_draws", {"found": 1}, lambda: sobol(lambda u: u[:, 0], 1, n=1)),
        ("too_few_criteria", {"found": 1}, lambda: leave_one_out([[1.0], [2.0]], [])),
        ("no_spread", {"criteria": [1]}, lambda: choice_sensitivity([[1.0, 5.0], [2.0, 5.0]], [1, 1])),
        ("se_negative", {"units": [0]}, lambda: choice_sensitivity([[1.0], [2.0]], [1], se=[[-1.0], [0.0]])),
        (
            "covariance_shape",
            {"expected": (2, 2), "found": (1, 1)},
            lambda: choice_sensitivity([[1.0], [2.0]], [1], covariance=[[1.0]]),
        ),
        ("value_missing", {"units": [1]}, lambda: ranks_of_rows(np.array([[1.0, np.inf]]))),
    ],
)
def test_what_cannot_be_computed_is_refused_by_name(
    code: str, values: dict[str, Any], work: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        work()
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()
