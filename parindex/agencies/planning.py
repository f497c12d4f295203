"""A list of agencies beside the registry: what is new, what becomes otherwise, what may not. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from parindex.agencies.importing import AgencyRow
from parindex.agencies.ledger import overlaps
from parindex.agencies.model import Agency
from parindex.agencies.registry import CHANGEABLE

ORDER: Final = (
    "name_vi", "name_en", "short_name", "parent", "region", "official_order", "has_one_stop", "population", "valid_to",
)  # fmt: skip
"""What a list may change, in the order in which it is told."""
assert set(ORDER) == CHANGEABLE


class PlannedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of a list will do."""

    row: AgencyRow
    """The row."""

    kept: Agency | None
    """The agency that it is about; ``None``: it is new."""

    changes: Mapping[str, Any]
    """What becomes otherwise, by name of :data:`ORDER`; what a row leaves blank stays."""

    refused: tuple[str, ...] = ()
    """What it says otherwise and may not: ``tier``, ``valid_from``, ``valid_to``, ``parent``."""


def planned(
    rows: Sequence[AgencyRow], borne: Mapping[str, Sequence[Agency]], known: Collection[str], today: date
) -> list[PlannedRow]:
    """What each row will do.

    Args:
        rows: Of the list.
        borne: Agencies of whatever days that bear a code of the list, by code.
        known: Codes of the agencies that exist.
        today: The day.
    """
    listed = {row.agency.code for row in rows}
    found = []
    for row in rows:
        bearers = borne.get(row.agency.code, ())
        kept = standing_as(row, bearers, today)
        above = row.agency.parent
        refused = ["parent"] if above is not None and above not in listed and above not in known else []
        if kept is None:
            found.append(PlannedRow(row=row, kept=None, changes={}, refused=tuple(refused)))
            continue
        changes = {}
        for name in ORDER:
            wanted = getattr(row.agency, name)
            if wanted is None or wanted == getattr(kept, name):
                continue
            later = [one.valid_from for one in bearers if one.valid_from > kept.valid_from]
            if name == "valid_to" and not kept.valid_from < wanted <= min(later, default=date.max):
                refused.append(name)
                continue
            changes[name] = wanted
        refused += ["tier"] if row.agency.tier != kept.tier else []
        refused += ["valid_from"] if row.says_from and row.agency.valid_from != kept.valid_from else []
        found.append(PlannedRow(row=row, kept=kept, changes=changes, refused=tuple(refused)))
    return found


def standing_as(row: AgencyRow, borne: Sequence[Agency], today: date) -> Agency | None:
    """The agency that a row is about: of the same first day, else of today, else of some of the same days."""
    if row.says_from:
        for one in borne:
            if one.valid_from == row.agency.valid_from:
                return one
    else:
        for one in borne:
            if one.valid_from <= today and (one.valid_to is None or one.valid_to > today):
                return one
    return next((one for one in borne if overlaps(row.agency, one.valid_from, one.valid_to)), None)
