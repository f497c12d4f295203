"""The comparison page counts the cases as they are."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.reference import test_composite_cases, test_rank_cases, test_survey_cases

PAGE = Path(__file__).parents[2] / "docs" / "comparison.md"


@pytest.mark.parametrize(
    ("peer", "cases"),
    [("R `survey`", test_survey_cases), ("csranks", test_rank_cases), ("COINr", test_composite_cases)],
)
def test_the_comparison_page_counts_what_is_held_and_what_is_left_out(peer: str, cases: ModuleType) -> None:
    (row,) = re.findall(rf"^\| {re.escape(peer)}.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    held, out = [int(cell) for cell in row.split("|")[3:5]]
    left_out = sum(cases.left_out(case) for case in cases.CASES)
    assert (held, out) == (len(cases.CASES) - left_out, left_out)
