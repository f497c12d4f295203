"""Changes between years: breaks, gaps, lonely overlaps, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from parindex.statistics import (
    Design,
    ItemGroups,
    Moments,
    StatisticsError,
    changes,
    holm,
    linked_change,
    mean_target,
    overlap_covariance,
    part_of,
)

ROWS = np.arange(4)
DESIGN = Design(np.ones(4), ["a", "a", "b", "b"], [["1", "2", "3", "4"]])
TARGET = [mean_target(np.array([1.0, 2.0, 3.0, 5.0]), ROWS)]


def test_a_year_that_is_missing_makes_no_change_and_no_test() -> None:
    found = changes([80.0, np.nan, 70.0], [1.0, 1.0, np.nan], [90.0, 85.0, 75.0], [1.0, 1.0, 1.0])
    assert np.isnan(found.change).tolist() == [False, True, True]
    assert found.direction.tolist() == [1, 0, 0]
    assert found.adjusted[0] == found.p[0]
    assert np.isnan(found.interval[1:]).all()


def test_without_degrees_of_freedom_there_is_no_interval_and_no_claim() -> None:
    found = changes([80.0], [1.0], [99.0], [1.0], before_df=[0], after_df=[8])
    assert np.isnan(found.p[0])
    assert np.isnan(found.interval).all()
    assert found.direction.tolist() == [0]
    assert found.se[0] == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize("errors", [(0.0, 1.0), (1.0, 0.0)])
def test_one_year_without_degrees_of_freedom_is_enough_for_none_though_its_error_came_out_as_0(
    errors: tuple[float, float],
) -> None:
    """One unit alone shows no error: that it is 0 is not known."""
    first, second = errors
    found = changes([80.0], [first], [99.0], [second], before_df=[8 * first], after_df=[8 * second])
    assert found.df.tolist() == [0.0]
    assert found.direction.tolist() == [0]


def test_years_without_error_differ_for_certain_or_not_at_all() -> None:
    found = changes([1.0, 1.0], [0.0, 0.0], [2.0, 1.0], [0.0, 0.0])
    assert found.p.tolist() == [0.0, 1.0]
    assert found.direction.tolist() == [1, 0]


def test_covariance_makes_a_small_change_certain() -> None:
    apart = changes([80.0], [1.0], [82.0], [1.0])
    together = changes([80.0], [1.0], [82.0], [1.0], covariance=[0.8])
    assert apart.direction.tolist() == [0]
    assert together.direction.tolist() == [1]
    assert together.se[0] == pytest.approx(np.sqrt(0.4))


def test_degrees_of_freedom_join_by_satterthwaite_or_are_the_smaller() -> None:
    apart = changes([1.0], [2.0], [2.0], [1.0], before_df=[10], after_df=[5])
    assert apart.df[0] == pytest.approx(25 / (16 / 10 + 1 / 5))
    together = changes([1.0], [2.0], [2.0], [1.0], covariance=[0.5], before_df=[10], after_df=[5])
    assert together.df.tolist() == [5]


def test_holm_as_printed() -> None:
    """The four p-values 0.005, 0.01, 0.03, 0.04 by hand: × 4, × 3, × 2, and no less than the one before."""
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])


def test_a_break_measured_both_ways_is_taken_out_with_its_error() -> None:
    matrix = np.eye(4)
    matrix[1, 2] = matrix[2, 1] = 0.9
    found = linked_change([70.0, 72.0], [80.0, 83.0], matrix)
    assert found.change == 5
    assert found.se == pytest.approx(np.sqrt(4 - 2 * 0.9))
    assert found.jump == 8
    assert found.jump_se == pytest.approx(np.sqrt(0.2))


def test_one_common_psu_says_nothing_about_the_covariance_and_is_told() -> None:
    later = Design(np.ones(4), ["a", "a", "b", "b"], [["1", "9", "3", "4"]])
    found = overlap_covariance(DESIGN, ["1", "2", "3", "4"], TARGET, later, ["1", "9", "3", "4"], TARGET)
    assert found.common == {"a": 1, "b": 2}
    assert found.lonely == ("a",)
    same = overlap_covariance(DESIGN, ["1", "2", "3", "4"], TARGET, DESIGN, ["x", "y", "3", "4"], TARGET)
    np.testing.assert_allclose(found.covariance, same.covariance)


def test_the_covariance_of_an_index_is_that_of_its_items_joined() -> None:
    g = np.random.default_rng(6)
    psu = [f"c{number}" for number in np.repeat(np.arange(8), 3)]
    design, items = Design(g.uniform(1, 2, 24), None, [psu]), g.normal(size=(24, 3))
    targets = [mean_target(items[:, item].copy(), np.arange(24)) for item in range(3)]
    share = np.full(3, 1 / 3)
    found = share @ overlap_covariance(design, psu, targets, design, psu, targets).covariance @ share
    labels = ItemGroups(["a", "b", "c"])
    rows = part_of(design.weights, items, stages=[psu])
    assert found == pytest.approx(labels.index(Moments.of(labels.part(rows))).overall[0].se ** 2)


def test_samples_that_avoid_each_other_share_nothing() -> None:
    found = overlap_covariance(DESIGN, list("wxyz"), TARGET, DESIGN, list("1234"), TARGET)
    assert found.covariance.tolist() == [[0.0]]
    assert found.common == {}


def test_with_population_counts_an_overlap_as_large_as_chance_makes_it_adds_nothing() -> None:
    """Two independent samples of 4 of 8 have 2 in common on average: n₁·n₂/(N·c) = 1."""
    counts = [np.full(4, 8.0)]
    first = Design(np.ones(4), None, [list("abcd")], counts)
    second = Design(np.ones(4), None, [list("cdef")], counts)
    found = overlap_covariance(first, list("abcd"), TARGET, second, list("cdef"), TARGET)
    np.testing.assert_allclose(found.covariance, 0, atol=1e-15)


@pytest.mark.parametrize(
    ("code", "values", "work"),
    [
        ("length_differs", {"column": "after", "rows": 2}, lambda: changes([1.0, 2.0], [1.0, 1.0], [1.0], [1.0, 1.0])),
        ("se_negative", {"units": [1]}, lambda: changes([1.0, 2.0], [1.0, -1.0], [1.0, 2.0], [1.0, 1.0])),
        ("correlation_above_one", {"units": [0]}, lambda: changes([1.0], [1.0], [1.0], [1.0], covariance=[1.1])),
        ("out_of_range", {"name": "level"}, lambda: changes([1.0], [1.0], [1.0], [1.0], level=95)),
        ("out_of_range", {"name": "p_values"}, lambda: holm([0.5, 1.2])),
        ("covariance_shape", {"expected": (4, 4), "found": (2, 2)}, lambda: linked_change([1, 2], [3, 4], np.eye(2))),
        ("value_missing", {"units": [0]}, lambda: linked_change([np.nan, 2], [3, 4], np.eye(4))),
        ("length_differs", {"column": "psus"}, lambda: overlap_covariance(DESIGN, ["1"], TARGET, DESIGN, ["1"], TARGET)),
        (
            "psus_differ",
            {"rows": []},
            lambda: overlap_covariance(DESIGN, list("1134"), TARGET, DESIGN, list("1234"), TARGET),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_by_name(
    code: str, values: dict[str, Any], work: Callable[[], object]
) -> None:
    with pytest.raises(StatisticsError) as refused:
        work()
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()


def test_a_covariance_is_cut_only_where_it_passes_a_correlation_of_one() -> None:
    """Two of six PSUs are common and vary more than all do; where all six are common nothing is cut."""
    names = list("abcdef")
    design = Design(np.ones(6), None, [names])
    target = [mean_target(np.array([0.0, 10.0, 5.0, 5.0, 5.0, 5.0]), np.arange(6))]
    whole = overlap_covariance(design, names, target, design, names, target)
    assert whole.bounded.tolist() == [[False]]
    later = Design(np.ones(6), None, [list("abwxyz")])
    few = overlap_covariance(design, names, target, later, list("abwxyz"), target)
    assert few.bounded.tolist() == [[True]]
    calm = [mean_target(np.array([4.9, 5.1, 0.0, 10.0, 2.0, 8.0]), np.arange(6))]
    assert overlap_covariance(design, names, calm, later, list("abwxyz"), calm).bounded.tolist() == [[False]]


@pytest.mark.parametrize(("shared", "refused"), [(1.0, False), (-1.0, False), (1.01, True), (-1.01, True)])
def test_two_years_correlate_by_one_at_most(shared: float, refused: bool) -> None:
    if refused:
        with pytest.raises(StatisticsError, match="correlation_above_one"):
            changes([80.0], [0.5], [81.0], [2.0], covariance=shared)
    else:
        assert changes([80.0], [0.5], [81.0], [2.0], covariance=shared).se[0] == pytest.approx(2 - 0.5 * shared)


@pytest.mark.parametrize(("first", "second"), [(0.5, 2.0), (2.0, 0.5), (3.0, 3.0)])
def test_the_degrees_of_freedom_of_a_change_weigh_the_squares_of_both_errors(first: float, second: float) -> None:
    found = changes([80.0], [first], [81.0], [second], before_df=10.0, after_df=20.0)
    v1, v2 = first**2, second**2
    assert found.df[0] == pytest.approx((v1 + v2) ** 2 / (v1**2 / 10 + v2**2 / 20))


def test_rounding_below_zero_is_no_error_of_a_linked_change() -> None:
    found = linked_change([70.0, 72.0], [80.0, 83.0], -1e-18 * np.eye(4))
    assert (found.change, found.se, found.jump, found.jump_se) == (5.0, 0.0, 8.0, 0.0)


@pytest.mark.parametrize("covariance", [-0.5, 0.5])
def test_years_that_share_units_have_the_smaller_degrees_of_freedom_whichever_way_they_go_together(
    covariance: float,
) -> None:
    found = changes([80.0], [1.0], [81.0], [2.0], covariance=covariance, before_df=5, after_df=10)
    assert found.df.tolist() == [5.0]


def test_one_degree_of_freedom_is_enough_for_an_interval() -> None:
    found = changes([80.0], [1.0], [81.0], [1.0], covariance=0.5, before_df=1, after_df=1)
    assert found.interval[0, 1] - found.change[0] == pytest.approx(12.7062, abs=1e-4)  # t of 1 df at 0.975
