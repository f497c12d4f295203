"""Our own workbook, edited by officials: what they may do works, what they may not is named by sheet and cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from parindex.criteria_workbook import TooLong, problem_text, read_workbook, workbook_of, yaml_text
from parindex.reading.xlsx_cells import read_cells
from parindex.scoring import CriteriaSet, Criterion, digest, load, load_bytes, place_of
from tests.criteria_workbook.generated import workbook
from tests.scoring.sets import set_of

FOLDER = Path(__file__).parents[2] / "criteria"
SHIPPED = sorted(path for path in FOLDER.rglob("*.yaml") if not path.name.endswith((".cases.yaml", ".crosswalk.yaml")))
Sheets = dict[str, list[list[Any]]]

SMALL = """\
attributes: {open: {type: boolean, label: {vi: "Có tiếp công dân"}}}
inputs: {total: {type: count, label: {vi: "Tổng số hồ sơ"}}}
areas:
  - code: "1"
    title: {vi: "Hồ sơ"}
    criteria:
      - code: "1.1"
        title: {vi: "Đúng hạn"}
        max: 2
        inputs: {on_time: {type: count, label: {vi: "Số hồ sơ đúng hạn"}}}
        rule: {ratio: [on_time, total], when_zero: zero}
      - code: "1.2"
        title: {vi: "Xếp loại"}
        max: 1
        needs: open
        inputs: {grade: {type: choice, label: {vi: "Mức"}, options: [good, bad], option_labels: {good: {vi: "Tốt"}}}}
        rule: {choice: grade, points: {good: 1, bad: not_applicable}}
      - code: "1.10"
        title: {vi: "=Bậc"}
        max: 0.5
        inputs: {days: {type: decimal, label: {vi: "Số ngày"}}}
        rule: {bands: days, steps: [{to: 1.5, points: 0.5}, {to: 3, points: 0.25}]}
adjustments:
  bonus: {cap: 1, items: [{code: B1, title: {vi: "Sáng kiến"}, max: 1, inputs: {n: {type: count, label: {vi: "Số sáng kiến"}}}, rule: {each: n, points: 0.5}}]}
"""


def sheets_of(criteria_set: CriteriaSet) -> Sheets:
    """The cells of its workbook, to be edited."""
    return {one.name: [list(row) for row in one.rows] for one in read_cells(workbook_of(criteria_set))}


def at(sheets: Sheets, sheet: str, first: str, head: str) -> tuple[list[Any], int]:
    """The row of a sheet that holds a word, and the column of a head."""
    top = next(row for row in sheets[sheet] if head in row)
    return next(row for row in sheets[sheet] if first in row and row is not top), top.index(head)


def edited(edit: Callable[[Sheets], None]) -> tuple[CriteriaSet | None, list[str], list[str]]:
    sheets = sheets_of(set_of(SMALL))
    edit(sheets)
    imported = read_workbook(workbook(sheets), "bo.xlsx")
    told = [[problem_text(one, "bo.xlsx") for one in group] for group in (imported.problems, imported.notes)]
    return imported.criteria_set, told[0], told[1]


def change(sheet: str, first: str, head: str, value: Any) -> tuple[CriteriaSet | None, list[str], list[str]]:
    def edit(sheets: Sheets) -> None:
        row, column = at(sheets, sheet, first, head)
        row[column] = value

    return edited(edit)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_set_that_ships_comes_back_without_loss(path: Path, lang: Any) -> None:
    criteria_set = load(path)
    imported = read_workbook(workbook_of(criteria_set, lang), "bo.xlsx")
    assert [problem_text(one, "bo.xlsx") for one in (*imported.problems, *imported.notes)] == []
    assert imported.criteria_set is not None
    assert digest(imported.criteria_set) == digest(criteria_set)
    assert digest(load_bytes(yaml_text(imported.criteria_set).encode(), "x.yaml")) == digest(criteria_set)


def test_the_same_set_gives_the_same_bytes() -> None:
    assert workbook_of(set_of(SMALL)) == workbook_of(set_of(SMALL))


def test_it_has_the_columns_that_officials_know_and_prints_on_a4_with_its_head_on_every_page() -> None:
    (first, *_) = read_cells(workbook_of(set_of(SMALL)))
    assert first.name == "Bộ tiêu chí"
    assert list(first.rows[2][:8]) == [
        "STT", "Mã", "Lĩnh vực, tiêu chí, tiêu chí thành phần", "Điểm tối đa", "Cách tính điểm", "Số liệu kê khai",
        "Yêu cầu và tài liệu kiểm chứng", "Cơ quan thẩm định",
    ]  # fmt: skip
    assert first.rows[3][:4] == ("I", "1", "Hồ sơ", Decimal("3.5"))
    assert first.rows[4][4] == "Tỷ lệ “Số hồ sơ đúng hạn” trên “Tổng số hồ sơ” × 2 điểm. Mẫu số bằng 0: 0 điểm."
    with zipfile.ZipFile(BytesIO(workbook_of(set_of(SMALL)))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        names = packed.read("xl/workbook.xml").decode()
        strings = packed.read("xl/sharedStrings.xml").decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "<sheetProtection" in sheet
    assert "_xlnm.Print_Titles" in names
    assert "<f>" not in sheet
    assert "=Bậc" in strings


def test_a_number_typed_in_vietnamese_counts() -> None:
    criteria_set, problems, _ = change("Bộ tiêu chí", "1.10", "Điểm tối đa", " 0,75 ")
    assert criteria_set is None
    assert problems == [
        "bo.xlsx, sheet “Bộ tiêu chí”, dòng 4, ô D4: điểm tối đa ghi 3,5, tổng các phần là 3,75. Hãy sửa một trong hai."
    ]


def test_a_new_row_with_its_rule_is_a_new_criterion() -> None:
    def edit(sheets: Sheets) -> None:
        sheets["Bộ tiêu chí"].insert(5, [None, "1.3", "Tiêu chí mới ", "0,5", *[None] * 10])
        sheets["Bộ tiêu chí"][3][3] = None
        sheets["Quy tắc tính điểm"].append(["1.3", " thẩm  định", *[None] * 10])

    criteria_set, problems, _ = edited(edit)
    assert problems == []
    assert criteria_set is not None
    assert criteria_set.max == 4
    node = place_of(criteria_set, "1.3").node
    assert isinstance(node, Criterion)
    assert (node.title.vi, node.max) == ("Tiêu chí mới", Decimal("0.5"))


def test_a_row_without_a_code_gets_one_and_says_so() -> None:
    criteria_set, problems, notes = change("Bộ tiêu chí", "1.10", "Mã", None)
    assert criteria_set is None
    assert notes[0] == "bo.xlsx, sheet “Bộ tiêu chí”, dòng 7, ô B7: dòng chưa có mã; đã đặt mã 1.3."
    assert next(line.partition(": ")[2][:40] for line in problems) == "“1.3” chưa có cách tính ở sheet “Quy tắc"


@pytest.mark.parametrize(
    ("sheet", "first", "head", "value", "told"),
    [
        ("Quy tắc tính điểm", "1.1", "Cách tính", "Tỉ lệ phần", "sheet “Quy tắc tính điểm”, dòng 4, ô B4: “Tỉ lệ phần” không hợp lệ"),
        ("Quy tắc tính điểm", "1.1", "Số liệu, điều tra hoặc chỉ số", "ontime", "dòng 4, ô C4: số liệu “ontime” chưa được khai báo. Hãy thêm vào “inputs”. Có phải “on_time” không?"),
        ("Quy tắc tính điểm", "1.1", "Mã", "1.7", "sheet “Bộ tiêu chí”, dòng 5: “1.1” chưa có cách tính"),
        ("Quy tắc tính điểm", "good", "Điểm hoặc công thức", 5, "dòng 6, ô K6: 5 lớn hơn điểm tối đa 1"),
        ("Quy tắc tính điểm", "good", "Loại dòng", "Từ", "dòng 6, ô I6: “Từ” không dùng cho cách tính này; cần: Phương án"),
        ("Số liệu kê khai", "on_time", "Kiểu", "số", "sheet “Số liệu kê khai”, dòng 5, ô C5: “số” không hợp lệ; chọn một trong: Có/Không, Số đếm"),
        ("Bộ tiêu chí", "1.2", "Chỉ áp dụng khi", "opn", "dòng 6, ô K6: thuộc tính “opn” chưa được khai báo. Hãy thêm vào “attributes”. Có phải “open” không?"),
        ("Bộ tiêu chí", "1.2", "Lĩnh vực, tiêu chí, tiêu chí thành phần", None, "dòng 6, ô C6: thiếu “Lĩnh vực, tiêu chí, tiêu chí thành phần”"),
        ("Bộ tiêu chí", "1.2", "Cấp", 4, "dòng 6, ô I6: cấp 4 đứng ngay dưới cấp 2"),
        ("Bộ tiêu chí", "1.2", "Mã", "1.1", "dòng 6, ô B6: mã “1.1” đã dùng ở dòng 5, sheet “Bộ tiêu chí”"),
        ("Bộ tiêu chí", "1.2", "Kiểm chứng ban hành từ ngày", "05/01/0026", "dòng 6, ô O6: ngày 05/01/0026 có năm ngoài khoảng 1900-2100"),
        ("Bộ tiêu chí", "1.2", "Kiểm chứng ban hành từ ngày", date(2101, 1, 1), "dòng 6, ô O6: ngày 2101-01-01 có năm ngoài khoảng 1900-2100"),
        ("Bộ tiêu chí", "1.2", "Kiểm chứng ban hành từ ngày", "hôm qua", "dòng 6, ô O6: “hôm qua” không phải ngày"),
        ("Thông tin chung", "Phiên bản", "Nội dung", None, "sheet “Thông tin chung”, dòng 5, ô B5: thiếu mục “Phiên bản”"),
        ("Thông tin chung", "Năm đánh giá", "Nội dung", "hai nghìn", "“hai nghìn” không phải năm"),
        ("Thông tin chung", "Tình trạng", "Nội dung", "nháp", "“nháp” không hợp lệ; chọn một trong: Minh họa, Chính thức"),
        ("Thông tin chung", "Điểm thưởng tối đa", "Nội dung", None, "có mục ở sheet “Điểm thưởng” nhưng thiếu “Điểm thưởng tối đa”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_sheet_and_cell(sheet: str, first: str, head: str, value: Any, told: str) -> None:
    criteria_set, problems, _ = change(sheet, first, head, value)
    assert criteria_set is None
    assert any(told in line for line in problems), "\n".join(problems)
    assert len(problems) <= 3, "\n".join(problems)


def test_a_quoted_text_with_a_character_that_nobody_sees_is_refused_by_cell() -> None:
    criteria_set, problems, _ = change("Thông tin chung", "Tên bộ tiêu chí", "Nội dung", '"B\\u200bộ"')
    assert criteria_set is None
    assert len(problems) == 1
    assert "sheet “Thông tin chung”" in problems[0]
    assert "U+200B" in problems[0]


def test_an_edit_of_the_sentence_about_the_rule_changes_nothing_and_says_so() -> None:
    criteria_set, problems, notes = change("Bộ tiêu chí", "1.1", "Cách tính điểm", "Đúng hạn trên 90% được 2 điểm")
    assert problems == []
    assert criteria_set is not None
    assert digest(criteria_set) == digest(set_of(SMALL))
    assert len(notes) == 1
    assert "chỉ để đọc; cách tính lấy từ sheet “Quy tắc tính điểm”" in notes[0]


def test_a_sheet_that_is_missing_is_named() -> None:
    criteria_set, problems, _ = edited(lambda sheets: sheets.pop("Số liệu kê khai") and None)
    assert criteria_set is None
    assert problems[0].startswith("bo.xlsx: thiếu sheet “Số liệu kê khai”.")


def test_extra_columns_and_footnotes_of_an_office_are_left_out_and_said() -> None:
    def edit(sheets: Sheets) -> None:
        for row in sheets["Bộ tiêu chí"]:
            row.append("Ý kiến" if "STT" in row else None)
        sheets["Bộ tiêu chí"].append([None, None, "Ghi chú: bản dự thảo"])

    criteria_set, problems, notes = edited(edit)
    assert problems == []
    assert criteria_set is not None
    assert [line.partition(": ")[2] for line in notes] == [
        "không dùng cột “Ý kiến”.",
        "đã bỏ qua dòng “Ghi chú: bản dự thảo”.",
    ]


def test_a_text_that_no_cell_holds_is_refused() -> None:
    with pytest.raises(TooLong):
        workbook_of(set_of(SMALL.replace("Đúng hạn", "đ" * 32_768, 1)))


EXTENDING = SMALL.replace('  - code: "1"\n', '  - code: "1"\n    open: true\n') + (
    f'extends: {{set: khung, version: "2026.1", digest: {"ab" * 32}}}\n'
)


def problems_of(sheets: Sheets) -> list[str]:
    return [problem_text(one, "x.xlsx") for one in read_workbook(workbook(sheets), "x.xlsx").problems]


def test_a_framework_and_open_areas_stand_in_the_workbook_and_come_back() -> None:
    law = set_of(EXTENDING)
    sheets = sheets_of(law)
    row, column = at(sheets, "Bộ tiêu chí", "Hồ sơ", "Cấp dưới được bổ sung")
    assert row[column] == "Có"
    row, column = at(sheets, "Thông tin chung", "Bổ sung cho bộ khung", "Nội dung")
    assert row[column] == "khung"
    back = read_workbook(workbook(sheets), "x.xlsx").criteria_set
    assert back is not None
    assert digest(back) == digest(law)


@pytest.mark.parametrize("item", ["Bổ sung cho bộ khung", "Phiên bản của bộ khung", "Mã kiểm tra SHA-256 của bộ khung"])
def test_a_framework_of_which_a_line_is_missing_is_named_by_sheet_and_row(item: str) -> None:
    sheets = sheets_of(set_of(EXTENDING))
    row, column = at(sheets, "Thông tin chung", item, "Nội dung")
    row[column] = None
    number = sheets["Thông tin chung"].index(row) + 1
    (told,) = problems_of(sheets)
    assert f"sheet “Thông tin chung”, dòng {number}" in told
    assert f"“{item}”" in told


def test_a_digest_that_is_none_is_named_by_sheet_and_row() -> None:
    sheets = sheets_of(set_of(EXTENDING))
    row, column = at(sheets, "Thông tin chung", "Mã kiểm tra SHA-256 của bộ khung", "Nội dung")
    row[column] = "abc"
    (told,) = problems_of(sheets)
    assert "sheet “Thông tin chung”, dòng " in told


def test_additions_are_open_for_whole_areas_alone() -> None:
    sheets = sheets_of(set_of(EXTENDING))
    row, column = at(sheets, "Bộ tiêu chí", "Đúng hạn", "Cấp dưới được bổ sung")
    row[column] = "x"
    number = sheets["Bộ tiêu chí"].index(row) + 1
    (told,) = problems_of(sheets)
    assert f"sheet “Bộ tiêu chí”, dòng {number}" in told
    row[column] = "Không"
    assert problems_of(sheets) == []
