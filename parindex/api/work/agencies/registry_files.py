"""Lists of agencies as CSV and XLSX, and the rows of a list that were not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parindex.agencies import exporting
from parindex.agencies.code_lists.reading_lists import COLUMNS as CODE_COLUMNS
from parindex.agencies.model import Agency
from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.text import Language, translator


def csv_of(listed: Sequence[Agency]) -> bytes:
    """The registry as CSV."""
    return csv_bytes(exporting.COLUMNS, exporting.rows(listed))


def workbook_of(listed: Sequence[Agency], lang: Language) -> bytes:
    """The registry as a workbook; heads are the names that the importer reads, in every language."""
    _ = translator(lang)
    wide = {"name_vi": 40, "name_en": 32, "short_name": 24, "region": 20}
    table = Table(
        title=_("Danh mục cơ quan"),
        columns=tuple(Column(title=name, width=wide.get(name, 14)) for name in exporting.COLUMNS),
        rows=exporting.rows(listed),
        bare=True,
    )
    return xlsx_bytes(table)


def rows_left(head: Sequence[str], cells: Sequence[Mapping[str, str]], why: Sequence[str], lang: Language) -> bytes:
    """Rows that were not taken, as they stood, with the reason at the end of each."""
    _ = translator(lang)
    return csv_bytes(
        [*head, _("Lý do không nhập")],
        [[*(row.get(name, "") for name in head), told] for row, told in zip(cells, why, strict=True)],
    )


def codes_csv(cells: Sequence[Sequence[str | int | None]]) -> bytes:
    """A version of a code list as CSV."""
    return csv_bytes(CODE_COLUMNS, cells)


def codes_workbook(title: str, cells: Sequence[Sequence[str | int | None]], lang: Language) -> bytes:
    """The same as a workbook; heads are the names that the importer reads, in every language."""
    wide = {"name_vi": 44, "name_en": 36, "note": 40}
    columns = tuple(Column(title=name, width=wide.get(name, 14)) for name in CODE_COLUMNS)
    return xlsx_bytes(Table(title=translator(lang)(title), columns=columns, rows=cells, bare=True))
