"""Who manages whose account: the administrator everybody's, a focal point those of the agency where the tenant allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from parindex.access import policy
from parindex.access.model import Person
from parindex.access.office import tenant_settings
from parindex.access.policy import require
from parindex.access.staff import queries
from parindex.access.staff.model import AGENCY_ROLES, ListedPerson
from parindex.errors import Refused
from parindex.store.database import Connection


class HeldAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account that is about to be changed; nobody else changes it meanwhile."""

    id: UUID
    """The person."""

    login: str
    """As it is stored."""

    name: str
    """As they are called."""

    email: str | None
    """Where mail reaches them."""

    agency_id: UUID | None
    """The agency."""

    disabled_why: str | None
    """Why nobody signs in with it; ``None``: it is in use."""


async def reach(connection: Connection, person: Person | None, action: str = "person:read") -> UUID | None:
    """Of whose accounts somebody may do something: ``None`` is of everybody's, else of that agency's.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    if person is not None and policy.may(person, action):
        return None
    if not await _as_focal_point(connection, person, action):
        require(person, action)
        raise Refused("not_allowed")
    assert person is not None
    return person.agency_id


async def manage(
    connection: Connection, person: Person | None, action: str, *, agency_id: UUID | None, roles: Iterable[str] = ()
) -> Person:
    """The person, if they may do this to an account.

    Args:
        connection: Within the tenant.
        person: Who does it.
        action: Of the policy table.
        agency_id: Agency of the account.
        roles: Roles that the account has or is given: a focal point has to do with those of an agency only.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    own = await reach(connection, person, action)
    assert person is not None
    if own is not None and (agency_id != own or not AGENCY_ROLES.issuperset(roles)):
        raise Refused("not_allowed")
    return person


async def held(connection: Connection, person: Person | None, action: str, person_id: UUID) -> HeldAccount:
    """An account that somebody may do something to, held until the end of the transaction.

    Raises:
        Refused: ``not_found``, ``sign_in_needed``, ``not_allowed``.
    """
    row = await queries.hold(connection, person_id)
    if row is None:
        require(person, action, own=True)
        raise Refused("not_found")
    roles = [one.role for one in await queries.roles_from_now(connection, person_id)]
    await manage(connection, person, action, agency_id=row["agency_id"], roles=roles)
    why = None if row["disabled_at"] is None else row["disabled_why"] or "stopped"
    return HeldAccount(
        id=row["id"], login=row["login"], name=row["name"], email=row["email"], agency_id=row["agency_id"],
        disabled_why=why,
    )  # fmt: skip


def may_be_managed(person: ListedPerson, *, own: bool) -> bool:
    """Whether an account is of those that somebody manages; ``own``: as focal point of its agency."""
    now = datetime.now(UTC)
    held = {one.role for one in person.roles if one.lasts(now)}
    return not own or AGENCY_ROLES.issuperset(held)


async def manages_own(connection: Connection, person: Person) -> bool:
    """Whether somebody manages the people of the own agency as its focal point."""
    return await _as_focal_point(connection, person, "person:change")


async def _as_focal_point(connection: Connection, person: Person | None, action: str) -> bool:
    if person is None or person.agency_id is None or not policy.may(person, action, own=True):
        return False
    return (await tenant_settings.choices(connection)).focal_points_manage_people
