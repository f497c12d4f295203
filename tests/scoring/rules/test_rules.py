"""Each rule against points computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parindex.scoring import CriteriaSet, RefusedFacts, parse_value, score_leaf
from parindex.scoring.versions.likeness import obstacles
from tests.scoring.sets import leaf, leaf_set, points, set_of

D = Decimal
BANDS = "{bands: [done, planned], steps: [{from: 0.7, points: 2}, {from: 0.5, points: 1}], when_zero: zero}"
COUNTS = {"done": "count", "planned": "count"}


@pytest.mark.parametrize(("value", "expected"), [("true", D(2)), ("FALSE", D(0))])
def test_yes_is_the_maximum_and_no_is_zero(value: str, expected: Decimal) -> None:
    assert points(leaf_set("{yes_no: issued}", issued="boolean"), issued=value) == expected


def test_an_absent_fact_is_unknown_and_never_zero() -> None:
    scored = leaf(leaf_set("{yes_no: issued}", issued="boolean"))
    assert (scored.state, scored.points, scored.max) == ("unknown", None, D(2))
    assert scored.reason.missing == ("1.1.issued",)


@pytest.mark.parametrize(("option", "expected"), [("good", D("1.5")), ("fair", D(1)), ("no_case", "not_applicable")])
def test_an_option_gives_its_listed_points(option: str, expected: Decimal | str) -> None:
    rule = "{choice: grade, points: {good: 1.5, fair: 1, no_case: not_applicable}}"
    assert points(leaf_set(rule, grade="type: choice, options: [good, fair, no_case]"), grade=option) == expected


@pytest.mark.parametrize(("option", "expected"), [("good", D("0.75")), ("third", D("0.333333333333"))])
def test_an_option_gives_its_share_of_the_maximum(option: str, expected: Decimal) -> None:
    rule = "{choice: grade, shares: {good: 0.75, third: 0.333333333333}}"
    assert points(leaf_set(rule, "1", grade="type: choice, options: [good, third]"), grade=option) == expected


def test_a_checklist_sums_what_is_true_up_to_the_maximum() -> None:
    criteria_set = leaf_set("{checklist: {a: 0.5, b: 1, c: 1}}", a="boolean", b="boolean", c="boolean")
    assert points(criteria_set, a="true", b="true", c="false") == D("1.5")
    assert points(criteria_set, a="true", b="true", c="true") == D(2)
    assert points(criteria_set, a="true", b="true") == "unknown"


def test_each_counts_up_to_the_maximum_and_deduct_down_to_zero() -> None:
    each = leaf_set("{each: n, points: 0.5}", n="count")
    deduct = leaf_set("{deduct: n, points: 0.75}", n="count")
    assert [points(each, n=str(n)) for n in (0, 3, 4, 5)] == [D(0), D("1.5"), D(2), D(2)]
    assert [points(deduct, n=str(n)) for n in (0, 1, 2, 3)] == [D(2), D("1.25"), D("0.5"), D(0)]


def test_each_takes_a_decimal() -> None:
    assert points(leaf_set("{each: n, points: 0.3}", n="decimal"), n="2.5") == D("0.75")


def test_a_negative_number_that_leaves_the_range_is_refused() -> None:
    for rule in ("{each: n, points: 0.5}", "{deduct: n, points: 0.5}"):
        with pytest.raises(RefusedFacts) as refused:
            points(leaf_set(rule, n="decimal"), n="-1")
        assert [one.code for one in refused.value.refusals] == ["points_outside"]


@pytest.mark.parametrize(
    ("done", "planned", "expected"),
    [
        ("45", "50", D("1.8")),
        ("60", "50", D(2)),
        ("1", "3", D("0.666666666667")),
        ("2", "3", D("1.333333333333")),
        ("0", "50", D(0)),
    ],
)
def test_a_ratio_is_its_part_of_the_maximum_rounded_once(done: str, planned: str, expected: Decimal) -> None:
    assert (
        points(leaf_set("{ratio: [done, planned], when_zero: zero}", **COUNTS), done=done, planned=planned) == expected
    )


def test_a_target_divides_the_ratio_and_the_floor_looks_at_the_ratio_itself() -> None:
    criteria_set = leaf_set("{ratio: [done, planned], target: 0.8, floor: 0.5, when_zero: zero}", **COUNTS)
    assert points(criteria_set, done="60", planned="100") == D("1.5")
    assert points(criteria_set, done="50", planned="100") == D("1.25")
    assert points(criteria_set, done="499", planned="1000") == D(0)
    assert points(criteria_set, done="80", planned="100") == D(2)


@pytest.mark.parametrize(
    ("when_zero", "expected"), [("not_applicable", "not_applicable"), ("full", D(2)), ("zero", D(0))]
)
def test_a_known_zero_denominator_acts_before_floor_and_steps(when_zero: str, expected: Decimal | str) -> None:
    rules = (
        f"{{ratio: [done, planned], floor: 0.5, when_zero: {when_zero}}}",
        f"{{bands: [done, planned], steps: [{{to: 0.5, points: 2}}], when_zero: {when_zero}}}",
        f"{{linear: [done, planned], from: {{at: 0, points: 2}}, to: {{at: 1, points: 0}}, when_zero: {when_zero}}}",
    )
    for rule in rules:
        assert points(leaf_set(rule, **COUNTS), done="0", planned="0") == expected
        assert points(leaf_set(rule, **COUNTS), planned="0") == expected
        assert points(leaf_set(rule, **COUNTS), done="3") == "unknown"


@pytest.mark.parametrize(
    ("done", "planned", "expected"),
    [("7", "10", D(2)), ("6999", "10000", D(1)), ("1", "2", D(1)), ("49", "100", D(0)), ("30", "10", D(2))],
)
def test_seven_of_ten_reaches_seventy_percent_and_less_does_not(done: str, planned: str, expected: Decimal) -> None:
    assert points(leaf_set(BANDS, **COUNTS), done=done, planned=planned) == expected


def test_bands_by_a_most_value_go_from_the_lowest() -> None:
    criteria_set = leaf_set("{bands: late, steps: [{to: 0, points: 2}, {to: 5, points: 1}]}", late="count")
    assert [points(criteria_set, late=n) for n in ("0", "1", "5", "6")] == [D(2), D(1), D(1), D(0)]


def test_thresholds_on_a_percent_are_in_percent() -> None:
    criteria_set = leaf_set("{bands: share, steps: [{from: 70, points: 2}]}", share="percent")
    assert points(criteria_set, share="70") == D(2)
    assert points(criteria_set, share="69.99") == D(0)


LINE = "{linear: [done, planned], from: {at: 0.5, points: 0}, to: {at: 1, points: 2}, when_zero: zero}"


@pytest.mark.parametrize(
    ("done", "expected"), [("50", D(0)), ("40", D(0)), ("75", D(1)), ("98", D("1.92")), ("100", D(2)), ("130", D(2))]
)
def test_a_line_is_straight_between_its_ends_and_clamped_outside(done: str, expected: Decimal) -> None:
    assert points(leaf_set(LINE, **COUNTS), done=done, planned="100") == expected


def test_a_line_may_fall_and_may_be_written_from_its_high_end() -> None:
    falling = leaf_set("{linear: late, from: {at: 0, points: 2}, to: {at: 3, points: 0.5}}", late="count")
    turned = leaf_set("{linear: late, from: {at: 3, points: 0.5}, to: {at: 0, points: 2}}", late="count")
    for criteria_set in (falling, turned):
        assert [points(criteria_set, late=n) for n in ("0", "1", "2", "3", "9")] == [
            D(2),
            D("1.5"),
            D(1),
            D("0.5"),
            D("0.5"),
        ]


def test_a_line_with_a_slope_that_never_ends_is_rounded_once() -> None:
    criteria_set = leaf_set("{linear: x, from: {at: 1, points: 0}, to: {at: 4, points: 2}}", x="decimal")
    assert points(criteria_set, x="2") == D("0.666666666667")
    assert points(criteria_set, x="2.5") == D(1)


def test_a_date_keeps_the_first_deadline_that_it_meets() -> None:
    rule = "{by: on, steps: [{until: 2025-01-31, points: 2}, {until: 2025-03-31, points: 0.5}]}"
    criteria_set = leaf_set(rule, on="date")
    found = [points(criteria_set, on=day) for day in ("2024-06-01", "2025-01-31", "2025-02-01", "2025-04-01")]
    assert found == [D(2), D(2), D("0.5"), D(0)]


FORMULA = '{formula: [{when: "total == 0", points: "max"}, {points: "max * (on_time + 0.5 * late) / total"}]}'
TASKS = {"total": "count", "on_time": "count", "late": "count"}


def test_a_formula_takes_the_first_branch_that_applies() -> None:
    criteria_set = leaf_set(FORMULA, **TASKS)
    assert points(criteria_set, total="50", on_time="45", late="3") == D("1.86")
    assert points(criteria_set, total="0") == D(2)
    assert points(criteria_set, total="3", on_time="1", late="0") == D("0.666666666667")
    assert points(criteria_set, total="3", on_time="1") == "unknown"
    assert points(criteria_set, on_time="1", late="1") == "unknown"


def test_a_formula_over_the_maximum_is_refused_not_clamped() -> None:
    with pytest.raises(RefusedFacts) as refused:
        points(leaf_set(FORMULA, **TASKS), total="10", on_time="11", late="0")
    (refusal,) = refused.value.refusals
    assert (refusal.code, refusal.leaf, refusal.values["points"]) == ("points_outside", "1.1", D("2.2"))


def test_a_division_by_zero_is_refused() -> None:
    with pytest.raises(RefusedFacts) as refused:
        points(leaf_set('{formula: [{points: "max * a / b"}]}', a="count", b="count"), a="0", b="0")
    assert refused.value.refusals[0].code == "division_by_zero"


def survey_set(rule: str) -> CriteriaSet:
    return set_of(
        'areas: [{code: "1", title: {vi: a}, criteria: [{code: "1.1", title: {vi: b}, max: 10, rule: ' + rule + "}]}]\n"
    )


def estimated(criteria_set: CriteriaSet, **facts: str) -> Decimal | str:
    named = {name.replace("__", ":").replace("_0_", "."): text for name, text in facts.items()}
    values = {name: parse_value(criteria_set, name, text) for name, text in named.items()}
    scored = score_leaf(criteria_set, "1.1", values)
    return scored.state if scored.points is None else scored.points


def test_a_survey_share_is_the_estimate_times_the_maximum() -> None:
    criteria_set = survey_set("{survey: {instrument: sipas, measure: index}, as: share}")
    assert estimated(criteria_set, survey__sipas_0_index="0.8234567") == D("8.234567")
    assert estimated(criteria_set) == "unknown"


def test_an_estimate_enters_rounded_half_up_to_ten_places() -> None:
    criteria_set = survey_set("{survey: {instrument: sipas, measure: index}, as: share}")
    assert estimated(criteria_set, survey__sipas_0_index="0.82345678905") == D("8.234567891")
    assert estimated(criteria_set, survey__sipas_0_index="0.823456789049999") == D("8.23456789")


def test_a_survey_may_be_read_in_bands_along_a_line_or_by_options() -> None:
    bands = survey_set(
        "{survey: {instrument: s, measure: m}, as: bands, steps: [{from: 0.9, points: 10}, {from: 0.8, points: 6}]}"
    )
    line = survey_set(
        "{survey: {instrument: s, measure: m}, as: linear, from: {at: 0.5, points: 0}, to: {at: 0.9, points: 10}}"
    )
    options = survey_set("{survey: {instrument: s, measure: q1}, as: options, shares: {A: 1, B: 0.6, C: 0.2, D: 0}}")
    assert estimated(bands, survey__s_0_m="0.8") == D(6)
    assert estimated(line, survey__s_0_m="0.7") == D(5)
    parts = {"survey__s_0_q1_0_A": "0.5", "survey__s_0_q1_0_B": "0.25", "survey__s_0_q1_0_C": "0.125"}
    assert estimated(options, **parts) == "unknown"
    assert estimated(options, **parts, survey__s_0_q1_0_D="0.125") == D("6.75")


def test_another_index_gives_its_share() -> None:
    criteria_set = survey_set("{external: {index: dti}, as: share}")
    assert estimated(criteria_set, external__dti="0.631") == D("6.31")


def test_proposed_points_are_taken_as_they_are() -> None:
    assert points(leaf_set("{judged: true}"), judged="1.2345") == D("1.2345")


@pytest.mark.parametrize(("n", "gain"), [("1", "1.5"), ("2", None), ("9", None)])
def test_above_the_last_step_there_is_no_next_one_though_it_gives_less_than_the_maximum(
    n: str, gain: str | None
) -> None:
    coming = leaf(leaf_set("{bands: n, steps: [{from: 2, points: 1.5}]}", n="count"), n=n).reason.next
    assert (None if coming is None else coming["gain"]) == gain


def test_the_next_step_of_an_estimate_along_a_line_is_its_better_end() -> None:
    """As a share of the maximum it is one percentage point."""
    line, share = (
        survey_set(f"{{survey: {{instrument: s, measure: m}}, as: {way}}}")
        for way in ("linear, from: {at: 0.5, points: 0}, to: {at: 0.9, points: 10}", "share")
    )
    coming = [
        score_leaf(one, "1.1", {"survey:s.m": parse_value(one, "survey:s.m", "0.7")}).reason.next
        for one in (line, share)
    ]
    assert coming == [
        {"at": "0.9", "fact": "survey:s.m", "points": "10", "gain": "5"},
        {"fact": "survey:s.m", "percent": "1", "points": "7.1", "gain": "0.1"},
    ]


@pytest.mark.parametrize(("n", "gain"), [("2", "0.75"), ("1", "0.75"), ("0", None)])
def test_one_fewer_of_what_is_deducted_is_the_next_step_while_there_is_one(n: str, gain: str | None) -> None:
    coming = leaf(leaf_set("{deduct: n, points: 0.75}", n="count"), n=n).reason.next
    assert (None if coming is None else coming["gain"]) == gain


def test_a_formula_with_another_condition_is_another_rule_and_with_other_names_the_same() -> None:
    def one(name: str, least: int) -> CriteriaSet:
        branches = f'{{when: "{name} > {least}", points: "max"}}, {{points: "0"}}'
        return leaf_set(f"{{formula: [{branches}]}}", **{name: "count"})

    assert obstacles(one("a", 1), "1.1", one("b", 1), "1.1") == ()
    assert [each.kind for each in obstacles(one("a", 1), "1.1", one("a", 2), "1.1")] == ["reruled"]


@pytest.mark.parametrize(
    ("points", "alike"),
    [("max * a / 10", True), ("a * max / 10", True), ("a * 0.1", False), ("max * max * a / 100", False)],
)
def test_a_formula_under_another_maximum_is_the_same_rule_where_it_follows_it(points: str, alike: bool) -> None:
    """Whether points are a share of the maximum: only then do they mean the same under another one."""
    two, four = (leaf_set(f'{{formula: [{{points: "{points}"}}]}}', maximum, a="count") for maximum in ("2", "4"))
    assert (obstacles(two, "1.1", four, "1.1") == ()) is alike
