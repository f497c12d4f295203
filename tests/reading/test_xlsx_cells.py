"""A workbook that somebody sends: its size is looked at before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.reading import xlsx_package
from parindex.reading.xlsx_cells import read_cells
from parindex.reading.xlsx_package import UnreadableWorkbook


def small() -> bytes:
    return xlsx_bytes(Table(title="A", columns=(Column(title="X"),), rows=((1,),)))


def unpacked(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return sum(member.file_size for member in packed.infolist())


def test_a_workbook_of_exactly_the_largest_unpacked_size_is_read_and_one_byte_more_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = small()
    monkeypatch.setattr(xlsx_package, "MOST_UNPACKED", unpacked(data))
    assert read_cells(data)
    monkeypatch.setattr(xlsx_package, "MOST_UNPACKED", unpacked(data) - 1)
    with pytest.raises(UnreadableWorkbook, match="too_large"):
        read_cells(data)


def test_a_file_of_exactly_the_largest_size_is_read_and_one_byte_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    data = small()
    monkeypatch.setattr(xlsx_package, "MOST_BYTES", len(data))
    assert read_cells(data)
    monkeypatch.setattr(xlsx_package, "MOST_BYTES", len(data) - 1)
    with pytest.raises(UnreadableWorkbook, match="too_large"):
        read_cells(data)
