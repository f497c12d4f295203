"""An edition as open data: the ranking by the contract, as JSON, CSV and XLSX, and every criterion's points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from parindex import scoring
from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table, TableValue
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.publication.model import CorrectedCell, Edition
from parindex.publication.ranking_rows import (
    GROUP_COLUMNS,
    OF_EDITION,
    OF_INTERVAL,
    ON_PAPER,
    cells,
    columns_of,
    kind_of_interval,
    ranking_rows,
)
from parindex.rankings.model import ResultDocument
from parindex.text import N_, date_text
from parindex.wording.group_names import attribute_name

MARKS: Final[dict[str, str]] = {
    "illustrative": N_("Bộ tiêu chí là mẫu minh họa."),
    "simulated": N_("Dữ liệu mô phỏng: đơn vị và số liệu là hư cấu, bộ tiêu chí là mẫu minh họa."),
    "imported": N_("Số liệu nhập từ kết quả đã công bố ở nơi khác."),
}
"""What every file says about its data."""


def ranking(edition: Edition) -> dict[str, Any]:
    """The ranking's JSON document."""
    given = edition.computation.given
    return {
        "tenant": edition.tenant.code,
        "family": given.family,
        "year": given.year,
        "tier": given.tier,
        "edition": edition.number,
        "decision": {
            "number": edition.decision.number,
            "date": edition.decision.date.isoformat(),
            "signer": edition.decision.signer,
        },
        "level": given.level,
        "marked": given.marked,
        **({} if given.group_by is None else {"group_by": _group_by(edition)}),
        "agencies": msgspec.to_builtins(ranking_rows(edition)),
    }


def _group_by(edition: Edition) -> str:
    """What groups of a year share, in words."""
    given = edition.computation.given
    assert given.group_by is not None
    return attribute_name(scoring.from_document(given.criteria_set.document), given.group_by, "vi")


def ranking_csv(edition: Edition) -> bytes:
    """The same rows as CSV, with the interval that the page draws and the mark of the data."""
    columns = columns_of(edition)
    header = [
        name
        for column, meaning in columns.items()
        for name in ((f"{column}_lower", f"{column}_upper") if meaning.kind == "ranks" else (column,))
    ]
    results = {result.agency: result for result in edition.computation.results}
    of_edition = (edition.computation.given.marked, edition.number)
    lines: list[list[TableValue]] = []
    for row in ranking_rows(edition):
        low, high = results[row.agency].interval or (None, None)
        told = (_number(low), _number(high), kind_of_interval(results[row.agency]), *of_edition)
        lines.append([*(cell for column in columns for cell in cells(row, column)), *told])
    return csv_bytes([*header, *OF_INTERVAL, *OF_EDITION], lines)


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def ranking_xlsx(edition: Edition, translate: Callable[..., str], title: str) -> bytes:
    """The ranking as officials lay it out (E9), and a second sheet with the points of every criterion."""
    return xlsx_bytes(_ranking_table(edition, translate, title), criteria_table(edition, translate))


def notes(edition: Edition, translate: Callable[..., str]) -> tuple[str, ...]:
    """What stands above every table: mark, edition, decision, where to check."""
    given, decision = edition.computation.given, edition.decision
    lines = [translate(MARKS[given.marked])] if given.marked else []
    lines.append(
        translate("Ấn bản %(number)s, công bố %(day)s", number=edition.number, day=date_text(edition.published_on))
    )
    if decision.number:
        lines.append(
            translate(
                "Quyết định số %(number)s ngày %(day)s, người ký %(signer)s",
                number=decision.number, day=date_text(decision.date), signer=decision.signer,
            )
        )  # fmt: skip
    if given.printed:
        lines.append(given.printed.source)
    return tuple(lines)


def _ranking_table(edition: Edition, translate: Callable[..., str], title: str) -> Table:
    places = int(str(edition.computation.given.criteria_set.document.get("print_places", 2)))
    columns, known = [Column(title=translate("STT"), width=6)], columns_of(edition)
    printed = (*ON_PAPER, *(name for name in GROUP_COLUMNS if name in known))
    for meaning in (known[name] for name in printed):
        own = Column(title="", places=places) if meaning.width is None else Column(title="", width=meaning.width)
        columns += [msgspec.structs.replace(own, title=translate(head)) for head in meaning.heads]
    lines = [
        (number, *(cell for name in printed for cell in cells(row, name)))
        for number, row in enumerate(ranking_rows(edition), start=1)
    ]
    return Table(title=title, notes=notes(edition, translate), columns=tuple(columns), rows=lines)


def criteria_table(edition: Edition, translate: Callable[..., str]) -> Table:
    """Points of every area and criterion, a row each, an agency a column."""
    given = edition.computation.given
    criteria_set = scoring.from_document(given.criteria_set.document)
    results = {result.agency: result for result in edition.computation.results}
    columns = (
        Column(title=translate("Mã"), width=9),
        Column(title=translate("Lĩnh vực, tiêu chí"), width=50),
        Column(title=translate("Điểm tối đa"), places=2, width=9),
        *(Column(title=agency.name_vi, places=2, width=11) for agency in given.agencies),
    )
    lines = [
        (
            place.code, place.node.title.vi, place.node.max,
            *(_points(results[agency.code], place.code) for agency in given.agencies),
        )
        for place in scoring.walk(criteria_set)
    ]  # fmt: skip
    return Table(title=translate("Điểm từng tiêu chí"), notes=notes(edition, translate), columns=columns, rows=lines)


def _points(result: ResultDocument, code: str) -> Decimal | None:
    node = result.nodes.get(code)
    return _number(node.points) if node else None


CRITERIA_HEADER: Final = ("agency", "name", "code", "title", "points", "max", "state", "index", "marked", "edition")


def criteria_csv(edition: Edition) -> bytes:
    """Points of every agency and criterion, one a line."""
    given = edition.computation.given
    criteria_set = scoring.from_document(given.criteria_set.document)
    titles: Mapping[str, str] = {place.code: place.node.title.vi for place in scoring.walk(criteria_set)}
    names = {agency.code: agency.name_vi for agency in given.agencies}
    lines: list[list[TableValue]] = [
        [
            result.agency, names[result.agency], code, title, _number(result.nodes[code].points),
            _number(result.nodes[code].max), result.nodes[code].state, _number(result.nodes[code].index),
            given.marked, edition.number,
        ]
        for result in edition.computation.results
        for code, title in titles.items()
        if code in result.nodes
    ]  # fmt: skip
    return csv_bytes(CRITERIA_HEADER, lines)


def corrections_csv(edition: Edition) -> bytes:
    """Every cell that an edition corrects in the one before."""
    head = ["supersedes", *(field.name for field in msgspec.structs.fields(CorrectedCell))]
    lines: list[list[TableValue]] = []
    if note := edition.supersedes:
        lines = [[note.number, *msgspec.structs.astuple(cell)] for cell in note.cells]
    return csv_bytes(head, lines)
