"""A person in words: state, roles with their days, when they were seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from parindex.access.model import ROLES
from parindex.access.staff import role_days
from parindex.access.staff.model import IDLE_DAYS, PERSON_STATES, WARNED_DAYS, ListedPerson, RoleHeld
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.page import lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.text import date_text, local_day

CHIPS: Final = {
    "invited": "invited", "active": "in_use", "system": "in_use", "idle": "unused", "stopped": "stopped", "left": "gone",
}  # fmt: skip
"""Chip of each state of an account."""


class StateTold(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account stands."""

    chip: str
    """Drawing and colour."""

    text: str
    """In words."""

    note: str
    """What comes next, or why; may be empty."""


class RoleTold(msgspec.Struct, frozen=True, kw_only=True):
    """A role in words."""

    id: str
    """The grant."""

    name: str
    """Of the role."""

    first: str
    """From which day."""

    last: str
    """To which day; empty where it has none."""

    state: str
    """``now``, ``coming`` or ``over``."""

    last_typed: str
    """The last day as a field shows it."""


def state_told(request: PageRequest, person: ListedPerson) -> StateTold:
    """Where an account stands, with what comes next."""
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    now = datetime.now(UTC)

    def day(moment: datetime) -> str:
        return date_text(local_day(moment, zone), lang)

    chip, text, note = CHIPS[person.state], _(PERSON_STATES[person.state]), ""
    if person.state == "invited":
        chip, text, note = _invited(request, person, now)
    elif person.disabled_at is not None:
        note = _("từ %(day)s", day=day(person.disabled_at))
        if person.disabled_reason:
            note += f" · {person.disabled_reason}"
    elif not any(one.lasts(now) for one in person.roles):
        chip, text = "stopped", _("Hết vai trò")
    elif person.state == "system":
        pass
    elif person.lends is not None:
        chip, text = "lending", _("Đang ủy quyền")
        until = role_days.last_day(person.lends[1], zone)
        note = _("cho %(name)s, đến %(day)s", name=person.lends[0], day=date_text(until, lang))
    elif now - person.idle_from >= timedelta(days=WARNED_DAYS):
        chip, text = "unused", _("Không dùng %(n)s ngày", n=(now - person.idle_from).days)
        note = _("Tự khóa ngày %(day)s nếu không vào", day=day(person.idle_from + timedelta(days=IDLE_DAYS + 1)))
    return StateTold(chip=chip, text=text, note=note)


def _invited(request: PageRequest, person: ListedPerson, now: datetime) -> tuple[str, str, str]:
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    link = person.link
    if link is None or link.used:
        return "not_started", _("Chưa được mời"), ""
    until = date_text(local_day(link.expires_at, zone), lang)
    over = link.expires_at <= now
    note = _("Liên kết đã hết hạn ngày %(day)s", day=until) if over else _("Liên kết hết hạn ngày %(day)s", day=until)
    if link.purpose == "reset":
        return "invited", _("Chờ đặt lại mật khẩu"), note
    if link.made_at is None:
        return "invited", _("Đã mời, chưa vào"), note
    return "invited", _("Đã mời %(day)s, chưa vào", day=date_text(local_day(link.made_at, zone), lang)), note


def roles_told(request: PageRequest, roles: Sequence[RoleHeld]) -> tuple[RoleTold, ...]:
    """Roles in words, the earliest first."""
    _, lang, zone, now = translate(request), lang_of(request), zone_of(request), datetime.now(UTC)

    def told(one: RoleHeld) -> RoleTold:
        last: date | None = role_days.last_day(one.valid_to, zone)
        return RoleTold(
            id=str(one.id), name=_(ROLES[one.role]), first=date_text(role_days.first_day(one.valid_from, zone), lang),
            last=date_text(last, lang) if last else "", last_typed=last.strftime("%d/%m/%Y") if last else "",
            state="now" if one.holds(now) else "coming" if one.lasts(now) else "over",
        )  # fmt: skip

    return tuple(told(one) for one in roles)


def current(roles: Sequence[RoleTold]) -> tuple[RoleTold, ...]:
    """Roles that hold or come; where there are none, the last that was."""
    held = tuple(one for one in roles if one.state != "over")
    return held or tuple(roles[-1:])
