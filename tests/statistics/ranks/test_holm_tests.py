"""Pairs of units that share PSUs or raters: t by pair, Holm over all pairs, and no cliff anywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from parindex.statistics import SurveyErrors, rank_sets
from parindex.statistics.ranks.holm_tests import pair_errors

seeds = st.integers(0, 2**31)


def covariance_of(seed: int, p: int) -> np.ndarray:
    root = np.random.default_rng(seed).normal(0, 0.3, (p, p + 2))
    return np.asarray(root @ root.T)


def by_hand(theta: np.ndarray, surveys: list[SurveyErrors], level: float) -> np.ndarray:
    """(p, p) better, as the contract writes it, pair by pair."""
    p = len(theta)
    tested = []
    for j in range(p):
        for k in range(j + 1, p):
            d = np.zeros(p)
            d[j], d[k] = 1, -1
            terms = []
            for survey in surveys:
                if survey.kind == "blocks":
                    terms += [(survey.covariance[i, i], survey.df[i]) for i in (j, k)]
                else:
                    terms.append((d @ survey.covariance @ d, min(survey.df[j], survey.df[k])))
            variance = sum(v for v, _ in terms)
            df = variance**2 / sum(v**2 / f for v, f in terms)
            tested.append((2 * stats.t.sf(abs(theta[j] - theta[k]) / math.sqrt(variance), df), j, k))
    better = np.zeros((p, p), dtype=bool)
    for place, (p_value, j, k) in enumerate(sorted(tested)):
        if p_value > (1 - level) / (len(tested) - place):
            break
        better[(j, k) if theta[j] > theta[k] else (k, j)] = True
    return better


@settings(max_examples=40, deadline=None)
@given(seed=seeds, p=st.integers(2, 8), level=st.sampled_from([0.8, 0.95]), df=st.integers(5, 40))
def test_the_sets_are_those_of_the_formula_pair_by_pair(seed: int, p: int, level: float, df: int) -> None:
    random = np.random.default_rng(seed)
    theta = random.normal(0, 2, p)
    shared = SurveyErrors(covariance=covariance_of(seed, p), df=np.full(p, float(df)), kind="shared")
    blocks = SurveyErrors(
        covariance=np.diag(random.uniform(0.01, 0.5, p)), df=random.integers(5, 30, p).astype(float), kind="blocks"
    )
    found = rank_sets(theta, surveys=[shared, blocks], level=level)
    better = by_hand(theta, [shared, blocks], level)
    assert (found.better == better).all()
    assert found.simultaneous.tolist() == np.column_stack([1 + better.sum(0), p - better.sum(1)]).tolist()
    assert (found.df_rule, found.draws, found.seed, found.generator) == ("holm_t", None, None, None)
    assert math.isnan(found.critical)


def test_a_pair_of_one_shared_survey_has_the_p_value_of_the_paired_t_test() -> None:
    """Raters rate both agencies: the difference of the means is the mean of the differences."""
    ratings = np.random.default_rng(3).normal(0, 1, (12, 2)) + np.random.default_rng(4).normal(0, 3, (12, 1))
    matrix = np.cov(ratings.T) / 12
    variance, df = pair_errors([SurveyErrors(covariance=matrix, df=np.full(2, 11.0), kind="shared")])
    t = (ratings[:, 0].mean() - ratings[:, 1].mean()) / math.sqrt(variance[0, 1])
    assert df[0, 1] == pytest.approx(11)
    assert 2 * stats.t.sf(abs(t), 11) == pytest.approx(stats.ttest_rel(ratings[:, 0], ratings[:, 1]).pvalue)


def test_a_pair_of_one_survey_in_blocks_has_the_p_value_of_welch() -> None:
    random = np.random.default_rng(8)
    one, other = random.normal(0, 1, 9), random.normal(0.5, 3, 17)
    errors = SurveyErrors(
        covariance=np.diag([one.var(ddof=1) / 9, other.var(ddof=1) / 17]), df=np.array([8.0, 16.0]), kind="blocks"
    )
    variance, df = pair_errors([errors])
    welch = stats.ttest_ind(one, other, equal_var=False)
    assert df[0, 1] == pytest.approx(welch.df)
    assert (one.mean() - other.mean()) / math.sqrt(variance[0, 1]) == pytest.approx(welch.statistic)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, p=st.integers(2, 8))
def test_a_hint_of_sharing_changes_the_sets_by_no_cliff(seed: int, p: int) -> None:
    """One shared rater of many: what was blocks becomes shared, and every p-value moves a little."""
    random = np.random.default_rng(seed)
    own, df = random.uniform(0.1, 0.5, p), np.full(p, 20.0)
    touched = np.diag(own)
    touched[0, 1] = touched[1, 0] = 1e-9
    blocks, _ = pair_errors([SurveyErrors(covariance=np.diag(own), df=df, kind="blocks")])
    shared, freedom = pair_errors([SurveyErrors(covariance=touched, df=df, kind="shared")])
    np.testing.assert_allclose(shared, blocks, rtol=1e-7)
    assert (freedom[~np.eye(p, dtype=bool)] >= 20 - 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(seed=seeds, p=st.integers(2, 8), df=st.sampled_from([1.0, 3.0, 4.0]), scale=st.floats(1e-6, 1e3))
def test_a_unit_of_few_degrees_of_freedom_is_in_no_pair_and_counts_at_everybodys_end(
    seed: int, p: int, df: float, scale: float
) -> None:
    random = np.random.default_rng(seed)
    theta, matrix = random.normal(0, 2, p + 1), covariance_of(seed, p + 1)
    matrix[p] *= scale
    matrix[:, p] *= scale
    rest = rank_sets(theta[:p], covariance=matrix[:p, :p], df=np.full(p, 12.0), kind="shared")
    among = rank_sets(theta, covariance=matrix, df=np.append(np.full(p, 12.0), df))
    assert (among.simultaneous[:p] == np.add(rest.simultaneous, [0, 1])).all()
    assert (among.marginal[:p] == np.add(rest.marginal, [0, 1])).all()
    assert among.simultaneous[p].tolist() == among.marginal[p].tolist() == [1, p + 1]


def test_few_degrees_of_freedom_in_one_of_two_surveys_are_enough_to_be_out() -> None:
    two = [
        SurveyErrors(covariance=np.eye(3) * 0.01, df=np.array([50.0, 50.0, 50.0]), kind="blocks"),
        SurveyErrors(covariance=np.eye(3) * 1e-6, df=np.array([4.0, 5.0, np.inf]), kind="blocks"),
    ]
    sets = rank_sets([9.0, 5.0, 1.0], surveys=two)
    assert sets.claimed.tolist() == [False, True, True]
    assert sets.simultaneous.tolist() == [[1, 3], [1, 2], [2, 3]]


def test_a_set_for_all_holds_the_set_for_one_and_a_single_step_is_never_narrower() -> None:
    for seed in range(30):
        theta = np.random.default_rng(seed).normal(0, 1, 7)
        matrix, df = covariance_of(seed, 7), np.full(7, 9.0)
        found, single = (rank_sets(theta, covariance=matrix, df=df, method=way) for way in ("stepdown", "single"))
        assert (found.simultaneous[:, 0] <= found.marginal[:, 0]).all()
        assert (found.marginal[:, 1] <= found.simultaneous[:, 1]).all()
        assert (found.simultaneous[:, 0] <= found.rank).all()
        assert (found.rank <= found.simultaneous[:, 1]).all()
        assert (single.better <= found.better).all()


def test_one_side_asks_one_tail_and_leaves_the_other_bound_open() -> None:
    theta, matrix, df = [2.2, 1.0, 0.0], np.eye(3) * 0.09, np.full(3, 10.0)
    two, lower, upper = (
        rank_sets(theta, covariance=matrix, df=df, side=side).marginal.tolist() for side in ("two", "lower", "upper")
    )
    assert [bounds[1] for bounds in lower] == [3, 3, 3]
    assert [bounds[0] for bounds in upper] == [1, 1, 1]
    assert all(one[0] >= both[0] for one, both in zip(lower, two, strict=True))
    assert all(one[1] <= both[1] for one, both in zip(upper, two, strict=True))


def test_units_that_move_together_are_told_apart_by_any_difference_and_equal_ones_by_none() -> None:
    sets = rank_sets([1.0, 1.0 + 1e-9, 1.0], covariance=np.full((3, 3), 0.25), df=np.full(3, 8.0))
    assert sets.simultaneous.tolist() == [[2, 3], [1, 1], [2, 3]]


def test_a_diagonal_covariance_is_blocks_and_without_degrees_of_freedom_the_draws_are_gaussian() -> None:
    theta, se = [3.0, 2.0, 1.0], [0.4, 0.3, 0.2]
    matrix = np.diag(np.square(se))
    welch = rank_sets(theta, covariance=matrix, df=[6.0, 7.0, 8.0])
    blocks = SurveyErrors(covariance=matrix, df=np.array([6.0, 7.0, 8.0]), kind="blocks")
    assert (welch.better == rank_sets(theta, surveys=[blocks]).better).all()
    assert rank_sets(theta, covariance=matrix).df_rule == "gaussian"
    assert rank_sets(theta, covariance=matrix, df=[np.inf, np.nan, np.inf]).df_rule == "gaussian"
    half = SurveyErrors(covariance=matrix / 2, df=np.full(3, np.inf), kind="shared")
    assert rank_sets(theta, surveys=[half, half]).critical == rank_sets(theta, covariance=matrix).critical
