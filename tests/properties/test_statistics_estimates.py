"""What must hold of any sample: scale, shift, order, merging, domains that add up, methods that agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    Design,
    ReplicateSample,
    StatisticsError,
    TaylorSample,
    calibrate,
    covariance,
    domains_of,
    estimate,
    margin,
    mean_target,
    ratio_target,
    total_target,
)
from parindex.statistics.survey.replicates import brr, jkn

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Drawn:
    """A sample of 3-6 strata with 2-4 units each, with answers, some missing."""

    def __init__(self, seed: int) -> None:
        g = np.random.default_rng(seed)
        units = [int(g.integers(2, 5)) for _ in range(int(g.integers(3, 7)))]
        self.psu = np.repeat(np.arange(sum(units)), g.integers(1, 6, size=sum(units)))
        self.stratum = np.repeat(np.arange(len(units)), units)[self.psu]
        self.n = len(self.psu)
        self.w = g.uniform(0.5, 5, self.n)
        self.y = g.normal(3, 1, self.n) + 0.3 * self.psu
        self.x = g.uniform(1, 3, self.n)
        self.y[g.random(self.n) < 0.15] = np.nan
        self.group = g.integers(0, 3, self.n)
        self.fpc = (np.array(units) + g.integers(0, 20, len(units)))[self.stratum].astype(float)
        self.order = g.permutation(self.n)

    def sample(self, w: np.ndarray | None = None, order: np.ndarray | None = None) -> TaylorSample:
        o = np.arange(self.n) if order is None else order
        weights = (self.w if w is None else w)[o]
        return TaylorSample(Design(weights, self.stratum[o], [self.psu[o]], [self.fpc[o]]))


samples = st.integers(0, 10_000).map(Drawn)


def numbers(found: Any) -> np.ndarray:
    return np.array([found.value, found.se, found.n_eff, found.df])


@FEW
@given(samples, st.floats(0.01, 100), st.floats(-50, 50))
def test_a_mean_follows_scale_and_shift_and_its_error_only_scale(d: Drawn, scale: float, shift: float) -> None:
    rows, sample = np.arange(d.n), d.sample()
    plain = estimate(sample, mean_target(d.y, rows))
    moved = estimate(sample, mean_target(scale * d.y + shift, rows))
    assert moved.value == pytest.approx(scale * plain.value + shift, rel=1e-9, abs=1e-9)
    assert moved.se == pytest.approx(scale * plain.se, rel=1e-7, abs=1e-9)
    if np.isfinite(plain.deff):
        assert moved.deff == pytest.approx(plain.deff, rel=1e-6)


@FEW
@given(samples, st.floats(0.001, 1000))
def test_the_scale_of_weights_does_not_matter_to_means_ratios_and_shares(d: Drawn, scale: float) -> None:
    rows = np.arange(d.n)
    for target in (mean_target(d.y, rows), ratio_target(d.y, d.x, rows)):
        plain, scaled = estimate(d.sample(), target), estimate(d.sample(d.w * scale), target)
        np.testing.assert_allclose(numbers(scaled), numbers(plain), rtol=1e-9)


@FEW
@given(samples)
def test_the_order_of_rows_and_the_names_of_units_do_not_matter(d: Drawn) -> None:
    plain = estimate(d.sample(), mean_target(d.y, np.arange(d.n)))
    mixed = estimate(d.sample(order=d.order), mean_target(d.y[d.order], np.arange(d.n)))
    np.testing.assert_allclose(numbers(mixed), numbers(plain), rtol=1e-9)
    named = TaylorSample(Design(d.w, [f"s{s}" for s in d.stratum], [[f"p{p * 7}" for p in d.psu]], [d.fpc]))
    np.testing.assert_allclose(numbers(estimate(named, mean_target(d.y, np.arange(d.n)))), numbers(plain), rtol=1e-12)


@FEW
@given(samples)
def test_domains_add_up_to_the_whole_with_their_covariance(d: Drawn) -> None:
    sample = d.sample()
    domains = domains_of([[str(g) for g in d.group]], d.n)
    parts = [total_target(d.y, rows) for rows in domains.rows]
    whole = estimate(sample, total_target(d.y, np.arange(d.n)))
    values = [estimate(sample, part).value for part in parts]
    assert np.nansum(values) == pytest.approx(whole.value, rel=1e-9)
    if np.isfinite(values).all():
        assert covariance(sample, parts).sum() == pytest.approx(whole.se**2, rel=1e-7, abs=1e-9)


@FEW
@given(samples)
def test_two_rows_of_half_the_weight_are_one_row(d: Drawn) -> None:
    twice = np.concatenate([np.arange(d.n), np.arange(d.n)])
    doubled = TaylorSample(Design(d.w[twice] / 2, d.stratum[twice], [d.psu[twice]], [d.fpc[twice]]))
    plain = estimate(d.sample(), mean_target(d.y, np.arange(d.n)))
    merged = estimate(doubled, mean_target(d.y[twice], np.arange(2 * d.n)))
    np.testing.assert_allclose([merged.value, merged.se, merged.df], [plain.value, plain.se, plain.df], rtol=1e-9)


@FEW
@given(samples)
def test_a_mean_is_the_ratio_of_its_totals_and_a_constant_has_no_error(d: Drawn) -> None:
    rows, sample = np.arange(d.n), d.sample()
    known = np.where(np.isnan(d.y), np.nan, 1.0)
    mean, ratio = estimate(sample, mean_target(d.y, rows)), estimate(sample, ratio_target(d.y, known, rows))
    np.testing.assert_allclose([mean.value, mean.se], [ratio.value, ratio.se], rtol=1e-12)
    constant = estimate(sample, mean_target(np.full(d.n, 4.2), rows))
    assert constant.value == pytest.approx(4.2)
    assert constant.se == pytest.approx(0, abs=1e-12)


@FEW
@given(samples)
def test_the_jackknife_of_a_total_is_the_linearised_error(d: Drawn) -> None:
    sample = d.sample()
    target = total_target(d.y, np.arange(d.n))
    replicated = estimate(ReplicateSample(sample.design, jkn(sample.design)), target)
    assert replicated.se == pytest.approx(estimate(sample, target).se, rel=1e-9)
    assert replicated.df == estimate(sample, target).df or replicated.n < d.n


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 14), st.sampled_from([0.0, 0.3, 0.5]))
def test_balanced_half_samples_of_a_total_are_the_linearised_error(seed: int, strata: int, rho: float) -> None:
    g = np.random.default_rng(seed)
    n = 2 * strata
    design = Design(g.uniform(1, 3, n), np.repeat(np.arange(strata), 2))
    target = total_target(g.normal(size=n), np.arange(n))
    found = estimate(ReplicateSample(design, brr(design, rho=rho)), target)
    assert found.se == pytest.approx(estimate(TaylorSample(design), target).se, rel=1e-9)


@FEW
@given(samples)
def test_calibrated_margins_are_met_and_have_no_error(d: Drawn) -> None:
    column = [str(g) for g in d.group]
    held = {level: float(d.w[[c == level for c in column]].sum()) for level in set(column)}
    wanted = {level: total * (1 + 0.1 * int(level)) for level, total in held.items()}
    design = d.sample().design
    for method in ("raking", "linear"):
        done = calibrate(design.weights, [margin("group", column, wanted)], method)  # type: ignore[arg-type]
        sample = TaylorSample(design.calibrated(done.weights, done.projection))
        for level, total in wanted.items():
            inside = np.array([float(c == level) for c in column])
            found = estimate(sample, total_target(inside, np.arange(d.n)))
            assert found.value == pytest.approx(total, rel=1e-8)
            assert found.se == pytest.approx(0, abs=1e-6 * total)


@FEW
@given(samples)
def test_calibrating_replicates_adds_no_degrees_of_freedom(d: Drawn) -> None:
    column = ["a" if x > 2 else "b" for x in d.x]
    totals = dict.fromkeys(set(column), 1000.0)
    design = d.sample().design
    plain = jkn(design)

    def calibrated(weights: np.ndarray) -> np.ndarray:
        return calibrate(weights, [margin("x", column, totals)]).weights

    try:
        again = plain.recalibrated(calibrated)
    except StatisticsError:  # a replicate without a level of the margin
        return
    rows = np.arange(d.n)
    assert again.df(rows) == plain.df(rows)
    found = estimate(ReplicateSample(design, again), total_target(np.ones(d.n), rows))
    assert found.se == pytest.approx(0, abs=1e-5)
