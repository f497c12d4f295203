"""Ranks of many indices at once, one index a row, and how far they are from a reference."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.errors import StatisticsError
from parindex.statistics.survey.design import Floats, Integers

MOST_UNITS: Final = 1 << 20

Keys = NDArray[np.int64]


def ranks_of_rows(index: Floats) -> Integers:
    """(n, p) ranks within each row, 1 the largest; equals share the better rank.

    Only the last bits of a value, which the rounding of a weighted sum changes too, are not looked at: of 64 units six.

    Args:
        index: (n, p) finite.

    Raises:
        StatisticsError: ``value_missing`` naming the units.

    >>> ranks_of_rows(np.array([[1.0, 3.0, 2.0], [5.0, 5.0, 1.0]])).tolist()
    [[3, 1, 2], [1, 1, 3]]
    """
    keys, bits = _sorted_keys(index)
    ranks = np.empty(index.shape, dtype=np.int64)
    np.put_along_axis(ranks, keys & ((1 << bits) - 1), _ranks_in_order(keys, bits), axis=1)
    return ranks


def mean_shifts(index: Floats, reference: Integers) -> Floats:
    """(n,) mean over the units of |rank − reference|, of every row.

    >>> mean_shifts(np.array([[1.0, 3.0, 2.0]]), np.array([1, 2, 3])).round(6).tolist()
    [1.333333]
    """
    keys, bits = _sorted_keys(index)
    places = _ranks_in_order(keys, bits)
    keys &= (1 << bits) - 1
    before = reference.take(keys, mode="clip")
    np.subtract(before, places, out=before)
    return np.asarray(np.abs(before, out=before).sum(axis=1) / keys.shape[1])


def _sorted_keys(index: Floats) -> tuple[Keys, int]:
    """Each row ascending as whole numbers: the value's bits, the last ones replaced by the unit; and how many.

    Doubles from 0 up are in the order of their bits, and numpy sorts whole numbers faster than it finds an order.
    """
    p = index.shape[1]
    if not np.isfinite(index).all():
        raise StatisticsError("value_missing", units=np.flatnonzero(~np.isfinite(index).all(axis=0)).tolist())
    if not 0 < p <= MOST_UNITS:
        raise StatisticsError("no_units")
    bits = max(p - 1, 1).bit_length()
    keys = (index - index.min()).view(np.int64)
    keys &= -1 << bits
    keys |= np.arange(p)
    keys.sort(axis=1)
    return keys, bits


def _ranks_in_order(keys: Keys, bits: int) -> Integers:
    """(n, p) or (1, p) ranks from the lowest place to the highest."""
    p = keys.shape[1]
    plain = np.arange(p, 0, -1)[None, :]
    differences = keys[:, 1:] ^ keys[:, :-1]
    if differences.min(initial=1 << bits) >> bits:
        return np.broadcast_to(plain, keys.shape)
    last = np.ones(keys.shape, dtype=bool)
    last[:, :-1] = differences >> bits != 0
    from_the_top = np.where(last, plain, 0)[:, ::-1]
    return np.asarray(np.maximum.accumulate(from_the_top, axis=1)[:, ::-1])
