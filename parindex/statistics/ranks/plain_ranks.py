"""Ranks without sampling error, and rank sets of counts by exact tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers


def ranks(values: ArrayLike, ties: float = 0.0, *, smallest_first: bool = False) -> Floats:
    """(p,) ranks, 1 the largest.

    Args:
        values: (p,) finite values.
        ties: What equals share: 0 their best rank, 1 their worst, ½ the middle.
        smallest_first: Whether rank 1 is the smallest.

    >>> ranks([3, 1, 4, 1]).tolist(), ranks([3, 1, 4, 1], 0.5).tolist()
    ([2.0, 3.0, 1.0, 3.0], [2.0, 3.5, 1.0, 3.5])
    """
    x = np.asarray(values, dtype=np.float64)
    x = x if smallest_first else -x
    before = (x[None, :] < x[:, None]).sum(axis=1)
    until = (x[None, :] <= x[:, None]).sum(axis=1)
    return np.asarray((1 - ties) * (before + 1) + ties * until)


def count_rank_sets(counts: ArrayLike, level: float = 0.95, *, correction: str = "holm", side: str = "two") -> Integers:
    """(p, 2) simultaneous rank sets of categories of one multinomial count.

    Of two categories the one is more probable than the other if its share of their joint count is
    improbably large for a fair coin: exact for any count. The ordered pairs are tested together.

    Args:
        counts: (p,) whole numbers from 0.
        level: Coverage.
        correction: ``holm`` or ``bonferroni``.
        side: ``two``, or only ``lower`` or ``upper`` bounds.

    Raises:
        StatisticsError: ``out_of_range``.

    >>> count_rank_sets([120, 40, 3]).tolist()
    [[1, 1], [2, 2], [3, 3]]
    """
    x = np.asarray(counts, dtype=np.int64)
    for name, found, accepted in (
        ("correction", correction, ("holm", "bonferroni")),
        ("side", side, ("two", "lower", "upper")),
    ):
        if found not in accepted:
            raise StatisticsError("out_of_range", name=name, found=found, accepted=accepted)
    if (x < 0).any():
        raise StatisticsError("out_of_range", name="counts", found=x.min())
    p_values = np.asarray(special.bdtrc(x[:, None] - 1, x[:, None] + x[None, :], 0.5), dtype=np.float64)
    better = _rejected(p_values, 1 - level, correction)
    low, high = 1 + better.sum(axis=0), len(x) - better.sum(axis=1)
    return np.column_stack(
        [np.ones_like(low) if side == "upper" else low, np.full_like(high, len(x)) if side == "lower" else high]
    )


def _rejected(p_values: Floats, alpha: float, correction: str) -> NDArray[np.bool_]:
    """Ordered pairs rejected together, the diagonal never."""
    pairs = ~np.eye(len(p_values), dtype=bool)
    sorted_values = np.sort(p_values[pairs])
    tests = len(sorted_values)
    if tests == 0:
        return np.zeros_like(pairs)
    limits = alpha / (tests - np.arange(tests)) if correction == "holm" else np.full(tests, alpha / tests)
    kept = np.flatnonzero(sorted_values > limits)
    count = int(kept[0]) if len(kept) else tests
    return np.asarray(pairs & (p_values <= sorted_values[count - 1])) if count else np.zeros_like(pairs)
