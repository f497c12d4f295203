"""A table in a workbook gives the rows, and the faults, that it gives as a CSV; each fault names sheet and cell."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from parindex.commands.failures import fault_text
from parindex.errors import CATALOGUE
from parindex.papers.csv_file import FORMULA
from parindex.reading.csv_rows import BrokenTable
from parindex.reading.legacy_fonts import converted
from parindex.reading.numbers import decimal
from parindex.reading.tables import RowsRead, read_table
from parindex.reading.text import cell
from tests.criteria_workbook.generated import workbook

HEADS = ("code", "name")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).filter(
    lambda text: not FORMULA.match(cell(text)) and not converted(text, "Calibri")[1]
)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    lines = [";".join('"' + text.replace('"', '""') + '"' for text in row) for row in rows]
    return ("sep=;\n" + "\n".join(lines)).encode()


def outcome(data: bytes, **columns: Any) -> object:
    """Head and rows, or every fault by row, column, code and what it found; a CSV has a line more above the head."""
    try:
        table = read_table(data, **columns)
    except BrokenTable as broken:
        return [(one.code, one.column, one.values.get("found")) for one in broken.faults if one.code != "row_too_short"]
    return table.head, [dict(row.cells) for row in table.rows], table.asking


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5), st.permutations(["code", "Name", "note"]))
def test_the_same_table_as_csv_and_as_workbook_gives_the_same(rows: list[list[str]], heads: list[str]) -> None:
    table = [heads[:2], *rows]
    for columns in ({}, {"needed": HEADS}, {"needed": ("code",), "optional": ("name",)}):
        assert outcome(as_csv(table), **columns) == outcome(workbook({"Mẫu": table}), **columns)


@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=1, max_size=5))
def test_numbers_of_cells_are_the_numbers_of_a_csv_and_are_never_asked_about(numbers: list[Any]) -> None:
    sheet = [["value"], *([float(number)] for number in numbers)]
    read = read_table(workbook({"A": sheet}))
    assert [decimal(row.cells["value"]) for row in read.rows] == numbers


def test_days_truths_and_whole_numbers_stand_as_programs_write_them() -> None:
    table = read_table(workbook({"A": [["a", "b", "c"], [date(2026, 1, 5), True, 1234]]}))
    assert [dict(row.cells) for row in table.rows] == [{"a": "2026-01-05", "b": "true", "c": "1234"}]


def faults(data: bytes, **columns: Any) -> list[tuple[str, str | None, str | None]]:
    """Code, sheet and cell of everything wrong; each has its sentence in both languages."""
    with pytest.raises(BrokenTable) as told:
        read_table(data, **columns)
    for fault in told.value.faults:
        for lang in ("vi", "en"):
            assert CATALOGUE[fault.code].title not in fault_text(fault, lang)
    return [(one.code, one.values.get("sheet"), one.values.get("cell")) for one in told.value.faults]


Change = Callable[[Any, Any], None]


def changed(change: Change, rows: Sequence[Sequence[Any]] | None = None) -> bytes:
    """A small table, with something that its values do not tell."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mẫu")
        for at, row in enumerate(rows or [["code", "value"], ["A", 1], ["B", 2]]):
            sheet.write_row(at, 0, row)
        change(book, sheet)
    return written.getvalue()


def styled(where: str, value: Any, **style: Any) -> Change:
    return lambda book, sheet: sheet.write(where, value, book.add_format(style))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _, sheet: sheet.write_formula("B3", "=x", None, "#N/A"), ("cell_error", "B3")),
        (lambda _, sheet: sheet.write_formula("B2", "=1+1", None, ""), ("cell_unvalued", "B2")),
        (styled("B2", 1, font_strikeout=True), ("cell_struck", "B2")),
        (styled("B2", 0.4, num_format="0%"), ("cell_percent", "B2")),
        (styled("A2", "KÕ ho¹ch ®iÒu hµnh", font_name=".VnTime"), ("cell_old_font", "A2")),
        (styled("A3", "B\ue000"), ("unmeant_character", "A3")),
        (styled("C3", "thừa"), ("row_too_long", "C3")),
        (styled("B1", "code"), ("heads_repeated", "B1")),
        (lambda _, sheet: sheet.merge_range("A2:A3", "A"), ("cells_merged", "A2")),
    ],
)
def test_what_a_cell_shows_and_its_value_does_not_is_named(change: Change, told: tuple[str, str]) -> None:
    assert faults(changed(change)) == [(told[0], "Mẫu", told[1])]


def hidden(row: int) -> Change:
    return lambda _, sheet: sheet.set_row(row, None, None, {"hidden": True})


def test_hidden_rows_are_asked_about_once_and_hidden_empty_ones_are_not() -> None:
    assert faults(changed(hidden(2))) == [("rows_hidden", "Mẫu", None)]
    assert len(read_table(changed(hidden(8))).rows) == 2


def test_marks_outside_the_table_do_not_count() -> None:
    title = [[], ["code", "value"], ["A", 1]]
    assert len(read_table(changed(styled("D1", None, font_strikeout=True), title)).rows) == 1


def test_the_sheet_with_the_columns_is_read_and_which_one_is_asked_where_several_have_them() -> None:
    table, other = [["code", "value"], ["A", "1"]], [["Hướng dẫn"], ["điền vào sheet kia"]]
    read: RowsRead = read_table(workbook({"Hướng dẫn": other, "Mẫu": table, "Trống": []}), needed=("code", "value"))
    assert [row.cells["code"] for row in read.rows] == ["A"]
    both = workbook({"Một": table, "Hai": table})
    assert faults(both, needed=("code",)) == [("sheets_several", "Hai", None)]
    assert faults(both) == [("sheets_several", "Hai", None)]
    neither = workbook({"Một": other, "Hai": other})
    assert faults(neither, needed=("code",)) == [("sheet_none", None, None)]
    assert faults(workbook({"Một": other}), needed=("code",)) == [("column_missing", "Một", None)]
    assert faults(workbook({"Một": []}), needed=("code",)) == [("table_empty", None, None)]


def test_a_table_may_begin_anywhere_and_rows_keep_their_numbers() -> None:
    rows: list[list[Any]] = [[], [None, "code", "value"], [], [None, "A", 1]]
    table = read_table(workbook({"Mẫu": rows}), needed=("code", "value"))
    assert (table.head_row, [(row.number, dict(row.cells)) for row in table.rows]) == (
        2,
        [(4, {"code": "A", "value": "1"})],
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 nothing", "workbook_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "workbook_locked"),
    ],
)
def test_what_is_no_workbook_that_can_be_read_says_how_to_save_it(data: bytes, code: str) -> None:
    assert faults(data) == [(code, None, None)]


def test_a_sheet_that_is_too_large_is_named_with_the_cell_at_which_it_is() -> None:
    assert faults(changed(styled("XFD1048576", 1))) == [("workbook_too_large", "Mẫu", "XFD1048576")]
    assert faults(changed(styled("C1048576", 1))) == [("workbook_too_large", "Mẫu", "C1048576")]
    assert [code for code, _, _ in faults(changed(styled("C600000", 1)))] == ["row_too_long"]
