"""The answers to one item as an estimate takes them, and the estimates of many rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.checks import refuse_extremes
from parindex.commands.estimation.design import Wanted
from parindex.commands.estimation.faults import DataFault
from parindex.commands.estimation.tables import DataTable, Values, as_numbers
from parindex.statistics import MISSING, Domains, Estimate, Sample, TaylorSample, estimate, mean_target
from parindex.statistics.at_scale.whole_sample import AnswerColumn, means_in_blocks
from parindex.statistics.survey.design import Design, Floats, Integers
from parindex.statistics.survey.intervals import IntervalKind, at_edge
from parindex.statistics.survey.linearisation import common_centre
from parindex.text import N_

AT_SCALE: Final = 50_000
"""Rows from which estimates are added up stratum by stratum; fewer are added up row by row, in the digits of old."""
FEW: Final = 20
"""Distinct answers of an item whose answers are codes."""
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
    if entry.counts:
        return _chosen(table, name, entry.values)
    column = table.values(name)
    refuse_extremes(table, name, column.numbers)
    return column


def _chosen(table: DataTable, name: str, values: tuple[str, ...]) -> ItemColumn:
    """Which answers are one of the values: by number where all are numbers, and then the column holds numbers only."""
    numbers = as_numbers(values)
    if len(numbers) < len(values):
        named = table.named(name)
        counted = np.array([*(text in values for text in named.names), MISSING], dtype=np.int8)
        return Chosen(counted, named.codes)
    column = table.values(name)
    known, met = ~np.isnan(column.numbers), np.isin(column.numbers, numbers)
    if column.codes is None:
        return Values(np.where(known, met, math.nan))
    return Chosen(np.where(known, met, MISSING).astype(np.int8), column.codes)


def notes_on(table: DataTable, entry: Wanted, name: str) -> Iterator[DataFault]:
    """What must be said about the answers to an item: values that nobody gave, codes that look like no answer."""
    numeric = not entry.counts or len(as_numbers(entry.values)) == len(entry.values)
    met: set[Any] = set(_distinct(table.values(name)) if numeric else table.named(name).names)
    given = as_numbers(entry.values) if numeric else entry.values
    if unmet := [value for value, read in zip(entry.values, given, strict=True) if read not in met]:
        yield DataFault(
            N_(
                "Không ai trả lời %(values)s ở cột %(name)s: các giá trị này của %(statistic)s không đếm được phiếu nào."
            ),
            statistic=entry.statistic,
            values=unmet,
            name=name,
        )
    codes = sorted(value for value in met if numeric and value < 0)
    if codes and len(met) <= FEW and all(value == int(value) for value in met):
        yield DataFault(
            N_(
                "Cột %(name)s có giá trị âm %(values)s, được tính như câu trả lời. "
                "Nếu là mã không trả lời, ghi missing_values: [%(values)s] trong tệp thiết kế."
            ),
            name=name,
            values=codes,
        )


def _distinct(column: Values) -> list[float]:
    distinct: list[float] = np.unique(column.numbers[~np.isnan(column.numbers)]).tolist()
    return distinct


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
    icc: float,
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
        icc: How alike answers of one PSU are, where nothing else tells it.
    """
    share = entry.statistic == "share"
    domain = np.full(design.n, -1, dtype=np.int64)
    for place, some in enumerate(rows):
        domain[some] = place
    centre = [common_centre(column.numbers) if isinstance(column, Values) else 0.0 for column in columns]
    in_bytes = all(isinstance(column, Chosen) for column in columns)
    items: list[AnswerColumn] = [
        column if in_bytes or isinstance(column, Values) else column.numbers() for column in columns
    ]
    rest = iter(columns)
    for means in means_in_blocks(design, items, domain, domains.keys, centre=centre, totals=entry.statistic == "total"):
        for item in range(means.value.shape[1]):
            column = next(rest)
            edge = share and kind == "auto" and any(at_edge(value) for value in means.value[:, item].tolist())
            deff = _whole_deff(design, column) if edge else math.nan
            yield [
                means.estimate(place, item, level=level, kind=kind, share=share, whole_deff=deff, icc=icc)
                for place in range(len(domains.keys))
            ]


def _whole_deff(design: Design, column: ItemColumn) -> float:
    """The design effect of an item over all rows, for domains where everybody says the same."""
    whole = mean_target(column.whole(), np.arange(design.n))
    return estimate(TaylorSample(design), whole).deff_wr
