"""Tables for people have heads in the language that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.cli import main
from parindex.commands import crosstab, rank, weigh
from parindex.commands.estimation.table_heads import HEADS, head_text

DESIGN = "weights: w\nstrata: s\nstages: [c]\nestimates:\n  - {statistic: share, of: q, values: [1], by: [s]}\n"
ROWS = "".join(f"{s},{s}{c},{(c + r) % 2},1\n" for s in "ab" for c in range(4) for r in range(3))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "d.yaml").write_text(DESIGN)
    (tmp_path / "d.csv").write_text("s,c,q,w\n" + ROWS)
    (tmp_path / "e.csv").write_text("unit,est,se\nA,1,0.1\nB,2,0.1\n")
    return tmp_path


def heads(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(list(words)) == 0
    out = capsys.readouterr().out.splitlines()
    return [out[at - 1] for at, line in enumerate(out) if set(line) <= {"-", " "} and line]


def test_every_column_of_a_command_has_a_head() -> None:
    for columns in (rank.HEADER, crosstab.HEADER, weigh.STEP_HEADER, weigh.MARGIN_HEADER, weigh.CLASS_HEADER):
        assert set(columns) <= set(HEADS)


def test_every_head_is_of_its_language() -> None:
    assert [key for key in HEADS if key != "p" and head_text(key, "vi") == head_text(key, "en")] == []
    assert [key for key in HEADS if "_" in head_text(key, "vi") or "_" in head_text(key, "en")] == []


@pytest.mark.parametrize(
    ("words", "head"),
    [
        (["estimate", "d.csv", "--design", "d.yaml"], "Thống kê"),
        (["change", "d.csv", "d.csv", "--design", "d.yaml"], "Thay đổi"),
        (["crosstab", "d.csv", "--design", "d.yaml", "--of", "q", "s"], "Kiểm định"),
        (["weigh", "d.csv", "--design", "d.yaml"], "Bước"),
        (["rank", "e.csv"], "Hạng"),
        (["rank", "e.csv", "--best", "1"], "Xác suất trong 1 đơn vị đầu"),
    ],
)
def test_the_table_of_a_command_has_vietnamese_heads(
    words: list[str], head: str, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    keys = set(HEADS) - {"p"}
    for line in heads(capsys, "--lang", "vi", *words, "--format", "table"):
        assert not keys & set(line.split()), line
    assert any(head in line for line in heads(capsys, "--lang", "vi", *words, "--format", "table"))
    assert main(["--lang", "vi", *words, "--format", "csv"]) == 0
    assert keys & set(capsys.readouterr().out.splitlines()[0].split(","))
