"""The design that ``docs/statistics.md`` shows is one that the command takes, with all its keys together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from parindex.cli import main

DOCUMENT = Path(__file__).parents[2] / "docs" / "statistics.md"


def documented() -> str:
    found = re.search(
        r"```yaml\n(weights: w\nstrata: stratum\n.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data with every column that the design names."""
    random = np.random.default_rng(3)
    lines = ["w,stratum,commune,village,fpc1,fpc2,answered,province,q1,q2,y,x"]
    for stratum in "abcd":
        for commune in range(3):
            for village in range(2):
                for _ in range(4):
                    q1, q2 = random.integers(1, 6, 2)
                    came = int(random.random() < 0.9)
                    lines.append(
                        f"{random.uniform(8, 12):.2f},{stratum},{commune},{village},30,9,{came},{'n' if stratum < 'c' else 's'},"
                        f"{q1},{q2},{random.integers(1, 9)},{random.integers(1, 9)}"
                    )
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "margins.csv").write_text("variable,level,total\nprovince,n,480\nprovince,s,500\n")
    return tmp_path


def test_the_documented_design_runs_with_all_its_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "design.yaml").write_text(documented())
    code = main(["estimate", str(folder / "data.csv"), "--design", str(folder / "design.yaml")])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    told = json.loads(captured.out)
    assert {one["statistic"] for one in told["estimates"]} == {"mean", "share", "total", "ratio", "quantile", "index"}
    assert all(one["se"] is not None for one in told["estimates"])


def test_what_the_document_says_of_replicates_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "design.yaml").write_text(documented().replace("# replicates:", "replicates:"))
    assert main(["estimate", str(folder / "data.csv"), "--design", str(folder / "design.yaml")]) != 0
    assert "jkn" in capsys.readouterr().err
