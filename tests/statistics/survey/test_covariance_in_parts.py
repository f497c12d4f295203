"""A covariance of many estimates needs the totals of their units, not the scores of all rows at once."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from parindex.statistics import Design, ReplicateSample, Sample, Target, TaylorSample, covariance, mean_target
from parindex.statistics.survey import variance
from parindex.statistics.survey.estimates import CovarianceInParts
from parindex.statistics.survey.replicates import jkn


def drawn(seed: int, rule: str, stages: int) -> tuple[Design, list[list[Target]]]:
    """A sample of three strata, and items in domains: some without answers."""
    random = np.random.default_rng(seed)
    psu = np.repeat(np.arange(12), 6)
    household = np.arange(72) // 2
    stratum = psu // 4
    counts = [np.full(72, 9.0), np.full(72, 5.0)][:stages]
    design = Design(random.uniform(1, 3, 72), stratum, [psu, household][:stages], counts, rule)
    values = random.normal(size=(5, 72))
    values[2] = np.nan
    domains = [np.flatnonzero(stratum == number) for number in range(3)] + [np.arange(72), np.empty(0, dtype=int)]
    return design, [[mean_target(item, rows) for rows in domains] for item in values]


@pytest.mark.parametrize("few", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("rule", ["fail", "average", "adjust"])
@pytest.mark.parametrize("stages", [1, 2])
def test_estimates_added_in_parts_have_the_covariance_of_all_at_once(
    monkeypatch: pytest.MonkeyPatch, few: float, rule: str, stages: int
) -> None:
    design, parts = drawn(stages, rule, stages)
    expected = covariance(TaylorSample(design), [target for part in parts for target in part])
    monkeypatch.setattr(variance, "FEW_MET", few)
    monkeypatch.setattr(variance, "BLOCK", 40)
    together = CovarianceInParts(TaylorSample(design))
    for part in parts:
        together.add(part)
    np.testing.assert_allclose(together.matrix(), expected, rtol=1e-12, atol=1e-16)
    assert np.isnan(expected).any()
    assert (np.diag(expected) > 0).any()


def test_replicates_too() -> None:
    design, parts = drawn(1, "fail", 1)
    sample: Sample = ReplicateSample(design, jkn(design))
    together = CovarianceInParts(sample)
    for part in parts:
        together.add(part)
    expected = covariance(sample, [target for part in parts for target in part])
    np.testing.assert_array_equal(together.matrix(), expected)


def test_of_no_estimate_there_is_an_empty_matrix() -> None:
    design, _ = drawn(1, "fail", 1)
    assert CovarianceInParts(TaylorSample(design)).matrix().shape == (0, 0)


def test_the_scores_of_all_estimates_never_stand_together() -> None:
    """60 items × 20,000 rows are 9.6 MB as doubles, and 29 MB as what is estimated; a fifth of that is taken."""
    random = np.random.default_rng(1)
    psu = np.repeat(np.arange(100), 200)
    sample = TaylorSample(Design(np.ones(20_000), psu // 10, [psu]))
    items = [random.integers(0, 2, 20_000).astype(np.int8) for _ in range(60)]
    together = CovarianceInParts(sample)
    tracemalloc.start()
    for item in items:
        together.add([mean_target(item.astype(np.float64), np.arange(20_000))])
    matrix = together.matrix()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert matrix.shape == (60, 60)
    assert peak < 6e6
