"""Tables as an office saves them: blank rows, heads in capitals, a row of totals; every command reads them alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.cli import main
from parindex.commands.estimation import csv_cells
from parindex.commands.estimation.csv_cells import read_csv_cells, read_csv_text
from tests.commands.test_places_of_faults import ANSWERS, DESIGN, ESTIMATES
from tests.commands.test_score import SET

FACTS = "agency,name,value\nSNV,total,50\nSNV,1.1.on_time,45\nSNV,1.2.judged,0.5\n"
TABLES = {"score": FACTS, "estimate": ANSWERS, "rank": ESTIMATES}


class Office:
    """Each command on a table of its kind."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        (folder / "set.yaml").write_text(SET, encoding="utf-8")
        (folder / "design.yaml").write_text(DESIGN, encoding="utf-8")

    def run(self, command: str, text: str) -> tuple[int, str, str]:
        path = self.folder / "bang.csv"
        path.write_text(text, encoding="utf-8")
        files = {
            "score": [str(self.folder / "set.yaml"), str(path)],
            "estimate": [str(path), "--design", str(self.folder / "design.yaml")],
            "rank": [str(path)],
        }
        code = main(["--lang", "vi", command, *files[command]])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path, capsys)


@pytest.mark.parametrize("command", TABLES)
@pytest.mark.parametrize("blank", ["", ",,,", " , ,\N{NO-BREAK SPACE}", '"","",""'])
def test_rows_that_hold_nothing_are_passed_over_wherever_they_stand(office: Office, command: str, blank: str) -> None:
    head, first, *rest = TABLES[command].splitlines()
    width = head.count(",")
    nothing = blank and (blank + "," * width)[: len(blank) + width - blank.count(",")]
    text = "\n".join([nothing, head, nothing, first, nothing, *rest, nothing, ""])
    plain = office.run(command, TABLES[command])
    assert plain[0] == 0
    assert office.run(command, text) == plain


@pytest.mark.parametrize("block", [16, 1 << 20])
def test_blocks_pass_over_the_rows_that_reading_row_by_row_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(csv_cells, "BLOCK", block)
    path = tmp_path / "data.csv"
    path.write_text(
        "a,b\n,\n1,2\n , \n;,\n\N{NO-BREAK SPACE},\n,3\n\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX},\n,\n",
        encoding="utf-8",
    )
    found = read_csv_cells(path, lambda _: True)
    texts = [[column.coded().texts[code] for code in column.coded().codes] for column in found.columns.values()]
    rows = [list(row) for row in zip(*texts, strict=True)]
    assert (rows, found.all_lines().tolist()) == ([["1", "2"], [";", ""], ["", "3"], ["Â", ""]], [3, 5, 7, 8])
    assert read_csv_text(path)[1:] == (rows, [3, 5, 7, 8])


@pytest.mark.parametrize("command", TABLES)
def test_a_table_of_a_head_alone_is_refused_by_every_command(office: Office, command: str) -> None:
    code, out, err = office.run(command, TABLES[command].splitlines()[0] + "\n")
    assert (code, out) == (1, "")
    assert "bang.csv" in err


@pytest.mark.parametrize("command", ["score", "rank"])
def test_columns_that_a_command_names_itself_may_be_written_in_any_case(office: Office, command: str) -> None:
    head, *rows = TABLES[command].splitlines()
    assert office.run(command, "\n".join([head.upper(), *rows, ""])) == office.run(command, TABLES[command])


def test_a_column_of_another_case_is_the_one_that_is_meant(office: Office) -> None:
    head, *rows = ANSWERS.splitlines()
    _, _, err = office.run("estimate", "\n".join([head.upper(), *rows, ""]))
    assert "Có phải là W không?" in err
    _, _, err = office.run("estimate", "a,b\n1,2\n")
    assert "Các cột có: a, b." in err


@pytest.mark.parametrize(("command", "row"), [("score", "Tổng cộng,total,50"), ("rank", "Tổng,6.9,0.3,40")])
def test_a_row_that_looks_like_a_total_is_noted_with_its_row(office: Office, command: str, row: str) -> None:
    code, _, err = office.run(command, TABLES[command] + row + "\n")
    assert code == 0
    assert "bang.csv, dòng 5" in err
    assert "trông như dòng tổng" in err
    assert "tổng" not in office.run(command, TABLES[command])[2]


def test_a_row_of_facts_without_a_name_says_so(office: Office) -> None:
    code, _, err = office.run("score", FACTS + "Tổng cộng,,\n")
    assert code == 1
    assert "dòng 5, Tổng cộng: thiếu tên số liệu (cột name)" in err
