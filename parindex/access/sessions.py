"""Sign-in, and sessions of our own: a new id at every sign-in, only its hash stored."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from parindex import audit
from parindex.access import guesses, queries
from parindex.access.model import Person
from parindex.access.people import login_name, password_matches, token_hash
from parindex.errors import Refused
from parindex.jobs import notices
from parindex.jobs.model import Payload
from parindex.store.database import Connection, Database
from parindex.text import local_day

COOKIE: Final = "parindex_session"
LONGEST: Final = timedelta(days=7)


GUESSED: Final = "access.guessed"
"""The notice of :class:`LoginGuessed`."""

AT_ONCE: Final = 4
"""Passwords that a process looks at side by side: each takes 64 MB."""

_lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, Mapping[bool, asyncio.Semaphore]] = WeakKeyDictionary()


class LoginGuessed(Payload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody tried several wrong passwords in a day."""

    person: UUID
    """Whose login it is."""


async def sign_in(
    database: Database,
    tenant_id: UUID,
    login: str,
    password: str,
    *,
    old: str | None = None,
    address: str = "-",
    browser: bytes | None = None,
    secret: bytes = b"",
    called: str = "",
) -> str:
    """Check a password and open a session.

    Args:
        database: Of the installation.
        tenant_id: Whose account.
        login: As it was typed.
        password: As it was typed.
        old: Token of the session that the browser still holds; it ends, so that no id outlives a sign-in.
        address: Where it comes from.
        browser: What the browser is known by, where it signed in with this login before.
        secret: Keys what is kept of logins and addresses.
        called: How the browser is called in the list of its owner's sessions.

    Returns:
        The token for the cookie.

    Raises:
        Refused: ``sign_in_failed`` (the same words for an unknown login), ``sign_in_paused``.
    """
    login = login_name(login)
    made = guesses.guess(secret, tenant_id, login, address=address, browser=browser)
    async with _lane(known=browser is not None):
        async with database.transaction(tenant_id) as connection:
            made = await guesses.count(connection, made)
            found = await queries.secret_of_login(connection, login)
        matches = await asyncio.to_thread(password_matches, found[1] if found else None, password)
    async with database.transaction(tenant_id) as connection:
        if found and matches:
            await guesses.forgive(connection, made)
            return await _open(connection, found[0], old, called)
        failed = await guesses.of_the_day(connection, made)
        if found and failed >= guesses.TELLING:
            await _tell(connection, found[0])
    raise Refused("sign_in_failed")


def _lane(*, known: bool) -> asyncio.Semaphore:
    """Room to look at a password; browsers that are known do not stand behind those that are not."""
    lanes = _lanes.setdefault(
        asyncio.get_running_loop(), {known: asyncio.Semaphore(AT_ONCE) for known in (False, True)}
    )
    return lanes[known]


async def _tell(connection: Connection, person_id: UUID) -> None:
    """Tell the owner of a login, once a day."""
    day = local_day(datetime.now(UTC)).isoformat()
    name = UUID(bytes=hashlib.sha256(b"guessed" + person_id.bytes + day.encode()).digest()[:16], version=5)
    await notices.put_up(connection, name, GUESSED, LoginGuessed(person=person_id))


async def _open(connection: Connection, person_id: UUID, old: str | None, called: str) -> str:
    token = secrets.token_urlsafe(32)
    if old:
        await queries.delete_session(connection, token_hash(old))
    await queries.delete_stale_sessions(connection)
    await queries.insert_session(connection, token_hash(token), person_id, datetime.now(UTC) + LONGEST, called)
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
