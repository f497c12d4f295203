"""Tables as spreadsheets, programs and hands write them: read alike, or refused with the row."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parindex.errors import CATALOGUE
from parindex.papers.csv_file import FORMULA, csv_bytes
from parindex.reading.csv_rows import BrokenTable, CsvRows, delimiter_of
from parindex.reading.tables import RowsRead, read_table
from parindex.reading.text import cell


def rows(table: RowsRead) -> list[tuple[int, list[str]]]:
    return [(row.number, list(row.cells.values())) for row in table.rows]


def faults(data: bytes, **columns: tuple[str, ...]) -> list[tuple[int, str]]:
    """Row and code of everything wrong; each code has its sentence."""
    with pytest.raises(BrokenTable) as told:
        read_table(data, **columns)
    for fault in told.value.faults:
        assert CATALOGUE[fault.code].detail % fault.values
    return [(fault.row, fault.code) for fault in told.value.faults]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_delimiters_ends_of_lines_and_the_mark_of_utf8_make_no_difference(
    before: str, delimiter: str, end: str
) -> None:
    lines = [delimiter.join(cells) for cells in (["code", "name"], ["1", "Hòa Lâm"], ["2", "Tân Hải"])]
    table = read_table((before + end.join(lines) + end).encode())
    assert (table.head, rows(table)) == (("code", "name"), [(2, ["1", "Hòa Lâm"]), (3, ["2", "Tân Hải"])])
    assert table.asking is (delimiter != ",")


def test_a_line_that_names_the_delimiter_is_passed_over_and_counted() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1,5;2\r\n")
    assert (table.head, table.head_row, rows(table)) == (("a", "b"), 2, [(3, ["1,5", "2"])])


def test_rows_and_columns_of_empty_cells_are_passed_over_wherever_they_stand() -> None:
    assert rows(read_table(b"a;b;;\n;;;\n1;2;;\n\n ; ;;\n3;4\n;;\n")) == [(3, ["1", "2"]), (6, ["3", "4"])]


def test_surplus_and_missing_cells_and_equal_heads_are_refused_with_their_rows() -> None:
    assert faults(b"a,b\n1,2,3\n4\n5,6,,\n") == [(2, "row_too_long"), (3, "row_too_short")]
    assert faults(b"a,b,A \n1,2,3\n", needed=("a", "b")) == [(1, "heads_repeated")]


def test_what_nobody_sees_is_left_out_and_what_nobody_can_mean_is_named() -> None:
    table = read_table("ma,te\u0302n\nSNV\u200b,\u202eHòa\u00a0 Lâm\n".encode())
    assert (table.head, rows(table)) == (("ma", "tên"), [(2, ["SNV", "Hòa Lâm"])])
    assert faults(b"a,b\nx\x07,1\n") == [(2, "unmeant_character")]


def test_columns_are_known_in_any_case_and_others_are_named() -> None:
    assert read_table(b"Code,NAME\n1,2\n", needed=("code",), optional=("name",)).head == ("code", "name")
    assert faults(b"code,x\n", needed=("code", "name"), optional=()) == [(1, "column_missing"), (1, "column_unknown")]


@pytest.mark.parametrize(
    ("data", "told"), [(b"a,b\n1,\xff\n", [(2, "not_utf8")]), (b'a,b\n1,"2"x\n', [(2, "bad_csv")])]
)
def test_what_is_no_csv_is_told_with_its_row(data: bytes, told: list[tuple[int, str]]) -> None:
    assert faults(data) == told


def test_a_delimiter_in_quotes_or_in_a_known_name_does_not_count() -> None:
    assert delimiter_of('"a;b;c",d') == ","
    assert delimiter_of("unit;est,se", ("unit",)) == ";"


CELLS = (
    st.text(st.characters(exclude_categories=["C", "Z", "M", "P"]), min_size=1)
    .map(cell)
    .filter(lambda text: text and not FORMULA.match(text))
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_we_write_is_read_back(cells: list[tuple[str, str]]) -> None:
    given_ = [[str(number), first, second] for number, (first, second) in enumerate(cells)]
    read = CsvRows(io.StringIO(csv_bytes(["n", "a", "b"], given_).decode("utf-8-sig"), newline=""))
    assert [row for _, row in read] == given_


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(BrokenTable):
        assert read_table(text.encode("utf-8", "surrogatepass")).head_row >= 1
