"""The first administrator of an empty installation: made by a link that ``parindex serve`` prints, once."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from parindex import audit
from parindex.access import people, tenants
from parindex.access import queries as access_queries
from parindex.access.office import queries
from parindex.access.people import hash_password, login_name, token_hash
from parindex.access.tenants import Tenant
from parindex.errors import FieldError, Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id

HOURS: Final = 24
"""How long the link can be used."""


class FirstAdministrator(msgspec.Struct, frozen=True, kw_only=True):
    """What the first administrator types."""

    owner: str
    """Name of whose installation it is."""

    name: str
    """As they are called."""

    login: str
    """What they will sign in with."""

    password: str
    """That they choose."""


async def offer(connection: Connection) -> str | None:
    """A token for ``/first/<token>``, where nobody was made administrator; an earlier one is dead."""
    await access_queries.hold_administrators(connection)
    if await queries.any_administrator(connection):
        return None
    token, link_id = secrets.token_urlsafe(24), new_id()
    await queries.insert_first_link(connection, link_id, token_hash(token), datetime.now(UTC) + timedelta(hours=HOURS))
    await audit.record(connection, actor="system", tag="access:first:offer", subject=str(link_id))
    return token


async def check(connection: Connection, token: str) -> None:
    """Whether a link can be used.

    Raises:
        Refused: ``first_link_invalid``.
    """
    if await queries.any_administrator(connection) or not await queries.first_link_open(connection, token_hash(token)):
        raise Refused("first_link_invalid")


async def make(connection: Connection, tenant: Tenant, token: str, given: FirstAdministrator) -> UUID:
    """Make the administrator and name the tenant; the link is used up.

    Raises:
        Refused: ``first_link_invalid``; ``invalid_fields`` with ``login_taken``; ``password_weak``, ``password_common``.
    """
    await access_queries.hold_administrators(connection)
    await check(connection, token)
    login = login_name(given.login)
    people.check_password(given.password, login, [login, given.name, given.owner, tenant.code])
    if await access_queries.login_exists(connection, login):
        raise Refused("invalid_fields", fields=(FieldError(field="login", code="login_taken", values={}),))
    hashed = await asyncio.to_thread(hash_password, given.password)
    if not await queries.use_first_link(connection, token_hash(token)):
        raise Refused("first_link_invalid")
    if given.owner != tenant.name_vi:
        await tenants.rename(connection, tenant, name_vi=given.owner, name_en=tenant.name_en, by="system")
    person_id = await people.add_person(
        connection, login=given.login, name=given.name, roles=["administrator"], password_hash=hashed
    )
    await audit.record(connection, actor="system", tag="access:first:make", subject=str(person_id))
    return person_id
