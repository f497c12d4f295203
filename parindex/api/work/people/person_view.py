"""What the page of a person shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from parindex import access
from parindex.access import ROLES
from parindex.access.delegations.model import DELEGABLE, Delegation
from parindex.access.handovers.model import Handover
from parindex.access.staff import role_days
from parindex.access.staff.managing import may_be_managed
from parindex.access.staff.model import AGENCY_ROLES, PersonEvent, PersonRecord, SessionSeen
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.filters import FilterOption
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.api.work.people.person_words import RoleTold, StateTold, roles_told, state_told
from parindex.audit.model import TAGS
from parindex.errors import N_, Refused
from parindex.text import date_text, moment

ACCOUNT: Final = {"name": N_("Họ tên"), "email": N_("Thư điện tử"), "agency": N_("Đơn vị (mã hoặc tên)")}
ROLE: Final = {"role": N_("Vai trò"), "first": N_("Từ ngày"), "last": N_("Đến hết ngày")}
ROLE_END: Final = {"grant": N_("Vai trò"), "until": N_("Ngày cuối")}


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session that lasts."""

    key: str
    """By which it is ended."""

    browser: str
    """On what."""

    since: str
    """When they signed in."""

    seen: str
    """When it was used last."""

    current: bool
    """Whether it is the reader's own, now."""


class DelegationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A right that is or was lent."""

    id: str
    """The delegation."""

    giver: str
    """Whose right."""

    agency: str
    """Their agency."""

    taker: str
    """Who stands in."""

    first: str
    """From which day."""

    last: str
    """To which day."""

    what: str
    """What they may do."""

    reason: str
    """Why, with the paper that it rests on."""

    state: str
    """``now``, ``coming``, ``over`` or ``revoked``."""

    note: str
    """Who took it back and when."""

    may_revoke: bool
    """Whether the reader takes it back."""


class HandoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """Work that changed hands."""

    giver: str
    """Who held it."""

    taker: str
    """Who took it over."""

    roles: str
    """Which roles went over."""

    reason: str
    """Why."""

    at: str
    """When."""


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is on record."""

    at: str
    """When."""

    what: str
    """What happened."""

    detail: str
    """Which roles; may be empty."""

    who: str
    """By whom."""


class PersonPage(Page, frozen=True, kw_only=True):
    """One person."""

    template: ClassVar[str] = "work/people/person.html"

    id: str
    """The person."""

    name: str
    """As they are called."""

    login: str
    """What they sign in with."""

    agency: str
    """The agency; empty for the tenant's own staff."""

    state: StateTold
    """Where the account stands."""

    seen: str
    """When they were seen last; empty for never."""

    account: FormTold
    """Name, address and agency."""

    roles: tuple[RoleTold, ...]
    """All roles."""

    role: FormTold
    """A role that is given."""

    role_end: FormTold
    """A role that is ended."""

    choices: tuple[FilterOption, ...]
    """Roles that may be given."""

    sessions: tuple[SessionRow, ...]
    """Where they are signed in."""

    delegations: tuple[DelegationRow, ...]
    """From them and to them."""

    handovers: tuple[HandoverRow, ...]
    """Work that they handed over or took over."""

    history: tuple[EventRow, ...]
    """What changed."""

    waits: bool
    """Whether they have not set a password."""

    closed: bool
    """Whether nobody signs in with the account."""

    warned: bool
    """Whether it will be locked soon."""

    mine: bool
    """Whether it is the reader's own account."""

    manages: bool
    """Whether the reader may change it."""

    own: bool
    """Whether the reader manages one agency only."""


def person_page(
    request: PageRequest,
    known: PersonRecord,
    typed: Mapping[str, str],
    refused: Refused | None,
    *,
    form: str,
    own: bool,
) -> PersonPage:
    """The page.

    Args:
        request: Gives language, reader and time zone.
        known: All that is known.
        typed: What a refused form held.
        refused: Why it was refused.
        form: Name of that form.
        own: Whether the reader manages one agency only.
    """
    _, lang, person = translate(request), lang_of(request), known.person
    now = {"name": person.name, "email": person.email or "", "agency": person.agency_code or ""}
    stays = person.disabled_at is None
    state = state_told(request, person)

    def told(name: str, labels: Mapping[str, str], standing: Mapping[str, str]) -> FormTold:
        named = {field: _(label) for field, label in labels.items()}
        return form_told(lang, typed if form == name else standing, refused if form == name else None, named)

    return PersonPage(
        id=str(person.id),
        name=person.name,
        login=person.login,
        agency=person.agency or "",
        state=state,
        seen=moment(person.seen_at, lang, zone_of(request)) if person.seen_at else "",
        account=told("AccountForm", ACCOUNT, now),
        roles=roles_told(request, person.roles),
        role=told("RoleForm", ROLE, {}),
        role_end=told("RoleEndForm", ROLE_END, {}),
        choices=(
            FilterOption(value="", label=_("Chọn vai trò")),
            *(FilterOption(value=key, label=_(name)) for key, name in ROLES.items() if not own or key in AGENCY_ROLES),
        ),
        sessions=tuple(session_row(request, one) for one in known.sessions),
        delegations=tuple(delegation_row(request, one) for one in known.delegations),
        handovers=tuple(_handover(request, one) for one in known.handovers),
        history=tuple(_event(request, one) for one in known.history),
        waits=stays and person.state == "invited",
        closed=not stays,
        warned=state.chip == "unused" and stays,
        mine=request.person is not None and request.person.id == person.id,
        manages=access.may(request.person, "person:change", own=own) and may_be_managed(person, own=own),
        own=own,
    )


def session_row(request: PageRequest, one: SessionSeen, current: str = "") -> SessionRow:
    """A session in words."""
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    return SessionRow(
        key=one.key, browser=one.browser or _("Không rõ trình duyệt"),
        since=moment(one.created_at, lang, zone), seen=moment(one.seen_at, lang, zone), current=one.key == current,
    )  # fmt: skip


def delegation_row(request: PageRequest, one: Delegation) -> DelegationRow:
    """A delegation in words."""
    _, lang, zone = translate(request), lang_of(request), zone_of(request)
    now, reader = datetime.now(zone), request.person
    state = (
        "revoked"
        if one.revoked_at
        else "over"
        if one.valid_to <= now
        else "coming"
        if one.valid_from > now
        else "now"
    )  # fmt: skip
    note = ""
    if one.revoked_at is not None:
        note = _("%(who)s thu lại lúc %(at)s", who=one.revoked_by or "–", at=moment(one.revoked_at, lang, zone))
    mine = reader is not None and reader.id == one.from_person
    return DelegationRow(
        id=str(one.id), giver=one.from_name, agency=one.from_agency or "", taker=one.to_name,
        first=date_text(role_days.first_day(one.valid_from, zone), lang),
        last=date_text(role_days.last_day(one.valid_to, zone), lang), what=_(DELEGABLE[one.kind].title),
        reason=" · ".join(filter(None, (one.basis, one.reason))), state=state, note=note,
        may_revoke=state in ("now", "coming") and access.may(reader, "delegation:record", own=mine),
    )  # fmt: skip


def _handover(request: PageRequest, one: Handover) -> HandoverRow:
    _ = translate(request)
    return HandoverRow(
        giver=one.from_name, taker=one.to_name, roles=", ".join(_(ROLES[role]) for role in one.roles),
        reason=one.reason, at=moment(one.at, lang_of(request), zone_of(request)),
    )  # fmt: skip


def _event(request: PageRequest, one: PersonEvent) -> EventRow:
    _ = translate(request)
    named = one.after.get("roles") or one.before.get("roles") or ()
    roles = ", ".join(_(ROLES[role]) for role in named if role in ROLES)
    return EventRow(
        at=moment(one.at, lang_of(request), zone_of(request)), what=_(TAGS[one.tag]) if one.tag in TAGS else one.tag,
        detail=roles, who=one.who or _("Hệ thống"),
    )  # fmt: skip
