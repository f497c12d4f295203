"""An edition as open data: the ranking by the contract, as JSON, CSV and XLSX, and every criterion's points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from parindex import scoring
from parindex.papers.csv_file import csv_bytes
from parindex.papers.table import Column, Table, Value
from parindex.papers.xlsx_file import xlsx_bytes
from parindex.publication.headline import in_order, unranked
from parindex.publication.model import Change, Edition
from parindex.rankings.model import AgencyDocument, ResultDocument
from parindex.text import N_, date_text

FIELDS: Final = (
    "agency", "name", "order", "index", "index_printed", "rank", "class", "rank_set", "appraised", "survey", "bonus",
    "penalty", "points", "max", "change",
)  # fmt: skip
"""Fields of a row, in the order of the contract."""

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
        "agencies": rows(edition),
    }


def rows(edition: Edition) -> list[dict[str, Any]]:
    """One row an agency: the ranked by rank, then the others in the official order."""
    agencies = {agency.code: agency for agency in edition.computation.given.agencies}
    changes = {change.agency: change for change in edition.changes}
    results = [*in_order(edition.computation), *unranked(edition.computation)]
    return [_row(result, agencies[result.agency], changes.get(result.agency)) for result in results]


def _row(result: ResultDocument, agency: AgencyDocument, change: Change | None) -> dict[str, Any]:
    return {
        "agency": agency.code,
        "name": agency.name_vi,
        "order": agency.order,
        "index": result.index,
        "index_printed": result.index_printed,
        "rank": result.rank,
        "class": result.class_,
        "rank_set": list(result.rank_set) if result.rank_set else None,
        "appraised": result.appraised,
        "survey": result.survey,
        "bonus": result.bonus,
        "penalty": result.penalty,
        "points": result.points,
        "max": result.max,
        "change": change.index if change else None,
    }


def ranking_csv(edition: Edition) -> bytes:
    """The same rows as CSV, with the interval that the page draws and the mark of the data.

    A rank set is two columns, so that no spreadsheet reads ``1-4`` as a date.
    """
    header = [field for field in FIELDS if field != "rank_set"]
    at = header.index("class") + 1
    header[at:at] = ["rank_set_lower", "rank_set_upper"]
    header += ["interval_lower", "interval_upper", "marked", "edition"]
    results = {result.agency: result for result in edition.computation.results}
    lines: list[list[Value]] = []
    for row in rows(edition):
        interval = results[row["agency"]].interval or (None, None)
        lower, upper = row["rank_set"] or (None, None)
        values = {
            **row, "rank_set_lower": lower, "rank_set_upper": upper, "interval_lower": _number(interval[0]),
            "interval_upper": _number(interval[1]), "marked": edition.computation.given.marked,
            "edition": edition.number,
        }  # fmt: skip
        lines.append([_cell(field, values[field]) for field in header])
    return csv_bytes(header, lines)


_NUMBERS: Final = frozenset(
    {"index", "index_printed", "appraised", "survey", "bonus", "penalty", "points", "max", "change"}
)


def _cell(field: str, value: Any) -> Value:
    return _number(value) if field in _NUMBERS else value


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
    columns = (
        Column(title=translate("STT"), width=6),
        Column(title=translate("Mã"), width=10),
        Column(title=translate("Đơn vị"), width=40),
        Column(title=translate("Điểm thẩm định"), places=places),
        Column(title=translate("Điểm điều tra XHH"), places=places),
        Column(title=translate("Điểm thưởng"), places=places),
        Column(title=translate("Điểm trừ"), places=places),
        Column(title=translate("Tổng điểm"), places=places),
        Column(title=translate("Chỉ số (%)"), places=places),
        Column(title=translate("Xếp loại"), width=9),
        Column(title=translate("Xếp hạng"), width=9),
        Column(title=translate("Khoảng hạng, từ"), width=9),
        Column(title=translate("Khoảng hạng, đến"), width=9),
        Column(title=translate("Tăng/giảm"), places=places),
    )
    lines = [
        (
            number, row["agency"], row["name"], _number(row["appraised"]), _number(row["survey"]),
            _number(row["bonus"]), _number(row["penalty"]), _number(row["points"]), _number(row["index_printed"]),
            row["class"], row["rank"], *(row["rank_set"] or (None, None)), _number(row["change"]),
        )
        for number, row in enumerate(rows(edition), start=1)
    ]  # fmt: skip
    return Table(title=title, notes=notes(edition, translate), columns=columns, rows=lines)


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
    lines: list[list[Value]] = [
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
