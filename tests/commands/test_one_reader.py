"""One reader (law 18): a blank is a blank and a cell a cell, whichever command reads it and whatever wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parindex.cli import main
from tests.commands.test_rank import COVARIANCE, ESTIMATES
from tests.commands.test_score import SET
from tests.commands.test_tables_as_workbooks import cells
from tests.commands.test_weigh import DATA as TO_WEIGH
from tests.commands.test_weigh import MARGINS, STEPS
from tests.criteria_workbook.generated import workbook

BLANKS = [
    "\N{NO-BREAK SPACE}",
    "\N{NARROW NO-BREAK SPACE}",
    "\N{THIN SPACE}",
    "\N{FIGURE SPACE}",
    "\N{IDEOGRAPHIC SPACE}",
]
ANSWERS = "province,w,q1\nHòa Lâm,1,rất tốt\nHòa Lâm,1,tốt\nTân Hải,1,rất tốt\nTân Hải,1,tốt\n"
DESIGN = "weights: w\nestimates:\n  - {statistic: share, of: q1, values: [rất tốt], by: [province]}\n"
CHOICE = SET.replace(
    "rule: {judged: true}",
    "inputs: {level: {type: choice, options: [rất tốt, tốt], label: {vi: Mức}}}\n"
    "        rule: {choice: level, shares: {rất tốt: 1, tốt: 0.5}}",
)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["--lang", "vi", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_of_another_kind_in_data_or_design_is_a_blank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: str
) -> None:
    def estimated(answers: str, design: str) -> tuple[int, str, str]:
        (tmp_path / "a.csv").write_text(answers, encoding="utf-8")
        (tmp_path / "d.yaml").write_text(design, encoding="utf-8")
        return ran(capsys, "estimate", str(tmp_path / "a.csv"), "--design", str(tmp_path / "d.yaml"), "--format", "csv")

    plain = estimated(ANSWERS, DESIGN)
    assert plain[0] == 0
    assert plain[2] == ""
    assert estimated(ANSWERS.replace("Hòa Lâm,1,tốt", f"Hòa{blank}Lâm,1,tốt"), DESIGN) == plain
    assert estimated(ANSWERS.replace("rất tốt", f"rất{blank}tốt", 1), DESIGN) == plain
    assert estimated(ANSWERS, DESIGN.replace("rất tốt", f"rất{blank}tốt")) == plain


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_of_another_kind_in_facts_or_law_is_a_blank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: str
) -> None:
    facts = "agency,name,value\nSở Nội vụ,total,50\nSở Nội vụ,1.1.on_time,45\nSở Nội vụ,1.2.level,rất tốt\n"

    def scored(law: str, declared: str) -> tuple[int, str, str]:
        (tmp_path / "set.yaml").write_text(law, encoding="utf-8")
        (tmp_path / "facts.csv").write_text(declared, encoding="utf-8")
        return ran(capsys, "score", str(tmp_path / "set.yaml"), str(tmp_path / "facts.csv"))

    plain = scored(CHOICE, facts)
    assert plain[0] == 0
    assert json.loads(plain[1])["agencies"][0]["points"] == "1.85"
    assert (
        scored(CHOICE, facts.replace("Sở Nội vụ,1.1", f"Sở{blank}Nội vụ,1.1").replace("rất t", f"rất{blank}t")) == plain
    )
    assert scored(CHOICE.replace("rất tốt", f"rất{blank}tốt", 1), facts) == plain
    assert scored(CHOICE.replace("rất tốt", f"rất{blank}tốt"), facts) == plain


@pytest.mark.parametrize("blank", BLANKS)
def test_options_and_keys_that_differ_in_the_kind_of_a_blank_are_the_same_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: str
) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(CHOICE.replace("[rất tốt, tốt]", f"[rất tốt, rất{blank}tốt, tốt]"), encoding="utf-8")
    code, _, err = ran(capsys, "criteria", "check", str(path))
    assert code == 1
    assert "rất tốt" in err
    path.write_text(CHOICE.replace("{rất tốt: 1,", f"{{rất tốt: 1, rất{blank}tốt: 0,"), encoding="utf-8")
    assert ran(capsys, "criteria", "check", str(path))[0] == 1


@pytest.mark.parametrize("blank", [*BLANKS, "\N{ZERO WIDTH SPACE}", "\ufeff", "\N{SOFT HYPHEN}"])
@pytest.mark.parametrize("rows", [1, 3])
def test_rows_of_blanks_of_any_kind_hold_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: str, rows: int
) -> None:
    path = tmp_path / "e.csv"
    path.write_text(ESTIMATES, encoding="utf-8")
    plain = ran(capsys, "rank", str(path))
    path.write_text(ESTIMATES + f"{blank},,{blank}\n" * rows + f'"{blank}"\n', encoding="utf-8")
    assert ran(capsys, "rank", str(path)) == plain
    path.write_text(ESTIMATES + f"{blank}†{blank},,\n", encoding="utf-8")
    assert ran(capsys, "rank", str(path))[0] == 1


@pytest.mark.parametrize("tail", [",", ",,,", " , ", ',"",'])
def test_cells_after_the_last_head_may_be_missing_or_empty_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tail: str
) -> None:
    path = tmp_path / "e.csv"
    path.write_text(ESTIMATES, encoding="utf-8")
    plain = ran(capsys, "rank", str(path))
    head, *rows = ESTIMATES.splitlines()
    for text in (
        "\n".join([head, *(row + tail for row in rows), ""]),
        "\n".join([head + tail, *rows, ""]),
        "\n".join([head + tail, *(row + tail for row in rows), ""]),
    ):
        path.write_text(text, encoding="utf-8")
        assert ran(capsys, "rank", str(path)) == plain
    for at in (1, 3):
        lines = [head + tail, *(row + tail for row in rows)]
        lines[at] += "x"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        code, out, err = ran(capsys, "rank", str(path))
        assert (code, out) == (1, "")
        assert f"Dòng {at + 1} " in err
        assert "“x”" in err


def test_a_row_whose_cells_hold_lines_is_named_by_the_line_on_which_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.csv").write_text('unit,est,se\n"A\nmột",1,0.1\n"B\nhai\nba",x,0.1\n', encoding="utf-8")
    code, _, err = ran(capsys, "rank", str(tmp_path / "e.csv"))
    assert code == 1
    assert "dòng 4" in err


def test_the_sheet_of_margins_is_named_in_the_design(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.csv").write_text(TO_WEIGH, encoding="utf-8")
    (tmp_path / "margins.csv").write_text(MARGINS, encoding="utf-8")
    doubled = [row if at == 0 else [*row[:2], 2 * row[2]] for at, row in enumerate(cells(MARGINS))]
    (tmp_path / "m.xlsx").write_bytes(workbook({"Năm 2025": doubled, "Năm 2026": cells(MARGINS)}))

    def weighed(margins: str) -> tuple[int, str, str]:
        (tmp_path / "d.yaml").write_text(STEPS.replace("margins.csv", margins), encoding="utf-8")
        told = ran(capsys, "weigh", str(tmp_path / "data.csv"), "--design", str(tmp_path / "d.yaml"))
        (tmp_path / "data.weighted.csv").unlink(missing_ok=True)
        return told

    plain = weighed("margins.csv")
    assert plain[0] == 0
    code, out, err = weighed("m.xlsx")
    assert (code, out) == (1, "")
    assert all(word in err for word in ("“Năm 2025”, “Năm 2026”", "--sheet", "khóa sheet"))
    assert weighed('m.xlsx, sheet: "Năm  2026"') == plain
    assert weighed("m.xlsx, sheet: Năm 2025") != plain
    code, _, err = weighed("m.xlsx, sheet: Năm 2024")
    assert code == 2
    assert "“Năm 2024”" in err
    assert "“Năm 2026”" in err
    assert weighed("margins.csv, sheet: Năm 2026")[0] == 2


def test_a_covariance_is_read_with_empty_cells_after_its_last_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.csv").write_text(ESTIMATES, encoding="utf-8")
    told = []
    for text in (COVARIANCE, COVARIANCE.replace("\n", ",\n"), COVARIANCE + ",,,\n"):
        (tmp_path / "cov.csv").write_text(text, encoding="utf-8")
        told.append(ran(capsys, "rank", str(tmp_path / "e.csv"), "--covariance", str(tmp_path / "cov.csv")))
    assert told[0][0] == 0
    assert told[1:] == told[:1] * 2


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;;", " sep=; ", '\ufeff"Sep=;"'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_names_the_delimiter_is_skipped_however_programs_write_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, end: str
) -> None:
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    for command, text in (("rank", ESTIMATES), ("score", "agency,name,value\nA,total,5\nA,1.1.on_time,4\n")):
        path = tmp_path / "t.csv"
        asked = [command, *([str(tmp_path / "set.yaml")] if command == "score" else []), str(path)]
        path.write_text(text, encoding="utf-8")
        plain = ran(capsys, *asked)
        assert plain[0] == 0
        path.write_bytes((line + "\n" + text.replace(",", ";")).replace("\n", end).encode())
        assert ran(capsys, *asked) == plain


def test_a_line_that_names_another_delimiter_is_told_as_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("sep=|\n" + ESTIMATES.replace(",", "|"), encoding="utf-8")
    code, _, err = ran(capsys, "rank", str(tmp_path / "t.csv"))
    assert code == 1
    assert "Dòng 2" in err
    assert "“|”" in err


def test_a_csv_that_is_called_a_workbook_is_read_as_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for name in ("e.csv", "e.xlsx"):
        (tmp_path / name).write_text(ESTIMATES, encoding="utf-8")
        told.append(ran(capsys, "rank", str(tmp_path / name)))
    assert told[0][0] == 0
    assert told[0] == told[1]
    (tmp_path / "e.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert ran(capsys, "rank", str(tmp_path / "e.xlsx"))[0] == 2
