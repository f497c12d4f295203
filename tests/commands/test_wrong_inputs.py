"""What a tired official does to a command is answered in the language that was asked for, with the exit code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parindex.cli import main
from tests.installations import ROOT

SET = str(ROOT / "criteria" / "minh-hoa-cap-tinh" / "2026.1.yaml")
FOREIGN = re.compile(
    r"Errno|No such|directory|denied|Invalid|Expected|expected|while|not allowed|found (a|un)|could not|line \d|Error\b"
)
DESIGN = "weights: w\nestimates:\n  - {statistic: mean, of: q1}\n"
CALIBRATED = DESIGN + "calibration: {method: logit, margins: m.csv, bounds: [0.3, 0.5]}\n"

WRONG: list[tuple[str, int, str]] = [
    (f"score none.yaml {SET}", 2, "không có tệp none.yaml"),
    ("score folder e.csv", 2, "folder là thư mục, không phải tệp"),
    ("score empty e.csv", 1, "tệp không có nội dung"),
    ("score binary e.csv", 2, "không phải văn bản UTF-8"),
    ("score broken.yaml e.csv", 1, "broken.yaml:2:1: không đọc được YAML (thiếu dấu phẩy hoặc dấu đóng ])"),
    (f"score {SET} none.csv", 2, "không có tệp none.csv"),
    (f"score {SET} empty", 1, "tệp không có nội dung; cần dòng tiêu đề"),
    (f"criteria export {SET} --out folder", 2, "đây là thư mục, không phải tệp"),
    ("criteria check none.yaml", 2, "không có tệp none.yaml"),
    ("criteria import none.xlsx --out x.yaml", 2, "không có tệp none.xlsx"),
    ("criteria import binary --out x.yaml", 2, "không đọc được tệp này như một bảng tính"),
    (f"criteria diff {SET} broken.yaml", 1, "không đọc được YAML"),
    ("estimate none.csv --design d.yaml", 2, "Không có tệp none.csv."),
    ("estimate folder --design d.yaml", 2, "folder là thư mục, không phải tệp."),
    ("estimate broken.parquet --design d.yaml", 2, "không phải tệp Parquet, hoặc tệp đã hỏng"),
    ("estimate broken.xlsx --design d.yaml", 2, "không phải sổ tính .xlsx, hoặc đã hỏng"),
    ("estimate quote.csv --design d.yaml", 1, "hết tệp khi dấu ngoặc kép chưa đóng"),
    ("estimate d.csv --design none.yaml", 2, "Không có tệp none.yaml."),
    ("estimate d.csv --design folder", 2, "đây là thư mục, không phải tệp"),
    ("estimate d.csv --design broken.yaml", 1, "broken.yaml, dòng 2, cột 1: không đọc được YAML"),
    ("estimate d.csv --design c.yaml", 1, "nhận được 0,3; 0,5."),
    ("crosstab d.csv --design d.yaml --of q1 zz", 1, "không có cột zz"),
    (
        "weigh d.csv --design d.yaml --output d.csv/x.csv",
        2,
        "Không ghi được d.csv/x.csv: một phần của đường dẫn là tệp, không phải thư mục",
    ),
    ("rank e.csv --draws 10 --level 0.99", 2, "--draws 10 quá ít cho --level 0.99"),
    ("rank e.csv --level 0,95", 2, "“0,95” không dùng được; cần một số lớn hơn 0 và nhỏ hơn 1"),
    ("rank none.csv", 2, "Không có tệp none.csv."),
    ("verify none.json", 2, "Không đọc được none.json: không có tệp hoặc thư mục này."),
    ("verify empty", 1, "Tệp không phải là một ấn bản: trống, hoặc không phải JSON"),
    ("verify binary", 1, "Tệp không phải là một ấn bản: không phải văn bản UTF-8"),
    ("verify e.csv --key none.pem", 2, "none.pem: không có tệp hoặc thư mục này"),
    ("load none.yaml", 2, "không có tệp none.yaml"),
    ("load folder", 2, "folder là thư mục, không phải tệp"),
    ("load broken.yaml", 1, "broken.yaml:2:1: không đọc được YAML"),
]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    contents = {
        "empty": b"", "binary": b"\x7fELF\x02\x01\x01\xd0\xff\x00" * 9, "broken.yaml": b"a: [1, 2\n",
        "broken.parquet": b"PAR", "broken.xlsx": b"PK\x03\x04text", "quote.csv": b'q1,w\n"1,1\n2,', "d.csv": b"q1,w\n1,1\n2,1\n",
        "d.yaml": DESIGN.encode(), "c.yaml": CALIBRATED.encode(), "m.csv": b"variable,level,total\nq1,1,1\nq1,2,1\n",
        "e.csv": b"unit,est,se\nA,1,0.1\nB,2,0.1\n",
    }  # fmt: skip
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("words", "code", "told"), WRONG, ids=[words.replace(SET, "SET") for words, _, _ in WRONG])
def test_a_wrong_input_is_answered_in_the_language_that_was_asked_for(
    words: str, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "vi", *words.split()]) == code
    vietnamese = capsys.readouterr()
    assert vietnamese.out == ""
    assert told in vietnamese.err
    assert FOREIGN.findall(vietnamese.err) == []
    assert main(["--lang", "en", *words.split()]) == code
    english = capsys.readouterr().err
    assert told not in english
    assert re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", english) is None


def test_a_full_disk_is_told_in_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    from parindex.commands import verify

    def full(_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.delenv("PARINDEX_DEBUG", raising=False)
    monkeypatch.setattr(verify, "run", full)
    monkeypatch.setattr("parindex.cli._forget_output", lambda: None)
    assert main(["--lang", "vi", "verify", "x"]) == 2
    assert capsys.readouterr().err == "Lệnh dừng giữa chừng: hết chỗ trên đĩa.\n"
