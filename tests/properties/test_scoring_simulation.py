"""The simulation path agrees with the exact one, on random sets of every rule kind and random facts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.scoring import AgencyFacts, CriteriaSet, refused_leaves, score, score_agency
from parindex.scoring.rules import kinds
from parindex.scoring.trials.simulation import Simulated, Simulation
from tests.properties.scoring_sets import KINDS, facts_for, years
from tests.scoring.sets import leaf_set

NEAR = 1e-9
relaxed = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def check(criteria_set: CriteriaSet, facts: dict[str, AgencyFacts], simulated: Simulated) -> None:
    """Every leaf, every sum and every total of every agency."""
    for place, own in enumerate(facts.values()):
        exact = score_agency(criteria_set, own, lenient=True)
        refused = {str(one.leaf) for one in refused_leaves(criteria_set, own)}
        assert {code for code, mask in simulated.refused.items() if mask[place]} == refused
        for code, node in exact.nodes.items():
            if code in simulated._simulation._row:
                found = simulated.leaf(code)[place]
                state = "scored" if math.isfinite(found) else "unknown" if math.isnan(found) else "not_applicable"
                assert state == ("unknown" if node.state == "none" else node.state), code
                assert node.points is None or abs(found - float(node.points)) <= NEAR, code
            else:
                known, maximum = simulated.node(code)
                _, points, most = exact.state_and_numbers(code)
                assert abs(known[place] - points / 10**12) <= NEAR
                assert abs(maximum[place] - most / 10**12) <= NEAR
        assert bool(simulated.complete[place]) == (exact.status == "complete")
        for one, other in (
            (exact.index, simulated.index),
            (exact.points, simulated.points),
            (exact.max, simulated.max),
        ):
            assert (one is None) == math.isnan(other[place])
            assert one is None or abs(other[place] - float(one)) <= NEAR


@relaxed
@given(years())
def test_it_agrees_with_the_exact_path(year: tuple[CriteriaSet, dict[str, AgencyFacts]]) -> None:
    check(*year, Simulation(*year).run())


@relaxed
@given(years(), st.data())
def test_a_run_with_changed_facts_is_that_of_those_facts(
    year: tuple[CriteriaSet, dict[str, AgencyFacts]], data: st.DataObject
) -> None:
    criteria_set, facts = year
    other = {name: data.draw(facts_for(criteria_set)) for name in facts}
    names = sorted({name for own in (*facts.values(), *other.values()) for name in own} - {"@region"})
    some = [name for name in names if data.draw(st.booleans())]
    mixed = {agency: {name: (other if name in some else facts)[agency].get(name) for name in names} for agency in facts}
    there = {agency: {name: value for name, value in own.items() if value is not None} for agency, own in mixed.items()}
    source = Simulation(criteria_set, other)
    simulation = Simulation(criteria_set, facts)
    changes = {name: source.column(name) for name in some}
    check(criteria_set, there, simulation.run(changes))
    if changes:
        index = simulation.draws({name: np.stack([column, column]) for name, column in changes.items()})
        np.testing.assert_array_equal(index[1], simulation.run(changes).index)


@relaxed
@given(years(sparse=False))
def test_its_ranks_are_the_exact_ones(year: tuple[CriteriaSet, dict[str, AgencyFacts]]) -> None:
    criteria_set, facts = year
    facts = {name: {key: value for key, value in own.items() if key != "@ranked"} for name, own in facts.items()}
    if any(refused_leaves(criteria_set, own) for own in facts.values()):
        return
    simulation = Simulation(criteria_set, facts)
    ranks = simulation.ranks(simulation.run().index)
    assert [rank or None for rank in ranks] == [one.rank for one in score(criteria_set, facts).agencies]


def test_the_random_sets_have_every_kind_of_rule() -> None:
    assert set(kinds.KINDS) == set(KINDS)


@pytest.mark.parametrize(("a", "b", "points"), [(7, 10, 2.0), (6999, 10_000, 1.0), (6.3, 9, 2.0), (69.3, 99, 2.0)])
def test_a_threshold_is_reached_although_it_is_no_binary_number(a: float, b: float, points: float) -> None:
    rule = "{bands: [a, b], steps: [{from: 0.7, points: 2}, {from: 0.5, points: 1}], when_zero: zero}"
    simulation = Simulation(leaf_set(rule, a="decimal", b="decimal"), {"A": {}})
    assert simulation.run({"1.1.a": [a], "1.1.b": [b]}).leaf("1.1")[0] == points


def test_draws_outside_the_range_are_unknown_and_counted() -> None:
    criteria_set = leaf_set("{survey: {instrument: s, measure: i}, as: share}")
    simulation = Simulation(criteria_set, {"A": {}, "B": {}, "C": {}})
    simulated = simulation.run({"survey:s.i": [0.5, 1.2, -0.1]})
    assert list(simulated.refused["1.1"]) == [False, True, True]
    np.testing.assert_array_equal(simulated.index, [50.0, np.nan, np.nan])


def test_a_change_that_is_no_column_of_the_set_is_refused() -> None:
    simulation = Simulation(leaf_set("{yes_no: a}", a="boolean"), {"A": {}, "B": {}})
    with pytest.raises(KeyError):
        simulation.run({"1.1.b": [1, 1]})
    with pytest.raises(ValueError, match="2 agencies"):
        simulation.run({"1.1.a": [1]})
    with pytest.raises(ValueError, match="same number of draws"):
        simulation.draws({"1.1.a": [[1, 1]], "1.1.decided": [[1, 1], [0, 0]]})
