"""The variance formula against itself written out, one stratum and one unit at a time."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import (
    Design,
    StatisticsError,
    TaylorSample,
    estimate,
    mean_target,
    quantile_estimate,
    total_target,
)

RNG = np.random.default_rng(11)
N = 96
STRATUM = np.repeat(np.arange(4), 24)
PSU = np.repeat(np.arange(16), 6)
HOUSE = np.repeat(np.arange(48), 2)
W = RNG.uniform(1, 4, N)
Y = RNG.normal(10, 3, N) + PSU
COUNTS = [np.array([9.0, 30.0, 4.0, 100.0])[STRATUM], np.full(N, 7.0), np.full(N, 5.0)]


def by_hand(z: np.ndarray, rows: np.ndarray, stages: list[np.ndarray], counts: list[np.ndarray]) -> float:
    """V(h) = (1−f)·n/(n−1)·Σ(z_i−z̄)² + f·Σ V_next(i), for one parent."""
    units = np.unique(stages[0][rows])
    n = len(units)
    totals = np.array([z[rows[stages[0][rows] == u]].sum() for u in units])
    fraction = n / counts[0][rows[0]] if counts else 0.0
    here = (1 - fraction) * n / (n - 1) * ((totals - totals.mean()) ** 2).sum() if n > 1 else 0.0
    if not counts or len(stages) == 1:
        return float(here)
    below = [by_hand(z, rows[stages[0][rows] == u], stages[1:], counts[1:]) for u in units]
    return float(here + fraction * sum(below))


@pytest.mark.parametrize("counted", [0, 1, 2, 3])
def test_every_stage_adds_its_share_of_the_variance(counted: int) -> None:
    stages, counts = [PSU, HOUSE, np.arange(N)], COUNTS[:counted]
    design = Design(W, STRATUM, stages, counts)
    found = estimate(TaylorSample(design), total_target(Y, np.arange(N)))
    wanted = sum(by_hand(W * Y, np.flatnonzero(h == STRATUM), stages, counts) for h in range(4))
    assert found.se**2 == pytest.approx(wanted, rel=1e-12)


def test_a_domain_keeps_the_units_that_it_does_not_meet() -> None:
    design = Design(W, STRATUM, [PSU])
    rows = np.flatnonzero(PSU % 2 == 0)
    found = estimate(TaylorSample(design), total_target(Y, rows))
    inside = np.where(PSU % 2 == 0, W * Y, 0)
    wanted = sum(by_hand(inside, np.flatnonzero(h == STRATUM), [PSU], []) for h in range(4))
    assert found.se**2 == pytest.approx(wanted, rel=1e-12)
    assert found.df == 8 - 4


def test_a_domain_with_one_unit_of_several_is_not_lonely() -> None:
    design = Design(W, STRATUM, [PSU])
    found = estimate(TaylorSample(design), total_target(Y, np.flatnonzero(PSU == 0)))
    total = (W * Y)[PSU == 0].sum()
    assert found.se**2 == pytest.approx(4 / 3 * total**2 * (1 - 1 / 4), rel=1e-12)
    assert found.df == 0
    assert found.ci is None
    assert found.note == "no_degrees_of_freedom"


def lonely(rule: str, counts: float | None = None) -> Design:
    """Stratum 0 has one unit, the others four."""
    stratum = np.where(PSU < 3, 0, STRATUM)
    psu = np.where(PSU < 3, 0, PSU)
    stratum = np.where(PSU == 3, 1, stratum)
    fpc = [] if counts is None else [np.where(stratum == 0, counts, 50.0)]
    return Design(W, stratum, [psu], fpc, rule)


def test_lonely_rules_differ_only_in_what_the_lonely_stratum_adds() -> None:
    rows = np.arange(N)
    variance = {
        rule: estimate(TaylorSample(lonely(rule)), total_target(Y, rows)).se ** 2
        for rule in ("certainty", "remove", "adjust", "average")
    }
    assert variance["certainty"] == variance["remove"]
    own = (W * Y)[PSU < 3].sum()
    assert variance["adjust"] == pytest.approx(variance["remove"] + own**2, rel=1e-12)
    assert variance["average"] == pytest.approx(variance["remove"] * 4 / 3, rel=1e-12)
    with pytest.raises(StatisticsError, match="lonely_psu"):
        estimate(TaylorSample(lonely("fail")), total_target(Y, rows))


@pytest.mark.parametrize("rule", ["fail", "certainty", "remove", "adjust", "average"])
def test_one_unit_that_is_the_whole_stratum_adds_nothing_under_any_rule(rule: str) -> None:
    found = estimate(TaylorSample(lonely(rule, counts=1.0)), total_target(Y, np.arange(N)))
    assert found.se == pytest.approx(
        estimate(TaylorSample(lonely("fail", counts=1.0)), total_target(Y, np.arange(N))).se, rel=1e-12
    )


def test_the_average_rule_enlarges_the_first_stage_only() -> None:
    stratum = np.where(PSU < 3, 0, np.where(PSU == 3, 1, STRATUM))
    psu = np.where(PSU < 3, 0, PSU)
    counts = [np.full(N, 50.0), np.full(N, 40.0)]

    def variance(rule: str, stages: int) -> float:
        chosen = [psu, HOUSE][:stages]
        found = estimate(TaylorSample(Design(W, stratum, chosen, counts[:stages], rule)), total_target(Y, np.arange(N)))
        return found.se**2

    first = variance("remove", 1)
    below = variance("remove", 2) - first
    assert variance("average", 2) == pytest.approx(first * 4 / 3 + below, rel=1e-9)


def test_the_average_rule_has_no_variance_where_there_is_nothing_to_average() -> None:
    design = Design([1, 1, 1, 1], ["a", "a", "b", "b"], [[1, 1, 2, 2]], lonely_psu="average")
    found = estimate(TaylorSample(design), mean_target(np.array([1.0, 2, 3, 4]), np.arange(4)))
    assert np.isnan(found.se)
    assert found.note == "no_degrees_of_freedom"


def test_large_values_lose_no_digits_of_the_error() -> None:
    design = Design(W, STRATUM, [PSU])
    small = estimate(TaylorSample(design), mean_target(Y, np.arange(N))).se
    moved = estimate(TaylorSample(design), mean_target(Y + 1e9, np.arange(N))).se
    assert moved == pytest.approx(small, rel=1e-5)


def test_the_quantile_of_one_row_is_that_row() -> None:
    design = Design(W, STRATUM, [PSU])
    found = quantile_estimate(TaylorSample(design), Y, np.array([5]), 0.5)
    assert found.value == Y[5]
    assert found.ci is None


def test_below_the_first_stage_no_average_can_stand_for_a_lonely_unit_whatever_its_scores_are() -> None:
    design = Design(
        np.ones(6),
        stages=[["a", "a", "b", "b", "c", "c"], ["1", "1", "1", "2", "1", "2"]],
        fpc=[np.full(6, 9.0), np.full(6, 5.0)],
        lonely_psu="average",
    )
    sample = TaylorSample(design)
    nobody, everybody = mean_target(np.zeros(6), np.arange(6)), mean_target(np.arange(6.0), np.arange(6))
    elsewhere = mean_target(np.arange(6.0), np.arange(2, 6))
    assert np.isnan([estimate(sample, target).se for target in (nobody, everybody)]).all()
    assert np.isfinite(estimate(sample, elsewhere).se)
