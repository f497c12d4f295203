"""Facts: one value from text, and the CSV of section 2 of the contracts."""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from parindex.scoring.digits import ESTIMATE_PLACES, rounded, shortest
from parindex.scoring.law.inputs import Expected, Value
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.ready import Compiled, compiled
from parindex.scoring.refusals import Refusal, RefusedFacts, RefusedValue

HEADER: Final = ["agency", "name", "value"]
MOST_TEXT: Final = 200
MOST_SUGGESTIONS: Final = 2000
"""Different names in a file up to which an unknown one is compared with all that are known."""

_COUNT: Final = re.compile(r"\+?[0-9]{1,18}\Z")
_NUMBER: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z")
_EXPONENT: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]{1,2}\Z")
_COMMA: Final = re.compile(r"[-+]?[0-9][0-9.]*,[0-9]+\Z")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

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
    return _parse(_expected(compiled(criteria_set), _clean(name)), _clean(text))


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


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


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
    near = difflib.get_close_matches(name[:MOST_TEXT], own or known, n=1, cutoff=0.0)
    return near[0] if near else ""


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
        near = difflib.get_close_matches(text, expected.options, n=1, cutoff=0.0)
        raise RefusedValue("not_option", {"found": text, "nearest": near[0], "expected": expected.options})
    return text


def _date(text: str) -> date:
    try:
        if _DATE.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise RefusedValue("not_date", {"found": text})


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


class FactsReader:
    """Reads one file and collects what is refused."""

    def __init__(self, ready: Compiled):
        self.ready = ready
        self.refusals: list[Refusal] = []
        self.facts: dict[str, dict[str, Value]] = {}
        self.first: dict[tuple[str, str], int] = {}
        self.names: dict[str, Expected | RefusedValue] = {}

    def read(self, data: bytes) -> FactsByAgency:
        """Every fact of a file that can be read; what is refused is in `refusals`."""
        text = self.text(data)
        for row, cells in self.rows(io.StringIO(text, newline=""), next(iter(text.splitlines()), "")):
            self.row(row, cells)
        return self.facts

    def refuse(self, row: int, code: str, agency: str | None = None, **values: object) -> None:
        """Note a refused row."""
        self.refusals.append(Refusal(code=code, values=values, row=row, agency=agency))

    def text(self, data: bytes) -> str:
        """The file as text."""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = data[: error.start].count(b"\n") + 1
            self.refuse(row, "not_utf8", found=f"0x{data[error.start]:02X}")
            raise RefusedFacts(self.refusals) from None

    def rows(self, lines: Iterable[str], header: str) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of every row below the header; `header` is the first of the lines."""
        reader = csv.reader(lines, delimiter=";" if ";" in header else ",", strict=True)
        row = 1
        try:
            for cells in reader:
                if row == 1 and not self.is_header(cells):
                    break
                if row > 1:
                    yield row, [_clean(cell) for cell in cells]
                row = reader.line_num + 1
        except csv.Error as error:
            self.refuse(row, "bad_csv", found=str(error))
        if row == 1 and not self.refusals:
            self.refuse(1, "bad_header", found=header[:80], expected=",".join(HEADER))

    @staticmethod
    def is_header(cells: list[str]) -> bool:
        """Whether a row is the header."""
        return [_clean(cell).lower() for cell in cells] == HEADER

    def row(self, row: int, cells: list[str]) -> None:
        """Take in one row."""
        if not any(cells):
            return
        while len(cells) > len(HEADER) and not cells[-1]:
            cells.pop()
        if len(cells) != len(HEADER):
            self.wrong_width(row, cells)
            return
        agency, name, text = cells
        if not agency:
            self.refuse(row, "no_agency")
            return
        if agency not in self.facts and (control := _CONTROL.search(agency)):
            self.refuse(row, "control_character", found=f"U+{ord(control[0]):04X}")
            return
        facts = self.facts.setdefault(agency, {})
        if (agency, name) in self.first:
            self.refuse(row, "repeated_fact", agency, found=name, first=self.first[agency, name])
            return
        self.first[agency, name] = row
        try:
            expected = self.expected(name)
            if text:
                facts[name] = _parse(expected, text)
        except RefusedValue as error:
            self.refuse(row, error.code, agency, name=name, **error.values)

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

    def wrong_width(self, row: int, cells: list[str]) -> None:
        """Note a row with too few or too many cells."""
        comma = len(cells) == 4 and _COMMA.match(f"{cells[2]},{cells[3]}")
        if comma:
            self.refuse(row, "decimal_comma", cells[0], name=cells[1], found=f"{cells[2]},{cells[3]}")
        else:
            self.refuse(row, "wrong_width", found=len(cells), expected=len(HEADER))
