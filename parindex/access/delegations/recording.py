"""Letting somebody stand in for some days: within one's own right, in the same agency, and never handed on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parindex import access, audit
from parindex.access.delegations import queries
from parindex.access.delegations.model import DELEGABLE, MOST_DAYS, Delegation, DelegationKind
from parindex.access.model import Person
from parindex.access.staff import queries as staff_queries
from parindex.access.staff import role_days
from parindex.access.staff.model import ListedPerson
from parindex.errors import FieldError, Refused
from parindex.jobs import notices
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

DELEGATED: Final = "access.delegated"
"""The notice of :class:`StandingIn`."""

SHOWN: Final = 30
"""Delegations that are over and that the page shows."""


class StandingIn(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody stands in for another."""

    person: UUID
    """Who stands in."""

    delegation: UUID
    """By which delegation."""


class NewDelegation(msgspec.Struct, frozen=True, kw_only=True):
    """A right that is to be lent."""

    kind: DelegationKind
    """Which part of which role."""

    from_person: UUID
    """Whose right."""

    to_person: UUID
    """Who stands in."""

    first: date
    """The first day."""

    last: date
    """The last day."""

    reason: str
    """Why."""

    basis: str = ""
    """The paper that it rests on."""


async def record(connection: Connection, person: Person | None, new: NewDelegation, zone: ZoneInfo) -> UUID:
    """Put a delegation on record.

    Args:
        connection: Within the tenant.
        person: The administrator, or whose right it is.
        new: What is lent.
        zone: The tenant's zone.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``, ``not_found``; ``invalid_fields`` with ``delegate_elsewhere``, ``system_alone``,
            ``delegation_beyond_right``, ``delegation_too_long``, ``delegated_already``, ``day_passed``,
            ``days_reversed``.
    """
    actor = access.require(person, "delegation:record", own=_own(person, new.from_person))
    role_days.check(new.first, new.last, datetime.now(zone).date())
    if new.last - new.first >= timedelta(days=MOST_DAYS):
        raise _fault("last", "delegation_too_long", days=MOST_DAYS)
    await _check_people(connection, new)
    role = DELEGABLE[new.kind].role
    first, after = role_days.midnight(new.first, zone), role_days.after(new.last, zone)
    assert after is not None
    first = max(first, await staff_queries.now(connection))
    if not await queries.covers(connection, new.from_person, role, first, after):
        raise _fault("kind", "delegation_beyond_right")
    if await queries.overlapping(connection, new.kind, new.from_person, (first, after)):
        raise _fault("first", "delegated_already")
    delegation_id = new_id()
    await queries.insert(
        connection, delegation_id, new.kind, (new.from_person, new.to_person), (first, after), (new.reason, new.basis),
        actor.actor,
    )  # fmt: skip
    await audit.record(
        connection, actor=actor.actor, tag="access:delegation:record", subject=str(new.from_person),
        after={"delegation": delegation_id, "kind": new.kind, "to": new.to_person, "first": new.first,
               "last": new.last, "reason": audit.keyed(new.reason), "basis": new.basis},
    )  # fmt: skip
    told = StandingIn(person=new.to_person, delegation=delegation_id)
    await notices.put_up(connection, delegation_id, DELEGATED, told)
    return delegation_id


async def revoke(connection: Connection, person: Person | None, delegation_id: UUID) -> None:
    """Take a delegation back; it holds no more from the next request on.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``, ``not_found``.
    """
    known = await queries.by_id(connection, delegation_id)
    if known is None:
        access.require(person, "delegation:record", own=True)
        raise Refused("not_found")
    actor = access.require(person, "delegation:record", own=_own(person, known.from_person))
    if await queries.revoke(connection, delegation_id, actor.actor):
        await audit.record(
            connection, actor=actor.actor, tag="access:delegation:revoke", subject=str(known.from_person),
            before={"delegation": delegation_id, "kind": known.kind, "to": known.to_person},
        )  # fmt: skip


async def shown(connection: Connection, person: Person | None) -> tuple[list[Delegation], list[Delegation]]:
    """Delegations that hold or will, and those that are over: all for the office, else one's own.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    if person is not None and access.may(person, "delegation:read"):
        return await queries.standing(connection), await queries.over(connection, SHOWN)
    actor = access.require(person, "delegation:record", own=True)
    mine = await queries.of_person(connection, actor.id)
    now = await staff_queries.now(connection)
    standing = [one for one in mine if one.revoked_at is None and one.valid_to > now]
    return standing, [one for one in mine if one not in standing][:SHOWN]


class DelegationOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may lend, and to whom."""

    giver: ListedPerson
    """Whose right."""

    kinds: tuple[str, ...]
    """Parts of roles of their own that hold now or will."""

    takers: tuple[tuple[UUID, str], ...]
    """(id, name) of people in use of the same agency."""

    givers: tuple[tuple[UUID, str, str], ...] = ()
    """(id, name, agency) of those who have something to lend, for the administrator to choose from."""


async def offered(connection: Connection, person_id: UUID, *, choose: bool = False) -> DelegationOffer:
    """What a person may lend, and to whom.

    Args:
        connection: Within the tenant.
        person_id: Whose right.
        choose: Whether somebody else's right may be chosen, too.

    Raises:
        Refused: ``not_found``.
    """
    known = await staff_queries.of_ids(connection, [person_id])
    if not known:
        raise Refused("not_found")
    roles = {one.role for one in await staff_queries.roles_from_now(connection, person_id)}
    return DelegationOffer(
        giver=known[0],
        kinds=tuple(kind for kind, one in DELEGABLE.items() if one.role in roles),
        takers=tuple(await queries.colleagues(connection, person_id)),
        givers=tuple(await queries.givers(connection)) if choose else (),
    )


def _own(person: Person | None, from_person: UUID) -> bool:
    return person is not None and person.id == from_person


async def _check_people(connection: Connection, new: NewDelegation) -> None:
    known = {one.id: one for one in await staff_queries.of_ids(connection, [new.from_person, new.to_person])}
    if len(known) != 2:
        raise _fault("to_person", "choice_unknown", found="")
    giver, taker = known[new.from_person], known[new.to_person]
    if taker.state == "system":
        raise _fault("to_person", "system_alone")
    if taker.disabled_at is not None or taker.agency_id != giver.agency_id:
        raise _fault("to_person", "delegate_elsewhere")


def _fault(field: str, code: str, **values: object) -> Refused:
    return Refused("invalid_fields", fields=(FieldError(field=field, code=code, values=values),))
