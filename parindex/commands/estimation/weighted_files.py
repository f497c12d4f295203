"""Data with columns of weights appended: what was read is written again, cell by cell."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from parindex.commands.estimation.csv_cells import read_csv_text
from parindex.commands.estimation.faults import UnreadableData
from parindex.commands.estimation.output import digits
from parindex.commands.estimation.parquet import parquet_library
from parindex.commands.estimation.workbook_cells import holds_workbook, read_workbook_text
from parindex.papers.csv_file import Digits, as_read, lines
from parindex.reading.causes import system_cause
from parindex.statistics.survey.design import Floats
from parindex.text import N_


def write_weighted(data: Path, columns: Mapping[str, Floats], output: Path, sheet: str | None = None) -> None:
    """Write a table with columns appended, as CSV or Parquet by the name of the output.

    The output is there whole or not at all. Of a workbook it is the sheet that the weights were made of.

    Raises:
        Unreadable: where the output is of another kind or cannot be written.
    """
    suffix = output.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise UnreadableData(N_("%(path)s phải là tệp .csv hoặc .parquet."), path=output)
    if output.resolve() == data.resolve():
        raise UnreadableData(N_("Không ghi đè lên tệp dữ liệu %(path)s."), path=output)
    content = _csv(data, columns, sheet) if suffix == ".csv" else _parquet(data, columns, output, sheet)
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, output)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise UnreadableData(N_("Không ghi được %(path)s: %(why)s."), path=output, why=system_cause(error)) from None


def _text(data: Path, sheet: str | None) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV or of a sheet as they are written."""
    header, rows, _ = read_workbook_text(data, sheet) if holds_workbook(data) else read_csv_text(data)
    return header, rows


def _csv(data: Path, columns: Mapping[str, Floats], sheet: str | None) -> bytes:
    if data.suffix.lower() != ".parquet":
        header, rows = _text(data, sheet)
    else:
        header, rows = _cells(data)
    added = zip(*([Digits(digits(weight)) for weight in column.tolist()] for column in columns.values()), strict=True)
    written = ([*map(as_read, row), *weights] for row, weights in zip(rows, added, strict=True))
    return "".join(chain(lines([[*header, *columns]], end="\n"), lines(written, end="\n"))).encode("utf-8")


def _cells(data: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a Parquet file as text, what is missing as an empty cell."""
    _, pq = parquet_library(data)
    table = pq.read_table(data)
    texts = [["" if value is None else str(value) for value in column.to_pylist()] for column in table.columns]
    return list(table.column_names), [list(row) for row in zip(*texts, strict=True)]


def _parquet(data: Path, columns: Mapping[str, Floats], output: Path, sheet: str | None) -> bytes:
    pa, pq = parquet_library(output)
    if data.suffix.lower() == ".parquet":
        table = pq.read_table(data)
    else:
        header, rows = _text(data, sheet)
        cells = list(zip(*rows, strict=True)) if rows else [()] * len(header)
        table = pa.table({name: pa.array(cells[at], pa.string()) for at, name in enumerate(header)})
    for name, column in columns.items():
        table = table.append_column(name, pa.array(column, pa.float64()))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
