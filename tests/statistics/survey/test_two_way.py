"""Tests of independence: what is counted, and what is refused in words."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import Design, StatisticsError, TaylorSample
from parindex.statistics.survey.two_way import independence


def test_rows_without_weight_are_not_counted_by_a_two_way_test() -> None:
    random = np.random.default_rng(1)
    first, second = (random.choice(["a", "b"], 60) for _ in range(2))
    weights, psu = random.uniform(1, 2, 60), np.arange(60) // 3
    weights[psu == 4] = 0
    whole = independence(TaylorSample(Design(weights, None, [psu])), first.tolist(), second.tolist())
    kept = np.where(weights > 0, 1, 0).astype(bool)
    answered = [
        [str(value) if keep else None for value, keep in zip(column, kept, strict=True)] for column in (first, second)
    ]
    asked = independence(TaylorSample(Design(weights, None, [psu])), *answered)
    assert (whole.pearson, whole.f, whole.wald) == (asked.pearson, asked.f, asked.wald)
    counted = int(kept.sum())
    shares = np.array([[weights[(first == a) & (second == b)].sum() for b in "ab"] for a in "ab"]) / weights.sum()
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    assert whole.pearson.statistic == pytest.approx(counted * ((shares - expected) ** 2 / expected).sum())


def test_a_two_way_test_without_degrees_of_freedom_ends_in_words() -> None:
    sample = TaylorSample(Design(np.ones(4), ["x", "x", "y", "y"], [[1, 1, 2, 2]], lonely_psu="certainty"))
    with pytest.raises(StatisticsError) as refused:
        independence(sample, ["a", "a", "b", "b"], ["c", "d", "c", "d"])
    assert refused.value.code == "table_without_df"


@pytest.mark.parametrize(("first", "second", "shape"), [("aaab", "xxxx", (2, 1)), ("aaaa", "xyzz", (1, 3))])
def test_a_table_of_one_row_or_column_is_refused_with_its_size(first: str, second: str, shape: tuple[int, int]) -> None:
    sample = TaylorSample(Design(np.ones(4), None, [["1", "2", "3", "4"]]))
    with pytest.raises(StatisticsError, match="table_too_small") as refused:
        independence(sample, list(first), list(second))
    assert (refused.value.values["rows"], refused.value.values["columns"]) == shape


def test_a_table_whose_cells_are_the_same_in_every_unit_is_refused() -> None:
    """Nothing varies between the PSUs, so there is nothing to divide by."""
    first, second = list("aabb") * 6, list("cdcd") * 6
    sample = TaylorSample(Design(np.ones(24), None, [np.repeat(np.arange(6), 4).astype(str)]))
    with pytest.raises(StatisticsError, match="table_without_variance"):
        independence(sample, first, second)
