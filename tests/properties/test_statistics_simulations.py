"""Samples drawn again and again from simulated populations: errors that agree, intervals that cover what they claim."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import Design, ReplicateSample, TaylorSample, estimate, mean_target, ratio_target
from parindex.statistics.survey.linearisation import Target
from parindex.statistics.survey.replicates import brr, jkn, rao_wu

DRAWS = 500
STRATA, CLUSTERS, SIZE = 8, 30, 6
"""Of the population: strata, clusters in each, people in each cluster."""


class Population:
    """People of clusters that agree, in strata that differ."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        shape = (STRATA, CLUSTERS, SIZE)
        level = self.random.normal(0, 0.5, (STRATA, 1, 1)) + self.random.normal(0, 0.7, (STRATA, CLUSTERS, 1))
        self.y = 10 + level + self.random.normal(0, 1, shape)
        self.x = 5 + 0.3 * level + self.random.normal(0, 0.5, shape)
        self.satisfied = (level + self.random.normal(0, 1, shape) > -0.5).astype(float)

    def drawn(self, clusters: int) -> tuple[Design, dict[str, np.ndarray]]:
        """A sample of clusters in every stratum, without replacement, with everybody in them."""
        chosen = np.stack([self.random.permutation(CLUSTERS)[:clusters] for _ in range(STRATA)])
        stratum = np.repeat(np.arange(STRATA), clusters * SIZE)
        cluster = np.repeat(chosen.ravel(), SIZE)
        values = {
            name: np.take_along_axis(getattr(self, name), chosen[:, :, None], axis=1).ravel()
            for name in ("y", "x", "satisfied")
        }
        counts = np.full(len(stratum), float(CLUSTERS))
        weights = np.full(len(stratum), CLUSTERS / clusters)
        return Design(weights, stratum, [cluster], [counts]), values

    def truth(self) -> dict[str, float]:
        """What the samples estimate."""
        return {"mean": self.y.mean(), "ratio": self.y.sum() / self.x.sum(), "share": self.satisfied.mean()}


def targets(values: dict[str, np.ndarray]) -> dict[str, Target]:
    rows = np.arange(len(values["y"]))
    return {
        "mean": mean_target(values["y"], rows),
        "ratio": ratio_target(values["y"], values["x"], rows),
        "share": mean_target(values["satisfied"], rows),
    }


@pytest.mark.parametrize(
    ("statistic", "kind"), [("mean", "t"), ("ratio", "t"), ("share", "t"), ("share", "logit"), ("share", "beta")]
)
def test_intervals_of_95_percent_cover_95_percent(statistic: str, kind: str) -> None:
    population = Population(seed=len(statistic) + len(kind))
    truth = population.truth()[statistic]
    covered = 0
    for _ in range(DRAWS):
        design, values = population.drawn(clusters=5)
        found = estimate(
            TaylorSample(design),
            targets(values)[statistic],
            kind=kind,  # type: ignore[arg-type]
            share=statistic == "share",
        )
        assert found.ci is not None
        assert found.df == STRATA * 4
        covered += found.ci[0] <= truth <= found.ci[1]
    error = np.sqrt(0.95 * 0.05 / DRAWS)
    assert abs(covered / DRAWS - 0.95) < 3.3 * error


def test_the_square_of_the_error_is_the_variance_of_the_estimates() -> None:
    population = Population(seed=5)
    values, squares = [], []
    for _ in range(DRAWS):
        design, drawn = population.drawn(clusters=6)
        found = estimate(TaylorSample(design), targets(drawn)["ratio"])
        values.append(found.value)
        squares.append(found.se**2)
    assert np.mean(squares) == pytest.approx(np.var(values, ddof=1), rel=3.3 * np.sqrt(2 / DRAWS))
    assert np.mean(values) == pytest.approx(population.truth()["ratio"], abs=3.3 * np.std(values) / np.sqrt(DRAWS))


@pytest.mark.parametrize("method", ["jkn", "brr", "fay", "rao-wu"])
def test_replicate_and_linearised_errors_agree_on_average(method: str) -> None:
    population = Population(seed=11)
    ratios = []
    for draw in range(60):
        design, drawn = population.drawn(clusters=2 if method in ("brr", "fay") else 4)
        design = Design(design.weights, design.stratum, [design.stages[0].unit])
        sets = {
            "jkn": jkn,
            "brr": brr,
            "fay": lambda d: brr(d, rho=0.5),
            "rao-wu": lambda d, seed=draw: rao_wu(d, count=200, seed=seed),
        }[method](design)
        replicated, linearised = ReplicateSample(design, sets), TaylorSample(design)
        ratios += [estimate(replicated, t).se / estimate(linearised, t).se for t in targets(drawn).values()]
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)
    assert np.ptp(ratios) < (0.6 if method == "rao-wu" else 0.1)
