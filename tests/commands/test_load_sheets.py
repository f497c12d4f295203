"""A file of a year may be one sheet of a workbook, which is named beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from parindex.commands.loading.files import read_files
from tests.criteria_workbook.generated import workbook


def several(path: Path) -> dict[str, list[list[str]]]:
    """The table of a file twice, in sheets of two names."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    return {"Năm trước": rows, "Năm nay": rows[:-1]}


@pytest.mark.parametrize(("key", "file"), [("agencies", "agencies.csv"), ("sample", "sample.csv")])
def test_a_file_of_rows_names_its_sheet(year: Path, edit, key: str, file: str) -> None:  # type: ignore[no-untyped-def]
    before = read_files(year)
    folder = year.parent
    (folder / "so.xlsx").write_bytes(workbook(several(folder / file)))
    edit("year.yaml", (f"{key}: {file}", f"{key}: so.xlsx"))
    asked = " ".join(str(fault.what) for fault in read_files(year).faults)
    assert "sheets_several" in asked or "Năm nay" in asked
    edit("year.yaml", (f"{key}: so.xlsx", f'{key}: {{file: so.xlsx, sheet: "năm nay"}}'))
    after = read_files(year)
    assert [str(fault.what) for fault in after.faults] == []
    name = {"agencies": "agencies", "sample": "sample"}[key]
    assert len(getattr(after, name)) == len(getattr(before, name)) - 1


def test_a_sheet_that_is_not_there_or_of_a_csv_is_refused(year: Path, edit) -> None:  # type: ignore[no-untyped-def]
    edit("year.yaml", ("agencies: agencies.csv", "agencies: {file: agencies.csv, sheet: A}"))
    (fault,) = read_files(year).faults
    assert (fault.exit_code, fault.file.endswith("agencies.csv")) == (2, True)
    edit("year.yaml", ("{file: agencies.csv, sheet: A}", "{sheet: A}"))
    assert any("file" in str(fault.what) for fault in read_files(year).faults)
