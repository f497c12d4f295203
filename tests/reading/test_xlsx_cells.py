"""A workbook that somebody sends: its size is looked at before it is unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.reading import xlsx_cells, xlsx_package, xlsx_styles
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


def bare(sheet: bytes, styles: bytes = b"", texts: bytes = b"") -> bytes:
    """A workbook of one sheet, written by nobody's program."""
    kinds = {"worksheet": "sheet1", "styles": "styles", "sharedStrings": "texts"}
    links = "".join(f'<Relationship Id="{key}" Type="x/{key}" Target="{file}.xml"/>' for key, file in kinds.items())
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_rels/.rels", '<r><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></r>')
        packed.writestr("xl/workbook.xml", '<w><sheets><sheet name="Mẫu" r:id="worksheet"/></sheets></w>')
        packed.writestr("xl/_rels/workbook.xml.rels", f"<r>{links}</r>")
        packed.writestr("xl/sheet1.xml", b"<worksheet><sheetData>" + sheet + b"</sheetData></worksheet>")
        packed.writestr("xl/styles.xml", b"<styleSheet>" + styles + b"</styleSheet>")
        packed.writestr("xl/texts.xml", b"<sst>" + texts + b"</sst>")
    return written.getvalue()


def outcome(data: bytes) -> tuple[str, str, int, int | None] | None:
    """Why a workbook is not read, with sheet, row and column; none where it is."""
    try:
        read_cells(data)
    except UnreadableWorkbook as error:
        return error.code, error.sheet, error.row, error.column
    return None


@pytest.mark.parametrize(("name", "piece"), [("cellXfs", b"<xf/>"), ("fonts", b"<font/>")])
def test_styles_are_counted_before_they_are_kept(monkeypatch: pytest.MonkeyPatch, name: str, piece: bytes) -> None:
    monkeypatch.setattr(xlsx_styles, "MOST_STYLES", 3)
    around = f"<{name}>".encode(), f"</{name}>".encode()
    assert outcome(bare(b"", piece.join([around[0], b"", b"", around[1]]))) is None
    assert outcome(bare(b"", around[0] + piece * 4 + around[1])) == ("too_large", "", 0, None)


def test_formats_of_numbers_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_styles, "MOST_STYLES", 3)
    formats = [f'<numFmt numFmtId="{number}" formatCode="0"/>'.encode() for number in range(4)]
    assert outcome(bare(b"", b"<numFmts>" + b"".join(formats[:3]) + b"</numFmts>")) is None
    assert outcome(bare(b"", b"<numFmts>" + b"".join(formats) + b"</numFmts>")) == ("too_large", "", 0, None)


def test_a_row_that_no_spreadsheet_has_names_sheet_and_cell() -> None:
    assert outcome(bare(b'<row r="1048576" hidden="1"/>')) is None
    assert outcome(bare(b'<row r="1048577" hidden="1"/>')) == ("sheet_too_large", "Mẫu", 1_048_577, 0)


@pytest.mark.parametrize(
    ("bound", "value", "fits", "over", "told"),
    [
        ("MOST_FILLED", 3, b"<c><v>1</v></c>" * 3, b"<c><v>1</v></c>" * 4, ("sheet_too_large", "Mẫu", 1, 3)),
        ("MOST_ELEMENTS", 3, b"<c/>" * 3, b"<c/>" * 4, ("sheet_too_large", "Mẫu", 1, 3)),
        ("MOST_CELLS", 26, b'<c r="Z1"><v>1</v></c>', b'<c r="AA1"><v>1</v></c>', ("sheet_too_large", "Mẫu", 1, 26)),
    ],
)
def test_cells_are_counted_before_they_are_kept_and_the_one_too_many_is_named(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: int, fits: bytes, over: bytes, told: tuple[str, str, int, int]
) -> None:
    monkeypatch.setattr(xlsx_cells, bound, value)
    assert outcome(bare(b"<row>" + fits + b"</row>")) is None
    assert outcome(bare(b"<row>" + over + b"</row>")) == told


def test_texts_that_cells_share_are_counted_before_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_cells, "MOST_FILLED", 3)
    assert outcome(bare(b"", texts=b"<si><t>a</t></si>" * 3)) is None
    assert outcome(bare(b"", texts=b"<si><t>a</t></si>" * 4)) == ("too_large", "", 0, None)


def test_files_packed_in_a_workbook_are_counted_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(io.BytesIO(bare(b""))) as packed:
        members = len(packed.infolist())
    monkeypatch.setattr(xlsx_package, "MOST_MEMBERS", members)
    assert outcome(bare(b"")) is None
    monkeypatch.setattr(xlsx_package, "MOST_MEMBERS", members - 1)
    assert outcome(bare(b"")) == ("too_large", "", 0, None)
