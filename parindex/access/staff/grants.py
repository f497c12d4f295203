"""Roles from a day to a day, given and ended, each with its row on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit
from parindex.access import administrators
from parindex.access.model import ROLES, SYSTEM, Person
from parindex.access.staff import managing, queries, role_days
from parindex.access.staff.model import RoleDays, RoleHeld
from parindex.errors import FieldError, Refused
from parindex.jobs import notices
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

RAISED: Final = "access.raised"
"""The notice of :class:`RightsRaised`."""


class RightsRaised(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody gave themselves a role."""

    of: UUID
    """Who."""


async def give(
    connection: Connection, person: Person | None, person_id: UUID, given: RoleDays, zone: ZoneInfo
) -> UUID:  # fmt: skip
    """Give somebody a role.

    Args:
        connection: Within the tenant.
        person: Who gives it.
        person_id: Whose role.
        given: Which role, from which day to which.
        zone: The tenant's zone.

    Returns:
        The grant.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``account_closed``; ``invalid_fields`` with ``day_passed``,
            ``days_reversed``, ``role_held``, ``system_alone``.
    """
    account = await managing.held(connection, person, "person:grant", person_id)
    actor = await managing.manage(
        connection, person, "person:grant", agency_id=account.agency_id, roles=[given.role]
    )  # fmt: skip
    if account.disabled_why in ("stopped", "left"):
        raise Refused("account_closed")
    today = datetime.now(zone).date()
    role_days.check(given.first, given.last, today)
    return await give_held(connection, actor, person_id, given, zone)


async def give_held(connection: Connection, actor: Person, person_id: UUID, given: RoleDays, zone: ZoneInfo) -> UUID:
    """Give a role to somebody whom the giver was found to manage, from days that were found right.

    Raises:
        Refused: ``invalid_fields`` with ``role_held``, ``system_alone``.
    """
    if given.role not in ROLES:
        raise ValueError(f"unknown role: {given.role}")
    now = await queries.now(connection)
    first = max(now, role_days.midnight(given.first, zone))
    end = role_days.after(given.last, zone)
    standing = await queries.roles_from_now(connection, person_id)
    await _keep_systems_apart(connection, person_id, given.role, standing)
    for held in standing:
        if held.role == given.role and _overlap(held, first, end):
            raise Refused("invalid_fields", fields=(FieldError(field="role", code="role_held", values={}),))
    grant_id = new_id()
    await queries.insert_role(connection, grant_id, person_id, given.role, first, end, actor.id)
    await audit.record(
        connection, actor=actor.actor, tag="access:grant:add", subject=str(person_id),
        after={"roles": [given.role], "from": given.first, "to": given.last},
    )  # fmt: skip
    if actor.id == person_id:
        await notices.put_up(connection, grant_id, RAISED, RightsRaised(of=person_id))
    return grant_id


async def end(
    connection: Connection,
    person: Person | None,
    person_id: UUID,
    grant_id: UUID,
    last: date | None,
    zone: ZoneInfo,
) -> None:
    """Set the last day of a role; ``None`` ends it now.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``last_administrator``; ``invalid_fields`` with ``days_reversed``.
    """
    account = await managing.held(connection, person, "person:grant", person_id)
    held = next((one for one in await queries.roles_from_now(connection, account.id) if one.id == grant_id), None)
    if held is None:
        raise Refused("not_found")
    now = datetime.now(zone)
    if last is not None and last < max(now.date(), role_days.first_day(held.valid_from, zone)):
        raise Refused("invalid_fields", fields=(FieldError(field="until", code="days_reversed", values={}),))
    after = max(now, held.valid_from) if last is None else role_days.after(last, zone)
    assert after is not None
    assert person is not None
    async with administrators.kept(connection):
        await queries.end_role(connection, grant_id, after)
    before = role_days.last_day(held.valid_to, zone)
    await audit.record(
        connection, actor=person.actor, tag="access:grant:end", subject=str(person_id),
        before={"roles": [held.role], "to": before}, after={"to": last or now.date()},
    )  # fmt: skip


async def _keep_systems_apart(
    connection: Connection, person_id: UUID, role: str, standing: Sequence[RoleHeld]
) -> None:  # fmt: skip
    """The account of a system has no other role, no password, and no link by which somebody could set one."""
    held = {one.role for one in standing}
    if role == SYSTEM:
        secret = await queries.secret_of(connection, person_id)
        signs_in = secret is not None and secret["password_hash"] is not None
        refused = signs_in or bool(held - {SYSTEM})
    else:
        refused = SYSTEM in held
    if refused:
        raise Refused("invalid_fields", fields=(FieldError(field="role", code="system_alone", values={}),))
    if role == SYSTEM:
        await queries.end_links(connection, person_id)


def _overlap(held: RoleHeld, first: datetime, end: datetime | None) -> bool:
    return (held.valid_to is None or first < held.valid_to) and (end is None or held.valid_from < end)
