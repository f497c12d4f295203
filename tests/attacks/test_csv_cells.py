"""i, k. No cell of a CSV is executed by a spreadsheet, and its charset is told once."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from parindex.api.shared import downloads
from parindex.papers.csv_file import as_read, text, unmarked

SIGNS = "=+-@＝＋－＠"
BEFORE = [
    "",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\ufeff",
    "\u200b",
    "\u200c\u2060",
    "\u00a0",
    "\u00ad",
    "\u3164",
    "\x00",
    "\u2028",
    "\ufeff\n \u200b",
]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_cell_that_begins_like_a_formula_is_text_also_behind_what_nobody_sees(before: str, sign: str) -> None:
    cell = f"{before}{sign}cmd|' /C calc'!A0"
    assert text(cell) == "'" + cell
    assert unmarked(text(cell)) == cell


@pytest.mark.parametrize("cell", ["\nmột", "\tmột", "\rmột"])
def test_a_cell_that_begins_with_a_line_end_or_a_tab_is_text(cell: str) -> None:
    assert text(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["một", " một", "a=b", "5 - 3", "(=1)", "'", "'a", "", "1−2", "\u200bmột"])
def test_other_words_stay_as_they_are(cell: str) -> None:
    assert text(cell) == cell
    assert unmarked(cell) == cell


@pytest.mark.parametrize("cell", ["-0.50", "-1e-3", "+2"])
def test_a_number_stays_a_number(cell: str) -> None:
    assert text(as_read(cell)) == cell


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_no_kind_of_a_download_tells_a_charset_that_the_answer_tells(kind: str) -> None:
    assert "charset" not in downloads.TYPES[kind]


async def test_the_charset_of_a_page_is_told_once(client: AsyncClient) -> None:
    assert (await client.get("/")).headers["content-type"].count("charset") == 1
