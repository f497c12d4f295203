"""Sign-in, and sessions of our own: a new id at every sign-in, only its hash stored."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from parindex import audit
from parindex.access import queries
from parindex.access.model import Person
from parindex.access.people import login_name, password_matches, token_hash
from parindex.errors import Refused
from parindex.store.database import Connection, Database
from parindex.store.ids import new_id

COOKIE: Final = "parindex_session"
ATTEMPTS: Final = 8
PAUSE_MINUTES: Final = 15
LONGEST: Final = timedelta(days=7)


async def sign_in(database: Database, tenant_id: UUID, login: str, password: str, *, old: str | None = None) -> str:
    """Check a password and open a session.

    Args:
        old: Token of the session that the browser still holds; it ends, so that no id outlives a sign-in.

    Returns:
        The token for the cookie.

    Raises:
        Refused: ``sign_in_failed`` (the same words for an unknown login), ``sign_in_paused``.
    """
    login = login_name(login)
    digest = hashlib.sha256(login.encode()).digest()
    async with database.transaction(tenant_id) as connection:
        if await queries.failures(connection, digest, PAUSE_MINUTES) >= ATTEMPTS:
            raise Refused("sign_in_paused", minutes=PAUSE_MINUTES)
        found = await queries.secret_of_login(connection, login)
    matches = await asyncio.to_thread(password_matches, found[1] if found else None, password)
    async with database.transaction(tenant_id) as connection:
        if found and matches:
            await queries.forget_failures(connection, digest)
            return await _open(connection, found[0], old)
        await queries.insert_failure(connection, new_id(), digest)
    raise Refused("sign_in_failed")


async def _open(connection: Connection, person_id: UUID, old: str | None) -> str:
    token = secrets.token_urlsafe(32)
    if old:
        await queries.delete_session(connection, token_hash(old))
    await queries.delete_stale_sessions(connection)
    await queries.insert_session(connection, token_hash(token), person_id, datetime.now(UTC) + LONGEST)
    await audit.record(connection, actor=str(person_id), tag="access:session:open", subject=str(person_id))
    return token


async def sign_out(database: Database, tenant_id: UUID, token: str) -> None:
    """End the session of a token; harmless when it is over."""
    async with database.transaction(tenant_id) as connection:
        person_id = await queries.delete_session(connection, token_hash(token))
        if person_id is not None:
            await audit.record(connection, actor=str(person_id), tag="access:session:close", subject=str(person_id))


async def person_of(database: Database, tenant_id: UUID, token: str, *, idle_hours: int) -> Person | None:
    """Who holds a session token; roles are read anew at every request, so a change of rights holds at once."""
    async with database.transaction(tenant_id) as connection:
        person = await queries.person_by_session(connection, token_hash(token), idle_hours)
        if person is not None:
            await queries.touch_session(connection, token_hash(token))
    return person
