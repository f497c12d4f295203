"""The list of people, one of them with all that is known, and who is added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import audit
from parindex.access import account_links, people
from parindex.access import queries as access_queries
from parindex.access.delegations import queries as delegation_queries
from parindex.access.handovers import queries as handover_queries
from parindex.access.model import Person
from parindex.access.people import StandingAccount, login_name
from parindex.access.staff import grants, managing, queries
from parindex.access.staff.model import AGENCY_ROLES, ListedPerson, PeopleAsked, PeopleFound, PersonRecord, RoleDays
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection

HISTORY: Final = 30
"""Changes of an account that its page shows."""


async def found(connection: Connection, person: Person | None, asked: PeopleAsked) -> PeopleFound:
    """A page of the people that somebody may see.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    own = await managing.reach(connection, person)
    asked = msgspec.structs.replace(asked, own=own)
    shown, total = await queries.listed(connection, asked)
    return PeopleFound(people=tuple(shown), total=total, counts=await queries.counts(connection, own))


async def record(connection: Connection, person: Person | None, person_id: UUID) -> PersonRecord:
    """All that is known of a person.

    Raises:
        Refused: ``not_found`` also for who is none of the reader's business, ``sign_in_needed``, ``not_allowed``.
    """
    own = await managing.reach(connection, person)
    known = await queries.of_ids(connection, [person_id])
    if not known or (own is not None and known[0].agency_id != own):
        raise Refused("not_found")
    return PersonRecord(
        person=known[0],
        sessions=tuple(await queries.sessions(connection, person_id)),
        delegations=tuple(await delegation_queries.of_person(connection, person_id)),
        handovers=tuple(await handover_queries.of_person(connection, person_id)),
        history=tuple(await queries.history(connection, person_id, HISTORY)),
    )


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who gets an account."""

    login: str
    """What is typed at sign-in."""

    name: str
    """As they are called."""

    email: str | None = None
    """Where mail reaches them."""

    agency_id: UUID | None = None
    """The agency; ``None`` for the tenant's own staff."""


async def add(
    connection: Connection, person: Person | None, new: NewPerson, roles: Sequence[RoleDays], zone: ZoneInfo
) -> UUID:
    """Make an account with its roles; its owner sets the password by a link that is made apart.

    Raises:
        Refused: ``not_allowed``; ``invalid_fields`` with ``login_taken``, ``day_passed``, ``days_reversed``.
    """
    actor = await managing.manage(
        connection, person, "person:add", agency_id=new.agency_id, roles=[one.role for one in roles]
    )
    if await access_queries.login_exists(connection, login_name(new.login)):
        raise Refused("invalid_fields", fields=(FieldError(field="login", code="login_taken", values={}),))
    person_id = await people.add_person(
        connection, login=new.login, name=new.name, roles=(), agency_id=new.agency_id, email=new.email, by=actor.actor
    )
    for one in roles:
        await grants.give(connection, person, person_id, one, zone)
    return person_id


async def change(
    connection: Connection,
    person: Person | None,
    person_id: UUID,
    *,
    name: str,
    email: str | None,
    agency_id: UUID | None,
) -> None:
    """Give somebody another name, address or agency.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    account = await managing.held(connection, person, "person:change", person_id)
    actor = await managing.manage(connection, person, "person:change", agency_id=agency_id)
    standing = StandingAccount(
        id=account.id, login=account.login, name=account.name, email=account.email, agency_id=account.agency_id,
        agency=None, disabled=False, roles=(),
    )  # fmt: skip
    await people.rename(connection, standing, name=name, agency_id=agency_id, email=email, by=actor.actor)


async def link(connection: Connection, person: Person | None, person_id: UUID) -> str:
    """A new link for somebody: the first one, or one after the password was forgotten, which ends every session.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``account_closed``, ``system_no_link``.
    """
    account = await managing.held(connection, person, "person:invite", person_id)
    assert person is not None
    if account.disabled_why is not None:
        raise Refused("account_closed")
    (known,) = await queries.of_ids(connection, [person_id])
    if known.state == "system":
        raise Refused("system_no_link")
    make = account_links.invite if known.state == "invited" else account_links.reset
    return await make(connection, person_id, by=person.actor)


async def links(
    connection: Connection, person: Person | None, asked: Sequence[UUID] | None
) -> list[tuple[ListedPerson, str]]:
    """New links for those who have not set a password yet; older ones are dead.

    Args:
        connection: Within the tenant.
        person: Who asks.
        asked: For whom; ``None``: for everybody whom the person may invite.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``, ``nobody_to_invite``.
    """
    own = await managing.reach(connection, person, "person:invite")
    assert person is not None
    waiting = await queries.never_in(connection, own)
    chosen = waiting if asked is None else [one for one in waiting if one in set(asked)]
    known = await queries.of_ids(connection, chosen)
    if own is not None:
        known = [one for one in known if AGENCY_ROLES.issuperset(held.role for held in one.roles)]
    if not known:
        raise Refused("nobody_to_invite")
    tokens = await account_links.invite_all(connection, [one.id for one in known], by=person.actor)
    return [(one, tokens[one.id]) for one in known]


async def end_session(connection: Connection, person: Person | None, person_id: UUID, key: str) -> None:
    """End a session of somebody.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    await managing.held(connection, person, "person:stop", person_id)
    assert person is not None
    if await queries.end_session(connection, person_id, key):
        await audit.record(connection, actor=person.actor, tag="access:session:end", subject=str(person_id))
