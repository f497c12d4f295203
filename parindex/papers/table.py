"""One table, written as CSV or XLSX. What it says is given; nothing is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

TableValue: TypeAlias = str | int | Decimal | None
"""A cell: text, a whole number, a decimal, or nothing (empty, which is not 0)."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column."""

    title: str
    """Head of the column, in the reader's language."""

    places: int | None = None
    """Decimal places that a spreadsheet shows; the value itself keeps all."""

    width: int = 12
    """Width in a spreadsheet, in characters."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table with what must be said about it."""

    title: str
    """Name of the sheet, and first line on paper."""

    notes: tuple[str, ...] = ()
    """Lines above the table in a spreadsheet: source, decision, marks of simulated data."""

    columns: tuple[Column, ...]
    """From left to right."""

    rows: Sequence[Sequence[TableValue]]
    """Each as long as ``columns``."""

    orientation: Literal["portrait", "landscape"] = "landscape"
    """How it is printed on A4."""

    bare: bool = False
    """Whether its head stands in the first line, as whoever reads it back expects: no title and no notes."""
