"""What a workbook shows and its values do not is named by cell or row, or asked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from parindex.criteria_workbook import Heading, Imported, problem_text, read_workbook
from parindex.scoring import walk
from tests.criteria_workbook.generated import workbook

HEADING = Heading(family="so", version="2026.1", tier="department", year=2026)
ROWS: list[list[Any]] = [
    ["BỘ TIÊU CHÍ CÁC SỞ NĂM 2026"],
    ["STT", "Tiêu chí", "Điểm tối đa", "Ghi chú"],
    ["I", "Chỉ đạo", 5],
    ["1", "Kế hoạch", 2],
    ["2", "Kiểm tra", 3],
]


def annex(change: Callable[[Any, Any], None], rows: list[list[Any]] = ROWS) -> Imported:
    """The usual table, with something that its values do not tell."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Phụ lục")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        change(book, sheet)
    return read_workbook(written.getvalue(), "pl.xlsx", HEADING)


def told(imported: Imported) -> list[str]:
    """Problems and notes in English, without the file and but for what every annex is told."""
    said = [problem_text(one, "", "en") for one in (*imported.problems, *imported.notes) if one.code != "judged"]
    return [line.removeprefix("sheet “Phụ lục”, ") for line in said]


def outline(imported: Imported) -> list[tuple[str, str]]:
    assert imported.criteria_set is not None, told(imported)
    return [(place.code, str(place.node.max)) for place in walk(imported.criteria_set)]


def test_a_hidden_row_is_read_and_named() -> None:
    found = annex(lambda _, sheet: sheet.set_row(4, None, None, {"hidden": True}))
    assert outline(found) == [("1", "5"), ("1.1", "2"), ("1.2", "3")]
    assert [line for line in told(found) if "hidden" in line and line.startswith("row 5: ") and "Kiểm tra" in line]


def test_a_filtered_row_is_named_as_filtered() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.autofilter("A2:D5")
        sheet.filter_column("B", "x == Kế*")
        sheet.set_row(4, None, None, {"hidden": True})

    assert any(line.startswith("row 5: ") and "filtered" in line for line in told(annex(change)))


@pytest.mark.parametrize("rich", [False, True])
def test_struck_words_are_read_and_named(rich: bool) -> None:
    def change(book: Any, sheet: Any) -> None:
        struck = book.add_format({"font_strikeout": True})
        if rich:
            sheet.write_rich_string("B5", "Kiểm ", struck, "tra")
        else:
            sheet.write_string("B5", "Kiểm tra", struck)

    found = annex(change)
    assert outline(found)[-1] == ("1.2", "3")
    assert any(line.startswith("row 5: ") and "struck" in line and "Kiểm tra" in line for line in told(found))


def test_an_error_is_named_by_cell_wherever_it_is_read() -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.write_formula("B5", "=x", None, "#NAME?")
        sheet.write_formula("D4", "=x", None, "#REF!")

    found = annex(change)
    assert found.criteria_set is None
    assert any("cell B5" in line and "#NAME?" in line for line in told(found))
    assert any("cell D4" in line and "#REF!" in line for line in told(found))


def test_a_formula_without_a_stored_value_is_named_and_one_with_it_is_read() -> None:
    assert any(
        "cell C5" in line and "formula" in line
        for line in told(annex(lambda _, s: s.write_formula("C5", "=1+2", None, "")))
    )
    assert outline(annex(lambda _, sheet: sheet.write_formula("C5", "=1+2", None, 3)))[-1] == ("1.2", "3")


def test_maxima_shown_as_per_cent_are_asked_about() -> None:
    def change(book: Any, sheet: Any) -> None:
        percent = book.add_format({"num_format": "0%"})
        sheet.write_number("C4", 0.4, percent)

    found = annex(change)
    assert any("cell C4" in line and "40%" in line and "40" in line and "0.4" in line for line in told(found))
    assert found.criteria_set is None


@pytest.mark.parametrize(
    ("font", "words", "encoding"),
    [(".VnTime", "KÕ ho¹ch ®iÒu hµnh", "TCVN3"), ("VNI-Times", "Keá hoaïch ñieàu haønh", "VNI"),
     ("Calibri", "KÕ ho¹ch ®iÒu hµnh", "TCVN3")],
)  # fmt: skip
def test_words_of_old_fonts_are_converted_and_that_is_said(font: str, words: str, encoding: str) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.write_string("B4", words, book.add_format({"font_name": font}))

    found = annex(change)
    assert found.criteria_set is not None
    assert next(one for one in walk(found.criteria_set) if one.code == "1.1").node.title.vi == "Kế hoạch điều hành"
    assert any(encoding in line and "cell B4" in line for line in told(found))


def test_a_capital_font_of_tcvn3_gives_capitals() -> None:
    found = annex(lambda book, sheet: sheet.write_string("B3", "chØ ®¹o", book.add_format({"font_name": ".VnTimeH"})))
    assert found.criteria_set is not None
    assert found.criteria_set.areas[0].title.vi == "CHỈ ĐẠO"


def test_two_columns_that_say_they_are_the_maximum_are_asked_about() -> None:
    rows = [ROWS[0], ["STT", "Tiêu chí", "Điểm tối đa (cũ)", "Điểm tối đa (mới)"], ["I", "A", 4, 5], ["1", "B", 4, 5]]
    found = annex(lambda *_: None, rows)
    assert found.criteria_set is None
    assert any("several columns" in line and "(cũ)" in line and "(mới)" in line for line in told(found))


@pytest.mark.parametrize("head", ["Điểm", "Số điểm", "Points"])
def test_a_head_that_says_maximum_wins_over_plain_points_and_that_is_said(head: str) -> None:
    rows = [ROWS[0], ["STT", "Tiêu chí", head, "Điểm chuẩn"], ["I", "A", 4, 5], ["1", "B", 4, 5]]
    found = annex(lambda *_: None, rows)
    assert outline(found) == [("1", "5"), ("1.1", "5")]
    assert any("two columns" in line and head in line for line in told(found))


def test_a_hidden_column_of_old_maxima_is_not_taken_and_is_named() -> None:
    rows = [ROWS[0], ["STT", "Tiêu chí", "Điểm tối đa (cũ)", "Điểm tối đa"], ["I", "A", 4, 5], ["1", "B", 4, 5]]
    found = annex(lambda _, sheet: sheet.set_column("C:C", None, None, {"hidden": True}), rows)
    assert outline(found) == [("1", "5"), ("1.1", "5")]
    assert any("hidden" in line and "(cũ)" in line for line in told(found))


def test_the_letter_eth_in_a_head_and_what_nobody_sees_in_a_number_make_no_difference() -> None:
    rows = [["STT", "Tiêu chí", "\u00d0iểm tối \u0111a"], ["I", "A\u200b \u00d0ất", "5\u200b"], ["1", "B", "\u202a5"]]
    found = annex(lambda *_: None, rows)
    assert outline(found) == [("1", "5"), ("1.1", "5")]
    assert found.criteria_set is not None
    assert found.criteria_set.areas[0].title.vi == "A Đất"


@pytest.mark.parametrize(
    ("numbers", "codes"),
    [
        (["A", "I", "1", "II", "1", "B", "I", "1"], ["1", "1.1", "1.1.1", "1.2", "1.2.1", "2", "2.1", "2.1.1"]),
        (["A", "I", "1", "B", "I", "1"], ["1", "1.1", "1.1.1", "2", "2.1", "2.1.1"]),
        (["A", "1", "B", "1", "C", "1", "D", "1"], ["1", "1.1", "2", "2.1", "3", "3.1", "4", "4.1"]),
        (
            ["A", "1", "B", "1", "C", "1", "D", "1", "Đ", "1"],
            ["1", "1.1", "2", "2.1", "3", "3.1", "4", "4.1", "5", "5.1"],
        ),
        (["H", "1", "I", "1", "K", "1"], ["8", "8.1", "9", "9.1", "11", "11.1"]),
    ],
)
def test_a_capital_is_roman_where_it_does_not_go_on_the_capitals(numbers: list[str], codes: list[str]) -> None:
    rows = [ROWS[1], *[[number, f"Mục {at}", None if number.isalpha() else 1] for at, number in enumerate(numbers)]]
    assert [code for code, _ in outline(annex(lambda *_: None, rows))] == codes


def rewritten(change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The usual workbook as another program packs it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook({"Phụ lục": ROWS}))) as good, zipfile.ZipFile(written, "w") as packed:
        for name in good.namelist():
            packed.writestr(*change(name, good.read(name)))
    return written.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: (name.replace("/", "\\"), data),
        lambda name, data: ("/" + name, data),
        lambda name, data: (name.upper(), data),
        lambda name, data: (name, data.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")),
        lambda name, data: (name, data.replace(b' r="A1"', b"")),
    ],
    ids=["backslashes", "from the root", "capitals", "strict", "without references"],
)  # fmt: skip
def test_a_workbook_of_another_program_is_read(change: Callable[[str, bytes], tuple[str, bytes]]) -> None:
    assert outline(read_workbook(rewritten(change), "pl.xlsx", HEADING)) == [("1", "5"), ("1.1", "2"), ("1.2", "3")]


def test_a_blank_in_the_last_row_of_a_sheet_is_nothing() -> None:
    found = annex(lambda _, sheet: sheet.write_string(1_048_575, 0, " "))
    assert outline(found)[-1] == ("1.2", "3")


def test_entities_are_refused_and_a_claim_of_many_members_is_not_believed() -> None:
    def bomb(name: str, data: bytes) -> tuple[str, bytes]:
        head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        return name, data.replace(b"?>", b"?>" + head, 1) if name == "xl/workbook.xml" else data

    assert [one.code for one in read_workbook(rewritten(bomb), "x.xlsx").problems] == ["not_xlsx"]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for number in range(2_001):
            packed.writestr(str(number), b"")
    assert [one.code for one in read_workbook(written.getvalue(), "x.xlsx").problems] == ["too_large"]


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        (["STT,Tiªu chÝ,§iÓm tèi ®a", "I,ChØ ®¹o ®iÒu hµnh,5", "1,Së,5"], "TCVN3"),
        (["STT,Tieâu chí,Ñieåm toái ña", "I,Chæ ñaïo ñieàu haønh,5", "1,Sôû,5"], "VNI"),
    ],
)
def test_old_letters_of_a_csv_annex_are_converted_and_named_as_those_of_a_workbook(
    rows: list[str], encoding: str
) -> None:
    """Also a short word that alone could be meant otherwise."""
    imported = read_workbook("\n".join(rows).encode(), "phu-luc.csv", Heading(family="x", version="1", year=2026))
    assert imported.criteria_set is not None, imported.problems
    (area,) = imported.criteria_set.areas
    assert area.title.vi == "Chỉ đạo điều hành"
    assert [leaf.title.vi for leaf in area.criteria] == ["Sở"]
    (note,) = (note for note in imported.notes if note.code == "legacy_font")
    assert note.values == {"n": 4, "found": encoding}


def test_letters_of_today_are_converted_in_no_csv() -> None:
    rows = "STT,Tiêu chí,Điểm tối đa\nI,Chỉ đạo điều hành,5\n1,Sở ÷ Nội vụ,5\n".encode()
    imported = read_workbook(rows, "phu-luc.csv", Heading(family="x", version="1", year=2026))
    assert imported.criteria_set is not None
    assert [note for note in imported.notes if note.code == "legacy_font"] == []
    assert imported.criteria_set.areas[0].criteria[0].title.vi == "Sở ÷ Nội vụ"


def test_a_maximum_merged_over_numbered_rows_is_refused_with_its_cell() -> None:
    rows = [["STT", "Tiêu chí", "Điểm tối đa"], ["I", "A", 3], ["1", "B", None], ["2", "C", None]]
    sheets = {"Phụ lục": rows}
    imported = read_workbook(workbook(sheets, [("Phụ lục", "C3:C4", 3)]), "a.xlsx", Heading(family="x", version="1"))
    (problem,) = (one for one in imported.problems if one.code == "maximum_merged")
    assert problem.values == {"found": "3", "n": 2}
    assert problem_text(problem, "a.xlsx", "vi").startswith("a.xlsx, sheet “Phụ lục”, dòng 3, ô C3: ")
    # Merged over the lines below one criterion it is that criterion's.
    rows[3] = ["", "cách chấm", None]
    imported = read_workbook(workbook(sheets, [("Phụ lục", "C3:C4", 3)]), "a.xlsx", Heading(family="x", version="1"))
    assert imported.criteria_set is not None
