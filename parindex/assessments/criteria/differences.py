"""A draft beside the published set before it; the same pair is compared once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from parindex.assessments.criteria.drafts import OpenedDraft
from parindex.scoring.versions.comparison import Comparison, compare

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
