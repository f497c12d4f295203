"""Annexes with more on their sheets than a table needs: it is read, or named by sheet and cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from parindex.criteria_workbook import Imported, problem_text, read_workbook
from parindex.reading.xlsx_cells import column_letters
from parindex.scoring import CriteriaSet
from tests.criteria_workbook.generated import workbook
from tests.criteria_workbook.test_shapes import HEADING, codes, form, leaf, noted, read, whole

HEAD = ["STT", "Tiêu chí", "Điểm tối đa"]
AREA: list[list[Any]] = [["I", "Chỉ đạo", 2], ["1", "Kế hoạch", 2]]


def cells(imported: Imported, code: str) -> list[str]:
    """Where something was noted or refused."""
    told = [*imported.problems, *imported.notes]
    return [one.place.text("en").rpartition("cell ")[2] for one in told if one.code == code]


def adjusted(criteria_set: CriteriaSet) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Cap and items of bonus and penalty."""
    return {
        name: (str(part.cap), [(one.code, str(one.max)) for one in part.items])
        for name, part in (("bonus", criteria_set.bonus), ("penalty", criteria_set.penalty))
        if part is not None
    }


@pytest.mark.parametrize("written", [["1", "1.1", "1.2", "2", "2.1"], ["I", "I.1", "I.2", "II", "II.1"]])
def test_a_code_wins_over_a_running_number(written: list[str]) -> None:
    points = [3, 2, 1, 2, 2]
    rows = [[n, code, f"Tiêu chí {code}", most] for n, (code, most) in enumerate(zip(written, points, strict=True), 1)]
    criteria_set = whole(read({"PL": [["TT", "Mã", "Nội dung", "Điểm tối đa"], *rows]}))
    assert criteria_set.max == 5
    assert [code for code, _ in codes(criteria_set)] == written


def test_a_code_wins_over_a_running_number_in_flat_rows() -> None:
    head = ["TT", "Mã", "Chỉ tiêu", "Nhóm", "Điểm tối đa"]
    rows = [[1, "1.1", "A", "Một", 2], [2, "1.2", "B", "Một", 1], [3, "2.1", "C", "Hai", 2]]
    assert codes(whole(read({"PL": [head, *rows]}))) == [
        ("1", "3"), ("1.1", "2"), ("1.2", "1"), ("2", "2"), ("2.1", "2"),
    ]  # fmt: skip


def test_numbers_that_say_what_lies_below_what_stay_beside_codes() -> None:
    rows = [["I", "C1", "Chỉ đạo", 2], ["1", "C2", "Kế hoạch", 2]]
    assert codes(whole(read({"PL": [["TT", "Mã", "Nội dung", "Điểm tối đa"], *rows]}))) == [("C1", "2"), ("C2", "2")]


@pytest.mark.parametrize("head", ["Mục tiêu", "Chỉ tiêu", "Chỉ tiêu năm 2026"])
@pytest.mark.parametrize("left", [True, False])
def test_a_target_is_kept_as_guidance(head: str, left: bool) -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], *AREA]
    told = [
        [*row[: 2 if left else 3], said, *row[2 if left else 3 :]]
        for row, said in zip(rows, [head, None, ">95%"], strict=True)
    ]
    guidance = leaf(whole(read({"PL": told})), "1.1").guidance
    assert guidance is not None
    assert guidance.vi == ">95%"


def test_columns_that_are_not_understood_are_named_by_cell_and_head() -> None:
    rows = [[*HEAD, "Xếp loại", None, "Đơn vị tính"], [*AREA[0]], [*AREA[1], "A", "lạc", "%"]]
    imported = read({"PL": rows})
    whole(imported)
    assert cells(imported, "column_unread") == ["D1", "F1"]
    assert cells(imported, "cells_without_head") == ["E3"]
    assert all("PL" in problem_text(one, "pl.xlsx") for one in imported.notes)
    assert any("“Xếp loại”" in problem_text(one, "pl.xlsx") for one in imported.notes)


def test_every_column_that_is_read_is_not_named() -> None:
    imported = read({"PL": [[*HEAD, "Ghi chú"], AREA[0], [*AREA[1], "Có quyết định"]]})
    assert not cells(imported, "column_unread") + cells(imported, "cells_without_head")


def test_a_surplus_cell_of_a_row_of_a_csv_is_refused_by_its_cell() -> None:
    text = "STT,Tiêu chí,Điểm tối đa\nI,Chỉ đạo,\n1,Kế hoạch,1,5\n"
    imported = read_workbook(text.encode(), "pl.csv", HEADING)
    assert imported.criteria_set is None
    assert cells(imported, "cell_beyond_head") == ["D3"]


def test_answers_headed_by_letters_are_lines_of_their_criterion() -> None:
    rows = [[*HEAD, "A", "B", "C", "D", "E"], AREA[0], [*AREA[1], "100%", "60%", "20%", "0%", "0%"]]
    guidance = leaf(whole(read({"PL": rows})), "1.1").guidance
    assert guidance is not None
    assert guidance.vi == "A: 100%\nB: 60%\nC: 20%\nD: 0%\nE: 0%"


def test_answers_whose_share_stands_in_a_column_of_its_own_are_kept() -> None:
    answers = [
        [letter, f"Mức {letter}", None, share]
        for letter, share in zip("ABCD", ["100%", "60%", "20%", "0%"], strict=True)
    ]
    imported = read({"PL": [[*HEAD, "Tỷ lệ"], *AREA, *answers]})
    guidance = leaf(whole(imported), "1.1").guidance
    assert guidance is not None
    assert guidance.vi == "A. Mức A: 100%\nB. Mức B: 60%\nC. Mức C: 20%\nD. Mức D: 0%"
    assert noted(imported, "answer_kept") == [4, 5, 6, 7]


KINDS = ["Khảo sát", "Thẩm định", "Tổng", "%"]


def areas(total: Sequence[Any], *, name: str = "Tổng hợp", second: Sequence[Any] = (1, 5, 6, None)) -> Imported:
    """A head of four lines with merged cells and a block of totals in another order."""
    rows: list[list[Any]] = [
        ["KẾT QUẢ CHỈ SỐ CCHC 2025"],
        ["STT", "Đơn vị", *[None] * 12],
        [None] * 14,
        [None, None, 4, 10, 14, None, *second, *total],
        [None, None, *KINDS, *KINDS, "Tổng", "Khảo sát", "Thẩm định", "%"],
        [1, "Sở Nội vụ"],
    ]
    merged = [("TH", "C2:F2", "I"), ("TH", "C3:F3", "Chỉ đạo"), ("TH", "G2:J2", "II"), ("TH", "G3:J3", "Thể chế")]
    return read_workbook(workbook({"TH": rows}, [*merged, ("TH", "K2:N3", name)]), "pl.xlsx", HEADING)


@pytest.mark.parametrize("name", ["Tổng hợp", "TỔNG ĐIỂM", "Tổng cộng"])
def test_a_block_of_totals_is_no_part_of_the_last_area(name: str) -> None:
    assert codes(whole(areas([20, 5, 15, None], name=name))) == [
        ("1", "14"), ("1.1", "4"), ("1.2", "10"), ("2", "6"), ("2.1", "1"), ("2.2", "5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("total", "cell"),
    [([21, 5, 15, None], "K4"), ([20, 6, 15, None], "L4"), ([20, 5, 14, None], "M4"), ([20, 5, 15, 100], None)],
)
def test_each_total_of_the_block_is_checked(total: list[Any], cell: str | None) -> None:
    assert cells(areas(total), "total_differs") == ([] if cell is None else [cell])


def test_the_total_of_an_area_is_checked_against_its_parts() -> None:
    assert cells(areas([20, 5, 15, None], second=(1, 5, 7, None)), "total_differs") == ["I4"]


def test_blocks_of_bonus_and_penalty_are_no_areas() -> None:
    rows = [
        *AREA,
        ["II", "Điểm cộng", 3], ["1", "Sáng kiến", 4],
        ["III", "ĐIỂM TRỪ (tối đa 3)", -3], ["1", "Nộp chậm", "−2"], ["2", "Sai số liệu", -1],
    ]  # fmt: skip
    for total in (2, 6, 3):
        imported = read({"PL": [HEAD, *rows, [None, "Tổng cộng", total]]})
        criteria_set = whole(imported)
        assert criteria_set.max == 2
        assert adjusted(criteria_set) == {
            "bonus": ("3", [("2.1", "4")]), "penalty": ("3", [("3.1", "2"), ("3.2", "1")]),
        }  # fmt: skip
        assert (noted(imported, "read_as_bonus"), noted(imported, "negative_maximum")) == ([5], [7, 8])
    assert noted(read({"PL": [HEAD, *rows]}), "row_skipped") == []


def test_a_penalty_with_a_maximum_above_0_takes_points_away() -> None:
    imported = read({"PL": [HEAD, *AREA, [None, "ĐIỂM TRỪ", 3], ["1", "Nộp chậm", 2], ["2", "Sai số liệu", 1]]})
    assert adjusted(whole(imported)) == {"penalty": ("3", [("P.1", "2"), ("P.2", "1")])}
    assert noted(imported, "read_as_penalty") == [5, 6]


def test_a_row_below_0_of_a_numbered_table_is_a_penalty() -> None:
    criteria_set = whole(read({"PL": [HEAD, ["1", "Kế hoạch", 2], ["2", "Nộp chậm", -3]]}))
    assert (criteria_set.max, adjusted(criteria_set)) == (2, {"penalty": ("3", [("2", "3")])})


def test_a_block_of_both_is_parted_by_what_its_rows_say() -> None:
    rows = [
        ["II", "Điểm cộng, điểm trừ"],
        ["1", "Điểm cộng", 2],
        ["1.1", "Sáng kiến", 2],
        ["2", "Điểm trừ", 3],
        ["2.1", "Sai", 3],
    ]
    assert adjusted(whole(read({"PL": [HEAD, *AREA, *rows]}))) == {
        "bonus": ("2", [("2.1.1", "2")]), "penalty": ("3", [("2.2.1", "3")]),
    }  # fmt: skip


def test_a_line_that_takes_points_within_a_criterion_is_no_block() -> None:
    rows = [[*HEAD, "Cách tính điểm"], AREA[0], AREA[1], [None, "Trừ điểm khi nộp chậm", None, "0,5 mỗi ngày"]]
    criteria_set = whole(read({"PL": rows}))
    assert (codes(criteria_set), adjusted(criteria_set)) == ([("1", "2"), ("1.1", "2")], {})


def test_flat_rows_of_a_part_of_penalties_take_points_away() -> None:
    head = ["Mã", "Chỉ tiêu", "Phần", "Điểm tối đa"]
    rows = [["1.1", "Kế hoạch", "Kết quả", 2], ["1", "Nộp chậm", "Điểm trừ", 1]]
    criteria_set = whole(read({"PL": [head, *rows]}))
    assert (criteria_set.max, adjusted(criteria_set)["penalty"][0]) == (2, "1")


def test_points_in_the_content_of_a_form_are_its_maxima() -> None:
    rows = [
        [1, "A", "A. Chỉ đạo (9 điểm)", 1, 0],
        [2, "A.1", "A.1. Kế hoạch (4 điểm)", 2, 1, 5],
        [3, "A.2", "A.2. Kiểm tra (tối đa 5,0 điểm)", 2, 1],
    ]
    imported = read(form(*rows))
    criteria_set = whole(imported)
    assert codes(criteria_set) == [("A", "9"), ("A.1", "4"), ("A.2", "5")]
    assert leaf(criteria_set, "A.2").title.vi == "Kiểm tra"
    assert not noted(imported, "maximum_given")
    rows[0][2] = "A. Chỉ đạo (10 điểm)"
    assert [one.place.row for one in read(form(*rows)).problems] == [9]


def test_tabs_with_roman_numbers_are_joined_over_a_gap_and_the_others_are_named() -> None:
    table = [HEAD, ["1", "Kế hoạch", 2]]
    imported = read({"I": table, "II": [["đang soạn"]], "III": table, "Tổng hợp": [HEAD, *AREA], "Trống": []})
    assert codes(whole(imported)) == [("1", "2"), ("1.1", "2"), ("3", "2"), ("3.1", "2")]
    assert [one.place.sheet for one in imported.notes if one.code == "sheet_left_out"] == ["II", "Tổng hợp"]


def test_a_tab_of_penalties_is_no_area() -> None:
    table = [HEAD, ["1", "Kế hoạch", 2]]
    criteria_set = whole(read({"I": [["CHỈ ĐẠO"], *table], "II": [["ĐIỂM TRỪ"], *table]}))
    assert (criteria_set.max, adjusted(criteria_set)["penalty"]) == (2, ("2", [("2.1", "2")]))


@pytest.mark.parametrize(("separator", "code"), [(";", "two_numbers"), ("\t", "two_numbers"), (",", None)])
def test_a_number_that_could_be_two_is_asked_about_in_a_file_with_semicolons_or_tabs(
    separator: str, code: str | None
) -> None:
    rows = [HEAD, ["I", "Chỉ đạo", ""], ["1", "Kế hoạch", '"1,250"']]
    imported = read_workbook("\n".join(map(separator.join, rows)).encode(), "pl.csv", HEADING)
    assert [one.code for one in imported.problems] == ([code] if code else [])
    if code:
        assert "1,2500" in problem_text(imported.problems[0], "pl.csv")


SIGNED: list[list[Any]] = [[None, "Nơi nhận:"], [None, "- Như trên;"], [None, "- Lưu: VT."]]
FLAT: list[list[Any]] = [
    ["Mã", "Chỉ tiêu", "Phần", "Điểm tối đa"],
    ["1.1", "Kế hoạch", "A", 2],
    ["1.2", "Báo cáo", "A", 1],
]


@pytest.mark.parametrize(
    "first", ["Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "Huế, ngày 05 tháng 01 năm 2026", "Người lập biểu"]
)
def test_signatures_and_recipients_below_a_table_belong_to_no_criterion(first: str) -> None:
    imported = read({"PL": [HEAD, *AREA, [None, first], *SIGNED[1:]]})
    assert leaf(whole(imported), "1.1").guidance is None
    assert noted(imported, "row_skipped") == [4, 5, 6]
    flat = read({"PL": [*FLAT, [None, first], *SIGNED[1:]]})
    assert whole(flat).max == 3
    assert noted(flat, "row_skipped") == [4, 5, 6]


def test_signatures_in_a_column_of_notes_belong_to_no_criterion() -> None:
    rows = [[*HEAD, "Ghi chú"], *AREA, [None, None, None, "KT. CHỦ TỊCH"], [None, None, None, "Nguyễn Văn A"]]
    imported = read({"PL": rows})
    assert leaf(whole(imported), "1.1").guidance is None
    assert noted(imported, "row_skipped") == [4, 5]


def test_a_line_that_only_speaks_of_recipients_is_kept() -> None:
    guidance = leaf(whole(read({"PL": [HEAD, *AREA, [None, "Nơi nhận hồ sơ có niêm yết"]]})), "1.1").guidance
    assert guidance is not None
    assert guidance.vi == "Nơi nhận hồ sơ có niêm yết"


@pytest.mark.parametrize(("said", "rows"), [(2, []), (3, [2])])
def test_a_total_above_all_rows_is_that_of_all_of_them(said: int, rows: list[int]) -> None:
    two = [*AREA, ["II", "Thể chế", 3], ["1", "Rà soát", 3]]
    for area, total in ((AREA, said), (two, said + 3)):
        imported = read({"PL": [HEAD, [None, "TỔNG ĐIỂM", total], *area]})
        assert [one.place.row for one in imported.problems if one.code == "total_differs"] == rows
    head, *leaves_ = FLAT
    imported = read({"PL": [head, [None, "Tổng cộng", None, said + 1], *leaves_]})
    assert [one.place.row for one in imported.problems if one.code == "total_differs"] == rows


def test_a_total_above_all_rows_is_not_that_of_the_last_area() -> None:
    rows = [*AREA, ["II", "Thể chế", 3], ["1", "Rà soát", 3]]
    assert cells(read({"PL": [HEAD, [None, "TỔNG ĐIỂM", 3], *rows]}), "total_differs") == ["C2"]


def test_a_total_above_no_rows_is_told_as_a_table_without_rows() -> None:
    for head in (HEAD, FLAT[0]):
        assert [one.code for one in read({"PL": [head, [None, "Tổng", 3, 3]]}).problems][:1] == ["no_rows"]


@pytest.mark.parametrize(("said", "where"), [(3, []), (4, ["D4"])])
def test_a_total_in_the_column_of_codes_is_checked(said: int, where: list[str]) -> None:
    imported = read({"PL": [*FLAT, ["Tổng cộng", None, None, said]]})
    assert cells(imported, "total_differs") == where
    assert not cells(imported, "label_unread")


def test_a_part_and_a_group_that_are_merged_over_rows_hold_for_each_of_them() -> None:
    head = ["Phần", "Nhóm", "Mã", "Tiêu chí", "Điểm tối đa"]
    rows = [head, [None, None, "1.1", "a", 2], [None, None, "1.2", "b", 1], ["B", "Ba", "1.1", "c", 3]]
    merged = [("T", "A2:A3", "A"), ("T", "B2:B3", "Một")]
    criteria_set = whole(read_workbook(workbook({"T": rows}, merged), "pl.xlsx", HEADING))
    assert codes(criteria_set) == [
        ("A", "3"), ("A.1", "3"), ("A.1.1", "2"), ("A.1.2", "1"), ("B", "3"), ("B.1", "3"), ("B.1.1", "3"),
    ]  # fmt: skip


def head_of_areas(blocks: Sequence[tuple[str | None, str, Sequence[Any]]], *, unseen: str | None = None) -> Imported:
    """A head of four lines over blocks of four columns: number, name and maxima of each."""
    rows: list[list[Any]] = [["STT", "Đơn vị"], [None, None], [None, None], [None, None], [1, "Sở Nội vụ"]]
    merged = []
    for at, (number, name, maxima) in enumerate(blocks):
        first, last = (column_letters(2 + 4 * at + one) for one in (0, 3))
        for row, more in zip(rows, ([None] * 4, [None] * 4, list(maxima), KINDS), strict=False):
            row.extend(more)
        merged += (
            [("TH", f"{first}1:{last}2", name)]
            if number is None
            else [("TH", f"{first}1:{last}1", number), ("TH", f"{first}2:{last}2", name)]
        )
    return read_workbook(workbook({"TH": rows}, merged, unseen=unseen), "pl.xlsx", HEADING)


AREAS = [("I", "Chỉ đạo", (4, 10, 14, None)), ("II", "Thể chế", (1, 5, 6, None))]
OF_AREAS = [("1", "14"), ("1.1", "4"), ("1.2", "10"), ("2", "6"), ("2.1", "1"), ("2.2", "5")]


@pytest.mark.parametrize("number", ["III", "Lĩnh vực 3", None])
@pytest.mark.parametrize(
    ("name", "maxima", "expected"),
    [
        ("Điểm trừ", (None, 3, 3, None), {"penalty": "3"}),
        ("ĐIỂM TRỪ (tối đa 3)", (None, None, -3, None), {"penalty": "3"}),
        ("Điểm cộng", (None, None, 2, None), {"bonus": "2"}),
        ("Các nội dung điểm thưởng", (1, 1, 2, 100), {"bonus": "2"}),
    ],
)
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("printed", [True, False])
def test_a_block_of_added_or_taken_points_in_a_head_of_four_lines_is_no_area(
    number: str | None, name: str, maxima: Sequence[Any], expected: dict[str, str], first: bool, printed: bool
) -> None:
    beside = (number, name, maxima)
    blocks = [beside, *AREAS] if first else [*AREAS, beside]
    whole_of = 20 if printed else 20 + (2 if "bonus" in expected else -3)
    imported = head_of_areas([*blocks, (None, "Tổng hợp", (5, 15, whole_of, None))])
    criteria_set = whole(imported)
    assert [one for one in codes(criteria_set) if one in OF_AREAS] == OF_AREAS
    assert criteria_set.max == 20
    own = {None: "B" if "bonus" in expected else "P"}.get(number, "3")
    points = next(iter(expected.values()))
    assert adjusted(criteria_set) == {next(iter(expected)): (points, [(own, points)])}
    told = "read_as_bonus" if "bonus" in expected else "negative_maximum" if -3 in maxima else "read_as_penalty"
    assert len(noted(imported, told)) == 1


def test_a_block_of_which_every_maximum_is_below_0_takes_points_away_whatever_it_is_called() -> None:
    criteria_set = whole(head_of_areas([*AREAS, ("III", "Vi phạm", (None, -1, -2, None))]))
    assert codes(criteria_set)[: len(OF_AREAS)] == OF_AREAS
    assert adjusted(criteria_set) == {"penalty": ("2", [("3", "2")])}


def test_an_area_whose_name_only_speaks_of_points_stays_one() -> None:
    assert codes(whole(head_of_areas([("I", "Cộng đồng và công khai", (4, 10, 14, None)), AREAS[1]])))[0] == ("1", "14")


def test_an_area_whose_columns_are_all_hidden_is_named_and_left_out() -> None:
    imported = head_of_areas(AREAS, unseen="G:J")
    assert codes(whole(imported)) == OF_AREAS[:3]
    assert cells(imported, "column_hidden") == ["G3"]
    assert codes(whole(head_of_areas(AREAS, unseen="H:J"))) == OF_AREAS


NUMBERED = [*AREA, [None, "Tổng cộng", 2]]


@pytest.mark.parametrize(
    "notes",
    [
        [["1", "Báo cáo gửi về Sở Nội vụ", None], ["2", "Số liệu tính đến 31/10", None]],
        [["a)", "Chữ viết tắt", None], ["(1)", "Chỉ áp dụng cấp xã", None]],
        [["Ghi chú:", None, None], ["1.", "Gửi trước 15/12", None], ["-", "Không gửi giấy", None]],
        [[None, "Nơi nhận:", None], ["1", "Các sở, ban, ngành", None]],
        [["II", "Kèm theo Quyết định này", None]],
    ],
)
def test_numbered_notes_below_the_total_are_named_and_no_criteria(notes: list[list[Any]]) -> None:
    imported = read({"PL": [HEAD, *NUMBERED, *notes]})
    assert codes(whole(imported)) == [("1", "2"), ("1.1", "2")]
    assert noted(imported, "row_skipped") == [5 + at for at in range(len(notes))]


@pytest.mark.parametrize("first", [["Ghi chú:"], [None, "Chú thích: K là kế hoạch"], ["(1)", "Theo Nghị định", None]])
def test_numbered_notes_below_a_footnote_are_no_criteria_where_no_row_has_points_any_more(first: list[Any]) -> None:
    imported = read({"PL": [HEAD, *AREA, first, ["2", "Gửi trước 15/12", None]]})
    assert codes(whole(imported)) == [("1", "2"), ("1.1", "2")]
    assert noted(imported, "row_skipped") == [4, 5]
    # A row with points below shows that the one above it is a criterion whose points are missing.
    refused = read({"PL": [HEAD, *AREA, first, ["2", "Kiểm tra", None], ["3", "Báo cáo", 1]]})
    assert cells(refused, "no_number") != []


def test_the_last_criterion_without_points_is_refused_and_no_note() -> None:
    for rows in ([["2", "Kiểm tra", None]], [["2", "Kiểm tra", None], [None, "Tổng cộng", 2]]):
        assert cells(read({"PL": [HEAD, *AREA, *rows]}), "no_number") == ["C4"]


@pytest.mark.parametrize(
    "note", [["1", "Gửi trước 15/12"], ["*", "Ghi chú"], ["(*)", "Theo Nghị định"], ["", "Lưu ý: K"]]
)
def test_notes_below_flat_rows_are_named_and_no_criteria(note: list[str]) -> None:
    rows = [["1.1", "A", "Nhóm", 2], ["1.2", "B", "Nhóm", 3], ["", "Tổng cộng", "", 5], [*note, "", None]]
    imported = read({"PL": [["Mã", "Chỉ tiêu", "Nhóm", "Điểm tối đa"], *rows]})
    assert codes(whole(imported)) == [("1", "5"), ("1.1", "2"), ("1.2", "3")]
    assert noted(imported, "row_skipped") == [5]


@pytest.mark.parametrize(
    "name", ["Tổng I", "TỔNG LĨNH VỰC I", "Tổng (I+II)", "Tổng A + B", "Tổng 1, 2:", "Tổng phần I"]
)
def test_a_total_that_names_what_it_adds_up_is_checked(name: str) -> None:
    assert codes(whole(read({"PL": [HEAD, *AREA, [None, name, 2]]}))) == [("1", "2"), ("1.1", "2")]
    assert cells(read({"PL": [HEAD, *AREA, [None, name, 3]]}), "total_differs") == ["C4"]


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    shown, hidden = [HEAD, *AREA], [HEAD, ["II", "Thể chế", 9], ["1", "Văn bản", 9]]
    imported = read_workbook(workbook({"PL": shown, "Nháp": hidden}, hidden=["Nháp"]), "pl.xlsx", HEADING)
    assert codes(whole(imported)) == [("1", "2"), ("1.1", "2")]
    assert [one.place.sheet for one in imported.notes if one.code == "sheet_hidden"] == ["Nháp"]


def test_a_hidden_column_that_is_read_all_the_same_is_said_to_be_read() -> None:
    rows = [["MA", "NOI_DUNG", "CAP", "Xã A"], ["A", "Chỉ đạo", 1, None], ["A.1", "Kế hoạch (2 điểm)", 2, 1]]
    imported = read_workbook(workbook({"PL": rows}, unseen="C:C"), "pl.xlsx", HEADING)
    assert codes(whole(imported)) == [("A", "2"), ("A.1", "2")]
    assert (cells(imported, "column_hidden_read"), cells(imported, "column_hidden")) == (["C1"], [])
    only = read_workbook(workbook({"PL": [HEAD, *AREA]}, unseen="C:C"), "pl.xlsx", HEADING)
    assert codes(whole(only)) == [("1", "2"), ("1.1", "2")]
    assert cells(only, "column_hidden_read") == ["C1"]
    beside = [[*row, 9] for row in [HEAD, *AREA]]
    beside[0][3] = "Điểm tối đa năm trước"
    other = read_workbook(workbook({"PL": beside}, unseen="D:D"), "pl.xlsx", HEADING)
    assert codes(whole(other)) == [("1", "2"), ("1.1", "2")]
    assert (cells(other, "column_hidden"), cells(other, "column_hidden_read")) == (["D1"], [])


OFFICIALS = ["Tỷ lệ công chức tham gia", "Tổng số dịch vụ công", "Công khai kết quả", "Cộng đồng đánh giá, tổng hợp"]


@pytest.mark.parametrize("as_csv", [True, False])
def test_rows_that_speak_of_sums_and_of_the_public_are_no_head_of_areas(as_csv: bool) -> None:
    told = [["1", "Cải cách chế độ công vụ", "4", "Tổng"]]
    told += [[f"1.{n}", said, "1", f"{said} trong năm"] for n, said in enumerate(OFFICIALS, 1)]
    rows = [[*HEAD, "Ghi chú"], *told]
    if as_csv:
        text = "\n".join(";".join(row) for row in rows)
        imported = read_workbook(text.encode(), "pl.csv", HEADING)
    else:
        imported = read({"PL": rows})
    assert codes(whole(imported)) == [("1", "4"), *((f"1.{n}", "1") for n in range(1, 5))]


def test_columns_that_hold_more_than_points_are_no_head_of_areas() -> None:
    rows = [["I"], ["Chỉ đạo"], ["nhiều", 3], ["Khảo sát", "Tổng"], [1, "Sở Nội vụ"]]
    assert read({"PL": rows}).criteria_set is None
    rows = [["I"], ["Chỉ đạo"], [2, 3], ["Khảo sát", "Sở Nội vụ", "Tổng"], [1, "Sở Nội vụ"]]
    assert read({"PL": rows}).criteria_set is None
    rows = [["I"], ["Chỉ đạo"], [2, 3], [f"Khảo sát {'rất ' * 12}kỹ", "Tổng"], [1, "Sở Nội vụ"]]
    assert read({"PL": rows}).criteria_set is None


LETTERED: list[list[Any]] = [
    ["I", "Chỉ đạo", 3], ["I.1", "Kế hoạch", 2], ["I.2", "Báo cáo", 1], [None, "Cộng lĩnh vực I", 3],
    ["II", "Điểm thưởng", 2], ["II.1", "Sáng kiến", 2],
    ["III", "Điểm trừ", -4], ["III.1", "Nộp chậm", -3], ["III.2", "Thiếu số liệu", -2], [None, "Cộng lĩnh vực III", -4],
]  # fmt: skip


@pytest.mark.parametrize("head", ["STT", "Mã"])
def test_numbers_that_begin_with_a_letter_are_codes_by_themselves(head: str) -> None:
    imported = read({"PL": [[head, *HEAD[1:]], *LETTERED, [None, "Tổng cộng", 3]]})
    criteria_set = whole(imported)
    assert codes(criteria_set)[:3] == [("I", "3"), ("I.1", "2"), ("I.2", "1")]
    assert adjusted(criteria_set) == {
        "bonus": ("2", [("II.1", "2")]), "penalty": ("4", [("III.1", "3"), ("III.2", "2")]),
    }  # fmt: skip
    assert cells(imported, "total_differs") == []


def test_a_total_of_lettered_numbers_that_differs_is_named_by_its_cell() -> None:
    rows = [*LETTERED[:3], [None, "Cộng lĩnh vực I", 4]]
    assert cells(read({"PL": [HEAD, *rows]}), "total_differs") == ["C5"]


def test_a_block_of_taken_points_counts_once_whether_it_or_its_rows_say_how_much() -> None:
    rows = [["TT", "Mã", *HEAD[1:]], *([n, *row] for n, row in enumerate(LETTERED[:3], 1))]
    without = [*rows, [4, "III", "Điểm trừ", None], [5, "III.1", "Nộp chậm", 3], [6, "III.2", "Sai sót", 1]]
    assert adjusted(whole(read({"PL": without}))) == {"penalty": ("4", [("III.1", "3"), ("III.2", "1")])}
    both = [*rows, [4, "III", "Điểm thưởng, điểm trừ", None], [5, "III.1", "Sáng kiến", 2], [6, "III.2", "Chậm", -1]]
    assert adjusted(whole(read({"PL": both}))) == {"bonus": ("2", [("III.1", "2")]), "penalty": ("1", [("III.2", "1")])}


def test_numbers_of_two_kinds_are_refused_by_their_rows() -> None:
    imported = read({"PL": [HEAD, ["I", "Chỉ đạo", 3], ["1", "Kế hoạch", 2], ["I.2", "Báo cáo", 1]]})
    assert imported.criteria_set is None
    assert cells(imported, "label_unread") == ["A4"]


def test_the_questions_of_a_survey_are_criteria_where_no_column_is_called_so() -> None:
    answers = [
        [letter, f"Mức {letter}", None, share]
        for letter, share in zip("ABCD", ["100%", "60%", "20%", "0%"], strict=True)
    ]
    rows = [["I", "Khảo sát", 10, None], ["1", "Mức hài lòng", 10, None], *answers]
    imported = read({"PL": [["STT", "Câu hỏi", "Điểm tối đa", "Tỷ lệ"], *rows]})
    assert codes(whole(imported)) == [("1", "10"), ("1.1", "10")]
    assert noted(imported, "answer_kept") == [4, 5, 6, 7]
    both = read(
        {"PL": [["STT", "Câu hỏi", "Tiêu chí", "Điểm tối đa"], ["I", None, "Khảo sát", 10], ["1", "Hỏi", "Mức", 10]]}
    )
    assert cells(both, "column_unread") == ["B1"]
