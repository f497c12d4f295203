"""Tables as files: what a spreadsheet would execute is text, and the same table gives the same bytes."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes

DANGEROUS = ["=1+1", "+84", "-x", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_execute_is_written_as_text(text: str) -> None:
    assert csv_bytes([text], [[text]]).decode("utf-8-sig").count("'" + text[0]) == 2


def test_numbers_keep_their_digits_and_nothing_stays_nothing() -> None:
    written = csv_bytes(["a", "b", "c"], [[Decimal("-0.10"), 3, None]]).decode("utf-8-sig")
    assert written == "a,b,c\r\n-0.10,3,\r\n"


def test_a_workbook_holds_no_formula_and_is_the_same_file_every_time() -> None:
    table = Table(
        title="Bảng [1]: xếp/hạng *?", notes=("Dữ liệu mô phỏng",), columns=(Column(title="Tên"), Column(title="Điểm", places=2)),
        rows=[(text, Decimal("1.5")) for text in DANGEROUS],
    )  # fmt: skip
    written = xlsx_bytes(table)
    assert written == xlsx_bytes(table)
    assert b"<f>" not in written
    rows = CalamineWorkbook.from_filelike(io.BytesIO(written)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[-6:]] == [1.5] * 6
    assert rows[-6][0] == "=1+1"
