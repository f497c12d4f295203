"""Every problem that can be found can be said, in both languages, and none is left that nobody finds."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parindex.criteria_workbook import WorkbookProblem, problem_text
from parindex.criteria_workbook.layout import COLUMNS, SHEETS
from parindex.criteria_workbook.problems import _PROBLEMS, CellPlace
from parindex.reading import xlsx_cells, xlsx_package

ROOM = Path(__file__).parents[2] / "parindex" / "criteria_workbook"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py") if path.name != "problems.py")
NUMBERS = (ROOM / "numbers.py").read_text(encoding="utf-8")
READERS = [Path(module.__file__).read_text(encoding="utf-8") for module in (xlsx_package, xlsx_cells)]
UNREADABLE = re.findall(r'UnreadableWorkbook\("(\w+)"', "".join(READERS))


def test_the_catalogue_holds_what_is_found_and_nothing_else() -> None:
    named = {code for code in _PROBLEMS if f'"{code}"' in SOURCE or f'"{code}"' in NUMBERS or code in UNREADABLE}
    assert set(_PROBLEMS) - named == set()
    assert set(UNREADABLE) <= set(_PROBLEMS)


@pytest.mark.parametrize("code", sorted(_PROBLEMS))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_problem_can_be_said_whatever_it_names(code: str, lang: Any) -> None:
    head = COLUMNS["criteria"][0]
    for value in ("x" * 100, Decimal("0.5"), 3, SHEETS["rules"], [head, ("a", "b")], CellPlace("Bộ", 3, 1), head):
        names = ("found", "expected", "before", "first", "decimal", "whole", "n")
        problem = WorkbookProblem(code=code, values=dict.fromkeys(names, value), place=CellPlace("Bộ tiêu chí", 7, 27))
        told = problem_text(problem, "bo.xlsx", lang)
        assert told.startswith(
            "bo.xlsx, sheet “Bộ tiêu chí”, " + ("dòng 7, ô AB7: " if lang == "vi" else "row 7, cell AB7: ")
        )
        assert "%(" not in told
