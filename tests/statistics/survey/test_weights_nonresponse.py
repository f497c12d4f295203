"""Adjustment for non-response: those who answered stand for everybody drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    StatisticsError,
    adjust_by_class,
    adjust_by_propensity,
    indicators,
    response_propensity,
)

seeds = st.integers(0, 2**31)
FEW = settings(max_examples=30, deadline=None)


def people(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray, list[list[str]]]:
    random = np.random.default_rng(seed)
    classes = [[str(v) for v in random.integers(0, k, n)] for k in (3, 4)]
    answered = (random.random(n) < 0.3 + 0.15 * np.array(classes[0], dtype=float)).astype(float)
    return random.uniform(1, 4, n), answered, classes


@FEW
@given(seed=seeds, least=st.sampled_from([1, 5, 30]), largest=st.sampled_from([1.5, 3.0, np.inf]))
def test_those_who_answered_weigh_as_much_as_everybody_drawn_in_every_class(
    seed: int, least: float, largest: float
) -> None:
    weights, answered, classes = people(seed)
    done = adjust_by_class(weights, answered, classes, least=least, largest=largest)
    assert done.weights.sum() == pytest.approx(weights.sum())
    assert (done.weights[answered == 0] == 0).all()
    cells = list(zip(*classes, strict=True))
    for each in done.classes:
        inside = np.array([cell in each.joined for cell in cells])
        assert done.weights[inside].sum() == pytest.approx(weights[inside].sum())
        assert each.answered == answered[inside].sum()
        assert each.answered >= least or each.key == ()
    assert sorted(cell for each in done.classes for cell in each.joined) == sorted(set(cells))


@FEW
@given(seed=seeds)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    weights, answered, classes = people(seed)
    order = np.random.default_rng(seed).permutation(len(weights))
    one = adjust_by_class(weights, answered, classes, least=8)
    other = adjust_by_class(weights[order], answered[order], [[c[i] for i in order] for c in classes], least=8)
    np.testing.assert_allclose(one.weights[order], other.weights, rtol=1e-12)


def test_a_small_class_joins_those_that_share_all_but_its_last_variable() -> None:
    region = ["n", "n", "n", "n", "s", "s", "s", "s"]
    size = ["1", "1", "2", "2", "1", "1", "2", "2"]
    done = adjust_by_class(np.ones(8), [1, 0, 0, 0, 1, 1, 1, 0], [region, size])
    assert [(c.key, c.factor, len(c.joined)) for c in done.classes] == [
        (("n",), 4.0, 2),
        (("s", "1"), 1.0, 1),
        (("s", "2"), 2.0, 1),
    ]
    assert [c.key for c in done.joined] == [("n",)]


def test_counts_of_people_adjust_as_the_people_themselves_would() -> None:
    rows = adjust_by_class([2, 2, 2, 5, 5], [1, 0, 1, 1, 0], [["a", "a", "a", "b", "b"]])
    units = adjust_by_class([2, 5], [2, 1], [["a", "b"]], drawn=[3, 2])
    assert [c.factor for c in rows.classes] == [c.factor for c in units.classes] == [1.5, 2.0]


def test_a_sample_of_which_nobody_answered_is_refused() -> None:
    with pytest.raises(StatisticsError, match="no_answers"):
        adjust_by_class([1, 1], [0, 0], [["a", "b"]])
    with pytest.raises(StatisticsError, match="response_invalid") as refused:
        adjust_by_class([1, 1, 1], [1, 2, -1], [["a", "b", "b"]])
    assert refused.value.values["rows"] == [1, 2]


@FEW
@given(seed=seeds)
def test_the_propensity_of_one_variable_is_the_share_of_its_level_that_answered(seed: int) -> None:
    """A saturated logistic regression has the observed shares as its fit, weighted where its rows are."""
    weights, answered, classes = people(seed)
    levels = np.array(classes[0])
    shares = {v: np.average(answered[levels == v], weights=weights[levels == v]) for v in set(classes[0])}
    assume(all(0 < share < 1 for share in shares.values()))
    fit = response_propensity(answered, indicators([classes[0]]), weights=weights)
    np.testing.assert_allclose(fit.probability, [shares[v] for v in classes[0]], rtol=1e-8)


@FEW
@given(seed=seeds)
def test_the_score_equations_of_the_regression_hold(seed: int) -> None:
    weights, answered, classes = people(seed)
    x = np.column_stack([np.random.default_rng(seed).normal(1e3, 50, len(answered)), indicators(classes)])
    fit = response_propensity(answered, x, weights=weights)
    full = np.column_stack([np.ones_like(answered), x])
    assert np.abs(full.T @ (weights * (answered - fit.probability))).max() < 1e-5 * weights.sum()
    np.testing.assert_allclose(1 / (1 + np.exp(-full @ fit.coefficients)), fit.probability, rtol=1e-6)


def test_columns_that_others_determine_do_not_change_the_fit() -> None:
    _, answered, classes = people(5)
    x = indicators(classes)
    one = response_propensity(answered, x)
    other = response_propensity(answered, np.column_stack([x, x[:, 0] + x[:, 1], np.ones(len(x))]))
    np.testing.assert_allclose(one.probability, other.probability, rtol=1e-7)


def test_columns_that_tell_exactly_who_answered_are_refused() -> None:
    with pytest.raises(StatisticsError, match="propensity_separated"):
        response_propensity([0, 0, 1, 1], [[0], [0], [1], [1]])


def test_where_everybody_answered_no_weight_changes() -> None:
    fit = response_propensity([1, 1, 1], [[0.0], [1.0], [2.0]])
    assert fit.steps == 0
    assert adjust_by_propensity([1, 2, 3], [1, 1, 1], fit.probability, groups=0).weights.tolist() == [1, 2, 3]


@FEW
@given(seed=seeds, groups=st.integers(1, 8))
def test_classes_of_propensity_are_of_equal_size_and_keep_the_total(seed: int, groups: int) -> None:
    weights, answered, _ = people(seed)
    x = np.random.default_rng(seed).normal(size=(200, 2))
    fit = response_propensity(answered, x)
    done = adjust_by_propensity(weights, answered, fit.probability, groups=groups)
    assert done.weights.sum() == pytest.approx(weights.sum())
    drawn = [each.drawn for each in done.classes]
    assert max(drawn) - min(drawn) <= 1 or done.joined


def test_dividing_by_the_true_propensity_is_right_on_average() -> None:
    random = np.random.default_rng(11)
    y = random.normal(10, 2, 2000)
    p = 1 / (1 + np.exp(-(y - 10) / 2))
    means = []
    for _ in range(200):
        answered = (random.random(2000) < p).astype(float)
        done = adjust_by_propensity(np.ones(2000), answered, p, groups=0)
        means.append(float(done.weights @ y / done.weights.sum()))
    assert np.mean(means) == pytest.approx(y.mean(), abs=4 * np.std(means) / np.sqrt(200) + 0.01)
    assert abs(np.mean(y[answered == 1]) - y.mean()) > 0.5


def test_the_rows_of_which_something_is_not_known_are_named() -> None:
    columns = [[1.0, 0.0], [np.nan, 1.0], [0.0, 1.0], [1.0, np.inf]]
    with pytest.raises(StatisticsError, match="propensity_column_missing") as refused:
        response_propensity([1, 0, 1, 0], columns)
    assert refused.value.values["rows"] == [1, 3]
