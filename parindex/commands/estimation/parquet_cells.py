"""Parquet files a batch at a time: numbers as they are, everything else by its distinct values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from parindex.commands.estimation.cells import ValueColumn
from parindex.commands.estimation.csv_cells import refuse_head
from parindex.commands.estimation.faults import UnreadableData
from parindex.commands.estimation.parquet import parquet_library
from parindex.messages import Message
from parindex.reading.causes import system_cause
from parindex.reading.text import cell
from parindex.text import N_

ROWS: Final = 1 << 16
"""Rows of a batch."""
FEW: Final = 64
"""Distinct doubles of a column that are kept once each."""
WHOLE: Final = 2**53
"""From here on doubles are no longer all whole numbers' own."""


def read_parquet_cells(path: Path, wanted: Callable[[str], bool]) -> tuple[list[str], dict[str, ValueColumn], int]:
    """Names of all columns, the columns that were asked for, and the number of rows.

    Raises:
        UnreadableData: where the file is no such table.
    """
    pa, pq = parquet_library(path)
    try:
        with pq.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
            header = [cell(name) for name in names]
            refuse_head(path, header)
            columns: dict[str, ValueColumn] = {}
            for name, written in zip(header, names, strict=True):
                if wanted(name):
                    columns[name] = ValueColumn(_text)
                    for cells in _cells(file, written):
                        _add(pa, columns[name], cells)
            return header, columns, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=parquet_cause(pa, error)) from None


def parquet_cause(pa: Any, error: Exception) -> Message:
    """Why a file cannot be read as Parquet, in words of ours."""
    if isinstance(error, pa.ArrowNotImplementedError):
        return Message(N_("tệp dùng kiểu nén hoặc kiểu dữ liệu mà thư viện chưa đọc được"))
    if isinstance(error, pa.ArrowMemoryError):
        return system_cause(MemoryError())
    if isinstance(error, OSError) and error.errno is not None:
        return system_cause(error)
    return Message(N_("không phải tệp Parquet, hoặc tệp đã hỏng"))


def _cells(file: Any, name: str) -> Iterator[Any]:
    """One column part by part: columns are read one after the other, for a group of rows may be the whole file."""
    for batch in file.iter_batches(batch_size=ROWS, columns=[name]):
        yield from (batch.column(place) for place in range(batch.num_columns))


def _add(pa: Any, column: ValueColumn, cells: Any) -> None:
    """The next rows of a column."""
    if pa.types.is_floating(cells.type):
        numbers = np.array(cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
        if len(np.unique(numbers[: FEW * FEW])) > FEW:
            column.add_numbers(numbers)
            return
        cells = pa.array(numbers, from_pandas=True)
    if pa.types.is_nested(cells.type):
        cells = pa.array([None if value is None else str(value) for value in cells.to_pylist()], pa.string())
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    coded = cells.dictionary_encode(null_encoding="encode")
    column.add(coded.dictionary.to_pylist(), coded.indices.to_numpy())


def _text(value: Any) -> str:
    """A Parquet value as text; whole doubles, which readers make of integers with gaps, without a point."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
