"""An account is stopped for a while, closed when its owner leaves, and opened when they come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from uuid import UUID

from parindex import audit
from parindex.access import administrators
from parindex.access.model import Person
from parindex.access.staff import managing, queries
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection

_TAGS: Final[Mapping[str, str]] = {"stopped": "access:person:stop", "left": "access:person:leave"}


async def close(
    connection: Connection, person: Person | None, person_id: UUID, why: Literal["stopped", "left"], reason: str
) -> None:
    """Nobody signs in with an account any more; who leaves loses every role, who is stopped keeps them.

    Work that was done keeps its author. A second click changes nothing.

    Raises:
        Refused: ``not_found``, ``not_allowed``, ``last_administrator``, ``own_account``; ``invalid_fields`` without
            a reason.
    """
    account = await managing.held(connection, person, "person:stop", person_id)
    assert person is not None
    if not reason:
        raise Refused("invalid_fields", fields=(FieldError(field="reason", code="field_empty", values={}),))
    if account.id == person.id:
        raise Refused("own_account")
    if account.disabled_why == why:
        return
    ended: list[str] = []
    async with administrators.kept(connection):
        await queries.disable(connection, person_id, why, reason)
        if why == "left":
            ended = await queries.end_all_roles(connection, person_id)
    await audit.record(
        connection, actor=person.actor, tag=_TAGS[why], subject=str(person_id),
        before={"roles": ended}, after={"reason": audit.keyed(reason)},
    )  # fmt: skip


async def come_back(connection: Connection, person: Person | None, person_id: UUID) -> None:
    """Open an account again: with the roles of one that was stopped or locked, without any of one that was left.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    account = await managing.held(connection, person, "person:stop", person_id)
    assert person is not None
    if account.disabled_why is None:
        return
    await queries.enable(connection, person_id)
    await audit.record(
        connection, actor=person.actor, tag="access:person:return", subject=str(person_id),
        before={"why": account.disabled_why},
    )  # fmt: skip


async def keep(connection: Connection, person: Person | None, person_id: UUID) -> None:
    """Count the days without use of an account from now, before it is locked.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    await managing.held(connection, person, "person:stop", person_id)
    assert person is not None
    await queries.count_anew(connection, person_id)
    await audit.record(connection, actor=person.actor, tag="access:person:keep", subject=str(person_id))
