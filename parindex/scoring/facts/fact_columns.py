"""The facts of many agencies by name: values as given, and numbers as exact fractions."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import itemgetter, methodcaller
from types import NoneType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from parindex.scoring.law.inputs import Value
from parindex.scoring.points.integers import BoundedIntegers, IntegerColumn

Mask = NDArray[np.bool_]


class Numbers(msgspec.Struct, frozen=True):
    """Numbers of all agencies, each top ÷ below; 0 ÷ 1 where not yet known."""

    top: BoundedIntegers
    """Numerators."""
    below: BoundedIntegers
    """Denominators, positive."""
    unknown: Mask | None
    """Where it is not yet known; None: nowhere."""


ONE = BoundedIntegers(1, 1)


def _row(facts: Mapping[str, Value], names: Sequence[str], fetch: Callable[[Any], Any]) -> Sequence[Value | None]:
    try:
        row: Sequence[Value | None] = fetch(facts)
    except KeyError:
        row = [facts.get(name) for name in names]
    return row


def _ratios(values: Sequence[Any]) -> tuple[IntegerColumn, IntegerColumn]:
    """Numerators and denominators."""
    # A pair is gone as soon as it is read: thousands at once would call the collector to everything that is held.
    flat = chain.from_iterable(map(methodcaller("as_integer_ratio"), values))
    try:
        pairs: Any = np.fromiter(flat, dtype=np.int64, count=2 * len(values))
    except OverflowError:
        pairs = np.array([value.as_integer_ratio() for value in values], dtype=object).reshape(-1)
    return pairs[0::2], pairs[1::2]


class FactColumns:
    """Columns by full name, agencies in the order given."""

    def __init__(self, agencies: Sequence[Mapping[str, Value]]):
        self.count = len(agencies)
        self._agencies = agencies
        self.names: frozenset[str] = frozenset().union(*agencies)
        """Facts that at least one agency has."""
        self._made: dict[str, Numbers] = {}

    def values(self, name: str) -> Sequence[Value | None]:
        """The values of one name; None where not yet known."""
        return self._given.get(name) or [None] * self.count

    def numbers(self, name: str) -> Numbers:
        """The values of one name as fractions."""
        if name not in self._made:
            self._made[name] = self._numbers(name)
        return self._made[name]

    @cached_property
    def _given(self) -> Mapping[str, Sequence[Value | None]]:
        # All facts of an agency are fetched at once: one after the other they cost more than all rules.
        names = sorted(self.names)
        if not names:
            return {}
        # One name more: of a single name `itemgetter` would give no tuple.
        fetch = itemgetter(*names, names[0])
        rows = [_row(own, names, fetch) for own in self._agencies]
        return dict(zip(names, zip(*rows, strict=True), strict=False))

    def _numbers(self, name: str) -> Numbers:
        values: Any = self.values(name)
        types, unknown = set(map(type, values)), None
        if NoneType in types:
            values, nothing = np.fromiter(values, dtype=object, count=self.count), np.array(None)
            unknown = np.equal(values, nothing).astype(np.bool_)
            values[unknown] = 0
        if types <= {int, NoneType}:
            return Numbers(BoundedIntegers.of(values), ONE, unknown)
        tops, belows = _ratios(values)
        return Numbers(BoundedIntegers.of(tops), BoundedIntegers.of(belows), unknown)
