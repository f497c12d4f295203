"""What if: declaring what is named gives what is promised, on random sets of every rule kind."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from parindex.scoring import AgencyFacts, CriteriaSet, parse_value, refused_leaves, score
from parindex.scoring.trials.what_if import what_if
from tests.properties.scoring_sets import years


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(years())
def test_declaring_what_is_named_gives_what_is_promised(year: tuple[CriteriaSet, dict[str, AgencyFacts]]) -> None:
    criteria_set, facts = year
    facts = {name: own for name, own in facts.items() if not refused_leaves(criteria_set, own)}
    if not facts:
        return
    scores = score(criteria_set, facts)
    name = next(iter(facts))
    before = scores.agency(name)
    gains = what_if(scores, name)
    assert [one.total_gain for one in gains] == sorted((one.total_gain for one in gains), reverse=True)
    for one in gains:
        assert 0 < one.gain <= one.max
        # A fact that other leaves use may change the total by more than its leaf.
        assert one.total_gain >= 0
        assert one.total_gain <= one.gain or "dossiers" in one.facts
        if not one.facts:
            continue
        changed = {fact: parse_value(criteria_set, fact, text) for fact, text in one.facts.items()}
        after = score(criteria_set, {**facts, name: {**facts[name], **changed}}).agency(name)
        gained = (after.node(one.code).points or 0) - (before.node(one.code).points or 0)
        assert gained == one.gain
        assert after.points is not None
        assert before.points is not None
        assert after.points - before.points == one.total_gain
        assert after.rank == one.rank
        assert before.index is None or after.index == before.index + (one.index_gain or 0)
