"""Tables as they are given: CSV or Parquet, empty cells missing, numbers read strictly, names compared as they are meant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.cells import Coded, TableColumn
from parindex.commands.estimation.csv_cells import read_csv_cells
from parindex.commands.estimation.faults import DataFault, UnreadableData
from parindex.reading.text import one_line
from parindex.statistics.survey.design import Floats, Named
from parindex.text import N_

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
MISSING: Final = frozenset({"", "NA"})
"""What is missing in a column of numbers; in a column of names ``NA`` is a name."""


@dataclass(frozen=True, slots=True)
class Values:
    """A column of numbers, each distinct one kept once where that is shorter."""

    numbers: NDArray[Any]
    """The numbers, NaN where missing: of each row, or of each code."""
    codes: NDArray[Any] | None = None
    """(n,) which of the numbers a row has; ``None``: one for each row."""

    def of(self, rows: Any) -> Floats:
        """(m,) the numbers of some rows."""
        return np.asarray(self.numbers[rows if self.codes is None else self.codes[rows]])

    def whole(self) -> Floats:
        """(n,) the numbers of all rows."""
        return self.numbers if self.codes is None else np.asarray(self.numbers[self.codes])

    def known(self) -> NDArray[np.bool_]:
        """(n,) which rows have a number."""
        known = ~np.isnan(self.numbers)
        return np.asarray(known if self.codes is None else known[self.codes])


class DataTable:
    """Columns by name, rows by number."""

    def __init__(
        self, source: str, names: Sequence[str], lines: NDArray[np.int64], columns: Mapping[str, TableColumn]
    ) -> None:
        self.source = source
        self.names = tuple(names)
        self.lines = lines
        self._columns = columns
        self._named: dict[str, Named] = {}
        self._values: dict[str, Values] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def lines_of(self, rows: Sequence[int]) -> list[int]:
        """Where rows stand in the file."""
        return [int(line) for line in self.lines[list(rows)]]

    def named(self, name: str) -> Named:
        """A column of names: composed, trimmed, inner blanks one; a cell without any is missing."""
        if name not in self._named:
            coded = self._column(name).coded()
            texts = [one_line(text) for text in coded.texts]
            labels = sorted({text for text in texts if text})
            place: dict[str, int] = {label: at for at, label in enumerate(labels)}
            number = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int32)
            self._named[name] = Named(number[coded.codes], tuple(labels))
        return self._named[name]

    def texts(self, name: str) -> list[str | None]:
        """The same row by row, ``None`` where missing."""
        texts: list[str | None] = self.named(name).texts().tolist()
        return texts

    def values(self, name: str) -> Values:
        """A column of numbers; anything else than a finite number, an empty cell or ``NA`` is refused."""
        if name not in self._values:
            numbers = self._column(name).plain_numbers()
            self._values[name] = self._parsed(name) if numbers is None else Values(self._finite(name, numbers))
        return self._values[name]

    def numbers(self, name: str) -> Floats:
        """(n,) the numbers of a column, NaN where missing."""
        return self.values(name).whole()

    def _column(self, name: str) -> TableColumn:
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
        return self._columns[name]

    def _parsed(self, name: str) -> Values:
        coded = self._column(name).coded()
        read = [_number(text) for text in coded.texts]
        if wrong := [place for place, value in enumerate(read) if value is None]:
            self._refuse(name, np.flatnonzero(np.isin(coded.codes, wrong)).tolist(), coded)
        return Values(np.array([*read, math.nan], dtype=np.float64), coded.codes)

    def _finite(self, name: str, values: Floats) -> Floats:
        wrong = np.flatnonzero(np.isinf(values)).tolist()
        if wrong:
            self._refuse(name, wrong, Coded(np.zeros(len(values), dtype=np.int8), ["inf"]))
        return values

    def _refuse(self, name: str, rows: list[int], coded: Coded) -> None:
        raise DataFault(
            N_("Cột %(name)s của %(source)s phải là số (dấu thập phân là dấu chấm); dòng %(rows)s có: %(found)s."),
            name=name,
            source=self.source,
            rows=self.lines_of(rows),
            found=list(dict.fromkeys(coded.texts[code] for code in coded.codes[rows].tolist())),
        )


def read_table(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> DataTable:
    """Read a ``.csv`` or ``.parquet`` file.

    Args:
        path: The file.
        wanted: Whether a column is looked at; the others are left in the file.

    Raises:
        UnreadableData: where the file is not there or is no such table.
    """
    if not path.is_file():
        raise UnreadableData(N_("Không có tệp %(path)s."), path=path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        cells = read_csv_cells(path, wanted)
        return DataTable(path.name, cells.header, cells.without_tail(), cells.columns)
    if suffix == ".parquet":
        from parindex.commands.estimation.parquet_cells import read_parquet_cells

        header, columns, rows = read_parquet_cells(path, wanted)
        return DataTable(path.name, header, np.arange(1, rows + 1), columns)
    raise UnreadableData(N_("%(path)s phải là tệp .csv hoặc .parquet."), path=path)


def _number(text: str) -> float | None:
    """NaN where missing, ``None`` where it is no finite number."""
    plain = text.strip()
    if plain in MISSING:
        return math.nan
    if not NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None
