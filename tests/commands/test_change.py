"""``parindex change`` and ``parindex crosstab``: years that share communes, breaks, and two questions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.cli import main

REFERENCE = Path(__file__).parents[1] / "reference" / "data"
R_CASES = {case["id"]: case["result"] for case in json.loads((REFERENCE / "survey_cases.json").read_text("utf-8"))}
DESIGN = """weights: w
strata: stratum
stages: [psu]
estimates:
  - {statistic: mean, of: q1}
"""
Ran = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Ran:
    def ran(*arguments: object, lang: str = "vi") -> tuple[int, str, str]:
        code = main(["--lang", lang, *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


@pytest.fixture
def year(tmp_path: Path) -> Callable[..., Path]:
    """A file of 6 PSUs × 4 people in two strata, with the columns that are given."""

    def written(name: str, psus: str = "abcdef", design: str = DESIGN, **columns: np.ndarray) -> Path:
        (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
        rows = io.StringIO()
        writer = csv.writer(rows)
        writer.writerow(["stratum", "psu", "w", "region", *columns])
        for row in range(24):
            own = [f"{values[row]:.17g}" for values in columns.values()]
            writer.writerow([row // 12, psus[row // 4], 1 + row % 3, "NS"[row // 12], *own])
        path = tmp_path / name
        path.write_text(rows.getvalue(), encoding="utf-8")
        return path

    return written


def drawn(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return 3 + np.repeat(generator.normal(0, 1, 6), 4) + generator.normal(0, 0.5, 24)


def test_where_all_psus_are_common_the_error_of_a_change_is_that_of_the_mean_difference(
    run: Ran, year: Callable[..., Path], tmp_path: Path
) -> None:
    before, after = drawn(1), drawn(1) + drawn(2)
    first, second = year("1.csv", q1=before), year("2.csv", q1=after)
    code, out, err = run("change", first, second, "--design", tmp_path / "design.yaml")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["common_psus"] == {"0": 3, "1": 3}
    (change,) = found["changes"]
    apart = year("3.csv", q1=after - before)
    _, out, _ = run("estimate", apart, "--design", tmp_path / "design.yaml")
    (same,) = json.loads(out)["estimates"]
    assert change["change"] == pytest.approx(same["value"], rel=1e-12)
    assert change["se"] == pytest.approx(same["se"], rel=1e-12)
    assert change["ci"] == pytest.approx(same["ci"], rel=1e-12)
    assert change["df"] == same["df"]
    assert change["p"] == change["p_holm"]


def test_an_index_changes_as_the_mean_of_its_items(run: Ran, year: Callable[..., Path], tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    columns = {name: random.integers(1, 6, 24).astype(float) for name in ("q1", "q2")}
    later = {name: random.integers(1, 6, 24).astype(float) for name in ("q1", "q2")}
    index = DESIGN.replace("{statistic: mean, of: q1}", "{statistic: index, of: [q1, q2], values: [4, 5]}")
    first, second = year("1.csv", design=index, **columns), year("2.csv", design=index, **later)
    _, out, _ = run("change", first, second, "--design", tmp_path / "design.yaml")
    (change,) = json.loads(out)["changes"]
    share = {name: (later[name] >= 4).astype(float) - (columns[name] >= 4) for name in columns}
    apart = year("3.csv", q1=(share["q1"] + share["q2"]) / 2)
    _, out, _ = run("estimate", apart, "--design", tmp_path / "design.yaml")
    (same,) = json.loads(out)["estimates"]
    assert change["change"] == pytest.approx(same["value"], rel=1e-12)
    assert change["se"] == pytest.approx(same["se"], rel=1e-12)


def test_years_that_share_no_psu_are_independent(run: Ran, year: Callable[..., Path], tmp_path: Path) -> None:
    first, second = year("1.csv", q1=drawn(1)), year("2.csv", "uvwxyz", q1=drawn(2))
    _, out, err = run("change", first, second, "--design", tmp_path / "design.yaml")
    (change,) = json.loads(out)["changes"]
    assert change["covariance"] == 0
    assert change["se"] == pytest.approx(np.hypot(change["before_se"], change["after_se"]))
    assert err == ""


def test_one_common_psu_of_a_stratum_is_named_in_both_languages(
    run: Ran, year: Callable[..., Path], tmp_path: Path
) -> None:
    first, second = year("1.csv", q1=drawn(1)), year("2.csv", "axydef", q1=drawn(2))
    for lang, words in (("vi", "chỉ có một đơn vị mẫu chung"), ("en", "one PSU in common")):
        code, out, err = run("change", first, second, "--design", tmp_path / "design.yaml", lang=lang)
        assert code == 0
        assert words in err
        assert json.loads(out)["warnings"] == [err.strip()]


def test_the_flat_formats_have_a_column_for_each_domain(run: Ran, year: Callable[..., Path], tmp_path: Path) -> None:
    by = DESIGN.replace("of: q1}", "of: q1, by: [region]}")
    first, second = year("1.csv", design=by, q1=drawn(1)), year("2.csv", design=by, q1=drawn(2))
    _, out, _ = run("change", first, second, "--design", tmp_path / "design.yaml", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["by.region"] for row in rows] == ["N", "S"]
    assert all(float(row["p_holm"]) >= float(row["p"]) for row in rows)
    assert all(float(row["ci_low"]) < float(row["change"]) < float(row["ci_high"]) for row in rows)
    _, table, _ = run("change", first, second, "--design", tmp_path / "design.yaml", "--format", "table")
    assert len(table.splitlines()) == 4


def test_a_break_asked_both_ways_is_taken_out_with_its_error(
    run: Ran, year: Callable[..., Path], tmp_path: Path
) -> None:
    """Nobody answers otherwise in the year of both: the change is that of the new way alone, and the break is 1."""
    first, last = year("1.csv", q1=drawn(1)), year("3.csv", "uvwxyz", q1=drawn(3))
    both = year("2.csv", "ghijkl", q1_old=drawn(2), q1=drawn(2) + 1)
    code, out, err = run("change", first, last, "--design", tmp_path / "design.yaml", "--both", both)
    assert (code, err) == (0, "")
    (linked,) = json.loads(out)["changes"]
    _, out, _ = run("change", first, last, "--design", tmp_path / "design.yaml")
    (plain,) = json.loads(out)["changes"]
    assert linked["change"] == pytest.approx(plain["change"] - 1)
    assert linked["se"] == pytest.approx(plain["se"])
    assert linked["jump"] == pytest.approx(1)
    assert linked["jump_se"] == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize(
    ("design", "extra", "words"),
    [
        (DESIGN.replace("stages: [psu]\n", ""), (), "cần stages"),
        (DESIGN.replace("mean, of: q1", "quantile, of: q1, p: [0.5]"), (), "quantile"),
        (DESIGN + "replicates: {method: jkn}\n", (), "replicates"),
        (DESIGN, ("--both", "1.csv"), "theo cách cũ"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    run: Ran, year: Callable[..., Path], tmp_path: Path, design: str, extra: tuple[str, ...], words: str
) -> None:
    first, second = year("1.csv", design=design, q1=drawn(1)), year("2.csv", design=design, q1=drawn(2))
    more = [tmp_path / word if word.endswith(".csv") else word for word in extra]
    code, out, err = run("change", first, second, "--design", tmp_path / "design.yaml", *more)
    assert (code, out) == (1, "")
    assert words in err


@pytest.mark.parametrize(
    ("test", "case"), [("f", "F"), ("pearson", "Chisq"), ("wald", "Wald"), ("adjusted_wald", "adjWald")]
)
def test_two_questions_are_tested_as_r_tests_them(run: Ran, tmp_path: Path, test: str, case: str) -> None:
    design = tmp_path / "design.yaml"
    design.write_text("weights: w\nstrata: stratum\nstages: [commune]\n", encoding="utf-8")
    code, out, _ = run("crosstab", REFERENCE / "sipas_a.csv", "--design", design, "--of", "edu", "sex")
    assert code == 0
    found: dict[str, Any] = {entry["test"]: entry for entry in json.loads(out)["tests"]}
    expected = R_CASES[f"sipas_a1.chisq.{case}"]
    degrees = np.atleast_1d(expected["parameter"]).tolist()
    numbers = [found[test]["statistic"], *[found[test]["df_1"], found[test]["df_2"]][: len(degrees)], found[test]["p"]]
    assert numbers == pytest.approx([expected["statistic"], *degrees, expected["p"]], rel=1e-10)


def test_a_table_without_degrees_of_freedom_is_refused_in_words(
    run: Ran, year: Callable[..., Path], tmp_path: Path
) -> None:
    answers = np.tile([1.0, 2.0, 2.0, 1.0], 6)
    data = year("1.csv", design="weights: w\nstages: [region]\n", q1=answers, q2=np.roll(answers, 1))
    lonely = data.with_name("one.csv")
    lonely.write_text(data.read_text("utf-8").replace(",S,", ",N,"), encoding="utf-8")
    (tmp_path / "design.yaml").write_text("weights: w\nstages: [region]\nlonely_psu: certainty\n", encoding="utf-8")
    code, out, err = run("crosstab", lonely, "--design", tmp_path / "design.yaml", "--of", "q1", "q2")
    assert (code, out) == (1, "")
    assert "Không kiểm định được bảng hai chiều" in err


def test_the_tests_of_a_table_are_written_as_csv(run: Ran, tmp_path: Path) -> None:
    design = tmp_path / "design.yaml"
    design.write_text("weights: w\nstrata: stratum\nstages: [commune]\n", encoding="utf-8")
    _, out, _ = run("crosstab", REFERENCE / "sipas_a.csv", "--design", design, "--of", "edu", "sex", "--format", "csv")
    assert out.splitlines()[0] == "test,statistic,df_1,df_2,p"
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["pearson", "f", "wald", "adjusted_wald"]


def test_a_table_that_is_the_same_in_every_psu_is_refused_in_words(
    run: Ran, year: Callable[..., Path], tmp_path: Path
) -> None:
    answers = np.tile([1.0, 1.0, 2.0, 2.0], 6)
    data = year(
        "1.csv", design="weights: one\nstages: [psu]\n", one=np.ones(24), q1=answers, q2=np.tile([1.0, 2.0], 12)
    )
    code, out, err = run("crosstab", data, "--design", tmp_path / "design.yaml", "--of", "q1", "q2", lang="en")
    assert (code, out) == (1, "")
    assert "cannot be tested" in err


@pytest.mark.parametrize(("most", "code"), [(24 * 6, 0), (24 * 6 - 1, 1)])
def test_replicates_that_are_calibrated_again_are_refused_where_they_take_too_much_memory(
    run: Ran, year: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, code: int
) -> None:
    monkeypatch.setattr("parindex.commands.estimation.survey.MOST_RECALIBRATED", most)
    margins = "variable,level,total\nregion,N,30\nregion,S,30\n"
    (tmp_path / "margins.csv").write_text(margins, encoding="utf-8")
    design = DESIGN + "replicates: {method: jkn}\ncalibration: {method: linear, margins: margins.csv}\n"
    data = year("1.csv", design=design, q1=drawn(1))
    found, _, err = run("estimate", data, "--design", tmp_path / "design.yaml")
    assert found == code, err
    assert ("quá nhiều bộ nhớ" in err) == bool(code)
