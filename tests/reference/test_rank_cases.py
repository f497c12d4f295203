"""Rank sets lie in the band that the reference allows; where no band is given, they are those of stable cases."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.statistics import RankSets, count_rank_sets, rank_sets, ranks

DATA = Path(__file__).parent / "data"
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in json.loads((DATA / "rank_cases.json").read_text())}
SHAPE = re.compile(
    r"(?P<data>rank_a\d+)\.(?P<kind>simul|marg)\.(?P<how>indep|equicorr\.3)\."
    r"(?P<side>two-sided|lower|upper)\.(?P<level>0\.\d+)(\.(?P<method>stepdown|single))?"
)
SIDES = {"two-sided": "two", "lower": "lower", "upper": "upper"}
CORRELATION = 0.3

LEFT_OUT = {
    r"rank_a34\.marg\..*": "no band is given and the peer's own sets differ between two seeds",
    r"rank_a63\.tau3": "no band is given and the peer's own sets differ between two seeds",
}


def left_out(case: str) -> bool:
    return any(re.fullmatch(pattern, case) for pattern in LEFT_OUT)


def units(name: str) -> tuple[np.ndarray, np.ndarray]:
    with (DATA / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(r["est"]) for r in rows]), np.array([float(r["se"]) for r in rows])


def sets_of(case: str) -> RankSets:
    parts = SHAPE.fullmatch(case)
    assert parts is not None
    estimates, se = units(parts["data"])
    covariance = None
    if parts["how"] != "indep":
        covariance = np.outer(se, se) * CORRELATION
        np.fill_diagonal(covariance, se**2)
    return rank_sets(
        estimates,
        se,
        covariance,
        level=float(parts["level"]),
        method=parts["method"] or "stepdown",
        side=SIDES[parts["side"]],
    )


@pytest.mark.parametrize("case", [c for c in CASES if SHAPE.fullmatch(c) and not left_out(c)])
def test_rank_sets_lie_in_the_band_of_the_reference(case: str) -> None:
    wanted, found = CASES[case], sets_of(case)
    low, high = (found.marginal if ".marg." in case else found.simultaneous).T
    if "rank" in wanted:
        assert found.rank.tolist() == wanted["rank"]
    assert (np.array(wanted.get("L_wide", wanted["L"])) <= low).all()
    assert (low <= np.array(wanted.get("L_narrow", wanted["L"]))).all()
    assert (np.array(wanted.get("U_narrow", wanted["U"])) <= high).all()
    assert (high <= np.array(wanted.get("U_wide", wanted["U"]))).all()


@pytest.mark.parametrize("case", [c for c in CASES if ".tau" in c and not left_out(c)])
def test_the_units_that_may_be_among_the_best_agree_with_the_reference(case: str) -> None:
    wanted = CASES[case]
    found = rank_sets(*units(case.split(".", maxsplit=1)[0]))
    assert [f"U{u + 1:02d}" for u in found.best(wanted["tau"])] == wanted["best"]
    assert [f"U{u + 1:02d}" for u in found.worst(wanted["tau"])] == wanted["worst"]


@pytest.mark.parametrize("case", [c for c in CASES if c.endswith("critval")])
def test_critical_values_agree_with_the_reference_within_their_simulation_error(case: str) -> None:
    estimates, se = units(case.split(".", maxsplit=1)[0])
    found = [rank_sets(estimates, se, level=level, method="single", draws=20_000).critical for level in (0.9, 0.95)]
    np.testing.assert_allclose(found, CASES[case]["q"], atol=0.02)


@pytest.mark.parametrize("case", [c for c in CASES if c.startswith("multinom")])
def test_rank_sets_of_counts_agree_with_the_reference(case: str) -> None:
    _, _, side, correction = case.split(".")
    wanted = CASES[case]
    found = count_rank_sets(wanted["x"], correction=correction.lower(), side=SIDES[side])
    assert found.T.tolist() == [wanted["L"], wanted["U"]]
    assert ranks(wanted["x"]).tolist() == wanted["rank"]


@pytest.mark.parametrize("case", [c for c in CASES if c.startswith("irank")])
def test_ranks_with_ties_agree_with_the_reference(case: str) -> None:
    wanted = CASES[case]
    found = ranks(wanted["x"], wanted["omega"], smallest_first=wanted["increasing"])
    np.testing.assert_allclose(found, wanted["irank"], rtol=1e-12)
    np.testing.assert_allclose(found / len(found), wanted["frank"], rtol=1e-12)


def test_every_case_is_computed_or_left_out_with_a_reason() -> None:
    out = [case for case in CASES if left_out(case)]
    kinds = (".tau", "critval", "multinom", "irank")
    known = [c for c in CASES if SHAPE.fullmatch(c) or any(kind in c for kind in kinds)]
    assert set(known) == set(CASES)
    assert all(any(re.fullmatch(pattern, case) for case in out) for pattern in LEFT_OUT)
