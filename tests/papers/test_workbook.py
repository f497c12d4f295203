"""Lists to choose from in a workbook that officials edit."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from parindex.papers.workbook import LISTS, LONGEST_RULE, EditableColumn, EditableSheet, workbook_bytes
from parindex.reading.tables import read_table


def parts(choices: tuple[str, ...]) -> tuple[str, str, str]:
    """(rules of the first sheet, list of sheets, words of the book)."""
    sheet = EditableSheet(
        name="Người dùng", title="", columns=(EditableColumn(title="Vai trò", width=20, choices=choices),), rows=[["x"]]
    )
    content = workbook_bytes(sheet)
    assert read_table(content, needed=["Vai trò"]).rows[0].cells == {"Vai trò": "x"}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml")
        first, sheets, words = (book.read(name).decode() for name in names)
    return first, sheets, words


def test_short_words_stand_in_the_rule() -> None:
    first, sheets, _ = parts(("Có", "Không"))
    assert '<formula1>"Có,Không"</formula1>' in first
    assert LISTS not in sheets


@pytest.mark.parametrize(("length", "beside"), [(LONGEST_RULE, False), (LONGEST_RULE + 1, True)])
def test_words_longer_than_a_rule_stand_beside(length: int, beside: bool) -> None:
    half = "a" * 100
    first, sheets, words = parts((half, "b" * (length - 101)))
    assert ("<formula1>_lists!$A$1:$A$2</formula1>" in first.replace("'", "")) is beside
    assert bool(re.search(rf'name="{LISTS}"[^>]*state="hidden"', sheets)) is beside
    assert (half in words) is beside


def test_a_word_with_a_comma_is_one_word() -> None:
    first, _, words = parts(("Thanh tra, kiểm toán", "Chuyên viên"))
    assert "$A$1:$A$2" in first
    assert "Thanh tra, kiểm toán" in words
