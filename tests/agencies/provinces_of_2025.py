"""The 63 provinces as they were, and what became of them on 01/07/2025; a list of names, without official codes."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from uuid import UUID

from parindex.agencies import NewAgency, add_all, deeds
from parindex.agencies.model import Basis
from parindex.store.database import Connection

MERGED_ON = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
PAPER = Basis(number="202/2025/QH15", date=date(2025, 6, 12))
LIST = Path(__file__).parent / "data" / "province-merge-2025.csv"
SAME = {"TP Hồ Chí Minh": "Thành phố Hồ Chí Minh"}
"""Names that the list writes in two ways."""


def mergers() -> dict[str, list[str]]:
    """Which provinces each of the 34 was formed from."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["new_unit"]: [SAME.get(one, one) for one in row["formed_from"].split(" + ")] for row in rows}


async def enter_63(connection: Connection) -> dict[str, UUID]:
    """The provinces of 30/06/2025 by name, with codes of our own."""
    names = sorted(one for formed in mergers().values() for one in formed)
    new = [
        NewAgency(code=f"T{place:02}", name_vi=name, tier="province", valid_from=date(2004, 1, 1))
        for place, name in enumerate(names, start=1)
    ]
    return dict(zip(names, await add_all(connection, new, by="system"), strict=True))


async def merge_to_34(connection: Connection, before: dict[str, UUID]) -> dict[str, UUID]:
    """The provinces since 01/07/2025 by name; one that goes on under its name keeps its code."""
    codes = {name: f"T{place:02}" for place, name in enumerate(sorted(before), start=1)}
    after = {}
    for name, formed in mergers().items():
        if len(formed) == 1:
            after[name] = before[name]
            continue
        new = NewAgency(code=codes[name], name_vi=name, tier="province")
        ids = [before[one] for one in formed]
        _, after[name] = await deeds.merge(connection, ids, new, day=MERGED_ON, basis=PAPER, by="system")
    return after
