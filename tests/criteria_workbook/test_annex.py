"""The annex of a decision as officials type it: read, or every doubt named by sheet and row."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from parindex.criteria_workbook import Heading, problem_text, read_workbook
from parindex.scoring import CriteriaSet, Criterion, kind, leaves, walk
from tests.criteria_workbook.generated import workbook

HEAD = ["STT", "Lĩnh vực/ Tiêu chí/ Tiêu chí thành phần", "Điểm  tối đa", "Ghi chú"]
TITLE = "BỘ TIÊU CHÍ CHẤM ĐIỂM CHỈ SỐ CCHC CỦA CÁC SỞ NĂM 2026"
HEADING = Heading(family="so", version="2026.1", tier="department")


def read(rows: Sequence[Sequence[Any]], merged: Sequence[tuple[str, Any]] = (), heading: Heading = HEADING) -> Any:
    ranges = [("Phụ lục I", where, value) for where, value in merged]
    return read_workbook(workbook({"Phụ lục I": rows}, ranges), "pl.xlsx", heading)


def set_of(*rows: Sequence[Any], merged: Sequence[tuple[str, Any]] = ()) -> CriteriaSet:
    """The set of a table below the usual heading."""
    imported = read([[TITLE], HEAD, *rows], merged)
    assert [problem_text(one, "pl.xlsx") for one in imported.problems] == []
    assert imported.criteria_set is not None
    return imported.criteria_set  # type: ignore[no-any-return]


def problems(*rows: Sequence[Any], lang: Any = "vi") -> list[str]:
    """What is wrong with a table below the usual heading; its first row is row 3."""
    return [problem_text(one, "pl.xlsx", lang) for one in read([[TITLE], HEAD, *rows]).problems]


def outline(criteria_set: CriteriaSet) -> list[tuple[str, str, str]]:
    """(code, name, maximum) of every node."""
    return [(place.code, place.node.title.vi, str(place.node.max)) for place in walk(criteria_set)]


def test_the_plain_form_becomes_judged_leaves() -> None:
    criteria_set = set_of(
        ["I", "Chỉ đạo, điều hành", 3.5, None],
        [1, "Kế hoạch", 2.5, None],
        ["1.1", "Ban hành kịp thời", "1,5", "Quyết định ban hành kế hoạch"],
        ["1.2", "Mức độ hoàn thành", 1, None],
        [2, "Báo cáo", 1, None],
        ["II", "Thể chế", 2, None],
        [1, "Rà soát văn bản", 2, None],
    )
    assert outline(criteria_set) == [
        ("1", "Chỉ đạo, điều hành", "3.5"),
        ("1.1", "Kế hoạch", "2.5"),
        ("1.1.1", "Ban hành kịp thời", "1.5"),
        ("1.1.2", "Mức độ hoàn thành", "1"),
        ("1.2", "Báo cáo", "1"),
        ("2", "Thể chế", "2"),
        ("2.1", "Rà soát văn bản", "2"),
    ]
    assert {
        kind(one.node.rule) for one in leaves(criteria_set) if isinstance(one.node, Criterion) and one.node.rule
    } == {"judged"}
    first = next(leaves(criteria_set)).node
    assert isinstance(first, Criterion)
    assert first.guidance is not None
    assert first.guidance.vi == "Quyết định ban hành kế hoạch"
    assert (criteria_set.status, criteria_set.years, criteria_set.title.vi) == ("illustrative", (2026,), TITLE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        (" 2 ", "2"),
        ("0,250", "0.25"),
        ("0.125", "0.125"),
        ("2 điểm", "2"),
        ("1.234,5", "1234.5"),
        (10.5, "10.5"),
    ],
)
def test_vietnamese_numbers_are_read(written: Any, meant: str) -> None:
    criteria_set = set_of(["I", "Lĩnh vực", None], ["1", "Tiêu chí", written])
    assert criteria_set.max == Decimal(meant)


def test_a_name_merged_over_several_rows_has_their_points_as_lines() -> None:
    rows = [["I", "Lĩnh vực", 1], ["1", None, 1, "Ban hành quý I"], [None, None, "0,5", "Quý II"], [None, None, 0]]
    (leaf,) = leaves(set_of(*rows, merged=[("B4:B6", "Ban hành kế hoạch")]))
    assert isinstance(leaf.node, Criterion)
    assert leaf.node.guidance is not None
    assert (leaf.node.title.vi, leaf.node.max) == ("Ban hành kế hoạch", 1)
    assert leaf.node.guidance.vi == "Ban hành quý I\nQuý II: 0,5\n0"


def test_points_without_number_and_name_are_not_lost() -> None:
    told = problems(["I", "Lĩnh vực", 2], ["1", "Tiêu chí", 1.5], [None, None, "0,5"])
    assert any("dòng 5, ô A5" in one and "“0,5” có điểm tối đa nhưng thiếu số thứ tự" in one for one in told)


def test_names_in_several_columns_are_refused_not_dropped() -> None:
    head = ["STT", "Lĩnh vực", "Tiêu chí", "Điểm tối đa"]
    found = read([[TITLE], head, ["1", "Một", "Kế hoạch", 1]])
    assert [problem_text(one, "pl.xlsx", "en") for one in found.problems if one.code == "several_names"] == [
        "pl.xlsx, sheet “Phụ lục I”, row 2, cell C2: the table has several columns of names. "
        "Write areas, criteria and parts as rows of one column."
    ]
    assert found.criteria_set is None


def test_a_column_of_contents_right_of_the_maximum_is_a_note() -> None:
    rows = [
        ["STT", "Tiêu chí", "Điểm tối đa", "Nội dung đánh giá"],
        ["I", "Một", 1],
        ["1", "Kế hoạch", 1, "Có quyết định"],
    ]
    found = read([[TITLE], *rows]).criteria_set
    (leaf,) = leaves(found)
    assert isinstance(leaf.node, Criterion)
    assert leaf.node.guidance is not None
    assert leaf.node.guidance.vi == "Có quyết định"


def test_a_number_that_could_be_two_is_refused_and_says_how_to_write_both() -> None:
    (told,) = problems(["I", "Lĩnh vực", None], ["1", "Tiêu chí", "1.234"])
    assert told == (
        "pl.xlsx, sheet “Phụ lục I”, dòng 4, ô C4: “1.234” có thể là hai số khác nhau. "
        "Hãy viết 1,234 nếu là số lẻ, 1234 nếu là số nghìn."
    )


def test_totals_empty_rows_repeated_heads_column_numbers_and_footnotes_are_left_out() -> None:
    criteria_set = set_of(
        ["(1)", "(2)", "(3)", "(4)"],
        ["I", "Lĩnh vực một", 3],
        ["1", "Tiêu chí", 3],
        [None, "Cộng lĩnh vực I", "3,0"],
        [],
        HEAD,
        ["II", "Lĩnh vực hai", 1],
        ["1", "Công khai ngân sách", 1],
        [None, "TỔNG CỘNG", 4],
        ["(*) Áp dụng từ năm 2026"],
        [None, "Ghi chú: số liệu tính đến 31/12"],
    )
    assert [code for code, _, _ in outline(criteria_set)] == ["1", "1.1", "2", "2.1"]


def test_a_total_that_differs_is_named() -> None:
    told = problems(["I", "Lĩnh vực", None], ["1", "Tiêu chí", 3], ["", "Tổng cộng", 100])
    assert told == [
        "pl.xlsx, sheet “Phụ lục I”, dòng 5, ô C5: dòng tổng ghi 100 nhưng các tiêu chí cộng lại là 3. "
        "Hãy sửa một trong hai."
    ]


def test_the_maximum_of_an_area_is_the_sum_of_what_is_below() -> None:
    (told,) = problems(["I", "Lĩnh vực", 5], ["1", "Tiêu chí", 3])
    assert told.startswith("pl.xlsx, sheet “Phụ lục I”, dòng 3, ô C3: điểm tối đa ghi 5, tổng các phần là 3.")


def test_letters_below_numbers_are_parts_in_vietnamese_order() -> None:
    rows = [[f"{letter})", f"Phần {letter}", 1] for letter in "abcdđe"]
    criteria_set = set_of(["I", "Lĩnh vực", None], ["1", "Tiêu chí", 6], *rows)
    assert [one.code for one in leaves(criteria_set)] == [f"1.1.{n}" for n in range(1, 7)]


def test_number_and_name_in_one_merged_cell_are_parted() -> None:
    rows = [["", None, None], ["1", "Tiêu chí", 2], [None, "2. Tiêu chí khác", "1"]]
    criteria_set = set_of(*rows, merged=[("A3:D3", "I. CHỈ ĐẠO, ĐIỀU HÀNH")])
    assert outline(criteria_set) == [
        ("1", "CHỈ ĐẠO, ĐIỀU HÀNH", "3"),
        ("1.1", "Tiêu chí", "2"),
        ("1.2", "Tiêu chí khác", "1"),
    ]


def test_lines_without_a_number_are_notes_of_the_criterion_above() -> None:
    criteria_set = set_of(
        ["I", "Lĩnh vực", None],
        ["1", "Ban hành kế hoạch", 1, "Quyết định"],
        [None, "- Trước 31/12", 1],
        [None, "- Sau 31/12", "0,5"],
    )
    (leaf,) = leaves(criteria_set)
    assert isinstance(leaf.node, Criterion)
    assert leaf.node.guidance is not None
    assert leaf.node.guidance.vi == "Quyết định\n- Trước 31/12: 1\n- Sau 31/12: 0,5"


def test_a_code_that_a_spreadsheet_made_a_number_of_is_read_by_the_one_before() -> None:
    rows = [[float(f"1.{n}") if n < 10 else 1.1 if n == 10 else 1.11, f"Tiêu chí {n}", 1] for n in range(1, 12)]
    criteria_set = set_of([1, "Lĩnh vực", 11], *rows)
    assert [one.code for one in leaves(criteria_set)][8:] == ["1.9", "1.10", "1.11"]


def test_a_header_of_two_rows_and_a_body_merged_over_several() -> None:
    imported = read(
        [
            ["TT", "Tiêu chí", None, None, "Cơ quan thẩm định"],
            [None, None, "tự chấm", "tối đa"],
            ["1", "A", None, "1"],
            ["2", "B", None, "1,25"],
        ],
        [("C1:D1", "Điểm"), ("E3:E4", "Sở Nội vụ")],
        Heading(family="so", version="1", tier="commune", year=2025),
    )
    assert imported.criteria_set is not None
    assert outline(imported.criteria_set)[1:] == [("1.1", "A", "1"), ("1.2", "B", "1.25")]
    assert [one.appraiser for one in leaves(imported.criteria_set)] == ["so-noi-vu", "so-noi-vu"]


def test_the_decision_over_the_table_becomes_its_legal_basis() -> None:
    line = "(Kèm theo Quyết định số 123/QĐ-UBND ngày 05 tháng 01 năm 2026 của Ủy ban nhân dân tỉnh)"
    imported = read([[TITLE], [line], HEAD, ["I", "Lĩnh vực", None], ["1", "Tiêu chí", 1]])
    (law,) = imported.criteria_set.legal_basis
    assert (law.number, law.date, law.issuer) == ("123/QĐ-UBND", datetime.date(2026, 1, 5), "Ủy ban nhân dân tỉnh")


def test_everything_wrong_is_told_at_once_in_the_order_of_the_rows() -> None:
    told = problems(
        ["I", "A", "x"],
        ["1", "B", "70%"],
        ["2", None, 3],
        [None, "C", 4],
        ["??", "D", 2],
        [datetime.date(2026, 1, 2), "E", 1],
        ["4", "F", None],
        ["II", "G", 5],
        lang="en",
    )
    assert [line.removeprefix("pl.xlsx, sheet “Phụ lục I”, row ").partition(". ")[0] for line in told] == [
        "3, cell C3: “x” is not a number",
        "4, cell C4: “70%” has a % sign: write the number without it (0,7 for a ratio, 70 for an input in percent).",
        "5, cell B5: “Title” is missing",
        "6, cell A6: “C” has a maximum and no number",
        "7, cell A7: the number “??” is not understood",
        "8, cell A8: the spreadsheet turned the code into a date (2026-01-02)",
        "9, cell C9: “Maximum” is missing",
        "10: the area “2” has no criterion below",
    ]


def test_what_an_annex_does_not_say_is_taken_from_its_title_or_its_file_and_said() -> None:
    rows = [["Bộ tiêu chí của UBND xã, phường"], HEAD, ["I", "A", None], ["1", "B", 1]]
    imported = read(rows, heading=Heading(family="xa", version="2027.1"))
    assert (imported.criteria_set.tier, imported.criteria_set.years) == ("commune", (2027,))
    assert {one.code for one in imported.notes} == {"year_taken", "tier_taken", "judged"}
    assert read([HEAD, *rows[2:]], heading=Heading(family="a", version="1", year=2026)).criteria_set.tier == "province"


def test_codes_serve_where_there_are_no_numbers() -> None:
    imported = read([["Mã", "Tên", "Điểm"], ["1", "A", None], ["1.1", "B", None], ["1.1.1", "C", 1], [1.2, "D", 2]])
    assert [code for code, _, _ in outline(imported.criteria_set)] == ["1", "1.1", "1.1.1", "1.2"]


def test_an_outline_deeper_than_any_law_is_refused_and_makes_no_traceback() -> None:
    rows = [[".".join(["1"] * depth), f"Cấp {depth}", 1] for depth in range(1, 40)]
    assert {one.code for one in read([[TITLE], HEAD, *rows]).problems} == {"label_unread"}


def test_a_workbook_without_a_table_says_what_a_table_is() -> None:
    imported = read([["xin chào"]])
    assert [one.code for one in imported.problems] == ["no_table"]
    assert not imported.unreadable


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "not_xlsx"), (b"a,b\n", "not_xlsx"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked")],
)
def test_what_is_no_workbook_is_unreadable(data: bytes, code: str) -> None:
    imported = read_workbook(data, "x.xlsx")
    assert imported.unreadable
    assert [one.code for one in imported.problems] == [code]


def test_a_lonely_far_cell_does_not_fill_the_memory() -> None:
    rows: list[list[Any]] = [HEAD, *[[] for _ in range(200_000)], [None] * 15 + ["x"]]
    (told,) = read(rows).problems
    assert problem_text(told, "x.xlsx", "en").startswith("x.xlsx, sheet “Phụ lục I”, row 200002, cell P200002: ")
    assert told.code == "sheet_too_large"


def test_cells_without_references_are_counted_before_they_are_read() -> None:
    written = io.BytesIO()
    sheet = "<row>" + "<c><v>1</v></c>" * 2_000 + "</row>" + '<row r="9000"><c><v>1</v></c></row>'
    with zipfile.ZipFile(io.BytesIO(workbook({"A": [["x"]]}))) as good, zipfile.ZipFile(written, "w") as packed:
        for name in good.namelist():
            data = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{sheet}</sheetData>".encode(), data)
            packed.writestr(name, data)
    assert [one.code for one in read_workbook(written.getvalue(), "x.xlsx").problems] == ["sheet_too_large"]


TABLE = 'STT,Tiêu chí,Điểm tối đa\r\nI,"Chỉ đạo, điều hành",3\r\n1,Kế hoạch,"1,5"\r\n2,Kiểm tra,"1,5"\r\n'


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "\ufeff" + TABLE,
        "sep=,\r\n" + TABLE,
        '"sep=,"\n' + TABLE + ",,\r\n,,\r\n",
        TABLE.replace(",", ";").replace("Chỉ đạo; điều", "Chỉ đạo, điều").replace("1;5", "1,5"),
        TABLE.replace("\r\n", "\r"),
    ],
)
def test_an_annex_as_csv_is_read_whatever_wrote_it(text: str) -> None:
    imported = read_workbook(text.encode(), "pl.csv", HEADING)
    assert imported.criteria_set is not None
    assert outline(imported.criteria_set) == [
        ("1", "Chỉ đạo, điều hành", "3"),
        ("1.1", "Kế hoạch", "1.5"),
        ("1.2", "Kiểm tra", "1.5"),
    ]


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (TABLE.encode("utf-16"), "not_utf8", 1),
        (b"a,b\n\n" + b"\xc3\x28\n", "not_utf8", 3),
        (b'a,b\n1,"2"x\n', "not_csv", 2),
    ],
)
def test_an_annex_that_is_no_csv_says_so_with_its_row(data: bytes, code: str, row: int) -> None:
    imported = read_workbook(data, "pl.csv", HEADING)
    assert [(one.code, one.place.row) for one in imported.problems] == [(code, row)]


@pytest.mark.parametrize(
    ("data", "found"), [(TABLE.encode("utf-16"), "UTF-16"), (b"STT,T\xeen", "0xEE"), (b"%PDF-1", "PDF")]
)
def test_an_annex_in_another_encoding_says_what_it_is(data: bytes, found: str) -> None:
    (problem,) = read_workbook(data, "pl.csv", HEADING).problems
    assert f"gặp {found}, không phải" in problem_text(problem, "pl.csv", "vi")


def test_a_workbook_that_is_called_csv_is_read_as_what_it_is() -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["I", "Chỉ đạo", 1], ["1", "Kế hoạch", 1]]
    assert read_workbook(workbook({"PL": rows}), "pl.csv", HEADING).criteria_set is not None
