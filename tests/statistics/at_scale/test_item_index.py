"""The index of items is what its items say, no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from parindex.statistics import Design, ItemGroups, Moments, TaylorSample, covariance, mean_target, part_of
from parindex.statistics.at_scale.survey_parts import MISSING

RNG = np.random.default_rng(11)
N = 96
STRATUM = np.repeat(np.arange(4), 24)
PSU = np.repeat(np.arange(16), 6)
W = RNG.uniform(1, 4, N)
Y = RNG.normal(10, 3, N) + PSU


def test_the_index_of_items_is_the_mean_of_their_estimates_with_their_covariance() -> None:
    items = RNG.random((N, 3)).round()
    items[RNG.random((N, 3)) < 0.2] = np.nan
    groups = ItemGroups(["a", "b", "c"], {"ab": ["a", "b"]})
    index = groups.index(Moments.of(groups.part(part_of(W, items, strata=STRATUM, stages=[PSU]))))
    targets = [mean_target(items[:, i].copy(), np.arange(N)) for i in range(3)]
    matrix = covariance(TaylorSample(Design(W, STRATUM, [PSU])), targets)
    means = np.array([t.value(W) for t in targets])
    assert index.domains == ("",)
    assert index.overall[0].value == pytest.approx(means.mean(), rel=1e-12)
    assert index.overall[0].se ** 2 == pytest.approx(matrix.sum() / 9, rel=1e-12)
    assert index.groups["ab"][0].value == pytest.approx(means[:2].mean(), rel=1e-12)
    assert index.groups["ab"][0].se ** 2 == pytest.approx(matrix[:2, :2].sum() / 4, rel=1e-12)
    assert index.items["c"][0].se ** 2 == pytest.approx(matrix[2, 2], rel=1e-12)


def test_an_index_with_an_item_that_nobody_answered_is_unknown_not_zero() -> None:
    groups = ItemGroups(["1", "2"])
    items = np.column_stack([Y, np.where(STRATUM == 0, np.nan, Y)])
    rows = part_of(W, items, strata=STRATUM, stages=[PSU], by=[[str(s) for s in STRATUM]])
    index = groups.index(Moments.of(groups.part(rows)))
    first, second = index.overall[:2]
    assert np.isnan(first.value)
    assert np.isnan(first.se)
    assert first.ci is None
    assert first.n == 24
    assert np.isfinite(second.value)
    assert np.isfinite(index.items["1"][0].value)


def test_a_group_may_have_the_name_of_an_item() -> None:
    groups = ItemGroups(["x", "y"], {"x": ["x", "y"]})
    index = groups.index(Moments.of(groups.part(part_of(W, np.column_stack([Y, -Y]), stages=[PSU]))))
    assert index.items["x"][0].value == pytest.approx(float(W @ Y / W.sum()))
    assert index.groups["x"][0].value == pytest.approx(0, abs=1e-12)


def test_a_domain_without_a_row_takes_nothing_from_the_others() -> None:
    groups = ItemGroups(["a", "b"])
    items = RNG.random((N, 2)).round()
    domain = np.array(["x", "y"])[STRATUM % 2]
    alone = part_of(W, items, strata=STRATUM, stages=[PSU], by=[domain.tolist()])
    keys = (("w",), *alone.keys)
    among = replace(alone, domain=alone.domain + 1, keys=keys)
    expected = groups.index(Moments.of(groups.part(alone))).overall
    assert groups.index(Moments.of(groups.part(among))).overall == expected
    assert all(each.se > 0 for each in expected)


@pytest.mark.parametrize("stored", [False, True])
def test_a_row_counts_for_an_index_where_it_answered_one_of_the_items(stored: bool) -> None:
    items = RNG.integers(0, 2, (N, 3)).astype(np.float64)
    items[:10, :2] = np.nan
    items[10:15, 0] = np.nan
    items[5:8, 2] = np.nan
    given = np.where(np.isnan(items), MISSING, items).astype(np.int8) if stored else items
    groups = ItemGroups(["a", "b", "c"], {"ab": ["a", "b"]})
    index = groups.index(Moments.of(groups.part(part_of(W, given, strata=STRATUM, stages=[PSU]))))
    assert (index.groups["ab"][0].n, index.overall[0].n, index.items["a"][0].n) == (N - 10, N - 3, N - 15)


def test_the_design_effect_of_an_index_is_the_largest_that_one_of_its_items_has() -> None:
    """An item to which everybody says the same has none."""
    items = RNG.integers(0, 2, (N, 3)).astype(np.float64)
    items[:, 2] = 1.0
    groups = ItemGroups(["a", "b", "c"], {"b": ["b"], "c": ["c"]})
    deff = groups.index(Moments.of(groups.part(part_of(W, items, strata=STRATUM, stages=[PSU])))).deff
    assert np.isnan(deff["c"])
    assert deff[""] == max(deff["a"], deff["b"])


def test_an_index_of_a_domain_tells_the_design_effect_of_the_domain() -> None:
    items = RNG.integers(0, 2, (N, 2)).astype(np.float64)
    domain = np.repeat(["x", "y"], [N // 2, N - N // 2])
    items[domain == "y", 1] = 1.0
    groups = ItemGroups(["a", "b"], {"b": ["b"]})
    part = groups.part(part_of(W, items, strata=STRATUM, stages=[PSU], by=[domain.tolist()]))
    index = groups.index(Moments.of(part))
    found = {one.domain: one.deff for one in index.overall}
    alone = {name: {one.domain: one.deff for one in index.items[name]} for name in ("a", "b")}
    assert found["x"] == max(alone["a"]["x"], alone["b"]["x"])
    assert found["y"] == alone["a"]["y"]
    assert np.isnan(alone["b"]["y"])
    assert found["x"] != found["y"]


def test_an_index_tells_the_fewest_degrees_of_freedom_of_its_items() -> None:
    """An item that one unit of a domain did not answer has one fewer than the index."""
    items = ItemGroups(["a", "b", "c"], {"two": ["a", "b"], "one": ["a"]})
    unit = np.repeat(np.arange(6), 2)
    answers = np.tile([[1.0, 0, 1], [0, 1, 1]], (6, 1))
    answers[unit == 5, 1] = np.nan
    answers[unit >= 3, 2] = np.nan
    index = items.index(Moments.of(items.part(part_of(np.ones(12), answers, stages=[unit]))))
    found = {
        name: (own[0].df, own[0].df_least)
        for name, own in {"all": index.overall, **index.groups, **index.items}.items()
    }
    assert found == {"all": (5, 2), "two": (5, 4), "one": (5, 5), "a": (5, 5), "b": (4, 4), "c": (2, 2)}
