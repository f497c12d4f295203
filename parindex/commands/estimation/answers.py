"""The answers to one item as an estimate takes them, and the estimates of many rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.design import Wanted
from parindex.commands.estimation.faults import DataFault
from parindex.commands.estimation.tables import DataTable, Values
from parindex.statistics import MISSING, Domains, Estimate, Sample, TaylorSample
from parindex.statistics.at_scale.whole_sample import AnswerColumn, common_centre, means_in_blocks
from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.intervals import IntervalKind

AT_SCALE: Final = 50_000
"""Rows from which estimates are added up stratum by stratum; fewer are added up row by row, in the digits of old."""
SUMMED: Final = ("mean", "share", "total")
"""Statistics that add up."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column of answers of which some are counted: 1 where one of them stands, 0 where another does."""

    counted: NDArray[np.int8]
    """1, 0 or ``MISSING`` of each code."""
    codes: NDArray[Any]
    """(n,) code of each row."""

    def of(self, rows: Any) -> NDArray[np.int8]:
        """(m,) of some rows, in bytes."""
        some = self.codes[rows]
        if some.dtype != np.int8:
            return np.asarray(self.counted[some])
        by_byte = np.resize(self.counted, 256).tobytes()
        return np.frombuffer(some.tobytes().translate(by_byte), dtype=np.int8)

    def whole(self) -> Floats:
        """(n,) of all rows, NaN where missing."""
        return self.numbers().whole()

    def numbers(self) -> Values:
        """The same in doubles."""
        return Values(np.where(self.counted == MISSING, math.nan, self.counted), self.codes)

    def known(self) -> NDArray[np.bool_]:
        """(n,) which rows have an answer."""
        return np.asarray((self.counted != MISSING)[self.codes])


ItemColumn: TypeAlias = Values | Chosen
"""A column that can be estimated from."""


def answers(table: DataTable, entry: Wanted, name: str) -> ItemColumn:
    """A column as the statistic of an entry takes it."""
    return _chosen(table, name, entry.values) if entry.statistic == "share" else table.values(name)


def _chosen(table: DataTable, name: str, values: tuple[str, ...]) -> ItemColumn:
    """Which answers are one of the values: by number where all are numbers, else by text."""
    numbers = _as_numbers(values)
    try:
        column = None if numbers is None else table.values(name)
    except DataFault:
        column = None
    if column is not None and numbers is not None:
        known, met = ~np.isnan(column.numbers), np.isin(column.numbers, numbers)
        counted = np.where(known, met, MISSING).astype(np.int8)
        return Chosen(counted, column.codes) if column.codes is not None else Values(np.where(known, met, math.nan))
    named = table.named(name)
    counted = np.array([*(text in values for text in named.names), MISSING], dtype=np.int8)
    return Chosen(counted, named.codes)


def _as_numbers(values: tuple[str, ...]) -> list[float] | None:
    try:
        return [float(value) for value in values]
    except ValueError:
        return None


def at_scale(sample: Sample, entry: Wanted) -> bool:
    """Whether the estimates of an entry are added up stratum by stratum."""
    return (
        isinstance(sample, TaylorSample)
        and sample.design.n >= AT_SCALE
        and sample.design.projection is None
        and entry.statistic in SUMMED
        and not entry.covariance
    )


def estimates_at_scale(
    design: Design,
    entry: Wanted,
    columns: Sequence[ItemColumn],
    domains: Domains,
    rows: Sequence[Integers],
    *,
    level: float,
    kind: IntervalKind,
) -> Iterator[list[Estimate]]:
    """AnswerColumn by item the estimates of all domains.

    Args:
        design: The sample.
        entry: What is asked for.
        columns: The items.
        domains: The domains of the entry.
        rows: Rows of each domain that count.
        level: Coverage of the intervals.
        kind: Interval asked for.
    """
    domain = np.full(design.n, -1, dtype=np.int64)
    for place, some in enumerate(rows):
        domain[some] = place
    centre = [common_centre(column.numbers) if isinstance(column, Values) else 0.0 for column in columns]
    in_bytes = all(isinstance(column, Chosen) for column in columns)
    items: list[AnswerColumn] = [
        column if in_bytes or isinstance(column, Values) else column.numbers() for column in columns
    ]
    for means in means_in_blocks(design, items, domain, domains.keys, centre=centre, totals=entry.statistic == "total"):
        for item in range(means.value.shape[1]):
            yield [
                means.estimate(place, item, level=level, kind=kind, share=entry.statistic == "share")
                for place in range(len(domains.keys))
            ]
