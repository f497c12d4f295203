"""The shapes in which sets of criteria arrive: each is read, or what could not be read is said by its row."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parindex.criteria_workbook import Heading, Imported, problem_text, read_workbook, yaml_text
from parindex.scoring import CriteriaSet, Criterion, leaves, load_bytes, walk
from tests.criteria_workbook.generated import workbook

DATA = Path(__file__).parent / "data"
HEADING = Heading(family="xa", version="2026.1", tier="commune", year=2026)


def read(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Imported:
    return read_workbook(workbook(sheets), "pl.xlsx", HEADING)


def whole(imported: Imported) -> CriteriaSet:
    """The set, which comes back from its YAML."""
    assert imported.criteria_set is not None, [problem_text(one, "pl.xlsx") for one in imported.problems]
    load_bytes(yaml_text(imported.criteria_set).encode(), "xa.yaml")
    return imported.criteria_set


def codes(criteria_set: CriteriaSet) -> list[tuple[str, str]]:
    return [(place.code, str(place.node.max)) for place in walk(criteria_set)]


def leaf(criteria_set: CriteriaSet, code: str) -> Criterion:
    found = next(place.node for place in leaves(criteria_set) if place.code == code)
    assert isinstance(found, Criterion)
    return found


def noted(imported: Imported, code: str) -> list[int]:
    return [one.place.row for one in imported.notes if one.code == code]


@pytest.mark.parametrize("as_workbook", [False, True])
def test_the_set_of_communes_of_2026_comes_whole(as_workbook: bool) -> None:
    path = DATA / "commune-par-tphcm-2026.csv"
    if as_workbook:
        with path.open(encoding="utf-8", newline="") as file:
            imported = read({"Bộ tiêu chí": list(csv.reader(file))})
    else:
        imported = read_workbook(path.read_bytes(), path.name, HEADING)
    criteria_set = whole(imported)
    assert len(list(leaves(criteria_set))) == 81
    assert criteria_set.max == 100
    assert next(area.title.vi for area in criteria_set.areas) == "ĐÁNH GIÁ KẾT QUẢ THỰC HIỆN CẢI CÁCH HÀNH CHÍNH (CCHC)"
    (first, *_) = criteria_set.areas
    sums = [
        sum(
            (one.node.max for one in leaves(criteria_set) if one.code.startswith(f"I.{n}.") or one.code == f"I.{n}"),
            Decimal(0),
        )
        for n in range(1, 8)
    ]
    assert (first.max, sums) == (76, [14, 6, 14, 10, 10, 8, 14])
    assert criteria_set.penalty is not None
    assert (criteria_set.penalty.cap, len(criteria_set.penalty.items)) == (4, 4)
    plan = leaf(criteria_set, "I.1.1.2")
    assert plan.guidance is not None
    assert "Cách tính điểm: 1.0\n" in plan.guidance.vi
    assert plan.guidance.vi.endswith("Phụ trách: Phòng Văn hóa - Xã hội")
    assert next(one for one in walk(criteria_set) if one.code == "I.1.4").node.title.vi == "Công tác tuyên truyền CCHC"
    assert 3 in noted(imported, "target_number")
    assert {4, 9} <= set(noted(imported, "group_carried"))
    assert 2 in noted(imported, "parent_made")
    assert len(noted(imported, "negative_maximum")) == 4


def test_the_digital_set_of_communes_comes_whole() -> None:
    path = DATA / "commune-dti-tayninh-2025.csv"
    imported = read_workbook(path.read_bytes(), path.name, HEADING)
    criteria_set = whole(imported)
    assert [area.max for area in criteria_set.areas] == [80, 100, 100, 520, 80, 80]
    assert [area.title.vi for area in criteria_set.areas][:2] == ["Hạ tầng và Nền tảng số", "Nhân lực số"]
    found = [place.code for place in leaves(criteria_set)]
    assert len(found) == 62
    assert {"4.1", "4.10", "4.22.1", "4.22.11"} <= set(found)
    assert len(noted(imported, "parent_made")) == 1


def test_the_export_of_an_offices_software_is_read() -> None:
    head = "Mã,Chỉ tiêu,Nhóm,Điểm tối đa,Tự đánh giá,Thẩm định,Chênh lệch,Trạng thái,Phụ trách,Hạn xử lý,Minh chứng/Ghi chú"
    rows = [
        [
            "4.1",
            "Cổng thông\ufeff tin",
            "Chính quyền số",
            "20",
            "10",
            "12",
            "2",
            "Đạt",
            '"Phòng A" & * Trung tâm B',
            "",
            "Một\nHai",
        ],
        ["4.10", "Hồ sơ\nđiện tử", "Chính quyền số", "7,5", "", "", "", "", "", "31/12/2026", ""],
        ["5.1", "=Kinh tế số", "Kinh tế số", "2", "", "", "", "", "", "", ""],
    ]
    text = "\ufeff" + "\r\n".join(
        [head, *(",".join('"' + one.replace('"', '""') + '"' for one in row) for row in rows)]
    )
    criteria_set = whole(read_workbook(text.encode(), "xuat.csv", HEADING))
    assert codes(criteria_set) == [("4", "27.5"), ("4.1", "20"), ("4.10", "7.5"), ("5", "2"), ("5.1", "2")]
    assert [one.title.vi for one in criteria_set.areas] == ["Chính quyền số", "Kinh tế số"]
    assert leaf(criteria_set, "4.1").title.vi == "Cổng thông tin"
    assert leaf(criteria_set, "4.10").title.vi == "Hồ sơ điện tử"
    assert leaf(criteria_set, "5.1").title.vi == "=Kinh tế số"
    guidance = leaf(criteria_set, "4.1").guidance
    assert guidance is not None
    assert "Phụ trách: Phòng A & Trung tâm B" in guidance.vi


def test_the_export_of_an_offices_software_with_a_code_twice_says_so_by_row() -> None:
    rows = [
        ["Mã", "Chỉ tiêu", "Nhóm", "Điểm tối đa"],
        ["1.1", "A", "Một", 1],
        ["1.2", "B", "Một", 1],
        ["1.2", "C", "Một", 1],
    ]
    found = read({"Xuất": rows})
    assert found.criteria_set is None
    assert [one.place.row for one in found.problems] == [4]


def test_a_sheet_with_a_column_a_unit_and_no_maximum_names_its_head() -> None:
    rows: list[list[Any]] = [[f"dòng {n}"] for n in range(7)]
    rows += [
        ["ROW_ID", "MA", "NOI_DUNG", "CAP", "CO_NHAP_LIEU", "Xã A", "Xã B"],
        [1, "A", "A. Chỉ đạo", 1, 0, None, None],
    ]
    found = read({"Dữ liệu": rows})
    assert [(one.code, one.place.row) for one in found.problems] == [("no_maximum", 8)]


def test_letters_with_a_stroke_keep_codes_of_their_own() -> None:
    rows = [["MA", "NOI_DUNG", "NHOM", "DIEM_TOI_DA"], ["D.1", "Một", "Nhóm D", 1], ["ĐT.1", "Hai", "Nhóm Đ", 2]]
    imported = read({"Dữ liệu": rows})
    assert codes(whole(imported)) == [("D", "1"), ("D.1", "1"), ("DDT", "2"), ("DDT.1", "2")]
    assert noted(imported, "code_written") == [3]


def test_a_head_of_four_lines_with_an_area_in_four_columns_is_no_table_and_that_is_said() -> None:
    rows = [
        ["STT", "Đơn vị", "I", None, None, None],
        [None, None, "Chỉ đạo điều hành", None, None, None],
        [None, None, 14, None, None, None],
        [None, None, "ĐTXHH", "Thẩm định", "Tổng", "%"],
        [1, "Sở Nội vụ", 1, 2, 3, 90],
    ]
    found = read({"Tổng hợp": rows})
    assert found.criteria_set is None
    assert found.problems


def test_a_scale_inside_the_cell_of_a_name_becomes_guidance() -> None:
    rows = [
        ["STT", "Tiêu chí", "Điểm tối đa"],
        ["I", "CHỈ ĐẠO", "2,5"],
        ["1", "Ban hành kế hoạch:\n- Đúng hạn : 2,5 điểm\n- Chậm : 1,25 điểm", "2,5"],
    ]
    node = leaf(whole(read({"PL": rows})), "1.1")
    assert node.title.vi == "Ban hành kế hoạch"
    assert node.guidance is not None
    assert node.guidance.vi == "- Đúng hạn : 2,5 điểm\n- Chậm : 1,25 điểm"


def test_tabs_with_roman_numbers_are_areas_of_one_set() -> None:
    head = [
        "STT",
        "Tiêu chí",
        "Điểm tối đa",
        "Số liệu kê khai",
        "Cách tính điểm",
        "Yêu cầu và TLKC",
        "Điểm tự đánh giá",
    ]
    first = [
        ["CHỈ ĐẠO"],
        head,
        ["1", "Kế hoạch", 2, "Số nhiệm vụ", "a/b", "Quyết định", None],
        [None, None, None, "Đã xong", None, None, None],
    ]
    second = [
        ["THỂ CHẾ"],
        head,
        ["1", "Rà soát", None],
        ["1.1", "Văn bản", 1, "Không áp dụng"],
        ["1.2", "Xử lý", "0,5"],
    ]
    imported = read({"I": first, "II": second})
    criteria_set = whole(imported)
    assert codes(criteria_set) == [
        ("1", "2"),
        ("1.1", "2"),
        ("2", "1.5"),
        ("2.1", "1.5"),
        ("2.1.1", "1"),
        ("2.1.2", "0.5"),
    ]
    assert [area.title.vi for area in criteria_set.areas] == ["CHỈ ĐẠO", "THỂ CHẾ"]
    assert "Đã xong" in str(leaf(criteria_set, "1.1").guidance)
    assert noted(imported, "sheets_joined") == [0]


def test_shares_of_answers_are_not_taken_for_points() -> None:
    rows = [
        ["STT", "Tiêu chí", "Điểm tối đa"],
        ["I", "Khảo sát", 10],
        ["1", "Mức độ hài lòng", 10],
        ["A", "Rất tốt", "100%"],
    ]
    found = read({"PL": rows})
    assert found.criteria_set is None
    assert any(one.place.row == 4 for one in found.problems)
