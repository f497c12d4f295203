"""Replicate weights: what they may say about degrees of freedom and covariance."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import Design, ReplicateSample, TaylorSample, covariance, estimate, mean_target, total_target
from parindex.statistics.survey.replicates import brr, jk1, jkn

RNG = np.random.default_rng(8)
STRATUM = np.repeat(["part", "whole"], [6, 4])
COUNTS = np.where(STRATUM == "part", 30.0, 4.0)
Y = RNG.normal(5, 2, 10)
W = RNG.uniform(1, 9, 10)


@pytest.mark.parametrize("mse", [False, True])
def test_a_stratum_taken_whole_adds_neither_error_nor_degrees_of_freedom(mse: bool) -> None:
    design = Design(W, STRATUM, fpc=[COUNTS])
    replicates = jkn(design, mse=mse)
    assert replicates.count == 6
    found = estimate(ReplicateSample(design, replicates), total_target(Y, np.arange(10)))
    z = (W * Y)[:6]
    assert found.se**2 == pytest.approx((1 - 6 / 30) * 6 / 5 * ((z - z.mean()) ** 2).sum())
    assert found.df == 5


@pytest.mark.parametrize("population", [10.0, 12.0, 40.0, None])
def test_leaving_out_one_unit_at_a_time_gives_the_error_of_a_total_as_linearisation_does(
    population: float | None,
) -> None:
    """For a total both are the same formula: Wolter 2007, 4.2, with the finite population's factor 1 − n/N."""
    design = Design(W, fpc=[] if population is None else [np.full(10, population)])
    total = total_target(Y, np.arange(10))
    expected = estimate(TaylorSample(design), total).se
    assert estimate(ReplicateSample(design, jk1(design)), total).se == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_where_everything_was_taken_nothing_is_uncertain() -> None:
    design = Design(np.ones(10), STRATUM, fpc=[np.where(STRATUM == "part", 6.0, 4.0)])
    found = estimate(ReplicateSample(design, jkn(design)), total_target(Y, np.arange(10)))
    assert found.value == pytest.approx(Y.sum())
    assert found.se == 0


def test_the_average_stands_for_lonely_strata_and_not_for_those_taken_whole() -> None:
    stratum = np.array([*STRATUM, "lonely"])
    design = Design(np.append(W, 3.0), stratum, fpc=[np.append(COUNTS, 8.0)], lonely_psu="average")
    assert jkn(design).scale == pytest.approx(7 / 6)


def test_the_covariance_is_symmetric_to_the_last_digit() -> None:
    values = RNG.normal(0, 1, (60, 9)) + 1e4
    design = Design(RNG.uniform(1, 9, 60), np.repeat(["a", "b", "c"], 20))
    targets = [mean_target(column, np.arange(60)) for column in values.T]
    matrix = covariance(ReplicateSample(design, jkn(design)), targets)
    np.testing.assert_array_equal(matrix, matrix.T)


def test_pairs_of_a_larger_stratum_are_neighbours_in_the_data() -> None:
    psus = ["9", "10", "2", "11"]
    totals = np.array([4.0, 1.0, 9.0, 2.0])
    design = Design(np.ones(4), stages=[psus])
    found = estimate(ReplicateSample(design, brr(design)), total_target(totals, np.arange(4)))
    # (9, 10) and (2, 11): 3² + 7².
    assert found.se**2 == pytest.approx(58)
