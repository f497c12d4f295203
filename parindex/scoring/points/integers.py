"""Columns of integers that are never wrong: 64 bits where every result fits, Python's own where one may not."""

from collections.abc import Sequence
from typing import Any, Final, Union

import numpy as np

from parindex.scoring.digits import PLACES

LIMIT: Final = 2**62
"""No result in 64 bits reaches this."""

IntegerColumn = Any
"""An array of int64 or of Python integers, or one Python integer for all."""


class BoundedIntegers:
    """A column that knows how large it may be at most; a result that may not fit is made of Python integers."""

    __slots__ = ("most", "values")

    def __init__(self, values: IntegerColumn, most: int):
        self.values = values
        self.most = most
        """No value is further from 0."""

    @classmethod
    def of(cls, values: "Sequence[int] | IntegerColumn") -> "BoundedIntegers":
        """The column of these values."""
        try:
            column = np.array(values, dtype=np.int64)
        except OverflowError:
            column = np.array(values, dtype=object)
        most = max(abs(int(column.max())), abs(int(column.min()))) if len(column) else 0
        return cls(column if most < LIMIT else _wide(column), most)

    def __mul__(self, other: Union["BoundedIntegers", int]) -> "BoundedIntegers":
        other = other if isinstance(other, BoundedIntegers) else BoundedIntegers(other, abs(other))
        most = self.most * other.most
        # A product with 0 is small although the other factor may not fit.
        if max(most, self.most, other.most) < LIMIT:
            return BoundedIntegers(self.values * other.values, most)
        return BoundedIntegers(_wide(self.values) * _wide(other.values), most)

    def __add__(self, other: "BoundedIntegers") -> "BoundedIntegers":
        most = self.most + other.most
        if most < LIMIT:
            return BoundedIntegers(self.values + other.values, most)
        return BoundedIntegers(_wide(self.values) + _wide(other.values), most)

    def half_up(self, below: "BoundedIntegers") -> IntegerColumn:
        """This ÷ below, rounded half up, where neither is negative and below is not 0."""
        return (self * 2 + below).values // (below * 2).values

    def where(self, mask: Any, value: int) -> "BoundedIntegers":
        """The same with one value where a mask is."""
        values = self.values if abs(value) < LIMIT else _wide(self.values)
        return BoundedIntegers(np.where(mask, value, values), max(self.most, abs(value)))


def percents(points: IntegerColumn, maxima: IntegerColumn) -> IntegerColumn:
    """points × 100 ÷ maxima, scaled by 10¹² and rounded half up; 0 where a maximum is 0.

    A long division: as many digits at a time as 64 bits hold.
    """
    digits = PLACES + 2
    by = np.where(maxima == 0, 1, maxima)
    size = np.where(maxima == 0, 0, np.abs(points))
    most = int(by.max(initial=1))
    if by.dtype == object or (int(size.max(initial=0)) + 1) * 10**digits // int(by.min(initial=1)) >= LIMIT:
        return np.sign(points) * ((2 * 10**digits * _wide(size) + by) // (2 * _wide(by)))
    at_once = len(str(LIMIT // most)) - 1
    found = size // by
    rest = size - found * by
    while digits:
        step = 10 ** min(at_once, digits)
        digits -= min(at_once, digits)
        rest = rest * step
        more = rest // by
        rest -= more * by
        found = found * step + more
    return np.sign(points) * (found + (2 * rest >= by))


def _wide(values: IntegerColumn) -> IntegerColumn:
    return values if isinstance(values, int) else values.astype(object)
