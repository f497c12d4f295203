"""Domains of estimation: the groups of rows that share the values of one or several variables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parindex.statistics.survey.design import Integers, Named


@dataclass(frozen=True, slots=True)
class Domains:
    """The domains of a crossing, in natural order, and the rows that are in none."""

    keys: tuple[tuple[str, ...], ...]
    """A value per variable for each domain."""
    rows: tuple[Integers, ...]
    """Rows of each domain, ascending."""
    unassigned: int
    """Rows with a missing value in one of the variables."""


def natural_key(text: str) -> list[tuple[int, int, str]]:
    """Sort numbers in a text by value: 2 before 10, ``q2`` before ``q10``.

    >>> sorted(["10", "2", "q10", "q9", "1"], key=natural_key)
    ['1', '2', '10', 'q9', 'q10']
    """
    parts = re.split(r"([0-9]+)", text)
    keys = [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]
    return [*keys, (-1, 0, text)]


def domains_of(columns: Sequence[Sequence[str | None] | Named], n: int) -> Domains:
    """Group n rows by the values of the columns; no columns: one domain of all rows.

    A crossing is a domain if a row has it, with or without answers. A missing value (``None``) puts
    a row in no domain.

    >>> d = domains_of([["10", "2", None, "2"]], 4)
    >>> d.keys, [r.tolist() for r in d.rows], d.unassigned
    ((('2',), ('10',)), [[1, 3], [0]], 1)
    """
    if not columns:
        return Domains(((),), (np.arange(n),), 0)
    assigned = np.ones(n, dtype=bool)
    key = np.zeros(n, dtype=np.int64)
    names: list[list[str]] = []
    for column in columns:
        codes, labels = _numbered(column) if isinstance(column, Named) else _codes(column)
        assigned &= codes >= 0
        _, key = np.unique(key * len(labels) + np.maximum(codes, 0), return_inverse=True)
        key = key.reshape(-1)
        names.append(labels)
    rows = np.flatnonzero(assigned)
    order = rows[np.argsort(key[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    groups = np.split(order, cuts) if len(order) else []
    keys = tuple(tuple(_text(column, int(group[0])) for column in columns) for group in groups)
    return Domains(keys, tuple(groups), int(n - len(rows)))


def _text(column: Sequence[str | None] | Named, row: int) -> str:
    return column.names[int(column.codes[row])] if isinstance(column, Named) else str(column[row])


def _numbered(column: Named) -> tuple[Integers, list[str]]:
    """The same of a column that is numbered already."""
    order = sorted(range(len(column.names)), key=lambda at: natural_key(column.names[at]))
    number = np.full(len(order) + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[column.codes], [column.names[at] for at in order]


def _codes(column: Sequence[str | None]) -> tuple[Integers, list[str]]:
    """Numbers of the values in natural order, −1 where missing."""
    labels = sorted({value for value in column if value is not None}, key=natural_key)
    numbers: dict[str | None, int] = {label: number for number, label in enumerate(labels)}
    return np.array([numbers.get(value, -1) for value in column], dtype=np.int64), labels
