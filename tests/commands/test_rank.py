"""``parindex rank``: ranks with their sets, and how it refuses what cannot be ranked."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from parindex.cli import main

ESTIMATES = "unit,est,se\nA,3.0,0.1\nB,2.0,0.1\nC,1.9,0.1\n"
COVARIANCE = "unit,C,A,B\nA,0,0.01,0.005\nB,0.002,0.005,0.01\nC,0.01,0,0.002\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]

    @property
    def simultaneous(self) -> list[list[int]]:
        return [unit["simultaneous"] for unit in self.json["units"]]

    @property
    def ranks(self) -> list[int]:
        return [unit["rank"] for unit in self.json["units"]]


Command = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command on estimates, and a covariance if given, as text."""

    def command(estimates: str = ESTIMATES, *options: str, covariance: str | tuple[str, ...] = ()) -> Ran:
        path = tmp_path / "estimates.csv"
        path.write_text(estimates, encoding="utf-8")
        arguments = ["rank", str(path), *options]
        for number, text in enumerate((covariance,) if isinstance(covariance, str) else covariance):
            file = tmp_path / ("cov.csv" if number == 0 else f"cov{number}.csv")
            file.write_text(text, encoding="utf-8")
            arguments += ["--covariance", str(file)]
        code = main(["--lang", "vi", *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


def refused(ran: Ran, *words: str, code: int = 1) -> None:
    assert ran.code == code
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


def test_ranks_come_with_both_sets_and_how_they_were_made(run: Command) -> None:
    ran = run()
    assert ran.err == ""
    assert ran.ranks == [1, 2, 3]
    assert ran.simultaneous == [[1, 1], [2, 3], [2, 3]]
    result = ran.json
    assert (result["level"], result["draws"], result["seed"]) == (0.95, 10000, 1)
    assert (result["method"], result["variance"], result["df_rule"]) == ("stepdown", "own", "gaussian")
    assert 1.9 < result["critical"] < 2.5
    assert result["warnings"] == []
    assert result["units"][0] == {
        "unit": "A",
        "est": 3.0,
        "se": 0.1,
        "rank": 1,
        "marginal": [1, 1],
        "simultaneous": [1, 1],
    }


def test_the_smallest_may_be_first(run: Command) -> None:
    ran = run(ESTIMATES, "--smallest-first")
    assert ran.ranks == [3, 2, 1]
    assert ran.simultaneous == [[3, 3], [1, 2], [1, 2]]


def test_ties_share_the_better_rank(run: Command) -> None:
    assert run("unit,est,se\nA,2,0.1\nB,3,0.1\nC,2,0.1\nD,1,0.1\n").ranks == [2, 1, 2, 4]


def test_one_side_leaves_the_other_bound_open(run: Command) -> None:
    assert run(ESTIMATES, "--side", "lower").simultaneous == [[1, 3], [2, 3], [2, 3]]
    assert run(ESTIMATES, "--side", "upper").simultaneous == [[1, 1], [1, 3], [1, 3]]


def test_a_single_step_is_never_narrower(run: Command) -> None:
    estimates = "unit,est,se\n" + "".join(f"U{i},{i / 9},0.1\n" for i in range(12))
    stepwise, single = run(estimates), run(estimates, "--method", "single")
    pairs = zip(stepwise.simultaneous, single.simultaneous, strict=True)
    assert all(wide[0] <= narrow[0] and narrow[1] <= wide[1] for narrow, wide in pairs)
    assert stepwise.json["critical"] <= single.json["critical"]


def test_units_without_error_differ_for_certain_or_not_at_all(run: Command) -> None:
    ran = run("unit,est,se\nA,2.000001,0\nB,2,0\nC,2,0\nD,1,0\n")
    assert ran.simultaneous == [[1, 1], [2, 3], [2, 3], [4, 4]]
    assert ran.json["critical"] is None


def test_a_unit_without_error_among_others_is_compared_by_their_error(run: Command) -> None:
    assert run("unit,est,se\nA,2.0,0\nB,1.9,0.1\nC,0,0.1\n").simultaneous == [[1, 2], [1, 2], [3, 3]]


def test_one_unit_alone_is_first(run: Command) -> None:
    assert run("unit,est,se\nA,2,0.1\n").simultaneous == [[1, 1]]


def test_a_covariance_is_matched_by_name_and_replaces_se(run: Command) -> None:
    plain = run("unit,est\nA,3.0\nB,2.0\nC,1.9\n", covariance=COVARIANCE)
    assert plain.code == 0
    assert [unit["se"] for unit in plain.json["units"]] == pytest.approx([0.1] * 3)
    turned = run("unit,est\nC,1.9\nA,3.0\nB,2.0\n", covariance=COVARIANCE)
    by_name = {u["unit"]: u["simultaneous"] for u in turned.json["units"]}
    assert by_name == {u["unit"]: u["simultaneous"] for u in plain.json["units"]}


def test_units_that_move_together_are_told_apart_by_any_difference(run: Command) -> None:
    together = "unit,A,B,C\nA,0.01,0.01,0\nB,0.01,0.01,0\nC,0,0,0.01\n"
    ran = run("unit,est\nA,2.01\nB,2.0\nC,2.0\n", covariance=together)
    assert ran.simultaneous == [[1, 2], [2, 3], [1, 3]]


def test_a_covariance_accepts_the_se_that_it_has(run: Command) -> None:
    assert run(covariance=COVARIANCE).code == 0
    refused(run(ESTIMATES.replace("B,2.0,0.1", "B,2.0,0.10001"), covariance=COVARIANCE), "B", "0,10001")


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        (COVARIANCE.replace("B,0.002,", "B,0.003,"), ["B", "C"]),
        (COVARIANCE.replace("0,0.01,0.005", "0,0.01,0.02").replace("0.002,0.005,", "0.002,0.02,"), ["A"]),
        (COVARIANCE.replace("unit,C", "unit,D"), ["C"]),
        (COVARIANCE.replace("\nC,", "\nD,"), ["C"]),
        (COVARIANCE + "D,0,0,0\n", ["D"]),
        (COVARIANCE.replace("0.002,0.005", "NA,0.005"), ["B", "C"]),
        (COVARIANCE.replace("0.002,0.005", "x,0.005"), ["x"]),
        (COVARIANCE.replace("unit,", "name,"), ["unit"]),
        (COVARIANCE.replace("\nC,", "\nB,"), ["B"]),
        (COVARIANCE.splitlines()[0] + "\n", ["A"]),
    ],
    ids=["asymmetric", "indefinite", "column", "row", "extra", "missing", "word", "header", "repeated", "empty"],
)
def test_a_covariance_that_is_none_is_refused_where_it_is_wrong(
    run: Command, covariance: str, words: list[str]
) -> None:
    refused(run("unit,est\nA,3.0\nB,2.0\nC,1.9\n", covariance=covariance), *words)


def test_few_degrees_of_freedom_widen_the_sets_and_are_said(run: Command) -> None:
    estimates = "unit,est,se,df\nA,3.0,0.1,2\nB,2.6,0.1,11\nC,2.0,0.1,\n"
    ran = run(estimates)
    assert ran.json["df_rule"] == "per_unit"
    assert ran.json["critical"] is not None
    codes = {warning["code"]: warning["units"] for warning in ran.json["warnings"]}
    assert codes == {"df_under_30": ["A", "B"], "df_under_5": ["A"], "df_unknown": ["C"]}
    assert "A, B" in ran.err


def test_pairs_that_share_psus_are_tested_by_t_and_nothing_is_drawn(run: Command) -> None:
    result = run("unit,est,df\nA,3.0,7\nB,2.0,50\nC,1.9,Inf\n", covariance=COVARIANCE).json
    assert result["df_rule"] == "holm_t"
    assert [result[name] for name in ("critical", "draws", "seed", "generator")] == [None] * 4
    assert [unit["simultaneous"] for unit in result["units"]] == [[1, 1], [2, 3], [2, 3]]


def test_one_unit_of_few_degrees_of_freedom_does_not_silence_the_others(run: Command) -> None:
    estimates = "unit,est,df\nA,3.0,{}\nB,2.0,50\nC,1.0,50\n"
    few, enough = (run(estimates.format(df), covariance=COVARIANCE) for df in (4.99, 5))
    assert [unit["simultaneous"] for unit in few.json["units"]] == [[1, 3], [1, 2], [2, 3]]
    assert [unit["simultaneous"] for unit in enough.json["units"]] == [[1, 1], [2, 2], [3, 3]]
    assert run(estimates.format(0), covariance=COVARIANCE).simultaneous == few.simultaneous


def test_each_survey_brings_a_covariance_with_degrees_of_freedom_of_its_own(run: Command) -> None:
    """θ̂ of A and B differ by 0.4; blocks: 0.01 + 0.01, shared: 0.01 + 0.01 − 2·0.008; t by Welch and Satterthwaite."""
    blocks = "unit,A,B\nA,0.01,0\nB,0,0.01\n"
    shared = "unit,A,B\nA,0.01,0.008\nB,0.008,0.01\n"
    estimates = "unit,est,df_1,df_2\nA,{},9,9\nB,0,9,6\n"
    variance = 0.02 + 0.004
    df = variance**2 / (2 * 0.01**2 / 9 + 0.004**2 / 6)
    limit = float(stats.t.ppf(0.975, df)) * variance**0.5
    for factor, apart in ((0.999, False), (1.001, True)):
        ran = run(estimates.format(limit * factor), covariance=(blocks, shared))
        assert ran.code == 0, ran.err
        assert ran.simultaneous == ([[1, 1], [2, 2]] if apart else [[1, 2], [1, 2]])
    assert run(estimates.format(1), covariance=(blocks, shared)).json["units"][0]["se"] == pytest.approx(0.02**0.5)
    gated = run(estimates.replace("9,6", "9,4").format(1), covariance=(blocks, shared))
    assert gated.simultaneous == [[1, 2], [1, 2]]


def test_units_that_share_something_are_no_blocks(run: Command) -> None:
    together = "unit,A,B\nA,0.01,0.005\nB,0.005,0.01\n"
    estimates = "unit,est,df\nA,1,9\nB,0,9\n"
    refused(run(estimates, "--kind", "blocks", covariance=together), "cov.csv", "A", "B", "--kind shared")
    assert run(estimates, "--kind", "shared", covariance=together).code == 0


def test_degrees_of_freedom_that_nothing_would_look_at_are_refused(run: Command) -> None:
    """Without its covariance the column of a survey would leave the errors as if they were known."""
    refused(run("unit,est,se,df_1\nA,1,0.1,3\nB,0,0.1,3\n"), "df_1", "--covariance", code=2)
    diagonal = "unit,A,B\nA,0.01,0\nB,0,0.01\n"
    assert run("unit,est,df_1\nA,1,9\nB,0,9\n", covariance=diagonal).code == 0
    refused(run("unit,est,df_1,df_2\nA,1,9,9\nB,0,9,9\n", covariance=diagonal), "df_2", code=2)


@pytest.mark.parametrize(("df", "named"), [("", True), ("Inf", True), ("8", False)])
def test_degrees_of_freedom_that_are_empty_beside_others_are_told(run: Command, df: str, named: bool) -> None:
    ran = run(f"unit,est,se,df\nA,1,0.1,{df}\nB,0,0.1,8\nC,2,0.1,8\n")
    assert ran.code == 0
    assert ("được hiểu là vô hạn" in ran.err) == named
    assert "được hiểu là vô hạn" not in run("unit,est,se\nA,1,0.1\nB,0,0.1\n").err


def test_a_diagonal_covariance_is_blocks_unless_it_is_said_to_be_shared(run: Command) -> None:
    diagonal = "unit,A,B\nA,0.01,0\nB,0,0.01\n"
    welch, shared = (float(stats.t.ppf(0.975, df)) * 0.02**0.5 for df in (12, 6))
    between = f"unit,est,df\nA,{(welch + shared) / 2},6\nB,0,6\n"
    assert run(between, covariance=diagonal).simultaneous == [[1, 1], [2, 2]]
    assert run(between, "--kind", "blocks", covariance=diagonal).simultaneous == [[1, 1], [2, 2]]
    assert run(between, "--kind", "shared", covariance=diagonal).simultaneous == [[1, 2], [1, 2]]
    refused(run(ESTIMATES, "--kind", "shared"), "--kind", code=2)
    two = ["--kind", "shared"] * 2
    refused(run(between, *two, covariance=diagonal), "--kind", code=2)
    assert run(between, *two, covariance=(diagonal, diagonal)).code == 0


@pytest.mark.parametrize(("level", "least"), [("0.95", 400), ("0.9", 200), ("0.99", 2000), ("0.5", 40), ("0.123", 23)])
def test_draws_that_cannot_carry_the_level_are_refused(run: Command, level: str, least: int) -> None:
    assert run(ESTIMATES, "--level", level, "--draws", str(least)).code == 0
    refused(run(ESTIMATES, "--level", level, "--draws", str(least - 1)), str(least), "--draws", code=2)


ESTIMATED = (
    "statistic,of,by.province,values,value,se,ci_low,ci_high,interval,level,df,deff,deff_wr,n,n_eff\n"
    "share,q1,Bắc,4 5,0.9,0.02,0.85,0.94,logit,0.95,12,1,1,90,90\n"
    "share,q1,Nam,4 5,1,0,0.91,1,clopper-pearson,0.95,10,,,90,90\n"
    "share,q1,,4 5,0.95,0.01,0.92,0.97,logit,0.95,22,1,1,180,180\n"
)


def test_what_estimate_writes_is_ranked_without_retyping(run: Command) -> None:
    ran = run(ESTIMATED)
    assert ran.code == 0, ran.err
    assert [unit["unit"] for unit in ran.json["units"]] == ["Bắc", "Nam"]
    assert "1 dòng" in ran.err
    refused(run(ESTIMATED + ESTIMATED.splitlines()[1].replace("q1", "q2") + "\n"), "Bắc", "statistic")
    refused(run(ESTIMATED.replace("by.province", "province")), "unit")


def test_a_share_of_1_is_compared_by_the_width_of_its_interval_and_never_certain(run: Command) -> None:
    ran = run(ESTIMATED.replace("0.9,0.02", "0.97,0.001"))
    assert ran.json["units"][1]["se"] == pytest.approx(0.09 / stats.t.ppf(0.975, 10))
    assert ran.simultaneous == [[1, 2], [1, 2]]
    assert {"code": "se_from_interval", "units": ["Nam"]}.items() <= ran.json["warnings"][-1].items()
    assert "Nam" in ran.err


@pytest.mark.parametrize("end", ["0", "1"])
@pytest.mark.parametrize("df", ["", "12"])
def test_an_error_of_0_at_the_end_of_the_scale_is_never_certain(run: Command, end: str, df: str) -> None:
    table = f"unit,est,se,df\nA,{end},0,{df}\nB,0.7,0.02,{df}\nC,0.3,0.02,{df}\n"
    ran = run(table)
    assert ran.code == 0
    assert ran.simultaneous[0] == [1, 3]
    assert ran.simultaneous[1:] == [[1, 2], [2, 3]]
    assert [unit["marginal"] for unit in ran.json["units"]] == ran.simultaneous
    assert ran.json["units"][0]["interval"] is None
    told = ran.json["warnings"][-1]
    assert (told["code"], told["units"]) == ("error_unknown", ["A"])
    assert told["text"] in ran.err
    # Of it nothing but its name matters to the others.
    alone = run(table.replace(f"A,{end},0,{df}\n", ""))
    assert alone.json["critical"] == ran.json["critical"]


def test_the_end_of_a_scale_in_per_cent_is_100_and_marks_and_points_have_none(run: Command) -> None:
    assert run("unit,est,se\nA,100,0\nB,70,2\n").simultaneous == [[1, 2], [1, 2]]
    assert run("unit,est,se\nA,70,2\nB,0,0\n").simultaneous == [[1, 2], [1, 2]]
    for table in ("A,5,0\nB,0,0\n", "A,100,0\nB,101,0\n", "A,0,0\nB,-1,0\n", "A,0.99,0\nB,0.5,0\n"):
        ran = run("unit,est,se\n" + table)
        assert sorted(ran.simultaneous) == [[1, 1], [2, 2]]
        assert [(one["code"], one["units"]) for one in ran.json["warnings"]] == [("se_zero", ["A", "B"])]


def test_a_covariance_that_says_0_at_the_end_of_the_scale_is_no_certainty_either(run: Command) -> None:
    covariance = "unit,A,B,C\nA,0,0,0\nB,0,0.0004,0\nC,0,0,0.0004\n"
    ran = run("unit,est,df\nA,1,12\nB,0.7,12\nC,0.3,12\n", "--best", "1", covariance=covariance)
    assert ran.simultaneous == [[1, 3], [1, 2], [2, 3]]
    assert ran.json["best"]["reason"] == {"A": "error_unknown"}


def test_a_unit_that_is_not_placed_is_in_no_draw_and_may_stand_above_everybody(run: Command) -> None:
    table = "unit,est,se,df\nA,3.0,0.1,20\nB,2.9,0.1,20\nC,1.9,0.1,20\n"
    alone = {k: run(table, "--best", str(k)).json["best"]["probability"] for k in (1, 2, 3)}
    for few in ("D,9,5,3\n", "D,2.95,0.001,1\n", "D,-4,100,4\n"):
        for k in (1, 2, 3, 4):
            best = run(table + few, "--best", str(k)).json["best"]
            assert best["probability"] == {**(alone[k - 1] if k > 1 else dict.fromkeys("ABC", 0)), "D": None}
            assert best["probability_most"] == {**(alone[k] if k < 4 else dict.fromkeys("ABC", 1)), "D": None}
            assert best["reason"] == {"D": "df_under_5"}
            assert "D" in best["units"]
    ran = run(table + "D,9,5,3\n", "--best", "2", "--format", "csv")
    assert ran.out.splitlines()[0].endswith(",best_2,best_2_most")
    assert "ít nhất" in ran.err
    nobody = run("unit,est,se,df\nA,3,0.1,2\nB,2,0.1,2\n", "--best", "1").json["best"]
    assert nobody["probability"] == nobody["probability_most"] == {"A": None, "B": None}


def test_estimates_come_through_a_pipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "province,commune,w,q1\n" + "".join(
        f"{province},{province}{commune},1,{(commune * 7 + row * 3 + (province == 'b')) % 5 + 1}\n"
        for province in "ab" for commune in range(7) for row in range(5)
    )  # fmt: skip
    (tmp_path / "a.csv").write_text(answers, encoding="utf-8")
    design = "weights: w\nstrata: province\nstages: [commune]\nestimates:\n"
    design += "  - {statistic: share, of: q1, values: [4, 5], by: [province]}\n"
    (tmp_path / "d.yaml").write_text(design, encoding="utf-8")
    asked = ["estimate", str(tmp_path / "a.csv"), "--design", str(tmp_path / "d.yaml"), "--format", "csv"]
    assert main(asked) == 0
    written = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(written.encode())))
    assert main(["rank", "-"]) == 0
    found = {unit["unit"]: unit["est"] for unit in json.loads(capsys.readouterr().out)["units"]}
    rows = list(csv.DictReader(io.StringIO(written)))
    assert found == {row["by.province"]: pytest.approx(float(row["value"])) for row in rows}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert main(["rank", "-"]) == 1


def test_under_five_degrees_of_freedom_a_unit_has_an_interval_and_every_rank(run: Command) -> None:
    units = run("unit,est,se,df\nA,9,0.1,4\nB,2,0.1,30\nC,0,0.1,\n").json["units"]
    assert [unit["simultaneous"] for unit in units] == [[1, 3], [1, 2], [2, 3]]
    assert [unit["marginal"] for unit in units] == [[1, 3], [1, 2], [2, 3]]
    assert units[0]["interval"] == pytest.approx([9 - 0.27764451, 9 + 0.27764451])
    assert ["interval" in unit for unit in units] == [True, False, False]


@pytest.mark.parametrize("df", ["0", "1e-9", "0.3", "1e300"])
def test_any_positive_degrees_of_freedom_can_be_drawn_with(run: Command, df: str) -> None:
    ran = run(f"unit,est,se,df\nA,1,0.1,{df}\nB,2,0.1,4\n", "--best", "1")
    assert ran.code == 0
    assert "Warning" not in ran.err


def test_neighbours_that_cannot_be_told_apart_are_groups(run: Command) -> None:
    assert run().json["groups"] == [["B", "C"]]
    assert run(ESTIMATES.replace("1.9", "-5")).json["groups"] == []


def test_who_may_be_among_the_best_comes_with_how_probable_it_is(run: Command) -> None:
    best = run(ESTIMATES, "--best", "2").json["best"]
    assert best["k"] == 2
    assert best["units"] == ["A", "B", "C"]
    assert best["probability"]["A"] == pytest.approx(1, abs=1e-3)
    assert best["probability"]["B"] + best["probability"]["C"] == pytest.approx(1, abs=1e-3)
    assert best["probability"]["B"] == pytest.approx(0.7602, abs=0.01)
    assert run(ESTIMATES, "--best", "1", "--smallest-first").json["best"]["units"] == ["B", "C"]
    assert "best_2" in run(ESTIMATES, "--best", "2", "--format", "csv").out.splitlines()[0]
    refused(run(ESTIMATES, "--best", "4"), "--best 4", code=2)


def test_infinite_degrees_of_freedom_are_gaussian(run: Command) -> None:
    ran = run("unit,est,se,df\nA,3.0,0.1,Inf\nB,2.0,0.1,\nC,1.9,0.1,inf\n")
    assert ran.json["df_rule"] == "gaussian"
    assert ran.json["critical"] == run().json["critical"]


def test_a_pooled_variance_uses_all_degrees_of_freedom(run: Command) -> None:
    estimates = "unit,est,se,df\nA,3.0,0.02,6\nB,2.0,0.1,6\nC,1.9,0.2,6\n"
    pooled = run(estimates, "--variance", "pooled")
    assert pooled.json["df_rule"] == "pooled"
    assert pooled.json["critical"] < run(estimates).json["critical"]
    refused(run(ESTIMATES, "--variance", "pooled", covariance=COVARIANCE), "pooled", code=2)


def test_a_pooled_variance_averages_design_effects_where_they_are_given(run: Command) -> None:
    table = "unit,est,se,deff\nA,3,0.2,4\nB,2,0.1,1\nC,1,0.1,1\n"
    plain = run(table, "--variance", "pooled").json
    # Mean design effect 2 × simple variances 0.01, 0.01, 0.01.
    same = run("unit,est,se\n" + "".join(f"{u},{e},{0.02**0.5!r}\n" for u, e in zip("ABC", (3, 2, 1), strict=True)))
    assert plain["critical"] == pytest.approx(same.json["critical"], rel=1e-12)
    for wrong in ("0", "", "-1"):
        refused(run(table.replace("0.2,4", f"0.2,{wrong}"), "--variance", "pooled"), "A", "deff")
    assert run(table.replace("0.2,4", "0.2,")).code == 0


def test_the_same_seed_gives_the_same_bytes(run: Command) -> None:
    assert run().out == run().out
    assert run(ESTIMATES, "--seed", "2").json["critical"] != run().json["critical"]
    assert run(ESTIMATES, "--draws", "500").json["draws"] == 500


def test_estimates_of_the_command_before_are_ranked_in_its_other_formats(run: Command) -> None:
    lines = run(ESTIMATES, "--format", "csv").out.splitlines()
    assert lines[0].startswith("unit,est,se,rank,marginal_lower")
    assert lines[1].startswith("A,3,0.10000000000000001,1,1,1,1,1")
    assert "Hạng chung đến" in run(ESTIMATES, "--format", "table").out


@pytest.mark.parametrize(
    ("estimates", "words"),
    [
        ("unit,est\nA,1\n", ["se"]),
        ("unit,mean,se\nA,1,1\n", ["est"]),
        ("unit,est,se\n", ["estimates.csv"]),
        ("unit,est,se\nA,,0.1\nB,1,0.1\n", ["A"]),
        ("unit,est,se\nA,1,NA\nB,1,0.1\n", ["A"]),
        ("unit,est,se\nA,1,-0.1\nB,1,0.1\n", ["A"]),
        ("unit,est,se\nA,1,inf\nB,1,0.1\n", ["inf"]),
        ("unit,est,se\nA,nan,0.1\nB,1,0.1\n", ["nan"]),
        ('unit,est,se\nA,"1,5",0.1\nB,1,0.1\n', ["1,5"]),
        ("unit,est,se\nA,1,0.1\nA,2,0.1\n", ["A"]),
        ("unit,est,se\n,1,0.1\n", ["2"]),
        ("unit,est,se,df\nA,1,0.1,-1\nB,1,0.1,3\n", ["A"]),
        ("unit,est,se,df\nA,1,0.1,many\n", ["many"]),
        ("unit,est,se\nA,1e200,0.1\nB,1,0.1\n", ["1e+200"]),
        ("unit,est,se\nA,1,1e200\nB,1,0.1\n", ["1e+200"]),
    ],
)
def test_estimates_that_cannot_be_ranked_are_refused_by_name(run: Command, estimates: str, words: list[str]) -> None:
    refused(run(estimates), *words)


def test_tables_that_are_none_are_refused_by_file(run: Command) -> None:
    refused(run(""), "estimates.csv")
    refused(run("unit,est,se,se\nA,1,1,1\n"), "estimates.csv: Dòng 1", "se")
    refused(run(covariance=""), "cov.csv")
    refused(run("unit|est|se\nA|1|1\n"), "estimates.csv: Dòng 1", "“|”", "dấu chấm phẩy")


def test_files_of_another_kind_are_unreadable(run: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "estimates.csv"
    for data, what in ((ESTIMATES.encode("utf-16"), "UTF-16"), (gzip.compress(ESTIMATES.encode()), "gzip")):
        path.write_bytes(data)
        assert main(["--lang", "vi", "rank", str(path)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert what in captured.err
        assert "CSV UTF-8" in captured.err


@pytest.mark.parametrize(
    "options",
    [["--level", "95"], ["--level", "x"], ["--draws", "0"], ["--seed", "-1"], ["--side", "both"], ["--best", "0"]],
)
def test_wrong_options_are_wrong_usage(run: Command, options: list[str]) -> None:
    refused(run(ESTIMATES, *options), options[0], code=2)


def test_sets_always_hold_the_rank(run: Command) -> None:
    generator = np.random.default_rng(4)
    rows = "".join(f"U{i},{v:.4f},{s:.4f}\n" for i, (v, s) in enumerate(generator.random((25, 2))))
    for unit in run("unit,est,se\n" + rows).json["units"]:
        low, high = unit["simultaneous"]
        assert low <= unit["marginal"][0] <= unit["rank"] <= unit["marginal"][1] <= high


def test_a_name_that_a_spreadsheet_would_execute_is_text_in_the_csv_and_a_number_stays_one(run: Command) -> None:
    ran = run("unit,est,se\n=cmd,88,0.4\n-5,87,0.4\n-B,-86,0.4\n", "--format", "csv")
    assert ran.code == 0, ran.err
    assert [line.split(",")[:2] for line in ran.out.splitlines()[1:]] == [["'=cmd", "88"], ["-5", "87"], ["'-B", "-86"]]


@pytest.mark.parametrize(("se", "differ"), [("0.21", False), ("2.0", True)])
def test_pooling_is_always_warned_of_and_again_where_bartlett_finds_other_variances(
    run: Command, se: str, differ: bool
) -> None:
    ran = run(f"unit,est,se,df\nA,3,0.2,40\nB,2,0.2,40\nC,1,{se},40\n", "--variance", "pooled")
    codes = [warning["code"] for warning in ran.json["warnings"]]
    assert codes == ["pooled_variance", *(["variances_differ"] if differ else [])]
    assert ("Bartlett" in ran.err) == differ
    own = run(f"unit,est,se,df\nA,3,0.2,40\nB,2,0.2,40\nC,1,{se},40\n")
    assert own.json["warnings"] == []


SHARED = "unit,A,B,C\nA,0.02,0.01,0.01\nB,0.01,0.02,0.01\nC,0.01,0.01,0.02\n"
DIAGONAL = "unit,A,B,C\nA,0.02,0,0\nB,0,0.02,0\nC,0,0,0.02\n"
WITH_DF = "unit,est,df\nA,3,10\nB,2,10\nC,1.9,10\n"


def test_where_units_share_raters_nothing_is_drawn_to_tell_the_best(run: Command, tmp_path: Path) -> None:
    (tmp_path / "cov.csv").write_text(SHARED)
    ran = run(WITH_DF, "--covariance", str(tmp_path / "cov.csv"), "--best", "2")
    assert ran.json["df_rule"] == "holm_t"
    assert ran.json["draws"] is None
    assert ran.json["best"] == {"k": 2, "units": ["A", "B", "C"], "probability": None}
    assert "chung người chấm: không nêu xác suất" in ran.err
    flat = run(WITH_DF, "--covariance", str(tmp_path / "cov.csv"), "--best", "2", "--format", "csv").out
    assert all(line.endswith(",") for line in flat.splitlines()[1:])


def test_a_diagonal_covariance_draws_each_unit_with_the_noise_of_its_own_error(run: Command, tmp_path: Path) -> None:
    (tmp_path / "cov.csv").write_text(DIAGONAL)
    apart = run(WITH_DF, "--covariance", str(tmp_path / "cov.csv"), "--best", "2").json["best"]
    alone = "unit,est,se,df\n" + "".join(f"{u},{e},{0.02**0.5!r},10\n" for u, e in (("A", 3), ("B", 2), ("C", 1.9)))
    assert apart["probability"] == pytest.approx(run(alone, "--best", "2").json["best"]["probability"], abs=1e-12)


def test_a_covariance_without_degrees_of_freedom_is_drawn_as_before(run: Command, tmp_path: Path) -> None:
    (tmp_path / "cov.csv").write_text(SHARED)
    plain = WITH_DF.replace(",df", "").replace(",10\n", "\n")
    best = run(plain, "--covariance", str(tmp_path / "cov.csv"), "--best", "1").json["best"]
    assert best["probability"]["A"] == pytest.approx(1, abs=1e-3)
