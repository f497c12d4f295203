"""The index of a survey's items: one score a row, with the covariance of what the same people answered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    Design,
    IndexDomains,
    ItemGroups,
    Moments,
    ReplicateSample,
    TaylorSample,
    covariance,
    estimates,
    mean_target,
    part_of,
)
from parindex.statistics.survey.intervals import interval
from parindex.statistics.survey.replicates import jkn

seeds = st.integers(0, 2**31)


def survey(
    seed: int, items: int = 4, gaps: float = 0.2, stages: bool = True
) -> tuple[Design, np.ndarray, list[np.ndarray]]:
    """Three strata of four communes of six answers, two stages with counts, two domains across them."""
    random = np.random.default_rng(seed)
    stratum, commune = np.repeat(np.arange(3), 24), np.repeat(np.arange(12), 6)
    y = (random.random((72, items)) < 0.4 + 0.5 * random.random(12)[commune][:, None]).astype(float)
    y[random.random(y.shape) < gaps] = np.nan
    design = Design(
        random.uniform(0.5, 3, 72), stratum, [commune, np.arange(72)] if stages else [commune],
        [np.full(72, 30), np.full(72, 200)] if stages else [],
    )  # fmt: skip
    domain = random.random(72) < 0.5
    return design, y, [np.flatnonzero(domain), np.flatnonzero(~domain)]


def columns(y: np.ndarray) -> list[np.ndarray]:
    return list(y.T)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, weights=st.lists(st.floats(0.05, 5), min_size=4, max_size=4))
def test_its_variance_is_that_of_the_items_with_their_covariance(seed: int, weights: list[float]) -> None:
    design, y, domains = survey(seed)
    a = np.array(weights) / sum(weights)
    sample = TaylorSample(design)
    found = IndexDomains(sample, columns(y), a.tolist(), domains)
    targets = [mean_target(column, rows) for rows in domains for column in columns(y)]
    means = np.array([target.value(design.weights) for target in targets])
    matrix, both = covariance(sample, targets), np.kron(np.eye(2), a)
    for one, value in zip(found.estimates(level=0.95, kind="auto"), both @ means, strict=True):
        assert one.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(found.covariance(), both @ matrix @ both.T, rtol=1e-9, atol=1e-16)
    np.testing.assert_allclose(found.variances(), np.diag(both @ matrix @ both.T), rtol=1e-9, atol=1e-16)


def test_of_complete_answers_it_is_the_mean_of_the_persons_own_indices() -> None:
    design, y, domains = survey(3, gaps=0)
    sample = TaylorSample(design)
    plain = estimates(sample, [mean_target(y.mean(axis=1), rows) for rows in domains], kind="logit", share=True)
    found = IndexDomains(sample, columns(y), [0.25] * 4, domains).estimates(level=0.95, kind="auto")
    for one, other in zip(found, plain, strict=True):
        assert (one.n, one.df) == (other.n, other.df)
        for name in ("value", "se", "deff", "deff_wr", "n_eff"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-10)
        assert one.ci == pytest.approx(other.ci)
        assert one.ci_kind == "logit"


def test_of_one_item_it_is_that_share() -> None:
    design, y, domains = survey(11)
    sample = TaylorSample(design)
    found = IndexDomains(sample, [y[:, 0]], [1.0], domains).estimates(level=0.9, kind="auto")
    plain = estimates(sample, [mean_target(y[:, 0], rows) for rows in domains], level=0.9, kind="auto", share=True)
    for one, other in zip(found, plain, strict=True):
        assert (one.n, one.df, one.ci_kind) == (other.n, other.df, other.ci_kind)
        assert (one.value, one.se, one.deff_wr) == pytest.approx((other.value, other.se, other.deff_wr), rel=1e-12)


def test_it_counts_everybody_who_answered_an_item_once() -> None:
    design, y, domains = survey(5, gaps=0.6)
    answered = [rows[~np.isnan(y[rows]).all(axis=1)] for rows in domains]
    for rows, one in zip(
        answered, IndexDomains(TaylorSample(design), columns(y), [0.25] * 4, domains).estimates(level=0.95, kind="auto"),
        strict=True,
    ):  # fmt: skip
        w = design.weights[rows]
        assert (one.n, one.df) == (len(rows), design.df_of(rows))
        assert one.n_eff == pytest.approx(w.sum() ** 2 / (w @ w))


def test_what_moments_of_any_size_make_of_it_is_the_same() -> None:
    design, y, domains = survey(8, stages=False)
    names = ["a", "b", "c", "d"]
    groups = ItemGroups(names)
    label = np.where(np.isin(np.arange(72), domains[0]), "1", "2")
    part = part_of(
        design.weights, y, strata=np.repeat(np.arange(3), 24), stages=[np.repeat(np.arange(12), 6)], by=[label]
    )
    large = groups.index(Moments.of(groups.part(part)), kind="auto").overall
    small = IndexDomains(TaylorSample(design), columns(y), [0.25] * 4, domains).estimates(level=0.95, kind="auto")
    for one, other in zip(large, small, strict=True):
        assert (one.n, one.df, one.ci_kind) == (other.n, other.df, other.ci_kind)
        assert (one.value, one.se) == pytest.approx((other.value, other.se), rel=1e-12)
        assert one.ci == pytest.approx(other.ci)


def test_replicates_estimate_it_again_each_time_and_come_near_the_linearised_error() -> None:
    design, y, domains = survey(21, stages=False)
    replicates = jkn(design)
    found = IndexDomains(ReplicateSample(design, replicates), columns(y), [0.25] * 4, domains)
    values = np.mean([[replicates.values(mean_target(c, rows)) for rows in domains] for c in columns(y)], axis=0).T
    np.testing.assert_allclose(found.variances(), replicates.variances(values, found.values), rtol=1e-12)
    taylor = IndexDomains(TaylorSample(design), columns(y), [0.25] * 4, domains)
    np.testing.assert_allclose(found.variances(), taylor.variances(), rtol=0.15)
    np.testing.assert_allclose(np.diag(found.covariance()), found.variances(), rtol=1e-12)


def test_an_item_without_answers_leaves_no_index_and_the_others_keep_theirs() -> None:
    design, y, domains = survey(2)
    y[domains[0], 3] = np.nan
    none, some = IndexDomains(TaylorSample(design), columns(y), [0.25] * 4, domains).estimates(level=0.95, kind="auto")
    assert np.isnan(none.value)
    assert (none.ci, none.note) == (None, "no_value")
    assert some.ci is not None
    assert some.ci == interval("logit", some.value, some.se, some.df, 0.95, n=some.n, share=True)


def test_where_everybody_is_satisfied_with_everything_the_whole_tells_the_clusters() -> None:
    design, y, domains = survey(4)
    y[domains[1]] = np.where(np.isnan(y[domains[1]]), np.nan, 1.0)
    sample = TaylorSample(design)
    deff = IndexDomains(sample, columns(y), [0.25] * 4, [np.arange(72)]).whole_deff()
    found = IndexDomains(sample, columns(y), [0.25] * 4, domains)
    assert found.at_edge
    one = found.estimates(level=0.95, kind="auto", whole_deff=deff)[1]
    assert (one.value, one.se, one.ci_kind) == (1.0, 0.0, "clopper-pearson")
    assert one.ci is not None
    assert 0.5 < one.ci[0] < 1
