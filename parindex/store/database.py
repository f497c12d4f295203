"""The pool of connections, and the transaction that knows its tenant."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from parindex.errors import Refused

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
Row: TypeAlias = "asyncpg.Record"

UNAVAILABLE = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncio.TimeoutError)
"""What a driver raises when the server cannot be reached or went away."""

MOST_SECONDS_APART: Final = 30
"""Between the clock of the database, which deadlines follow, and that of the application, which pages tell."""


class Database:
    """A pool as one role. Rooms get connections from it and never open their own."""

    clock: datetime | None = None
    """What transactions take for now, where the role may say so: that of the tables' owner, for practice and tests."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], *, owner: str | None = None) -> None:
        self.pool = pool
        self._owner = owner
        self._wait = 10.0
        """Seconds to wait for a connection."""

    @classmethod
    async def connect(
        cls, url: str, *, size: int = 10, patience: float | None = 60, owner: str | None = None
    ) -> Database:
        """Open a pool of at most ``size`` connections to ``url``.

        Args:
            url: Address and role.
            size: Connections at most.
            patience: Seconds that a statement may take; ``None`` is for what works in the background.
            owner: The same database as the owner of the tables, for :meth:`as_owner`.

        Raises:
            Refused: ``database_unavailable``.
        """
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, command_timeout=patience, reset=_nothing_to_reset
            )
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            raise Refused("database_unavailable") from error
        database = cls(pool, owner=owner)
        database._wait = min(database._wait, patience or database._wait)
        return database

    async def close(self) -> None:
        """Close the pool; what runs is given ten seconds."""
        try:
            await asyncio.wait_for(self.pool.close(), 10)
        except TimeoutError:
            self.pool.terminate()

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID | None, *, snapshot: bool = False) -> AsyncIterator[Connection]:
        """A transaction that sees the rows of one tenant; ``None`` sees no tenant's rows at all.

        Args:
            tenant_id: Set for this transaction only, so that a pooled connection never carries it on.
            snapshot: Read everything as of one moment (repeatable read).

        Raises:
            Refused: ``database_unavailable`` when no connection can be had.
        """
        try:
            connection = await self.pool.acquire(timeout=self._wait)
        except UNAVAILABLE as error:
            raise Refused("database_unavailable") from error
        try:
            async with connection.transaction(isolation="repeatable_read" if snapshot else None):
                await enter(connection, tenant_id)
                if self.clock is not None:
                    await connection.execute("select set_config('parindex.clock', $1, true)", self.clock.isoformat())
                yield connection
        finally:
            await self.pool.release(connection)

    @asynccontextmanager
    async def as_owner(self) -> AsyncIterator[Connection]:
        """A connection as the owner of the tables, for what only an owner may do and no transaction may hold.

        Opened for this and closed after it; a statement may take as long as it has to.

        Raises:
            Refused: ``database_unavailable``, also where the owner's address is not known here.
        """
        if self._owner is None:
            raise Refused("database_unavailable")
        try:
            connection = await asyncpg.connect(
                self._owner, timeout=10, server_settings={"statement_timeout": "0", "lock_timeout": "0"}
            )
        except (*UNAVAILABLE, asyncpg.PostgresError) as error:
            raise Refused("database_unavailable") from error
        try:
            yield connection
        finally:
            await connection.close(timeout=10)

    @asynccontextmanager
    async def at(self, moment: datetime) -> AsyncIterator[Database]:
        """This database as the owner of the tables, whose transactions take a moment for now: for practice and tests.

        Deadlines ask ``parindex_now()``, which nobody but the owner can set. The moment is in ``clock`` and may be moved.

        Raises:
            Refused: ``database_unavailable``, also where the owner's address is not known here.
        """
        if self._owner is None:
            raise Refused("database_unavailable")
        past = await Database.connect(self._owner, size=4, patience=None)
        past.clock = moment
        try:
            yield past
        finally:
            await past.close()

    async def ready(self) -> bool:
        """Whether a query is answered within two seconds."""
        try:
            return bool(await asyncio.wait_for(self.pool.fetchval("select true"), 2))
        except (*UNAVAILABLE, asyncpg.PostgresError):
            return False

    async def seconds_ahead(self) -> float:
        """Seconds by which the database's clock is ahead of this machine's; the way there and back is counted half."""
        asked = time.time()
        told: datetime = await self.pool.fetchval("select clock_timestamp()")
        return told.timestamp() - (asked + time.time()) / 2


async def _nothing_to_reset(connection: object) -> None:
    """Settings and locks end with their transaction here, so a connection goes back to the pool as it came."""


async def enter(connection: Connection, tenant_id: UUID | None) -> None:
    """Show the rows of one tenant until the end of the transaction."""
    await connection.execute(
        "select set_config('parindex.tenant', $1, true)", "" if tenant_id is None else str(tenant_id)
    )
