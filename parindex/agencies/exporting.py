"""The registry of a day as a list: the columns that :mod:`parindex.agencies.importing` reads, so that it comes back the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from parindex.agencies.importing import NEEDED, OPTIONAL
from parindex.agencies.model import Agency

COLUMNS: Final = (
    "code", "name_vi", "name_en", "short_name", "tier", "parent", "region", "official_order", "has_one_stop", "population",
    "valid_from", "valid_to",
)  # fmt: skip
"""As an office writes them."""
assert set(COLUMNS) == {*NEEDED, *OPTIONAL}


def rows(listed: Sequence[Agency]) -> list[list[str | int | None]]:
    """A row of cells for each agency."""
    return [[_cell(getattr(agency, name)) for name in COLUMNS] for agency in listed]


def _cell(value: object) -> str | int | None:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case None | int():
            return value
    return str(value)
