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


ANNEX = {
    "PL": [
        ["Bộ tiêu chí cấp xã năm 2026"],
        ["STT", "Tên", "Điểm tối đa"],
        ["I", "Lĩnh vực", None],
        ["1", "Tiêu chí", 1],
    ],
    "Ghi chú": [["x"]],
}


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--sheet", "ZZ", "không có sheet “ZZ”. Các sheet của tệp: “PL”, “Ghi chú”"),
        ("--tier", "xã", "--tier “xã” không phải tên cấp. Các cấp: ministry, province, department, district, commune"),
        ("--tier", "", "Các cấp: ministry"),
    ],
)
def test_an_argument_that_names_what_is_not_there_is_told_what_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, told: str
) -> None:
    book, back = tmp_path / "annex.xlsx", tmp_path / "xa" / "1.yaml"
    book.write_bytes(workbook(ANNEX))
    assert main(["--lang", "vi", "criteria", "import", str(book), "--out", str(back), option, value]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert not back.exists()


def test_a_sheet_is_found_in_any_case_and_an_annex_of_a_csv_has_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, back = tmp_path / "annex.xlsx", tmp_path / "xa" / "1.yaml"
    book.write_bytes(workbook(ANNEX))
    assert main(["criteria", "import", str(book), "--out", str(back), "--sheet", "pl"]) == 0
    text = tmp_path / "annex.csv"
    text.write_text("STT,Tên,Điểm tối đa\nI,Lĩnh vực,\n1,Tiêu chí,1\n", encoding="utf-8")
    assert main(["criteria", "import", str(text), "--out", str(back), "--force", "--sheet", "pl"]) == 2
    assert "không có sheet “pl”" in capsys.readouterr().err


def test_a_tier_of_no_agency_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, back = tmp_path / "annex.xlsx", tmp_path / "xa" / "1.yaml"
    book.write_bytes(workbook(ANNEX))
    for tier, noted in (("communes", True), ("commune", False)):
        assert (
            main(["--lang", "vi", "criteria", "import", str(book), "--out", str(back), "--force", "--tier", tier]) == 0
        )
        assert ("không thuộc các cấp" in capsys.readouterr().err) == noted


def test_options_of_annexes_are_told_to_do_nothing_with_our_own_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, back = tmp_path / "bo.xlsx", tmp_path / "minh-hoa-cap-tinh" / "2026.1.yaml"
    assert main(["criteria", "export", str(SHIPPED), "--out", str(book)]) == 0
    asked = ["--lang", "vi", "criteria", "import", str(book), "--out", str(back)]
    assert main([*asked, "--year", "2030", "--sheet", "ZZ"]) == 0
    assert "--sheet, --year không có tác dụng" in capsys.readouterr().err
