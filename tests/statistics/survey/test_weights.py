"""Weights: calibration is raking where it should be, trimming keeps the sum, and what they cost is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.statistics import (
    Margin,
    StatisticsError,
    calibrate,
    design_weights,
    margin,
    margins_reached,
    trimming,
    weight_summary,
    worst_margin,
)
from parindex.statistics.survey.calibration import number_margin

seeds = st.integers(0, 2**31)
FEW = settings(max_examples=30, deadline=None)


def sample(seed: int, n: int = 60) -> tuple[np.ndarray, list[Margin]]:
    """Weights, and two margins that some population has."""
    random = np.random.default_rng(seed)
    weights = random.uniform(1, 5, n)
    moved = weights * random.uniform(0.7, 1.4, n)
    margins = []
    for name, levels in (("sex", 2), ("age", 4)):
        codes = np.concatenate([np.arange(levels), random.integers(0, levels, n - levels)])
        totals = np.bincount(codes, weights=moved)
        texts = [str(code) for code in codes]
        margins.append(margin(name, texts, {str(i): float(total) for i, total in enumerate(totals)}))
    return weights, margins


def proportionally_fitted(weights: np.ndarray, margins: list[Margin], rounds: int = 500) -> np.ndarray:
    """Deming and Stephan's raking: one margin after another, until nothing moves."""
    fitted = weights.copy()
    for _ in range(rounds):
        for m in margins:
            fitted = fitted * (m.totals / np.bincount(m.level, weights=fitted))[m.level]
    return fitted


@FEW
@given(seed=seeds)
def test_raking_by_newton_gives_the_weights_of_raking_margin_by_margin(seed: int) -> None:
    weights, margins = sample(seed)
    found = calibrate(weights, margins, "raking").weights
    np.testing.assert_allclose(found, proportionally_fitted(weights, margins), rtol=1e-8)


@FEW
@given(seed=seeds, method=st.sampled_from(["raking", "linear"]))
def test_every_margin_is_reached_and_is_said_to_be(seed: int, method: str) -> None:
    weights, margins = sample(seed)
    reached = margins_reached(calibrate(weights, margins, method).weights, margins)  # type: ignore[arg-type]
    assert [(r.variable, r.level) for r in reached] == [(m.variable, level) for m in margins for level in m.levels]
    worst = worst_margin(reached)
    assert worst is not None
    assert worst.error < 1e-8
    before = worst_margin(margins_reached(weights, margins))
    assert before is not None
    assert before.error > worst.error


@FEW
@given(seed=seeds, method=st.sampled_from(["raking", "linear", "logit"]))
def test_bounded_factors_stay_inside_their_bounds_and_meet_the_margins_that_some_factors_meet(
    seed: int, method: str
) -> None:
    weights, margins = sample(seed)
    done = calibrate(weights, margins, method, (0.6, 1.6))  # type: ignore[arg-type]
    assert done.factors.min() >= 0.6
    assert done.factors.max() <= 1.6
    assert done.error < 1e-8


def test_factors_that_no_bounds_allow_are_refused_with_the_worst_margin() -> None:
    weights, margins = sample(3)
    with pytest.raises(StatisticsError, match="calibration_not_converged") as refused:
        calibrate(weights, margins, "logit", (0.999, 1.001))
    worst = max(margins_reached(weights, margins), key=lambda each: each.error)
    assert (refused.value.values["variable"], refused.value.values["level"]) == (worst.variable, worst.level)


def test_post_stratification_is_the_total_over_what_the_sample_has() -> None:
    weights = np.array([1.0, 3.0, 2.0, 2.0])
    cells = margin("a:b", ["x", "x", "y", "y"], {"x": 10.0, "y": 6.0})
    done = calibrate(weights, [cells], "post-stratification")
    np.testing.assert_allclose(done.weights, [2.5, 7.5, 3.0, 3.0], rtol=1e-12)


@FEW
@given(seed=seeds, factor=st.floats(0.01, 100))
def test_calibrated_weights_do_not_depend_on_the_scale_of_the_weights_before(seed: int, factor: float) -> None:
    weights, margins = sample(seed)
    one, other = (calibrate(w, margins, "raking").weights for w in (weights, weights * factor))
    np.testing.assert_allclose(one, other, rtol=1e-7)


def test_rows_without_weight_need_no_margin_value() -> None:
    weights = np.array([2.0, 0.0, 4.0])
    known = margin("sex", ["f", None, "m"], {"f": 5.0, "m": 5.0}, weights > 0)
    assert calibrate(weights, [known], "linear").weights.tolist() == pytest.approx([5.0, 0.0, 5.0])
    with pytest.raises(StatisticsError, match="margin_value_missing") as refused:
        margin("sex", ["f", None, "m"], {"f": 5.0, "m": 5.0})
    assert refused.value.values["rows"] == [1]


@FEW
@given(seed=seeds, upper=st.floats(1.1, 5), strict=st.booleans())
def test_trimming_keeps_the_sum_and_strict_trimming_the_bounds(seed: int, upper: float, strict: bool) -> None:
    weights = np.random.default_rng(seed).lognormal(0, 0.8, 50)
    weights[::10] = 0.0
    done = trimming(weights, 0.2, upper, strict=strict, of="mean")
    assert done.weights.sum() == pytest.approx(weights.sum(), rel=1e-12)
    assert (done.weights[::10] == 0).all()
    assert done.cut == (weights > done.upper).sum()
    if strict:
        kept = done.weights[done.weights != 0]
        assert kept.min() >= done.lower * (1 - 1e-12)
        assert kept.max() <= done.upper * (1 + 1e-12)
    assert weight_summary(done.weights).n_eff >= weight_summary(weights).n_eff


@pytest.mark.parametrize("size", [0.01, 1.0, 1e9])
def test_raking_starts_from_the_size_of_the_population(size: float) -> None:
    rng = np.random.default_rng(4)
    weights = rng.uniform(1, 3, 60)
    first, second = [str(i % 2) for i in range(60)], [str(i % 3) for i in range(60)]
    margins = [
        margin("a", first, {"0": 70 * size, "1": 50 * size}),
        margin("b", second, {"0": 30 * size, "1": 40 * size, "2": 50 * size}),
    ]
    alike = [
        margin("a", first, {"0": 70.0, "1": 50.0}),
        margin("b", second, {"0": 30.0, "1": 40.0, "2": 50.0}),
    ]
    found = calibrate(weights, margins, "raking").weights
    np.testing.assert_allclose(found / size, calibrate(weights, alike, "raking").weights, rtol=1e-8)


def test_where_no_weight_is_left_between_the_bounds_all_are_shifted_alike() -> None:
    # 18 by 7, 7, and 1 + 0.75 and 1.5 + 0.75 for the rest.
    spread = trimming([1, 1.5, 7.6, 7.9], 1.6, 7, strict=True)
    assert spread.weights.tolist() == pytest.approx([1.75, 2.25, 7, 7])
    weights = np.random.default_rng(299).lognormal(0, 0.8, 50)
    weights[::10] = 0.0
    done = trimming(weights, 0.2, 1.109375, strict=True, of="mean")
    kept = done.weights[weights > 0]
    assert done.weights.sum() == pytest.approx(weights.sum(), rel=1e-12)
    assert kept.min() >= done.lower
    assert kept.max() <= done.upper


def test_weights_inside_the_bounds_are_not_touched() -> None:
    weights = np.array([1.0, 2.0, 3.0])
    assert trimming(weights, 0.5, 4).weights.tolist() == weights.tolist()
    assert trimming(weights, 0.5, 4, strict=True).rounds == 0


@pytest.mark.parametrize(
    ("lower", "upper", "code"),
    [(3, 2, "trim_bounds_invalid"), (0, 1.5, "trim_leaves_out_mean"), (2.5, 9, "trim_leaves_out_mean")],
)
def test_bounds_that_cannot_hold_are_refused(lower: float, upper: float, code: str) -> None:
    with pytest.raises(StatisticsError) as refused:
        trimming([1.0, 2.0, 3.0], lower, upper)
    assert refused.value.code == code


@FEW
@given(seed=seeds, scale=st.floats(1e-6, 1e6))
def test_the_cost_of_weights_does_not_depend_on_their_scale(seed: int, scale: float) -> None:
    weights = np.random.default_rng(seed).lognormal(0, 1, 40)
    one, other = weight_summary(weights), weight_summary(weights * scale)
    assert other.deff == pytest.approx(one.deff)
    assert other.n_eff == pytest.approx(one.n_eff)
    assert one.deff == pytest.approx(1 + one.cv**2)
    assert one.n_eff == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert 1 <= one.n_eff <= 40


def test_design_weights_are_the_inverse_of_the_product_over_stages_and_sum_to_the_population() -> None:
    # 2 of 5 communes, then 3 of 6 and 3 of 12 people.
    found = design_weights([2 / 5] * 6, [3 / 6] * 3 + [3 / 12] * 3)
    np.testing.assert_allclose(found, [5.0] * 3 + [10.0] * 3)
    with pytest.raises(StatisticsError, match="probability_invalid") as refused:
        design_weights([0.5, 0.5, 0.5], [0.0, 1.0, np.nan])
    assert (refused.value.values["stage"], refused.value.values["rows"]) == (2, [0, 2])


def test_equal_weights_cost_nothing_and_no_weights_are_refused() -> None:
    assert weight_summary(np.full(7, 3.0)).n_eff == pytest.approx(7)
    with pytest.raises(StatisticsError, match="weights_all_zero"):
        weight_summary([0.0, 0.0])


def test_a_bounded_calibration_starts_from_the_weights_as_they_are() -> None:
    """Half of them is inside the bounds; the growth that raking starts from, 1 + log ½, would not be."""
    halved = margin("all", ["x"] * 4, {"x": 5.0})
    done = calibrate(np.array([2.0, 2.0, 3.0, 3.0]), [halved], "linear", (0.4, 1.6))
    np.testing.assert_allclose(done.factors, 0.5, rtol=1e-9)


@pytest.mark.parametrize("total", [1.5, 4.0, 300.0])
def test_the_steps_told_are_those_of_newton(total: float) -> None:
    """One row of weight 1 whose number is known in total: e^λ = total from λ = 0, its step halved while it is worse."""
    numbers = Margin("income", ("all",), np.array([total]), np.array([0]), np.array([1.0]))
    slope, steps = 0.0, 0
    while abs(total - math.exp(slope)) / total >= 1e-11:
        move, length = (total - math.exp(slope)) / math.exp(slope), 1.0
        while not abs(total - math.exp(slope + length * move)) < abs(total - math.exp(slope)):
            length /= 2
        slope, steps = slope + length * move, steps + 1
    assert steps > 2
    assert calibrate(np.ones(1), [numbers], "raking").steps == steps


def test_a_number_that_is_negative_in_the_sample_may_be_positive_in_the_population() -> None:
    """Only a level that nobody of the sample has can reach no total."""
    saved = Margin("saved", ("all",), np.array([2.0]), np.array([0, 0]), np.array([-1.0, 1.0]))
    done = calibrate(np.array([3.0, 1.0]), [saved], "linear")
    assert done.weights @ [-1.0, 1.0] == pytest.approx(2.0)
    nobody = Margin("sex", ("f", "m"), np.array([2.0, 2.0]), np.array([0, 0]))
    with pytest.raises(StatisticsError, match="margin_level_empty"):
        calibrate(np.array([3.0, 1.0]), [nobody], "linear")


def test_what_margins_explain_does_not_depend_on_the_scale_of_the_weights() -> None:
    weights, margins = sample(5)
    scores = np.random.default_rng(6).normal(size=(60, 2))
    one = calibrate(weights, margins, "linear").projection
    small = [Margin(m.variable, m.levels, m.totals * 1e-3, m.level) for m in margins]
    other = calibrate(weights * 1e-3, small, "linear").projection
    np.testing.assert_allclose(other.residuals(scores * 1e-3), one.residuals(scores) * 1e-3, rtol=1e-6, atol=1e-12)


def test_factors_are_told_of_every_weight_that_there_was_before() -> None:
    """A linear calibration may make weights negative; one that was 0 has no factor."""
    told = weight_summary([2.0, 3.0, 4.0], before=[-1.0, 1.0, 0.0])
    assert (told.least_factor, told.largest_factor) == (-2.0, 3.0)


def test_chances_that_are_none_are_named_by_row() -> None:
    with pytest.raises(StatisticsError, match="probability_invalid") as refused:
        design_weights([1.0] * 6, [0.5, 0.0, 1.0, -0.1, 1.5, math.nan])
    assert refused.value.values == {"stage": 2, "rows": [1, 3, 4, 5]}


def test_trimming_tells_how_many_weights_it_raised_and_how_many_it_cut() -> None:
    found = trimming([0.5, 1, 1, 1, 6, 2, 3], 1, 3)
    assert (found.raised, found.cut) == (1, 1)


def test_strict_trimming_tells_how_often_it_trimmed() -> None:
    """What 10 has above the bound lifts 2 to 3.25, within it: one round."""
    trimmed = trimming([1, 1, 1, 2, 10], 0.1, 5, strict=True)
    assert (trimmed.rounds, trimmed.weights.tolist()) == (1, [2.25, 2.25, 2.25, 3.25, 5.0])


@pytest.mark.parametrize(("second", "refused"), [(100.0, False), (100.0 + 1e-3, True), (99.0, True)])
def test_margins_of_people_have_one_sum(second: float, refused: bool) -> None:
    margins = [
        margin("sex", ["a", "b"], {"a": 40.0, "b": 60.0}),
        margin("age", ["x", "y"], {"x": 50.0, "y": second - 50}),
    ]
    if refused:
        with pytest.raises(StatisticsError) as told:
            calibrate(np.ones(2), margins, method="linear")
        assert (told.value.code, told.value.values["variables"]) == ("margins_inconsistent", ("sex", "age"))
    else:
        with pytest.raises(StatisticsError) as told:
            calibrate(np.ones(2), margins, method="linear")
        assert told.value.code != "margins_inconsistent"


@pytest.mark.parametrize("method", ["raking", "linear"])
def test_a_total_of_large_numbers_is_met_beside_one_of_people(method: str) -> None:
    """Income in millions: its margin is solved in its own size."""
    weights, income = np.array([2.0, 3.0, 4.0, 1.0]), np.array([4e6, 9e6, 5e6, 7e6])
    people = margin("sex", ["f", "f", "m", "m"], {"f": 6.0, "m": 5.0})
    done = calibrate(weights, [people, number_margin("income", income, 7e7)], method)  # type: ignore[arg-type]
    assert done.weights @ income == pytest.approx(7e7)
    assert (done.weights[:2].sum(), done.weights[2:].sum()) == pytest.approx((6.0, 5.0))


def test_numbers_that_are_all_0_change_no_weight() -> None:
    """Nobody in the sample has what is counted, and nobody in the population."""
    nothing = number_margin("aid", np.zeros(3), 0.0)
    assert calibrate(np.array([1.0, 2.0, 3.0]), [nothing], "linear").weights.tolist() == [1.0, 2.0, 3.0]


def test_chances_of_every_stage_are_those_of_the_same_rows() -> None:
    with pytest.raises(StatisticsError, match="length_differs") as refused:
        design_weights([0.5, 0.5, 1.0], [0.5, 0.5])
    assert refused.value.values == {"column": "stage 2", "rows": 3, "found": (2,)}
