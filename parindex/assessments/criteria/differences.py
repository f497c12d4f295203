"""A draft beside the published set before it; the same pair is compared once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, Literal, TypeAlias

import msgspec

from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring import CriteriaSet, place_of
from parindex.scoring.versions.comparison import Comparison, Detail, compare
from parindex.scoring.versions.crosswalk import BRIDGED, Crosswalk, CrosswalkEntry, draft
from parindex.scoring.versions.likeness import obstacles

KEPT: Final = 32
"""Comparisons kept in memory; both sides are known by their digests."""

_kept: OrderedDict[tuple[str, str], Comparison] = OrderedDict()


def compared(held: OpenedDraft) -> Comparison | None:
    """What the draft changes of the set that it is compared with; ``None`` without one, and while it is no set."""
    if held.base is None or held.criteria_set is None or held.revision.digest is None:
        return None
    key = (held.base.digest, held.revision.digest)
    if key not in _kept:
        _kept[key] = compare(held.base.criteria_set, held.criteria_set)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


BridgeKind: TypeAlias = Literal["same", "reworded", "changed", "split", "merged", "dropped", "new"]
"""What a leaf became; ``changed``: the same leaf by code or title, whose points cannot be compared."""


class BridgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where a leaf of the new set comes from, or where one of the old set went."""

    kind: BridgeKind
    """What became of it."""

    older: tuple[str, ...]
    """Leaves of the set before."""

    newer: tuple[str, ...]
    """Leaves of the new set."""

    max_before: Decimal | None
    """What they gave at most."""

    max_after: Decimal | None
    """What they give at most."""

    hindering: tuple[Detail, ...] = ()
    """Why the points of one that changed cannot be compared."""

    @property
    def comparable(self) -> bool:
        """Whether its points of the two years are compared, in shares of the maximum."""
        return self.kind in BRIDGED


class SetBridge(msgspec.Struct, frozen=True, kw_only=True):
    """Which criterion comes from which, and what of the two sets can be compared."""

    comparison: Comparison
    """The two sets."""

    crosswalk: Crosswalk
    """For review."""

    rows: tuple[BridgeRow, ...]
    """In the order of the new set, what is gone where it stood."""

    max_before: Decimal
    """Of the set before, what its leaves on the bridge give at most, bonus and penalty apart."""

    max_after: Decimal
    """The same of the new set."""


def bridged(held: OpenedDraft) -> SetBridge | None:
    """The bridge from the set before to a draft; ``None`` without one, and while it is no set."""
    found = compared(held)
    if found is None:
        return None
    crosswalk = draft(found)
    rows = tuple(_rows(found, crosswalk.entries))
    on = [row for row in rows if row.comparable and place_of(found.newer, row.newer[0]).part == "areas"]
    return SetBridge(
        comparison=found, crosswalk=crosswalk, rows=rows, max_before=sum((row.max_before or Decimal(0) for row in on), Decimal(0)),
        max_after=sum((row.max_after or Decimal(0) for row in on), Decimal(0)),
    )  # fmt: skip


def _rows(found: Comparison, entries: Iterable[CrosswalkEntry]) -> Iterator[BridgeRow]:
    pairs = {old.code: new.code for old, new in found.pairs if old and new and old.is_leaf and new.is_leaf}
    given = list(entries)
    dropped = {entry.older[0] for entry in given if entry.kind == "dropped"}
    new = {entry.newer[0] for entry in given if entry.kind == "new"}
    changed = {old: pairs[old] for old in dropped if pairs.get(old) in new}
    for entry in given:
        if entry.kind == "new" and entry.newer[0] in changed.values():
            continue
        if entry.kind == "dropped" and entry.older[0] in changed:
            old, now = entry.older[0], changed[entry.older[0]]
            why = obstacles(found.older, old, found.newer, now)
            yield _row(found, "changed", (old,), (now,), why)
        else:
            yield _row(found, entry.kind, entry.older, entry.newer)


def _row(
    found: Comparison, kind: BridgeKind, older: tuple[str, ...], newer: tuple[str, ...], why: tuple[Detail, ...] = ()
) -> BridgeRow:
    return BridgeRow(
        kind=kind, older=older, newer=newer, max_before=_most(found.older, older), max_after=_most(found.newer, newer),
        hindering=why,
    )  # fmt: skip


def _most(criteria_set: CriteriaSet, codes: tuple[str, ...]) -> Decimal | None:
    return sum((place_of(criteria_set, code).node.max for code in codes), Decimal(0)) if codes else None
