from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np
import pytest

from parindex.rankings import first_format, index_intervals, intervals
from parindex.rankings.cell_suppression import decide
from parindex.rankings.compute import compute, facts_of
from parindex.rankings.digits import estimate_decimal
from parindex.rankings.index_errors import Errors, SamplingError, constants, survey_leaves
from parindex.rankings.model import Computation, CovarianceDocument, EstimateDocument, ResultDocument, YearSources
from parindex.rankings.recompute import Recomputation, recompute
from parindex.statistics.survey.intervals import AnswersBehind, clopper_pearson, error_at_edge, interval
from tests.rankings import small_year


@pytest.fixture(scope="module")
def year() -> Computation:
    return compute(small_year.given())


def of(year: Computation, code: str) -> ResultDocument:
    return next(result for result in year.results if result.agency == code)


def test_points_are_the_sum_of_what_was_appraised_surveyed_and_added(year: Computation) -> None:
    for result in year.results:
        if result.status == "complete":
            parts = [Decimal(value or 0) for value in (result.appraised, result.survey, result.bonus)]
            assert Decimal(result.points or 0) == sum(parts) - Decimal(result.penalty or 0)


def test_an_agency_without_a_sheet_has_no_number_at_all(year: Computation) -> None:
    result = of(year, "T11")
    assert result.status == "no_submission"
    assert {result.points, result.index, result.rank, result.class_, result.appraised, result.survey} == {None}


def test_an_incomplete_agency_is_not_ranked_and_says_which_fact_is_missing(year: Computation) -> None:
    result = of(year, "T12")
    assert (result.status, result.rank, result.rank_set) == ("incomplete", None, None)
    assert result.missing == ("1.3.judged",)


def test_the_error_of_an_index_is_the_delta_rule_over_independent_surveys(year: Computation) -> None:
    result = of(year, "T01")
    maximum = float(result.max or 0)
    variance = (100 * 25 / maximum * 0.01) ** 2 + (100 * 15 / maximum * 0.02) ** 2
    assert float(result.se or 0) == pytest.approx(math.sqrt(variance), rel=1e-12)


def test_an_agency_to_which_a_criterion_does_not_apply_has_a_larger_error_for_each_point(year: Computation) -> None:
    assert float(of(year, "T02").max or 0) == 100
    assert float(of(year, "T01").max or 0) == 105
    assert float(of(year, "T02").se or 0) > float(of(year, "T01").se or 0)


def test_degrees_of_freedom_follow_welch_and_satterthwaite(year: Computation) -> None:
    maximum = float(of(year, "T02").max or 0)
    one, two = (100 * 25 / maximum * 0.01) ** 2, (100 * 15 / maximum * 0.02) ** 2
    assert float(of(year, "T02").df or 0) == pytest.approx((one + two) ** 2 / (one**2 / 40 + two**2 / 40), rel=1e-12)


def test_covariance_between_estimates_of_one_agency_enters_its_error() -> None:
    cells = (("T01", "survey:sipas.index"), ("T01", "survey:leaders.index"))
    matrix = (("0.0001", "0.00015"), ("0.00015", "0.0004"))
    alone = compute(small_year.given())
    joined = compute(small_year.given(covariances=(CovarianceDocument(cells=cells, matrix=matrix),)))
    more = float(of(joined, "T01").se or 0) ** 2 - float(of(alone, "T01").se or 0) ** 2
    assert more == pytest.approx(2 * (100 * 25 / 105) * (100 * 15 / 105) * 0.00015, rel=1e-9)


def test_raters_shared_by_agencies_make_covariance_between_their_indices() -> None:
    given = small_year.given()
    codes = [agency.code for agency in given.agencies]
    cells = tuple((code, "survey:leaders.index") for code in codes)
    shared = [[0.0004 if i == j else 0.0003 for j in range(len(codes))] for i in range(len(codes))]
    block = CovarianceDocument(cells=cells, matrix=tuple(tuple(map(str, row)) for row in shared))
    joined = compute(msgspec.structs.replace(given, covariances=(block,)))
    law = survey_leaves(small_year.criteria_set())
    errors = Errors(given.estimates, (block,), {r.agency: constants(r, law) for r in joined.results})
    weight = 100 * 15 / 105
    assert errors.covariance("T01", "T03") == pytest.approx(weight * weight * 0.0003)
    assert joined.rank_sets is not None
    assert joined.rank_sets.df_rule == "holm_t"
    widths = [sum(r.rank_set[1] - r.rank_set[0] for r in y.results if r.rank_set) for y in (joined, compute(given))]
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("seed", range(5))
def test_covariance_adds_up_every_pair_of_cells_that_stand_in_one_block(seed: int) -> None:
    random = np.random.default_rng(seed)
    given = small_year.given()
    law = survey_leaves(small_year.criteria_set())
    every = [(e.agency, e.name) for e in given.estimates]
    blocks = []
    for chosen in np.array_split(random.permutation(len(every)), 4):
        draws = random.normal(0, 0.01, (len(chosen), 30))
        matrix = tuple(tuple(map(str, row)) for row in draws @ draws.T)
        blocks.append(CovarianceDocument(cells=tuple(every[i] for i in chosen), matrix=matrix))
    a = {r.agency: constants(r, law) for r in compute(given).results}
    errors = Errors(given.estimates, blocks, a)
    codes = [agency.code for agency in given.agencies]
    expected = {
        (i, j): math.fsum(
            a[codes[i]].get(left, 0) * float(block.matrix[m][n]) * a[codes[j]].get(right, 0)
            for block in blocks
            for m, (one, left) in enumerate(block.cells)
            for n, (other, right) in enumerate(block.cells)
            if (one, other) == (codes[i], codes[j])
        )
        for i in range(len(codes))
        for j in range(len(codes))
    }
    assert {(i, j): errors.covariance(codes[i], codes[j]) for i, j in expected} == expected
    assert {(i, j) for (i, j), value in expected.items() if value and j < i} <= set(errors.sharing(codes))


def test_agencies_share_a_block_or_have_no_covariance() -> None:
    names = ("survey:leaders.index", "survey:sipas.index")
    blocks = [
        CovarianceDocument(cells=((one, names[0]), (other, names[1])), matrix=(("1", "0.5"), ("0.5", "1")))
        for one, other in (("T01", "T01"), ("T02", "T05"), ("T05", "T03"))
    ]
    errors = Errors((), blocks, {})
    assert errors.sharing(["T05", "T01", "T03", "T02"]) == [(2, 0), (3, 0)]


def test_every_rank_lies_in_its_set_and_a_set_alone_is_no_wider(year: Computation) -> None:
    for result in year.results:
        if result.rank is not None:
            assert result.rank_set is not None
            assert result.rank_marginal is not None
            assert (
                result.rank_set[0]
                <= result.rank_marginal[0]
                <= result.rank
                <= result.rank_marginal[1]
                <= result.rank_set[1]
            )


def test_an_agency_whose_survey_has_no_error_has_a_rank_and_no_rank_set() -> None:
    given = small_year.given()
    estimates = tuple(msgspec.structs.replace(e, se=None, df=None) if e.agency == "T03" else e for e in given.estimates)
    year = compute(msgspec.structs.replace(given, estimates=estimates))
    assert of(year, "T03").rank is not None
    assert of(year, "T03").rank_set is None
    assert year.rank_sets is not None
    assert "not_compared" in year.rank_sets.warnings
    assert max(r.rank_set[1] for r in year.results if r.rank_set) == 10


def test_a_survey_that_was_not_held_is_rescaled_and_claims_no_rank_set() -> None:
    given = small_year.given()
    estimates = tuple(
        msgspec.structs.replace(e, state="not_held", value=None, decimal=None, se=None, df=None, n=None)
        if (e.agency, e.name) == ("T02", "survey:sipas.index")
        else e
        for e in given.estimates
    )
    year = compute(msgspec.structs.replace(given, estimates=estimates))
    result = of(year, "T02")
    assert result.max == "75"
    assert result.nodes["2.1"].state == "not_applicable"
    assert result.rank is not None
    assert result.rank_set is None


def test_a_suppressed_estimate_leaves_its_agency_incomplete_and_shows_no_value() -> None:
    given = small_year.given()
    estimates = tuple(
        msgspec.structs.replace(e, state="suppressed", value=None, decimal=None, se=None, df=None)
        if (e.agency, e.name) == ("T02", "survey:sipas.index")
        else e
        for e in given.estimates
    )
    result = of(compute(msgspec.structs.replace(given, estimates=estimates)), "T02")
    assert result.status == "incomplete"
    assert result.missing == ("survey:sipas.index",)


def test_under_five_degrees_of_freedom_an_interval_is_shown_and_no_rank_claimed() -> None:
    given = small_year.given()
    estimates = tuple(msgspec.structs.replace(e, df="2") for e in given.estimates)
    year = compute(msgspec.structs.replace(given, estimates=estimates))
    assert of(year, "T01").interval is not None
    assert year.rank_sets is None


def test_a_survey_scored_in_steps_uses_intervals_and_keeps_the_plain_points() -> None:
    given = small_year.given(leaders=small_year.STEPS)
    year = compute(given)
    assert year.rank_sets is not None
    assert (year.rank_sets.method, year.rank_sets.critical) == ("intervals", None)
    assert "steps" in year.rank_sets.warnings
    assert of(year, "T01").nodes["2.2"].points == "15"
    assert all(r.rank_set[0] <= (r.rank or 0) <= r.rank_set[1] for r in year.results if r.rank_set)


def test_estimates_that_no_leaf_takes_widen_no_rank_set() -> None:
    """The level of each interval is shared by those that are used."""
    given = small_year.given(leaders=small_year.STEPS)
    others = tuple(small_year.estimate("T01", f"survey:sipas.{item}", 0.5, 0.01) for item in range(2000))
    more = compute(msgspec.structs.replace(given, estimates=given.estimates + others))
    plain = compute(given)
    assert [result.rank_set for result in more.results] == [result.rank_set for result in plain.results]


@pytest.mark.parametrize(("beyond", "apart"), [(-1e-6, False), (1e-6, True)])
def test_intervals_beside_each_other_share_the_level_of_all_of_them(beyond: float, apart: bool) -> None:
    """Two agencies that differ in one of two surveys: four intervals, each of level 1 − 0.05 ÷ 4 (Bonferroni).

    R: qt(1 - 0.05 / 8, 40) = 2.6157022381.
    """
    given = small_year.given(2, leaders=small_year.STEPS)
    first, second = given.agencies

    def bound(value: float, sign: int) -> float:
        return 1 / (1 + math.exp(-math.log(value / (1 - value)) - sign * 2.6157022381 * 0.01 / (value * (1 - value))))

    low, high = 0.5, 0.85
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if bound(middle, 1) < bound(0.85, -1) else (low, middle)
    values = {"T01": 0.85, "T02": low - beyond}
    estimates = tuple(
        small_year.estimate(code, name, value, se)
        for code, sipas in values.items()
        for name, value, se in (("survey:leaders.index", 0.95, 0.001), ("survey:sipas.index", sipas, 0.01))
    )
    agencies = (first, msgspec.structs.replace(second, facts=first.facts))
    year = compute(msgspec.structs.replace(given, agencies=agencies, estimates=estimates))
    assert [result.rank_set for result in year.results] == ([(1, 1), (2, 2)] if apart else [(1, 2), (1, 2)])


def test_an_interval_over_a_step_spans_both_sides_of_it() -> None:
    law = small_year.criteria_set(small_year.STEPS)
    leaf = survey_leaves(law)[1]
    year = compute(small_year.given(leaders=small_year.STEPS))
    result = of(year, "T01")
    facts = {"survey:leaders.index": Decimal("0.89"), "survey:sipas.index": Decimal("0.842")}
    bounds = {("T01", "survey:leaders.index"): (0.7, 0.9), ("T01", "survey:sipas.index"): (0.842, 0.842)}
    found = intervals.of_index(law, [leaf], result, facts, bounds)
    assert found is not None
    assert found[1] - found[0] == pytest.approx(5 * 100 / 105)


def test_computing_a_year_again_gives_the_same_document(year: Computation) -> None:
    assert compute(year.given) == year
    assert recompute(year).differences == ()


@pytest.mark.parametrize(
    ("field", "value", "subject"),
    [("points", "1", "points"), ("index", "1", "index"), ("rank", 7, "ranks"), ("class_", "D", "ranks"),
     ("se", "0.1", "errors"), ("rank_set", (1, 2), "rank_sets")],
)  # fmt: skip
def test_a_changed_result_is_named_with_its_place(year: Computation, field: str, value: object, subject: str) -> None:
    changed = msgspec.structs.replace(year.results[4], **{field: value})
    results = (*year.results[:4], changed, *year.results[5:])
    found = recompute(msgspec.structs.replace(year, results=results)).differences
    assert [d.subject for d in found] == [subject]
    assert found[0].where == f"results[T05].{field.rstrip('_')}"


def test_a_changed_fact_shows_as_points_that_do_not_follow_from_it(year: Computation) -> None:
    agency = year.given.agencies[0]
    other = msgspec.structs.replace(agency, facts={**agency.facts, "1.2.on_time": "1"})
    given = msgspec.structs.replace(year.given, agencies=(other, *year.given.agencies[1:]))
    found = recompute(msgspec.structs.replace(year, given=given))
    assert found.first("points") is not None
    assert found.first("points").where.startswith("results[T01].nodes[1")  # type: ignore[union-attr]


def test_facts_that_the_set_does_not_take_are_told_apart_from_what_cannot_be_computed(year: Computation) -> None:
    agency = year.given.agencies[0]
    other = msgspec.structs.replace(agency, facts={**agency.facts, "1.2.on_time": "nhiều"})
    given = msgspec.structs.replace(year.given, agencies=(other, *year.given.agencies[1:]))
    found = recompute(msgspec.structs.replace(year, given=given))
    assert found.failure is not None
    assert str(found.failure) == "bộ tiêu chí trong tệp không nhận số liệu đi kèm"


def test_an_error_may_differ_in_its_last_digits_and_no_more(year: Computation) -> None:
    result = year.results[0]
    for factor, differs in ((1 + 1e-12, False), (1 + 1e-6, True)):
        changed = msgspec.structs.replace(result, se=repr(float(result.se or 0) * factor))
        found = recompute(msgspec.structs.replace(year, results=(changed, *year.results[1:])))
        assert bool(found.differences) is differs


@pytest.mark.parametrize(
    ("level", "df", "half"),
    [(0.95, 10.0, 2.228139), (0.90, 10.0, 1.812461), (0.95, 40.0, 2.021075), (0.95, math.inf, 1.959964)],
)
def test_an_interval_is_as_wide_as_the_table_of_student_says(level: float, df: float, half: float) -> None:
    """Percentage points of Student's t, NIST/SEMATECH e-Handbook 1.3.6.7.2, to more places by R `qt`."""
    low, high = first_format.interval(90.0, SamplingError(se=0.5, df=df), level)
    assert (low, high) == (pytest.approx(90 - 0.5 * half, abs=1e-6), pytest.approx(90 + 0.5 * half, abs=1e-6))


@pytest.mark.parametrize(("df", "half"), [(None, 1.959964), ("10", 2.228139), ("40", 2.021075)])
def test_the_interval_of_an_estimate_in_steps_uses_its_own_degrees_of_freedom(df: str | None, half: float) -> None:
    """Without degrees of freedom the error is known as well as the normal distribution has it."""
    leaf = EstimateDocument(
        agency="T01", name="survey:s.a", state="estimated", value="0.5", decimal="0.5", se="0.1", df=df, n=40
    )
    known = index_intervals.of_estimate(leaf, 0.95)
    assert known is not None
    ends = [1 / (1 + math.exp(-sign * half * 0.1 / 0.25)) for sign in (-1, 1)]
    assert known == (pytest.approx(ends, abs=1e-6), "logit")


def test_the_published_interval_joins_those_of_the_surveys_at_the_level_that_the_year_names(year: Computation) -> None:
    """MOVER of two logit intervals (Zou & Donner 2008), by hand; R: qt(0.975, 40) = 2.0210753903."""
    result, index = of(year, "T02"), float(of(year, "T02").index or 0)
    assert year.given.level == "0.95"
    squares = [0.0, 0.0]
    for points, value, se in ((25, 0.834, 0.01), (15, 0.88, 0.02)):
        half, centre = 2.0210753903 * se / (value * (1 - value)), math.log(value / (1 - value))
        for end, sign in enumerate((-1, 1)):
            squares[end] += (points * (1 / (1 + math.exp(-(centre + sign * half))) - value)) ** 2
    assert result.interval is not None
    assert [float(end) for end in result.interval] == pytest.approx(
        [index - math.sqrt(squares[0]), index + math.sqrt(squares[1])], rel=1e-9
    )
    assert result.interval_kind == "mover"


def with_estimates(agency: str, name: str, **values: object) -> YearSources:
    given = small_year.given()
    changed = tuple(
        msgspec.structs.replace(e, **values) if (e.agency, e.name) == (agency, f"survey:{name}.index") else e
        for e in given.estimates
    )
    return msgspec.structs.replace(given, estimates=changed)


def test_of_one_survey_its_own_bounds_are_carried_through() -> None:
    given = with_estimates("T02", "leaders", state="not_held", value=None, decimal=None, se=None, df=None, n=None)
    result = of(compute(given), "T02")
    low, high = interval("logit", 0.834, 0.01, 40, 0.95, n=300, share=True) or (0, 0)
    index = float(result.index or 0)
    scale = 100 * 25 / float(result.max or 0)
    assert [float(end) for end in result.interval or ()] == pytest.approx(
        [index - scale * (0.834 - low), index + scale * (high - 0.834)], rel=1e-9
    )
    assert result.interval_kind == "logit"


@pytest.mark.parametrize(("df", "sets"), [("4.99", (1, 10)), ("5", None)])
def test_an_agency_is_placed_where_every_estimate_of_its_index_has_5_degrees_of_freedom(
    df: str, sets: tuple[int, int] | None
) -> None:
    """The index itself has far more: most of its error comes from the other survey."""
    year = compute(with_estimates("T04", "sipas", df=df, se="0.001"))
    found = of(year, "T04")
    assert float(found.df or 0) > 30
    assert (found.rank_set == (1, 10)) == (sets is not None)
    assert year.rank_sets is not None
    assert ("T04" in year.rank_sets.compared) == (sets is None)
    assert ("df_under_5" in year.rank_sets.warnings) == (sets is not None)
    assert "not_compared" not in year.rank_sets.warnings


def test_who_is_not_placed_counts_at_everybodys_end_and_changes_nothing_else() -> None:
    gated = compute(with_estimates("T10", "sipas", df="3"))
    ungated = msgspec.structs.replace(small_year.given(), agencies=small_year.given().agencies[:9])
    fewer = compute(msgspec.structs.replace(ungated, estimates=tuple(e for e in ungated.estimates if e.agency < "T10")))
    for one, other in zip(gated.results[:9], fewer.results, strict=True):
        assert one.rank_set is not None
        assert other.rank_set is not None
        assert one.rank_set == (other.rank_set[0], other.rank_set[1] + 1)


def test_a_share_of_1_is_never_certain(year: Computation) -> None:
    """Its interval is Clopper and Pearson's; it is compared by the width of that ÷ t."""
    sure: dict[str, object] = {"value": "1", "decimal": "1", "se": "0", "df": "20"}
    known = compute(with_estimates("T01", "sipas", **sure, n_eff="250", deff="1.5"))
    result = of(known, "T01")
    bounds = clopper_pearson(1, AnswersBehind(n=300, n_eff=250.0, deff=1.5), 20, 0.95)
    own = error_at_edge(bounds, 20, 0.95) * 100 * 25 / 105
    assert float(result.se or 0) == pytest.approx(math.hypot(own, 0.02 * 100 * 15 / 105), rel=1e-9)
    assert recompute(known).differences == ()
    unknown = of(compute(with_estimates("T01", "sipas", **sure)), "T01")
    assert (unknown.se, unknown.interval, unknown.rank_set) == (None, None, None)


def test_two_surveys_of_which_one_is_shared_are_compared_by_pairs() -> None:
    given = small_year.given(covariances=(shared_raters(),))
    joined = compute(given)
    assert joined.rank_sets is not None
    assert (joined.rank_sets.df_rule, joined.rank_sets.draws, joined.rank_sets.libraries) == ("holm_t", None, None)
    assert recompute(joined).differences == ()
    law = survey_leaves(small_year.criteria_set())
    errors = Errors(given.estimates, given.covariances, {r.agency: constants(r, law) for r in joined.results})
    shared, blocks = errors.by_survey(list(joined.rank_sets.compared))
    assert (shared.kind, blocks.kind) == ("shared", "blocks")


@pytest.mark.parametrize(("agencies", "compared"), [(1, None), (2, ("T01", "T02")), (3, ("T01", "T02", "T03"))])
def test_where_a_survey_is_scored_in_steps_two_agencies_with_intervals_are_compared_and_one_is_not(
    agencies: int, compared: tuple[str, ...] | None
) -> None:
    year = compute(small_year.given(agencies, leaders=small_year.STEPS))
    if compared is None:
        assert year.rank_sets is None
        return
    assert year.rank_sets is not None
    assert (year.rank_sets.method, tuple(sorted(year.rank_sets.compared))) == ("intervals", compared)


def test_a_wider_level_gives_a_wider_interval_and_the_same_index(year: Computation) -> None:
    wide = compute(small_year.given(level="0.99"))
    for narrow, other in zip(year.results, wide.results, strict=True):
        assert narrow.index == other.index
        if narrow.interval and other.interval:
            assert float(other.interval[0]) < float(narrow.interval[0])
            assert float(other.interval[1]) > float(narrow.interval[1])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345678905, "0.1234567891"),
        (0.5**11, "0.0004882813"),
        (0.00048828124999, "0.0004882812"),
        (1.0, "1"),
        (0.00000000004, "0"),
    ],
)
def test_an_estimate_enters_scoring_half_up_at_ten_places(value: float, text: str) -> None:
    """0.5**11 is exactly 0.00048828125: half to even would give …2812."""
    assert estimate_decimal(value) == text


@pytest.mark.parametrize(("answers", "withheld"), [(29, ["A", None]), (30, []), (31, [])])
def test_the_minimum_itself_is_enough(answers: int, withheld: list[str | None]) -> None:
    cells = [("A", "survey:sipas.index", answers), ("B", "survey:sipas.index", 400)]
    assert [one.agency for one in decide(cells, {"sipas": 30})] == withheld


@pytest.mark.parametrize(("second", "total_goes"), [(14, True), (15, False), (16, False)])
def test_the_total_goes_while_the_cells_withheld_hold_fewer_than_the_minimum(second: int, total_goes: bool) -> None:
    cells = [("A", "survey:sipas.index", 15), ("B", "survey:sipas.index", second), ("C", "survey:sipas.index", 400)]
    assert (None in [one.agency for one in decide(cells, {"sipas": 30})]) is total_goes


INDEPENDENT = [(2, 2), (1, 1), (6, 7), (3, 3), (4, 6), (9, 9), (4, 6), (4, 7), (10, 10), (8, 8), None, None]
IN_STEPS = [(2, 2), (1, 1), (4, 8), (3, 6), (3, 8), (7, 10), (3, 8), (3, 9), (9, 10), (4, 9), None, None]
SHARED = [(2, 2), (1, 1), (6, 7), (3, 3), (4, 5), (9, 9), (4, 6), (5, 7), (10, 10), (8, 8), None, None]
FEW_DF = [(2, 2), (1, 1), (6, 8), (3, 3), (4, 6), (9, 9), (4, 6), (4, 7), (10, 10), (7, 8), None, None]


def shared_raters() -> CovarianceDocument:
    """One leaders' survey over all agencies, with most of its error in common."""
    cells = tuple((agency.code, "survey:leaders.index") for agency in small_year.given().agencies)
    matrix = tuple(tuple("0.0004" if i == j else "0.0003" for j in range(12)) for i in range(12))
    return CovarianceDocument(cells=cells, matrix=matrix)


def with_df(year: YearSources, few: str, *codes: str, rest: str = "9") -> YearSources:
    estimates = (msgspec.structs.replace(e, df=few if e.agency in codes else rest) for e in year.estimates)
    return msgspec.structs.replace(year, estimates=tuple(estimates))


@pytest.mark.parametrize(
    ("given", "rule", "critical", "low", "sets"),
    [
        (small_year.given(), "per_unit", 3.071859489358094, 89.26901642711307, INDEPENDENT),
        (small_year.given(leaders=small_year.STEPS), None, None, 90.84044499854107, IN_STEPS),
        (small_year.given(covariances=(shared_raters(),)), "smallest", 3.08, 89.26901642711307, SHARED),
        (with_df(small_year.given(), "3", "T03", "T05"), "per_unit", 3.539651379501801, 89.22633065513537, FEW_DF),
    ],
    ids=["independent", "steps", "shared", "few"],
)
def test_a_year_that_names_no_methods_is_computed_by_the_rules_of_the_first_format(
    given: YearSources, rule: str | None, critical: float | None, low: float, sets: list[tuple[int, int] | None]
) -> None:
    """What the last release made of these facts; editions that it published are in ``tests/publication/data``.

    Its draws of agencies that share raters differ from machine to machine (3.063 and 3.095 have been seen).
    """
    year = compute(msgspec.structs.replace(given, methods=None))
    assert year.rank_sets is not None
    assert [result.rank_set for result in year.results] == sets
    assert year.rank_sets.df_rule == rule
    assert (year.rank_sets.critical is None) == (critical is None)
    assert float(year.rank_sets.critical or 0) == pytest.approx(critical or 0, rel=0.02 if rule == "smallest" else 1e-9)
    assert float((year.results[0].interval or ("0",))[0]) == pytest.approx(low, rel=1e-9)
    assert b"methods" not in msgspec.json.encode(year)
    assert recompute(year).differences == ()


@pytest.fixture
def another_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its library gives eigenvectors of other signs, and turned within a repeated eigenvalue."""
    eigh = np.linalg.eigh

    def turned(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, vectors = eigh(matrix)
        random = np.random.default_rng(5)
        ends = np.flatnonzero(np.diff(values) > 1e-9 * abs(values[-1])) + 1
        for alike in np.split(np.arange(len(values)), ends):
            turn, _ = np.linalg.qr(random.normal(size=(len(alike), len(alike))))
            vectors[:, alike] = vectors[:, alike] @ turn
        return values, vectors

    monkeypatch.setattr(np.linalg, "eigh", turned)


def test_a_first_year_drawn_on_another_machine_is_not_called_false(request: pytest.FixtureRequest) -> None:
    given = msgspec.structs.replace(small_year.given(covariances=(shared_raters(),)), methods=None)
    here = compute(given)
    assert recompute(here) == Recomputation(differences=())
    request.getfixturevalue("another_processor")
    assert compute(given).rank_sets != here.rank_sets
    assert recompute(here) == Recomputation(differences=(), skipped=("rank_sets",))


@pytest.mark.parametrize("critical", ["2.5", "4"])
def test_a_first_year_with_a_critical_value_that_no_machine_draws_is_told(critical: str) -> None:
    year = compute(msgspec.structs.replace(small_year.given(covariances=(shared_raters(),)), methods=None))
    assert year.rank_sets is not None
    forged = msgspec.structs.replace(year, rank_sets=msgspec.structs.replace(year.rank_sets, critical=critical))
    assert [d.subject for d in recompute(forged).differences] == ["rank_sets"]


def test_a_year_that_names_its_methods_draws_the_same_on_every_machine(request: pytest.FixtureRequest) -> None:
    exact = tuple(msgspec.structs.replace(e, df=None) for e in small_year.given().estimates)
    given = small_year.given(covariances=(shared_raters(),), estimates=exact)
    here = compute(given)
    assert here.rank_sets is not None
    assert here.rank_sets.critical is not None
    request.getfixturevalue("another_processor")
    assert recompute(here) == Recomputation(differences=())


def test_a_year_names_the_methods_that_decide_its_numbers(year: Computation) -> None:
    methods = year.given.methods
    assert methods is not None
    assert (methods.interval, methods.join, methods.gate, methods.quantile) == ("auto", "mover", 5, "order")
    assert set(methods.leaf) == set(msgspec.to_builtins(year.results[0].nodes["1.1"]))


@pytest.mark.parametrize(
    ("df", "constant", "gated"),
    [("4", 1.0, True), ("4", 0.5, True), ("4", 0.0, False), ("5", 1.0, False), (None, 1.0, False)],
)
def test_an_estimate_of_few_degrees_of_freedom_gates_an_index_in_which_it_counts(
    df: str | None, constant: float, gated: bool
) -> None:
    leaf = EstimateDocument(
        agency="T01", name="survey:s.a", state="estimated", value="0.5", decimal="0.5", se="0.1", df=df, n=40
    )
    assert Errors((leaf,), (), {"T01": {"survey:s.a": constant}}).gated("T01", 5) is gated
    assert not Errors((leaf,), (), {"T01": {"survey:s.a": constant}}).gated("T02", 5)


@pytest.mark.parametrize(("gate", "placed"), [(40, True), (41, False)])
def test_the_gate_is_that_of_the_methods_that_the_year_names(gate: int, placed: bool) -> None:
    """Every estimate of the small year has 40 degrees of freedom."""
    given = small_year.given()
    assert given.methods is not None
    methods = msgspec.structs.replace(given.methods, gate=gate)
    assert (compute(msgspec.structs.replace(given, methods=methods)).rank_sets is not None) is placed


@pytest.mark.parametrize(("least", "gated"), [("4", True), ("5", False), (None, False)])
def test_an_item_of_few_degrees_of_freedom_gates_the_index_though_the_estimate_has_more(
    least: str | None, gated: bool
) -> None:
    leaf = EstimateDocument(
        agency="T01", name="survey:s.a", state="estimated", value="0.5", decimal="0.5", se="0.1", df="9", n=40,
        df_least=least,
    )  # fmt: skip
    assert Errors((leaf,), (), {"T01": {"survey:s.a": 1.0}}).gated("T01", 5) is gated


@pytest.mark.parametrize("leaders", [small_year.SHARE, small_year.STEPS])
def test_an_agency_of_which_one_item_has_few_degrees_of_freedom_is_unplaced(leaders: str) -> None:
    given = small_year.given(leaders=leaders)
    estimates = tuple(
        msgspec.structs.replace(one, df_least="2") if (one.agency, one.name) == ("T03", "survey:sipas.index") else one
        for one in given.estimates
    )
    year = compute(msgspec.structs.replace(given, estimates=estimates))
    ranked = [one for one in year.results if one.rank is not None]
    placed = {one.agency: one.rank_set for one in ranked}
    assert placed["T03"] == (1, len(ranked))
    assert year.rank_sets is not None
    assert "df_under_5" in year.rank_sets.warnings
    assert "T03" not in year.rank_sets.compared


@pytest.mark.parametrize(
    ("zero", "df", "compared"), [("unplaced", "9", False), ("unplaced", None, True), (None, "9", True)]
)
def test_an_error_of_0_that_was_estimated_compares_no_agency(zero: Any, df: str | None, compared: bool) -> None:
    """Every commune gave the same index; an edition that does not name the rule is computed by the one of its day."""
    given = small_year.given()
    assert given.methods is not None
    estimates = tuple(
        msgspec.structs.replace(one, se="0", df=df) if (one.agency, one.name) == ("T03", "survey:sipas.index") else one
        for one in given.estimates
    )
    methods = msgspec.structs.replace(given.methods, zero=zero)
    year = compute(msgspec.structs.replace(given, estimates=estimates, methods=methods))
    assert year.rank_sets is not None
    assert ("T03" in year.rank_sets.compared) is compared
    assert recompute(year) == Recomputation(differences=())


def test_a_region_is_a_fact_of_its_agency_and_none_is_none() -> None:
    law, one = small_year.criteria_set(), small_year.agency(1)
    assert facts_of(law, one, ())["@region"] == "Bắc"
    assert "@region" not in facts_of(law, msgspec.structs.replace(one, region=None), ())
