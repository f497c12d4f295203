"""``parindex score`` and ``parindex criteria check``: exit codes, formats, languages, nothing on stdout in failure."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parindex.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
SET = """\
set: thu
version: "1"
title: {vi: "Bộ thử", en: "A set"}
status: illustrative
tier: department
years: [2025]
classes: [{name: A, from: 80}, {name: B, from: 0}]
inputs: {total: {type: count, label: {vi: "Tổng số hồ sơ", en: "Dossiers"}, unit: {vi: "hồ sơ", en: "dossiers"}}}
areas:
  - code: "1"
    title: {vi: "Hồ sơ", en: "Dossiers"}
    criteria:
      - code: "1.1"
        title: {vi: "Đúng hạn", en: "On time"}
        max: 1.5
        inputs: {on_time: {type: count, label: {vi: "Đúng hạn", en: "On time"}}}
        rule: {ratio: [on_time, total], when_zero: not_applicable}
      - code: "1.2"
        title: {vi: "Tự đánh giá", en: "Judged"}
        max: 0.5
        rule: {judged: true}
    appraiser: home-affairs
"""
FACTS = """\
agency,name,value
Sở Nội vụ,total,50
Sở Nội vụ,1.1.on_time,45
Sở Nội vụ,1.2.judged,0.5
Sở Nội vụ,@region,Bắc
Sở Y tế,total,50
Sở Y tế,1.1.on_time,25
Sở Y tế,@region,Nam
=Thanh tra,@region,Nam
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    return str(tmp_path / "set.yaml"), str(tmp_path / "facts.csv")


def test_scores_are_written_as_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", *files, "--lang", "vi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["set", "version", "digest", "agencies"]
    first, second, third = document["agencies"]
    assert {key: first[key] for key in ("agency", "status", "points", "max", "index", "class", "rank")} == {
        "agency": "Sở Nội vụ",
        "status": "complete",
        "points": "1.85",
        "max": "2",
        "index": "92.5",
        "class": "A",
        "rank": 1,
    }
    assert (second["status"], second["points"], second["index"], second["rank"]) == ("incomplete", "0.75", None, None)
    assert (third["status"], third["points"], third["max"]) == ("no_submission", None, None)
    reason = first["criteria"]["1.1"]["reason"]
    assert list(reason) == ["rule", "facts", "step", "missing", "next", "vi", "en"]
    assert reason["vi"].startswith("Đúng hạn: 45/50 hồ sơ = 90% → 0,9 × 1,50 = 1,35 điểm.")
    assert reason["en"].startswith("On time: 45/50 dossiers = 90% → 0.9 × 1.50 = 1.35 points.")
    assert second["criteria"]["1.2"]["reason"]["missing"] == ["1.2.judged"]


def test_reasons_may_be_short_or_left_out(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["score", *files, "--reasons", "none"])
    nodes = json.loads(capsys.readouterr().out)["agencies"][0]["criteria"]
    assert nodes["1.1"] == {"points": "1.35", "max": "1.5", "state": "scored"}
    main(["score", *files, "--reasons", "short"])
    nodes = json.loads(capsys.readouterr().out)["agencies"][0]["criteria"]
    assert list(nodes["1.1"]["reason"]) == ["rule", "step", "vi", "en"]


def test_incomplete_agencies_are_ranked_and_groups_made_on_request(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *files, "--rank-incomplete", "--group", "@region"]) == 0
    found = [(one["rank"], one["group_rank"], one["index"]) for one in json.loads(capsys.readouterr().out)["agencies"]]
    assert found == [(1, 1, "92.5"), (2, 1, "37.5"), (None, None, None)]


def test_csv_has_a_row_an_agency_and_no_formula_for_a_spreadsheet(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *files, "--format", "csv", "--reasons", "none"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] | {"agency": "Sở Nội vụ", "index": "92.5", "1.1": "1.35", "1": "1.85"} == rows[0]
    assert (rows[1]["index"], rows[1]["1.2"]) == ("", "")
    assert rows[2]["agency"] == "'=Thanh tra"


def test_a_table_is_for_people(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", *files, "--format", "table", "--lang", "vi"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == [
        "Hạng",
        "Cơ",
        "quan",
        "Điểm",
        "Điểm",
        "tối",
        "đa",
        "Chỉ",
        "số",
        "(%)",
        "Xếp",
        "loại",
        "Tình",
        "trạng",
    ]
    assert lines[1].split() == ["1", "Sở", "Nội", "vụ", "1,85", "2,00", "92,50", "A", "đủ", "số", "liệu"]
    assert lines[3].endswith("chưa nộp")


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    exit_code = main(list(arguments))
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return exit_code, err


def test_refused_facts_are_all_listed_with_exit_1(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text("agency,name,value\nA,total,x\nA,1.2.judged,0,5\nB,tota,1\n", encoding="utf-8")
    exit_code, err = failed(capsys, "score", files[0], str(tmp_path / "bad.csv"), "--lang", "en")
    assert exit_code == 1
    assert [line.partition("bad.csv: ")[2].partition(",")[0] for line in err.splitlines()] == [
        "row 2",
        "row 3",
        "row 4",
    ]


def test_a_broken_set_is_exit_1_with_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set.yaml").write_text(SET.replace("max: 1.5", "max: -1").replace("ratio", "ration"), encoding="utf-8")
    exit_code, err = failed(capsys, "score", str(tmp_path / "set.yaml"), str(tmp_path / "set.yaml"))
    assert exit_code == 1
    assert [line.partition("set.yaml:")[2].partition(":")[0] for line in err.splitlines()] == ["15", "17"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["score"],
        ["score", "{set}", "nowhere.csv"],
        ["score", "nowhere.yaml", "{facts}"],
        ["score", "{folder}", "{facts}"],
        ["score", "{set}\0", "{facts}"],
        ["score", "{set}", "{facts}", "--format", "xml"],
        ["score", "{set}", "{facts}", "--group", "@nowhere"],
        ["score", "{set}", "{facts}", "--lang", "fr"],
        ["criteria"],
        ["criteria", "check", "nowhere.yaml"],
        ["criteria", "check", "{folder}/empty"],
    ],
)
def test_wrong_usage_and_unreadable_files_are_exit_2(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    names = {"set": files[0], "facts": files[1], "folder": str(tmp_path)}
    exit_code, err = failed(capsys, *(word.format(**names) for word in arguments))
    assert exit_code == 2
    assert err


def test_messages_are_in_the_language_asked_for_or_that_of_the_machine(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*before: str, after: tuple[str, ...] = ()) -> str:
        return failed(capsys, *before, "score", files[0], "nowhere.csv", *after)[1]

    monkeypatch.setenv("LANG", "C.UTF-8")
    assert said().startswith("không có tệp")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert said().startswith("there is no file")
    assert said("--lang", "vi").startswith("không có tệp")
    assert said(after=("--lang=vi",)).startswith("không có tệp")


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "parindex", *arguments],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


def test_the_machines_locale_does_not_matter(files: tuple[str, str]) -> None:
    done = process("score", *files, "--format", "table", LC_ALL="C", LANG="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "Sở Nội vụ" in done.stdout.decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_output_that_cannot_be_written_is_no_traceback(files: tuple[str, str]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "parindex", "score", *files],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_a_reader_who_leaves_early_is_no_failure(files: tuple[str, str]) -> None:
    command = f"{sys.executable} -m parindex score {files[0]} {files[1]} --reasons full | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert (done.stdout, done.stderr) == (b"{", b"")


def test_only_the_called_command_is_imported() -> None:
    code = (
        "import sys; from parindex.cli import main; main(['criteria', 'check', 'nowhere']); "
        "print([name for name in ('numpy', 'litestar', 'asyncpg', 'parindex.commands.serve') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout == b"[]\n"


def test_help_names_every_command_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in COMMANDS:
        assert (f"  {name} " in out) == (ROOT / "parindex" / "commands" / f"{name}.py").exists()


def test_the_shipped_sets_and_their_worked_cases_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["criteria", "check", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert "areas: 8, criteria: 38, sub-criteria: 88, points at most: 100" in out
    assert out.count("worked cases that hold") == out.count("digest")
    assert "without English" not in out
    assert err == ""


def checked(tmp_path: Path, cases: str) -> int:
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "set.cases.yaml").write_text(cases, encoding="utf-8")
    return main(["criteria", "check", str(tmp_path / "set.yaml")])


@pytest.mark.parametrize(
    ("expect", "exit_code"),
    [
        ('"1.1": 1.35', 0),
        ('"1.1": 1.350', 0),
        ('"1.1": 1.36', 1),
        ('"1.1": scored, "1.2": unknown, "1": null', 0),
        ("index: null, status: incomplete, points: 1.35, max: 2", 0),
        ("index: 90", 1),
        ('"1.3": 1', 1),
        ('refused: "1.1"', 1),
        ('"1.1": [1]', 1),
    ],
)
def test_a_worked_case_that_does_not_hold_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expect: str, exit_code: int
) -> None:
    cases = f"- {{name: a case, facts: {{total: 50, 1.1.on_time: 45}}, expect: {{{expect}}}}}\n"
    assert checked(tmp_path, cases) == exit_code
    out, err = capsys.readouterr()
    assert bool(out) == (exit_code == 0)
    assert ("set.cases.yaml:1:" in err) == (exit_code == 1)


@pytest.mark.parametrize(
    "cases",
    [
        "- {name: a, facts: {total: x}, expect: {}}\n",
        "- {name: a, facts: {totl: 1}, expect: {}}\n",
        "- {name: a, facts: {}}\n",
        "- [1\n",
        "just text\n",
    ],
)
def test_cases_that_cannot_be_read_are_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str], cases: str) -> None:
    assert checked(tmp_path, cases) == 1
    assert "set.cases.yaml:" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_if_is_told_as_text_csv_and_json(
    files: tuple[str, str], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["score", *files, "--what-if", "Sở Nội vụ", "--lang", lang]
    assert main([*words, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (gain,) = document["what_if"]
    assert (document["rank"], gain["code"], gain["gain"], gain["facts"]) == (1, "1.1", "0.15", {"1.1.on_time": "50"})
    assert main([*words, "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["total_gain"], row["facts"]) == ("0.15", "1.1.on_time=50")
    assert main([*words, "--format", "table"]) == 0
    out = capsys.readouterr().out
    assert ("Nếu thêm 5" if lang == "vi" else "+5") in out
    assert main(["score", *files, "--what-if", "Sở Y tế", "--lang", lang, "--format", "table"]) == 0
    assert ("tối đa +0,50 điểm" if lang == "vi" else "at most +0.50 points") in capsys.readouterr().out


def test_what_if_of_an_agency_without_facts_is_wrong_usage(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *files, "--what-if", "Sở Lạ"]) == 2
    out, err = capsys.readouterr()
    assert (out, "Sở Lạ" in err) == ("", True)
