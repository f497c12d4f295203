"""The jackknife without the matrix of all units × all replicates: the same numbers, in memory that units bound."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from parindex.statistics import Design, ReplicateSample, estimates, mean_target, total_target
from parindex.statistics.survey import replicates
from parindex.statistics.survey.replicates import Deletions, Replicates, jk1, jkn


def sample(seed: int, lonely: str, *, counted: bool, strata: int = 6) -> tuple[Design, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    sizes = random.integers(1 if strata > 1 else 4, 6, strata)
    psu = np.repeat(np.arange(sizes.sum()), random.integers(1, 4, sizes.sum()))
    stratum = np.repeat(np.arange(strata), sizes)[psu]
    population = (sizes + random.integers(0, 2, strata) * 5)[stratum]
    values = random.normal(size=len(psu))
    values[random.random(len(psu)) < 0.3] = np.nan
    design = Design(
        random.integers(0, 3, len(psu)) + (psu == 0) * 1.0, stratum, [psu], [population] if counted else [], lonely
    )
    return design, values, random.integers(0, 3, len(psu))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("lonely", ["certainty", "remove", "average", "adjust"])
def test_deletions_give_values_errors_and_degrees_of_freedom_of_the_matrix(
    monkeypatch: pytest.MonkeyPatch, seed: int, lonely: str, counted: bool
) -> None:
    design, values, groups = sample(seed, lonely, counted=counted)
    whole = jkn(design)
    monkeypatch.setattr(replicates, "DENSE", 0)
    apart = jkn(design)
    assert isinstance(apart.factors, Deletions)
    assert isinstance(whole.factors, np.ndarray)
    compare(design, values, groups, whole, apart)


@pytest.mark.parametrize("seed", range(5))
def test_a_sample_without_strata_too(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    design, values, groups = sample(seed, "fail", counted=True, strata=1)
    whole = jk1(design)
    monkeypatch.setattr(replicates, "DENSE", 0)
    compare(design, values, groups, whole, jk1(design))


def compare(design: Design, values: np.ndarray, groups: np.ndarray, whole: Replicates, apart: Replicates) -> None:
    assert np.array_equal(whole.weights(), apart.weights())
    domains = [np.arange(design.n), *(np.flatnonzero(groups == group) for group in range(3))]
    for make in (mean_target, total_target):
        targets = [make(values, rows) for rows in domains]
        found = [estimates(ReplicateSample(design, each), targets) for each in (whole, apart)]
        for one, other in zip(*found, strict=True):
            assert (one.df, one.n, one.note) == (other.df, other.n, other.note)
            assert other.se == pytest.approx(one.se, rel=1e-10, abs=1e-13, nan_ok=True)


def test_ten_thousand_units_take_no_matrix_of_their_square() -> None:
    random = np.random.default_rng(1)
    psu = np.repeat(np.arange(10_000), 2)
    design = Design(random.uniform(1, 2, 20_000), psu // 100, [psu])
    targets = [mean_target(random.normal(size=20_000), np.arange(20_000))]
    tracemalloc.start()
    (found,) = estimates(ReplicateSample(design, jkn(design)), targets)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.df == 10_000 - 100
    assert held < 10_000**2 * 8 / 20
