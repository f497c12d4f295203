"""Quantile rules on equal weights are the unweighted ones; the interval is that of the share, carried back."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import Design, TaylorSample, mean_target, quantile_estimate, weighted_quantile
from parindex.statistics.survey.estimates import estimate

VALUES = np.array([2.0, 7.0, 1.0, 9.0, 4.0])


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("hf1", "inverted_cdf"),
        ("hf2", "averaged_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
@pytest.mark.parametrize("p", [0.0, 0.1, 0.2, 0.35, 0.4, 0.5, 0.75, 0.9, 1.0])
def test_equal_weights_give_the_unweighted_quantile(rule: str, name: str, p: float) -> None:
    assert weighted_quantile(VALUES, np.ones(5), p, rule) == pytest.approx(  # type: ignore[arg-type]
        float(np.quantile(VALUES, p, method=name))  # type: ignore[call-overload]
    )


def test_a_weight_counts_as_so_many_rows() -> None:
    weights = np.array([1.0, 3.0, 2.0, 1.0, 2.0])
    repeated = np.repeat(VALUES, weights.astype(int))
    for p in (0.15, 0.3, 0.5, 0.7, 0.95):
        for rule in ("math", "school"):
            assert weighted_quantile(VALUES, weights, p, rule) == weighted_quantile(  # type: ignore[arg-type]
                repeated,
                np.ones(9),
                p,
                rule,  # type: ignore[arg-type]
            )


def test_the_least_value_is_the_quantile_up_to_its_own_share() -> None:
    assert weighted_quantile(np.array([1.0, 2.0]), np.array([3.0, 1.0]), 0.5) == 1.0


def test_a_bound_outside_0_to_1_is_no_number_and_the_other_stays() -> None:
    values = np.arange(1.0, 21)
    sample = TaylorSample(Design(np.ones(20)))
    found = quantile_estimate(sample, values, np.arange(20), 0.1)
    assert found.value == 2.0
    assert found.ci is not None
    assert np.isnan(found.ci[0])
    # 0.1 + t_19 · √(0.1·0.9/19) = 0.244: the fifth value.
    assert found.ci[1] == 5.0
    assert np.isnan(found.se)
    assert found.note == "no_interval"


def test_without_error_the_interval_is_the_quantile() -> None:
    weights = np.array([1.1, 2.3, 0.7, 1.9, 3.1, 0.3, 2.7])
    values = np.array([4.0, 1.0, 7.0, 3.0, 9.0, 2.0, 5.0])
    sample = TaylorSample(Design(weights, fpc=[np.full(7, 7.0)]))
    for p in (0.1, 0.25, 0.5, 0.75):
        found = quantile_estimate(sample, values, np.arange(7), p)
        assert found.ci == (found.value, found.value)
        assert found.se == 0


def test_rows_without_weight_are_counted_by_the_beta_interval_of_a_quantile_as_by_that_of_a_share() -> None:
    values = np.random.default_rng(5).normal(0, 1, 40)
    weights = np.where(np.arange(40) % 5 == 0, 0.0, 2.0)
    sample = TaylorSample(Design(weights))
    found = quantile_estimate(sample, values, np.arange(40), 0.5, kind="beta")
    below = mean_target((values <= found.value).astype(float), np.arange(40))
    bounds = estimate(sample, below, kind="beta", share=True).ci
    assert bounds is not None
    used = weights > 0
    assert found.ci == tuple(weighted_quantile(values[used], weights[used], bound) for bound in bounds)


@pytest.mark.parametrize(("p", "expected"), [(0.25, 2.0), (0.5, 2.0), (0.6, 3.0), (0.75, 4.0), (0.8, 4.0)])
def test_the_third_rule_takes_the_lower_value_only_where_its_share_is_met_in_an_even_place(
    p: float, expected: float
) -> None:
    """As ``qrule = "hf3"`` of R's survey has it."""
    assert weighted_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), p, "hf3") == expected


def test_the_interval_of_the_least_value_is_that_of_its_own_share() -> None:
    """0.05 + t_19 · √(0.05·0.95/19) = 0.155: the fourth value."""
    found = quantile_estimate(TaylorSample(Design(np.ones(20))), np.arange(1.0, 21), np.arange(20), 0.05)
    assert found.value == 1.0
    assert found.ci is not None
    assert found.ci[1] == 4.0


@pytest.mark.parametrize(("p", "expected"), [(0.1, 1.0), (0.3, 1.0), (0.5, 2.0), (0.7, 3.0), (0.9, 4.0)])
def test_shah_and_vaish_step_at_the_middle_of_each_weight(p: float, expected: float) -> None:
    """Weights of 1: the positions (i + ½ − ½) ÷ 5 are 0.2, 0.4, 0.6, 0.8."""
    assert weighted_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4), p, "shahvaish") == expected
