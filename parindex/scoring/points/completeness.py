"""How far an agency has come: one that never said anything is not one that has 0 points."""

from parindex.scoring.points.compiled import Compiled
from parindex.scoring.points.results import Status
from parindex.scoring.rules.making.verdicts import LeafFacts


def status_of(ready: Compiled, facts: LeafFacts, *, unknown: bool) -> Status:
    """How far an agency has come; unknown: an area of it has a leaf that is not yet known."""
    if ready.asked and ready.asked.isdisjoint(facts):
        return "no_submission"
    return "incomplete" if unknown else "complete"
