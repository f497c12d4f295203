"""Reading the file of a year: everything that is wrong in it at once, each with line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from parindex.access.model import ROLES, SYSTEM
from parindex.access.people import login_name
from parindex.agencies.model import TIERS
from parindex.assessments.mergers.treatments import MERGER_TREATMENTS
from parindex.commands.failures import JUDGED, exit_code_of
from parindex.commands.loading.faults import LoadFault
from parindex.commands.loading.year_file import (
    BodyGiven,
    CycleGiven,
    MergerGiven,
    PersonGiven,
    SuccessorGiven,
    SurveyGiven,
    TenantGiven,
    YearFile,
)
from parindex.messages import N_, Failure, Message
from parindex.reading.complaint import Complaint
from parindex.reading.dates import day
from parindex.reading.text import one_line, unmeant
from parindex.scoring import Defect
from parindex.scoring.law.reading import Fields, SetReading
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, read_tree

YearValue = TypeVar("YearValue")
LARGEST: Final = 2**31 - 1
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
MOST_WITHDRAWALS: Final = 9
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


class YearRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of a year says."""

    file: str
    """What it is called."""

    year: YearFile
    """Its content, without what cannot be taken."""

    places: Mapping[str, Node]
    """Where each value stands, such as ``cycle.bodies.home-affairs.agency``."""

    values: Mapping[str, Any]
    """What can be taken by where it stands, also of a part in which something else is wrong."""

    names: Mapping[str, str]
    """Other files that it names, by where it names them, such as ``cycle.criteria``."""

    sheets: Mapping[str, str]
    """The sheets of those that name one, by the same places."""

    faults: tuple[LoadFault, ...]
    """Everything that cannot be taken."""

    def fault(self, where: str, what: Message, *, exit_code: int = JUDGED) -> LoadFault:
        """A fault at a value of the file, or at the nearest place above it."""
        near = where
        while near and near not in self.places:
            near = re.sub(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[\]]+)\Z", "", near)
        at = self.places.get(near)
        line, column = (at.line, at.column) if at else (1, 1)
        return LoadFault(file=self.file, what=what, line=line, column=column, exit_code=exit_code)


def read_year(path: Path, data: bytes) -> YearRead:
    """The file, strictly: an unknown key, a key twice or a value of another type is a fault."""
    return _YearReader(str(path)).read(data)


class _YearReader:
    """Reads one file; collects what is wrong and where everything stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.reading = SetReading(file)
        self.places: dict[str, Node] = {}
        self.names: dict[str, str] = {}
        self.sheets: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.faults: list[LoadFault] = []
        self.days: dict[str, date] = {}
        self.assessed: int | None = None

    def read(self, data: bytes) -> YearRead:
        defects: list[Defect] = []
        tree = read_tree(data, defects)
        self.reading.defects += [msgspec.structs.replace(defect, file=self.file) for defect in defects]
        year = YearFile(tenant=None) if tree is None else self._year(tree)
        return YearRead(
            file=self.file, year=year, places=self.places, values=self.values, names=self.names, sheets=self.sheets,
            faults=self._all(),
        )  # fmt: skip

    def _all(self) -> tuple[LoadFault, ...]:
        told = [
            LoadFault(file=self.file, what=one, line=one.line, column=one.column, exit_code=exit_code_of([one]))
            for one in self.reading.defects
        ]
        return tuple(sorted([*told, *self.faults], key=lambda fault: (fault.line, fault.column)))

    def _year(self, node: Node) -> YearFile:
        fields = self.reading.fields(node, ("tenant", "people", "agencies", "cycle", "survey", "mergers"), ("tenant",))
        if fields is None:
            return YearFile(tenant=None)
        year = YearFile(
            tenant=self._take(fields, "tenant", "", self._tenant),
            people=self._take(fields, "people", "", self._people) or (),
            agencies=self._take(fields, "agencies", "", self._table),
            cycle=self._take(fields, "cycle", "", self._cycle),
            survey=self._take(fields, "survey", "", self._survey),
            mergers=self._take(fields, "mergers", "", self._mergers) or (),
        )
        self._check_days()
        return year

    def _take(
        self, fields: Fields, name: str, above: str, read: Callable[[Node, str], YearValue | None]
    ) -> YearValue | None:
        """The value under a key; what is left blank is not given."""
        node = fields.get(name)
        where = f"{above}.{name}" if above else name
        if node is not None:
            self.places[where] = node
        if node is None or _blank(node):
            return None
        value = read(node, where)
        if value is not None:
            self.values[where] = value
        return value

    def _part(
        self,
        node: Node,
        where: str,
        kind: Callable[..., YearValue],
        needed: Mapping[str, Any],
        optional: Mapping[str, Any],
    ) -> YearValue | None:
        """One part of the file; none where something that it needs is missing or cannot be taken."""
        fields = self.reading.fields(node, (*needed, *optional), needed)
        if fields is None:
            return None
        for name in needed:
            if name in fields and _blank(fields.values[name]):
                self.reading.fail(fields.values[name], "empty_text")
        values = {name: self._take(fields, name, where, read) for name, read in {**needed, **optional}.items()}
        if any(values[name] is None for name in needed):
            return None
        return kind(**{name: value for name, value in values.items() if value is not None})

    def _tenant(self, node: Node, where: str) -> TenantGiven | None:
        needed = {"code": self._tenant_code, "name_vi": self._text}
        return self._part(node, where, TenantGiven, needed, {"name_en": self._text})

    def _people(self, node: Node, where: str) -> tuple[PersonGiven, ...]:
        needed = {"login": self._text, "name": self._text, "roles": self._roles}
        people: list[PersonGiven] = []
        first: dict[str, int] = {}
        for number, item in enumerate(self.reading.items(node, empty=True) or ()):
            person = self._part(item, f"{where}[{number}]", PersonGiven, needed, {"agency": self._text})
            self.places[f"{where}[{number}]"] = item
            if person is None:
                continue
            earlier = first.setdefault(login_name(person.login), item.line)
            if earlier != item.line or any(login_name(one.login) == login_name(person.login) for one in people):
                said = N_("people: tên đăng nhập “%(login)s” đã có ở dòng %(earlier)s; mỗi tài khoản chỉ khai một lần.")
                self._fault(item, Failure(said, login=person.login, earlier=earlier))
            people.append(person)
            self.values[f"{where}[{number}]"] = person
            self.places[f"people:{login_name(person.login)}"] = item
        return tuple(people)

    def _roles(self, node: Node, where: str) -> tuple[str, ...] | None:
        items = self.reading.items(node, empty=True)
        if items is None:
            return None
        roles = [self.reading.one_of(item, tuple(ROLES)) for item in items]
        if SYSTEM in roles and len(set(roles)) > 1:
            said = N_("%(name)s: vai trò %(role)s đứng riêng, tài khoản đó không có vai trò nào khác.")
            self._fault(node, Failure(said, name=where, role=SYSTEM))
        return tuple(dict.fromkeys(role for role in roles if role is not None))

    def _cycle(self, node: Node, where: str) -> CycleGiven | None:
        needed = {
            "year": self._year_assessed, "tier": self._tier, "criteria": self._file, "bodies": self._bodies,
            "opens_on": self._day, "last_day": self._day, "appraisal_last_day": self._day,
        }  # fmt: skip
        optional = {
            "family": self._family, "attributes": self._table, "closing_day": self._day, "group_by": self._attribute,
            "withdrawals": self._withdrawals, "owners": self._table,
        }  # fmt: skip
        return self._part(node, where, CycleGiven, needed, optional)

    def _bodies(self, node: Node, where: str) -> dict[str, BodyGiven] | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        bodies: dict[str, BodyGiven] = {}
        for key, value in entries:
            at = f"{where}.{key.text}"
            self.places[at] = key
            needed = {"agency": self._text, "substitute": self._text}
            body = self._part(value, at, BodyGiven, needed, {"above": self._yes_or_no})
            if body is None:
                continue
            if body.agency == body.substitute:
                said = N_("%(name)s: cơ quan thay thế phải khác cơ quan thẩm định (đang cùng là %(found)s).")
                self._fault(value, Failure(said, name=at, found=body.agency))
            bodies[key.text] = body
        return bodies

    def _survey(self, node: Node, where: str) -> SurveyGiven | None:
        needed = {
            "instrument": self._file, "form": self._text, "title_vi": self._text, "opens_on": self._day,
            "closes_on": self._day, "sample": self._table,
        }  # fmt: skip
        optional = {"title_en": self._text, "min_n": self._least_n, "contact": self._text}
        return self._part(node, where, SurveyGiven, needed, optional)

    def _mergers(self, node: Node, where: str) -> tuple[MergerGiven, ...]:
        needed = {"from": self._codes, "into": self._into, "on": self._day, "number": self._text, "date": self._day}
        mergers = []
        for number, item in enumerate(self.reading.items(node, empty=True) or ()):
            at = f"{where}[{number}]"
            self.places[at] = item
            merger = self._part(item, at, _merger, needed, {"sheets": self._treatments})
            if merger is not None:
                mergers.append(msgspec.structs.replace(merger, at=at))
        return tuple(mergers)

    def _codes(self, node: Node, where: str) -> tuple[str, ...] | None:
        """Codes of agencies, each once."""
        found: list[str] = []
        for item in self.reading.items(node) or ():
            code = self._text(item, where)
            if code is not None and code in found:
                self._fault(
                    item, Failure(N_("%(name)s: mã %(found)s đã có trong danh sách này."), name=where, found=code)
                )
            elif code is not None:
                found.append(code)
        return tuple(found) or None

    def _into(self, node: Node, where: str) -> SuccessorGiven | None:
        """Code of an agency that exists, or code and name of one that begins."""
        if not isinstance(node, Mapping_):
            code = self._text(node, where)
            return None if code is None else SuccessorGiven(code=code)
        needed = {"code": self._text, "name_vi": self._text}
        return self._part(node, where, SuccessorGiven, needed, {"name_en": self._text, "short_name": self._text})

    def _treatments(self, node: Node, where: str) -> dict[str, str] | None:
        """What becomes of the sheets of every open year, or of each by its name."""
        if not isinstance(node, Mapping_):
            treatment = self.reading.one_of(node, tuple(MERGER_TREATMENTS))
            return None if treatment is None else {"": treatment}
        found = {}
        for key, value in self.reading.mapping(node) or ():
            self.places[f"{where}.{key.text}"] = value
            treatment = self.reading.one_of(value, tuple(MERGER_TREATMENTS))
            if treatment is not None:
                found[key.text] = treatment
        return found

    # values

    def _text(self, node: Node, where: str) -> str | None:
        """A text of one line, without what nobody sees."""
        del where
        text = self.reading.string(node)
        if text is None:
            return None
        if found := unmeant(text):
            self.reading.fail(node, "control_character", found=found)
            return None
        seen = one_line(text)
        if not seen:
            self.reading.fail(node, "empty_text")
        return seen or None

    def _table(self, node: Node, where: str) -> str | None:
        """A file of rows; of a workbook also ``{file: …, sheet: …}``."""
        if not isinstance(node, Mapping_):
            return self._file(node, where)
        fields = self.reading.fields(node, ("file", "sheet"), ("file",))
        if fields is None or (of := fields.get("file")) is None:
            return None
        if (sheet := fields.get("sheet")) is not None and (called := self._text(sheet, where)) is not None:
            self.sheets[where] = called
        return self._file(of, where)

    def _file(self, node: Node, where: str) -> str | None:
        name = self._text(node, where)
        if name is not None:
            self.names[where] = name
        return name

    def _tenant_code(self, node: Node, where: str) -> str | None:
        del where
        return self.reading.string(node, _TENANT, "tenant_code")

    def _family(self, node: Node, where: str) -> str | None:
        del where
        return self.reading.string(node, _SLUG, "slug")

    def _tier(self, node: Node, where: str) -> str | None:
        del where
        tier: str | None = self.reading.one_of(node, tuple(TIERS))
        return tier

    def _year_assessed(self, node: Node, where: str) -> int | None:
        del where
        self.assessed = self.reading.integer(node, FIRST_YEAR, LAST_YEAR)
        return self.assessed

    def _least_n(self, node: Node, where: str) -> int | None:
        del where
        return self.reading.integer(node, 2, LARGEST)

    def _withdrawals(self, node: Node, where: str) -> int | None:
        del where
        return self.reading.integer(node, 0, MOST_WITHDRAWALS)

    def _yes_or_no(self, node: Node, where: str) -> bool | None:
        del where
        return self.reading.boolean(node)

    def _attribute(self, node: Node, where: str) -> str | None:
        """Name of an attribute, with or without the mark that facts put before it; empty for none."""
        if isinstance(node, Scalar) and not node.text:
            return ""
        name = self._text(node, where)
        return None if name is None else name.removeprefix("@")

    def _day(self, node: Node, where: str) -> date | None:
        scalar = self.reading.scalar(node, "date")
        if scalar is None:
            return None
        try:
            self.days[where] = day(scalar.text)
        except Complaint as complaint:
            self._fault(node, Failure(N_("%(name)s: %(why)s"), name=where, why=complaint))
        return self.days.get(where)

    def _fault(self, node: Node, what: Message) -> None:
        self.faults.append(LoadFault(file=self.file, what=what, line=node.line, column=node.column, exit_code=JUDGED))

    def _check_days(self) -> None:
        """Days in their order and near the year: what the database would refuse without naming the file."""
        days = self.days
        for early, late in _ORDER:
            if early in days and late in days and days[late] < days[early]:
                said = N_("%(late)s (%(last)s) phải sau %(early)s (%(first)s)")
                told = {"late": late, "last": days[late], "early": early, "first": days[early]}
                self._fault(self.places[late], Failure(said, **told))
        near = self.assessed
        for name, found in days.items():
            if name.startswith("mergers"):
                continue  # a merger may be of any year
            if near is not None and not near - 1 <= found.year <= near + 3:
                said = N_("%(name)s (%(day)s) cách xa năm %(year)s: kiểm tra lại năm đã gõ")
                self._fault(self.places[name], Failure(said, name=name, day=found, year=near))


def _merger(**given: Any) -> MergerGiven:
    """``from`` is no name of Python's."""
    return MergerGiven(ending=given.pop("from"), **given)


def _blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.kind == "null"


_ORDER: Final = (
    ("cycle.opens_on", "cycle.last_day"),
    ("cycle.last_day", "cycle.closing_day"),
    ("cycle.last_day", "cycle.appraisal_last_day"),
    ("survey.opens_on", "survey.closes_on"),
)
"""Days that follow one another."""
