"""CSV for spreadsheets and programs: UTF-8 with BOM, decimal points, RFC 4180 line ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from parindex.papers.table import Value

BOM: Final = b"\xef\xbb\xbf"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would execute."""


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    r"""The file.

    >>> csv_bytes(["name", "index"], [["Bộ Y tế", Decimal("89.950")], ["Bộ Nội vụ", None]]).decode()
    '\ufeffname,index\r\nBộ Y tế,89.950\r\nBộ Nội vụ,\r\n'
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([text(title) for title in header])
    writer.writerows([text(value) for value in row] for row in rows)
    return BOM + written.getvalue().encode()


def text(value: Value) -> str:
    """A cell; words that begin like a formula are marked as text, numbers stay numbers.

    >>> text("-3%"), text(Decimal("-0.5")), text(None)
    ("'-3%", '-0.5', '')
    """
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case str() if value.startswith(FORMULA):
            return "'" + value
    return str(value)
