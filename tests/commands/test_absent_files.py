"""A file that is not there is exit 2 with its name, whatever is wrong with the files that are."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.cli import main
from tests.commands.test_rank import COVARIANCE

BROKEN_SET = "set: x\n"
BROKEN_DESIGN = "weights: w\nweigths: w\nestimates: []\n"
DESIGN = "weights: w\nestimates:\n  - {statistic: mean, of: q}\n"
MARGINS = "calibration: {method: raking, margins: absent.csv}\n"


@pytest.mark.parametrize(
    ("files", "arguments"),
    [
        ({"d.yaml": BROKEN_DESIGN}, "estimate absent.csv --design d.yaml"),
        ({"d.csv": "w,q\nx,1\n", "d.yaml": DESIGN + MARGINS}, "estimate d.csv --design d.yaml"),
        ({"d.csv": "w,q\n1,1\n", "d.yaml": BROKEN_DESIGN + MARGINS}, "estimate d.csv --design d.yaml"),
        ({"d.yaml": BROKEN_DESIGN}, "weigh absent.csv --design d.yaml"),
        ({"d.yaml": BROKEN_DESIGN}, "crosstab absent.csv --design d.yaml --of a b"),
        ({"d.csv": "w\n", "d.yaml": BROKEN_DESIGN}, "change d.csv absent.csv --design d.yaml"),
        ({"d.csv": "w\n", "d.yaml": BROKEN_DESIGN}, "change d.csv d.csv --design d.yaml --both absent.csv"),
        ({"e.csv": "unit,est\nA,x\n"}, "rank e.csv --covariance absent.csv"),
        ({"e.csv": "unit,est\nA,x\n", "c.csv": COVARIANCE}, "rank e.csv --covariance c.csv --covariance absent.csv"),
        ({"s.yaml": BROKEN_SET}, "score s.yaml absent.csv"),
        ({"s.yaml": BROKEN_SET}, "criteria check s.yaml absent.yaml"),
        ({"s.yaml": BROKEN_SET}, "criteria diff s.yaml absent.yaml"),
        ({"s.yaml": BROKEN_SET}, "criteria diff s.yaml s.yaml --crosswalk absent.yaml"),
        ({"s.yaml": BROKEN_SET, "f.csv": "x\n"}, "criteria bridge s.yaml f.csv s.yaml absent.csv --crosswalk s.yaml"),
        ({"e.json": "{}"}, "verify e.json --key absent.pem"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_file_that_is_not_there_is_wrong_usage_whatever_is_wrong_with_the_others(
    files: dict[str, str],
    arguments: str,
    lang: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["--lang", lang, *arguments.split()]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "absent" in captured.err


def test_what_a_command_writes_need_not_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text("w,q\nx,1\n", encoding="utf-8")
    (tmp_path / "d.yaml").write_text("weights: w\n", encoding="utf-8")
    arguments = ["weigh", str(tmp_path / "d.csv"), "--design", str(tmp_path / "d.yaml")]
    assert main([*arguments, "--output", str(tmp_path / "absent.csv")]) == 1
    assert "absent" not in capsys.readouterr().err
