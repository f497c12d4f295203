"""Designs that were not quite drawn: chosen stages and collapsed strata in a design file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parindex.cli import main

DATA = "stratum,district,commune,n,w,y\n" + "".join(
    f"{stratum},{district},{commune},{count},1,{value}\n"
    for stratum, district, commune, count, value in (
        ("a", "d1", "c1", 4, 10),
        ("a", "d1", "c2", 4, 12),
        ("a", "d2", "c1", 4, 30),
        ("a", "d2", "c2", 4, 34),
        ("b", "d3", "c1", 6, 20),
        ("b", "d3", "c2", 6, 21),
    )
)
ESTIMATES = "estimates:\n  - {statistic: mean, of: y}\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def estimate(files: Path, design: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    (files / "design.yaml").write_text(f"weights: w\nstrata: stratum\n{design}{ESTIMATES}", encoding="utf-8")
    code = main(["--lang", "en", "estimate", str(files / "data.csv"), "--design", str(files / "design.yaml")])
    captured = capsys.readouterr()
    return code, json.loads(captured.out or "{}"), captured.err


def test_a_chosen_stage_is_no_error_and_the_output_says_on_what_it_is_conditional(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found, err = estimate(files, "stages: [district, commune]\nchosen: 1\n", capsys)
    assert code == 0, err
    assert found["design"]["conditional_on"] == ["a/d1", "a/d2", "b/d3"]
    assert (found["design"]["strata"], found["design"]["psus"], found["design"]["stages"]) == (3, 6, 1)
    # Pairs that differ by 2, 4 and 1: Σ difference² ÷ 36.
    assert found["estimates"][0]["se"] == pytest.approx((21 / 36) ** 0.5)


def test_collapsed_strata_take_the_place_of_lonely_ones(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lonely = "stages: [district]\n"
    code, _, err = estimate(files, lonely, capsys)
    assert code == 1
    assert "b" in err
    code, found, err = estimate(files, lonely + "collapse: {all: [a, b]}\n", capsys)
    assert code == 0, err
    assert found["design"]["collapsed"] == {"all": ["a", "b"]}
    assert (found["design"]["strata"], found["estimates"][0]["df"]) == (1, 2)


def test_counts_of_collapsed_strata_add_up(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = "stages: [district]\ncollapse: {all: [a, b]}\n"
    free = estimate(files, design, capsys)[1]["estimates"][0]["se"]
    finite = estimate(files, design + "fpc: [n]\n", capsys)[1]["estimates"][0]["se"]
    assert finite == pytest.approx(free * (1 - 3 / 10) ** 0.5)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("stages: [district]\nchosen: 2\n", ["chosen"]),
        ("chosen: 1\n", ["chosen"]),
        ("stages: [district]\nchosen: some\n", ["line 4", "chosen"]),
        ("collapse: {ab: [a]}\n", ["ab"]),
        ("collapse: {ab: [a, x]}\n", ["x"]),
        ("collapse: [a, b]\n", ["line 3", "collapse"]),
        ("collapse: {ab: [a, a]}\n", ["line 3", "a"]),
    ],
)
def test_designs_that_make_no_sense_are_refused(
    files: Path, capsys: pytest.CaptureFixture[str], design: str, words: list[str]
) -> None:
    code, found, err = estimate(files, design, capsys)
    assert code == 1
    assert found == {}
    assert [word for word in words if word not in err] == []


def test_a_psu_of_which_nobody_answered_the_item_stays_in_the_design(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"a,c{place},{value},1\n" for place, value in enumerate(("10", "12", "14", "")))
    (files / "data.csv").write_text("stratum,commune,y,w\n" + rows, encoding="utf-8")
    code, found, _ = estimate(files, "stages: [commune]\n", capsys)
    assert code == 0
    assert (found["design"]["psus"], found["design"]["df"]) == (4, 3)
    (mean,) = found["estimates"]
    # z = (y - 12) / 3, and 0 of the commune without an answer: V = 4/3 * 8/9; without that commune it would be 3/2 * 8/9.
    assert mean["se"] == pytest.approx((4 / 3 * 8 / 9) ** 0.5, rel=1e-12)
    assert (mean["n"], mean["value"]) == (3, 12)
