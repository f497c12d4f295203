"""Totals, index, classes, ranks and the JSON of the contract, by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from parindex.scoring import CriteriaSet, RefusedFacts, score, score_agency
from parindex.scoring.points.documents import reason_document
from tests.scoring.sets import facts_of, leaf_set, set_of

D = Decimal

WHOLE = """\
{options}
classes: [{{name: A, from: 90}}, {{name: B, from: 80}}, {{name: C, from: 50}}]
attributes:
  has_procedures: {{type: boolean, label: {{vi: "Có TTHC"}}}}
  region: {{type: choice, options: [north, south], label: {{vi: "Vùng"}}}}
inputs:
  total: {{type: count, label: {{vi: "Tổng số"}}}}
areas:
  - code: "1"
    title: {{vi: "Một"}}
    criteria:
      - code: "1.1"
        title: {{vi: "Kế hoạch"}}
        max: 1
        inputs: {{issued: {{type: boolean, label: {{vi: "Đã ban hành"}}}}}}
        rule: {{yes_no: issued}}
      - code: "1.2"
        title: {{vi: "Hồ sơ"}}
        may_be_inapplicable: true
        criteria:
          - code: "1.2.1"
            title: {{vi: "Đúng hạn"}}
            max: 6
            needs: has_procedures
            inputs: {{on_time: {{type: count, label: {{vi: "Đúng hạn"}}}}}}
            rule: {{ratio: [on_time, total], when_zero: zero}}
          - code: "1.2.2"
            title: {{vi: "Tự đánh giá"}}
            max: 1
            rule: {{judged: true}}
  - code: "2"
    title: {{vi: "Hai"}}
    criteria:
      - code: "2.1"
        title: {{vi: "Khảo sát"}}
        max: 2
        rule: {{survey: {{instrument: sipas, measure: index}}, as: share}}
adjustments:
  bonus:
    cap: 1
    items:
      - code: B1
        title: {{vi: "Thưởng"}}
        max: 3
        inputs: {{prizes: {{type: count, label: {{vi: "Giải"}}}}}}
        rule: {{each: prizes, points: 0.75}}
  penalty:
    cap: 2
    items:
      - code: P1
        title: {{vi: "Phạt"}}
        max: 2
        inputs: {{cases: {{type: count, label: {{vi: "Vụ"}}}}}}
        rule: {{each: cases, points: 0.5}}
"""


def whole(options: str = "print_places: 2") -> CriteriaSet:
    return set_of(WHOLE.format(options=options))


def rows(agency: str, **facts: str) -> list[str]:
    """Rows of one complete agency, changed where told; an empty value leaves the fact out."""
    every = {
        "@has_procedures": "true",
        "1.1.issued": "true",
        "total": "10",
        "1.2.1.on_time": "9",
        "1.2.2.judged": "0.5",
        "survey:sipas.index": "0.8",
    }
    return [f"{agency},{name},{value}" for name, value in {**every, **facts}.items() if value]


def test_the_document_is_the_contracts_to_the_letter() -> None:
    criteria_set = whole()
    scores = score(criteria_set, facts_of(criteria_set, *rows("Sở A", **{"B1.prizes": "2", "P1.cases": "1"})))
    document = scores.to_document()
    leaf = {"max": "1", "points": "1", "state": "scored"}
    assert document == {
        "set": "thu",
        "version": "1",
        "digest": document["digest"],
        "agencies": [
            {
                "agency": "Sở A",
                "status": "complete",
                "points": "9",
                "max": "10",
                "index": "90",
                "class": "A",
                "rank": 1,
                "group_rank": None,
                "bonus": "1",
                "penalty": "0.5",
                "adjustments": {
                    "B1": {"points": "1.5", "max": "3", "state": "scored"},
                    "P1": {"points": "0.5", "max": "2", "state": "scored"},
                },
                "areas": {
                    "1": {"points": "6.9", "max": "8", "index": "86.25", "rank": 1, "state": "scored"},
                    "2": {"points": "1.6", "max": "2", "index": "80", "rank": 1, "state": "scored"},
                },
                "criteria": {
                    "1.1": leaf,
                    "1.2": {"points": "5.9", "max": "7", "state": "scored"},
                    "1.2.1": {"points": "5.4", "max": "6", "state": "scored"},
                    "1.2.2": {"points": "0.5", "max": "1", "state": "scored"},
                    "2.1": {"points": "1.6", "max": "2", "state": "scored"},
                },
            }
        ],
    }
    assert list(document["agencies"][0]["criteria"]) == ["1.1", "1.2", "1.2.1", "1.2.2", "2.1"]


def test_a_reason_has_its_seven_parts() -> None:
    criteria_set = whole()
    scores = score(criteria_set, facts_of(criteria_set, *rows("A")))
    node = scores.to_document(reasons="full", say=lambda *_: ("v", "e"))["agencies"][0]["criteria"]["1.2.1"]
    assert node["reason"] == {
        "rule": "ratio",
        "facts": {"@has_procedures": "true", "1.2.1.on_time": "9", "total": "10"},
        "step": None,
        "missing": [],
        "next": {"at": "1", "fact": "1.2.1.on_time", "more": "1", "points": "6", "gain": "0.6"},
        "vi": "v",
        "en": "e",
    }


def only(criteria_set: CriteriaSet, *lines: str, **options: Any) -> Any:
    return score(criteria_set, facts_of(criteria_set, *lines), **options).agencies[0]


def test_an_incomplete_agency_shows_its_known_points_and_has_no_rank() -> None:
    criteria_set = whole()
    one = only(criteria_set, *rows("A", total=""))
    assert (one.status, one.points, one.max) == ("incomplete", D("3.1"), D(10))
    assert (one.index, one.class_, one.rank) == (None, None, None)
    assert (one.node("1").state, one.node("1").points, one.node("1").max) == ("unknown", None, D(8))
    assert (one.node("2").state, one.node("2").rank) == ("scored", 1)


def test_unknown_counts_as_zero_when_incomplete_agencies_are_ranked() -> None:
    criteria_set = whole()
    one = only(criteria_set, *rows("A", total=""), rank_incomplete=True)
    assert (one.status, one.index, one.class_, one.rank) == ("incomplete", D(31), None, 1)


@pytest.mark.parametrize("facts", [["A,@region,north"], ["A,survey:sipas.index,0.9"], ["A,1.1.issued,"]])
def test_no_submission_is_not_zero_and_not_incomplete(facts: list[str]) -> None:
    criteria_set = whole()
    for rank_incomplete in (False, True):
        one = only(criteria_set, *facts, rank_incomplete=rank_incomplete)
        assert one.status == "no_submission"
        assert [one.points, one.max, one.index, one.class_, one.rank, one.bonus, one.penalty] == [None] * 7


@pytest.mark.parametrize(
    "fact", ["1.2.not_applicable,false", "1.1.decided,1", "B1.prizes,0", "total,1", "1.2.2.judged,0"]
)
def test_any_fact_of_an_input_a_proposal_or_a_decision_is_a_submission(fact: str) -> None:
    assert only(whole(), f"A,{fact}").status == "incomplete"


def test_a_set_that_asks_the_agency_for_nothing_is_never_unsubmitted() -> None:
    criteria_set = set_of(
        'areas: [{code: "1", title: {vi: a}, criteria: '
        '[{code: "1.1", title: {vi: b}, max: 1, rule: {external: {index: dti}, as: share}}]}]\n'
    )
    assert only(criteria_set, "A,@region,north").status == "incomplete"
    assert only(criteria_set, "A,external:dti,0.5").index == D(50)


def test_what_does_not_apply_shrinks_the_maximum() -> None:
    criteria_set = whole()
    one = only(criteria_set, *rows("A", **{"@has_procedures": "false"}))
    assert (one.points, one.max, one.index) == (D("3.1"), D(4), D("77.5"))
    node = one.node("1.2.1")
    assert (node.state, node.points, node.max) == ("not_applicable", None, D(6))


def test_an_absent_attribute_is_unknown() -> None:
    one = only(whole(), *rows("A", **{"@has_procedures": ""}))
    assert (one.status, one.node("1.2.1").state) == ("incomplete", "unknown")
    assert one.reason("1.2.1").missing == ("@has_procedures",)


def test_an_accepted_proposal_above_holds_for_everything_below() -> None:
    one = only(whole(), *rows("A", **{"1.2.not_applicable": "true"}))
    assert [one.node(code).state for code in ("1.2", "1.2.1", "1.2.2")] == ["not_applicable"] * 3
    assert (one.node("1.2").max, one.node("1.2").index, one.max) == (D(0), None, D(3))


def test_an_area_without_applicable_parts_has_no_index() -> None:
    one = only(whole(), *rows("A", **{"survey:sipas.not_held": "true", "survey:sipas.index": ""}))
    assert (one.node("2").state, one.node("2").index, one.node("2").rank) == ("not_applicable", None, None)
    assert (one.status, one.max) == ("complete", D(8))


def test_a_survey_that_was_not_held_is_rescaled_zero_or_refused() -> None:
    facts = rows("A", **{"survey:sipas.not_held": "true", "survey:sipas.index": ""})
    assert only(whole("no_survey: rescale"), *facts).index == D("86.25")
    zero = only(whole("no_survey: zero"), *facts)
    assert (zero.index, zero.node("2.1").state, zero.node("2.1").points) == (D(69), "scored", D(0))
    with pytest.raises(RefusedFacts) as refused:
        only(whole("no_survey: refuse"), *facts)
    assert [(one.agency, one.code) for one in refused.value.refusals] == [("A", "survey_not_held")]


def test_a_decision_replaces_the_rule_and_the_reason_shows_both() -> None:
    one = only(whole(), *rows("A", **{"1.2.1.decided": "2.5"}))
    assert one.node("1.2.1").points == D("2.5")
    reason = one.reason("1.2.1")
    assert (reason.decided, reason.by_rule) == (D("2.5"), D("5.4"))


def test_a_decision_scores_a_leaf_whose_facts_are_missing() -> None:
    one = only(whole(), *rows("A", **{"1.1.issued": "", "1.1.decided": "0.3"}))
    assert (one.node("1.1").points, one.reason("1.1").by_rule) == (D("0.3"), None)


def test_a_decision_on_what_does_not_apply_is_no_reason_for_points() -> None:
    one = only(whole(), *rows("A", **{"1.2.not_applicable": "true", "1.2.1.decided": "2.5"}))
    reason = one.reason("1.2.1")
    assert (one.node("1.2.1").state, reason.decided, reason.by_rule) == ("not_applicable", None, None)


def test_bonus_without_facts_is_zero_and_never_makes_incomplete() -> None:
    one = only(whole(), *rows("A"))
    assert (one.status, one.node("B1").state, one.node("B1").points) == ("complete", "none", None)
    assert (one.bonus, one.penalty) == (D(0), D(0))


def test_bonus_and_penalty_have_their_caps_and_leave_the_maximum_alone() -> None:
    best = {"1.2.1.on_time": "10", "1.2.2.judged": "1", "survey:sipas.index": "1"}
    one = only(whole(), *rows("A", **best, **{"B1.prizes": "4"}))
    assert (one.bonus, one.points, one.max, one.index) == (D(1), D(11), D(10), D(110))
    worst = {"1.1.issued": "false", "1.2.1.on_time": "0", "1.2.2.judged": "0", "survey:sipas.index": "0"}
    one = only(whole(), *rows("A", **worst, **{"P1.cases": "9"}))
    assert (one.penalty, one.points, one.index, one.class_) == (D(2), D(-2), D(-20), None)


def test_fault_10_of_other_tools_bonus_and_penalty_have_each_a_cap_of_their_own() -> None:
    facts = rows("A", **{"B1.prizes": "4", "P1.cases": "9"})
    other = WHOLE.format(options="print_places: 2").replace("cap: 1", "cap: 0.5").replace("cap: 2", "cap: 1.5")
    assert [(one.bonus, one.penalty) for one in (only(whole(), *facts), only(set_of(other), *facts))] == [
        (D(1), D(2)), (D("0.5"), D("1.5")),
    ]  # fmt: skip


def ranked(criteria_set: CriteriaSet, *judged: str, **options: Any) -> list[int | None]:
    lines = [line for n, points in enumerate(judged) for line in rows(f"A{n}", **{"1.2.2.judged": points})]
    return [one.rank for one in score(criteria_set, facts_of(criteria_set, *lines), **options).agencies]


def test_equal_agencies_share_the_better_rank() -> None:
    assert ranked(whole("ties: competition"), "0.5", "0.7", "0.5", "0.2") == [2, 1, 2, 4]
    assert ranked(whole("ties: dense"), "0.5", "0.7", "0.5", "0.2") == [2, 1, 2, 3]


def test_ties_look_at_the_printed_index_where_the_set_says_so() -> None:
    close = ("0.5", "0.5004", "0.5006")
    assert ranked(whole("compare: exact"), *close) == [3, 2, 1]
    assert ranked(whole("print_places: 2\ncompare: printed"), *close) == [2, 2, 1]


def test_a_class_looks_at_the_printed_index_where_the_set_says_so() -> None:
    reached = rows("A", **{"1.2.1.on_time": "10", "1.2.2.judged": "0.4"})
    close = rows("A", **{"1.2.1.on_time": "10", "1.2.2.judged": "0.3996"})
    assert only(whole("compare: exact"), *reached).class_ == "A"
    assert only(whole("compare: exact"), *close).index == D("89.996")
    assert only(whole("compare: exact"), *close).class_ == "B"
    assert only(whole("print_places: 2\ncompare: printed"), *close).class_ == "A"
    assert only(whole("print_places: 3\ncompare: printed"), *close).class_ == "B"


def test_an_agency_that_is_scored_and_not_ranked_takes_no_rank() -> None:
    criteria_set = whole()
    lines = [
        *rows("A", **{"1.2.2.judged": "1", "@ranked": "false"}),
        *rows("B", **{"@ranked": "true"}),
        *rows("C", **{"1.2.2.judged": "0"}),
    ]
    scores = score(criteria_set, facts_of(criteria_set, *lines))
    assert [one.rank for one in scores.agencies] == [None, 1, 2]
    assert [one.node("1").rank for one in scores.agencies] == [None, 1, 2]
    assert scores.agency("A").class_ == "A"


def test_ranks_within_groups_leave_out_those_without_a_group() -> None:
    criteria_set = whole()
    lines = [
        *rows("A", **{"@region": "north", "1.2.2.judged": "0.1"}),
        *rows("B", **{"@region": "south", "1.2.2.judged": "0.2"}),
        *rows("C", **{"@region": "north", "1.2.2.judged": "0.3"}),
        *rows("D", **{"1.2.2.judged": "0.4"}),
    ]
    for group in ("@region", "region"):
        scores = score(criteria_set, facts_of(criteria_set, *lines), group=group)
        assert [(one.rank, one.group_rank) for one in scores.agencies] == [(4, 2), (3, 1), (2, 1), (1, None)]
    with pytest.raises(KeyError):
        score(criteria_set, facts_of(criteria_set, *lines), group="@nowhere")


def test_refused_facts_are_all_listed_and_nothing_is_scored() -> None:
    criteria_set = set_of(
        'areas: [{code: "1", title: {vi: a}, criteria: [{code: "1.1", title: {vi: b}, max: 1, '
        'inputs: {n: {type: count}}, rule: {formula: [{points: "n"}]}}, {code: "1.2", title: {vi: c}, max: 1, '
        'inputs: {n: {type: count}}, rule: {formula: [{points: "1 / n"}]}}]}]\n'
    )
    facts = facts_of(criteria_set, "A,1.1.n,2", "A,1.2.n,1", "B,1.1.n,1", "B,1.2.n,0", "C,1.1.n,3", "C,1.2.n,0")
    with pytest.raises(RefusedFacts) as refused:
        score(criteria_set, facts)
    assert [(one.agency, one.leaf, one.code) for one in refused.value.refusals] == [
        ("A", "1.1", "points_outside"),
        ("B", "1.2", "division_by_zero"),
        ("C", "1.1", "points_outside"),
        ("C", "1.2", "division_by_zero"),
    ]


def test_a_sheet_in_the_making_takes_a_refused_leaf_as_unknown() -> None:
    criteria_set = whole()
    facts = facts_of(criteria_set, *rows("A"))["A"]
    one = score_agency(criteria_set, {**facts, "1.2.2.judged": D(7)}, lenient=True)
    assert (one.status, one.node("1.2.2").state, one.rank) == ("incomplete", "unknown", None)


def test_an_index_that_never_ends_is_rounded_half_up_once() -> None:
    one = only(
        whole(), *rows("A", **{"@has_procedures": "false", "survey:sipas.not_held": "true", "1.2.2.judged": "0.3333"})
    )
    assert one.index == D("66.665")
    one = only(whole(), *rows("A", **{"1.2.1.on_time": "1", "total": "3"}))
    assert (one.node("1.2.1").points, one.node("1.2").index) == (D(2), D("35.714285714286"))


@pytest.mark.parametrize("maximum", ["1000000", "10000000"])
def test_points_that_64_bits_do_not_hold_are_judged_by_column_as_one_by_one(maximum: str) -> None:
    """2⁶² scaled points are 4,611,686."""
    criteria_set = leaf_set(f"{{each: n, points: {int(maximum) // 10}}}", maximum=maximum, n="count")
    agencies = {f"A{n}": {"1.1.n": n % 12} for n in range(100)}
    for one in score(criteria_set, agencies).agencies:
        facts = agencies[one.agency]
        assert one.node("1.1").points == min(facts["1.1.n"] * D(maximum) / 10, D(maximum))
        assert one.index == score_agency(criteria_set, facts).index


def test_a_decision_is_told_in_the_document_beside_what_the_rule_gives() -> None:
    one, law = only(whole(), *rows("A", **{"1.2.1.decided": "2.5"})), whole()
    told = reason_document(one.reason("1.2.1"), law, "1.2.1")
    assert told["step"] == {"decided": "2.5", "by_rule": "5.4"}
    one = only(whole(), *rows("A", **{"1.1.issued": "", "1.1.decided": "0.3"}))
    assert reason_document(one.reason("1.1"), law, "1.1")["step"] == {"decided": "0.3", "by_rule": None}
