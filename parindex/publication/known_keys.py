"""The keys of a tenant: the private one in its file, the public ones that signed editions in the database too.

A key comes into being by an operator's deed alone: a command, or the first start of the installation for its own tenant. And
only where the tenant never signed anything: a file that was lost is not replaced unseen.
"""

from __future__ import annotations

import asyncio

from parindex import audit
from parindex.access.tenants import Tenant
from parindex.errors import Refused
from parindex.publication import queries
from parindex.publication.keys import PublicKey, SigningKey, SigningKeys
from parindex.store.database import Connection


async def signing(connection: Connection, keys: SigningKeys, tenant: Tenant) -> SigningKey:
    """The key that signs now; makes none.

    Raises:
        Refused: ``signing_key_missing`` where the tenant signed before, ``signing_key_unmade`` where it never did.
        BrokenKey: the file cannot be used.
    """
    if not await asyncio.to_thread(keys.has, tenant.code):
        signed = await queries.known_keys(connection)
        raise Refused("signing_key_missing" if signed else "signing_key_unmade", tenant=tenant.code)
    return await asyncio.to_thread(keys.signing, tenant.code)


async def made(connection: Connection, keys: SigningKeys, tenant: Tenant, *, by: str) -> SigningKey:
    """The key that signs from now on, made where the tenant has none and never signed; a new one stands on record.

    Raises:
        Refused: ``signing_key_missing``.
        BrokenKey: the file that is there cannot be used.
    """
    if await asyncio.to_thread(keys.has, tenant.code):
        return await asyncio.to_thread(keys.signing, tenant.code)
    if await queries.known_keys(connection):
        raise Refused("signing_key_missing", tenant=tenant.code)
    key = await asyncio.to_thread(keys.made, tenant.code)
    await audit.record(connection, actor=by, tag="publication:key:make", subject=key.public.key_id)
    return key


async def public(connection: Connection, keys: SigningKeys, tenant: Tenant) -> tuple[PublicKey, ...]:
    """Every public key of a tenant, the one in use first; makes none."""
    files = await asyncio.to_thread(keys.public, tenant.code)
    held = {key.key_id: key for key in (*files, *await queries.known_keys(connection))}
    return tuple(held.values())
