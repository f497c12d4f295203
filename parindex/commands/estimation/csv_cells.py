"""CSV files a block at a time: where every row of a block is plain its cells are found all at once.

A block is plain where each row is a line with as many cells as the head, and quotes stand around whole cells only.
From the first block that is not, ``csv`` reads on, row by row: it takes what it always took, and says what it refuses.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from parindex.commands.estimation.cells import WIDEST, CellBytes, TextColumn
from parindex.commands.estimation.faults import BrokenCells, DataFault, UnreadableData
from parindex.reading.causes import csv_cause, system_cause
from parindex.reading.csv_rows import ASKING, DELIMITERS, delimiter_of, fault, other_delimiter, separator_told
from parindex.reading.encodings import other_form
from parindex.reading.text import cell
from parindex.text import N_

BLOCK: Final = 1 << 20
"""Bytes of a block."""
ROWS: Final = 1 << 15
"""Rows that are put into columns at a time where they are read one by one."""
FIELD_LIMIT: Final = 10_000_000
BOM: Final = b"\xef\xbb\xbf"
NOTHING: Final = np.isin(np.arange(256), list(b' \t\r\n"'))
"""Bytes of rows that hold nothing, beside what separates the cells."""
UNSEEN: Final = "\xa0\xad\u2002\u2003\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
PERHAPS_NOTHING: Final = NOTHING | np.isin(np.arange(256), list(UNSEEN.encode()))
"""Bytes of which rows are made that may hold nothing too: blanks of other kinds and what nobody sees."""
NEWLINE, RETURN, QUOTE = b'\n\r"'


@dataclass(slots=True)
class CsvCells:
    """A CSV file by columns."""

    header: list[str]
    """Names of the columns, composed; empty ones after the last are left out."""
    columns: dict[str, TextColumn]
    """The columns that were asked for."""
    asks: bool = False
    """Whether a number that could be two is asked about: spreadsheets wrote it where the comma is the decimal mark."""
    width: int = 0
    """Cells of the head, with the empty ones after the last name."""
    lines: list[NDArray[np.int64]] = field(default_factory=list)
    """Line of each row, part by part."""

    def add(self, columns: Sequence[CellBytes], lines: NDArray[np.int64], blank: NDArray[np.bool_]) -> None:
        """The next rows; those that have no cell with anything in it are passed over, wherever they stand."""
        kept = ~blank
        for column, cells in zip(self.columns.values(), columns, strict=True):
            column.add(cells if kept.all() else _kept(cells, kept))
        self.lines.append(lines[kept])

    def all_lines(self) -> NDArray[np.int64]:
        """(n,) line of each row."""
        return np.concatenate([np.empty(0, dtype=np.int64), *self.lines])


def _kept(cells: CellBytes, kept: NDArray[np.bool_]) -> CellBytes:
    if isinstance(cells, list):
        return [one for one, keep in zip(cells, kept.tolist(), strict=True) if keep]
    return cells[kept]


def read_csv_cells(path: Path, wanted: Callable[[str], bool]) -> CsvCells:
    """Read a CSV file: UTF-8 with or without BOM, separated by ``,``, ``;`` or tabs.

    Args:
        path: The file.
        wanted: Whether the column of a name is kept.

    Raises:
        UnreadableData: where the file is no such table.
    """
    try:
        with path.open("rb") as file:
            source = _Source(path, file)
            delimiter = source.delimiter()
            found = _read(path, source, delimiter, wanted)
            found.asks = delimiter in ASKING
            return found
    except OSError as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=system_cause(error)) from None


def _read(path: Path, source: _Source, delimiter: str, wanted: Callable[[str], bool]) -> CsvCells:
    head = source.simple_head(delimiter)
    while head is not None and not _holds(head):
        head = source.simple_head(delimiter)
    if head is None:
        rows = source.rows(delimiter)
        first = next((row for row in rows if _holds(row[1])), None)
        if first is None:
            raise DataFault(N_("%(path)s là tệp rỗng."), path=path)
        found = _started(path, *first, wanted)
        _add_rows(path, found, rows)
        return found
    found = _started(path, source.line - 1, head, wanted)
    places = [place for place, name in enumerate(found.header) if name in found.columns]
    unnamed = list(range(len(found.header), found.width))
    for block in source.blocks():
        plain = _plain(block, found.width, ord(delimiter), places + unnamed)
        if plain is None or any(len(one) for cells in plain[0][len(places) :] for one in set(cells)):
            source.give_back(block)
            _add_rows(path, found, source.rows(delimiter))
            break
        columns, blank = plain[0][: len(places)], plain[1]
        found.add(columns, np.arange(source.line, source.line + len(blank)), blank)
        source.line += len(blank)
    return found


def read_csv_text(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and line numbers of a CSV file, cell by cell as they are written."""
    try:
        with path.open("rb") as file:
            source = _Source(path, file)
            read = [row for row in source.rows(source.delimiter()) if _holds(row[1])]
    except OSError as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=system_cause(error)) from None
    if not read:
        raise DataFault(N_("%(path)s là tệp rỗng."), path=path)
    header = _named(path, *read[0])
    rows = read[1:]
    for line, row in rows:
        _even(path, header, line, row)
    return header, [row for _, row in rows], [line for line, _ in rows]


def _started(path: Path, line: int, head: Sequence[str], wanted: Callable[[str], bool]) -> CsvCells:
    header = _named(path, line, head)
    return CsvCells(header, {name: TextColumn() for name in header if name and wanted(name)}, width=len(head))


def _named(path: Path, line: int, head: Sequence[str]) -> list[str]:
    """The names of a head up to the last."""
    header = [cell(name) for name in head]
    while header and not header[-1]:
        header.pop()
    refuse_head(path, header, line)
    return header


def _holds(row: Sequence[str]) -> bool:
    """Whether a row has a cell with anything in it."""
    return any(cell(one) for one in row)


def refuse_head(path: Path, header: Sequence[str], line: int = 1) -> None:
    """Refuse a head that names a column twice, or whose cells are separated by what is not taken."""
    if found := other_delimiter(header):
        raise BrokenCells(path, [fault("delimiter_unknown", line, found=found)])
    repeated = dict.fromkeys(name for name in header if name and header.count(name) > 1)
    if repeated:
        raise BrokenCells(path, [fault("heads_repeated", line, name, found=name) for name in repeated])


class _Source:
    """The bytes of a file, checked on the way."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.line = 1
        """Line of the next byte."""
        self.at = 0
        """Bytes before those that wait."""
        self._waiting = file.read(BLOCK)
        if found := other_form(self._waiting):
            raise BrokenCells(path, [fault("not_utf8", 1, found=found)])
        if self._waiting.startswith(BOM):
            self._skip(len(BOM))

    def _skip(self, count: int) -> None:
        self._waiting = self._waiting[count:]
        self.at += count

    def delimiter(self) -> str:
        """What separates cells: as a line ``sep=`` says, which is skipped, else as the first line shows."""
        first = self._waiting.split(b"\n", 1)[0].split(b"\r", 1)[0]
        if (told := separator_told(first.decode("utf-8", "replace"))) is not None:
            self._skip(len(first))
            self._skip(2 if self._waiting.startswith(b"\r\n") else 1)
            self.line += 1
            return told if told in DELIMITERS else ","
        return delimiter_of(first.decode("utf-8", "replace"))

    def simple_head(self, delimiter: str) -> list[str] | None:
        """The head where it is one line, which is then behind; ``None`` where ``csv`` has to find it."""
        line, newline, _ = self._waiting.partition(b"\n")
        text = self._text(line).removesuffix("\r")
        if not newline or not text or "\r" in text or text.count('"') % 2:
            return None
        try:
            head = next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error:
            return None
        self._skip(len(line) + 1)
        self.line += 1
        return head

    def blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines; the last ends with a line end too."""
        more = True
        while more or self._waiting:
            end = self._waiting.rfind(b"\n") + 1
            if end == 0 and more:
                read = self.file.read(max(BLOCK, len(self._waiting)))
                more = bool(read)
                self._waiting += read
                continue
            block, rest = (self._waiting[:end], self._waiting[end:]) if end else (self._waiting + b"\n", b"")
            self._text(block)
            self._waiting = rest
            self.at += len(block)
            yield block
            if more:
                read = self.file.read(BLOCK)
                more = bool(read)
                self._waiting += read

    def give_back(self, block: bytes) -> None:
        """A block that is read once more."""
        self._waiting = block + self._waiting
        self.at -= len(block)

    def _text(self, content: bytes) -> str:
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            line = self.line + content.count(b"\n", 0, error.start)
            found = f"0x{content[error.start]:02X}"
            raise BrokenCells(self.path, [fault("not_utf8", line, found=found)]) from None
        if "\0" in text:
            self._refuse_nul(text)
        return text

    def _refuse_nul(self, text: str) -> None:
        """Name the row and the number of the column of what no program writes into a cell."""
        before = text[: text.index("\0")]
        line = self.line + before.count("\n")
        column = str(len(re.split("[,;\t]", before.rpartition("\n")[2])))
        raise BrokenCells(self.path, [fault("unmeant_character", line, column, found="U+0000")])

    def rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """The rows that are left, with the line on which each begins."""
        text = self._text(self._waiting + self.file.read())
        csv.field_size_limit(FIELD_LIMIT)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        before = self.line - 1
        line = self.line
        try:
            for row in reader:
                if row:
                    yield line, row
                line = before + reader.line_num + 1
        except csv.Error as error:
            raise BrokenCells(self.path, [fault("bad_csv", line, found=csv_cause(error))]) from None


def _add_rows(path: Path, found: CsvCells, rows: Iterator[tuple[int, list[str]]]) -> None:
    """Put rows that were read one by one into the columns."""
    places = [place for place, name in enumerate(found.header) if name in found.columns]
    while some := list(islice(rows, ROWS)):
        for line, row in some:
            _even(path, found.header, line, row)
        columns = [_side_by_side([row[place].encode() for _, row in some]) for place in places]
        blank = np.array([not _holds(row) for _, row in some], dtype=bool)
        found.add(columns, np.array([line for line, _ in some], dtype=np.int64), blank)


def _even(path: Path, header: Sequence[str], line: int, row: list[str]) -> None:
    """Make a row as long as the head: after the last name cells may be missing or empty, and of a blank row all.

    Raises:
        BrokenCells: any other row that is longer or shorter.
    """
    found, expected = len(row), len(header)
    if found < expected and _holds(row):
        raise BrokenCells(path, [fault("row_too_short", line, found=found, expected=expected)])
    surplus = next((text for one in row[expected:] if (text := cell(one))), None)
    if surplus is not None:
        raise BrokenCells(path, [fault("row_too_long", line, found=found, expected=expected, surplus=surplus)])
    row[expected:] = [""] * max(0, expected - found)


def _plain(
    block: bytes, width: int, delimiter: int, places: Sequence[int]
) -> tuple[list[CellBytes], NDArray[np.bool_]] | None:
    """The cells of some columns and which rows are blank; ``None`` where a row is not plain."""
    content = np.frombuffer(block, dtype=np.uint8)
    flat = np.flatnonzero((content == delimiter) | (content == NEWLINE))
    if len(flat) % width:
        return None
    starts = (np.concatenate([[0], flat[:-1] + 1]) if len(flat) else flat).reshape(-1, width)
    ends = flat.reshape(-1, width)
    if block.count(b"\n") != len(ends) or (content[ends[:, -1]] != NEWLINE).any():
        return None
    if returns := block.count(b"\r"):
        before = content[ends[:, -1] - 1] == RETURN
        if int(before.sum()) != returns:
            return None
        ends[:, -1] -= before
    blank = _blank_rows(content, delimiter, starts, ends)
    if blank is None or (width == 1 and blank.any()):
        return None
    if quotes := block.count(b'"'):
        quoted = (ends - starts >= 2) & (content[starts] == QUOTE) & (content[ends - 1] == QUOTE)
        if 2 * int(quoted.sum()) != quotes:
            return None
        starts, ends = starts + quoted, ends - quoted
    columns = [
        _cells(content, np.ascontiguousarray(starts[:, place]), np.ascontiguousarray(ends[:, place]))
        for place in places
    ]
    return columns, blank


def _blank_rows(
    content: NDArray[np.uint8], delimiter: int, starts: NDArray[Any], ends: NDArray[Any]
) -> NDArray[np.bool_] | None:
    """Which rows hold nothing; ``None`` where that cannot be told by their bytes."""
    blank = np.asarray(ends[:, -1] - starts[:, 0] == starts.shape[1] - 1)
    first = content[starts[:, 0]]
    if not (PERHAPS_NOTHING[first] | (first == delimiter)).any():
        return blank
    # Only where a row begins with a blank cell is it looked at whole.
    blank, perhaps = (
        np.add.reduceat((~nothing[content] & (content != delimiter)).astype(np.int64), starts[:, 0]) == 0
        for nothing in (NOTHING, PERHAPS_NOTHING)
    )
    return None if (blank != perhaps).any() else blank


def _side_by_side(cells: list[bytes]) -> CellBytes:
    return cells if max(map(len, cells)) > WIDEST else np.array(cells, dtype=np.bytes_)


def _cells(content: NDArray[np.uint8], starts: NDArray[Any], ends: NDArray[Any]) -> CellBytes:
    """The bytes between places."""
    length = ends - starts
    width, least = max(1, int(length.max(initial=0))), int(length.min(initial=length.max(initial=0)))
    if width > WIDEST:
        whole = content.tobytes()
        return [whole[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    last = len(content) - 1
    cells = np.empty((len(starts), width), dtype=np.uint8)
    for at in range(width):
        if at < least:
            cells[:, at] = content[starts + at]
        else:
            cells[:, at] = np.where(length > at, content[np.minimum(starts + at, last)], 0)
    return cells.view(f"S{width}")[:, 0]
