"""Tables as files: what a spreadsheet would execute is text, and the same table gives the same bytes."""

from __future__ import annotations

import ast
import csv
import io
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from parindex.papers.csv_file import FORMULA, Digits, as_read, csv_bytes, line_writer, lines
from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes
from tests.installations import ROOT

DANGEROUS = ["=1+1", "+84", "-x", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_execute_is_written_as_text(text: str) -> None:
    assert csv_bytes([text], [[text]]).decode("utf-8-sig").count("'" + text[0]) == 2


def test_numbers_keep_their_digits_and_nothing_stays_nothing() -> None:
    written = csv_bytes(["a", "b", "c"], [[Decimal("-0.10"), 3, None]]).decode("utf-8-sig")
    assert written == "a,b,c\r\n-0.10,3,\r\n"


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12)
CELLS = st.one_of(
    TEXTS, st.sampled_from(DANGEROUS), st.integers(), st.floats(), st.none(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_what_a_line_gives_back_is_what_was_written_and_only_numbers_begin_like_a_formula(
    rows: list[list[str | int | float | Decimal | None]], end: str
) -> None:
    written = list(lines(rows, end=end))
    assert all(line.endswith(end) for line in written)
    read = list(csv.reader(io.StringIO("".join(written), newline=""), strict=True))
    assert [len(cells) for cells in read] == [len(row) for row in rows]
    for cell, value in (
        (cell, value) for cells, row in zip(read, rows, strict=True) for cell, value in zip(cells, row, strict=True)
    ):
        if isinstance(value, str):
            assert not FORMULA.match(cell)
            assert cell in (value, "'" + value)
        elif value is None or not math.isfinite(value):
            assert cell == ""
        else:
            assert type(value)(cell) == value


@pytest.mark.parametrize("cell", ["-0.5", "+3", "-.5", "-1e-3", "007", "-12345678901234567890.10"])
def test_a_number_in_somebodys_file_stays_the_number_that_it_is(cell: str) -> None:
    assert list(lines([[as_read(cell), 1]], end="\n")) == [f"{cell},1\n"]


@pytest.mark.parametrize("cell", ["-", "-a", "-1+2", "=1", "+1 2", "-1-", "-٣", "-0x1", "@1", "-1\n"])
def test_what_only_looks_like_a_number_is_text(cell: str) -> None:
    assert next(lines([[as_read(cell), 1]])).lstrip('"').startswith("'")


def test_digits_that_are_written_out_already_are_not_touched() -> None:
    assert next(lines([[Digits("-0.50"), "-0.50"]])) == "-0.50,'-0.50\r\n"


def test_rows_are_written_one_at_a_time() -> None:
    """A file of any length is never held whole."""
    asked = iter([["a"], ["b"], ["c"]])
    written = lines(asked, end="\n")
    assert (next(written), next(asked), next(written)) == ("a\n", ["b"], "c\n")


def test_two_writers_that_take_turns_do_not_mix_their_lines() -> None:
    first, second = line_writer("\n"), line_writer("\n")
    assert [first(["a,b"]), second(["c"]), first(["d"])] == ['"a,b"\n', "c\n", "d\n"]


def test_csv_is_written_in_one_place() -> None:
    """Whoever writes CSV beside it would forget which cells a spreadsheet executes."""
    writing = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "parindex").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.writer", "csv.DictWriter"))
        or (isinstance(node, ast.ImportFrom) and node.module == "csv")
    ]
    assert writing == ["parindex/papers/csv_file.py"]


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
