"""Sensitivity indices against closed forms, and laws of ranks and of leaving out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from parindex.statistics import (
    Level,
    choice_sensitivity,
    leave_one_out,
    mean_shifts,
    ranks,
    ranks_of_rows,
    sobol,
    weight_sensitivity,
)

FEW = settings(max_examples=20, deadline=None)
seeds = st.integers(0, 2**32 - 1)


@FEW
@given(arrays.arrays(np.float64, 5, elements=st.floats(0.2, 5)), seeds)
def test_of_a_sum_every_part_has_its_share_of_the_variance_and_nothing_by_interaction(
    slopes: np.ndarray, seed: int
) -> None:
    found = sobol(lambda u: u @ slopes, 5, n=2048, seed=seed)
    share = slopes**2 / (slopes**2).sum()
    np.testing.assert_allclose(found.first[:, 0], share, atol=0.03)
    np.testing.assert_allclose(found.total[:, 0], share, atol=0.03)
    np.testing.assert_allclose(found.variance[0], (slopes**2).sum() / 12, rtol=0.02)


@FEW
@given(seeds, st.floats(0.1, 50), st.floats(-50, 50))
def test_indices_do_not_depend_on_the_unit_of_the_output(seed: int, scale: float, shift: float) -> None:
    plain = sobol(lambda u: u[:, 0] * u[:, 1] + u[:, 2], 3, n=256, seed=seed)
    moved = sobol(lambda u: scale * (u[:, 0] * u[:, 1] + u[:, 2]) + shift, 3, n=256, seed=seed)
    for one, other in ((plain.first, moved.first), (plain.total, moved.total), (plain.first_se, moved.first_se)):
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9)


@FEW
@given(seeds)
def test_the_short_way_of_weights_is_the_function_evaluated_everywhere(seed: int) -> None:
    g = np.random.default_rng(seed)
    scores, w = g.uniform(0, 100, (7, 4)), g.uniform(0.5, 2, 4)
    base = ranks(scores @ w)

    def model(u: np.ndarray) -> np.ndarray:
        own = w * (0.6 + 0.8 * u)
        index = own @ scores.T / own.sum(axis=1, keepdims=True)
        shifts = [np.abs(ranks(row) - base).mean() for row in index]
        return np.column_stack([index, shifts])

    general = sobol(model, 4, n=128, seed=seed)
    found = weight_sensitivity(scores, w, spread=0.4, n=128, seed=seed)
    np.testing.assert_allclose(found.index.first, general.first[:, :-1], atol=1e-9)
    np.testing.assert_allclose(found.index.total, general.total[:, :-1], atol=1e-9)
    np.testing.assert_allclose(found.index.total_se, general.total_se[:, :-1], atol=1e-9)
    np.testing.assert_allclose(found.shift.total, general.total[:, -1:], atol=1e-9)
    assert found.rank.tolist() == base.tolist()


@FEW
@given(seeds, st.integers(1, 70))
def test_ranks_of_many_rows_are_those_of_each_row_ties_included(seed: int, units: int) -> None:
    g = np.random.default_rng(seed)
    index = g.integers(-4, 5, (6, units)) * 0.25
    wanted = np.array([ranks(row) for row in index])
    assert np.array_equal(ranks_of_rows(index), wanted)
    reference = g.integers(1, units + 1, units)
    np.testing.assert_allclose(mean_shifts(index, reference), np.abs(wanted - reference).mean(axis=1))


@FEW
@given(seeds)
def test_a_criterion_without_weight_can_be_left_out_without_a_shift(seed: int) -> None:
    g = np.random.default_rng(seed)
    scores, w = g.uniform(1, 100, (8, 4)), g.uniform(0.5, 2, 4)
    w[2] = 0
    found = leave_one_out(scores, [Level(w, np.zeros(4, dtype=int))])
    assert found.mean_shift[2] == 0
    assert (found.shift.sum(axis=1) == 0).all()


@FEW
@given(seeds)
def test_a_choice_that_cannot_matter_has_no_index(seed: int) -> None:
    """Units that are better by the same on every criterion keep their ranks under any choice."""
    values = np.linspace(10, 90, 6)[:, None] + np.zeros(3)
    found = choice_sensitivity(values, [1, 2, 3], n=64, seed=seed)
    assert found.mean_shift == 0
    assert np.isnan(found.of_rank.total).all()
    assert (found.rank_quantiles == found.rank[:, None]).all()


@FEW
@given(seeds)
def test_total_indices_are_never_negative_and_sums_of_first_ones_not_above_one_but_for_noise(seed: int) -> None:
    g = np.random.default_rng(seed)
    values = g.uniform(10, 90, (6, 4))
    found = choice_sensitivity(values, np.ones(4), se=np.full((6, 4), 5.0), n=256, seed=seed)
    assert found.inputs == ("weights", "normalisation", "aggregation", "sampling")
    total, first = found.of_shift.total, found.of_shift.first
    assert (total >= 0).all()
    assert first.sum() <= 1 + 4 * float(np.sqrt((found.of_shift.first_se**2).sum()))
