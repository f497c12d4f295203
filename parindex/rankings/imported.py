"""A year that was published elsewhere: its printed figures become an edition of ours, marked as imported.

The printed index is the source's fact: it is shown and ranked by. What our engine makes of the printed parts
stands beside it, with the difference; a source that rounds each value on its own is off by a last digit.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

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
from parindex.scoring import CriteriaSet
from parindex.scoring.digits import shortest

APPRAISED: Final = "appraised_points_max_68.5"
SURVEY: Final = "survey_points_max_31.5"


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
    """Rows of ``year,rank,ministry,appraised…,survey…,total_points,par_index_pct``.

    Raises:
        BrokenSource: a column is missing, or a value is no number.
    """
    rows = []
    for line, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), start=2):
        try:
            Decimal(row["par_index_pct"])
            rows.append(
                ImportedRow(
                    rank=int(row["rank"]),
                    name=row["ministry"],
                    appraised=Decimal(row[APPRAISED]),
                    survey=Decimal(row[SURVEY]),
                    index=row["par_index_pct"],
                )
            )
        except (KeyError, ValueError, InvalidOperation) as error:
            raise BrokenSource(f"line {line}: {error}") from error
    return tuple(rows)


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
