"""``parindex weigh``: data with weights, a report of every step, and the same weights in ``estimate``."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parindex.cli import main
from parindex.statistics import Margin, adjust_by_class, calibrate, margin, trimming

DATA = """id,province,commune,sex,age,w,answered,q1
1,n,a,f,young,10,1,5
2,n,a,m,old,10,1,4
3,n,b,,old,12,0,
4,n,b,m,young,12,1,4
5,s,c,f,young,8,1,5
6,s,c,m,old,8,1,2
7,s,d,f,old,9,1,3
8,s,d,,young,9,0,NA
"""
MARGINS = "variable,level,total\nsex,f,40\nsex,m,38\nage,young,36\nage,old,42\n"
STEPS = """weights: w
strata: province
stages: [commune]
nonresponse: {method: class, responded: answered, classes: [province]}
calibration: {method: raking, margins: margins.csv}
trimming: {upper: 1.2, of: mean}
"""
ESTIMATES = "estimates:\n  - {statistic: mean, of: q1}\n  - {statistic: total, of: q1}\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str
    folder: Path

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]

    def column(self, name: str, file: str = "data.weighted.csv") -> np.ndarray:
        rows = list(csv.DictReader(io.StringIO((self.folder / file).read_text(encoding="utf-8"))))
        return np.array([float(row[name]) for row in rows])


Command = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on data and a design given as text."""

    def command(
        design: str = STEPS, data: str = DATA, *options: str, name: str = "weigh", margins: str = MARGINS
    ) -> Ran:
        (tmp_path / "data.csv").write_text(data, encoding="utf-8")
        (tmp_path / "margins.csv").write_text(margins, encoding="utf-8")
        (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
        code = main(
            ["--lang", "vi", name, str(tmp_path / "data.csv"), "--design", str(tmp_path / "design.yaml"), *options]
        )
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err, tmp_path)

    return command


def refused(ran: Ran, *words: str, code: int = 1) -> None:
    assert ran.code == code
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert not (ran.folder / "data.weighted.csv").exists()
    for word in words:
        assert word in ran.err


def known_margins(weights: np.ndarray) -> list[Margin]:
    rows = list(csv.DictReader(io.StringIO(DATA)))
    totals = {"sex": {"f": 40.0, "m": 38.0}, "age": {"young": 36.0, "old": 42.0}}
    return [margin(v, [row[v] or None for row in rows], levels, weights > 0) for v, levels in totals.items()]


def test_every_step_is_a_column_and_the_last_one_is_final(run: Command) -> None:
    ran = run()
    assert ran.code == 0, ran.err
    assert ran.report["columns"] == ["w_nonresponse", "w_calibrated", "w_trimmed", "w_final"]
    w = np.array([10.0, 10, 12, 12, 8, 8, 9, 9])
    answered = [1, 1, 0, 1, 1, 1, 1, 0]
    adjusted = adjust_by_class(w, answered, [list("nnnnssss")]).weights
    calibrated = calibrate(adjusted, known_margins(adjusted)).weights
    trimmed = trimming(calibrated, 0, 1.2, of="mean").weights
    for name, expected in (
        ("w_nonresponse", adjusted),
        ("w_calibrated", calibrated),
        ("w_trimmed", trimmed),
        ("w_final", trimmed),
    ):
        np.testing.assert_allclose(ran.column(name), expected, rtol=1e-12)


def test_the_data_are_written_as_they_were_read(run: Command) -> None:
    ran = run()
    lines = (ran.folder / "data.weighted.csv").read_text(encoding="utf-8").splitlines()
    for before, after in zip(DATA.splitlines(), lines, strict=True):
        assert after.startswith(before + ",")


def test_the_report_tells_steps_margins_effective_size_and_trimming(run: Command) -> None:
    report = run().report
    steps = {step["step"]: step for step in report["steps"]}
    assert list(steps) == ["design", "nonresponse", "calibration", "trimming"]
    assert (steps["design"]["n"], steps["nonresponse"]["n"]) == (8, 6)
    assert steps["nonresponse"]["classes"][0] == {
        "class": "n",
        "joined": [],
        "drawn": 4,
        "answered": 3,
        "factor": 44 / 32,
    }
    assert all(step["n_eff"] * step["deff"] == pytest.approx(step["n"]) for step in report["steps"])
    assert steps["calibration"]["error"] < 1e-8
    assert steps["trimming"]["cut"] == 1
    assert steps["trimming"]["moved"] > 0
    assert steps["trimming"]["largest"] == pytest.approx(steps["trimming"]["upper"])
    assert [m["level"] for m in report["margins"]] == ["f", "m", "young", "old"]
    assert report["worst_margin"]["error"] == max(m["error"] for m in report["margins"]) > 0.001


def test_without_trimming_every_margin_is_reached(run: Command) -> None:
    design = "".join(line for line in STEPS.splitlines(keepends=True) if not line.startswith("trimming"))
    assert run(design).report["worst_margin"]["error"] < 1e-8


def test_estimate_reads_the_same_file_and_uses_the_same_weights(run: Command) -> None:
    ran = run(STEPS + ESTIMATES)
    weights, q1 = ran.column("w_final"), np.array([5, 4, 0, 4, 5, 2, 3, 0.0])
    estimated = run(STEPS + ESTIMATES, name="estimate").report
    mean, total = estimated["estimates"]
    assert mean["value"] == pytest.approx(weights @ q1 / weights.sum(), rel=1e-12)
    assert total["value"] == pytest.approx(weights @ q1, rel=1e-12)
    assert mean["n"] == 6
    assert [step["step"] for step in estimated["design"]["weights"]] == [s["step"] for s in ran.report["steps"]]


def test_estimates_from_the_written_weights_are_those_of_the_steps_without_calibration(run: Command) -> None:
    design = "".join(line for line in STEPS.splitlines(keepends=True) if not line.startswith("calibration"))
    ran = run(design)
    direct = run(design + ESTIMATES, name="estimate").report["estimates"]
    written = (ran.folder / "data.weighted.csv").read_text(encoding="utf-8")
    plain = STEPS.split("nonresponse", maxsplit=1)[0].replace("weights: w", "weights: w_final") + ESTIMATES
    assert run(plain, written, name="estimate").report["estimates"] == direct


@pytest.mark.parametrize("method", ["{method: jkn}", "{method: rao-wu, count: 20, seed: 3}"])
def test_replicates_go_through_the_same_steps(run: Command, method: str) -> None:
    design = STEPS.replace("commune]", "commune, id]") + f"replicates: {method}\n" + ESTIMATES
    data = "\n".join([DATA.splitlines()[0], *(line for k in range(3) for line in repeated(k))]) + "\n"
    ran = run(design.replace("raking", "linear"), data, name="estimate")
    assert ran.code == 0, ran.err
    linear = run(STEPS.replace("raking", "linear") + ESTIMATES, data, name="estimate").report["estimates"][0]
    mean = ran.report["estimates"][0]
    assert mean["value"] == pytest.approx(linear["value"], rel=1e-12)
    assert mean["se"] == pytest.approx(linear["se"], rel=0.8)


def repeated(k: int) -> list[str]:
    """The rows again in communes of other names."""
    return [
        ",".join([f"{k}{cells[0]}", cells[1], f"{cells[2]}{k}", *cells[3:]])
        for cells in (line.split(",") for line in DATA.splitlines()[1:])
    ]


def test_propensity_weights_those_who_answered_by_how_likely_that_was(run: Command) -> None:
    design = STEPS.split("nonresponse", maxsplit=1)[0]
    design += "nonresponse: {method: propensity, responded: answered, on: [age], groups: 0, weighted: true}\n"
    ran = run(design)
    assert ran.code == 0, ran.err
    old = np.array([False, True, True, False, False, True, True, False])
    w, came = np.array([10.0, 10, 12, 12, 8, 8, 9, 9]), np.array([1, 1, 0, 1, 1, 1, 1, 0])
    expected = np.zeros(8)
    for group in (old, ~old):
        expected[group] = (w * came)[group] * w[group].sum() / (w * came)[group].sum()
    np.testing.assert_allclose(ran.column("w_final"), expected, rtol=1e-8)


def test_classes_that_were_joined_are_named(run: Command) -> None:
    ran = run(STEPS.replace("classes: [province]", "classes: [province, age], least: 2"))
    classes = ran.report["steps"][1]["classes"]
    assert {each["class"]: each["joined"] for each in classes} == {"n": ["n/old", "n/young"], "s": ["s/old", "s/young"]}


def test_parquet_is_read_and_written(run: Command, tmp_path: Path) -> None:
    first = run(STEPS, DATA, "--output", str(tmp_path / "out.parquet"))
    assert first.code == 0, first.err
    plain = run()
    again = main(
        ["weigh", str(tmp_path / "out.parquet"), "--design", str(tmp_path / "design.yaml"),
         "--output", str(tmp_path / "twice.csv")]
    )  # fmt: skip
    assert again == 1, "the columns are there already"
    (tmp_path / "again.yaml").write_text("weights: w_final\n", encoding="utf-8")
    code = main(
        ["weigh", str(tmp_path / "out.parquet"), "--design", str(tmp_path / "again.yaml"),
         "--output", str(tmp_path / "twice.csv")]
    )  # fmt: skip
    assert code == 0
    np.testing.assert_array_equal(plain.column("w_final_final", "twice.csv"), plain.column("w_final"))


def test_the_flat_formats_hold_the_same_numbers(run: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(run(STEPS, DATA, "--format", "csv").out)))
    steps = run().report["steps"]
    assert [float(row["n_eff"]) for row in rows] == [step["n_eff"] for step in steps]
    table = run(STEPS, DATA, "--format", "table").out
    assert "Cắt quyền số" in table
    assert "young" in table


@pytest.mark.parametrize(
    ("design", "data", "words"),
    [
        (STEPS, DATA.replace("12,0,", "12,2,"), ["answered", "4"]),
        (STEPS, DATA.replace("12,0,", "12,,"), ["answered", "4"]),
        (STEPS, DATA.replace(",1,", ",0,"), ["Không ai"]),
        (STEPS, DATA.replace("8,1,5", "8,0,5").replace("8,1,2", "8,0,2").replace("9,1,3", "9,0,3"), ["young"]),
        (STEPS.replace("upper: 1.2", "upper: 0.5"), DATA, ["trung bình"]),
        (STEPS.replace("upper: 1.2", "lower: 2, upper: 1"), DATA, ["dòng 6", "lower"]),
        (STEPS.replace("{upper: 1.2, of: mean}", "{of: mean}"), DATA, ["dòng 6", "upper"]),
        (STEPS.replace("upper: 1.2", "uper: 1.2"), DATA, ["uper", "upper"]),
        (STEPS.replace("classes: [province]", "on: [age]"), DATA, ["dòng 4", "on", "class"]),
        (STEPS.replace(", classes: [province]", ""), DATA, ["dòng 4", "classes"]),
        (STEPS.replace("class,", "propensity,").replace("classes: [province]", "groups: 2"), DATA, ["on", "numbers"]),
        (
            STEPS.replace("class,", "propensity,").replace("classes: [province]", "on: [sex]"),
            DATA,
            ["sex", "4, 9"],
        ),
        (
            STEPS.replace("class,", "propensity,").replace("classes: [province]", "numbers: [answered]"),
            DATA,
            ["hồi quy"],
        ),
        (STEPS, DATA.replace("id,", "w_final,"), ["w_final"]),
        (STEPS + "replicates: {method: given, columns: [w]}\n", DATA, ["given"]),
    ],
)
def test_what_cannot_be_weighted_is_refused_with_its_place(
    run: Command, design: str, data: str, words: list[str]
) -> None:
    refused(run(design, data), *words)


def test_margins_out_of_reach_name_the_worst(run: Command) -> None:
    refused(run(STEPS.replace("margins.csv}", "margins.csv, bounds: [0.99, 1.01]}")), "young", "36")


def test_files_that_cannot_be_read_or_written_are_wrong_usage(run: Command, tmp_path: Path) -> None:
    refused(run(STEPS, DATA, "--output", str(tmp_path / "data.csv")), "data.csv", code=2)
    refused(run(STEPS, DATA, "--output", str(tmp_path / "out.txt")), "out.txt", code=2)
    refused(run(STEPS, DATA, "--output", str(tmp_path / "no" / "out.csv")), "out.csv", code=2)
    assert (tmp_path / "data.csv").read_text(encoding="utf-8") == DATA
    assert main(["weigh", str(tmp_path / "no.csv"), "--design", str(tmp_path / "design.yaml")]) == 2


def test_a_design_that_only_weighs_is_refused_by_estimate_and_one_that_only_estimates_is_weighed(run: Command) -> None:
    refused(run(STEPS, name="estimate"), "estimates")
    plain = run("weights: w\n" + ESTIMATES)
    assert plain.report["columns"] == ["w_final"]
    np.testing.assert_array_equal(plain.column("w_final"), plain.column("w"))


def test_what_was_read_is_written_again_but_for_what_a_spreadsheet_would_execute(run: Command) -> None:
    data = DATA.replace(",a,", ",=a,").replace(",b,", ",-2.50,")
    ran = run("weights: w\nstrata: province\nstages: [commune]\n", data)
    assert ran.code == 0, ran.err
    read, written = (list(csv.reader(io.StringIO(text))) for text in (
        data, (ran.folder / "data.weighted.csv").read_text(encoding="utf-8")))  # fmt: skip
    wide = len(read[0])
    assert [row[:wide] for row in written] == [["'=a" if cell == "=a" else cell for cell in row] for row in read]
    assert any("'=a" in row for row in written)
    assert any("-2.50" in row for row in written)


def test_domains_that_a_spreadsheet_would_execute_are_text_in_the_csv(run: Command) -> None:
    design = "weights: w\nstrata: province\nstages: [commune]\nestimates:\n  - {statistic: mean, of: w, by: age}\n"
    ran = run(design, DATA.replace("young", "=young").replace("old", "-1"), "--format", "csv", name="estimate")
    assert ran.code == 0, ran.err
    assert {line.split(",")[2] for line in ran.out.splitlines()[1:]} == {"'=young", "-1"}


def test_a_weighted_file_gives_our_own_command_the_labels_that_were_read(run: Command) -> None:
    design = "weights: w\nstrata: province\nstages: [commune]\nestimates:\n  - {statistic: total, of: w, by: age}\n"
    data = DATA.replace("young", "=young").replace("old", "-x")
    before = run(design, data, name="estimate")
    assert before.code == 0, before.err
    assert run(design, data).code == 0
    written = (before.folder / "data.weighted.csv").read_text(encoding="utf-8")
    assert "'=young" in written
    after = run(design, written, name="estimate")
    assert after.code == 0, after.err
    assert after.report["estimates"] == before.report["estimates"]
    assert {one["by"]["age"] for one in after.report["estimates"]} == {"=young", "-x"}


def test_factors_that_a_reader_must_hear_of_are_told_as_estimate_tells_them(run: Command) -> None:
    far = re.sub(r"(\d+)$", r"\g<1>000", MARGINS, flags=re.MULTILINE)
    weighed, estimated = run(margins=far), run(STEPS + ESTIMATES, margins=far, name="estimate")
    assert weighed.err
    assert weighed.err.splitlines()[0] in estimated.err
    assert json.loads(weighed.out)["warnings"] == weighed.err.splitlines()
