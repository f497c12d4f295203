"""Columns in memory, some items at a time: what the sample gives at once, wherever the items are cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from parindex.statistics import Design, TaylorSample, estimate, mean_target, total_target
from parindex.statistics.at_scale import whole_sample
from parindex.statistics.at_scale.whole_sample import means_in_blocks

ROWS = 900


class Column:
    """A column of answers."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        self.values = values

    def of(self, rows: Any) -> NDArray[np.float64]:
        """Some of its rows."""
        return self.values[rows]


@pytest.mark.parametrize("totals", [False, True])
@pytest.mark.parametrize("held", [whole_sample.HELD, 2 * ROWS, 1])
@pytest.mark.parametrize("shuffled", [False, True])
def test_items_in_blocks_are_estimated_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch, totals: bool, held: int, shuffled: bool
) -> None:
    monkeypatch.setattr(whole_sample, "HELD", held)
    monkeypatch.setattr(whole_sample, "ROWS", ROWS // 4)
    g = np.random.default_rng(11)
    commune = np.sort(g.integers(0, 24, ROWS))
    order = g.permutation(ROWS) if shuffled else np.arange(ROWS)
    commune = commune[order]
    items = g.normal(3, 1, (4, ROWS))
    items[g.random(items.shape) < 0.1] = np.nan
    domain = g.integers(0, 3, ROWS)
    design = Design(g.uniform(0.5, 2, ROWS), (commune // 6).astype(str), [commune.astype(str)])
    columns = [Column(values) for values in items]
    blocks = list(
        means_in_blocks(
            design, columns, domain, (("a",), ("b",), ("c",)), centre=np.nanmean(items, axis=1).tolist(), totals=totals
        )
    )
    value, se = (np.concatenate([getattr(one, name) for one in blocks], axis=1) for name in ("value", "se"))
    assert value.shape == (3, len(items))
    sample, target = TaylorSample(design), total_target if totals else mean_target
    for place, values in enumerate(items):
        for each in range(3):
            alone = estimate(sample, target(values, np.flatnonzero(domain == each)))
            assert value[each, place] == pytest.approx(alone.value, rel=1e-11)
            assert se[each, place] == pytest.approx(alone.se, rel=1e-9)
