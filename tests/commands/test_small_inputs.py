"""Small inputs that went wrong with other tools, a kind a test: read as meant, asked, refused or named by place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parindex.agencies.importing import read_csv
from parindex.cli import main
from parindex.commands.loading.sample_file import read_sample
from parindex.commands.loading.year_reading import read_year
from parindex.criteria_workbook import Imported
from parindex.errors import Refused
from parindex.reading.csv_rows import BrokenTable
from parindex.scoring import Defect, RefusedFacts, load_bytes, parse_value, read_facts
from tests.criteria_workbook.test_marks import ROWS, annex, outline, rewritten, told

Run = Callable[..., tuple[int, str, str]]

LAW = b"""set: thu
version: "2026.1"
title: {vi: "Th\xe1\xbb\xad"}
status: illustrative
tier: department
years: [2026]
areas:
  - code: "1"
    title: {vi: "A"}
    criteria:
      - code: "1.1"
        title: {vi: "B"}
        max: 2
        inputs:
          done: {type: count, label: {vi: "C"}}
          all: {type: count, label: {vi: "D"}}
        rule: {ratio: [done, all], when_zero: not_applicable}
      - code: "1.2"
        title: {vi: "F"}
        max: 1
        inputs: {issued: {type: date, label: {vi: "E"}}}
        rule: {by: issued, steps: [{until: 2026-03-31, points: 1}]}
"""
DESIGN = "weights: w\nstages: [commune]\nestimates:\n  - {statistic: mean, of: q1, by: [province]}\n"
SURVEY = "province,commune,w,q1\nhoa-lac,a,10,5\nhoa-lac,b,12,2\ntan-hai,c,8,5\ntan-hai,d,9,3\n"
AGENCIES = "code,name_vi,tier,official_order\nSNV,Sở Nội vụ,department,1\nSYT,Sở Y tế,department,2\n"
SAMPLE = (
    "agency,stratum,psu,psu_name,ssu,ssu_name,psu_population,psu_drawn,psu_probability,ssu_population,ssu_drawn,"
    "population,drawn\n"
    "SNV,s,X01,Xã An Bình,T1,Thôn 1,40,12,0.31,9,2,640,25\nSNV,s,X01,Xã An Bình,T2,Thôn 2,40,12,0.31,9,2,410,25\n"
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        code = main(["--lang", "en", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return command


@pytest.fixture
def provinces(run: Run, tmp_path: Path) -> Callable[[str], list[str]]:
    """Provinces that are estimated from the rows of a survey."""

    def command(rows: str) -> list[str]:
        (tmp_path / "data.csv").write_text(rows, encoding="utf-8")
        (tmp_path / "design.yaml").write_text(DESIGN, encoding="utf-8")
        code, out, err = run("estimate", tmp_path / "data.csv", "--design", tmp_path / "design.yaml")
        assert code == 0, err
        return [one["by"]["province"] for one in json.loads(out)["estimates"]]

    return command


def nothing(*_: Any) -> None:
    """An annex as it stands."""


def faults(data: str) -> list[tuple[int, str]]:
    """Row and code of everything wrong with a sample."""
    with pytest.raises(BrokenTable) as broken:
        read_sample(data.encode())
    return [(one.row, one.code) for one in broken.value.faults]


def agency_faults(data: str) -> list[tuple[object, str]]:
    with pytest.raises(Refused) as refused:
        read_csv(data.encode())
    return [(one.values["row"], one.code) for one in refused.value.fields]


def year_faults(text: str) -> set[str]:
    """Codes of what is wrong with the file of a year."""
    read = read_year(Path("year.yaml"), text.encode())
    return {one.what.code for one in read.faults if isinstance(one.what, Defect)}


def refusals(rows: str) -> list[tuple[int | None, str]]:
    with pytest.raises(RefusedFacts) as refused:
        read_facts(("agency,name,value\n" + rows).encode(), load_bytes(LAW, "thu.yaml"))
    return [(one.row, one.code) for one in refused.value.refusals]


def test_agencies_cells_and_heads() -> None:
    assert agency_faults(AGENCIES + "SNN,Sở Nông nghiệp, Môi trường,department,3\n") == [(4, "row_too_long")]
    assert agency_faults("code,code,name_vi,tier\nA,B,C,department\n") == [(1, "heads_repeated")]


@pytest.mark.parametrize("same", ["hoa-lac ", " hoa-lac", "hoa-lac\N{NO-BREAK SPACE}", "hoa-lac\N{ZERO WIDTH SPACE}"])
def test_categories_not_normalised(provinces: Callable[[str], list[str]], same: str) -> None:
    assert provinces(SURVEY.replace("hoa-lac", same, 1)) == ["hoa-lac", "tan-hai"]
    composed, parted = "Hòa Lạc", "Ho\N{COMBINING GRAVE ACCENT}a La\N{COMBINING DOT BELOW}c"
    rows = SURVEY.replace("hoa-lac", composed).replace(composed, parted, 1)
    assert provinces(rows) == [composed, "tan-hai"]


@pytest.mark.parametrize("tail", [";;;\n;;;\n", "\n\n", " ; ;;\n"])
def test_csv_tails(provinces: Callable[[str], list[str]], tail: str) -> None:
    assert provinces("sep=;\n" + SURVEY.replace(",", ";") + tail) == ["hoa-lac", "tan-hai"]


@pytest.mark.parametrize("word", ["#NAME?", "#REF!", "#N/A", ""])
def test_error_and_formula_cells(word: str) -> None:
    found = annex(lambda _, sheet: sheet.write_formula("B5", "=x", None, word))
    assert found.criteria_set is None
    assert any("cell B5" in line and (word or "formula") in line for line in told(found))


@pytest.mark.parametrize("name", ["=cmd", "+B", "@sum", "-1+2"])
def test_formula_cells_in_statistics_csv(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "rank.csv").write_text(f"unit,est,se,df\n{name},88,.4,30\nB,87,.4,30\n", encoding="utf-8")
    code, out, _ = run("rank", tmp_path / "rank.csv", "--format", "csv")
    assert (code, [line for line in out.splitlines() if line.startswith(("=", "+", "@", "-"))]) == (0, [])
    assert "'" + name in out


def test_hidden_and_struck_rows() -> None:
    hidden = annex(lambda _, sheet: sheet.set_row(4, None, None, {"hidden": True}))
    struck = annex(lambda book, sheet: sheet.write("B5", "Kiểm tra", book.add_format({"font_strikeout": True})))
    for found, word in ((hidden, "hidden"), (struck, "struck")):
        assert [line for line in told(found) if line.startswith("row 5: ") and word in line]
    wrong = annex(lambda _, sheet: sheet.set_row(4, None, None, {"hidden": True}), [*ROWS, [None, "Tổng cộng", 2]])
    assert any(line.startswith("row 6") for line in told(wrong))


def test_import_overwrites(run: Run, tmp_path: Path) -> None:
    from tests.criteria_workbook.generated import workbook

    source, out = tmp_path / "pl.xlsx", tmp_path / "so" / "2026.1.yaml"
    source.write_bytes(workbook({"PL": ROWS}))
    assert run("criteria", "import", source, "--out", out)[0] == 0
    out.write_text(out.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    assert run("criteria", "import", source, "--out", out)[0] == 2
    assert "# by hand" in out.read_text(encoding="utf-8")
    assert run("criteria", "import", source, "--out", out, "--force")[0] == 0
    assert "# by hand" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "unseen", ["\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH NO-BREAK SPACE}"]
)
def test_invisible_characters(unseen: str) -> None:
    assert refusals(f"SNV,1.1.done,9\nSNV{unseen},1.1.done,8\n")[0] == (3, "repeated_fact")
    found = annex(lambda _, sheet: sheet.write("C4", f"2{unseen}"))
    assert outline(found)[1] == ("1.1", "2")


@pytest.mark.parametrize(
    ("font", "words"), [(".VnTime", "KÕ ho¹ch ®iÒu hµnh"), ("VNI-Times", "Keá hoaïch ñieàu haønh")]
)
def test_legacy_fonts(font: str, words: str) -> None:
    found = annex(lambda book, sheet: sheet.write("B4", words, book.add_format({"font_name": font})))
    assert any("cell B4" in line and ("TCVN3" in line or "VNI" in line) for line in told(found))


def test_load_tells_database_errors() -> None:
    assert len(read_csv(AGENCIES.replace("\n", "\r").encode())) == 2
    assert agency_faults(AGENCIES.replace(",2\n", ",99999999999\n")) == [(3, "order_not_number")]
    assert faults(SAMPLE + SAMPLE.splitlines()[2]) == [(4, "rows_repeated")]
    assert {code for _, code in faults(SAMPLE.replace("0.31", "31"))} == {"number_outside"}
    assert "too_nested" in year_faults("a: " + "[" * 200 + "]" * 200)


@pytest.mark.parametrize("eth", ["\N{LATIN CAPITAL LETTER ETH}", "\N{LATIN CAPITAL LETTER AFRICAN D}"])
def test_lookalikes_of_d_stroke(eth: str) -> None:
    law = load_bytes(LAW, "thu.yaml")
    rows = f"agency,name,value\nLâm Đồng,1.1.done,9\nLâm {eth}ồng,1.1.all,10\n"
    assert list(read_facts(rows.encode(), law)) == ["Lâm Đồng"]
    assert outline(annex(lambda _, sheet: sheet.write("C2", f"{eth}iểm tối đa")))[0] == ("1", "5")


def test_outline_a_i_1() -> None:
    rows = [*ROWS[:2], ["A", "Một", 2], ["I", "Hai", 2], ["1", "Ba", 2], ["II", "Bốn", None], ["1", "Năm", 1]]
    rows[2][2] = 3
    rows[5][2] = 1
    assert [code for code, _ in outline(annex(nothing, rows))] == ["1", "1.1", "1.1.1", "1.2", "1.2.1"]


def test_part_larger_than_whole(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thu.yaml").write_bytes(LAW)
    (tmp_path / "facts.csv").write_text("agency,name,value\nA,1.1.done,110\nA,1.1.all,100\n", encoding="utf-8")
    _, out, _ = run("score", tmp_path / "thu.yaml", tmp_path / "facts.csv")
    assert json.loads(out)["agencies"][0]["criteria"]["1.1"]["flags"] == ["over_whole"]


@pytest.mark.parametrize("shown", ["0%", "0.00%"])
def test_percent_formatted_maxima(shown: str) -> None:
    found: Imported = annex(lambda book, sheet: sheet.write("C4", 0.4, book.add_format({"num_format": shown})))
    assert found.criteria_set is None
    assert any("cell C4" in line and "40%" in line for line in told(found))


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("written", ["1.250", "12.500", "-1.250"])
def test_point_is_thousands_in_semicolon_csv(run: Run, tmp_path: Path, written: str, separator: str) -> None:
    text = f"unit;est;se;df\nA;{written};10;30\nB;900;10;30\n".replace(";", separator)
    (tmp_path / "rank.csv").write_text(text, encoding="utf-8")
    code, out, err = run("rank", tmp_path / "rank.csv")
    assert (code > 0, out, written in err) == (True, "", True)


def test_province_called_na(provinces: Callable[[str], list[str]]) -> None:
    assert provinces(SURVEY.replace("tan-hai", "NA")) == ["NA", "hoa-lac"]


@pytest.mark.parametrize("twice", ["a: 1\nb: 2\na: 3\n", "people:\n  - {login: x, login: y}\n", "a: 1\n'a': 2\n"])
def test_repeated_yaml_keys(twice: str) -> None:
    assert "repeated_key" in year_faults(twice)


def test_sample_csv_from_excel() -> None:
    meant = read_sample(SAMPLE.encode())[1]
    for text in (SAMPLE + ",,,,,,,,,,,,\n\n", "\ufeff" + SAMPLE, SAMPLE.replace(",", ";"), "sep=,\r\n" + SAMPLE):
        assert read_sample(text.encode())[1] == meant


def test_two_chances_for_one_commune() -> None:
    assert faults(SAMPLE.replace("0.31", "0.5", 1)) == [(3, "rows_differ")]


def test_two_columns_mean_the_maximum() -> None:
    head = ["STT", "Tiêu chí", "Điểm", "Điểm tối đa"]
    rows = [ROWS[0], head, ["I", "A", 1, 2], ["1", "B", 1, 2]]
    assert outline(annex(nothing, rows)) == [("1", "2"), ("1.1", "2")]
    rows[1] = ["STT", "Tiêu chí", "Điểm tối đa cũ", "Điểm tối đa mới"]
    found = annex(nothing, rows)
    assert found.criteria_set is None
    assert any("cũ" in line and "mới" in line for line in told(found))


def test_xlsx_of_other_programs() -> None:
    from parindex.reading.xlsx_cells import read_cells

    assert read_cells(rewritten(lambda name, data: (name.replace("/", "\\"), data)))
    found = annex(lambda _, sheet: sheet.write_string("A1048576", " "))
    assert outline(found) == outline(annex(nothing))


@pytest.mark.parametrize("day", ["0026-03-12", "12/03/0026", "1926-03-12", "2062-03-12"])
def test_year_0026(day: str) -> None:
    assert [row for row, _ in refusals(f"A,1.2.issued,{day}\nB,1.2.issued,2026-03-12\n")] == [2]
    assert parse_value(load_bytes(LAW, "thu.yaml"), "1.2.issued", "12/03/2026")
