"""Handing work over: the roles by which it is done go to a colleague, in one deed, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from parindex import audit
from parindex.access import administrators
from parindex.access.delegations import queries as delegation_queries
from parindex.access.handovers import queries
from parindex.access.handovers.model import Handover
from parindex.access.model import Person
from parindex.access.staff import grants, managing, role_days
from parindex.access.staff import queries as staff_queries
from parindex.access.staff.model import RoleDays, RoleHeld
from parindex.errors import FieldError, Refused
from parindex.jobs import notices
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

TAKEN_OVER: Final = "access.taken_over"
"""The notice of :class:`TakenOver`."""


class TakenOver(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody took over another's work."""

    person: UUID
    """Who took it over."""

    of: UUID
    """Whose it was."""


async def takers(connection: Connection, person: Person | None, person_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of those who may take over somebody's roles: people in use of the same agency; none where there are none.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    await managing.held(connection, person, "person:grant", person_id)
    roles = await staff_queries.roles_from_now(connection, person_id)
    return await delegation_queries.colleagues(connection, person_id) if roles else []


async def hand_over(
    connection: Connection, person: Person | None, person_id: UUID, to_person: UUID, reason: str, zone: ZoneInfo
) -> None:
    """Give a colleague every role of somebody, with its last day, and end it where it was.

    What was declared, decided or drafted keeps its author; what waits, and the leaves that were given to them, are the
    taker's from now on.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``last_administrator``, ``nothing_to_hand_over``; ``invalid_fields``
            with ``field_empty``, ``taker_elsewhere``, ``system_alone``.
    """
    account = await managing.held(connection, person, "person:grant", person_id)
    assert person is not None
    if not reason:
        raise _fault("reason", "field_empty")
    if to_person not in dict(await delegation_queries.colleagues(connection, person_id)):
        raise _fault("to_person", "taker_elsewhere")
    roles = await staff_queries.roles_from_now(connection, account.id)
    if not roles:
        raise Refused("nothing_to_hand_over")
    await managing.held(connection, person, "person:grant", to_person)
    now = await staff_queries.now(connection)
    async with administrators.kept(connection):
        for role in roles:
            await _pass_on(connection, person, to_person, role, zone)
            await staff_queries.end_role(connection, role.id, max(now, role.valid_from))
    leaves = await queries.pass_leaves(connection, person_id, to_person)
    handover_id, names = new_id(), sorted({one.role for one in roles})
    await queries.insert(connection, handover_id, (person_id, to_person), names, reason, person.actor)
    await audit.record(
        connection, actor=person.actor, tag="access:work:hand_over", subject=str(person_id), before={"roles": names},
        after={"to": to_person, "leaves": leaves, "reason": audit.keyed(reason)},
    )  # fmt: skip
    await notices.put_up(connection, handover_id, TAKEN_OVER, TakenOver(person=to_person, of=person_id))


async def of_person(connection: Connection, person_id: UUID) -> list[Handover]:
    """What somebody handed over or took over, the newest first."""
    return await queries.of_person(connection, person_id)


async def _pass_on(connection: Connection, actor: Person, to_person: UUID, role: RoleHeld, zone: ZoneInfo) -> None:
    """Give the role to the taker for the days on which they do not hold it."""
    first, last = role_days.first_day(role.valid_from, zone), role_days.last_day(role.valid_to, zone)
    first = max(first, datetime.now(zone).date())
    for held in await staff_queries.roles_from_now(connection, to_person):
        if held.role != role.role or role_days.first_day(held.valid_from, zone) > first:
            continue
        if held.valid_to is None:
            return
        first = max(first, role_days.first_day(held.valid_to, zone))
    if last is None or first <= last:
        await grants.give_held(connection, actor, to_person, RoleDays(role=role.role, first=first, last=last), zone)


def _fault(field: str, code: str) -> Refused:
    return Refused("invalid_fields", fields=(FieldError(field=field, code=code, values={}),))
