"""Pairs that are tested in blocks give what all pairs at once give, to the last digit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parindex.statistics import SurveyErrors, rank_sets
from parindex.statistics.ranks import pair_tests
from parindex.statistics.ranks.difference_errors import OfCovariance, OfVariances
from parindex.statistics.ranks.pair_tests import Flags, PairTests
from parindex.statistics.ranks.rank_draws import independent_draws
from parindex.statistics.survey.design import Floats


def at_once(
    theta: Floats, sigma: Floats, z: Floats, place: int, family: Flags, *, stepdown: bool
) -> tuple[Flags, float]:
    """The definition: all statistics of all draws of a family of ordered pairs, as one array."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / sigma
        statistic = (theta[:, None] - theta[None, :]) * inverse
        drawn = (z[:, None, :] - z[None, :, :]) * inverse[:, :, None]
    left = family & (sigma > 0) & ~np.eye(len(theta), dtype=bool)
    critical = np.inf
    while left.any():
        critical = float(np.sort(drawn[left].max(axis=0))[place])
        rejected = left & (statistic > critical)
        if not rejected.any() or not stepdown:
            break
        left &= ~rejected
    tested = family & (sigma > 0) & ~np.eye(len(theta), dtype=bool)
    return (tested & (statistic > critical)) | (family & (sigma == 0) & (theta[:, None] > theta[None, :])), critical


def case(seed: int) -> tuple[Floats, Floats, Floats]:
    """Estimates, errors of differences and draws; some units without error, some twins."""
    random = np.random.default_rng(seed)
    p = int(random.integers(2, 40))
    theta = np.round(random.normal(0, float(random.choice([0.1, 1.0, 5.0])), p), 2)
    root = random.normal(size=(p, p)) * random.uniform(0.01, 1, p)[:, None]
    root[random.random(p) < 0.1] = 0
    z = root @ random.normal(size=(p, int(random.integers(20, 400))))
    matrix = root @ root.T
    return theta, OfCovariance((matrix + matrix.T) / 2).rows(slice(None)), z


@pytest.mark.parametrize("cells", [1, 50, 2**17])
@pytest.mark.parametrize(("group", "few"), [(1, 0), (7, 0), (64, 128)])
@pytest.mark.parametrize("level", [0.2, 0.5, 0.9])
def test_blocks_of_any_size_give_the_sets_of_all_pairs_at_once(
    monkeypatch: pytest.MonkeyPatch, cells: int, group: int, few: int, level: float
) -> None:
    monkeypatch.setattr(pair_tests, "CELLS_AT_ONCE", cells)
    monkeypatch.setattr(pair_tests, "LARGEST_GROUP", group)
    monkeypatch.setattr(pair_tests, "FEW_UNITS", few)
    for seed in range(2 if cells == 1 else 6):
        theta, sigma, z = case(seed)
        p, draws = z.shape
        tests = PairTests(theta, sigma, z, level, stepdown=seed % 2 == 0)
        place = int(pair_tests.place_of(level, draws, "order"))
        every = np.ones((p, p), dtype=bool)
        better, critical = tests.simultaneous()
        plain, expected = at_once(theta, sigma, z, place, every, stepdown=seed % 2 == 0)
        assert (better == plain).all()
        assert critical == expected or not (sigma > 0).any()
        for side in ("two", "lower", "upper"):
            above, below = tests.marginal(side)
            for unit in range(p):
                family = np.zeros((p, p), dtype=bool)
                family[unit, :] = side != "lower"
                family[:, unit] |= side != "upper"
                plain, _ = at_once(theta, sigma, z, place, family, stepdown=seed % 2 == 0)
                if side != "upper":
                    assert above[unit] == plain[:, unit].sum()
                if side != "lower":
                    assert below[unit] == plain[unit].sum()


def test_errors_by_rows_are_those_of_the_matrix() -> None:
    own = np.array([0.0, 1e-300, 0.3, 7.0, 0.3])
    whole = OfCovariance(np.diag(own)).rows(slice(None))
    rows = OfVariances(own)
    assert all((rows.rows(slice(j, j + 1))[0] == whole[j]).all() for j in range(5))
    order = np.array([3, 1, 0, 2, 4])
    assert (rows.in_order(order).rows(slice(1, 4)) == whole[np.ix_(order, order)][1:4]).all()


@pytest.mark.parametrize("pooled", [False, True])
def test_the_order_of_units_changes_no_draw(pooled: bool) -> None:
    errors = np.array([0.3, 0.1, 0.2, 0.0])
    df = np.full(4, 9.0) if pooled else np.array([5.0, np.inf, 8.0, 30.0])
    order = np.array([3, 1, 2, 0])
    plain = independent_draws(errors, df, 1500, 7, pooled=pooled)
    assert (independent_draws(errors, df, 1500, 7, pooled=pooled, order=order) == plain[order]).all()


def test_pairs_tested_by_t_do_not_depend_on_how_many_rows_are_made_together(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    root = random.normal(size=(23, 30))
    shared = SurveyErrors(covariance=root @ root.T / 300, df=np.full(23, 12.0), kind="shared")
    own = SurveyErrors(covariance=np.diag(random.uniform(0.01, 0.1, 23)), df=np.full(23, 9.0), kind="blocks")
    found: list[Any] = []
    for cells in (1, 40, 2**17):
        monkeypatch.setattr(pair_tests, "CELLS_AT_ONCE", cells)
        sets = rank_sets(np.linspace(0, 4, 23), surveys=[shared, own])
        found.append((sets.marginal.tolist(), sets.simultaneous.tolist()))
    assert found[0] == found[1] == found[2]
    assert sets.better.any()


def test_sets_of_many_units_are_those_of_the_definition() -> None:
    random = np.random.default_rng(5)
    theta, errors = random.normal(0, 1, 150), random.uniform(0.05, 0.4, 150)
    sets = rank_sets(theta, errors, draws=400)
    z = independent_draws(errors, np.full(150, np.inf), 400, 1, pooled=False)
    sigma = OfVariances(errors**2).rows(slice(None))
    place = int(pair_tests.place_of(0.95, 400, "order"))
    better, critical = at_once(theta, sigma, z, place, np.ones((150, 150), dtype=bool), stepdown=True)
    assert sets.critical == critical
    assert (sets.better == better).all()
    assert better.any()
    assert not better.all()


def test_the_tail_is_found_without_looking_at_every_statistic(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(*_: object) -> Floats:
        raise AssertionError("all pairs of all draws were looked at")

    for family in (pair_tests._Everyone, pair_tests._Unit):
        monkeypatch.setattr(family, "largest", looked)
    random = np.random.default_rng(5)
    assert rank_sets(random.normal(0, 1, 60), random.uniform(0.05, 0.4, 60), draws=400).better.any()
