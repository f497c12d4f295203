"""Results as text: JSON and CSV with 17 significant digits, tables for people."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Any

from parindex.papers import csv_file
from parindex.text import Language, number


def digits(value: float) -> str:
    """A double with 17 significant digits, from which it can be read back exactly."""
    return format(value, ".17g")


def json_text(value: Any, indent: int = 0) -> str:
    """JSON whose doubles have 17 significant digits; what is not finite is null.

    >>> print(json_text({"a": [0.1, float("nan"), 3], "b": {}}))
    {
      "a": [0.10000000000000001, null, 3],
      "b": {}
    }
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, float):
        return digits(value) if math.isfinite(value) else "null"
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    inner = "  " * (indent + 1)
    if isinstance(value, dict):
        parts = [f"{inner}{encode_basestring(str(k))}: {json_text(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + "  " * indent + "}" if parts else "{}"
    if any(isinstance(part, (dict, list, tuple)) for part in value):
        parts = [inner + json_text(part, indent + 1) for part in value]
        return "[\n" + ",\n".join(parts) + "\n" + "  " * indent + "]"
    return "[" + ", ".join(json_text(part) for part in value) + "]"


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
    right = [any(isinstance(row[c], (int, float)) for row in rows) for c in range(len(header))]
    widths = [max(len(h), *(len(row[c]) for row in cells)) if cells else len(h) for c, h in enumerate(header)]
    lines = [list(header), ["-" * width for width in widths], *cells]
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
