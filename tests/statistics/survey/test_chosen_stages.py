"""What was chosen has no sampling error, and what was drawn once is collapsed with a neighbour."""

from __future__ import annotations

import numpy as np
import pytest

from parindex.statistics import (
    Design,
    StatisticsError,
    TaylorSample,
    chosen_stages,
    collapsed_strata,
    estimate,
    mean_target,
)

RANDOM = np.random.default_rng(9)
STRATA = np.repeat(["n", "s"], 60).tolist()
DISTRICTS = np.tile(np.repeat(["d1", "d2", "d3"], 20), 2).tolist()
COMMUNES = np.tile(np.repeat(["c1", "c2", "c3", "c4"], 5), 6).tolist()
BETWEEN = {"d1": -20.0, "d2": 0.0, "d3": 20.0}
VALUES = np.array([BETWEEN[d] for d in DISTRICTS]) + RANDOM.normal(0, 1, 120)


def se(design: Design) -> float:
    return estimate(TaylorSample(design), mean_target(VALUES, np.arange(120))).se


def test_districts_that_were_chosen_are_strata_and_their_differences_no_error() -> None:
    found = chosen_stages(STRATA, [DISTRICTS, COMMUNES])
    conditional = Design(np.ones(120), found.strata, found.stages, found.fpc)
    drawn = Design(np.ones(120), STRATA, [DISTRICTS, COMMUNES])
    assert (conditional.strata_count, conditional.psus, drawn.psus) == (6, 24, 6)
    assert se(conditional) < se(drawn) / 10
    assert found.conditional_on == ("n/d1", "n/d2", "n/d3", "s/d1", "s/d2", "s/d3")


def test_counts_of_the_chosen_stage_do_not_count() -> None:
    counts = [np.full(120, 7.0), np.full(120, 8.0)]
    found = chosen_stages(STRATA, [DISTRICTS, COMMUNES], counts)
    assert len(found.fpc) == 1
    finite = Design(np.ones(120), found.strata, found.stages, found.fpc)
    free = Design(np.ones(120), found.strata, found.stages)
    assert se(finite) == pytest.approx(se(free) * np.sqrt(1 - 4 / 8))


def test_more_chosen_stages_than_there_are_is_refused() -> None:
    with pytest.raises(StatisticsError, match="out_of_range"):
        chosen_stages(None, [DISTRICTS], chosen=2)


def test_one_unit_a_stratum_is_collapsed_with_the_neighbour_that_was_named() -> None:
    y = np.array([10.0, 14.0, 30.0, 31.0])
    with pytest.raises(StatisticsError, match="lonely_psu"):
        estimate(TaylorSample(Design(np.ones(4), list("abcd"))), mean_target(y, np.arange(4)))
    strata, counts = collapsed_strata(list("abcd"), {"ab": ["a", "b"], "cd": ["c", "d"]}, [10, 30, 20, 20])
    assert counts is not None
    assert counts.tolist() == [40, 40, 40, 40]
    found = estimate(TaylorSample(Design(np.ones(4), strata)), mean_target(y, np.arange(4)))
    # Two strata of two: Σ (difference)² ÷ 16.
    assert found.se == pytest.approx(np.sqrt((4.0**2 + 1.0**2) / 16))
    assert found.df == 2


@pytest.mark.parametrize(
    ("groups", "code", "names"),
    [
        ({"ab": ["a"]}, "collapse_of_one", ["ab"]),
        ({"ab": ["a", "a"]}, "collapse_of_one", ["ab"]),
        ({"ab": ["a", "b"], "bc": ["b", "c"]}, "collapse_repeated", ["b"]),
        ({"ax": ["a", "x"]}, "collapse_unknown", ["x"]),
        ({"c": ["a", "b"]}, "collapse_name_taken", ["c"]),
    ],
)
def test_collapsing_that_makes_no_sense_is_refused_by_name(
    groups: dict[str, list[str]], code: str, names: list[str]
) -> None:
    with pytest.raises(StatisticsError, match=code) as refused:
        collapsed_strata(list("abcd"), groups)
    assert refused.value.values["names"] == names
