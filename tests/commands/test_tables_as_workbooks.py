"""Facts, agencies, samples, data of a survey, estimates, covariances and margins: a workbook is as good as a CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from parindex.agencies.importing import read_csv
from parindex.cli import main
from parindex.commands.failures import fault_text, rows_of
from parindex.commands.loading.sample_file import read_sample
from parindex.errors import Refused
from parindex.reading.csv_rows import BrokenTable
from tests.commands.test_estimate import DATA, DESIGN
from tests.commands.test_rank import COVARIANCE, ESTIMATES
from tests.commands.test_score import FACTS, SET
from tests.commands.test_weigh import DATA as TO_WEIGH
from tests.commands.test_weigh import MARGINS, STEPS
from tests.criteria_workbook.generated import workbook

SMALL = "weights: w\nstrata: s\nstages: [psu]\nestimates:\n  - {statistic: mean, of: q1}\n"
AGENCIES = (
    "code,name_vi,tier,official_order,valid_from\nSNV,Sở Nội vụ,department,1,2026-01-05\nH26.1,Sở Y tế,department,2,\n"
)
SAMPLE = (
    "agency,stratum,psu,psu_name,ssu,ssu_name,psu_population,psu_drawn,psu_probability,ssu_population,ssu_drawn,"
    "population,drawn\nSNV,s1,p1,Hòa Lâm,v1,Thôn 1,20,2,0.125,8,2,1234,10\n"
)


def cells(text: str, *, numbers: bool = True) -> list[list[Any]]:
    """The rows of a CSV as somebody types them into a spreadsheet."""
    number = re.compile(r"-?[0-9]+(\.[0-9]+)?")
    return [
        [float(one) if numbers and number.fullmatch(one) else one for one in row]
        for row in csv.reader(io.StringIO(text))
    ]


class Files:
    """Runs a command on files that are written as CSV, or as workbooks with the same rows."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], *, workbooks: bool) -> None:
        self.folder, self.capsys, self.workbooks = folder, capsys, workbooks

    def put(self, name: str, text: str) -> str:
        if not self.workbooks:
            path = self.folder / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
        else:
            path = self.folder / f"{name}.xlsx"
            path.write_bytes(workbook({"Hướng dẫn": [], "Số liệu": cells(text)}))
        return str(path)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main(["--lang", "vi", *arguments])
        told = self.capsys.readouterr()
        return code, *(re.sub(r"\.(csv|xlsx)\b", "", text) for text in (told.out, told.err))  # type: ignore[return-value]


@pytest.fixture
def both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Files, Files]:
    return Files(tmp_path, capsys, workbooks=False), Files(tmp_path, capsys, workbooks=True)


def test_facts_of_a_workbook_give_the_points_of_a_csv(both: tuple[Files, Files], tmp_path: Path) -> None:
    law = tmp_path / "set.yaml"
    law.write_text(SET, encoding="utf-8")
    for form in ("json", "csv", "table"):
        first, second = (one.run("score", str(law), one.put("facts", FACTS), "--format", form) for one in both)
        assert first[0] == 0
        assert first == second


def test_refused_facts_of_a_workbook_name_sheet_and_cell(both: tuple[Files, Files], tmp_path: Path) -> None:
    law = tmp_path / "set.yaml"
    law.write_text(SET, encoding="utf-8")
    code, out, err = both[1].run("score", str(law), both[1].put("facts", "agency,name,value\nA,nothing,1\n"))
    assert (code, out) == (1, "")
    assert "sheet “Số liệu”, dòng 2, ô B2" in err
    path = tmp_path / "two.xlsx"
    path.write_bytes(workbook({"Một": cells(FACTS), "Hai": cells(FACTS)}))
    code, out, err = both[1].run("score", str(law), str(path), "--format", "csv", "--reasons", "none")
    assert (code, out) == (1, "")
    assert "“Một”, “Hai”" in err


def test_data_and_estimates_of_a_workbook_give_what_a_csv_gives(both: tuple[Files, Files], tmp_path: Path) -> None:
    design = tmp_path / "design.yaml"
    design.write_text(DESIGN, encoding="utf-8")
    first, second = (one.run("estimate", one.put("data", DATA), "--design", str(design)) for one in both)
    assert first[0] == 0
    assert first == second
    first, second = (
        one.run("rank", one.put("estimates", ESTIMATES), "--covariance", one.put("cov", COVARIANCE)) for one in both
    )
    assert first[0] == 0
    assert first == second


def test_margins_and_data_to_weigh_of_a_workbook_give_what_a_csv_gives(
    both: tuple[Files, Files], tmp_path: Path
) -> None:
    written = []
    for one in both:
        margins = Path(one.put("margins", MARGINS))
        design = tmp_path / "design.yaml"
        design.write_text(STEPS.replace("margins.csv", margins.name), encoding="utf-8")
        code, out, err = one.run("weigh", one.put("data", TO_WEIGH), "--design", str(design))
        assert (code, err) == (0, "")
        written.append((out, (tmp_path / "data.weighted.csv").read_text(encoding="utf-8")))
        (tmp_path / "data.weighted.csv").unlink()
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["s", "psu", "w", "q1"], ["a", "1", "1,5", 4]], "dòng 2 (C2)"),
        ([["s", "psu", "w", "q1"], ["a", "1", "1.250", 4], ["a", "2", "2", 4]], "dòng 2 (C2)"),
        ([["s", "psu", "w", "s"], ["a", "1", "1", 4]], "sheet “Số liệu”, ô D1"),
        ([["s", "psu", "w", "q1"], ["a", "1", 1, 4, "thừa"]], "sheet “Số liệu”, ô E2"),
    ],
)
def test_what_is_wrong_with_data_of_a_workbook_names_sheet_and_cell(
    both: tuple[Files, Files], tmp_path: Path, rows: Sequence[Sequence[Any]], told: str
) -> None:
    design, data = tmp_path / "design.yaml", tmp_path / "data.xlsx"
    design.write_text(SMALL, encoding="utf-8")
    data.write_bytes(workbook({"Số liệu": rows}))
    code, out, err = both[1].run("estimate", str(data), "--design", str(design))
    assert (code > 0, out) == (True, "")
    assert told in err
    assert "sheet “Số liệu”" in err


def sheet(text: str, change: Mapping[str, str] | None = None) -> bytes:
    return workbook({"Mẫu": [[(change or {}).get(one, one) for one in row] for row in cells(text)]})


def test_agencies_of_a_workbook_are_those_of_a_csv_and_what_is_wrong_has_its_cell() -> None:
    assert read_csv(sheet(AGENCIES)) == read_csv(AGENCIES.encode())
    with pytest.raises(Refused) as refused:
        read_csv(sheet(AGENCIES, {"department": "phòng"}))
    told = [fault_text(one, "vi") for one in rows_of(refused.value.fields)]
    assert [line.partition(":")[0] for line in told] == ["sheet “Mẫu”, ô C2", "sheet “Mẫu”, ô C3"]


def test_a_sample_of_a_workbook_is_that_of_a_csv_and_what_is_wrong_has_its_cell() -> None:
    assert read_sample(sheet(SAMPLE)) == read_sample(SAMPLE.encode())
    with pytest.raises(BrokenTable) as broken:
        read_sample(sheet(SAMPLE.replace("0.125", "1.5")))
    assert [fault_text(one, "vi").partition(":")[0] for one in broken.value.faults] == ["sheet “Mẫu”, ô I2"]


def test_a_number_of_a_cell_is_a_name_as_it_is_and_asks_nothing(both: tuple[Files, Files], tmp_path: Path) -> None:
    design = tmp_path / "design.yaml"
    design.write_text(
        "weights: w\nestimates:\n  - {statistic: mean, of: x, by: [place]}\n  - {statistic: total, of: x}\n", "utf-8"
    )
    data = "w,place,x\n2.057,1.101,1.250\n1.5,1.101,2.125\n1.5,2.202,3\n"
    first, second = (one.run("estimate", one.put("data", data), "--design", str(design)) for one in both)
    assert first[0] == 0
    assert first == second
    assert '"place": "1.101"' in second[1]


def test_text_of_a_workbook_that_may_be_thousands_is_asked_in_its_column(tmp_path: Path, capsys: Any) -> None:
    design, path = tmp_path / "design.yaml", tmp_path / "data.xlsx"
    design.write_text("weights: w\nestimates:\n  - {statistic: mean, of: x}\n", "utf-8")
    path.write_bytes(workbook({"Dữ liệu": [["w", "x"], [2.057, "1.250"], [1.5, "3"]]}))
    assert main(["estimate", str(path), "--design", str(design)]) == 1
    assert "B2" in capsys.readouterr().err
