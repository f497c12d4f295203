"""A design is checked when it is made, and says which stratum or unit is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parindex.statistics import Design, StatisticsError, TaylorSample, estimate, mean_target
from parindex.statistics.survey.linearisation import variance_target


def code_of(**arguments: Any) -> tuple[str, dict[str, object]]:
    arguments.setdefault("weights", [1, 1, 1, 1])
    with pytest.raises(StatisticsError) as refused:
        Design(**arguments)
    return refused.value.code, refused.value.values


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([1, np.nan, 1], "weight_missing"),
        ([1, np.inf, 1], "weight_infinite"),
        ([1, -1, 1], "weight_negative"),
        ([0, 0, 0], "weights_all_zero"),
        ([], "no_rows"),
    ],
)
def test_weights_that_are_none_are_refused_by_row(weights: list[float], code: str) -> None:
    found, values = code_of(weights=weights)
    assert found == code
    if "rows" in values:
        assert values["rows"] == [1]


def test_a_missing_stratum_or_cluster_is_refused_by_row() -> None:
    assert code_of(strata=["a", None, "b", "b"]) == ("stratum_missing", {"rows": [1]})
    found, values = code_of(stages=[["1", "2", "", "3"]])
    assert (found, values["rows"], values["stage"]) == ("cluster_missing", [2], 1)


def test_population_counts_are_checked_in_their_stratum() -> None:
    strata = ["a", "a", "b", "b"]
    assert code_of(strata=strata, fpc=[[5, 6, 4, 4]])[1]["names"] == ["a"]
    assert code_of(strata=strata, fpc=[[5, 5, 1, 1]])[0] == "count_too_small"
    assert code_of(strata=strata, fpc=[[0.5, 0.5, 0.5, 0.5]])[0] == "count_is_fraction"
    assert code_of(strata=strata, fpc=[[5, 5, 4, np.nan]]) == ("count_missing", {"stage": 1, "rows": [3]})
    assert code_of(fpc=[[9] * 4, [9] * 4])[0] == "counts_exceed_stages"


def test_population_counts_of_a_later_stage_are_checked_in_their_unit() -> None:
    found, values = code_of(
        strata=["a"] * 4, stages=[["x", "x", "y", "y"], ["1", "2", "3", "4"]], fpc=[[9] * 4, [5, 5, 1, 1]]
    )
    assert found == "count_too_small"
    assert values["names"] == ["a/y"]


def test_an_unknown_rule_and_columns_of_other_length_are_refused() -> None:
    assert code_of(lonely_psu="ignore")[0] == "unknown_lonely_rule"
    assert code_of(strata=["a"])[0] == "length_differs"


def test_the_same_id_in_two_strata_names_two_clusters() -> None:
    assert Design([1, 1, 1, 1], ["a", "a", "b", "b"], [["1", "2", "1", "2"]]).psus == 4


def test_degrees_of_freedom_leave_out_units_and_strata_without_weight() -> None:
    design = Design([1, 1, 0, 0, 1, 0], ["a", "a", "b", "b", "c", "c"])
    assert design.psus == 6
    assert design.df == 3 - 2


def test_lonely_units_are_named_at_the_stages_that_add_error() -> None:
    weights, strata = [1] * 5, ["a", "b", "b", "c", "c"]
    assert [u["name"] for u in Design(weights, strata).lonely_units()] == ["a"]
    certain = Design(weights, strata, fpc=[[1, 2, 2, 4, 4]])
    assert certain.lonely_units() == []
    stages = [["1", "2", "3", "4", "5"], ["1", "2", "3", "4", "5"]]
    both = Design(weights, ["a", "b", "b", "c", "c"], stages, [[1, 9, 9, 9, 9], [3] * 5])
    assert [(u["stage"], u["name"]) for u in both.lonely_units()] == [
        (2, "a/1"),
        (2, "b/2"),
        (2, "b/3"),
        (2, "c/4"),
        (2, "c/5"),
    ]
    assert Design(weights, strata, stages).lonely_units() == [{"stage": 1, "name": "a"}]


def test_a_stratum_may_be_counted_as_its_only_unit() -> None:
    assert Design([1.0, 1.0], ["a", "b"], fpc=[[1, 1]]).lonely_units() == []


def test_a_count_column_of_other_length_is_named() -> None:
    found, values = code_of(fpc=[[9, 9, 9]])
    assert (found, values["column"]) == ("length_differs", "fpc[0]")


def test_the_variance_of_one_row_does_not_exist() -> None:
    rows = np.arange(2)
    weights = np.array([1.0, 1.0])
    one, two = (variance_target(np.array(values), rows, weights) for values in ([3.0, np.nan], [3.0, 5.0]))
    assert np.isnan(variance_target(np.array([3.0]), rows[:1], weights[:1]).value(weights[:1]))
    assert two.value(weights) == pytest.approx(2.0)
    assert one.domain_rows == 2


def test_one_row_has_no_design_effect() -> None:
    design = Design([2.0, 3.0, 1.0], [1, 1, 1])
    found = estimate(TaylorSample(design), mean_target(np.array([4.0, np.nan, np.nan]), np.arange(3)))
    assert np.isnan(found.deff)
    assert np.isnan(found.deff_wr)


def test_strata_may_be_named_by_numbers_that_are_kept_as_objects() -> None:
    strata = np.array([7, 7, 12, 12], dtype=object)
    assert Design([1, 1, 1, 1], strata).stages[0].parent_names == ("7", "12")


def test_a_column_of_clusters_of_other_length_is_named_by_its_stage() -> None:
    assert code_of(stages=[["1", "2", "3"]])[1]["column"] == "stages[0]"
    assert code_of(stages=[["1", "2", "3", "4"], ["1", "2", "3"]])[1]["column"] == "stages[1]"
