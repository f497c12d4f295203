"""Columns of integers that are never wrong: 64 bits where every result fits, Python's own where one may not."""

from collections.abc import Sequence
from typing import Any, Final, Union

import numpy as np

LIMIT: Final = 2**62
"""No result in 64 bits reaches this."""

Column = Any
"""An array of int64 or of Python integers, or one Python integer for all."""


class Integers:
    """A column that knows how large it may be at most; a result that may not fit is made of Python integers."""

    __slots__ = ("most", "values")

    def __init__(self, values: Column, most: int):
        self.values = values
        self.most = most
        """No value is further from 0."""

    @staticmethod
    def of(values: Sequence[int]) -> "Integers":
        """The column of these values."""
        try:
            column = np.array(values, dtype=np.int64)
        except OverflowError:
            column = np.array(values, dtype=object)
        most = max(abs(int(column.max())), abs(int(column.min()))) if values else 0
        return Integers(column if most < LIMIT else _wide(column), most)

    def __mul__(self, other: Union["Integers", int]) -> "Integers":
        other = other if isinstance(other, Integers) else Integers(other, abs(other))
        most = self.most * other.most
        # A product with 0 is small although the other factor may not fit.
        if max(most, self.most, other.most) < LIMIT:
            return Integers(self.values * other.values, most)
        return Integers(_wide(self.values) * _wide(other.values), most)

    def __add__(self, other: "Integers") -> "Integers":
        most = self.most + other.most
        if most < LIMIT:
            return Integers(self.values + other.values, most)
        return Integers(_wide(self.values) + _wide(other.values), most)

    def half_up(self, below: "Integers") -> Column:
        """This ÷ below, rounded half up, where neither is negative and below is not 0."""
        return (self * 2 + below).values // (below * 2).values

    def where(self, mask: Any, value: int) -> "Integers":
        """The same with one value where a mask is."""
        values = self.values if abs(value) < LIMIT else _wide(self.values)
        return Integers(np.where(mask, value, values), max(self.most, abs(value)))


def _wide(values: Column) -> Column:
    return values if isinstance(values, int) else values.astype(object)
