"""The one writer of CSV: RFC 4180 quoting, decimal points, and no cell that a spreadsheet would execute.

A public file is UTF-8 with BOM (`csv_bytes`); a command writes lines as they come (`lines`, `line_writer`).
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from parindex.papers.table import TableValue

BOM: Final = b"\xef\xbb\xbf"
FORMULA: Final = re.compile(
    r"[\s\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]*[=+\-@＝＋－＠﹢﹣﹦﹫−]|[\t\r\n]"
)
"""How a cell begins that a spreadsheet would execute: also behind what nobody sees, and in full width, which some take
for the same sign; or with a line end or a tab, behind which the rest begins anew."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Digits(str):
    """A number that is written out already: it stays a number, in its own digits."""

    __slots__ = ()


CsvCell: TypeAlias = TableValue | float
"""What a cell may hold: text, a number, or nothing (empty, which is not 0)."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[CsvCell]]) -> bytes:
    r"""A file for spreadsheets and programs.

    >>> csv_bytes(["name", "index"], [["Bộ Y tế", Decimal("89.950")], ["Bộ Nội vụ", None]]).decode()
    '\ufeffname,index\r\nBộ Y tế,89.950\r\nBộ Nội vụ,\r\n'
    """
    return BOM + "".join(lines([header, *rows])).encode()


def lines(rows: Iterable[Sequence[CsvCell]], *, end: str = "\r\n") -> Iterator[str]:
    r"""The rows, each as a line as soon as it is there.

    >>> list(lines([["=1+1", 0.1]], end="\n"))
    ["'=1+1,0.10000000000000001\n"]
    """
    write = line_writer(end)
    return (write([text(value) for value in row]) for row in rows)


def line_writer(end: str = "\r\n") -> Callable[[Iterable[str]], str]:
    """A function that makes a line of cells which `text` has made: for many rows, most of whose cells are digits.

    Whatever the end is, a cell that holds either character of a line end stands in quotes.
    """
    write: Callable[[Iterable[str]], str] = csv.writer(_GivenBack(), lineterminator="\r\n").writerow
    return write if end == "\r\n" else lambda cells: write(cells)[:-2] + end


class _GivenBack:
    """Where a writer writes: the line is what its call returns."""

    def write(self, line: str) -> str:
        """Give the line back."""
        return line


def text(value: CsvCell) -> str:
    """A cell; words that begin like a formula are marked as text, numbers stay numbers.

    A float has the 17 digits from which it is read back exactly; one that is not finite does not exist.

    >>> text("-3%"), text(Decimal("-0.5")), text(-0.25), text(Digits("-0.50")), text(None)
    ("'-3%", '-0.5', '-0.25', '-0.50', '')
    """
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case float():
            return format(value, ".17g") if math.isfinite(value) else ""
        case Digits():
            return value
        case str() if FORMULA.match(value):
            return "'" + value
    return str(value)


def unmarked(cell: str) -> str:
    """A text as it was before `text` marked it, so that our own files are read as they were meant.

    >>> unmarked("'=a"), unmarked("'a"), unmarked(text("-3%"))
    ('=a', "'a", '-3%')
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell, 1) else cell


def as_read(cell: str) -> str:
    """A cell of somebody's file: what is a number there stays one.

    >>> text(as_read("-0.50")), text(as_read("-1e-3")), text(as_read("-1+2"))
    ('-0.50', '-1e-3', "'-1+2")
    """
    return Digits(cell) if _NUMBER.fullmatch(cell) else cell
