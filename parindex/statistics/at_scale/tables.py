"""Survey files read a batch at a time: CSV and Parquet, through pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.at_scale.survey_parts import MISSING, SurveyPart, crossed
from parindex.statistics.errors import StatisticsError
from parindex.statistics.optional_packages import extra
from parindex.statistics.survey.design import Floats, Integers

ROWS: Final = 65_536
"""Rows of a batch."""
EMPTY: Final = ["", "NA"]
"""What stands for a missing value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLayout:
    """Which columns of a table are what."""

    weights: str
    """Column of weights."""
    items: tuple[str, ...]
    """Columns of the items."""
    strata: str | None = None
    """Column of the first stage's strata; ``None``: one stratum."""
    stages: tuple[str, ...] = ()
    """Columns of cluster ids, first stage first; none: every row is its own unit."""
    fpc: tuple[str, ...] = ()
    """Columns of population counts per stage."""
    by: tuple[str, ...] = ()
    """Columns whose crossing is the domain."""
    values: tuple[float, ...] | None = None
    """Answers that a share counts as 1, all others 0; ``None``: the items are numbers."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of numbers."""
        return (self.weights, *self.fpc, *self.items)

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns of names."""
        return (*([] if self.strata is None else [self.strata]), *self.stages, *self.by)

    @property
    def columns(self) -> list[str]:
        """All, each once."""
        return list(dict.fromkeys([*self.numbers, *self.texts]))


def csv_parts(path: Path | str, layout: TableLayout, *, delimiter: str = ",", rows: int = ROWS) -> Iterator[SurveyPart]:
    """Parts of a CSV file with a header, UTF-8; an empty cell and ``NA`` are missing.

    Args:
        path: The file.
        layout: Its columns.
        delimiter: What stands between cells.
        rows: Rows of a batch, about: the file is read in blocks of bytes.

    Raises:
        StatisticsError: ``unreadable`` with what pyarrow says: a column that is not there, a cell that is no number;
            ``not_installed`` without pyarrow.
    """
    pa, csv = extra("pyarrow", of="parquet"), extra("pyarrow.csv", of="parquet")
    kinds = dict.fromkeys(layout.texts, pa.string()) | dict.fromkeys(layout.numbers, pa.float64())
    convert = csv.ConvertOptions(
        column_types=kinds, include_columns=layout.columns, null_values=EMPTY, strings_can_be_null=True
    )
    options = {
        "read_options": csv.ReadOptions(block_size=max(rows * 8 * len(layout.columns), 1 << 16)),
        "parse_options": csv.ParseOptions(delimiter=delimiter),
        "convert_options": convert,
    }
    yield from _parts(pa, layout, lambda: csv.open_csv(path, **options))


def parquet_parts(path: Path | str, layout: TableLayout, *, rows: int = ROWS) -> Iterator[SurveyPart]:
    """Parts of a Parquet file.

    Args:
        path: The file.
        layout: Its columns; names may be numbers in the file and are read as text.
        rows: Rows of a batch.

    Raises:
        StatisticsError: ``unreadable`` with what pyarrow says; ``not_installed`` without it.
    """
    pa, parquet = extra("pyarrow", of="parquet"), extra("pyarrow.parquet", of="parquet")

    def batches() -> Iterator[Any]:
        with parquet.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=rows, columns=layout.columns)

    yield from _parts(pa, layout, batches)


def _parts(pa: Any, layout: TableLayout, batches: Any) -> Iterator[SurveyPart]:
    done = 0
    try:
        for batch in batches():
            if batch.num_rows:
                yield _part(pa, batch, layout, done)
            done += batch.num_rows
    except (pa.ArrowException, KeyError, OSError) as error:
        raise StatisticsError("unreadable", why=str(error)) from error


def _part(pa: Any, batch: Any, layout: TableLayout, before: int) -> SurveyPart:
    def numbers(name: str) -> Floats:
        values = batch.column(name).cast(pa.float64(), safe=False)
        return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)

    def codes(name: str) -> tuple[Integers, list[str]]:
        column = batch.column(name)
        column = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
        places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        labels = [str(value) for value in column.dictionary.to_pylist()]
        kept = np.array([*(-1 if label.strip() in EMPTY else at for at, label in enumerate(labels)), -1])
        return kept[places], labels

    def names(name: str) -> NDArray[Any]:
        places, labels = codes(name)
        return np.array([*labels, ""], dtype=np.str_)[places]

    n = batch.num_rows
    pairs = [codes(name) for name in layout.by]
    domain, keys = crossed([c for c, _ in pairs], [label for _, label in pairs]) if pairs else (None, ((),))
    items = np.column_stack([numbers(name) for name in layout.items])
    return SurveyPart(
        weights=numbers(layout.weights),
        items=items if layout.values is None else shares(items, layout.values),
        strata=np.zeros(n, dtype=np.int64) if layout.strata is None else names(layout.strata),
        stages=tuple(names(name) for name in layout.stages) or (np.arange(before, before + n),),
        counts=tuple(numbers(name) for name in layout.fpc),
        domain=np.zeros(n, dtype=np.int64) if domain is None else domain,
        keys=keys,
    )


def shares(items: Floats, values: tuple[float, ...]) -> NDArray[np.int8]:
    """1 where an answer is one of the values, 0 where it is another, ``MISSING`` where there is none.

    >>> shares(np.array([[5.0, 2.0, np.nan]]), (4, 5)).tolist()
    [[1, 0, -128]]
    """
    found = np.isin(items, values).astype(np.int8)
    found[np.isnan(items)] = MISSING
    return found
