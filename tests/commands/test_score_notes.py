"""``parindex score`` tells beside the points: flags in every format, names that look alike, options that do nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from parindex.cli import main
from parindex.commands import score_stream
from tests.commands.test_score import FACTS, SET
from tests.criteria_workbook.generated import workbook

FLAGGED = """\
agency,name,value
SNV,total,50
SNV,1.1.on_time,45
SNV,1.2.judged,0.5
SYT,total,50
SYT,1.1.on_time,51
SYT,1.2.judged,0.5
STC,total,0
STC,1.2.judged,0.5
"""
VE = "\N{CYRILLIC CAPITAL LETTER VE}"


class Scored:
    """The command on a set and facts in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        (folder / "set.yaml").write_text(SET, encoding="utf-8")

    def __call__(self, facts: str | bytes, *options: str, name: str = "facts.csv") -> tuple[int, str, str]:
        path = self.folder / name
        path.write_bytes(facts.encode() if isinstance(facts, str) else facts)
        code = main(["--lang", "vi", "score", str(self.folder / "set.yaml"), str(path), *options])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Scored:
    return Scored(tmp_path, capsys)


def rows_of(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))


@pytest.mark.parametrize("reasons", ["none", "short"])
def test_flags_are_a_column_of_the_csv_where_a_leaf_has_any(run: Scored, reasons: str) -> None:
    code, out, _ = run(FLAGGED, "--format", "csv", "--reasons", reasons)
    assert code == 0
    assert list(rows_of(out)[0])[-1] == "flags"
    assert {row["agency"]: row["flags"] for row in rows_of(out)} == {
        "SNV": "", "SYT": "1.1:over_whole", "STC": "1.1:waived",
    }  # fmt: skip


def test_a_csv_is_the_same_read_whole_and_as_a_stream(run: Scored, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--format", "csv", "--reasons", "none", "--group", "@region")
    facts = FLAGGED + f"STC,@region,Bắc\nST{VE},@region,{VE}ắc\n"
    streamed = run(facts, *asked)
    monkeypatch.setattr(score_stream, "streams", lambda _: False)
    assert run(facts, *asked) == streamed
    assert "1.1:waived" in streamed[1]
    assert streamed[2].count("lưu ý") == 6


@pytest.mark.parametrize("form", ["csv", "table", "json"])
def test_flags_are_told_in_every_format_with_agency_leaf_and_why(run: Scored, form: str) -> None:
    code, out, err = run(FLAGGED, "--format", form)
    assert code == 0
    assert "over_whole" in out
    assert "waived" in out
    assert "SYT, 1.1 (over_whole): Tử số lớn hơn mẫu số" in err
    assert "STC, 1.1 (waived): Mẫu số kê khai bằng 0" in err
    assert "SNV" not in err


@pytest.mark.parametrize("reasons", ["none", "full"])
def test_without_flags_nothing_is_added(run: Scored, reasons: str) -> None:
    facts = FLAGGED.replace("51", "50").replace("STC,total,0", "STC,total,")
    for form in ("csv", "table", "json"):
        code, out, err = run(facts, "--format", form, *(["--reasons", reasons] if form != "table" else []))
        assert (code, err) == (0, "")
        assert "flags" not in out
        assert "Cần xem lại" not in out


def test_many_flags_are_counted_after_twenty(run: Scored) -> None:
    facts = "agency,name,value\n" + "".join(f"S{n:02d},total,0\n" for n in range(23))
    _, out, err = run(facts, "--format", "csv")
    assert len(err.splitlines()) == 21
    assert "còn 3 tiêu chí như vậy" in err
    assert out.count("1.1:waived") == 23


@pytest.mark.parametrize(
    "options", [("--format", "csv", "--reasons", "none"), ("--format", "json"), ("--format", "table")]
)
def test_agencies_that_look_alike_are_noted_with_both_rows(run: Scored, options: tuple[str, ...]) -> None:
    facts = f"agency,name,value\nSNB,total,5\nSN{VE},total,5\nSTC,total,5\nstc,total,5\n"
    code, _, err = run(facts, *options)
    assert code == 0
    assert f"“SN{VE}”" in err
    assert "dòng 3" in err
    assert "dòng 2" in err
    assert "U+0412" in err
    assert "“stc” ở" in err


def test_an_nfd_twin_is_the_same_agency_and_names_that_differ_are_not_noted(run: Scored) -> None:
    facts = "agency,name,value\nSở Hòa,total,5\nSo\N{COMBINING HOOK ABOVE}\N{COMBINING HORN} Ho\N{COMBINING GRAVE ACCENT}a,1.1.on_time,5\nSở Hoà,total,5\n"
    code, out, err = run(facts, "--format", "csv")
    assert (code, err) == (0, "")
    assert len(rows_of(out)) == 2


@pytest.mark.parametrize("options", [("--format", "csv", "--reasons", "none"), ("--format", "json")])
def test_a_group_that_no_agency_is_in_is_refused_and_those_without_one_are_named(
    run: Scored, options: tuple[str, ...]
) -> None:
    code, out, err = run(FLAGGED, "--group", "@region", *options)
    assert (code, out) == (2, "")
    assert "@region" in err
    code, _, err = run(FLAGGED + "STC,@region,Bắc\n", "--group", "region", *options)
    assert code == 0
    assert "2 cơ quan không có @region" in err
    assert "SNV, SYT" in err
    code, _, err = run(FACTS, "--group", "@region", *options)
    assert (code, err) == (0, "")


def test_a_table_has_the_rank_in_the_group_that_was_asked_for(run: Scored) -> None:
    _, out, _ = run(FACTS, "--format", "table", "--group", "@region", "--rank-incomplete")
    head, *rows = [line.split("  ") for line in out.splitlines()]
    assert head[-1].strip() == "Hạng trong nhóm"
    assert [row[-1].strip() for row in rows if "Sở" in "".join(row)] == ["1", "1"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--format", "table", "--reasons", "full"), "--reasons không có tác dụng cùng --format table"),
        (("--what-if", "SNV", "--reasons", "none"), "--reasons không có tác dụng cùng --what-if"),
        (("--what-if", "SNV", "--group", "@region"), "--group không có tác dụng cùng --what-if"),
    ],
)
def test_options_that_do_nothing_together_are_told(run: Scored, options: tuple[str, ...], told: str) -> None:
    code, _, err = run(FLAGGED + "STC,@region,Bắc\n", *options)
    assert code == 0
    assert told in err


def test_the_sheet_of_facts_can_be_named_and_another_one_names_those_there_are(run: Scored) -> None:
    facts = [line.split(",") for line in FLAGGED.splitlines()]
    data = workbook({"Quý 1": facts, "Quý 2": [facts[0], ["SNV", "total", "7"]], "Trống": []})
    assert run(data, "--format", "csv", name="facts.xlsx")[0] == 1
    code, out, _ = run(data, "--format", "csv", "--reasons", "none", "--sheet", " quý 2 ", name="facts.xlsx")
    assert (code, [row["agency"] for row in rows_of(out)]) == (0, ["SNV"])
    assert len(json.loads(run(data, "--sheet", "Quý 1", name="facts.xlsx")[1])["agencies"]) == 3
    code, out, err = run(data, "--sheet", "ZZ", name="facts.xlsx")
    assert (code, out) == (2, "")
    assert "Không có sheet “ZZ”. Các sheet có nội dung: “Quý 1”, “Quý 2”" in err
    code, out, err = run(FLAGGED, "--sheet", "ZZ", "--format", "csv", "--reasons", "none")
    assert (code, out) == (2, "")
    assert "không phải sổ tính .xlsx nên không có sheet “ZZ”" in err
