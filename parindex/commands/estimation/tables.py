"""Tables as they are given: CSV or Parquet, empty cells missing, numbers read strictly, names compared as they are meant."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.cells import Coded, TableColumn
from parindex.commands.estimation.csv_cells import CsvCells, read_csv_cells
from parindex.commands.estimation.faults import BrokenCells, DataFault, UnreadableData
from parindex.commands.estimation.workbook_cells import holds_workbook, read_workbook_cells
from parindex.messages import listed
from parindex.papers.csv_file import unmarked
from parindex.reading.csv_rows import fault
from parindex.reading.legacy_fonts import converted
from parindex.reading.lookalikes import nearest
from parindex.reading.text import cell, unmeant
from parindex.statistics.survey.design import Floats, Named
from parindex.text import N_

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
"""What may be a thousand or one with three decimals."""
DECIMAL_COMMA: Final = re.compile(r"[+-]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(\.[0-9]{3})+),[0-9]+")
"""A number whose decimal mark is the comma."""
INFINITE: Final = {"inf": math.inf, "+inf": math.inf, "infinity": math.inf}
"""Words for a number without an end."""
MOST_NAMES: Final = 12
"""Columns that are named where another one is looked for."""
STDIN: Final = Path("-")
"""Standard input among files."""
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
        self,
        source: str,
        names: Sequence[str],
        lines: NDArray[np.int64],
        columns: Mapping[str, TableColumn],
        *,
        asks: bool = False,
        letters: Mapping[str, str] | None = None,
        asking: Mapping[str, Collection[str]] | None = None,
        sheet: str | None = None,
    ) -> None:
        self.source = source
        self.sheet = sheet
        """Of a workbook."""
        self.asking: Collection[str] | Mapping[str, Collection[str]] = tuple(names) if asks else asking or {}
        """Columns in which a number that could be thousands is asked about; of a workbook with the texts."""
        self.letters: Mapping[str, str] = letters or {}
        """Letters of the columns of a workbook."""
        self.missing: Mapping[str, frozenset[str]] = {}
        """What stands for no answer, by column."""
        self.names = tuple(names)
        self.lines = lines
        self._columns = columns
        self._named: dict[str, Named] = {}
        self._values: dict[str, Values] = {}
        self._decimal_commas: bool | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def lines_of(self, rows: Sequence[int], name: str = "") -> list[int] | list[str]:
        """Where rows stand in the file; of a column of a workbook as cells."""
        lines = [int(line) for line in self.lines[list(rows)]]
        letter = self.letters.get(name)
        return lines if letter is None else [f"{line} ({letter}{line})" for line in lines]

    def named(self, name: str) -> Named:
        """A column of names: composed, trimmed, inner blanks one, without the mark of text that our files put before
        what begins like a formula; a cell without any is missing."""
        if name not in self._named:
            coded = self._column(name).coded()
            texts = [unmarked(cell(text)) for text in coded.texts]
            self._refuse_unmeant(name, texts, coded)
            labels = sorted({text for text in texts if text} - self.missing.get(name, frozenset()))
            place: dict[str, int] = {label: at for at, label in enumerate(labels)}
            number = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int32)
            self._named[name] = Named(number[coded.codes], tuple(labels))
        return self._named[name]

    def _refuse_unmeant(self, name: str, texts: Sequence[str], coded: Coded) -> None:
        """Refuse names with characters that nobody can mean, and names that were written for an old font."""
        told: dict[int, tuple[str, str]] = {}
        for place, text in enumerate(texts):
            if text.isascii() and text.isprintable():
                continue
            if found := unmeant(text):
                told[place] = ("unmeant_character", found)
            elif found := converted(text)[1]:
                told[place] = ("cell_old_font", found)
        if not told:
            return
        met, first = np.unique(coded.codes, return_index=True)
        rows = {int(code): int(self.lines[row]) for code, row in zip(met, first, strict=True)}
        faults = [fault(code, rows[at], name, found=found) for at, (code, found) in told.items() if at in rows]
        if faults:
            raise BrokenCells(Path(self.source), sorted(faults, key=lambda one: one.row))

    def texts(self, name: str) -> list[str | None]:
        """The same row by row, ``None`` where missing."""
        texts: list[str | None] = self.named(name).texts().tolist()
        return texts

    def values(self, name: str) -> Values:
        """A column of numbers; anything else than a finite number, an empty cell or ``NA`` is refused."""
        if name not in self._values:
            numbers = None if name in self.asking else self._column(name).plain_numbers()
            self._values[name] = self._parsed(name) if numbers is None else self._plain(name, numbers)
        return self._values[name]

    def numbers(self, name: str, *, infinite: bool = False) -> Floats:
        """(n,) the numbers of a column, NaN where missing.

        Args:
            name: The column.
            infinite: Whether ``Inf`` is a number in it.
        """
        return self._parsed(name, INFINITE).whole() if infinite else self.values(name).whole()

    def refuse_absent(self, name: str) -> None:
        """Refuse a name that no column has, with the one that is meant where it can be told."""
        if name not in self.names:
            names = [n for n in self.names if n]
            near = next((n for n in names if n.casefold() == name.casefold()), None) or nearest(name, names)
            if near:
                raise DataFault(
                    N_("%(source)s không có cột %(name)s. Có phải là %(near)s không?"),
                    source=self.source,
                    name=name,
                    near=near,
                )
            raise DataFault(
                N_("%(source)s không có cột %(name)s. Các cột có: %(names)s."),
                source=self.source,
                name=name,
                names=listed([*names[:MOST_NAMES], *["…"] * (len(names) > MOST_NAMES)]),
            )

    def _column(self, name: str) -> TableColumn:
        self.refuse_absent(name)
        return self._columns[name]

    def _parsed(self, name: str, words: Mapping[str, float] | None = None) -> Values:
        coded = self._column(name).coded()
        missing = self.missing.get(name, frozenset())
        absent = as_numbers(missing)
        known = words or {}
        read = [
            math.nan if cell(text) in missing else known.get(cell(text).casefold(), _number(text))
            for text in coded.texts
        ]
        if wrong := [place for place, value in enumerate(read) if value is None]:
            self._refuse(name, np.flatnonzero(np.isin(coded.codes, wrong)).tolist(), coded)
        if asked := self._asked(name, coded):
            self._ask(name, np.flatnonzero(np.isin(coded.codes, asked)).tolist(), coded)
        numbers = np.array([*read, math.nan], dtype=np.float64)
        numbers[np.isin(numbers, absent)] = math.nan
        return Values(numbers, coded.codes)

    def _asked(self, name: str, coded: Coded) -> list[int]:
        """Places of texts that are asked about: in a file with ``;`` or tabs, and where a workbook holds such text."""
        if name not in self.asking:
            return []
        if isinstance(self.asking, Mapping):
            texts: Collection[str] = self.asking[name]
            return [place for place, text in enumerate(coded.texts) if text in texts]
        return ambiguous(coded.texts, commas=self._has_decimal_commas())

    def _has_decimal_commas(self) -> bool:
        """Whether a comma is the decimal mark of a number anywhere in the file."""
        if self._decimal_commas is None:
            every = (text for column in self._columns.values() for text in column.coded().texts)
            self._decimal_commas = any(DECIMAL_COMMA.fullmatch(text.strip()) for text in every)
        return self._decimal_commas

    def _plain(self, name: str, numbers: Floats) -> Values:
        if missing := as_numbers(self.missing.get(name, frozenset())):
            numbers[np.isin(numbers, missing)] = math.nan
        return Values(self._finite(name, numbers))

    def _finite(self, name: str, numbers: Floats) -> Floats:
        wrong = np.flatnonzero(np.isinf(numbers)).tolist()
        if wrong:
            self._refuse(name, wrong, Coded(np.zeros(len(numbers), dtype=np.int8), ["inf"]))
        return numbers

    def _ask(self, name: str, rows: list[int], coded: Coded) -> None:
        raise DataFault(
            N_(
                "Cột %(name)s của %(source)s, dòng %(rows)s: %(found)s có thể là phần nghìn hoặc phần thập phân, "
                "vì các cột cách nhau bằng dấu chấm phẩy hoặc tab. Đề nghị viết đủ chữ số, không dùng dấu chấm phân nhóm."
            )
            if self.sheet is None
            else N_(
                "Cột %(name)s của %(source)s, dòng %(rows)s: %(found)s là chữ, có thể là phần nghìn hoặc phần thập phân. "
                "Đề nghị gõ lại thành số."
            ),
            name=name,
            source=self.source,
            rows=self.lines_of(rows, name),
            found=list(dict.fromkeys(coded.texts[code] for code in coded.codes[rows].tolist())),
        )

    def _refuse(self, name: str, rows: list[int], coded: Coded) -> None:
        raise DataFault(
            N_("Cột %(name)s của %(source)s phải là số (dấu thập phân là dấu chấm); dòng %(rows)s có: %(found)s."),
            name=name,
            source=self.source,
            rows=self.lines_of(rows, name),
            found=list(dict.fromkeys(coded.texts[code] for code in coded.codes[rows].tolist())),
        )


def read_table(
    path: Path,
    wanted: Callable[[str], bool] = lambda _: True,
    *,
    needed: Sequence[str] = (),
    known: Sequence[str] = (),
    sheet: str | None = None,
) -> DataTable:
    """Read a ``.csv``, ``.xlsx`` or ``.parquet`` file.

    Args:
        path: The file.
        wanted: Whether a column is looked at; the others are left in the file.
        needed: Columns by which the sheet of a workbook is found.
        known: Columns that the command names itself: they may stand in the head in any case.
        sheet: The sheet of a workbook; ``None``: the one that has those columns.

    Raises:
        UnreadableData: where the file is not there or is no such table.
    """
    refuse_absent_files([path])
    suffix = path.suffix.lower()
    if suffix in (".csv", ".xlsx") and holds_workbook(path):
        read = read_workbook_cells(path, wanted, needed=needed, named=sheet)
        source = f"{path.name}, sheet “{read.sheet}”"
        _spell(read, known)
        return DataTable(
            source, read.header, read.all_lines(), read.columns, letters=read.letters, asking=read.asking,
            sheet=read.sheet,
        )  # fmt: skip
    if sheet is not None:
        raise BrokenCells(path, [fault("sheet_of_csv", 1, found=sheet)])
    if suffix in (".csv", ".xlsx"):
        # What somebody only called a workbook is read as what it is, as facts are.
        cells = read_csv_cells(path, wanted)
        _spell(cells, known)
        return DataTable(path.name, cells.header, cells.all_lines(), cells.columns, asks=cells.asks)
    if suffix == ".parquet":
        from parindex.commands.estimation.parquet_cells import read_parquet_cells

        header, columns, rows = read_parquet_cells(path, wanted)
        return DataTable(path.name, header, np.arange(1, rows + 1), columns)
    raise UnreadableData(N_("%(path)s phải là tệp .csv, .xlsx hoặc .parquet."), path=path)


def _spell(read: CsvCells, known: Sequence[str]) -> None:
    """Call the columns that are known by their names, in whatever case they are written."""
    spelled = {name.casefold(): name for name in known if name not in read.header}
    called = {name: spelled.get(name.casefold(), name) for name in read.header}
    if len(set(called.values())) == len(called):
        read.header = [called[name] for name in read.header]
        read.columns = {called[name]: column for name, column in read.columns.items()}


def refuse_absent_files(paths: Iterable[Path | None]) -> None:
    """Refuse the first of some files that is not there, before anything of the others is judged."""
    for path in paths:
        if path is None or path == STDIN:
            continue
        if path.is_dir():
            raise UnreadableData(N_("%(path)s là thư mục, không phải tệp."), path=path)
        if not path.is_file():
            raise UnreadableData(N_("Không có tệp %(path)s."), path=path)


def as_numbers(texts: Iterable[str]) -> list[float]:
    """The numbers among some texts."""
    return [float(text) for text in texts if NUMBER.fullmatch(text)]


def ambiguous(texts: Sequence[str], *, commas: bool = False) -> list[int]:
    """Places of texts that may be thousands or decimals, where the other texts do not prove that the point is decimal.

    They do where one of them has a point that cannot group, no comma is a decimal mark in the file, and all were written
    alike: with three decimals each, as a program with fixed decimals writes them, or without a nought at the end, as one
    that writes the fewest digits does (and ``2.0``). ``1.050`` beside ``2.5`` was written by neither.

    Args:
        texts: The texts of a column.
        commas: Whether a comma is a decimal mark in the file.

    >>> ambiguous(["1.250", "3"]), ambiguous(["1.050", "2.5"]), ambiguous(["1.125", "2.5"]), ambiguous(["1.250", "0.750"])
    ([0], [0], [], [])
    >>> ambiguous(["1.125", "2.5"], commas=True)
    [0]
    """
    plain = [text.strip() for text in texts]
    asked = [place for place, text in enumerate(plain) if THOUSANDS.fullmatch(text)]
    pointed = [text for text in plain if "." in text and NUMBER.fullmatch(text)]
    if len(pointed) == len(asked) or commas:
        return asked
    fixed = {len(text.rpartition(".")[2]) for text in pointed} == {3}
    fewest = not any(text.endswith("0") and not text.endswith(".0") for text in pointed)
    return [] if fixed or fewest else asked


def _number(text: str) -> float | None:
    """NaN where missing, ``None`` where it is no finite number."""
    plain = text.strip()
    if plain in MISSING:
        return math.nan
    if not NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None
