"""``parindex criteria export | import``: files, exit codes, nothing on stdout in failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.cli import main
from parindex.scoring import digest, load
from tests.criteria_workbook.generated import workbook

SHIPPED = Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh" / "2026.1.yaml"


def test_a_set_goes_out_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, back = tmp_path / "bo.xlsx", tmp_path / "minh-hoa-cap-tinh" / "2026.1.yaml"
    assert main(["criteria", "export", str(SHIPPED), "--out", str(book)]) == 0
    assert main(["--lang", "en", "criteria", "import", str(book), "--out", str(back)]) == 0
    assert digest(load(back)) == digest(load(SHIPPED))
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines()[1] == f"Wrote {back} (digest {digest(load(SHIPPED))})."
    assert main(["criteria", "check", str(back)]) == 0


def test_an_annex_comes_in_under_the_name_of_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, back = tmp_path / "annex.xlsx", tmp_path / "so-nganh" / "2026.1.yaml"
    head = ["STT", "Tên", "Điểm tối đa", "Ghi chú"]
    book.write_bytes(
        workbook({"PL": [["Bộ tiêu chí năm 2026"], head, ["I", "Lĩnh vực", None], ["1", "Tiêu chí", "1,5"]]})
    )
    assert main(["--lang", "vi", "criteria", "import", str(book), "--out", str(back)]) == 0
    assert "đã lấy “province”. Nếu khác, hãy thêm --tier." in capsys.readouterr().err
    assert main(["--lang", "vi", "criteria", "import", str(book), "--out", str(back), "--tier", "department"]) == 2
    assert "không ghi đè" in capsys.readouterr().err
    assert (
        main(["--lang", "vi", "criteria", "import", str(book), "--out", str(back), "--tier", "department", "--force"])
        == 0
    )
    criteria_set = load(back)
    assert (criteria_set.family, criteria_set.version, criteria_set.years) == ("so-nganh", "2026.1", (2026,))
    assert "1 tiêu chí được nhập là do thẩm định chấm" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("action", "name", "data", "exit_code"),
    [
        ("export", "absent.yaml", None, 2),
        ("export", "broken.yaml", b"set: x", 1),
        ("import", "absent.xlsx", None, 2),
        ("import", "no.xlsx", b"PK\x03\x04rubbish", 2),
        ("import", "empty.xlsx", workbook({"A": [["x"]]}), 1),
    ],
)
def test_what_fails_says_why_on_stderr_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], action: str, name: str, data: bytes | None, exit_code: int
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    out = tmp_path / "out"
    assert main(["criteria", action, str(tmp_path / name), "--out", str(out)]) == exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert name in said.err
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["criteria", "export", str(SHIPPED), "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert str(tmp_path) in said.err
