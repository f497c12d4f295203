"""A year as one file: who runs it, who takes part, by which criteria set, with which survey."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

import msgspec

from parindex.messages import Failure
from parindex.reading.text import nfc
from parindex.reading.yaml_tree import YamlFault, plain_value, read_tree
from parindex.text import N_

YearPart = TypeVar("YearPart")
LIMIT: Final = 20_000_000
"""Bytes that one file may have."""


class BrokenFile(Failure, ValueError):
    """A file that cannot be taken."""


class _Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every part of the file is: closed, so that a mistyped key is an error."""


class TenantGiven(_Given, frozen=True, kw_only=True):
    """Who runs the index."""

    code: str
    """In addresses: ``/t/<code>``."""

    name_vi: str
    """Vietnamese name."""

    name_en: str | None = None
    """English name."""


class PersonGiven(_Given, frozen=True, kw_only=True):
    """Somebody who works here; gets a link to set a password."""

    login: str
    """Name typed at sign-in."""

    name: str
    """Name shown."""

    roles: tuple[str, ...]
    """Roles of the policy table."""

    agency: str | None = None
    """Code of the agency that the person works for."""


class BodyGiven(_Given, frozen=True, kw_only=True):
    """Which agency a body of the criteria set is."""

    agency: str
    """Code of the agency that appraises."""

    substitute: str
    """Code of the agency that appraises the first one's own sheet."""


class CycleGiven(_Given, frozen=True, kw_only=True):
    """The year."""

    year: int
    """The year that is assessed."""

    tier: Literal["ministry", "province", "department", "district", "commune"]
    """Tier of the agencies that take part."""

    family: str = "par-index"
    """The index."""

    criteria: str
    """File of the criteria set."""

    bodies: dict[str, BodyGiven]
    """By the names that the criteria set gives to appraising bodies."""

    opens_on: date
    """First day of self-assessment."""

    last_day: date
    """Its last day, until 24:00."""

    appraisal_last_day: date
    """Last day of appraisal."""

    attributes: str | None = None
    """CSV ``agency,name,value`` of what the set asks of the agency itself (``@region``)."""


class SurveyGiven(_Given, frozen=True, kw_only=True):
    """The survey of the year."""

    instrument: str
    """File of the instrument."""

    form: str
    """Which of its forms is asked."""

    title_vi: str
    """Name that respondents read."""

    title_en: str | None = None
    """English name."""

    opens_on: date
    """First day."""

    closes_on: date
    """Last day."""

    min_n: int = 30
    """Groups with fewer responses are not shown."""

    contact: str | None = None
    """Whom a respondent may ask."""

    sample: str
    """CSV of the places that were drawn."""


class YearFile(_Given, frozen=True, kw_only=True):
    """The whole file."""

    tenant: TenantGiven
    """Who runs the index."""

    people: tuple[PersonGiven, ...] = ()
    """Accounts."""

    agencies: str | None = None
    """CSV of the registry."""

    cycle: CycleGiven | None = None
    """The year."""

    survey: SurveyGiven | None = None
    """Its survey."""


class Files:
    """The files of a year, beside the one that names them."""

    def __init__(self, year: Path) -> None:
        self.folder = year.parent

    def read(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            BrokenFile: it cannot be read, or is too large.
        """
        path = self.folder / name
        try:
            if path.stat().st_size > LIMIT:
                raise BrokenFile(N_("%(path)s lớn hơn %(limit)s byte."), path=path, limit=LIMIT)
            return path.read_bytes()
        except OSError as error:
            raise BrokenFile(N_("Không đọc được %(path)s: %(why)s."), path=path, why=error.strerror or error) from error

    def text(self, name: str) -> str:
        """The text of a file, in UTF-8 with or without BOM.

        Raises:
            BrokenFile: not UTF-8.
        """
        try:
            return nfc(self.read(name).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise BrokenFile(
                N_("%(path)s không phải là văn bản UTF-8 (byte thứ %(at)s)."), path=self.folder / name, at=error.start
            ) from error


def read_year(path: Path) -> YearFile:
    """The file, strictly: an unknown key or a value of another type is an error.

    Raises:
        BrokenFile: with the place of the fault.
    """
    faults: list[YamlFault] = []
    tree = read_tree(Files(path).read(path.name), faults)
    if faults:
        raise _broken(faults[0], path)
    year = _converted(None if tree is None else plain_value(tree), YearFile, path)
    _check_days(year, path)
    return year


def _check_days(year: YearFile, path: Path) -> None:
    """Days in their order and near the year: what the database would refuse without naming the file."""
    near = None if year.cycle is None else year.cycle.year
    spans: list[tuple[str, date, str, date]] = []
    if year.cycle is not None:
        spans += [
            ("cycle.opens_on", year.cycle.opens_on, "cycle.last_day", year.cycle.last_day),
            ("cycle.last_day", year.cycle.last_day, "cycle.appraisal_last_day", year.cycle.appraisal_last_day),
        ]
    if year.survey is not None:
        spans.append(("survey.opens_on", year.survey.opens_on, "survey.closes_on", year.survey.closes_on))
    wrong = [
        Failure(
            N_("%(late)s (%(last)s) phải sau %(early)s (%(first)s)"), late=late, last=last, early=early, first=first
        )
        for early, first, late, last in spans
        if last < first
    ]
    days = {name: day for early, first, late, last in spans for name, day in ((early, first), (late, last))}
    wrong += [
        Failure(N_("%(name)s (%(day)s) cách xa năm %(year)s: kiểm tra lại năm đã gõ"), name=name, day=day, year=near)
        for name, day in days.items()
        if near is not None and not near - 1 <= day.year <= near + 3
    ]
    if wrong:
        raise BrokenFile(N_("%(where)s: nội dung không đúng: %(why)s."), where=path, why=wrong[0])


def _broken(fault: YamlFault, path: Path) -> BrokenFile:
    """What YAML may not hold, in words."""
    found = fault.values.get("found")
    if fault.code == "repeated_key":
        return BrokenFile(
            N_("%(source)s, dòng %(line)s: khóa %(key)s lặp lại."), source=path, line=fault.line, key=found
        )  # fmt: skip
    return BrokenFile(
        N_("%(path)s, dòng %(line)s: không đúng dạng YAML (%(why)s)."), path=path, line=fault.line,
        why=found if fault.code == "yaml_syntax" else Failure(_NOT_YAML[fault.code], found=found),
    )  # fmt: skip


_NOT_YAML: Final = {
    "alias": N_("không dùng neo %(found)s"),
    "anchor": N_("không dùng neo %(found)s"),
    "tag": N_("không dùng thẻ %(found)s"),
    "complex_key": N_("khóa phải là một từ"),
    "too_nested": N_("quá nhiều cấp lồng nhau"),
    "several_documents": N_("chỉ được có một tài liệu"),
    "empty_file": N_("tệp rỗng"),
    "too_large": N_("tệp quá lớn"),
    "not_utf8": N_("không phải là văn bản UTF-8"),
    "control_character": N_("có ký tự điều khiển %(found)s"),
}
"""What else a file of a year may not hold."""


def _converted(content: Any, kind: type[YearPart], path: Path) -> YearPart:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise BrokenFile(N_("%(where)s: nội dung không đúng: %(why)s."), where=path, why=error) from None


Codes = dict[str, UUID]
"""Agencies by code."""
