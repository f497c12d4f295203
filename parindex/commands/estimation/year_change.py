"""Changes between two years of a survey whose samples may visit the same PSUs, and over a break of the way of asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from parindex.commands.estimation.checks import missing_by_column
from parindex.commands.estimation.design import DesignFile
from parindex.commands.estimation.estimate_rows import EstimateRow
from parindex.commands.estimation.faults import DataFault, fault_of
from parindex.commands.estimation.lookalike_codes import lookalike_codes
from parindex.commands.estimation.survey import Entries
from parindex.commands.estimation.tables import DataTable
from parindex.commands.estimation.weighting import survey_fault, weighted
from parindex.messages import Message
from parindex.statistics import (
    Changes,
    Design,
    Linked,
    Overlap,
    StatisticsError,
    Target,
    TaylorSample,
    changes,
    covariance,
    linked_change,
    overlap_covariance,
)
from parindex.statistics.survey.design import Floats
from parindex.text import N_

AT_ONCE: Final = 16
"""Estimates whose linearised scores stand together, each as long as the data."""

Part = list[tuple[float, Target]]
"""What an estimate is made of: constants and targets."""


@dataclass(frozen=True, slots=True)
class Year:
    """The estimates of one year."""

    source: str
    """Name of its file."""
    design: Design
    """Its sample."""
    psus: list[str]
    """(n,) PSU of each row, by the name that the years share."""
    rows: list[EstimateRow]
    """Its estimates."""
    parts: list[Part]
    """What each is made of."""
    warnings: tuple[Message, ...]
    """What a reader must be told about them."""


class YearChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The changes of all estimates that both years have."""

    before: list[EstimateRow]
    """Estimates of the earlier year."""
    after: list[EstimateRow]
    """The same of the later year."""
    covariance: Floats
    """(k,) covariance of each pair through the PSUs that both years visited."""
    changes: Changes
    """The changes with their errors; ``adjusted`` is Holm's over all of them."""
    common: dict[str, int]
    """PSUs that both years visited, by stratum."""
    warnings: tuple[Message, ...]
    """What a reader must be told."""


class LinkedChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Changes over a break that was measured both ways in one year."""

    rows: list[EstimateRow]
    """Estimates of the last year, by the new way."""
    changes: list[Linked]
    """The change of each, with the break taken out."""
    warnings: tuple[Message, ...]
    """What a reader must be told."""


def year_of(table: DataTable, wanted: DesignFile, folder: Path) -> Year:
    """Estimate a year, and keep what its estimates are made of.

    Raises:
        DataFault: what cannot be estimated from or compared.
    """
    _refuse_other_ways(wanted)
    if len(table) == 0:
        raise DataFault(N_("%(source)s không có dòng dữ liệu nào."), source=table.source)
    table.missing = missing_by_column(wanted, table)
    try:
        weighting = weighted(table, wanted, folder)
        entries = Entries(table, wanted, TaylorSample(weighting.design), keep=True)
        for entry in wanted.estimates:
            entries.add(entry)
    except StatisticsError as error:
        raise survey_fault(error, table, wanted) from None
    psus = [str(name) for name in table.texts(wanted.stages[wanted.chosen])]
    warnings = (*lookalike_codes(table, wanted), *weighting.warnings, *entries.warnings)
    return Year(table.source, weighting.design, psus, entries.rows, entries.kept, warnings)


def changed(first: Year, second: Year, level: float) -> YearChanges:
    """The change of every estimate that both years have; the others are named.

    Raises:
        DataFault: where the years share no estimate, or PSUs that cannot be matched.
    """
    places = _in_both(first, second)
    overlap, shared = _shared(first, [first.parts[i] for i, _ in places], second, [second.parts[j] for _, j in places])
    before, after = [first.rows[i] for i, _ in places], [second.rows[j] for _, j in places]
    columns = [
        np.array([[row.estimate.value, row.estimate.se, row.estimate.df] for row in rows]) for rows in (before, after)
    ]
    (value1, se1, df1), (value2, se2, df2) = (column.T for column in columns)
    limit = np.nan_to_num(se1 * se2)
    own = np.clip(np.nan_to_num(shared), -limit, limit)
    found = changes(value1, se1, value2, se2, covariance=own, before_df=df1, after_df=df2, level=level)
    return YearChanges(
        before=before,
        after=after,
        covariance=own,
        changes=found,
        common=overlap.common,
        warnings=(*first.warnings, *second.warnings, *_unmatched(first, second), *_of_overlap(overlap)),
    )


def linked(first: Year, old: Year, new: Year, last: Year) -> LinkedChanges:
    """Changes over a break: ``old`` and ``new`` are one year, asked both ways.

    Raises:
        DataFault: where an estimate is missing in one of them.
    """
    every = (first, old, new, last)
    places = [{_key(row): at for at, row in enumerate(year.rows)} for year in every]
    keys = [key for key in places[3] if all(key in known for known in places)]
    if not keys:
        raise DataFault(N_("Các năm không có ước lượng nào chung."))
    found = []
    for key in keys:
        of = [year.parts[known[key]] for year, known in zip(every, places, strict=True)]
        values = [year.rows[known[key]].estimate.value for year, known in zip(every, places, strict=True)]
        try:
            found.append(linked_change(values[:2], values[2:], _of_four(every, of)))
        except StatisticsError as error:
            raise fault_of(error, units=[year.source for year in every]) from None
    told = {str(warning): warning for year in every for warning in year.warnings}
    return LinkedChanges(rows=[last.rows[places[3][key]] for key in keys], changes=found, warnings=tuple(told.values()))


def renamed(wanted: DesignFile, names: Mapping[str, str]) -> DesignFile:
    """The same estimates from columns of other names."""
    entries = tuple(
        msgspec.structs.replace(
            entry,
            of=tuple(names.get(name, name) for name in entry.of),
            weights=None if entry.weights is None else {names.get(n, n): w for n, w in entry.weights.items()},
        )
        for entry in wanted.estimates
    )
    return msgspec.structs.replace(wanted, estimates=entries)


def with_names_of(year: Year, entries: Sequence[EstimateRow]) -> Year:
    """A year whose estimates are called as those of another way of asking, in the same order."""
    rows = [msgspec.structs.replace(row, of=other.of) for row, other in zip(year.rows, entries, strict=True)]
    return Year(year.source, year.design, year.psus, rows, year.parts, year.warnings)


def _refuse_other_ways(wanted: DesignFile) -> None:
    if not wanted.stages:
        raise DataFault(N_("So sánh hai năm cần stages: tên đơn vị mẫu cấp một cho biết năm nào chung xã nào."))
    if wanted.replicates is not None:
        raise DataFault(N_("So sánh hai năm không dùng quyền số lặp (replicates)."))
    if any(entry.statistic == "quantile" for entry in wanted.estimates):
        raise DataFault(N_("So sánh hai năm không dùng cho statistic: quantile."))


def _key(row: EstimateRow) -> tuple[object, ...]:
    return row.statistic, row.of, row.values, tuple(row.by.items())


def _in_both(first: Year, second: Year) -> list[tuple[int, int]]:
    later = {_key(row): place for place, row in enumerate(second.rows)}
    places = [(place, later[_key(row)]) for place, row in enumerate(first.rows) if _key(row) in later]
    if not places:
        raise DataFault(N_("Các năm không có ước lượng nào chung."))
    return places


def _unmatched(first: Year, second: Year) -> list[DataFault]:
    """Domains that one of the years lacks."""
    found = []
    for year, other in ((first, second), (second, first)):
        known = {_key(row) for row in other.rows}
        lacking = dict.fromkeys("/".join(row.by.values()) for row in year.rows if _key(row) not in known)
        if lacking:
            found.append(
                DataFault(
                    N_("%(source)s không có ước lượng của: %(names)s. Không có thay đổi để nêu."),
                    source=other.source,
                    names=list(lacking),
                )
            )
    return found


def _of_overlap(overlap: Overlap) -> list[DataFault]:
    found = []
    if overlap.lonely:
        found.append(
            DataFault(
                N_("Tầng chỉ có một đơn vị mẫu chung hai năm, hiệp phương sai tính là 0: %(names)s."),
                names=list(overlap.lonely),
            )
        )
    if overlap.bounded.any():
        found.append(
            DataFault(
                N_(
                    "Ít đơn vị mẫu chung mà dao động nhiều hơn cả mẫu: hiệp phương sai của %(count)s ước lượng "
                    "được cắt ở tương quan 1."
                ),
                count=int(overlap.bounded.sum()),
            )
        )
    return found


def _shared(first: Year, own: Sequence[Part], second: Year, others: Sequence[Part]) -> tuple[Overlap, Floats]:
    """The covariance of estimates of two years: (k,) of each with its like."""
    found: list[float] = []
    bounded: list[bool] = []
    overlap: Overlap | None = None
    for at in range(0, len(own), AT_ONCE):
        some = own[at : at + AT_ONCE], others[at : at + AT_ONCE]
        try:
            overlap = overlap_covariance(
                first.design, first.psus, [t for part in some[0] for _, t in part],
                second.design, second.psus, [t for part in some[1] for _, t in part],
            )  # fmt: skip
        except StatisticsError as error:
            raise fault_of(error) from None
        row = column = 0
        for one, other in zip(*some, strict=True):
            block = slice(row, row + len(one)), slice(column, column + len(other))
            a, b = np.array([c for c, _ in one]), np.array([c for c, _ in other])
            found.append(float(a @ overlap.covariance[block] @ b))
            bounded.append(bool(overlap.bounded[block].any()))
            row, column = row + len(one), column + len(other)
    each = np.array(found)
    common, lonely = (overlap.common, overlap.lonely) if overlap is not None else ({}, ())
    return Overlap(covariance=each[None], common=common, lonely=lonely, bounded=np.array([bounded])), each


def _of_four(years: Sequence[Year], parts: Sequence[Part]) -> Floats:
    """(4, 4) covariance: within a year from its sample, between years from the PSUs that they share."""
    matrix = np.zeros((4, 4))
    for i in range(4):
        for j in range(i, 4):
            if years[i].design is years[j].design or (i, j) == (1, 2):
                targets = [t for _, t in (*parts[i], *parts[j])]
                a = np.array([c for c, _ in parts[i]] + [0.0] * len(parts[j]))
                b = np.array([0.0] * len(parts[i]) + [c for c, _ in parts[j]])
                matrix[i, j] = a @ covariance(TaylorSample(years[i].design), targets) @ b
            else:
                matrix[i, j] = _shared(years[i], [parts[i]], years[j], [parts[j]])[1][0]
            matrix[j, i] = matrix[i, j]
    return matrix


def entry_columns(wanted: DesignFile) -> list[str]:
    """Columns that the estimates are of."""
    return list(dict.fromkeys(name for entry in wanted.estimates for name in entry.of))
