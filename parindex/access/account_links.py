"""Links by which the owner of an account sets a password: the first one, and one after it was forgotten.

Good once and for a week; only the hash of a link is kept, and a newer one kills those before it. A reset ends the
password and every session at once, and its owner is told.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from parindex import audit
from parindex.access import people, queries
from parindex.errors import Refused
from parindex.jobs import notices
from parindex.jobs.model import Payload
from parindex.store.database import Connection
from parindex.store.ids import new_id

INVITATION_DAYS: Final = 7

RESET: Final = "access.reset"
"""The notice of :class:`PasswordReset`."""


class PasswordReset(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody else ended a password: its owner is told where they next look."""

    person: UUID
    """Whose it was."""


async def invite(connection: Connection, person_id: UUID, *, by: str) -> str:
    """A token for ``/invitations/<token>``, good once and for a week; only its hash is kept, and older ones are dead."""
    return (await invite_all(connection, [person_id], by=by))[person_id]


async def invite_all(connection: Connection, owners: Sequence[UUID], *, by: str) -> dict[UUID, str]:
    """A token for each of several people, as :func:`invite` makes one."""
    return await _links(connection, owners, "invite", "access:person:invite", by)


async def reset(connection: Connection, person_id: UUID, *, by: str) -> str:
    """A token by which somebody sets another password; the old one and every session end at once."""
    tokens = await _links(connection, [person_id], "reset", "access:person:reset", by)
    await queries.set_password(connection, person_id, None)
    await notices.put_up(connection, new_id(), RESET, PasswordReset(person=person_id))
    return tokens[person_id]


async def _links(
    connection: Connection, owners: Sequence[UUID], purpose: str, tag: str, by: str
) -> dict[UUID, str]:  # fmt: skip
    tokens = {person_id: secrets.token_urlsafe(24) for person_id in owners}
    expires = datetime.now(UTC) + timedelta(days=INVITATION_DAYS)
    rows = [(new_id(), person_id, people.token_hash(token)) for person_id, token in tokens.items()]
    await queries.insert_invitations(connection, rows, expires, purpose)
    await audit.record_all(connection, by, [audit.Change(tag=tag, subject=str(person_id)) for person_id in tokens])
    return tokens


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """Who a link invites."""

    name: str
    """As they are called."""

    login: str
    """What they will sign in with."""


async def invited(connection: Connection, token: str) -> Invited:
    """Who an open link invites.

    Raises:
        Refused: ``invitation_invalid``.
    """
    row = await queries.open_invitation(connection, people.token_hash(token))
    if row is None:
        raise Refused("invitation_invalid")
    return Invited(name=row["name"], login=row["login"])


async def accept_invitation(connection: Connection, token: str, password: str) -> UUID:
    """Set the password that the invited person chose.

    Raises:
        Refused: ``invitation_invalid``, ``password_weak``, ``password_common``.
    """
    row = await queries.open_invitation(connection, people.token_hash(token))
    if row is None:
        raise Refused("invitation_invalid")
    people.check_password(password, row["login"], row["about"])
    hashed = await asyncio.to_thread(people.hash_password, password)
    person_id = await queries.use_invitation(connection, people.token_hash(token))
    if person_id is None:
        raise Refused("invitation_invalid")
    await queries.set_password(connection, person_id, hashed)
    await audit.record(connection, actor=str(person_id), tag="access:person:password", subject=str(person_id))
    return person_id
