"""Facts as columns: one float64 array a name, agencies in order; NaN is not yet known."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parindex.scoring.facts.values import AgencyFacts
from parindex.scoring.law.inputs import Value
from parindex.scoring.points.compiled import Compiled

Array = NDArray[np.float64]

NEAR: Final = 1e-12
"""Relative distance from a threshold at which it is reached."""


class Columns:
    """Columns by full fact name.

    A boolean is 1 or 0, a date its ordinal, a choice the place of the option in the law (from 0).
    """

    def __init__(self, ready: Compiled, facts: Sequence[AgencyFacts]):
        self.count = len(facts)
        self._unknown = np.full(self.count, np.nan)
        self._places = {
            name: {option: place for place, option in enumerate(expected.options)}
            for name, expected in ready.expected.items()
            if expected.options
        }
        self._known = {name: expected.type for name, expected in ready.expected.items()}
        self._columns: dict[str, Array] = {}
        for number, own in enumerate(facts):
            for name, value in own.items():
                if self._known.get(name, "text") != "text":
                    self._column(name)[number] = self._number(name, value)

    def _column(self, name: str) -> Array:
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._unknown.copy()
        return found

    def _number(self, name: str, value: Value) -> float:
        if isinstance(value, date):
            return float(value.toordinal())
        if isinstance(value, str):
            return float(self._places[name][value])
        return float(value)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Array:
        return self._columns.get(name, self._unknown)

    def get(self, name: str) -> Array | None:
        """The column; None where no agency has the fact."""
        return self._columns.get(name)

    def with_changes(self, changes: Mapping[str, Any]) -> "Columns":
        """The same facts with some columns replaced.

        Raises:
            KeyError: the set has no such fact.
            ValueError: a column that is not one number an agency.
        """
        other = object.__new__(Columns)
        other.__dict__.update(self.__dict__)
        other._columns = dict(self._columns)
        for name, values in changes.items():
            if self._known.get(name, "text") == "text":
                raise KeyError(name)
            column = np.asarray(values, dtype=np.float64)
            if column.shape != (self.count,):
                raise ValueError(f"{name}: {column.shape} where {self.count} agencies are")
            other._columns[name] = column
        return other
