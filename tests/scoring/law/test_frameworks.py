"""A set that extends a framework: it adds under open areas only, and both digests stand in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex import scoring
from parindex.cli import main
from parindex.criteria_workbook import read_workbook, workbook_of, yaml_text

FRAMEWORK = """\
set: khung-cap-tinh
version: "2026.1"
title: {vi: "Khung của tỉnh"}
status: illustrative
tier: commune
years: [2026]
classes: [{name: A, from: 80}, {name: B, from: 0}]
inputs: {dossiers: {type: count, label: {vi: "Tổng số hồ sơ"}}}
areas:
  - code: "1"
    title: {vi: "Chỉ đạo, điều hành"}
    appraiser: home-affairs
    open: true
    criteria:
      - {code: "1.1", title: {vi: "Kế hoạch"}, max: 2, inputs: {issued: {type: boolean, label: {vi: "Đã ban hành"}}}, rule: {yes_no: issued}}
  - code: "2"
    title: {vi: "Thủ tục hành chính"}
    appraiser: government-office
    criteria:
      - {code: "2.1", title: {vi: "Đúng hạn"}, max: 8, inputs: {on_time: {type: count, label: {vi: "Đúng hạn"}}},
         rule: {ratio: [on_time, dossiers], when_zero: not_applicable}}
"""

ADDED = """\
extends: {set: khung-cap-tinh, version: "2026.1"}
set: xa-hoa-binh
version: "2026.1"
title: {vi: "Bộ của xã Hòa Bình"}
status: illustrative
tier: commune
years: [2026]
inputs: {households: {type: count, label: {vi: "Số hộ"}}}
areas:
  - code: "1"
    criteria:
      - {code: "1.2", title: {vi: "Họp dân"}, max: 1, inputs: {met: {type: count, label: {vi: "Số hộ dự họp"}}},
         rule: {ratio: [met, households], when_zero: not_applicable}}
"""


def framework(text: str = FRAMEWORK) -> scoring.CriteriaSet:
    return scoring.load_bytes(text.encode(), "khung.yaml")


def codes(text: str, with_framework: bool = True) -> list[str]:
    checked = scoring.check_bytes(text.encode(), "xa.yaml", framework() if with_framework else None)
    return [defect.code for defect in checked.defects]


def test_it_has_what_its_framework_has_and_what_it_adds() -> None:
    law = scoring.load_bytes(ADDED.encode(), "xa.yaml", framework())
    assert [place.code for place in scoring.leaves(law)] == ["1.1", "1.2", "2.1"]
    assert (law.family, law.title.vi, str(law.max)) == ("xa-hoa-binh", "Bộ của xã Hòa Bình", "11")
    assert [one.name for one in law.classes] == ["A", "B"]
    assert set(law.inputs) == {"dossiers", "households"}
    assert law.extends is not None
    assert (law.extends.family, law.extends.digest) == ("khung-cap-tinh", scoring.digest(framework()))


def test_both_digests_stand_in_it_and_it_is_read_alone_once_it_is_written_out() -> None:
    law = scoring.load_bytes(ADDED.encode(), "xa.yaml", framework())
    document = scoring.to_document(law)
    assert document["extends"]["digest"] == scoring.digest(framework())
    assert scoring.digest(scoring.from_document(document)) == scoring.digest(law)
    assert scoring.digest(scoring.load_bytes(yaml_text(law).encode(), "x.yaml")) == scoring.digest(law)
    other = framework(FRAMEWORK.replace("Kế hoạch", "Kế hoạch năm"))
    assert scoring.digest(scoring.load_bytes(ADDED.encode(), "xa.yaml", other)) != scoring.digest(law)
    for one in (law, framework()):
        back = read_workbook(workbook_of(one), "x.xlsx").criteria_set
        assert back is not None
        assert scoring.digest(back) == scoring.digest(one)


def test_a_set_without_framework_has_the_digest_that_it_had() -> None:
    plain = FRAMEWORK.replace("    open: true\n", "")
    assert "extends" not in scoring.to_document(framework(plain))
    assert scoring.digest(framework(plain)) != scoring.digest(framework())
    assert scoring.digest(
        framework(plain.replace("appraiser: home-affairs", "open: false\n    appraiser: home-affairs"))
    ) == scoring.digest(framework(plain))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('  - code: "1"\n', '  - code: "2"\n', "framework_closed"),
        ('  - code: "1"\n', '  - code: "9"\n', "framework_area"),
        ('code: "1.2"', 'code: "1.1"', "repeated_code"),
        ("inputs: {households:", "inputs: {dossiers: {type: count}, households:", "shadowed_input"),
        ("[met, households]", "[met, nobody]", "undeclared_input"),
        ("years: [2026]\n", "years: [2026]\nclasses: [{name: Z, from: 0}]\n", "unknown_key"),
        ('  - code: "1"\n', '  - code: "1"\n    title: {vi: "Khác"}\n', "unknown_key"),
        ('version: "2026.1"}', 'version: "2025.1"}', "framework_other"),
        ("extends: {set: khung-cap-tinh, ", "extends: {", "missing_key"),
        ("extends: {set: khung-cap-tinh, version", "extends: {set: khung-cap-tinh, digest: abc, version", "bad_form"),
    ],
)
def test_what_a_lower_level_may_not_do(old: str, new: str, code: str) -> None:
    assert old in ADDED
    assert code in codes(ADDED.replace(old, new))


def test_a_defect_in_what_is_added_has_its_place_in_the_file() -> None:
    checked = scoring.check_bytes(ADDED.replace("max: 1", "max: một").encode(), "xa.yaml", framework())
    (defect,) = checked.defects
    assert (defect.file, defect.line) == ("xa.yaml", 12)


def test_without_its_framework_it_is_no_set_and_says_which_one_is_missing() -> None:
    checked = scoring.check_bytes(ADDED.encode(), "xa.yaml")
    (defect,) = checked.defects
    assert (defect.code, defect.values["found"]) == ("framework_missing", "khung-cap-tinh 2026.1")
    assert scoring.named_framework(ADDED.encode()) == ("khung-cap-tinh", "2026.1")
    assert scoring.named_framework(FRAMEWORK.encode()) is None
    assert scoring.named_framework(b"\xff") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for family, text in (("khung-cap-tinh", FRAMEWORK), ("xa-hoa-binh", ADDED)):
        (tmp_path / family).mkdir()
        (tmp_path / family / "2026.1.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_command_finds_the_framework_in_its_family(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["criteria", "check", str(folder / "xa-hoa-binh" / "2026.1.yaml")]) == 0
    assert "tối đa 11 điểm" in capsys.readouterr().out


def test_the_command_takes_the_framework_that_is_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moved = folder / "khung.yaml"
    (folder / "khung-cap-tinh" / "2026.1.yaml").rename(moved)
    path = str(folder / "xa-hoa-binh" / "2026.1.yaml")
    assert main(["criteria", "check", path]) == 1
    assert "khung-cap-tinh 2026.1" in capsys.readouterr().err
    assert main(["criteria", "check", path, "--framework", str(moved)]) == 0
    assert main(["criteria", "check", path, "--framework", str(folder / "khong-co.yaml")]) == 2
    capsys.readouterr()
    facts = folder / "facts.csv"
    facts.write_text(
        "agency,name,value\nx,1.1.issued,true\nx,1.2.met,50\nx,households,100\nx,2.1.on_time,8\nx,dossiers,8\n"
    )
    assert main(["score", path, str(facts), "--framework", str(moved), "--format", "csv"]) == 0
    assert "10.5" in capsys.readouterr().out
    assert main(["criteria", "export", path, "--framework", str(moved), "--out", str(folder / "x.xlsx")]) == 0
    back = read_workbook((folder / "x.xlsx").read_bytes(), "x.xlsx").criteria_set
    assert back is not None
    assert back.extends is not None
    assert back.extends.digest == scoring.digest(framework())


def written_out(old: str = "", new: str = "") -> scoring.CriteriaSet:
    """The set as it is stored, after somebody has changed its text."""
    law = scoring.load_bytes(ADDED.encode(), "xa.yaml", framework())
    text = yaml_text(law)
    assert old in text
    return scoring.load_bytes(text.replace(old, new, 1).encode(), "xa.yaml")


def test_written_out_and_unchanged_it_only_adds() -> None:
    assert scoring.only_adds(written_out(), framework())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Đúng hạn", "Đúng hạn nhiều lần"),
        ("max: 8", "max: 7"),
        ("from: 80", "from: 70"),
        ("Tổng số hồ sơ", "Số hồ sơ"),
        ("Chỉ đạo, điều hành", "Chỉ đạo"),
    ],
)
def test_written_out_and_changed_it_is_not_its_framework(old: str, new: str) -> None:
    assert not scoring.only_adds(written_out(old, new), framework())


def test_of_another_framework_or_of_none_it_does_not_only_add() -> None:
    assert not scoring.only_adds(written_out(), framework(FRAMEWORK.replace("max: 8", "max: 9")))
    assert not scoring.only_adds(framework(), framework())


def test_under_an_area_that_is_not_open_nothing_is_added() -> None:
    closed = framework(FRAMEWORK.replace("    open: true\n", ""))
    law = scoring.load_bytes(ADDED.encode(), "xa.yaml", framework())
    text = yaml_text(law).replace(scoring.digest(framework()), scoring.digest(closed)).replace("    open: true\n", "")
    assert not scoring.only_adds(scoring.load_bytes(text.encode(), "xa.yaml"), closed)
