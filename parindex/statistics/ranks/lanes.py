"""Lanes of a ranking: the largest runs of neighbours of which no two can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def lanes(order: Sequence[int], apart: ArrayLike) -> list[tuple[int, ...]]:
    """The brackets beside a ranking.

    Args:
        order: Units from first to last.
        apart: (p, p) symmetric, whether two units can be told apart, such as ``RankSets.apart``.

    Returns:
        Runs of at least two neighbouring units, none inside another, from the top.

    >>> apart = [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    >>> lanes([0, 1, 2], apart)
    [(0, 1), (1, 2)]
    >>> lanes([0, 2, 1], apart)
    [(2, 1)]
    """
    differs = np.asarray(apart, dtype=bool)
    runs: list[tuple[int, ...]] = []
    end = 0
    for start in range(len(order)):
        before = end
        end = max(end, start + 1)
        while end < len(order) and not differs[order[end], list(order[start:end])].any():
            end += 1
        if end > before and end - start > 1:
            runs.append(tuple(order[start:end]))
    return runs
