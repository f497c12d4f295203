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


UNITS = [f"Xã {letter}" for letter in "ABCDEFGHIJKLMNOP"]


def form(*rows: list[Any], above: int = 7) -> dict[str, list[list[Any]]]:
    """A form with a column a unit, its head on the row below so many lines."""
    lines: list[list[Any]] = [["BỘ TIÊU CHÍ CẤP XÃ NĂM 2026"], *([f"dòng {n}"] for n in range(above - 1))]
    return {"Dữ liệu": [*lines, ["ROW_ID", "MA", "NOI_DUNG", "CAP", "CO_NHAP_LIEU", *UNITS], *rows]}


FORM: list[list[Any]] = [
    [1, "A", "A. Chỉ đạo điều hành", 1, 0],
    [2, "A.1", "A.1. Ban hành kế hoạch", 2, 1, 5, 4],
    [3, "A.2", "A.2. Kiểm tra", 2, 0],
    [4, "A.2.1", "A.2.1. Số đơn vị được kiểm tra", 3, 1, 3, 2],
    [5, "Đ", "Đ. Đô thị", 1, 0],
    [6, "ĐT.1", "ĐT.1. Hạ tầng", 2, 1],
    [7, "ĐT.2", "ĐT.2. Cây xanh", 2, 1],
]


def test_a_form_with_a_column_a_unit_is_read_and_each_criterion_without_a_maximum_is_said() -> None:
    imported = read(form(*FORM))
    criteria_set = whole(imported)
    assert codes(criteria_set) == [
        ("A", "2"), ("A.1", "1"), ("A.2", "1"), ("A.2.1", "1"), ("DD", "2"), ("DDT.1", "1"), ("DDT.2", "1"),
    ]  # fmt: skip
    assert leaf(criteria_set, "A.1").title.vi == "Ban hành kế hoạch"
    assert noted(imported, "maximum_given") == [10, 12, 14, 15]
    assert noted(imported, "units_left_out") == [8]
    assert noted(imported, "code_written") == [13, 14, 15]


@pytest.mark.parametrize("column", [None, "7f3"])
def test_the_code_of_a_form_may_stand_in_the_content_alone(column: str | None) -> None:
    rows = [[row[0], column and f"{column}{row[0]}", *row[2:]] for row in FORM]
    assert codes(whole(read(form(*rows)))) == codes(whole(read(form(*FORM))))


def test_a_code_that_is_misprinted_in_the_content_of_a_form_is_that_of_its_column_and_said_by_row() -> None:
    rows = [list(row) for row in FORM]
    rows[2][2], rows[6][2] = "A.1. Kiểm tra", "ĐT.1. Cây xanh"
    imported = read(form(*rows))
    assert codes(whole(imported)) == codes(whole(read(form(*FORM))))
    assert noted(imported, "code_misprinted") == [11, 15]


def test_a_code_that_is_misprinted_in_its_column_is_that_of_the_content_and_said_by_row() -> None:
    rows = [list(row) for row in FORM]
    rows[2][1], rows[6][1] = "A.1", "ĐT.1"
    imported = read(form(*rows))
    assert codes(whole(imported)) == codes(whole(read(form(*FORM))))
    assert noted(imported, "code_misprinted") == [11, 15]


def test_a_code_twice_in_a_form_is_refused_by_its_row() -> None:
    rows = [list(row) for row in FORM]
    rows[6][1:3] = ["ĐT.1", "ĐT.1. Cây xanh"]
    found = read(form(*rows))
    assert (found.criteria_set, [one.place.row for one in found.problems]) == (None, [15])


def test_rows_of_a_form_that_take_no_data_and_have_none_below_are_left_out_by_row() -> None:
    imported = read(form(*FORM, [8, "B", "B. Chưa dùng", 1, 0], [9, "B.1", "B.1. Không nhập", 2, 0]))
    assert codes(whole(imported)) == codes(whole(read(form(*FORM))))
    assert noted(imported, "row_skipped") == [16, 17]


def test_a_table_with_codes_and_no_maximum_that_is_no_form_names_its_head() -> None:
    found = read({"Dữ liệu": [["BỘ TIÊU CHÍ"], ["Mã", "Nội dung", "Ghi chú"], ["A", "Chỉ đạo", None]]})
    assert [(one.code, one.place.row) for one in found.problems] == [("no_maximum", 2)]


def test_letters_with_a_stroke_keep_codes_of_their_own() -> None:
    rows = [["MA", "NOI_DUNG", "NHOM", "DIEM_TOI_DA"], ["D.1", "Một", "Nhóm D", 1], ["ĐT.1", "Hai", "Nhóm Đ", 2]]
    imported = read({"Dữ liệu": rows})
    assert codes(whole(imported)) == [("D", "1"), ("D.1", "1"), ("DDT", "2"), ("DDT.1", "2")]
    assert noted(imported, "code_written") == [3]


KINDS = ["ĐTXHH", "Thẩm định", "Tổng", "%"]


def blocks(maxima: Sequence[Sequence[Any]], total: Any, kinds: Sequence[str] = KINDS) -> dict[str, list[list[Any]]]:
    """Results with a head of four lines over areas I, II …, and a block of totals in another order."""
    names = ["Chỉ đạo điều hành", "Cải cách thể chế", "Thủ tục hành chính"][: len(maxima)]
    lines: list[list[Any]] = [["STT", "Đơn vị"], [None, None], [None, None], [None, None]]
    for number, name, points in zip(["I", "II", "III"], names, maxima, strict=False):
        for line, cells in zip(lines, ([number], [name], list(points), list(kinds)), strict=True):
            line += [*cells, *[None] * (4 - len(cells))]
    whole_block = (["Tổng điểm"], [None], [None, total], ["%", "Tổng", "ĐTXHH", "Thẩm định"])
    lines = [[*line, *cells] for line, cells in zip(lines, whole_block, strict=True)]
    return {
        "Tổng hợp": [["KẾT QUẢ CHỈ SỐ CCHC CÁC SỞ NĂM 2025"], *lines, [1, "Sở Nội vụ", 1, 2, 3, 90], [2, "Sở Y tế", 1]]
    }


def test_a_head_of_four_lines_gives_areas_with_their_maxima_and_what_it_does_not_say_is_named() -> None:
    imported = read(blocks([[14], [6], ["10,5"]], "30,5"))
    criteria_set = whole(imported)
    assert codes(criteria_set) == [("1", "14"), ("1.1", "14"), ("2", "6"), ("2.1", "6"), ("3", "10.5"), ("3.1", "10.5")]
    assert [area.title.vi for area in criteria_set.areas][:2] == ["Chỉ đạo điều hành", "Cải cách thể chế"]
    assert noted(imported, "leaf_made") == [4, 4, 4]
    assert noted(imported, "rows_of_units") == [6]


def test_a_head_of_four_lines_that_parts_the_points_gives_survey_and_appraisal() -> None:
    criteria_set = whole(read(blocks([[4, 10, 14], [1, 5, 6]], 20)))
    assert codes(criteria_set) == [("1", "14"), ("1.1", "4"), ("1.2", "10"), ("2", "6"), ("2.1", "1"), ("2.2", "5")]
    assert [leaf(criteria_set, code).title.vi for code in ("1.1", "1.2")] == ["ĐTXHH", "Thẩm định"]


@pytest.mark.parametrize(
    ("total", "problem", "note"), [(20, [], []), (19, [4], []), ("20,5", [], [4]), ("20,45", [], []), (21, [4], [])]
)
def test_the_total_of_a_head_of_four_lines_is_checked(total: Any, problem: list[int], note: list[int]) -> None:
    maxima = [[14], [6]] if isinstance(total, int) else [[14], ["6,45"]]
    imported = read(blocks(maxima, total))
    assert [one.place.row for one in imported.problems if one.code == "total_differs"] == problem
    assert noted(imported, "total_rounded") == note


def test_a_head_without_kinds_of_points_is_no_head_of_areas() -> None:
    assert read(blocks([[14], [6]], 20, ["a", "b", "c", "d"])).criteria_set is None


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


QUESTION: list[list[Any]] = [
    ["STT", "Tiêu chí", "Điểm tối đa"],
    ["I", "Khảo sát", 10],
    ["1", "Mức độ hài lòng", 10],
]


@pytest.mark.parametrize(
    "shares", [["100%", "60%", "20%", "0%"], [100, 60, 20, 0], ["100 %", "60", "20", "0"], ["100%", "60%", "20%", None]]
)
@pytest.mark.parametrize("lettered", [False, True])
def test_answers_with_shares_are_lines_of_their_criterion_and_said_by_row(shares: list[Any], lettered: bool) -> None:
    words = ["Rất tốt", "Tốt", "Trung bình", "Kém"]
    rows = [
        [None, f"{letter}. {text}", share] if lettered else [letter, text, share]
        for letter, text, share in zip("ABCD", words, shares, strict=True)
    ]
    imported = read({"PL": [*QUESTION, *rows, ["2", "Mức độ tin cậy", None]][:7]})
    criteria_set = whole(imported)
    assert codes(criteria_set) == [("1", "10"), ("1.1", "10")]
    guidance = leaf(criteria_set, "1.1").guidance
    assert guidance is not None
    assert guidance.vi.startswith("A. Rất tốt: 100%\nB. Tốt: 60%\nC. Trung bình: 20%\nD. Kém")
    assert noted(imported, "answer_kept") == [4, 5, 6, 7]


def test_answers_in_the_cell_of_a_name_are_lines_too() -> None:
    rows = [*QUESTION[:2], ["1", "Mức độ hài lòng:\nA. Tốt: 100%\nB. Kém: 0%", 10]]
    node = leaf(whole(read({"PL": rows})), "1.1")
    assert (node.title.vi, node.guidance and node.guidance.vi) == ("Mức độ hài lòng", "A. Tốt: 100%\nB. Kém: 0%")


def test_letters_that_number_criteria_are_no_answers() -> None:
    rows = [*QUESTION[:1], ["A", "Một", 3], ["1", "Một một", 3], ["B", "Hai", 2], ["1", "Hai một", 2]]
    assert codes(whole(read({"PL": rows}))) == [("1", "3"), ("1.1", "3"), ("2", "2"), ("2.1", "2")]


def test_one_share_alone_is_not_taken_for_points() -> None:
    found = read({"PL": [*QUESTION, ["A", "Rất tốt", "100%"]]})
    assert found.criteria_set is None
    assert any(one.place.row == 4 for one in found.problems)
