"""Criteria sets as workbooks: out for officials to read and edit, in again without loss, and in from an annex.

exported = workbook_of(criteria_set, "vi")               # bytes of an XLSX
imported = read_workbook(data, "set.xlsx")               # Imported: the set, or every problem by sheet and row
yaml_text(imported.criteria_set)                         # the same set as its YAML
"""

from __future__ import annotations

from parindex.criteria_workbook.importing import Imported, read_workbook
from parindex.criteria_workbook.problems import Heading, WorkbookProblem, problem_text
from parindex.criteria_workbook.writing import TooLong, workbook_of
from parindex.criteria_workbook.yaml_text import yaml_text

__all__ = [
    "Heading",
    "Imported",
    "TooLong",
    "WorkbookProblem",
    "problem_text",
    "read_workbook",
    "workbook_of",
    "yaml_text",
]
