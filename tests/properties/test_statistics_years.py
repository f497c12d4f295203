"""Laws of changes between years, and that they are right as often as they say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from parindex.statistics import Design, changes, holm, mean_target, overlap_covariance, total_target
from parindex.statistics.survey.estimates import TaylorSample, covariance, estimate

FEW = settings(max_examples=30, deadline=None)
seeds = st.integers(0, 2**32 - 1)
p_values = arrays.arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1))


@FEW
@given(p_values)
def test_holm_is_at_least_the_p_value_at_most_bonferroni_and_keeps_the_order(p: np.ndarray) -> None:
    found = holm(p)
    assert (found >= p).all()
    assert (found <= np.minimum(p * len(p), 1) + 1e-15).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()
    assert found.min() == min(1.0, p.min() * len(p))


@FEW
@given(p_values, seeds)
def test_holm_does_not_depend_on_the_order_and_leaves_gaps_alone(p: np.ndarray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(p))
    np.testing.assert_array_equal(holm(p[order]), holm(p)[order])
    with_gap = np.append(p, np.nan)
    np.testing.assert_array_equal(holm(with_gap)[:-1], holm(p))
    assert np.isnan(holm(with_gap)[-1])


@FEW
@given(p_values, st.floats(0.001, 0.5))
def test_holm_rejects_what_stepping_down_rejects(p: np.ndarray, alpha: float) -> None:
    rejected = np.zeros(len(p), dtype=bool)
    for step, unit in enumerate(np.argsort(p, kind="stable")):
        if p[unit] * (len(p) - step) > alpha:
            break
        rejected[unit] = True
    assert ((holm(p) <= alpha) == rejected).all()


@FEW
@given(seeds, st.floats(0.1, 10), st.floats(-50, 50))
def test_changes_turn_round_with_the_years_and_follow_the_scale(seed: int, scale: float, shift: float) -> None:
    g = np.random.default_rng(seed)
    before, after = g.normal(80, 3, 6), g.normal(81, 3, 6)
    e1, e2 = g.uniform(0.2, 2, 6), g.uniform(0.2, 2, 6)
    shared = g.uniform(-0.9, 0.9, 6) * e1 * e2
    plain = changes(before, e1, after, e2, covariance=shared, before_df=9, after_df=5)
    back = changes(after, e2, before, e1, covariance=shared, before_df=5, after_df=9)
    np.testing.assert_allclose(back.interval, -plain.interval[:, ::-1])
    assert (back.direction == -plain.direction).all()
    moved = changes(
        scale * before + shift, scale * e1, scale * after + shift, scale * e2, covariance=scale**2 * shared,
        before_df=9, after_df=5,
    )  # fmt: skip
    np.testing.assert_allclose(moved.p, plain.p, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(moved.se, scale * plain.se, rtol=1e-9)


def sample(seed: int, *, counts: bool) -> tuple[Design, np.ndarray, list[str]]:
    g = np.random.default_rng(seed)
    psu = np.repeat(np.arange(12), 5)
    stratum = np.where(psu < 6, "north", "south")
    fpc = [np.where(psu < 6, 20.0, 9.0)] if counts else []
    design = Design(g.uniform(1, 3, 60), stratum, [psu], fpc)
    return design, g.normal(size=60) + g.normal(size=12)[psu], [f"c{number}" for number in psu]


@FEW
@given(seeds, st.booleans())
def test_where_all_psus_are_visited_again_the_covariance_is_that_of_one_sample(seed: int, counts: bool) -> None:
    design, y, names = sample(seed, counts=counts)
    later = y * 0.7 + np.random.default_rng(seed + 1).normal(size=60)
    rows = np.arange(60)
    targets = [mean_target(y, rows), total_target(y, rows[:30])]
    again = [mean_target(later, rows), mean_target(later, rows[20:])]
    found = overlap_covariance(design, names, targets, design, names, again)
    both = covariance(TaylorSample(design), [*targets, *again])
    np.testing.assert_allclose(found.covariance, both[:2, 2:], rtol=1e-9, atol=1e-15)
    assert found.common == {"north": 6, "south": 6}


@FEW
@given(seeds, st.integers(2, 6), st.booleans())
def test_however_few_psus_are_common_no_change_has_a_negative_variance(seed: int, common: int, counts: bool) -> None:
    """The common PSUs are those that vary most."""
    g = np.random.default_rng(seed)
    level = g.normal(size=12) * np.where(np.arange(12) < common, 5, 1)
    y = level[np.repeat(np.arange(12), 5)] + g.normal(size=60)
    rows = np.arange(60)
    psu = [f"c{number}" for number in np.repeat(np.arange(12), 5)]
    fpc = [np.full(60, 40.0)] if counts else []
    first = Design(g.uniform(1, 3, 60), None, [psu], fpc)
    again = [name if int(name[1:]) < common else f"new {name}" for name in psu]
    second = Design(g.uniform(1, 3, 60), None, [again], fpc)
    later = mean_target(y + 0.1 * g.normal(size=60), rows)
    shared = overlap_covariance(first, psu, [mean_target(y, rows)], second, again, [later])
    errors = [estimate(TaylorSample(d), t).se for d, t in ((first, mean_target(y, rows)), (second, later))]
    assert abs(shared.covariance[0, 0]) <= errors[0] * errors[1] * (1 + 1e-9)
    found = changes(0.0, errors[0], 1.0, errors[1], covariance=shared.covariance[0])
    assert found.se[0] > 0


@FEW
@given(seeds, seeds)
def test_rows_and_psus_may_stand_in_any_order(seed: int, order: int) -> None:
    design, y, names = sample(seed, counts=False)
    rows = np.random.default_rng(order).permutation(60)
    strata = [design.stratum_names[s] for s in design.stratum[rows]]
    shuffled = Design(design.weights[rows], strata, [[names[row] for row in rows]])
    other = overlap_covariance(
        design, names, [mean_target(y, np.arange(60))],
        shuffled, [names[row] for row in rows], [mean_target(y[rows], np.arange(60))],
    )  # fmt: skip
    wanted = covariance(TaylorSample(design), [mean_target(y, np.arange(60))])
    np.testing.assert_allclose(other.covariance, wanted, rtol=1e-9)


def test_with_half_of_the_psus_revisited_the_interval_of_the_change_covers_as_often_as_it_says() -> None:
    """A population of communes that keep their level: 24 drawn each year, 12 of them in both."""
    g = np.random.default_rng(8)
    level = g.normal(0, 1, 2000)
    years = [level + g.normal(0, 0.3, 2000), 0.4 + level + g.normal(0, 0.3, 2000)]
    truth = years[1].mean() - years[0].mean()
    covered, with_covariance, without = 0, [], []
    rounds = 300
    for _ in range(rounds):
        drawn = g.permutation(2000)[:36]
        visits = drawn[:24], drawn[12:]
        parts = []
        for visit, year in zip(visits, years, strict=True):
            psu = np.repeat(visit, 4)
            parts.append((Design(np.ones(96), None, [psu]), [str(c) for c in psu], year[psu] + g.normal(0, 1, 96)))
        targets = [mean_target(y, np.arange(96)) for _, _, y in parts]
        first, second = (estimate(TaylorSample(d), t) for (d, _, _), t in zip(parts, targets, strict=True))
        shared = overlap_covariance(*parts[0][:2], [targets[0]], *parts[1][:2], [targets[1]]).covariance[0]
        found = changes(
            first.value, first.se, second.value, second.se, covariance=shared, before_df=first.df, after_df=second.df
        )
        covered += bool(found.interval[0, 0] <= truth <= found.interval[0, 1])
        with_covariance.append(found.se[0])
        without.append(np.hypot(first.se, second.se))
    assert 0.91 <= covered / rounds <= 0.985
    assert np.mean(with_covariance) < 0.85 * np.mean(without)


def test_of_many_changes_that_are_none_the_family_is_wrong_as_seldom_as_it_says() -> None:
    g = np.random.default_rng(3)
    wrong = 0
    for _ in range(500):
        e = g.uniform(0.5, 2, 34)
        found = changes(80 + g.normal(0, e), e, 80 + g.normal(0, e), e)
        wrong += bool(found.direction.any())
    assert wrong / 500 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 500)
