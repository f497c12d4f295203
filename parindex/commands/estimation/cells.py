"""The cells of one column: kept as bytes or as numbers of distinct texts, so that a million rows take megabytes.

What a cell says is decided once for each distinct text. Only columns of numbers that hardly repeat, such as weights,
are read cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parindex.statistics.survey.design import Floats

WIDEST: Final = 32
"""Bytes up to which the cells of a part are kept side by side."""
FEW_BYTES: Final = 2
"""Bytes of a cell up to which its texts are counted at once: they cannot be many."""
KEY: Final = 8
"""Bytes that are compared as one number."""
PLAIN_NUMBER: Final = np.isin(np.arange(256), list(b"\0+-.0123456789eE"))
"""Bytes of numbers as programs write them, and what fills a short cell up."""


CellBytes: TypeAlias = "NDArray[np.bytes_] | list[bytes]"
"""CellBytes side by side, or one by one where one of them is wide."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as numbers of its distinct texts."""

    codes: NDArray[Any]
    """(n,) place of each row's text."""
    texts: list[str]
    """The distinct texts, in the order in which they were met."""


class TextColumn:
    """A column of bytes that comes part by part."""

    def __init__(self) -> None:
        self._parts: list[NDArray[Any]] = []
        self._coding = Coding()
        self._coded: Coded | None = None

    def add(self, cells: CellBytes) -> None:
        """The next rows; those of wide cells are numbered at once."""
        self._parts.append(self._coding.of(*distinct(cells)) if isinstance(cells, list) else cells)

    def coded(self) -> Coded:
        """The distinct texts and where they stand; the bytes are let go."""
        if self._coded is None:
            parts = [self._coding.of(*distinct(part)) if part.dtype.kind == "S" else part for part in self._parts]
            self._parts = []
            self._coded = self._coding.joined(parts, bytes.decode)
        return self._coded

    def plain_numbers(self) -> Floats | None:
        """(n,) the column cell by cell where nothing but numbers, ``NA`` and empty cells stands in it, else ``None``."""
        narrow = all(part.dtype.kind == "S" and part.dtype.itemsize <= FEW_BYTES for part in self._parts)
        if self._coded is not None or narrow:
            return None
        found = []
        for part in self._parts:
            values = _plain_numbers(part) if part.dtype.kind == "S" else None
            if values is None:
                return None
            found.append(values)
        return np.concatenate(found)


class Coding:
    """Numbers for texts in the order in which they are met."""

    def __init__(self) -> None:
        self._place: dict[Any, int] = {}

    @property
    def met(self) -> list[Any]:
        """The texts, in the order of their numbers."""
        return list(self._place)

    def of(self, met: Iterable[object], inverse: NDArray[Any]) -> NDArray[Any]:
        """(m,) numbers of some rows, in as few bytes as they need.

        Args:
            met: Distinct texts, in bytes or other values.
            inverse: (m,) place of each row's text among them.
        """
        place = self._place
        numbers = [place.setdefault(text, len(place)) for text in met]
        return np.asarray(np.array(numbers or [0], dtype=self._kind())[inverse])

    def _kind(self) -> np.dtype[Any]:
        return np.min_scalar_type(-max(1, len(self._place)))

    def joined(self, parts: list[NDArray[Any]], text: Callable[[Any], str]) -> Coded:
        """All rows, in as few bytes as the number of texts needs.

        Args:
            parts: Numbers of the rows, part by part.
            text: How a value that was met is written.
        """
        kind = self._kind()
        codes = np.concatenate([np.empty(0, kind), *(part.astype(kind) for part in parts)])
        return Coded(codes, [text(value) for value in self._place])


def distinct(cells: CellBytes) -> tuple[list[bytes], NDArray[Any]]:
    """The distinct texts of some cells, and the place of each cell's text among them."""
    if isinstance(cells, list):
        place: dict[bytes, int] = {}
        inverse = np.array([place.setdefault(cell, len(place)) for cell in cells], dtype=np.int64)
        return list(place), inverse
    width = cells.dtype.itemsize
    if width == 1:
        numbers = cells.view(np.uint8)
        met = np.flatnonzero(np.bincount(numbers, minlength=256))
        number = np.zeros(256, dtype=np.uint8)
        number[met] = np.arange(len(met))
        return [bytes([byte]) if byte else b"" for byte in met.tolist()], number[numbers]
    if width > KEY:
        texts, inverse = np.unique(cells, return_inverse=True)
        return texts.tolist(), inverse
    keys = cells.astype(f"S{KEY}").view(np.uint64)
    names, inverse = np.unique(keys, return_inverse=True)
    return names.view(f"S{KEY}").tolist(), inverse


def _plain_numbers(cells: NDArray[np.bytes_]) -> Floats | None:
    """Numbers of cells; ``None`` where one of them has to be looked at as text."""
    missing = (cells == b"") | (cells == b"NA")
    known = cells[~missing]
    if not PLAIN_NUMBER[np.ascontiguousarray(known).view(np.uint8)].all():
        return None
    try:
        numbers = known.astype(np.float64)
    except ValueError:
        return None
    if not np.isfinite(numbers).all():
        return None
    values = np.full(len(cells), np.nan)
    values[~missing] = numbers
    return values


TableColumn: TypeAlias = "TextColumn | ValueColumn"


class ValueColumn:
    """A column of a file that has types: by its distinct values, numbers that hardly repeat as they are."""

    def __init__(self, text: Callable[[Any], str]) -> None:
        self._text = text
        self._parts: list[NDArray[Any]] = []
        self._coding = Coding()
        self._coded: Coded | None = None

    def add(self, values: list[Any], inverse: NDArray[Any]) -> None:
        """The next rows by their distinct values, ``None`` where missing."""
        self._parts.append(self._coding.of(values, inverse))

    def add_numbers(self, values: Floats) -> None:
        """The next rows of a column of doubles, NaN where missing."""
        self._parts.append(values)

    def coded(self) -> Coded:
        """The distinct texts and where they stand."""
        if self._coded is None:
            parts = [self._coding.of(*_values(part)) if part.dtype.kind == "f" else part for part in self._parts]
            self._coded = self._coding.joined(parts, self._text)
        return self._coded

    def plain_numbers(self) -> Floats | None:
        """(n,) the column where it is one of doubles that hardly repeat, else ``None``."""
        if not any(part.dtype.kind == "f" for part in self._parts):
            return None
        met = np.array([math.nan if value is None else value for value in self._coding.met], dtype=np.float64)
        return np.concatenate([part if part.dtype.kind == "f" else met[part] for part in self._parts])


def _values(numbers: Floats) -> tuple[list[float | None], NDArray[Any]]:
    met, inverse = np.unique(numbers, return_inverse=True)
    return [None if math.isnan(value) else value for value in met.tolist()], inverse
