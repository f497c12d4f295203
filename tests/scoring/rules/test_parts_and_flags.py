"""A part larger than its whole, a leaf that left the maximum, days that a sheet came late, who confirms, when issued."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from parindex.scoring import (
    BrokenSet,
    CriteriaSet,
    Criterion,
    RefusedFacts,
    digest,
    from_document,
    leaf_inputs,
    place_of,
    refused_leaves,
    score,
    score_leaf,
    to_document,
)
from parindex.scoring.points.compiled import compiled
from parindex.scoring.trials.simulation import Simulation
from parindex.scoring.versions.comparison import compare
from parindex.scoring.versions.likeness import differences, obstacles
from parindex.wording import complaints
from parindex.wording.reasons import label, sentences
from tests.scoring.sets import facts_of, given, leaf, leaf_set, set_of

D = Decimal
COUNTS = {"done": "count", "planned": "count"}
PAIRS = (
    "ratio: [done, planned]",
    "bands: [done, planned], steps: [{from: 0.7, points: 2}]",
    "linear: [done, planned], from: {at: 0, points: 0}, to: {at: 1, points: 2}",
)
pairs = pytest.mark.parametrize("pair", PAIRS)


def pair_set(pair: str, *, over: str = "", when_zero: str = "zero") -> CriteriaSet:
    more = f", over: {over}" if over else ""
    return leaf_set(f"{{{pair}, when_zero: {when_zero}{more}}}", **COUNTS)


@pairs
@pytest.mark.parametrize(("done", "flags"), [("100", ()), ("101", ("over_whole",)), ("0", ())])
def test_a_part_larger_than_its_whole_is_flagged_and_scored_as_before(
    pair: str, done: str, flags: tuple[str, ...]
) -> None:
    scored = leaf(pair_set(pair), done=done, planned="100")
    assert scored.flags == flags
    assert scored.points == leaf(pair_set(pair, over="allow"), done=done, planned="100").points
    assert leaf(pair_set(pair, over="allow"), done=done, planned="100").flags == ()


@pairs
def test_a_set_may_refuse_a_part_larger_than_its_whole(pair: str) -> None:
    criteria_set = pair_set(pair, over="refuse")
    assert leaf(criteria_set, done="100", planned="100").points == 2
    with pytest.raises(RefusedFacts) as refused:
        leaf(criteria_set, done="101", planned="100")
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.values["part"], refusal.values["whole"]) == ("over_whole", "1.1.done", "1.1.planned")
    assert "1.1.done" in complaints.refusal_text(refusal, "vi")
    assert "larger than" in complaints.refusal_text(refusal, "en")
    # A denominator of 0 is decided before the quotient is looked at.
    assert leaf(criteria_set, done="1", planned="0").points == 0


def test_what_a_larger_part_is_stands_in_the_canonical_form_only_where_it_is_not_the_default() -> None:
    plain, flagged = pair_set(PAIRS[0]), pair_set(PAIRS[0], over="flag")
    refusing, allowing = pair_set(PAIRS[0], over="refuse"), pair_set(PAIRS[0], over="allow")
    assert digest(plain) == digest(flagged)
    assert len({digest(one) for one in (plain, refusing, allowing)}) == 3
    assert digest(from_document(to_document(refusing))) == digest(refusing)


@pairs
def test_a_leaf_that_left_the_maximum_for_a_denominator_of_zero_is_waived(pair: str) -> None:
    assert leaf(pair_set(pair, when_zero="not_applicable"), done="0", planned="0").flags == ("waived",)
    assert leaf(pair_set(pair, when_zero="full"), done="0", planned="0").flags == ()
    # What an appraiser accepted or decided needs nobody to look at it again.
    decided = {"1.1.done": 1, "1.1.planned": 0, "1.1.decided": D(1)}
    assert score_leaf(pair_set(pair, when_zero="not_applicable"), "1.1", decided).flags == ()


def test_over_needs_two_numbers() -> None:
    with pytest.raises(BrokenSet) as broken:
        leaf_set("{bands: done, steps: [{from: 1, points: 2}], over: refuse}", done="count")
    assert [one.code for one in broken.value.defects] == ["over_needless"]


@pytest.mark.parametrize("count", [1, 100])
def test_one_agency_and_many_are_refused_and_flagged_alike(count: int) -> None:
    rows = [f"A{n},1.1.{name},{value}" for n in range(count) for name, value in (("done", 110), ("planned", 100))]
    flagged = pair_set(PAIRS[0])
    document = score(flagged, facts_of(flagged, *rows)).to_document()
    assert [one["criteria"]["1.1"]["flags"] for one in document["agencies"]] == [["over_whole"]] * count
    refusing = pair_set(PAIRS[0], over="refuse")
    with pytest.raises(RefusedFacts) as refused:
        score(refusing, facts_of(refusing, *rows))
    assert len(refused.value.refusals) == count


def test_flags_stand_in_the_document_only_where_there_are_any() -> None:
    criteria_set = pair_set(PAIRS[0])
    document = score(criteria_set, facts_of(criteria_set, "A,1.1.done,50", "A,1.1.planned,100")).to_document()
    assert "flags" not in document["agencies"][0]["criteria"]["1.1"]


def test_the_simulation_refuses_what_the_exact_path_refuses() -> None:
    drawn = np.array([99.0, 100.0, 101.0])
    facts = {name: {"1.1.planned": 100} for name in "ABC"}
    for criteria_set in (pair_set(PAIRS[0], over="refuse"), leaf_set_of_part()):
        simulated = Simulation(criteria_set, facts).run({"1.1.done": drawn})
        assert list(simulated.refused["1.1"]) == [False, False, True]
    assert Simulation(pair_set(PAIRS[0]), facts).run({"1.1.done": drawn}).refused == {}


# a part of a whole


def part_set(rule: str = "{each: done, points: 0.01}", **inputs: str) -> CriteriaSet:
    return leaf_set(rule, **(inputs or {"done": "type: count, part_of: planned", "planned": "count"}))


PART = "{ratio: [done, planned], when_zero: zero}"


def leaf_set_of_part() -> CriteriaSet:
    return part_set(PART)


def test_a_declared_part_larger_than_its_whole_is_a_refused_fact_of_any_rule() -> None:
    criteria_set = part_set()
    assert leaf(criteria_set, done="100", planned="100").points == 1
    assert leaf(criteria_set, done="100").points == 1
    refused = refused_leaves(criteria_set, given(criteria_set, done="101", planned="100"))
    assert [(one.code, one.values["facts"]) for one in refused] == [("over_whole", ["1.1.done", "1.1.planned"])]


def test_the_whole_is_asked_of_the_agency_although_no_rule_takes_it() -> None:
    assert [name for name, _ in leaf_inputs(part_set(), "1.1")] == ["1.1.done", "1.1.planned"]


def test_a_part_of_a_part_is_held_to_every_whole() -> None:
    inputs = {"a": "type: count, part_of: b", "b": "type: count, part_of: c", "c": "count"}
    criteria_set = part_set("{each: a, points: 0.01}", **inputs)
    refused = refused_leaves(criteria_set, given(criteria_set, a="5", b="20", c="10"))
    assert [one.values["whole"] for one in refused] == ["1.1.c"]


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"done": "type: count, part_of: done"}, "part_of_itself"),
        ({"done": "type: count, part_of: nothing"}, "undeclared_input"),
        ({"done": "type: count, part_of: told", "told": "boolean"}, "input_type"),
    ],
)
def test_a_whole_is_another_number(inputs: dict[str, str], code: str) -> None:
    with pytest.raises(BrokenSet) as broken:
        part_set(**inputs)
    assert code in [one.code for one in broken.value.defects]


def test_two_that_are_parts_of_each_other_are_refused() -> None:
    with pytest.raises(BrokenSet) as broken:
        part_set(PART, done="type: count, part_of: planned", planned="type: count, part_of: done")
    assert {one.code for one in broken.value.defects} == {"part_of_itself"}


def test_an_attribute_is_no_part() -> None:
    with pytest.raises(BrokenSet) as broken:
        set_of("attributes: {big: {type: decimal, label: {vi: a}, part_of: x}}\n" + LATE)
    assert "unknown_key" in [one.code for one in broken.value.defects]


# days late

LATE = """\
areas:
  - code: "1"
    title: {vi: a}
    criteria: [{code: "1.1", title: {vi: b}, max: 2, inputs: {a: {type: boolean, label: {vi: a}}}, rule: {yes_no: a}}]
adjustments: {penalty: {cap: 2, items: [{code: P1, title: {vi: c}, max: 1, rule: RULE}]}}
"""
late_rules = pytest.mark.parametrize(
    "rule", ["{each: days_late, points: 0.25}", '{formula: [{points: "min(max, days_late * 0.25)"}]}']
)


@late_rules
def test_a_penalty_may_look_at_the_days_that_a_sheet_came_late(rule: str) -> None:
    criteria_set = set_of(LATE.replace("RULE", rule))
    assert compiled(criteria_set).expected["@days_late"].type == "count"
    assert leaf_inputs(criteria_set, "P1") == []
    for days, lost in ((0, D(0)), (3, D("0.75")), (9, D(1))):
        one = score(criteria_set, facts_of(criteria_set, "A,1.1.a,true", f"A,@days_late,{days}")).agency("A")
        assert (one.penalty, one.points) == (lost, 2 - lost)
    said = sentences(criteria_set, "P1", score_leaf(criteria_set, "P1", {"@days_late": 3}).reason)
    assert "Số ngày nộp chậm: 3" in said[0]
    assert "Days late: 3" in said[1]


def test_without_the_days_nothing_is_lost_and_they_alone_are_no_submission() -> None:
    criteria_set = set_of(LATE.replace("RULE", "{each: days_late, points: 0.25}"))
    assert score_leaf(criteria_set, "P1", {}).state == "none"
    assert score(criteria_set, facts_of(criteria_set, "A,@days_late,3")).agency("A").status == "no_submission"


def test_only_a_penalty_knows_the_days_late() -> None:
    with pytest.raises(BrokenSet) as broken:
        leaf_set("{each: days_late, points: 0.25}")
    assert [one.code for one in broken.value.defects] == ["undeclared_input"]
    with pytest.raises(BrokenSet) as broken:
        set_of("attributes: {days_late: {type: decimal, label: {vi: a}}}\n" + LATE.replace("RULE", "{judged: true}"))
    assert "reserved_name" in [one.code for one in broken.value.defects]


def test_an_input_of_that_name_is_the_sets_own() -> None:
    criteria_set = leaf_set("{each: days_late, points: 0.25}", days_late="count")
    assert leaf(criteria_set, days_late="2").points == D("0.5")


def test_a_set_without_such_a_rule_does_not_know_the_fact() -> None:
    assert "@days_late" not in compiled(leaf_set("{yes_no: a}", a="boolean")).expected
    assert label(set_of(LATE.replace("RULE", "{each: days_late, points: 0.1}")), "@days_late", "en") == "Days late"


# who confirms, and when evidence was issued


def proof_set(*more: str) -> CriteriaSet:
    return leaf_set("\n        ".join(["{yes_no: a}", *more]), a="boolean")


def test_who_confirms_and_when_evidence_is_issued_is_kept() -> None:
    criteria_set = proof_set("confirmed_by: finance", "evidence_from: 2025-01-01", "evidence_to: 2026-01-31")
    node: Any = place_of(criteria_set, "1.1").node
    assert isinstance(node, Criterion)
    assert (node.confirmed_by, str(node.evidence_from), str(node.evidence_to)) == (
        "finance",
        "2025-01-01",
        "2026-01-31",
    )
    assert digest(from_document(to_document(criteria_set))) == digest(criteria_set) != digest(proof_set())
    details = [detail.what for change in compare(proof_set(), criteria_set).changes for detail in change.details]
    assert details == ["evidence_from", "evidence_to", "confirmed_by"]
    assert differences(proof_set(), "1.1", criteria_set, "1.1") == ()


def test_a_window_that_ends_before_it_begins_is_an_error() -> None:
    proof_set("evidence_from: 2025-01-01", "evidence_to: 2025-01-01")
    with pytest.raises(BrokenSet) as broken:
        proof_set("evidence_from: 2025-01-02", "evidence_to: 2025-01-01")
    assert [one.code for one in broken.value.defects] == ["window_empty"]


@pytest.mark.parametrize("key", ["confirmed_by: finance", "evidence_from: 2025-01-01", "evidence_to: 2025-01-01"])
def test_only_a_leaf_is_confirmed_and_proved(key: str) -> None:
    part = '{code: "1.1.1", title: {vi: c}, max: 1, rule: {judged: true}}'
    body = f'areas: [{{code: "1", title: {{vi: a}}, criteria: [{{code: "1.1", title: {{vi: b}}, {key}, criteria: [{part}]}}]}}]'
    with pytest.raises(BrokenSet) as broken:
        set_of(body)
    assert [one.code for one in broken.value.defects] == ["leaf_only"]


# years beside each other


def test_another_whole_or_another_treatment_of_a_larger_part_is_another_rule() -> None:
    plain, refusing = pair_set(PAIRS[0]), pair_set(PAIRS[0], over="refuse")
    assert [one.kind for one in obstacles(plain, "1.1", refusing, "1.1")] == ["reruled"]
    assert obstacles(refusing, "1.1", refusing, "1.1") == ()
    part = leaf_set_of_part()
    assert [one.kind for one in obstacles(plain, "1.1", part, "1.1")] == ["inputs"]
    assert obstacles(part, "1.1", part, "1.1") == ()
