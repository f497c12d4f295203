"""What scoring refuses, as code and values; the sentence is made at the edge."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a criteria set (or, as a warning, doubtful)."""

    code: str
    """Which kind, such as `unknown_key`."""
    values: Mapping[str, Any] = {}
    """What the sentence needs: found, expected and more."""
    file: str = ""
    """The file, as the caller named it."""
    line: int = 0
    """From 1; 0 where the set did not come from a file."""
    column: int = 0
    """From 1."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, or one leaf of one agency, that cannot be scored."""

    code: str
    """Which kind, such as `decimal_comma`."""
    values: Mapping[str, Any] = {}
    """What the sentence needs."""
    row: int | None = None
    """The line of the file, from 1, where there is a file."""
    agency: str | None = None
    """Whose fact."""
    leaf: str | None = None
    """The leaf, where one is meant."""


class BrokenSet(Exception):
    """A criteria set with defects: all of them."""

    def __init__(self, defects: Sequence[Defect]):
        self.defects = tuple(defects)
        super().__init__("; ".join(f"{d.file}:{d.line}:{d.column} {d.code}" for d in self.defects[:5]))


class RefusedFacts(Exception):
    """Facts that cannot be scored: all refusals; nothing was scored."""

    def __init__(self, refusals: Sequence[Refusal]):
        self.refusals = tuple(refusals)
        super().__init__("; ".join(f"{r.agency} {r.leaf} {r.code}" for r in self.refusals[:5]))


class RefusedValue(Exception):
    """One value that is not of its type."""

    def __init__(self, code: str, values: Mapping[str, Any]):
        self.code = code
        self.values = dict(values)
        super().__init__(code)
