"""The keys of a tenant: the private one in its file, the public ones that signed editions in the database too.

A new key comes into being where the tenant never signed anything, and nowhere else: a file that was lost is not
replaced unseen.
"""

from __future__ import annotations

import asyncio

from parindex.access.tenants import Tenant
from parindex.errors import Refused
from parindex.publication import queries
from parindex.publication.keys import PublicKey, SigningKey, SigningKeys
from parindex.store.database import Connection


async def signing(connection: Connection, keys: SigningKeys, tenant: Tenant) -> SigningKey:
    """The key that signs now; made where the tenant has never signed.

    Raises:
        Refused: ``signing_key_missing``.
        BrokenKey: the file cannot be used.
    """
    if not await asyncio.to_thread(keys.has, tenant.code) and await queries.known_keys(connection):
        raise Refused("signing_key_missing", tenant=tenant.code)
    return await asyncio.to_thread(keys.signing, tenant.code)


async def public(connection: Connection, keys: SigningKeys, tenant: Tenant) -> tuple[PublicKey, ...]:
    """Every public key of a tenant, the one in use first; makes none."""
    files = await asyncio.to_thread(keys.public, tenant.code)
    held = {key.key_id: key for key in (*files, *await queries.known_keys(connection))}
    return tuple(held.values())
