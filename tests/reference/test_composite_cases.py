"""Normalisation, weights by levels, aggregation and leaving out agree with COINr to 1e-10."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.statistics import ranks
from parindex.statistics.composite.aggregation import Level, by_levels, effective_weights
from parindex.statistics.composite.normalisation import (
    borda,
    directed,
    distance_to_target,
    minmax,
    percentile_ranks,
    rank_scores,
    scaled,
    standardised,
)
from parindex.statistics.composite.sensitivity import leave_one_out

DATA = Path(__file__).parent / "data"
CASES: dict[str, Any] = json.loads((DATA / "composite_cases.json").read_text())

LEFT_OUT = {
    r"impute\..*": "imputation is not offered: what is unknown stays unknown",
    r"treat\..*": "treatment of outliers is not offered; the treated values are the input of the cases that follow",
    r"cronbach": "Cronbach's alpha is not offered",
    r"corr\..*": "correlations of the index with its groups are not offered",
    r"stats\..*": "descriptive statistics before normalisation, printed to three digits, are not offered",
}

AGGREGATIONS = {"a_amean": "arithmetic", "a_gmean": "geometric", "a_hmean": "harmonic"}


def left_out(case: str) -> bool:
    return any(re.fullmatch(pattern, case) for pattern in LEFT_OUT)


def meta(level: str) -> list[dict[str, str]]:
    with (DATA / "comp_a_meta.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["Level"] == level]


CRITERIA, GROUPS = [row["iCode"] for row in meta("1")], [row["iCode"] for row in meta("2")]


def table(case: str) -> np.ndarray:
    return np.array([CASES[case][name] for name in CRITERIA], dtype=float).T


def treated() -> np.ndarray:
    """The values that COINr normalised, better values highest."""
    (case,) = (case for case in CASES if case.startswith("treat.default"))
    return directed(table(case), [int(row["Direction"]) for row in meta("1")])


def tree() -> list[Level]:
    parents = [row["Parent"] for row in meta("1")]
    weights = [[float(row["Weight"]) for row in meta(level)] for level in ("1", "2")]
    return [
        Level(np.array(weights[0]), np.array([GROUPS.index(parent) for parent in parents])),
        Level(np.array(weights[1]), np.zeros(len(GROUPS), dtype=int)),
    ]


def close(found: np.ndarray, wanted: Any) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)


NORMALISATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "n_minmax": minmax,
    "n_zscore": standardised,
    "n_rank": rank_scores,
    "n_borda": borda,
    "n_prank": percentile_ranks,
    "n_dist2max": lambda x: distance_to_target(x, x.max(axis=0)),
    "n_scaled": scaled,
}


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("normalise.")])
def test_normalised_values_agree_with_the_reference(case: str) -> None:
    close(NORMALISATIONS[case.removeprefix("normalise.")](treated()), table(case))


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_groups_index_and_ranks_agree_with_the_reference(name: str) -> None:
    (case,) = (case for case in CASES if case.startswith(f"aggregate.{name}"))
    groups, index = by_levels(minmax(treated(), 1, 100), tree(), AGGREGATIONS[name])
    close(groups, np.array([CASES[case][group] for group in GROUPS]).T)
    close(index[:, 0], CASES[case]["IDX"])
    assert ranks(index[:, 0]).tolist() == CASES[f"rank.{name}"]["rank"]


def test_effective_weights_agree_with_the_reference() -> None:
    wanted = dict(zip(CASES["eff_weights"]["iCode"], CASES["eff_weights"]["EffWeight"], strict=True))
    criteria, groups = effective_weights(tree())
    close(criteria, [wanted[name] for name in CRITERIA])
    close(groups, [wanted[name] for name in GROUPS])


def test_the_rank_shifts_of_leaving_one_out_agree_with_the_reference() -> None:
    nothing, *wanted = CASES["remove_elements.mean_abs_rank_change"]
    found = leave_one_out(minmax(treated(), 1, 100), tree())
    order = [CRITERIA.index(name) for name in CASES["eff_weights"]["iCode"] if name in CRITERIA]
    assert nothing == 0
    close(found.mean_shift[order], wanted)


def test_every_case_is_computed_or_left_out_with_a_reason() -> None:
    computed = ("normalise.", "aggregate.", "rank.", "eff_weights", "remove_elements.")
    assert len(CASES) == 22
    assert {case for case in CASES if not left_out(case)} == {case for case in CASES if case.startswith(computed)}
    assert all(any(re.fullmatch(pattern, case) for case in CASES) for pattern in LEFT_OUT)
