"""The facts of many agencies by name: values as given, and numbers as exact fractions."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex.scoring.integers import Integers
from parindex.scoring.model import Value

Mask = NDArray[np.bool_]


class Numbers(msgspec.Struct, frozen=True):
    """Numbers of all agencies, each top ÷ below; 0 ÷ 1 where not yet known."""

    top: Integers
    """Numerators."""
    below: Integers
    """Denominators, positive."""
    unknown: Mask | None
    """Where it is not yet known; None: nowhere."""


ONE = Integers(1, 1)


class FactColumns:
    """Columns by full name, agencies in the order given."""

    def __init__(self, agencies: Sequence[Mapping[str, Value]]):
        self.count = len(agencies)
        self._agencies = agencies
        self.names: frozenset[str] = frozenset().union(*agencies)
        """Facts that at least one agency has."""
        self.values = cache(self._values)
        """The values of one name; None where not yet known."""
        self.numbers = cache(self._numbers)
        """The values of one name as fractions."""

    def _values(self, name: str) -> list[Value | None]:
        if name not in self.names:
            return [None] * self.count
        return [own.get(name) for own in self._agencies]

    def _numbers(self, name: str) -> Numbers:
        values: list[Any] = self.values(name)
        types, unknown = set(map(type, values)), None
        if NoneType in types:
            unknown = np.array([value is None for value in values], dtype=np.bool_)
            values = [0 if value is None else value for value in values]
        if types <= {int, NoneType}:
            return Numbers(Integers.of(values), ONE, unknown)
        tops, belows = zip(*[value.as_integer_ratio() for value in values], strict=True)
        return Numbers(Integers.of(tops), Integers.of(belows), unknown)
