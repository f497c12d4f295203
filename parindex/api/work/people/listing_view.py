"""What the list of people shows."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import msgspec

from parindex import access
from parindex.access.model import ROLES
from parindex.access.staff.model import PAGE, TABS, ListedPerson, PeopleAsked, PeopleFound
from parindex.api.shared.countdown import zone_of
from parindex.api.shared.filters import FilterOption
from parindex.api.shared.page import Page, lang_of, translate, url
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.person_words import RoleTold, StateTold, current, roles_told, state_told
from parindex.text import date_text, local_day, moment


class PeopleTabLink(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list."""

    href: str
    """Its address."""

    label: str
    """Its name."""

    count: int
    """How many are in it."""

    current: bool
    """Whether it is shown."""


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the list."""

    href: str
    """Their page."""

    name: str
    """As they are called."""

    login: str
    """Address of mail, else what they sign in with."""

    agency: str
    """The agency; empty for the tenant's own staff."""

    roles: tuple[RoleTold, ...]
    """What they may do."""

    state: StateTold
    """Where the account stands."""

    seen: str
    """When they were seen last; empty for never."""

    verb: str
    """What is done on their page."""


class PeoplePage(Page, frozen=True, kw_only=True):
    """The people of a tenant."""

    template: ClassVar[str] = "work/people/people.html"

    tabs: tuple[PeopleTabLink, ...]
    """Parts of the list."""

    people: tuple[PersonRow, ...]
    """Of this page."""

    search: str
    """What was searched for."""

    role: str
    """Which role."""

    roles: tuple[FilterOption, ...]
    """All roles."""

    agency: str
    """Which agency."""

    tab: str
    """Which part."""

    first: int
    """Number of the first person of this page."""

    last: int
    """Number of the last."""

    total: int
    """How many were found."""

    everybody: int
    """How many accounts there are."""

    number: int
    """This page."""

    pages: int
    """How many pages there are."""

    paged: str
    """Address to which the number of a page is added."""

    due: str
    """When rights are to be reviewed next; empty where that is nobody's here."""

    own: bool
    """Whether only the people of an agency are shown."""

    may_add: bool
    """Whether the reader adds people."""

    may_import: bool
    """Whether the reader brings a sheet."""

    may_invite: bool
    """Whether the reader invites those who were never in."""


def people_page(request: PageRequest, asked: PeopleAsked, found: PeopleFound, due: datetime | None) -> PeoplePage:
    """The list.

    Args:
        request: Gives language, person and time zone.
        asked: What was asked for.
        found: What was found.
        due: When rights are to be reviewed next.
    """
    _, person = translate(request), request.person
    own = not access.may(person, "person:read")
    pages = max(1, -(-found.total // PAGE))
    kept = {"search": asked.search, "role": asked.role, "agency": asked.agency}
    here = url("/work/people", **kept, tab=asked.tab)
    return PeoplePage(
        tabs=tuple(
            PeopleTabLink(
                href=url("/work/people", tab=tab), label=_(label), count=found.counts[tab], current=tab == asked.tab
            )
            for tab, label in TABS.items()
        ),
        people=tuple(_row(request, one) for one in found.people),
        search=asked.search,
        role=asked.role,
        roles=(
            FilterOption(value="", label=_("Mọi vai trò")),
            *(FilterOption(value=role, label=_(name)) for role, name in ROLES.items()),
        ),
        agency=asked.agency,
        tab=asked.tab,
        first=PAGE * (asked.page - 1) + 1 if found.people else 0,
        last=PAGE * (asked.page - 1) + len(found.people),
        total=found.total,
        everybody=found.counts["all"],
        number=asked.page,
        pages=pages,
        paged=here + "&number=",
        due=date_text(local_day(due, zone_of(request)), lang_of(request)) if due and not own else "",
        own=own,
        may_add=access.may(person, "person:add", own=own),
        may_import=access.may(person, "person:import"),
        may_invite=access.may(person, "person:invite", own=own),
    )


def _row(request: PageRequest, person: ListedPerson) -> PersonRow:
    return PersonRow(
        href=url(f"/work/people/{person.id}"),
        name=person.name,
        login=person.email or person.login,
        agency=person.agency or "",
        roles=current(roles_told(request, person.roles)),
        state=state_told(request, person),
        seen=moment(person.seen_at, lang_of(request), zone_of(request)) if person.seen_at else "",
        verb=_verb(request, person),
    )


def _verb(request: PageRequest, person: ListedPerson) -> str:
    _ = translate(request)
    if not access.may(request.person, "person:change", own=True):
        return _("Xem")
    if person.state == "invited":
        return _("Mời lại") if person.link else _("Mời")
    return _("Sửa") if person.disabled_at is None else _("Xem")
