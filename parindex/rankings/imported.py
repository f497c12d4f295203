"""A year that was published elsewhere: its printed figures become an edition of ours, marked as imported.

The printed index is the source's fact: it is shown and ranked by. What our engine makes of the printed parts
stands beside it, with the difference; a source that rounds each value on its own is off by a last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from parindex import scoring
from parindex.rankings import methods
from parindex.rankings.model import (
    AgencyDocument,
    CriteriaDocument,
    PrintedDocument,
    PrintedRow,
    YearSources,
)
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import BrokenTable
from parindex.reading.numbers import decimal, has_two_readings, whole
from parindex.reading.tables import TableRow, read_table
from parindex.scoring import CriteriaSet
from parindex.scoring.digits import shortest

APPRAISED: Final = "appraised_points_max_68.5"
SURVEY: Final = "survey_points_max_31.5"
_NEEDED: Final = ("rank", "ministry", APPRAISED, SURVEY, "par_index_pct")

Figure = TypeVar("Figure", int, Decimal)


class BrokenSource(ValueError):
    """A row of the source that cannot be read; the message names it."""


class ImportedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One agency as the source printed it."""

    rank: int
    """Printed rank."""

    name: str
    """Name of the agency in the source."""

    appraised: Decimal
    """Printed appraised points."""

    survey: Decimal
    """Printed survey points."""

    index: str
    """Printed index, with the places of the source."""


def read(content: bytes) -> tuple[ImportedRow, ...]:
    """Rows of ``year,rank,ministry,appraised…,survey…,total_points,par_index_pct``, as CSV or workbook.

    Raises:
        BrokenSource: the file is no such table, a column is missing, or a value is no number; each with its row.
    """
    try:
        table = read_table(content, needed=_NEEDED)
    except BrokenTable as broken:
        raise BrokenSource(str(broken)) from None
    return tuple(_row(row, asking=table.asking) for row in table.rows)


def _row(row: TableRow, *, asking: bool) -> ImportedRow:
    return ImportedRow(
        rank=_read(row, "rank", whole),
        name=row.cells["ministry"],
        appraised=_figure(row, APPRAISED, asking=asking),
        survey=_figure(row, SURVEY, asking=asking),
        index=f"{_figure(row, 'par_index_pct', asking=asking):f}",
    )


def _figure(row: TableRow, column: str, *, asking: bool) -> Decimal:
    """A printed figure: in a file with semicolons or tabs what could be thousands is refused, else the point is decimal."""
    text = row.cells[column]
    if not asking and "." in text and has_two_readings(text):
        return Decimal(text)
    return _read(row, column, decimal)


def _read(row: TableRow, column: str, reader: Callable[[str], Figure]) -> Figure:
    try:
        return reader(row.cells[column])
    except Complaint as complaint:
        told = f"{complaint.code} {complaint.told.get('found', '')}"
        raise BrokenSource(f"row {int(row.number)}, {column}: {told}") from None


def given(
    rows: Sequence[ImportedRow],
    codes: Mapping[str, str],
    criteria_set: CriteriaSet,
    *,
    family: str,
    year: int,
    source: str,
    leaves: tuple[str, str] = ("1.1", "2.1"),
) -> YearSources:
    """What an imported year is computed from.

    Args:
        rows: The source, in its order.
        codes: Our code of each name in the source.
        criteria_set: The frame with two judged leaves.
        family: Family of the ranking.
        year: The year that was measured.
        source: Where the figures were published, in a sentence.
        leaves: Codes of the leaves for appraised and survey points.
    """
    appraised, survey = leaves
    agencies = tuple(
        AgencyDocument(
            code=codes[row.name], name_vi=row.name, name_en=None, order=order, region=None, ranked=True,
            submitted=True,
            facts={f"{appraised}.judged": shortest(row.appraised), f"{survey}.judged": shortest(row.survey)},
        )
        for order, row in enumerate(rows, start=1)
    )  # fmt: skip
    printed = PrintedDocument(
        source=source,
        rows=tuple(PrintedRow(agency=codes[row.name], rank=row.rank, index=row.index) for row in rows),
    )
    return YearSources(
        family=family, year=year, tier=criteria_set.tier, marked="imported", level="0.95", seed=1, draws=0,
        criteria_set=criteria_document(criteria_set), survey_leaves=(survey,), agencies=agencies, surveys=(),
        estimates=(), covariances=(), suppressed=(), printed=printed, methods=methods.current(),
    )  # fmt: skip


def criteria_document(criteria_set: CriteriaSet) -> CriteriaDocument:
    """A criteria set as it stands in a computed year."""
    return CriteriaDocument(
        family=criteria_set.family,
        version=criteria_set.version,
        digest=scoring.digest(criteria_set),
        document=scoring.to_document(criteria_set),
    )
