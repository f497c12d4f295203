"""The interval of a quantile among tied answers is that of the inverted test, and holds what it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.coverage import quantile_coverage
from parindex.statistics import Design, TaylorSample, mean_target, quantile_estimate
from parindex.statistics.survey.estimates import estimate
from parindex.statistics.survey.intervals import IntervalKind


def taken(values: np.ndarray, sample: TaylorSample, p: float) -> list[float]:
    """The answers that neither side of the test refuses, each looked at for itself."""
    rows = np.arange(len(values))
    found = []
    for answer in np.unique(values).tolist():
        at, below = (
            estimate(sample, mean_target(holds.astype(float), rows), kind="auto", share=True)
            for holds in (values <= answer, values < answer)
        )
        low = 1.0 if at.value == 1 else (at.ci or (0, 0))[1]
        high = 0.0 if below.value == 0 else (below.ci or (0, 0))[0]
        if low >= p > high:
            found.append(answer)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_among_ties_every_answer_is_taken_that_the_test_does_not_refuse(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = 160
    values = random.choice([1.0, 2, 3, 4, 5], n, p=[0.08, 0.12, 0.3, 0.35, 0.15])
    sample = TaylorSample(Design(random.uniform(0.5, 3, n), stages=[np.arange(n) // 8]))
    for p in (0.25, 0.5, 0.75):
        found = quantile_estimate(sample, values, np.arange(n), p, kind="auto")
        expected = taken(values, sample, p)
        assert found.ci == (expected[0], expected[-1])
        assert found.value in expected
        assert (found.ci_kind, found.note) == ("woodruff", "tied_values")


def test_an_interval_about_the_share_at_the_quantile_holds_half_of_what_it_says_and_the_inverted_test_all() -> None:
    """Of five levels whose shares add up to p at the end of one; R's way is kept for whoever asks for it."""
    held = quantile_coverage("met", 0.5, 40, 120)
    assert held["t"].held < 0.75
    assert held["auto"].held > 0.93


def test_where_answers_hardly_repeat_auto_is_r_s_interval() -> None:
    values = np.random.default_rng(3).normal(0, 1, 90)
    sample = TaylorSample(Design(np.ones(90), stages=[np.arange(90) // 5]))
    for p in (0.1, 0.5, 0.9):
        ways: tuple[IntervalKind, ...] = ("t", "auto")
        one, other = (quantile_estimate(sample, values, np.arange(90), p, kind=kind) for kind in ways)
        assert (one.ci, one.se, other.note) == (other.ci, other.se, None)


def test_a_bound_beyond_every_answer_does_not_exist() -> None:
    """Of three communes nothing tells that the highest answer given is the highest there is."""
    values = np.tile([1.0, 2, 3, 4, 5], 6)
    sample = TaylorSample(Design(np.ones(30), stages=[np.arange(30) // 10]))
    found = quantile_estimate(sample, values, np.arange(30), 0.9, kind="auto")
    assert found.ci is not None
    assert np.isnan(found.ci[1])
    assert np.isnan(found.se)
    assert found.note == "no_interval"


def test_a_census_has_no_interval_but_the_quantile_among_ties_either() -> None:
    values = np.repeat([1.0, 2, 3, 4, 5], 20)
    sample = TaylorSample(Design(np.ones(100), stages=[np.arange(100) // 25], fpc=[np.full(100, 4.0)]))
    for p in (0.01, 0.5, 0.99):
        found = quantile_estimate(sample, values, np.arange(100), p, kind="auto")
        assert found.ci == (found.value, found.value)
    drawn = TaylorSample(Design(np.ones(100), stages=[np.arange(100) // 25], fpc=[np.full(100, 5.0)]))
    bounds = quantile_estimate(drawn, values, np.arange(100), 0.99, kind="auto").ci
    assert bounds is None or np.isnan(bounds[1])


def test_a_quantile_drawn_between_answers_lies_in_its_interval() -> None:
    values = np.repeat([1.0, 2, 3, 4, 5], 20)
    sample = TaylorSample(Design(np.ones(100), stages=[np.arange(100) % 20]))
    for p in (0.2, 0.4, 0.6):
        found = quantile_estimate(sample, values, np.arange(100), p, rule="school", kind="auto")
        assert found.ci is not None
        assert found.ci[0] <= found.value <= found.ci[1]
