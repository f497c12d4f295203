"""A person as the office sees them: state, roles from a day to a day, links, use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.access.delegations.model import Delegation
from parindex.access.handovers.model import Handover
from parindex.messages import N_

PersonState: TypeAlias = Literal["invited", "active", "system", "idle", "stopped", "left"]

PERSON_STATES: Final[dict[str, str]] = {
    "invited": N_("Chưa vào lần nào"),
    "active": N_("Đang dùng"),
    "system": N_("Tài khoản hệ thống, không đăng nhập"),
    "idle": N_("Đã khóa vì không dùng"),
    "stopped": N_("Tạm dừng"),
    "left": N_("Đã nghỉ"),
}
"""States of an account and their names."""

IDLE_DAYS: Final = 45
"""Days without use after which an account is locked."""

WARNED_DAYS: Final = 38
"""Days without use after which the list says when it will be locked."""

PAGE: Final = 50
"""People of a page."""

AGENCY_ROLES: Final = frozenset({"specialist", "leader", "focal_point"})
"""Roles within an agency, which its focal point may give where the tenant allows."""

PeopleTab: TypeAlias = Literal["all", "never", "idle", "delegating", "left"]

TABS: Final[dict[PeopleTab, str]] = {
    "all": N_("Mọi người"),
    "never": N_("Chưa vào lần nào"),
    "idle": N_("Lâu không dùng"),
    "delegating": N_("Ủy quyền"),
    "left": N_("Đã dừng, đã nghỉ"),
}
"""Parts of the list and their names."""


class RoleHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A role from a day to a day."""

    id: UUID
    """The grant."""

    role: str
    """Of :data:`parindex.access.ROLES`."""

    valid_from: datetime
    """The first moment."""

    valid_to: datetime | None
    """The first moment after it."""

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.valid_from <= now and (self.valid_to is None or now < self.valid_to)

    def lasts(self, now: datetime) -> bool:
        """Whether it is in force or will be."""
        return self.valid_to is None or self.valid_to > max(now, self.valid_from)


class OpenLink(msgspec.Struct, frozen=True, kw_only=True):
    """The newest link by which a person sets a password."""

    purpose: str
    """``invite`` or ``reset``."""

    made_at: datetime | None
    """When; ``None``: before that was noted."""

    expires_at: datetime
    """Until when it can be used."""

    used: bool
    """Whether it was."""


class ListedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the list."""

    id: UUID
    """UUIDv7."""

    login: str
    """What is typed at sign-in."""

    name: str
    """As they are called."""

    email: str | None
    """Where mail reaches them."""

    agency_id: UUID | None
    """The agency; ``None`` for the tenant's own staff."""

    agency: str | None
    """Its name."""

    agency_code: str | None
    """Its code."""

    state: PersonState
    """Where the account stands."""

    disabled_at: datetime | None
    """Since when nobody signs in with it."""

    disabled_reason: str | None
    """Why."""

    seen_at: datetime | None
    """When the person was seen last."""

    idle_from: datetime
    """From when on days without use are counted."""

    created_at: datetime
    """When the account was made."""

    roles: tuple[RoleHeld, ...] = ()
    """All of its roles, the earliest first."""

    link: OpenLink | None = None
    """The newest link."""

    lends: tuple[str, datetime] | None = None
    """Who stands in for them now, and until when."""


class PeopleAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which people are asked for."""

    search: str = ""
    """In name, login and address, without marks."""

    role: str = ""
    """Who hold it now."""

    agency: str = ""
    """In code or name of the agency, without marks."""

    tab: PeopleTab = "all"
    """Which part of the list."""

    own: UUID | None = None
    """Of one agency only."""

    page: int = 1
    """From 1."""


class PeopleFound(msgspec.Struct, frozen=True, kw_only=True):
    """A page of people."""

    people: tuple[ListedPerson, ...]
    """In Vietnamese order."""

    total: int
    """How many were found."""

    counts: Mapping[str, int]
    """How many each part of the list has, whatever is searched for."""


class SessionSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A session that lasts."""

    key: str
    """By which it is ended: hexadecimal digits of its hash."""

    browser: str
    """How the browser called itself, coarsely; empty where that was not noted."""

    created_at: datetime
    """When the person signed in."""

    seen_at: datetime
    """When it was used last."""


class PersonEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A change of an account that is on record."""

    at: datetime
    """When."""

    tag: str
    """``source:subject:action``."""

    who: str | None
    """Name of who did it; ``None`` for the system."""

    before: Mapping[str, Any]
    """What it was."""

    after: Mapping[str, Any]
    """What it became."""


class PersonRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All that the office knows of a person."""

    person: ListedPerson
    """The account."""

    sessions: tuple[SessionSeen, ...]
    """Where they are signed in, the newest first."""

    delegations: tuple[Delegation, ...]
    """From them and to them, the newest first."""

    handovers: tuple[Handover, ...]
    """Work that they handed over or took over, the newest first."""

    history: tuple[PersonEvent, ...]
    """What changed, the newest first."""


class RoleDays(msgspec.Struct, frozen=True, kw_only=True):
    """A role that is to be given."""

    role: str
    """Of :data:`parindex.access.ROLES`."""

    first: date
    """The first day, in the tenant's zone."""

    last: date | None = None
    """The last day; ``None``: until it is ended."""
