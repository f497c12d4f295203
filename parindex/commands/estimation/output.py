"""Results as text: JSON and CSV with 17 significant digits, tables for people."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

import msgspec
import numpy as np

from parindex.commands.estimation.table_heads import head_text
from parindex.papers import csv_file
from parindex.text import Language, number

LARGE: Final = 1 << 18
"""Numbers of a matrix from which it is written in few digits: 17 of each would take longer than the estimates."""


def digits(value: float) -> str:
    """A double with 17 significant digits, from which it can be read back exactly."""
    return format(value, ".17g")


def json_text(value: Any) -> str:
    """JSON whose doubles have 17 significant digits; what is not finite is null.

    >>> print(json_text({"a": [0.1, float("nan"), 3], "b": {}}))
    {
      "a": [0.10000000000000001, null, 3],
      "b": {}
    }
    """
    return "".join(json_parts(value))


def json_parts(value: Any, indent: int = 0) -> Iterator[str]:
    """The same piece by piece, for what is too large to be held as text; of a matrix row by row.

    A matrix of more than ``LARGE`` numbers is written in the fewest digits from which the same doubles are read.
    """
    inner = "  " * (indent + 1)
    if isinstance(value, np.ndarray) and value.ndim == 2:
        row_text = _short_row if value.size > LARGE else _row
        yield from _listed((row_text(row.tolist()) for row in value), inner, indent)
    elif isinstance(value, dict):
        yield "{" if value else "{}"
        before = "\n"
        for key, part in value.items():
            yield f"{before}{inner}{encode_basestring(str(key))}: "
            yield from json_parts(part, indent + 1)
            before = ",\n"
        if value:
            yield "\n" + "  " * indent + "}"
    elif isinstance(value, (list, tuple)):
        if any(isinstance(part, (dict, list, tuple)) for part in value):
            yield from _listed(("".join(json_parts(part, indent + 1)) for part in value), inner, indent)
        else:
            yield _row(value)
    else:
        yield _plain(value)


def _listed(parts: Iterable[str], inner: str, indent: int) -> Iterator[str]:
    before = "[\n"
    for part in parts:
        yield before + inner + part
        before = ",\n"
    yield "\n" + "  " * indent + "]"


def _row(values: Sequence[Any]) -> str:
    return "[" + ", ".join(_plain(value) for value in values) + "]"


def _short_row(values: list[float]) -> str:
    return msgspec.json.encode(values).decode()


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float):
        return digits(value) if math.isfinite(value) else "null"
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    return "".join(json_parts(value))


def csv_text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """CSV with the numbers as in JSON; what does not exist is an empty cell."""
    return "".join(csv_file.lines([header, *([_cell(value) for value in row] for row in rows)], end="\n"))


def _cell(value: object) -> csv_file.CsvCell:
    """Labels of data may be numbers, and stay such."""
    if value is None or isinstance(value, (int, float)):
        return value
    return csv_file.as_read(str(value))


def table_text(header: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> str:
    """Columns aligned for people, numbers to the right with the separators of the language."""
    cells = [[_printed(value, language) for value in row] for row in rows]
    heads = [head_text(key, language) for key in header]
    right = [any(isinstance(row[c], (int, float)) for row in rows) for c in range(len(header))]
    widths = [max(len(h), *(len(row[c]) for row in cells)) if cells else len(h) for c, h in enumerate(heads)]
    lines = [heads, ["-" * width for width in widths], *cells]
    return "".join(
        "  ".join(
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(line, widths, right, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def _printed(value: object, language: Language) -> str:
    if isinstance(value, float):
        return number(value if math.isfinite(value) else None, 4, language)
    if isinstance(value, int):
        return number(value, None, language)
    return "–" if value is None else str(value)
