"""A design file is read as every YAML of the house: one document, each key once, nothing that versions of YAML differ on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parindex.cli import main

ESTIMATES = b"estimates: [{statistic: mean, of: x}]\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text("w,x\n1,2\n2,3\n1,4\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("design", "code", "told"),
    [
        (b"weights: w\nweights: x\n" + ESTIMATES, 1, "line 2, column 1: key “weights” is repeated"),
        (b"weights: &a w\nlevel: *a\n" + ESTIMATES, 1, "line 1, column 10"),
        (b"weights: !!str w\n" + ESTIMATES, 1, "line 1, column 10"),
        (b"weights: w\n\tlevel: 0.9\n", 1, "line 2, column 1"),
        (b"weights: w\n" + ESTIMATES + b"---\nweights: w\n", 1, "line 3, column 1"),
        (b"weights: w\n? [a]\n: b\n", 1, "line 2, column 3"),
        (b"weights: t\xfa\n" + ESTIMATES, 2, "0xFA"),
        (b"", 1, "is empty"),
        (b'weights: w\nlevel: "0.9"\n' + ESTIMATES, 1, "line 2: level has to be a number"),
        (b"weights: null\n" + ESTIMATES, 1, "line 1: weights has to be"),
    ],
)
def test_what_a_design_file_may_not_hold_is_told_by_its_place(
    data: Path, capsys: pytest.CaptureFixture[str], design: bytes, code: int, told: str
) -> None:
    path = data.with_name("design.yaml")
    path.write_bytes(design)
    assert main(["--lang", "en", "estimate", str(data), "--design", str(path)]) == code
    said = capsys.readouterr()
    assert said.err.startswith("design.yaml") or said.err.startswith(str(path))
    assert told in said.err
    assert said.out == ""


def test_a_byte_order_mark_and_lines_of_windows_are_taken(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = data.with_name("design.yaml")
    path.write_bytes(b"\xef\xbb\xbfweights: w\r\n" + ESTIMATES.replace(b"\n", b"\r\n"))
    assert main(["estimate", str(data), "--design", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["estimates"][0]["value"] == 3
