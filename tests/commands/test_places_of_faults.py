"""What the commands of statistics refuse names file and row, of a workbook the sheet; sheets can be named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from parindex.cli import main
from tests.criteria_workbook.generated import workbook

ANSWERS = "w,s,psu,q1,q2\n" + "".join(
    f"1,{s},{s}{p},{(p + r) % 5 + 1},{r}\n" for s in "ab" for p in range(3) for r in (1, 2)
)
DESIGN = "weights: w\nstrata: s\nstages: [psu]\nestimates:\n  - {statistic: mean, of: q1}\n"
ESTIMATES = "unit,est,se,df\nA,3,0.2,40\nB,2,0.2,40\nC,1.9,0.2,40\n"
COVARIANCE = "unit,A,B,C\nC,0.01,0.01,0.02\nA,0.02,0.01,0.01\nB,0.01,0.02,0.01\n"


def typed(text: str) -> list[list[Any]]:
    return [
        [float(one) if one.replace(".", "").isdigit() else one or None for one in row]
        for row in csv.reader(io.StringIO(text))
    ]


class Place:
    """Commands over files of one folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def put(self, name: str, content: str | Mapping[str, str]) -> str:
        path = self.folder / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_bytes(workbook({sheet: typed(text) for sheet, text in content.items()}))
        return str(path)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["--lang", "vi", *arguments])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capsys)


@pytest.mark.parametrize(
    ("estimates", "rows"),
    [
        (ESTIMATES.replace("B,2,", "B,,"), "dòng 3"),
        (ESTIMATES.replace("B,2,0.2", "B,2,"), "dòng 3"),
        (ESTIMATES.replace("B,2,0.2", "B,2,-0.2"), "dòng 3"),
        (ESTIMATES.replace("1.9,0.2,40", "1.9,0.2,-1"), "dòng 4"),
        (ESTIMATES.replace("1.9,0.2,40", "1.9,0.2,x"), "dòng 4"),
        (ESTIMATES.replace("1.9,0.2,40", "1.9,0.2,x").replace("A,3,0.2,40", "A,3,0.2,inf"), "dòng 4"),
        (ESTIMATES.replace("C,", "A,"), "dòng 2, 4"),
        (ESTIMATES.replace("C,", ","), "dòng 4"),
        ("by.p,value,se,statistic\na,1,1,mean\nb,2,1,mean\na,1,1,share\n", "dòng 2, 4"),
    ],
)
def test_an_estimate_that_is_refused_is_named_by_file_and_row(place: Place, estimates: str, rows: str) -> None:
    code, out, err = place.run("rank", place.put("uoc-luong.csv", estimates))
    assert (code, out) == (1, "")
    assert "uoc-luong.csv" in err
    assert rows in err


def test_a_pooled_variance_names_the_row_of_a_design_effect_that_is_none(place: Place) -> None:
    text = "unit,est,se,df,deff\nA,3,0.2,40,1\nB,2,0.2,40,0\n"
    _, _, err = place.run("rank", place.put("e.csv", text), "--variance", "pooled")
    assert "e.csv, dòng 3" in err


@pytest.mark.parametrize(
    ("covariance", "rows"),
    [
        (COVARIANCE.replace("C,0.01,0.01,0.02", "C,0.01,0.01,"), "cov.csv, dòng 2"),
        (COVARIANCE.replace("A,0.02,0.01,0.01", "A,0.02,0.015,0.01"), "cov.csv, dòng 3"),
        (COVARIANCE + "D,1,1,1\n", "cov.csv, dòng 5: đơn vị lạ: D"),
        (COVARIANCE.replace("C,0.01", "A,0.01"), "cov.csv, dòng 2, 3"),
    ],
)
def test_a_covariance_that_is_refused_is_named_by_file_and_row(place: Place, covariance: str, rows: str) -> None:
    code, _, err = place.run("rank", place.put("e.csv", ESTIMATES), "--covariance", place.put("cov.csv", covariance))
    assert code == 1
    assert rows in err


def test_an_error_of_the_engine_names_the_sheet_of_a_workbook(place: Place) -> None:
    design = place.put("d.yaml", DESIGN)
    broken = ANSWERS.replace("1,a,a0", ",a,a0", 1)
    for command in (["estimate"], ["weigh"], ["crosstab", "--of", "q1", "q2"]):
        of = [command[0], place.put("d.xlsx", {"Phiếu": broken, "Ghi chú": "a\nb\n"}), "--design", design, *command[1:]]
        code, out, err = place.run(*of)
        assert (code, out) == (1, "")
        assert "d.xlsx, sheet “Phiếu”: Quyền số bị trống ở dòng 2" in err
    code, _, err = place.run("change", place.put("a.csv", ANSWERS), place.put("b.csv", broken), "--design", design)
    assert code == 1
    assert "b.csv: Quyền số bị trống ở dòng 2" in err


def test_ranked_units_of_a_workbook_name_the_sheet(place: Place) -> None:
    path = place.put("e.xlsx", {"Ước lượng": ESTIMATES.replace("B,2,0.2", "B,2,"), "Ghi chú": "a\nb\n"})
    code, _, err = place.run("rank", path)
    assert code == 1
    assert "e.xlsx, sheet “Ước lượng”, dòng 3: Thiếu sai số chuẩn" in err


@pytest.mark.parametrize(
    ("margins", "rows"),
    [
        ("variable,level,total\ns,a,10\n", "m.csv, dòng 2"),
        ("variable,level,total\ns,a,10\ns,b,12\ns,c,7\n", "m.csv, dòng 4"),
        ("variable,level,total\ns,a,10\ns,b,-12\n", "m.csv, dòng 3"),
        ("variable,level,total\ns,a,10\ns,b,12\nq2,1,20\nq2,2,3\n", "m.csv, dòng 2, 3, 4, 5"),
    ],
)
def test_totals_that_are_refused_are_named_by_their_own_file_and_rows(place: Place, margins: str, rows: str) -> None:
    place.put("m.csv", margins)
    design = place.put("d.yaml", DESIGN + "calibration: {method: raking, margins: m.csv}\n")
    code, out, err = place.run("estimate", place.put("d.csv", ANSWERS), "--design", design)
    assert (code, out) == (1, "")
    assert rows in err


def test_a_variable_of_margins_that_is_missing_in_the_data_is_told_of_the_data(place: Place) -> None:
    place.put("m.csv", "variable,level,total\nq2,1,10\nq2,2,12\n")
    design = place.put("d.yaml", DESIGN + "calibration: {method: raking, margins: m.csv}\n")
    data = place.put("d.csv", ANSWERS.replace("1,a,a0,2,1", "1,a,a0,2,"))
    _, _, err = place.run("estimate", data, "--design", design)
    assert "d.csv: Biến hiệu chỉnh q2 bị trống ở dòng 2" in err


def test_numbers_that_are_too_large_are_named_by_row(place: Place) -> None:
    data = place.put("d.csv", ANSWERS.replace("1,a,a0,2,1", "1,a,a0,1e200,1"))
    _, _, err = place.run("estimate", data, "--design", place.put("d.yaml", DESIGN))
    assert "d.csv, dòng 2" in err


# sheets

BOOK = {"2025": ANSWERS, "2026": ANSWERS.replace("1,a,a0,2", "1,a,a0,5"), "Ghi chú": "a,b\n1,2\n"}


def commands(place: Place, book: str, second: str) -> Sequence[list[str]]:
    design = place.put("d.yaml", DESIGN)
    return (
        ["estimate", book, "--design", design],
        ["crosstab", book, "--design", design, "--of", "q1", "q2"],
        ["weigh", book, "--design", design, "--output", str(place.folder / "out.csv")],
        ["change", book, second, "--design", design],
    )


def test_the_sheet_of_data_is_asked_for_where_several_fit_and_can_be_named(place: Place) -> None:
    book, second = place.put("d.xlsx", BOOK), place.put("second.csv", ANSWERS)
    for command in commands(place, book, second):
        code, out, err = place.run(*command)
        assert (code, out) == (1, ""), command
        assert "“2025”, “2026”" in err
        assert "Ghi chú" not in err
        code, out, err = place.run(*command, "--sheet", "ZZ")
        assert (code, out) == (2, ""), command
        assert "Không có sheet “ZZ”. Các sheet có nội dung: “2025”, “2026”, “Ghi chú”" in err
        if command[0] != "crosstab":
            code, out, err = place.run(*command, "--sheet", "2026")
            assert code == 0, err
    means = [
        json.loads(place.run("estimate", book, "--design", str(place.folder / "d.yaml"), "--sheet", s)[1])
        for s in ("2025", "2026")
    ]
    assert means[0]["estimates"][0]["value"] < means[1]["estimates"][0]["value"]
    assert ",a,a0,5," in (place.folder / "out.csv").read_text(encoding="utf-8")


def test_the_one_sheet_that_has_the_columns_of_the_design_is_read_without_being_named(place: Place) -> None:
    book = place.put("d.xlsx", {"Hướng dẫn": "đọc\nkỹ\n", "2025": ANSWERS})
    assert place.run("estimate", book, "--design", place.put("d.yaml", DESIGN))[0] == 0


def test_the_sheet_of_estimates_can_be_named(place: Place) -> None:
    book = place.put("e.xlsx", {"Một": ESTIMATES, "Hai": ESTIMATES.replace("A,3,", "A,1,")})
    assert place.run("rank", book)[0] == 1
    for sheet, best in (("một", 1), ("Hai", 3)):
        code, out, _ = place.run("rank", book, "--sheet", sheet)
        assert (code, json.loads(out)["units"][0]["rank"]) == (0, best)
    code, out, err = place.run("rank", book, "--sheet", "Ba")
    assert (code, out) == (2, "")
    assert "“Một”, “Hai”" in err


def test_a_sheet_of_a_file_that_has_none_is_refused(place: Place) -> None:
    path, design = place.put("d.csv", ANSWERS), place.put("d.yaml", DESIGN)
    for command in commands(place, path, path):
        code, out, err = place.run(*command, "--sheet", "2026")
        assert (code, out) == (2, "")
        assert "không phải sổ tính" in err
    assert design


# what did nothing


def test_old_without_both_is_refused_and_with_it_is_the_ending(place: Place) -> None:
    path, design = place.put("d.csv", ANSWERS), place.put("d.yaml", DESIGN)
    code, out, err = place.run("change", path, path, "--design", design, "--old", "_cũ")
    assert (code, out) == (2, "")
    assert "--both" in err
    both = place.put("both.csv", ANSWERS.replace("q2", "q1_cũ"))
    assert place.run("change", path, path, "--design", design, "--both", both, "--old", "_cũ")[0] == 0
    assert place.run("change", path, path, "--design", design, "--both", both)[0] == 1


# units that look alike, units that are not placed


def test_units_that_look_alike_are_noted_with_both_rows(place: Place) -> None:
    text = "unit,est,se\nSNB,3,0.2\nSN\N{CYRILLIC CAPITAL LETTER VE},2,0.2\nSTC,1,0.2\n"
    code, _, err = place.run("rank", place.put("e.csv", text))
    assert code == 0
    assert "e.csv, dòng 3" in err
    assert "e.csv, dòng 2" in err
    assert "U+0412" in err
    assert place.run("rank", place.put("e.csv", ESTIMATES))[2] == ""


def test_a_unit_that_is_not_placed_has_no_probability_and_the_reason_is_told(place: Place) -> None:
    for df, placed in (("4.99", False), ("5", True)):
        path = place.put("e.csv", ESTIMATES.replace("A,3,0.2,40", f"A,3,0.2,{df}"))
        code, out, err = place.run("rank", path, "--best", "1")
        best = json.loads(out)["best"]
        assert code == 0
        assert (best["probability"]["A"] is not None) == placed
        assert best["probability"]["B"] is not None
        assert best.get("reason") == (None if placed else {"A": "df_under_5"})
        assert ("Không nêu xác suất ở trong 1 đơn vị đầu" in err) != placed
        _, out, _ = place.run("rank", path, "--best", "1", "--format", "csv")
        assert {row["unit"]: bool(row["best_1"]) for row in csv.DictReader(io.StringIO(out))} == {
            "A": placed,
            "B": True,
            "C": True,
        }


def test_a_pipe_of_another_kind_is_told_without_the_name_of_a_copy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in (b"", ESTIMATES.encode("utf-16")):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        _, _, err = place.run("rank", "-")
        assert err.startswith("stdin.csv")
