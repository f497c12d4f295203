"""What everybody does with their own account: the password, and where it is signed in."""

from __future__ import annotations

import asyncio

from parindex import audit
from parindex.access import people
from parindex.access import queries as access_queries
from parindex.access.model import Person
from parindex.access.people import hash_password, password_matches, token_hash
from parindex.access.staff import queries
from parindex.access.staff.model import ListedPerson, SessionSeen
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection, Database


async def mine(connection: Connection, person: Person) -> tuple[ListedPerson, list[SessionSeen]]:
    """The account and its sessions."""
    (known,) = await queries.of_ids(connection, [person.id])
    return known, await queries.sessions(connection, person.id)


async def change_password(
    database: Database, person: Person, current: str, wanted: str, *, session: str
) -> None:  # fmt: skip
    """Set another password; every other session ends, this one goes on.

    Args:
        database: Of the installation.
        person: Whose.
        current: The password that holds.
        wanted: The one that is to hold.
        session: Token of the session that asks.

    Raises:
        Refused: ``invalid_fields`` with ``password_wrong`` at ``current``; ``password_weak``, ``password_common``.
    """
    async with database.transaction(person.tenant_id) as connection:
        row = await queries.secret_of(connection, person.id)
    if row is None:
        raise Refused("sign_in_needed")
    if not await asyncio.to_thread(password_matches, row["password_hash"], current):
        raise Refused("invalid_fields", fields=(FieldError(field="current", code="password_wrong", values={}),))
    people.check_password(wanted, row["login"], row["about"])
    hashed = await asyncio.to_thread(hash_password, wanted)
    async with database.transaction(person.tenant_id) as connection:
        await access_queries.change_password(connection, person.id, hashed, kept=token_hash(session))
        await audit.record(connection, actor=person.actor, tag="access:person:password", subject=str(person.id))


async def end_session(connection: Connection, person: Person, key: str) -> None:
    """End one of one's own sessions; harmless when it is over."""
    if await queries.end_session(connection, person.id, key):
        await audit.record(connection, actor=person.actor, tag="access:session:end", subject=str(person.id))


async def end_others(connection: Connection, person: Person, session: str) -> None:
    """End all of one's sessions but this one."""
    if await queries.end_other_sessions(connection, person.id, token_hash(session)):
        await audit.record(connection, actor=person.actor, tag="access:session:end", subject=str(person.id))


def key_of(session: str) -> str:
    """By which a session is known in the list."""
    return token_hash(session).hex()
