"""Replicate weights: what they may say about degrees of freedom and covariance."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import (
    Design,
    ReplicateSample,
    StatisticsError,
    TaylorSample,
    covariance,
    estimate,
    mean_target,
    total_target,
)
from parindex.statistics.survey.replicates import brr, given, hadamard, jk1, jkn, rao_wu

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


def test_replicates_that_came_with_the_data_are_squared_as_told_and_by_1_where_nothing_is_told() -> None:
    """The variance is scale · Σ rscale · (θ_r − mean)²: two replicates whose totals lie 2 apart give 2."""
    design = Design(np.ones(2))
    columns = np.array([[2.0, 1.0], [1.0, 2.0]])
    total = total_target(np.array([3.0, 1.0]), np.arange(2))
    assert estimate(ReplicateSample(design, given(design, columns)), total).se ** 2 == pytest.approx(2)
    told = given(design, columns, scale=3.0, rscales=[1.0, 2.0])
    assert estimate(ReplicateSample(design, told), total).se ** 2 == pytest.approx(9)


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


@pytest.mark.parametrize("sizes", [(2, 2), (3, 7), (10,)])
def test_each_bootstrap_keeps_the_number_of_units_of_every_stratum(sizes: tuple[int, ...]) -> None:
    """One fewer is drawn than there are; a unit drawn t times counts t·n/(n − 1)."""
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    factors = np.asarray(rao_wu(Design(np.ones(len(stratum)), stratum), count=40, seed=3).factors)
    for at, n in enumerate(sizes):
        own = factors[stratum == at]
        np.testing.assert_allclose(own.sum(axis=0), n, rtol=1e-12)
        np.testing.assert_allclose(own * (n - 1) / n, np.round(own * (n - 1) / n), atol=1e-12)


def test_under_the_average_rule_lonely_strata_enlarge_the_sum_and_under_others_they_do_not() -> None:
    stratum = np.array(["a", "a", "b", "b", "c"])
    averaged, certain = (
        jkn(Design(np.ones(5), stratum, lonely_psu=rule)).scale  # type: ignore[arg-type]
        for rule in ("average", "certainty")
    )
    assert (averaged, certain) == (5 / 4, 1.0)


@pytest.mark.parametrize(("rho", "refused"), [(-0.01, True), (0.0, False), (0.99, False), (1.0, True)])
def test_fays_factor_lies_from_0_to_below_1(rho: float, refused: bool) -> None:
    design = Design(np.ones(4), np.array(["a", "a", "b", "b"]))
    if not refused:
        assert brr(design, rho=rho).count > 0
        return
    with pytest.raises(StatisticsError, match="rho_out_of_range"):
        brr(design, rho=rho)


def test_half_samples_pair_the_units_of_the_first_stage() -> None:
    """Three people in each of four communes; below the first stage nothing needs to be even."""
    commune = np.repeat(["1", "2", "3", "4"], 3)
    person = np.arange(12).astype(str)
    strata = np.repeat(["a", "b"], 6)
    values = RNG.normal(size=12)
    rows = np.arange(12)
    errors = []
    for stages in ([commune], [commune, person]):
        design = Design(np.ones(12), strata, stages)
        errors.append(estimate(ReplicateSample(design, brr(design)), total_target(values, rows)).se)
    assert errors[0] == errors[1] > 0
    with pytest.raises(StatisticsError, match="brr_needs_pairs"):
        brr(Design(np.ones(12), None, [np.repeat(["1", "2", "3"], 4)]))


@pytest.mark.parametrize("least", range(1, 41))
def test_a_hadamard_matrix_has_orthogonal_rows_of_which_the_first_is_ones(least: int) -> None:
    matrix = hadamard(least)
    order = len(matrix)
    assert least <= order <= least + 7
    assert (matrix @ matrix.T == order * np.eye(order)).all()
    assert (matrix[0] == 1).all()


def test_the_variance_of_bootstraps_is_that_of_their_estimates() -> None:
    """Σ(θ_r − mean)² ÷ (R − 1)."""
    design = Design(W, STRATUM)
    replicates = rao_wu(design, count=7, seed=3)
    found = estimate(ReplicateSample(design, replicates), total_target(Y, np.arange(10)))
    assert found.se == pytest.approx(np.std(Y @ replicates.weights(), ddof=1))
