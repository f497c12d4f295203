"""What a further version of a set touches in its year: found by the crosswalk, leaf by leaf."""

from __future__ import annotations

import msgspec

from parindex.assessments.amendments.model import AmendmentPlan
from parindex.assessments.criteria.published_sets import Published
from parindex.scoring.versions.comparison import compare
from parindex.scoring.versions.crosswalk import Crosswalk, crosswalk_yaml, draft


def planned(older: Published, newer: Published) -> AmendmentPlan:
    """What stays, what is declared anew and what is not asked any more.

    A leaf stays where nothing that it asks or gives differs; other words, another maximum or another rule are asked
    of the agency again.
    """
    crosswalk = msgspec.structs.replace(draft(compare(older.criteria_set, newer.criteria_set)), status="reviewed")
    same = [(one.older[0], one.newer[0]) for one in crosswalk.entries if one.kind == "same"]
    before, now = {place.code for place in older.leaves}, {place.code for place in newer.leaves}
    kept = {new for old, new in same if old == new and old in before and new in now}
    return AmendmentPlan(
        crosswalk=crosswalk,
        kept=tuple(place.code for place in newer.leaves if place.code in kept),
        reopened=tuple(place.code for place in newer.leaves if place.code not in kept),
        retired=tuple(place.code for place in older.leaves if place.code not in now),
        moved=tuple((old, new) for old, new in same if old != new and old in before),
    )


def document(crosswalk: Crosswalk) -> str:
    """The crosswalk as it is kept."""
    return crosswalk_yaml(crosswalk, {})
