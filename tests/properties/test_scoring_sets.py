"""Laws of whole sets, on random sets of every rule kind and random facts."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.scoring import (
    AgencyFacts,
    BrokenSet,
    CriteriaSet,
    digest,
    from_document,
    refused_leaves,
    score,
    to_document,
)
from parindex.scoring.points.compiled import compiled
from parindex.scoring.versions.bridge import bridge
from parindex.scoring.versions.comparison import compare
from parindex.scoring.versions.crosswalk import check_crosswalk, crosswalk_yaml, draft
from tests.properties.scoring_sets import documents, years

relaxed = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
Year = tuple[CriteriaSet, dict[str, AgencyFacts]]


def scorable(year: Year) -> dict[str, AgencyFacts]:
    return {name: own for name, own in year[1].items() if not refused_leaves(year[0], own)}


def leaves_of(document: dict[str, Any]) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """Every leaf of the areas with the list that it stands in."""
    waiting = [area["criteria"] for area in document["areas"]]
    while waiting:
        criteria = waiting.pop()
        for one in criteria:
            if "criteria" in one:
                waiting.append(one["criteria"])
            else:
                yield criteria, one


@relaxed
@given(years())
def test_every_leaf_and_every_sum_is_bounded(year: Year) -> None:
    for one in score(year[0], scorable(year)).agencies:
        for node in one.nodes.values():
            assert node.points is None or 0 <= node.points <= node.max
        if one.points is not None and one.bonus is not None and one.penalty is not None and one.max is not None:
            assert -one.penalty <= one.points <= one.max + one.bonus


@relaxed
@given(years(), st.randoms(use_true_random=False))
def test_order_and_replay_change_no_digit(year: Year, chance: random.Random) -> None:
    criteria_set, facts = year[0], scorable(year)
    document = to_document(criteria_set)
    first = score(criteria_set, facts).to_document(reasons="full")
    assert score(from_document(copy.deepcopy(document)), facts).to_document(reasons="full") == first
    for area in document["areas"]:
        chance.shuffle(area["criteria"])
    chance.shuffle(document["areas"])
    names = list(facts)
    chance.shuffle(names)
    turned = score(from_document(document), {name: facts[name] for name in names}).to_document(reasons="full")
    assert {one["agency"]: one for one in turned["agencies"]} == {one["agency"]: one for one in first["agencies"]}


def without(document: dict[str, Any], code: str) -> CriteriaSet:
    """The set less one leaf."""
    for criteria, leaf in list(leaves_of(document)):
        if leaf["code"] == code:
            criteria.remove(leaf)
    return from_document(document)


def known_to(criteria_set: CriteriaSet, facts: dict[str, AgencyFacts]) -> dict[str, AgencyFacts]:
    """What a smaller set still asks for."""
    names = compiled(criteria_set).expected
    return {agency: {name: value for name, value in own.items() if name in names} for agency, own in facts.items()}


removable = st.sampled_from(["1.1", "2.1", "1.9.1", "2.9.2"])


@relaxed
@given(years(sparse=False), removable)
def test_removing_a_criterion_that_applies_to_nobody_changes_no_index_and_no_rank(year: Year, code: str) -> None:
    document = to_document(year[0])
    for _, leaf in leaves_of(document):
        if leaf["code"] == code:
            leaf["may_be_inapplicable"] = True
    whole = from_document(document)
    facts = {name: {**own, f"{code}.not_applicable": True, "dossiers": 1} for name, own in scorable(year).items()}
    smaller = without(document, code)
    before, after = score(whole, facts), score(smaller, known_to(smaller, facts))
    for one, other in zip(before.agencies, after.agencies, strict=True):
        assert one.node(code).state == "not_applicable"
        assert (one.points, one.max, one.index, one.rank) == (other.points, other.max, other.index, other.rank)


@relaxed
@given(years(sparse=False), removable)
def test_removing_a_criterion_that_applied_to_all_equally_keeps_the_order(year: Year, code: str) -> None:
    """Equal points of one leaf: among agencies with one maximum nobody passes anybody when it goes."""
    document = to_document(year[0])
    for _, leaf in leaves_of(document):
        if leaf["code"] == code:
            leaf.pop("needs", None)
            leaf.pop("may_be_inapplicable", None)
    whole = from_document(document)
    facts = {
        name: {key: value for key, value in own.items() if key != f"{code}.not_applicable"} | {f"{code}.decided": Decimal("0.1"), "dossiers": 1}
        for name, own in year[1].items()
    }  # fmt: skip
    facts = {name: own for name, own in facts.items() if not refused_leaves(whole, own)}
    smaller = without(document, code)
    before, after = score(whole, facts), score(smaller, known_to(smaller, facts))
    both = [(one, after.agency(one.agency)) for one in before.agencies if one.index is not None]
    both = [(one, other) for one, other in both if other.index is not None]
    for one, other in both:
        for second, other_second in both:
            if one.max == second.max:
                assert (one.index > second.index) == (other.index > other_second.index)  # type: ignore[operator]


@relaxed
@given(documents(), st.data())
def test_the_digest_knows_form_from_meaning(document: dict[str, Any], data: st.DataObject) -> None:
    criteria_set = from_document(document)
    turned = dict(reversed(document.items()))
    turned |= {"print_places": 2, "compare": "exact"}
    assert digest(from_document(turned)) == digest(criteria_set)
    _, leaf = data.draw(st.sampled_from(list(leaves_of(document))))
    key = data.draw(st.sampled_from(["max", "title", "evidence", "may_be_inapplicable"]))
    leaf[key] = {
        "max": "4", "title": {"vi": "khác"}, "evidence": "none", "may_be_inapplicable": not leaf.get(key, False),
    }[key]  # fmt: skip
    try:
        changed = from_document(document)
    except BrokenSet:
        return
    assert digest(changed) != digest(criteria_set)


@relaxed
@given(years(sparse=False))
def test_a_year_on_a_bridge_to_itself_has_its_own_index(year: Year) -> None:
    criteria_set, facts = year[0], scorable(year)
    crosswalk = draft(compare(criteria_set, criteria_set))
    assert {entry.kind for entry in crosswalk.entries} == {"same"}
    found = bridge(criteria_set, facts, criteria_set, facts, crosswalk)
    for one in found.agencies:
        not_held = any(name.endswith(".not_held") for name in facts[one.agency])
        if one.newer.index is not None and not not_held:
            assert one.newer.bridge_index == one.older.bridge_index == one.newer.index
        if one.index_change is not None:
            assert one.index_change.performance == 0
        if one.rank_change is not None:
            assert (one.rank_change.whole, one.rank_change.performance) == (0, 0)


@relaxed
@given(documents(), documents())
def test_a_drafted_crosswalk_of_any_two_sets_is_complete_and_true(older: dict[str, Any], newer: dict[str, Any]) -> None:
    before, after = from_document(older), from_document({**newer, "version": "2"})
    drafted = draft(compare(before, after))
    checked = check_crosswalk(crosswalk_yaml(drafted, {}).encode(), "x.yaml", before, after)
    assert checked.defects == ()
    assert checked.crosswalk == drafted


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_no_bytes_of_a_crosswalk_make_a_traceback(data: bytes) -> None:
    from parindex.wording import complaints

    one = from_document(SMALL)
    start = b"crosswalk: x\nstatus: draft\nentries:\n"
    for text in (data, start + data):
        for defect in check_crosswalk(text, "x.yaml", one, one).defects:
            assert complaints.defect_text(defect, "vi")


SMALL: dict[str, Any] = {
    "set": "x", "version": "1", "title": {"vi": "x"}, "status": "illustrative", "tier": "x", "years": [2025],
    "areas": [{"code": "1", "title": {"vi": "x"}, "criteria": [{"code": "1.1", "title": {"vi": "x"}, "max": "1", "rule": {"judged": True}}]}],
}  # fmt: skip
