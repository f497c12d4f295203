"""Figures that were published elsewhere are read as every table is."""

from __future__ import annotations

import pytest

from parindex.rankings.imported import APPRAISED, SURVEY, BrokenSource, read
from tests.criteria_workbook.generated import workbook

HEAD = ["year", "rank", "ministry", APPRAISED, SURVEY, "par_index_pct"]
ROWS = [["2023", "1", "Bộ Tư pháp", "61.123", "28.5", "89.60"], ["2023", "2", "Bộ  Nội vụ ", "60", "28", "88.00"]]


def text(delimiter: str, rows: list[list[str]], before: str = "", after: str = "") -> bytes:
    return (before + "\r\n".join(delimiter.join(row) for row in [HEAD, *rows]) + after).encode()


@pytest.mark.parametrize(("before", "after"), [("", ""), ("\ufeff", "\r\n,,,,,\r\n"), ("sep=,\r\n", "\r\n\r\n")])
def test_marks_of_utf8_lines_that_name_the_delimiter_and_tails_make_no_difference(before: str, after: str) -> None:
    rows = read(text(",", ROWS, before, after))
    assert [(row.rank, row.name, str(row.appraised), row.index) for row in rows] == [
        (1, "Bộ Tư pháp", "61.123", "89.60"),
        (2, "Bộ Nội vụ", "60", "88.00"),
    ]


def test_a_file_with_semicolons_has_decimal_commas_and_what_could_be_thousands_is_refused_with_its_row() -> None:
    rows = [["2023", "1", "Bộ Tư pháp", "61,12", "28,5", "89,60"]]
    assert [row.index for row in read(text(";", rows))] == ["89.60"]
    with pytest.raises(BrokenSource, match=rf"row 2, {APPRAISED}: value_ambiguous 61.123"):
        read(text(";", ROWS))


def test_a_workbook_is_read_too() -> None:
    sheet = [HEAD, [2023, 1, "Bộ Tư pháp", 61.12, 28.5, 89.6]]
    assert [(row.rank, str(row.appraised), row.index) for row in read(workbook({"2023": sheet}))] == [
        (1, "61.12", "89.6")
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"rank,ministry\n1,a\n", "row 1: column_missing"),
        (text(",", [["2023", "1", "Bộ", "NaN", "1", "1"]]), "row 2, .*: value_not_number NaN"),
        (text(",", [["2023", "x", "Bộ", "1", "1", "1"]]), "row 2, rank: value_not_whole x"),
        (text(",", [["2023", "1", "Bộ", "1", "1", "1", "thừa"]]), "row 2: row_too_long"),
        (b"\xff", "row 1: not_utf8"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_row(data: bytes, told: str) -> None:
    with pytest.raises(BrokenSource, match=told):
        read(data)
