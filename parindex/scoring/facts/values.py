"""Facts: one value from text, and the CSV of section 2 of the contracts."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex.reading import dates
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import ASKING, BrokenTable, CsvRows, TableFault, place_of
from parindex.reading.lookalikes import nearest
from parindex.reading.numbers import has_two_readings, thousands
from parindex.reading.tables import table_rows
from parindex.reading.text import cell
from parindex.reading.workbook_rows import WorkbookRows
from parindex.scoring.digits import ESTIMATE_PLACES, rounded, shortest
from parindex.scoring.law.inputs import Expected, Value
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import Compiled, compiled
from parindex.scoring.refusals import Refusal, RefusedFacts, RefusedValue

HEADER: Final = ["agency", "name", "value"]
MOST_TEXT: Final = 200
YEARS_BEFORE: Final = 9
"""Years before the first that a set measures from which a day is taken as it stands."""
YEARS_AFTER: Final = 2
"""Years after the last one."""
MOST_SUGGESTIONS: Final = 2000
"""Different names in a file up to which an unknown one is compared with all that are known."""

_COUNT: Final = re.compile(r"\+?[0-9]{1,18}\Z")
_NUMBER: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
_EXPONENT: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{1,2}\Z")
_COMMA: Final = re.compile(r"[-+]?[0-9][0-9.]*,[0-9]+\Z")

_OF_TABLES: Final[Mapping[str, str]] = {
    "not_utf8": "not_utf8",
    "bad_csv": "bad_csv",
    "row_too_long": "wrong_width",
    "row_too_short": "wrong_width",
    "unmeant_character": "control_character",
    "cell_old_font": "old_font",
}
"""What is wrong with a table, as a refusal."""

_PLACE: Final = ("sheet", "cell")
"""Where in a workbook."""

_CELLS: Final[Mapping[str, str]] = {
    "no_agency": "agency",
    "repeated_fact": "name",
    "unknown_name": "name",
    "not_applicable_not_allowed": "name",
}
"""The column in which what is refused stands; else that of the values."""

AgencyFacts = Mapping[str, Value]
FactsByAgency = Mapping[str, AgencyFacts]


def parse_value(criteria_set: CriteriaSet, name: str, text: str) -> Value:
    """The typed value of a fact from its text.

    Args:
        criteria_set: What says which facts there are and of which type.
        name: Full name, such as `dossiers`, `1.1.issued`, `@region`, `1.1.decided`.
        text: Not empty; outer spaces don't count.

    Raises:
        RefusedValue: the name is not known (with the nearest known one) or the value not of its type.
    """
    return _parse(_expected(compiled(criteria_set), cell(name)), cell(text))


def write_value(value: Value) -> str:
    """Canonical text of a value.

    >>> write_value(True), write_value(Decimal("1.50")), write_value(date(2025, 1, 31))
    ('true', '1.5', '2025-01-31')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return shortest(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def ask_far_day(criteria_set: CriteriaSet, day: date) -> None:
    """Ask about a day far from the years that a set measures and from the days that its rules name.

    Raises:
        RefusedValue: ``date_far`` with the years between which a day is taken as it stands.
    """
    least, most = criteria_set.years[0] - YEARS_BEFORE, criteria_set.years[-1] + YEARS_AFTER
    if least <= day.year <= most:
        return
    named = [year for year in compiled(criteria_set).years if not least <= year <= most]
    least, most = min([least, *named]), max([most, *named])
    if not least <= day.year <= most:
        raise RefusedValue("date_far", {"found": day.isoformat(), "least": least, "most": most})


def _expected(ready: Compiled, name: str, *, suggest: bool = True) -> Expected:
    found = ready.expected.get(name)
    if found is None and not suggest:
        raise RefusedValue("unknown_name", {"found": name, "nearest": ""})
    if found is None:
        raise RefusedValue("unknown_name", {"found": name, "nearest": _nearest(name, ready.expected)})
    if not found.allowed:
        raise RefusedValue("not_applicable_not_allowed", {"found": name})
    return found


def _nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like it, of the same criterion where it names one that has any."""
    code = name.rpartition(".")[0]
    own = [one for one in known if one.startswith(f"{name}.")] or [
        one for one in known if code and one.rpartition(".")[0] == code
    ]
    if not own:
        return nearest(name, known) or ""
    return difflib.get_close_matches(name[:MOST_TEXT], own, n=1, cutoff=0.0)[0]


def _parse(expected: Expected, text: str) -> Value:
    if len(text) > MOST_TEXT:
        raise RefusedValue("value_too_long", {"found": text[:40] + "…", "expected": MOST_TEXT})
    match expected.type:
        case "boolean":
            return _boolean(text)
        case "count":
            return _count(text)
        case "choice":
            return _choice(text, expected)
        case "date":
            return _date(text)
        case "text":
            return text
        case _:
            return _number(text, expected)


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise RefusedValue("not_boolean", {"found": text})
    return text.lower() == "true"


def _count(text: str) -> int:
    if not _COUNT.match(text):
        raise RefusedValue("decimal_comma" if _COMMA.match(text) else "not_count", {"found": text})
    return int(text)


def _choice(text: str, expected: Expected) -> str:
    if text not in expected.options:
        near = nearest(text, expected.options) or ""
        raise RefusedValue("not_option", {"found": text, "nearest": near, "expected": expected.options})
    return text


def _date(text: str) -> date:
    try:
        return dates.day(text)
    except Complaint as complaint:
        code = "year_outside" if complaint.code == "value_year_outside" else "not_date"
        raise RefusedValue(code, {"found": text, "least": dates.FIRST_YEAR, "most": dates.LAST_YEAR}) from None


def _number(text: str, expected: Expected) -> Decimal:
    share = expected.type == "share"
    if not (_NUMBER.match(text) or (share and _EXPONENT.match(text))):
        raise RefusedValue("decimal_comma" if _COMMA.match(text) else "not_number", {"found": text})
    value = Decimal(text)
    if len(text) > 60:
        raise RefusedValue("value_too_long", {"found": text[:40] + "…", "expected": 60})
    too_low = expected.least is not None and value < expected.least
    if too_low or (expected.most is not None and value > expected.most):
        raise RefusedValue("out_of_range", {"found": text, "least": expected.least, "most": expected.most})
    if expected.places is not None and value != rounded(value, expected.places):
        raise RefusedValue("too_many_places", {"found": text, "expected": expected.places})
    return rounded(value, ESTIMATE_PLACES) if share else Decimal(shortest(value))


def _readings(text: str) -> str:
    """Both numbers, as a file writes them without a question.

    >>> _readings("-1.234"), _readings("12,500")
    ('-1234, -1.2340', '12500, 12.5000')
    """
    sign = "-" if text.startswith("-") else ""
    return f"{sign}{thousands(text)}, {text.replace(',', '.')}0"


class FactsReader:
    """Reads one file and collects what is refused."""

    def __init__(self, ready: Compiled):
        self.ready = ready
        self.refusals: list[Refusal] = []
        self.facts: dict[str, dict[str, Value]] = {}
        self.first: dict[tuple[str, str], int] = {}
        self.names: dict[str, Expected | RefusedValue] = {}
        self.asking = False
        self.spoiled = 0

    def read(self, data: bytes, sheet: str | None = None) -> FactsByAgency:
        """Every fact of a file that can be read, of a workbook of one sheet; what is refused is in `refusals`."""
        for row, cells in self.rows_below(self.table(data, sheet)):
            self.row(row, cells)
        return self.facts

    def refuse(self, row: int, code: str, agency: str | None = None, **values: object) -> None:
        """Note a refused row."""
        told = {**values, **place_of(row, _CELLS.get(code, "value"))}
        self.refusals.append(Refusal(code=code, values=told, row=row, agency=agency))

    def table(self, data: bytes, sheet: str | None = None) -> CsvRows | WorkbookRows:
        """The file as rows.

        Raises:
            RefusedFacts: bytes that are no text.
            BrokenTable: a workbook that cannot be taken as it stands, or does not have the sheet.
        """
        try:
            rows = table_rows(data, HEADER, HEADER, sheet)
        except BrokenTable as broken:
            if any(fault.code not in _OF_TABLES for fault in broken.faults):
                raise
            self.take(broken.faults)
            raise RefusedFacts(self.refusals) from None
        if isinstance(rows, WorkbookRows) and any(
            fault.code not in (*_OF_TABLES, "heads_repeated") for fault in rows.faults
        ):
            raise BrokenTable(rows.faults)
        return rows

    def rows(self, lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row of a CSV below the header."""
        return self.rows_below(CsvRows(lines, HEADER))

    def rows_below(self, rows: CsvRows | WorkbookRows) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row below the header."""
        self.asking = rows.delimiter in ASKING
        if [name.lower() for name in rows.head] != HEADER:
            self.take([fault for fault in rows.faults if fault.code == "bad_csv"])
            if not self.refusals:
                head = next((fault.cells for fault in rows.faults if fault.code == "delimiter_unknown"), rows.head)
                found = rows.delimiter.join(head)[:80]
                self.refuse(rows.head_row, "bad_header", found=found, expected=",".join(HEADER))
            return
        told = 0
        for number, cells in rows:
            self.take(rows.faults[told:])
            told = len(rows.faults)
            if self.spoiled != number:
                yield number, cells
        self.take(rows.faults[told:])

    def take(self, faults: Iterable[TableFault]) -> None:
        """Note what is wrong with the table itself."""
        for fault in faults:
            cells = fault.cells
            self.spoiled = fault.row
            if len(cells) == 4 and _COMMA.match(f"{cells[2]},{cells[3]}"):
                self.refuse(fault.row, "decimal_comma", cells[0], name=cells[1], found=f"{cells[2]},{cells[3]}")
            else:
                told = {key: value for key, value in fault.values.items() if key in ("found", "expected", *_PLACE)}
                self.refusals.append(Refusal(code=_OF_TABLES[fault.code], values=told, row=fault.row))

    def row(self, row: int, cells: list[str]) -> None:
        """Take in one row."""
        agency, name, text = cells
        if not agency:
            self.refuse(row, "no_agency")
            return
        facts = self.facts.setdefault(agency, {})
        if (agency, name) in self.first:
            self.refuse(row, "repeated_fact", agency, found=name, first=self.first[agency, name])
            return
        self.first[agency, name] = row
        try:
            expected = self.expected(name)
            if text:
                facts[name] = self.value(expected, text)
        except RefusedValue as error:
            self.refuse(row, error.code, agency, name=name, **error.values)

    def value(self, expected: Expected, text: str) -> Value:
        """A value of a file: what could be two numbers, or a day of another time than the set's, is asked about."""
        number = expected.type in {"decimal", "percent"}
        if self.asking and number and has_two_readings(text):
            raise RefusedValue("two_readings", {"found": text, "expected": _readings(text)})
        value = _parse(expected, text)
        if isinstance(value, date):
            ask_far_day(self.ready.criteria_set, value)
        return value

    def expected(self, name: str) -> Expected:
        """What the value of a fact may be; raises what is wrong with its name."""
        found = self.names.get(name)
        if found is None:
            try:
                found = _expected(self.ready, name, suggest=len(self.names) < MOST_SUGGESTIONS)
            except RefusedValue as error:
                found = error
            self.names[name] = found
        if isinstance(found, RefusedValue):
            raise found
        return found
