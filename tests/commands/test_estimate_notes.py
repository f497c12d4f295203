"""``parindex estimate``: what an error of 0 and few degrees of freedom of an item are said to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parindex.cli import main

Command = Callable[..., tuple[dict[str, Any], str]]

ROWS = [(province, f"{province}{psu}", answer) for province in "ab" for psu in range(8) for answer in range(4)]
"""Two provinces of eight communes with four answers."""
HEAD = "weights: w\nstrata: province\nstages: [commune]\n"


def data(q: Callable[[str, str, int], object], more: str = "", of_row: str = "") -> str:
    lines = [f"{p},{c},1,{q(p, c, a)}{of_row}" for p, c, a in ROWS]
    return f"province,commune,w,q{more}\n" + "\n".join(lines) + "\n"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def command(table: str, entry: str, head: str = HEAD, *options: str) -> tuple[dict[str, Any], str]:
        (tmp_path / "d.csv").write_text(table, encoding="utf-8")
        (tmp_path / "d.yaml").write_text(f"{head}estimates:\n  - {{{entry}}}\n", encoding="utf-8")
        arguments = ["estimate", str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml"), *options]
        assert main(["--lang", "vi", *arguments]) == 0
        captured = capsys.readouterr()
        return (json.loads(captured.out) if not options else {"csv": captured.out}), captured.err

    return command


def same_in_a(province: str, _: str, answer: int) -> int:
    """In province a every commune has the same mean."""
    return answer + 1 if province == "a" else 1 + (answer * answer + ord(_[-1])) % 4


def test_a_mean_on_which_every_commune_agrees_is_noted_and_named(run: Command) -> None:
    found, said = run(data(same_in_a), "statistic: mean, of: q, by: [province]")
    one, other = found["estimates"]
    assert one["se"] == 0
    assert (one["note"], other.get("note")) == ("se_zero", None)
    assert "q/a" in said
    assert "q/b" not in said


def test_a_census_without_error_is_told_apart_from_communes_that_agree(run: Command) -> None:
    counts = data(same_in_a, ",n", ",8")
    found, said = run(counts, "statistic: mean, of: q, by: [province]", HEAD + "fpc: [n]\n")
    assert [one["note"] for one in found["estimates"]] == ["census", "census"]
    assert said == ""


def test_an_index_tells_the_fewest_degrees_of_freedom_of_its_items(run: Command) -> None:
    lines = [f"{p},{c},1,{1 + (a + ord(c[-1])) % 5},{a + 1 if c[-1] in '012' else ''}" for p, c, a in ROWS]
    table = "province,commune,w,q1,q2\n" + "\n".join(lines) + "\n"
    entry = "statistic: index, of: [q1, q2], values: [4, 5], by: [province]"
    found, _ = run(table, entry)
    assert [(one["df"], one["df_least"]) for one in found["estimates"]] == [(7, 2), (7, 2)]
    weighed, _ = run(table, entry + ", weights: {q1: 1, q2: 0}")
    assert [(one["df"], one["df_least"]) for one in weighed["estimates"]] == [(7, 7), (7, 7)]
    flat, _ = run(table, entry, HEAD, "--format", "csv")
    assert flat["csv"].splitlines()[0].split(",")[-6:-4] == ["df_least", "deff"]
    mean, _ = run(table, "statistic: mean, of: q1", HEAD, "--format", "csv")
    assert "df_least" not in mean["csv"]


@pytest.mark.parametrize(("kind", "warned"), [("auto", False), ("t", True), ("logit", True)])
def test_an_interval_of_a_quantile_that_holds_too_little_among_ties_is_said(
    run: Command, kind: str, warned: bool
) -> None:
    found, said = run(data(same_in_a), "statistic: quantile, of: q, p: 0.5", HEAD + f"interval: {kind}\n")
    assert ("interval: auto" in said) is warned
    assert (found["estimates"][0].get("note") == "tied_values") is not warned
    whole, other = run(
        "w,q\n" + "".join(f"1,{n / 7:.6f}\n" for n in range(40)), "statistic: quantile, of: q, p: 0.5", "weights: w\n"
    )
    assert other == ""
    assert whole["estimates"][0].get("note") is None
