"""Answers of a survey below a criterion: A, B, C … each with the per cent of the points that it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from parindex.criteria_workbook.annex_head import AnnexTable
from parindex.criteria_workbook.located import cell_text
from parindex.reading.complaint import Complaint
from parindex.reading.numbers import decimal
from parindex.reading.xlsx_cells import PercentCell, XlsxCell
from parindex.scoring import shortest

_LETTERED: Final = re.compile(r"([A-H])(?:[.):]\s*(\S.*)|\s*)", re.DOTALL)
_COUNTED: Final = re.compile(r"[A-H][.):]\s*\S.*[0-9]\s*(%|điểm)", re.IGNORECASE | re.DOTALL)
_FULL: Final = Decimal(100)
_LEAST: Final = 2
"""Answers that make a list."""


def is_answer(line: str) -> bool:
    """Whether a line is an answer with what it counts.

    >>> is_answer("A. Rất hài lòng: 100%"), is_answer("A. Chỉ đạo")
    (True, False)
    """
    return _COUNTED.match(line) is not None


def answer_rows(table: AnnexTable) -> dict[int, str]:
    """Rows of answers with the line that is kept of each; none where letters number criteria."""
    rows = [_answer(table, at) for at in range(len(table.sheet.rows))]
    found: dict[int, str] = {}
    at = table.top + 1
    while at < len(rows):
        run = _run(rows, at)
        if _are_answers(run):
            found |= {place: f"{one.letter}. {one.text}{_share(one.share)}" for place, one in run}
        at = run[-1][0] + 1 if run else at + 1
    return found


class _Answer:
    """A row that begins with a letter."""

    def __init__(self, letter: str, text: str, share: Decimal | None, *, is_percent: bool) -> None:
        self.letter, self.text, self.share, self.is_percent = letter, text, share, is_percent


def _run(rows: Sequence[_Answer | None], at: int) -> list[tuple[int, _Answer]]:
    """Rows from one that begins with A, as long as the letters go on."""
    run: list[tuple[int, _Answer]] = []
    for place in range(at, len(rows)):
        one = rows[place]
        if one is None or one.letter != chr(ord("A") + len(run)):
            break
        run.append((place, one))
    return run


def _are_answers(run: Sequence[tuple[int, _Answer]]) -> bool:
    """Whether they count from all of the points down, in per cent."""
    shares = [one.share for _, one in run if one.share is not None]
    counted = any(one.is_percent for _, one in run) or shares[-1:] == [Decimal(0)]
    falling = all(one >= two >= 0 for one, two in pairwise(shares))
    return len(run) >= _LEAST and len(shares) >= _LEAST and shares[0] == _FULL and counted and falling


def _answer(table: AnnexTable, at: int) -> _Answer | None:
    cells = table.sheet.rows[at]
    number = next((cell_text(cells[table.columns[key]]) for key in ("number", "code") if key in table.columns), "")
    title = cell_text(cells[table.columns["title"]])
    found = _LETTERED.fullmatch(number.strip()) or (_LETTERED.fullmatch(title.strip()) if not number.strip() else None)
    if found is None:
        return None
    share, is_percent = _percent(cells[table.columns["max"]])
    if cells[table.columns["max"]] is None:
        named = {*table.columns.values()}
        elsewhere = [_percent(cell) for at, cell in enumerate(cells) if at not in named]
        share, is_percent = next((one for one in elsewhere if one[0] is not None), (None, False))
    text = " ".join((found[2] or title).split())
    return _Answer(found[1], text, share, is_percent=is_percent)


def _percent(cell: XlsxCell) -> tuple[Decimal | None, bool]:
    """How many per cent a cell says, and whether it says that they are per cent."""
    if isinstance(cell, PercentCell):
        return Decimal(cell) * 100, True
    if isinstance(cell, bool) or not isinstance(cell, Decimal | str):
        return None, False
    if isinstance(cell, Decimal):
        return cell, False
    text = cell.strip()
    try:
        return decimal(text.removesuffix("%")), text.endswith("%")
    except Complaint:
        return None, False


def _share(share: Decimal | None) -> str:
    return "" if share is None else f": {shortest(share)}%"
