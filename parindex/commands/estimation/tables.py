"""Tables as they are given: CSV or Parquet, empty and ``NA`` missing, numbers read strictly."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np

from parindex.commands.estimation.faults import DataFault, UnreadableData
from parindex.commands.estimation.parquet import parquet_library
from parindex.reading.text import nfc
from parindex.statistics.survey.design import Floats
from parindex.text import N_

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
MISSING: Final = frozenset({"", "NA"})
FIELD_LIMIT: Final = 10_000_000


class DataTable:
    """Columns by name, rows by number; a missing cell is ``None``."""

    def __init__(
        self,
        source: str,
        names: Sequence[str],
        lines: list[int],
        column: Callable[[str], list[str | None]],
        values: Callable[[str], Floats | None],
    ) -> None:
        self.source = source
        self.names = tuple(names)
        self.lines = lines
        self._column = column
        self._values = values
        self._texts: dict[str, list[str | None]] = {}
        self._numbers: dict[str, Floats] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def texts(self, name: str) -> list[str | None]:
        """A column as text, as the file has it."""
        if name not in self._texts:
            self._require(name)
            self._texts[name] = self._column(name)
        return self._texts[name]

    def numbers(self, name: str) -> Floats:
        """A column as numbers, NaN where missing; anything else than a finite number is refused."""
        if name not in self._numbers:
            self._require(name)
            values = self._values(name)
            self._numbers[name] = self._parsed(name) if values is None else self._finite(name, values)
        return self._numbers[name]

    def is_numeric(self, name: str) -> bool:
        """Whether every known value of a column is a number."""
        try:
            self.numbers(name)
        except DataFault:
            return False
        return True

    def _require(self, name: str) -> None:
        if name not in self.names:
            near = get_close_matches(name, [n for n in self.names if n], n=1)
            if near:
                raise DataFault(
                    N_("%(source)s không có cột %(name)s. Có phải là %(near)s không?"),
                    source=self.source,
                    name=name,
                    near=near[0],
                )
            raise DataFault(N_("%(source)s không có cột %(name)s."), source=self.source, name=name)

    def _parsed(self, name: str) -> Floats:
        texts = self.texts(name)
        known = {text: _number(text) for text in set(texts) if text is not None}
        if any(value is None for value in known.values()):
            wrong = [row for row, text in enumerate(texts) if text is not None and known[text] is None]
            self._refuse(name, wrong, [str(texts[row]) for row in wrong])
        return np.array([math.nan if t is None else known[t] for t in texts], dtype=np.float64)

    def _finite(self, name: str, values: Floats) -> Floats:
        wrong = np.flatnonzero(np.isinf(values)).tolist()
        if wrong:
            self._refuse(name, wrong, ["inf"] * len(wrong))
        return values

    def _refuse(self, name: str, rows: list[int], found: list[str]) -> None:
        raise DataFault(
            N_("Cột %(name)s của %(source)s phải là số (dấu thập phân là dấu chấm); dòng %(rows)s có: %(found)s."),
            name=name,
            source=self.source,
            rows=[self.lines[row] for row in rows],
            found=list(dict.fromkeys(found)),
        )


def read_table(path: Path) -> DataTable:
    """Read a ``.csv`` or ``.parquet`` file.

    Raises:
        Unreadable: where the file is not there or is no such table.
    """
    if not path.is_file():
        raise UnreadableData(N_("Không có tệp %(path)s."), path=path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path)
    if suffix == ".parquet":
        return _read_parquet(path)
    raise UnreadableData(N_("%(path)s phải là tệp .csv hoặc .parquet."), path=path)


def read_csv_text(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and line numbers of a CSV file: UTF-8 with or without BOM, ``,`` or ``;``."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=error.strerror or error) from None
    except UnicodeDecodeError as error:
        raise UnreadableData(
            N_("%(path)s không phải là văn bản UTF-8 (byte thứ %(at)s)."), path=path, at=error.start + 1
        ) from None
    first_line = text.partition("\n")[0]
    delimiter = ";" if ";" in first_line and "," not in first_line else ","
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise UnreadableData(
            N_("%(path)s không đúng dạng CSV ở dòng %(line)s: %(why)s."), path=path, line=reader.line_num, why=error
        ) from None
    if not rows:
        raise UnreadableData(N_("%(path)s là tệp rỗng."), path=path)
    header = [nfc(name) for name in rows[0]]
    _refuse_repeated(path, header)
    for row, line in zip(rows[1:], lines[1:], strict=True):
        if len(row) != len(header):
            raise UnreadableData(
                N_("Dòng %(line)s của %(path)s có %(found)s ô, tiêu đề có %(expected)s."),
                line=line,
                path=path,
                found=len(row),
                expected=len(header),
            )
    return header, rows[1:], lines[1:]


def _read_csv(path: Path) -> DataTable:
    header, rows, lines = read_csv_text(path)
    place = {name: number for number, name in enumerate(header) if name}

    def column(name: str) -> list[str | None]:
        at = place[name]
        return [None if row[at].strip() in MISSING else row[at] for row in rows]

    return DataTable(path.name, header, lines, column, lambda _: None)


def _refuse_repeated(path: Path, header: Sequence[str]) -> None:
    if repeated := sorted({name for name in header if name and header.count(name) > 1}):
        raise UnreadableData(N_("%(path)s có cột lặp lại: %(names)s."), path=path, names=repeated)


def _read_parquet(path: Path) -> DataTable:
    pa, pq = parquet_library(path)
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=error) from None
    header = [nfc(name) for name in table.column_names]
    _refuse_repeated(path, header)
    place = {name: number for number, name in enumerate(header)}

    def column(name: str) -> list[str | None]:
        return [_text(value) for value in table.column(place[name]).to_pylist()]

    def values(name: str) -> Floats | None:
        kind = table.column(place[name]).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            return None
        array = table.column(place[name]).cast(pa.float64(), safe=False).to_numpy()
        return np.array(array, dtype=np.float64)

    return DataTable(path.name, header, list(range(1, table.num_rows + 1)), column, values)


def _text(value: Any) -> str | None:
    """A Parquet value as text; whole doubles, which readers make of integers with gaps, without a point."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = str(value)
    return None if text.strip() in MISSING else text


def _number(text: str) -> float | None:
    plain = text.strip()
    if not NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None
