"""Laws of agreement between appraisers and of their severity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parindex.statistics import StatisticsError, cohen_kappa, krippendorff_alpha, severities
from parindex.statistics.raters.agreement import KAPPA_WEIGHTS, METRICS

FEW = settings(max_examples=30, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def two(seed: int, categories: int = 4) -> tuple[list[int], list[int]]:
    """Two appraisers who often agree."""
    g = np.random.default_rng(seed)
    first = g.integers(0, categories, 40)
    second = np.where(g.random(40) < 0.6, first, g.integers(0, categories, 40))
    return first.tolist(), second.tolist()


def many(seed: int, *, gaps: float = 0.3) -> np.ndarray:
    """(appraisers, units) ratings from 1 to 5 about what the unit deserves."""
    g = np.random.default_rng(seed)
    deserved = g.integers(1, 6, 12)
    ratings = np.clip(deserved + g.integers(-1, 2, (4, 12)), 1, 5).astype(float)
    ratings[g.random(ratings.shape) < gaps] = np.nan
    return ratings


@pytest.mark.parametrize("weights", KAPPA_WEIGHTS)
@FEW
@given(seed=seeds)
def test_kappa_is_at_most_one_and_the_same_from_either_side(weights: str, seed: int) -> None:
    first, second = two(seed)
    found = cohen_kappa(first, second, weights=weights, categories=range(4))
    assert -1 <= found.value <= 1
    back = cohen_kappa(second, first, weights=weights, categories=range(4))
    assert back.value == pytest.approx(found.value, abs=1e-12)
    assert back.se == pytest.approx(found.se, abs=1e-12)
    assert found.interval is not None
    assert -1 <= found.interval[0] <= found.value <= found.interval[1] <= 1


@FEW
@given(seeds, st.permutations("abcd"))
def test_plain_kappa_does_not_depend_on_the_names_of_categories(seed: int, names: list[str]) -> None:
    first, second = two(seed)
    plain = cohen_kappa(first, second)
    renamed = cohen_kappa([names[one] for one in first], [names[one] for one in second])
    assert renamed.value == pytest.approx(plain.value, abs=1e-12)
    assert renamed.se == pytest.approx(plain.se, abs=1e-12)


@pytest.mark.parametrize("weights", KAPPA_WEIGHTS)
@FEW
@given(seed=seeds)
def test_the_error_of_kappa_is_near_that_of_the_jackknife(weights: str, seed: int) -> None:
    first, second = two(seed)
    found = cohen_kappa(first, second, weights=weights, categories=range(4))
    left = [
        cohen_kappa(
            first[:i] + first[i + 1 :], second[:i] + second[i + 1 :], weights=weights, categories=range(4)
        ).value
        for i in range(40)
    ]
    assert found.se == pytest.approx(float(np.std(left)) * np.sqrt(39), rel=0.2)


@pytest.mark.parametrize("weights", KAPPA_WEIGHTS)
def test_two_who_agree_on_everything_have_a_kappa_of_one(weights: str) -> None:
    assert cohen_kappa([1, 2, 3, 3], [1, 2, 3, 3], weights=weights).value == 1


@pytest.mark.parametrize("metric", METRICS)
@FEW
@given(seed=seeds)
def test_alpha_is_one_where_all_agree_however_many_gaps(metric: str, seed: int) -> None:
    ratings = many(seed)
    agreed = np.where(np.isnan(ratings), np.nan, np.arange(12) % 5 + 1)
    assume(len({*agreed[:, (~np.isnan(agreed)).sum(axis=0) > 1].ravel()} - {np.nan}) > 6)
    found = krippendorff_alpha(agreed, metric)
    assert found.value == pytest.approx(1)
    assert found.observed == 0


@pytest.mark.parametrize("metric", METRICS)
@FEW
@given(seed=seeds)
def test_alpha_is_at_most_one_and_the_order_of_appraisers_and_units_does_not_matter(metric: str, seed: int) -> None:
    ratings = many(seed)
    found = krippendorff_alpha(ratings, metric)
    assert found.value <= 1
    g = np.random.default_rng(seed)
    other = krippendorff_alpha(ratings[g.permutation(4)][:, g.permutation(12)], metric)
    assert other.value == pytest.approx(found.value, abs=1e-12)
    assert other.se == pytest.approx(found.se, abs=1e-12)


@pytest.mark.parametrize("metric", METRICS)
@FEW
@given(seed=seeds)
def test_the_error_of_alpha_is_that_of_leaving_every_unit_out(metric: str, seed: int) -> None:
    ratings = many(seed)
    ratings = ratings[:, (~np.isnan(ratings)).sum(axis=0) > 1]
    units = ratings.shape[1]
    assume(units > 3)
    left = [krippendorff_alpha(np.delete(ratings, unit, axis=1), metric).value for unit in range(units)]
    wanted = np.sqrt((units - 1) / units * ((np.array(left) - np.mean(left)) ** 2).sum())
    assert krippendorff_alpha(ratings, metric).se == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@FEW
@given(seeds, st.permutations([1.0, 2.0, 3.0, 4.0, 5.0]), st.floats(0.1, 10), st.floats(-5, 5))
def test_alpha_sees_no_more_than_its_metric(seed: int, names: list[float], scale: float, shift: float) -> None:
    ratings = many(seed)
    renamed = np.where(np.isnan(ratings), np.nan, np.array(names)[np.nan_to_num(ratings, nan=1).astype(int) - 1])
    pairs = [
        ("nominal", renamed),
        ("ordinal", np.exp(ratings)),
        ("interval", ratings * scale + shift),
        ("ratio", ratings * scale),
    ]
    for metric, changed in pairs:
        plain = krippendorff_alpha(ratings, metric).value
        assert krippendorff_alpha(changed, metric).value == pytest.approx(plain, abs=1e-9)


@FEW
@given(seeds)
def test_two_appraisers_who_rate_by_chance_agree_by_chance(seed: int) -> None:
    g = np.random.default_rng(seed)
    first, second = g.integers(1, 6, (2, 4000))
    assert abs(cohen_kappa(first.tolist(), second.tolist()).value) < 0.06
    assert abs(krippendorff_alpha([first, second], "interval").value) < 0.12


def linked(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Ratings with gaps that link all appraisers, and the severities behind them."""
    g = np.random.default_rng(seed)
    severity = g.normal(0, 1, 5)
    severity -= severity.mean()
    ratings = g.normal(5, 2, 20) - severity[:, None]
    gaps = g.random(ratings.shape) < 0.4
    gaps[:, 0] = False
    return np.where(gaps, np.nan, ratings), severity


@FEW
@given(seeds)
def test_without_noise_the_severities_are_found_exactly_whoever_rated_what(seed: int) -> None:
    ratings, severity = linked(seed)
    found = severities(ratings)
    np.testing.assert_allclose(found.severity, severity, atol=1e-9)
    assert found.residual_sd == pytest.approx(0, abs=1e-9)


@FEW
@given(seeds)
def test_severities_are_those_of_least_squares_with_all_dummies(seed: int) -> None:
    """Against the normal equations of the whole model, errors included."""
    g = np.random.default_rng(seed)
    ratings, _ = linked(seed)
    ratings += g.normal(size=ratings.shape)
    found = severities(ratings)
    appraiser, unit = np.nonzero(~np.isnan(ratings))
    units = np.unique(unit)
    design = np.zeros((len(unit), 5 + len(units)))
    design[np.arange(len(unit)), appraiser] = -1
    design[np.arange(len(unit)), 5 + np.searchsorted(units, unit)] = 1
    constraint = np.append(np.ones(5), np.zeros(len(units)))[None, :]
    y = ratings[appraiser, unit]
    inverse = np.linalg.inv(design.T @ design + constraint.T @ constraint)
    whole = inverse @ design.T @ y
    df = len(y) - len(units) - 5 + 1
    variance = ((y - design @ whole) ** 2).sum() / df
    errors = np.sqrt(variance * np.diag(inverse @ design.T @ design @ inverse))
    assert found.df == df
    np.testing.assert_allclose(found.severity, whole[:5], atol=1e-9)
    np.testing.assert_allclose(found.se, errors[:5], rtol=1e-9)
    np.testing.assert_allclose(found.fair[units], whole[5:], atol=1e-9)
    np.testing.assert_allclose(found.fair_se[units], errors[5:], rtol=1e-9)


@FEW
@given(seeds, st.floats(0.1, 10), st.floats(-5, 5))
def test_severities_follow_the_scale_of_the_ratings_and_not_their_zero(seed: int, scale: float, shift: float) -> None:
    g = np.random.default_rng(seed)
    ratings, _ = linked(seed)
    ratings += g.normal(size=ratings.shape)
    plain, moved = severities(ratings), severities(ratings * scale + shift)
    np.testing.assert_allclose(moved.severity, scale * plain.severity, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(moved.se, scale * plain.se, rtol=1e-6)
    assert moved.p == pytest.approx(plain.p, rel=1e-5, abs=1e-12)
    assert plain.severity.sum() == pytest.approx(0, abs=1e-9)


def test_appraisers_who_rated_nothing_together_cannot_be_compared() -> None:
    ratings = np.full((4, 4), np.nan)
    ratings[[0, 1], 0] = ratings[[2, 3], 1] = ratings[0, 2] = 5.0
    with pytest.raises(StatisticsError) as refused:
        severities(ratings)
    assert refused.value.code == "appraisers_not_linked"
    assert refused.value.values["groups"] == [[0, 1], [2, 3]]


def test_of_appraisers_who_are_alike_severity_is_claimed_as_seldom_as_it_says() -> None:
    g = np.random.default_rng(4)
    runs = [severities(g.normal(5, 2, 15) + g.normal(size=(6, 15))) for _ in range(400)]
    limit = 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert np.mean([(run.adjusted <= 0.05).any() for run in runs]) <= limit
    assert abs(np.mean([run.p <= 0.05 for run in runs]) - 0.05) <= limit - 0.05
    covered = np.mean([(run.interval[:, 0] <= 0) & (run.interval[:, 1] >= 0) for run in runs])
    assert abs(covered - 0.95) < 0.02
