"""``parindex score … --format csv --reasons none`` an agency at a time: the same bytes as from memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from benchmarks.scoring import drawn
from parindex.cli import main
from parindex.commands import score_stream
from parindex.scoring import load, write_value

SET = str(Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh" / "2025.1.yaml")
COUNT = 150
"""More than two batches."""


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Rows sorted by agency; some agencies are tied, not ranked, or have no facts that count."""
    found = []
    for number, own in enumerate(drawn(load(SET), COUNT // 2).values()):
        own["@region"] = ("north", "central", "south")[number % 3]
        if number % 7 == 0:
            own["@ranked"] = False
        for name in (f"Tỉnh {number}", f"=Tỉnh {number}, hai"):
            found += [f'"{name}",{fact},{write_value(value)}\n' for fact, value in own.items()]
    return [*found, "Trống,@region,north\n"]


def csv_of(capsys: pytest.CaptureFixture[str], path: Path, *words: str) -> tuple[int, str, str]:
    exit_code = main(["score", SET, str(path), "--format", "csv", "--reasons", "none", "--lang", "en", *words])
    out, err = capsys.readouterr()
    return exit_code, out, err


def file_of(tmp_path: Path, lines: list[str], header: str = "agency,name,value\n") -> Path:
    path = tmp_path / "facts.csv"
    path.write_text(header + "".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("words", [(), ("--rank-incomplete",), ("--group", "@region")])
def test_a_streamed_file_gives_the_bytes_of_one_in_memory(
    words: tuple[str, ...],
    lines: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = file_of(tmp_path, lines)
    streamed = csv_of(capsys, path, *words)
    monkeypatch.setattr(score_stream, "streams", lambda _: False)
    assert streamed == csv_of(capsys, path, *words)
    assert streamed[0] == 0
    assert len(streamed[1].splitlines()) == COUNT + 2


def test_unsorted_facts_give_the_same_and_are_told(
    lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, out, err = csv_of(capsys, file_of(tmp_path, lines[1:] + lines[:1]))
    assert (exit_code, "not sorted by agency" in err) == (0, True)
    assert sorted(out.splitlines()) == sorted(csv_of(capsys, file_of(tmp_path, lines))[1].splitlines())


def test_every_refused_row_is_told_and_then_nothing_is_scored(
    lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = ["A,1.1.2.decided,9\n", "A,1.1.3.done,x\n", *lines, "Z,nothing,1\n", "Z,1.1.3.done,1\n", "Z,1.1.3.done,1\n"]
    exit_code, out, err = csv_of(capsys, file_of(tmp_path, bad))
    assert (exit_code, out) == (1, "")
    assert [line.split(":")[1].split(",")[0] for line in err.splitlines()] == [
        " row 2", " row 3", f" row {len(lines) + 4}", f" row {len(lines) + 6}",
    ]  # fmt: skip


def test_refused_rows_and_refused_leaves_are_told_together(
    lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["A,1.1.3.done,x\n", *lines, "Z,1.6.assigned,10\n", "Z,1.6.on_time,20\n", "Z,1.6.late,0\n"]
    exit_code, out, err = csv_of(capsys, file_of(tmp_path, rows))
    assert (exit_code, out) == (1, "")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["row 2, A, 1.1.3.done", "Z, 1.6"]


def test_refused_leaves_of_every_batch_are_told(
    lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = "{0},1.6.assigned,10\n{0},1.6.on_time,20\n{0},1.6.late,0\n"
    exit_code, out, err = csv_of(capsys, file_of(tmp_path, [refused.format("A"), *lines, refused.format("Z")]))
    assert (exit_code, out, len(err.splitlines())) == (1, "", 2)


@pytest.mark.parametrize(
    ("data", "exit_code", "said"),
    [
        (b"agency,name,value\nA,@region,north\nB,@region,\xff\n", 2, "row 3"),
        ("agency,name,value\nA,@region,north\n".encode("utf-16"), 2, "UTF-16"),
        ("agency,name,value\nA,@region,north\n".encode("utf-16-le"), 2, "UTF-16"),
        (gzip.compress(b"agency,name,value\n", mtime=0), 2, "gzip"),
        (b"agency|name|value\nA|@region|north\n", 1, "comma, semicolon or tab"),
        (b"agency;value\n", 1, "header"),
        (b"", 1, "header"),
    ],
)
def test_what_is_no_file_of_facts_is_refused_as_in_memory(
    data: bytes,
    exit_code: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(data)
    streamed = csv_of(capsys, path)
    monkeypatch.setattr(score_stream, "streams", lambda _: False)
    assert streamed == csv_of(capsys, path)
    assert (streamed[0], streamed[1], said in streamed[2]) == (exit_code, "", True)


def test_a_file_with_semicolons_and_a_mark_is_streamed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path, ["A;@region;north\n"], "\ufeffagency;name;value\n")
    exit_code, out, _ = csv_of(capsys, path)
    assert (exit_code, out.splitlines()[1].startswith("A,no_submission,")) == (0, True)


def test_a_long_run_tells_how_far_it_is(
    lines: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score_stream, "PAUSE", 0)
    _, _, err = csv_of(capsys, file_of(tmp_path, lines))
    assert "Agencies scored: " in err
