"""What becomes of each row of a sheet beside the accounts that are there: values in, values out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex.access.imports.model import (
    OF_AN_AGENCY,
    ImportPlan,
    KnownAccount,
    KnownAgency,
    PlannedPerson,
    SheetPerson,
    SheetRead,
)
from parindex.access.model import ROLES, SYSTEM
from parindex.access.people import login_name
from parindex.access.staff import role_days
from parindex.errors import FieldError
from parindex.messages import N_, Message
from parindex.reading import dates
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import place_of
from parindex.reading.lookalikes import nearest
from parindex.text import fold, translator

EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
"""What an address of mail looks like."""

NEAR: Final = N_(" Có phải “%(near)s”?")


class ImportGround(msgspec.Struct, frozen=True, kw_only=True):
    """What rows are held to."""

    agencies: Sequence[KnownAgency]
    """Agencies of today."""

    accounts: Mapping[str, KnownAccount]
    """Accounts by login."""

    today: date
    """The day in the tenant's zone."""

    zone: ZoneInfo
    """That zone."""


def planned(read: SheetRead, ground: ImportGround) -> ImportPlan:
    """What becomes of every row."""
    planning = _Planning(read, ground)
    return ImportPlan(
        rows=tuple(planning.row(row) for row in read.rows), heads=read.heads, passed_over=read.passed_over
    )


class _Planning:
    """Goes through a sheet from the top: a row knows those above it."""

    def __init__(self, read: SheetRead, ground: ImportGround) -> None:
        self.heads = read.heads
        self.ground = ground
        self.seen: dict[str, tuple[int, str, UUID | None]] = {}
        self.given: dict[str, list[tuple[str, datetime, datetime | None]]] = {}
        self.roles = _names_of_roles()
        self.agencies: dict[str, dict[UUID, KnownAgency]] = {}
        for agency in ground.agencies:
            for name in (agency.code, agency.name, agency.short):
                if name:
                    self.agencies.setdefault(fold(name), {})[agency.id] = agency

    def row(self, row: SheetPerson) -> PlannedPerson:
        faults = list(row.faults)
        if faults:
            return PlannedPerson(number=row.number, cells=row.cells, outcome="bad", faults=tuple(faults))

        def wrong(field: str, code: str, **values: Any) -> None:
            head = self.heads.get(field, "")
            told = {"row": row.number, "column": head, **place_of(row.number, head), **values}
            faults.append(FieldError(field=field, code=code, values=told))

        name = row.cells.get("name", "")
        if not name:
            wrong("name", "value_missing")
        email = row.cells.get("email", "")
        if email and not EMAIL.fullmatch(email):
            wrong("email", "email_wrong", found=email)
        login = login_name(row.cells.get("login") or email)
        if not login:
            wrong("login", "value_missing")
        role = self._role(row, wrong)
        agency = self._agency(row, wrong)
        if role in OF_AN_AGENCY and not row.cells.get("agency"):
            wrong("agency", "agency_needed")
        first, last = (self._day(row, field, wrong) for field in ("first", "last"))
        begins = first or self.ground.today
        if first is not None and first < self.ground.today:
            wrong("first", "day_passed")
        if last is not None and last < begins:
            wrong("last", "days_reversed")
        if faults:
            return PlannedPerson(number=row.number, cells=row.cells, outcome="bad", faults=tuple(faults))
        made = PlannedPerson(
            number=row.number, cells=row.cells, outcome="new", login=login, agency=agency, role=role, first=first,
            last=last,
        )  # fmt: skip
        return self._beside(made, name, wrong, faults)

    def _beside(self, made: PlannedPerson, name: str, wrong: Any, faults: list[FieldError]) -> PlannedPerson:
        """A row beside the accounts and the rows above it."""
        account = self.ground.accounts.get(made.login)
        agency_id = made.agency.id if made.agency else None
        earlier = self.seen.get(made.login)
        if account is not None and account.closed:
            wrong("login", "account_closed")
        elif account is not None and fold(account.name) != fold(name):
            wrong("login", "login_of_other", found=made.login, name=account.name)
        elif account is not None and made.agency is not None and account.agency_id != agency_id:
            wrong("agency", "agency_of_other", agency=account.agency or "–")
        elif earlier is not None and (fold(earlier[1]) != fold(name) or earlier[2] != agency_id):
            wrong("login", "name_differs", earlier=earlier[0], name=earlier[1])
        others = {role for role, _, _ in self.given.get(made.login, account.roles if account else [])} - {made.role}
        if SYSTEM in others or (made.role == SYSTEM and (others or (account is not None and account.signs_in))):
            wrong("role", "system_alone")
        if faults:
            return msgspec.structs.replace(made, outcome="bad", faults=tuple(faults))
        self.seen.setdefault(made.login, (made.number, name, agency_id))
        held = self.given.setdefault(made.login, list(account.roles) if account else [])
        start, end = self._period(made)
        if any(role == made.role and _overlap(since, until, start, end) for role, since, until in held):
            return msgspec.structs.replace(made, outcome="same")
        held.append((made.role, start, end))
        known = account is not None or earlier is not None
        return msgspec.structs.replace(made, outcome="role") if known else made

    def _period(self, made: PlannedPerson) -> tuple[datetime, datetime | None]:
        zone = self.ground.zone
        return role_days.midnight(made.first or self.ground.today, zone), role_days.after(made.last, zone)

    def _role(self, row: SheetPerson, wrong: Any) -> str:
        typed = row.cells.get("role", "")
        role = self.roles.get(fold(typed), "")
        if not typed:
            wrong("role", "value_missing")
        elif not role:
            wrong("role", "role_unknown", found=typed, known=tuple(Message(name) for name in ROLES.values()))
        return role

    def _agency(self, row: SheetPerson, wrong: Any) -> KnownAgency | None:
        typed = row.cells.get("agency", "")
        if not typed:
            return None
        found = list(self.agencies.get(fold(typed), {}).values())
        if len(found) == 1:
            return found[0]
        if found:
            wrong("agency", "agency_ambiguous", found=typed, known="; ".join(f"{one.code} {one.name}" for one in found))
            return None
        near = nearest(typed, [one.code for one in self.ground.agencies] + [one.name for one in self.ground.agencies])
        wrong("agency", "agency_code_unknown", found=typed, near=Message(NEAR, near=near) if near else "")
        return None

    def _day(self, row: SheetPerson, field: str, wrong: Any) -> date | None:
        typed = row.cells.get(field, "")
        try:
            return dates.day(typed) if typed else None
        except Complaint as complaint:
            wrong(field, complaint.code, **dict(complaint.told))
            return None


def _names_of_roles() -> dict[str, str]:
    names = {fold(role): role for role in ROLES}
    for lang in ("vi", "en"):
        names |= {fold(translator(lang)(title)): role for role, title in ROLES.items()}
    return names


def _overlap(since: datetime, until: datetime | None, start: datetime, end: datetime | None) -> bool:
    return (until is None or start < until) and (end is None or since < end)
