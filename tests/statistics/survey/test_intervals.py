"""Intervals that say which kind they are: logit inside, Clopper and Pearson at the ends, MOVER over several surveys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from parindex.statistics import Design, ItemGroups, Moments, TaylorSample, estimates, mean_target, part_of
from parindex.statistics.survey.intervals import (
    AnswersBehind,
    clopper_pearson,
    clustering,
    error_at_edge,
    interval,
    kind_of,
    mover,
)

LEVEL = 0.95
shares = st.floats(0.001, 0.999)
errors = st.floats(1e-6, 0.5)
freedom = st.integers(1, 200)
sizes = st.integers(2, 5000)


def auto(value: float, se: float, df: float, behind: AnswersBehind | None = None) -> tuple[float, float] | None:
    return interval("auto", value, se, df, LEVEL, n=100, share=True, behind=behind)


@given(value=shares, se=errors, df=freedom)
def test_an_interval_of_a_share_holds_it_and_stays_between_0_and_1(value: float, se: float, df: int) -> None:
    low, high = auto(value, se, df) or (math.nan, math.nan)
    assert 0 <= low <= value <= high <= 1


@given(value=shares, se=errors, df=freedom)
def test_the_interval_of_the_rest_is_the_interval_turned_round(value: float, se: float, df: int) -> None:
    low, high = auto(value, se, df) or (math.nan, math.nan)
    other = auto(1 - value, se, df)
    assert other == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_the_logit_interval_is_that_of_the_formula() -> None:
    half = stats.t.ppf(0.975, 20) * 0.05 / (0.9 * 0.1)
    expected = [1 / (1 + math.exp(-(math.log(9) + sign * half))) for sign in (-1, 1)]
    assert auto(0.9, 0.05, 20) == pytest.approx(expected, rel=1e-13)


@given(n=sizes)
def test_simple_answers_that_all_agree_have_the_bounds_of_clopper_and_pearson(n: int) -> None:
    """With n − 1 degrees of freedom and no clusters n* is n, and scipy's exact interval is another's word for it."""
    behind = AnswersBehind(n=n, n_eff=n, deff=1.0)
    low, high = clopper_pearson(1, behind, n - 1, LEVEL)
    exact = stats.binomtest(n, n).proportion_ci(LEVEL, method="exact")
    assert (low, high) == pytest.approx((exact.low, exact.high), rel=1e-9)
    assert clopper_pearson(0, behind, n - 1, LEVEL) == pytest.approx((1 - exact.high, 1 - exact.low), abs=1e-9)


@given(n=sizes, df=freedom, deff=st.floats(1, 20), worse=st.floats(1.01, 5))
def test_clusters_and_few_degrees_of_freedom_only_widen_the_bounds_of_a_share_of_1(
    n: int, df: int, deff: float, worse: float
) -> None:
    assume(df < n)
    low, _ = clopper_pearson(1, AnswersBehind(n=n, n_eff=n, deff=deff), df, LEVEL)
    clustered, _ = clopper_pearson(1, AnswersBehind(n=n, n_eff=n, deff=deff * worse), df, LEVEL)
    noisier, _ = clopper_pearson(1, AnswersBehind(n=n, n_eff=n, deff=deff), max(1, df - 1), LEVEL)
    assert clustered <= low
    assert noisier <= low
    assert clustered >= 0
    assert low <= 1


def test_a_design_effect_below_1_is_1_and_one_that_nobody_knows_is_supposed() -> None:
    assert clustering(0.4, 100, 10) == 1
    assert clustering(math.nan, 100, 10) == pytest.approx(1 + 9 * 0.05)
    assert clustering(None, 100, 10, icc=0.2) == pytest.approx(1 + 9 * 0.2)
    assert clustering(None, 10, 10) == 1


@given(df=freedom, n=sizes)
def test_a_share_of_1_is_ranked_with_an_error_that_is_never_0(df: int, n: int) -> None:
    bounds = clopper_pearson(1, AnswersBehind(n=n, n_eff=n, deff=1.0), df, LEVEL)
    error = error_at_edge(bounds, df, LEVEL)
    assert error > 0
    assert error * stats.t.ppf(0.975, df) == pytest.approx(bounds[1] - bounds[0])


def test_one_answer_tells_no_bounds() -> None:
    assert auto(1.0, 0.0, 3, AnswersBehind(n=1, n_eff=1.0, deff=1.0)) is None
    assert auto(1.0, 0.0, 0, AnswersBehind(n=50, n_eff=50.0, deff=1.0)) is None


@pytest.mark.parametrize(
    ("kind", "value", "share", "used"),
    [
        ("auto", 0.5, True, "logit"),
        ("auto", 0.0, True, "clopper-pearson"),
        ("auto", 1.0, True, "clopper-pearson"),
        ("auto", 1.0, False, "t"),
        ("t", 1.0, True, "t"),
        ("logit", 0.5, True, "logit"),
        ("logit", 3.0, False, "t"),
        ("normal", 0.5, True, "normal"),
    ],
)
def test_every_interval_knows_its_kind(kind: str, value: float, share: bool, used: str) -> None:
    assert kind_of(kind, value, share=share) == used  # type: ignore[arg-type]


@given(value=st.floats(-5, 5), low=st.floats(0, 3), high=st.floats(0, 3))
def test_of_one_survey_its_own_bounds_are_carried_through(value: float, low: float, high: float) -> None:
    assert mover(10 + value, [(value, (value - low, value + high))]) == pytest.approx(
        (10 + value - low, 10 + value + high)
    )


def test_several_surveys_join_the_squares_of_their_own_distances() -> None:
    assert mover(8.0, [(3.0, (0.0, 4.0)), (5.0, (1.0, 8.0))]) == pytest.approx((8 - 5, 8 + math.hypot(1, 3)))
    turned = mover(-2.0, [(3.0, (0.0, 4.0)), (-5.0, (-1.0, -8.0))])
    assert turned == pytest.approx((-2 - math.hypot(3, 3), -2 + math.hypot(1, 4)))


def test_a_domain_where_all_agree_takes_the_clusters_of_the_whole_sample() -> None:
    """Two provinces of 4 communes with 5 answers: in the first everybody is satisfied."""
    random = np.random.default_rng(5)
    commune = np.repeat(np.arange(8), 5)
    satisfied = np.where(commune < 4, 1.0, (random.random(40) < np.repeat(random.random(8), 5)).astype(float))
    province = np.where(commune < 4, "a", "b")
    sample = TaylorSample(Design(np.ones(40), province, [commune]))
    rows = [np.flatnonzero(province == name) for name in ("a", "b")]
    whole = mean_target(satisfied, np.arange(40))
    deff = estimates(sample, [whole])[0].deff_wr
    agreed, other = estimates(
        sample, [mean_target(satisfied, part) for part in rows], kind="auto", share=True, whole=whole
    )
    behind = AnswersBehind(n=20, n_eff=20.0, deff=max(1.0, deff))
    assert (agreed.ci_kind, other.ci_kind) == ("clopper-pearson", "logit")
    assert agreed.ci == pytest.approx(clopper_pearson(1, behind, 3, LEVEL))
    assert agreed.se == 0
    groups = ItemGroups(["satisfied"])
    part = part_of(np.ones(40), satisfied[:, None], strata=province, stages=[commune], by=[province])
    index = groups.index(Moments.of(groups.part(part)), kind="auto")
    assert index.deff == pytest.approx({"": deff, "satisfied": deff})
    assert [e.ci_kind for e in index.overall] == ["clopper-pearson", "logit"]
    assert index.overall[0].ci == pytest.approx(agreed.ci)
    assert index.overall[1].ci == pytest.approx(other.ci)


def test_where_every_answer_of_the_sample_agrees_an_intraclass_correlation_is_supposed() -> None:
    sample = TaylorSample(Design(np.ones(40), stages=[np.repeat(np.arange(8), 5)]))
    target = mean_target(np.zeros(40), np.arange(40))
    (found,) = estimates(sample, [target], kind="auto", share=True, whole=target, icc=0.1)
    assert found.ci == pytest.approx(clopper_pearson(0, AnswersBehind(n=40, n_eff=40.0, deff=1.4), 7, LEVEL))


@pytest.mark.parametrize(("se", "n", "bounded"), [(0.05, 2, True), (0.05, 1, False), (0.0, 2, False)])
def test_a_beta_interval_needs_an_error_and_two_answers(se: float, n: int, bounded: bool) -> None:
    found = interval("beta", 0.5, se, 10, LEVEL, n=n, share=True)
    assert (found is not None) is bounded


@pytest.mark.parametrize("value", [-0.02, 1.02])
def test_a_share_that_negative_weights_carried_outside_0_to_1_has_no_logit_interval(value: float) -> None:
    assert interval("logit", value, 0.05, 20, LEVEL, n=40, share=True) is None
