"""``parindex criteria diff | crosswalk | bridge``: formats, languages, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from parindex.cli import main

FOLDER = Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh"
OLDER, NEWER = str(FOLDER / "2025.1.yaml"), str(FOLDER / "2026.1.yaml")
CROSSWALK = str(FOLDER / "2025.1-2026.1.crosswalk.yaml")
FACTS = "agency,name,value\n{0}1.1.2.decided,0.5\n"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    exit_code = main(["criteria", *words])
    out, err = capsys.readouterr()
    return exit_code, out, err


def test_a_diff_is_read_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, out, _ = run(capsys, "diff", OLDER, NEWER, "--lang", "vi")
    assert exit_code == 0
    assert "7.3.2 Hồ sơ nộp trực tuyến: đổi điểm tối đa, đổi cách chấm điểm" in out
    assert "  điểm tối đa: 1 → 1,25" in out
    exit_code, out, _ = run(capsys, "diff", OLDER, NEWER, "--lang", "en")
    assert "  years: 2025 → 2026" in out
    assert "maximum: 1 → 1.25" in out


def test_a_diff_as_json_counts_the_changes(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, "diff", OLDER, NEWER, "--format", "json")[1])
    assert (document["counts"]["reweighted"], document["counts"]["reruled"]) == (4, 8)
    assert document["maxima"][-3]["before"] == "100"


def test_a_diff_with_a_crosswalk_matches_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, "diff", OLDER, NEWER, "--crosswalk", CROSSWALK, "--format", "json")[1])
    assert (document["counts"]["added"], document["counts"]["removed"], document["counts"]["reruled"]) == (5, 5, 3)


def test_a_drafted_crosswalk_can_be_checked_and_is_marked_as_a_draft(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    exit_code, out, _ = run(capsys, "crosswalk", OLDER, NEWER)
    assert exit_code == 0
    folder = tmp_path / "minh-hoa-cap-tinh"
    folder.mkdir()
    for path in (OLDER, NEWER):
        (folder / Path(path).name).write_bytes(Path(path).read_bytes())
    file = folder / "a.crosswalk.yaml"
    file.write_text(out, encoding="utf-8")
    exit_code, out, err = run(capsys, "check", str(file), "--lang", "en")
    assert (exit_code, "draft" in err, "complete and true" in out) == (0, True, True)


def test_a_false_crosswalk_fails_the_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "minh-hoa-cap-tinh"
    folder.mkdir()
    for path in (OLDER, NEWER):
        (folder / Path(path).name).write_bytes(Path(path).read_bytes())
    text = Path(CROSSWALK).read_text(encoding="utf-8").replace('{reworded: "7.1.2"}', '{same: "7.1.2"}')
    (folder / "a.crosswalk.yaml").write_text(text, encoding="utf-8")
    exit_code, out, err = run(capsys, "check", str(folder))
    assert (exit_code, out) == (1, "")
    assert "a.crosswalk.yaml:" in err
    assert "max: 0.5 → 0.25" in err


def family(tmp_path: Path, text: str = "") -> Path:
    """The two sets with their cases and a crosswalk, in a folder of their own."""
    folder = tmp_path / "minh-hoa-cap-tinh"
    folder.mkdir()
    for path in (OLDER, NEWER, CROSSWALK, *map(str, FOLDER.glob("202[56].1.cases.yaml"))):
        (folder / Path(path).name).write_bytes(Path(path).read_bytes())
    if text:
        (folder / Path(CROSSWALK).name).write_text(text, encoding="utf-8")
    return folder


def test_a_pattern_that_names_cases_and_crosswalks_checks_each_set_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(family(tmp_path))
    names = sorted(path.name for path in Path().glob("*.yaml"))
    assert len(names) == 5
    exit_code, out, err = run(capsys, "check", *names, "--lang", "en")
    assert (exit_code, err, out.count("digest"), out.count("worked cases that hold")) == (0, "", 2, 2)
    assert "the crosswalk is complete and true" in out
    assert "worked cases that hold: 46" in run(capsys, "check", "2025.1.cases.yaml", "--lang", "en")[1]


def test_a_crosswalk_is_known_by_what_it_says(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = family(tmp_path)
    moved = (folder / Path(CROSSWALK).name).rename(folder / "draft.yaml")
    assert run(capsys, "check", str(moved))[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("older: [\n", ":2:1: this is not YAML"),
        ("- 1\n", ":1:1: found “[…]”; expected “key: value” pairs"),
        ("older: {set: a, version: 1.1, digest: x}\n", ":1:26: “1.1” without quotes"),
    ],
)
def test_what_is_no_crosswalk_is_told_with_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    file = family(tmp_path, text) / Path(CROSSWALK).name
    exit_code, out, err = run(capsys, "check", str(file), "--lang", "en")
    assert (exit_code, out) == (1, "")
    assert f"{file}{said}" in err


def test_a_code_that_stands_for_both_sets_is_complained_of_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = Path(CROSSWALK).read_text(encoding="utf-8").replace('{same: "1.1.2"}', "{same: 1.1}")
    err = run(capsys, "check", str(family(tmp_path, text) / Path(CROSSWALK).name), "--lang", "en")[2]
    assert err.count("without quotes") == 1


def facts(tmp_path: Path) -> tuple[str, str]:
    from benchmarks.scoring import drawn
    from parindex.scoring import load, write_value

    files = []
    for path, seed in ((OLDER, 1), (NEWER, 2)):
        lines = ["agency,name,value"]
        for agency, own in drawn(load(path), 4, seed).items():
            own["@region"] = "north"
            lines += [f"={agency},{name},{write_value(value)}" for name, value in own.items()]
        files.append(tmp_path / f"{seed}.csv")
        files[-1].write_text("\n".join(lines), encoding="utf-8")
    return str(files[0]), str(files[1])


def test_a_bridge_is_told_as_table_csv_and_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first, second = facts(tmp_path)
    words = ("bridge", OLDER, first, NEWER, second, "--crosswalk", CROSSWALK)
    document = json.loads(run(capsys, *words, "--format", "json")[1])
    assert (document["leaves"], document["max_before"], document["max_after"]) == (92, "95", "94.75")
    for one in document["agencies"]:
        change = one["rank_change"]
        assert change is None or change["whole"] == change["performance"] + change["rules"]
    rows = list(csv.DictReader(io.StringIO(run(capsys, *words, "--format", "csv")[1])))
    assert [row["agency"] for row in rows] == ["'" + one["agency"] for one in document["agencies"]]
    assert rows[1]["newer.bridge_index"] == document["agencies"][1]["newer"]["bridge_index"]
    _, out, _ = run(capsys, *words, "--lang", "vi")
    assert "trên 92 tiêu chí" in out
    assert "Không so sánh: =A0 (chưa đủ số liệu)" in out


def test_broken_files_are_told_and_nothing_is_on_stdout(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "x.yaml"
    broken.write_text("set: x", encoding="utf-8")
    facts = tmp_path / "x.csv"
    facts.write_text("agency,name,value\nA,nothing,1\n", encoding="utf-8")
    assert run(capsys, "diff", OLDER, str(broken))[:2] == (1, "")
    assert run(capsys, "diff", OLDER, str(tmp_path / "none.yaml"))[:2] == (2, "")
    assert run(capsys, "diff", OLDER, NEWER, "--crosswalk", str(broken))[:2] == (1, "")
    exit_code, out, err = run(capsys, "bridge", OLDER, str(facts), NEWER, str(facts), "--crosswalk", CROSSWALK)
    assert (exit_code, out, err.count("x.csv: ")) == (1, "", 2)
