"""``parindex rank``: whom it places nowhere, why, and what that does to the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from parindex.cli import main

Command = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """What the command says of a table, with a covariance if one is given; exit 0."""

    def command(table: str, *options: str, covariance: str | None = None) -> dict[str, Any]:
        (tmp_path / "e.csv").write_text(table, encoding="utf-8")
        arguments = ["--lang", "vi", "rank", str(tmp_path / "e.csv"), *options]
        if covariance is not None:
            (tmp_path / "c.csv").write_text(covariance, encoding="utf-8")
            arguments += ["--covariance", str(tmp_path / "c.csv")]
        code = main(arguments)
        captured = capsys.readouterr()
        assert code == 0, captured.err
        return json.loads(captured.out)  # type: ignore[no-any-return]

    return command


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def command(table: str, *options: str) -> str:
        (tmp_path / "e.csv").write_text(table, encoding="utf-8")
        assert main(["--lang", "vi", "rank", str(tmp_path / "e.csv"), *options]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    return command


def sets(found: dict[str, Any]) -> list[list[int]]:
    return [unit["simultaneous"] for unit in found["units"]]


def told(found: dict[str, Any]) -> dict[str, list[str]]:
    return {one["code"]: one["units"] for one in found["warnings"]}


@pytest.mark.parametrize("value", ["4.2", "5", "0.5", "70"])
def test_an_error_of_0_with_degrees_of_freedom_was_estimated_and_is_not_certain(run: Command, value: str) -> None:
    """Every PSU gave the same mean or quantile, at whatever place of the scale."""
    table = f"unit,est,se,df\nA,{value},0,20\nB,3,0.1,20\nC,2,0.1,20\n"
    found = run(table)
    assert sets(found)[0] == [1, 3]
    assert told(found)["error_unknown"] == ["A"]
    assert [pair[1] for pair in sets(found)[1:]] == [2, 3]
    assert found["units"][0]["interval"] is None
    without = run(table.replace(f"A,{value},0,20\n", ""))
    assert without["critical"] == found["critical"]


def test_an_error_of_0_that_rounding_makes_a_little_more_is_no_certainty_either(run: Command) -> None:
    table = "unit,est,se,df\nA,4,{},20\nB,3,0.1,20\n"
    assert told(run(table.format("4e-17")))["error_unknown"] == ["A"]
    assert "error_unknown" not in told(run(table.format("1e-9")))


def test_an_error_of_0_without_degrees_of_freedom_or_of_a_census_is_known_exactly(run: Command) -> None:
    for table in (
        "unit,est,se,df\nA,4.2,0,\nB,3,0.1,20\n",
        "unit,est,se,df,note\nA,4.2,0,20,census\nB,3,0.1,20,\n",
        "unit,est,se,df,ci_low,ci_high,note\nA,1,0,20,0.9,1,census\nB,0.3,0.1,20,0.1,0.5,\n",
    ):
        found = run(table)
        assert sets(found) == [[1, 1], [2, 2]]
        assert told(found)["se_zero"] == ["A"]
        assert "error_unknown" not in told(found)


def test_a_per_cent_of_0_among_values_up_to_10_is_no_certainty(run: Command) -> None:
    found = run("unit,est,se\nA,0,0\nB,3.5,0.4\nC,9.8,0.5\n")
    assert sets(found) == [[1, 3], [2, 3], [1, 2]]
    assert told(found) == {"error_unknown": ["A"]}
    # Where nothing has an error nothing was estimated, and 5 is above 0.
    assert sets(run("unit,est,se\nA,5,0\nB,0,0\n")) == [[1, 1], [2, 2]]


ESTIMATED = "statistic,of,by.p,value,se,ci_low,ci_high,level,df,{}n,note\n"


def test_an_item_of_an_index_with_fewer_than_5_degrees_of_freedom_gates_the_unit(run: Command) -> None:
    head = ESTIMATED.format("df_least,")
    rows = "index,q1/q2,{},{},0.01,,,,9,{},90,\n"
    table = head + rows.format("A", 0.9, "{}") + rows.format("B", 0.8, 9) + rows.format("C", 0.5, 9)
    assert sets(run(table.format(5))) == [[1, 1], [2, 2], [3, 3]]
    gated = run(table.format(4), "--best", "1")
    assert sets(gated) == [[1, 3], [1, 2], [2, 3]]
    assert told(gated)["df_under_5"] == ["A"]
    assert gated["units"][0]["interval"][0] == pytest.approx(0.9 - stats.t.ppf(0.975, 9) * 0.01)
    assert gated["best"]["reason"] == {"A": "df_under_5"}
    # It enters no critical value, alone or pooled.
    alone = run("".join(line + "\n" for line in table.splitlines() if ",A," not in line))
    assert alone["critical"] == gated["critical"]
    noisy = table.format(4).replace("A,0.9,0.01", "A,0.9,5")
    pooled = [run(one, "--variance", "pooled")["critical"] for one in (noisy, table.format(4))]
    assert pooled[0] == pooled[1]


def test_a_domain_without_answers_is_not_placed_and_leaves_the_others_in_their_order(run: Command) -> None:
    head = ESTIMATED.format("")
    rows = "mean,q1,A,3,0.1,2.8,3.2,0.95,20,90,\nmean,q1,X,,,,,,0,0,no_answers\nmean,q1,B,2,0.1,1.8,2.2,0.95,20,90,\n"
    for option, ranks in ((), [1, None, 2]), (("--smallest-first",), [2, None, 1]):
        found = run(head + rows, *option, "--best", "2")
        assert [unit["rank"] for unit in found["units"]] == ranks
        assert (found["units"][1]["est"], found["units"][1]["se"], found["units"][1]["interval"]) == (None, None, None)
        assert found["units"][1]["simultaneous"] == found["units"][1]["marginal"] == [1, 3]
        assert sorted(sets(found)) == [[1, 2], [1, 3], [2, 3]]
        assert told(found) == {"df_under_30": ["A", "B"], "no_value": ["X"]}
        assert found["best"]["reason"] == {"X": "no_value"}
        assert all("X" not in run_of for run_of in found["groups"])


def test_a_value_that_is_missing_for_no_reason_is_still_refused(refused: Callable[..., str]) -> None:
    assert "A" in refused("unit,est,se\nA,,0.1\nB,2,0.1\n")
    assert "A" in refused(ESTIMATED.format("") + "mean,q1,A,,0.1,,,,20,90,\nmean,q1,B,2,0.1,,,,20,90,\n")


def test_an_estimate_whose_error_could_not_be_given_is_not_placed(run: Command) -> None:
    """Such as a quantile whose upper bound does not exist."""
    rows = "quantile,q1,A,5,,3,,0.95,20,90,no_interval\nquantile,q1,B,2,0.1,1.8,2.2,0.95,20,90,\n"
    found = run(ESTIMATED.format("") + rows)
    assert sets(found) == [[1, 2], [1, 2]]
    assert (found["units"][0]["rank"], found["units"][0]["se"]) == (1, None)
    assert told(found)["error_unknown"] == ["A"]


def test_a_covariance_of_0_of_a_share_of_1_gets_the_width_of_its_interval(run: Command) -> None:
    table = "unit,est,se,df,ci_low,ci_high\nA,1,0,12,0.88,1\nB,0.97,0.01,12,0.94,0.99\nC,0.5,0.01,12,0.48,0.52\n"
    covariance = "unit,A,B,C\nA,0,0,0\nB,0,0.0001,0.00002\nC,0,0.00002,0.0001\n"
    found = run(table, covariance=covariance)
    assert found["units"][0]["se"] == pytest.approx(0.12 / stats.t.ppf(0.975, 12))
    assert sets(found) == [[1, 2], [1, 2], [3, 3]]
    assert told(found)["se_from_interval"] == ["A"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("unit,est,value,se\nA,1,2,0.1\nB,2,1,0.1\n", ("est", "value")),
        ("unit,by.p,est,se\nA,x,1,0.1\nB,y,2,0.1\n", ("unit", "by.p")),
    ],
)
def test_two_columns_that_say_the_same_thing_are_asked_about(
    refused: Callable[..., str], table: str, words: tuple[str, str]
) -> None:
    said = refused(table)
    assert all(word in said for word in words)


@pytest.mark.parametrize("ending", ["Inf", "12"])
def test_a_df_that_may_be_thousands_is_asked_about_beside_inf_as_beside_numbers(
    refused: Callable[..., str], ending: str
) -> None:
    said = refused(f"unit;est;se;df\nA;3;1;1.050\nB;2;1;{ending}\n")
    assert "1.050" in said
    assert "dòng 2" in said
    assert "chừng" in refused(f"unit;est;se;df\nA;3;1;chừng 9\nB;2;1;{ending}\n")


def test_pooling_asks_no_design_effect_of_a_unit_that_is_not_placed(run: Command) -> None:
    table = "unit,est,se,df,deff\nA,4,0,9,\nB,3,0.1,9,1.2\nC,2,0.1,9,1.4\n"
    assert sets(run(table, "--variance", "pooled")) == [[1, 3], [1, 2], [2, 3]]


def test_pooling_asks_no_design_effect_of_a_unit_of_few_degrees_of_freedom(run: Command) -> None:
    table = "unit,est,se,df,deff\nA,4,0.1,4,\nB,3,0.1,9,1.2\nC,2,0.1,9,1.4\n"
    assert sets(run(table, "--variance", "pooled")) == [[1, 3], [1, 2], [2, 3]]


def test_pooling_says_that_a_share_of_1_has_no_design_effect(run: Command, refused: Callable[..., str]) -> None:
    rows = "A,1,0,0.8,1,9,\nB,0.6,0.1,0.4,0.8,9,1.2\nC,0.5,0.1,0.3,0.7,9,1.4\n"
    told = refused("unit,est,se,ci_low,ci_high,df,deff\n" + rows, "--variance", "pooled")
    assert told.startswith("e.csv, dòng 2: tỷ lệ 0 hoặc 1 không có hệ số thiết kế (deff)")
    assert "A. Đề nghị dùng --variance own" in told
    assert len(sets(run("unit,est,se,ci_low,ci_high,df,deff\n" + rows))) == 3


def test_where_nobody_answered_anywhere_there_is_nothing_to_rank(refused: Callable[..., str]) -> None:
    said = refused(ESTIMATED.format("") + "mean,q1,A,,,,,,0,0,no_answers\nmean,q1,B,,,,,,0,0,no_answers\n")
    assert said.startswith("e.csv không có ước lượng nào")
