"""Databases of the tests: cloned from a template, dropped after use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from parindex.store.database import Connection, Database
from parindex.store.embedded import EmbeddedServer


async def clone(server: EmbeddedServer, template: str, name: str) -> None:
    """A copy of a database that nobody is using."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}" template "{template}" strategy file_copy')
    await admin.close()


async def drop(server: EmbeddedServer, name: str) -> None:
    """Gone, whoever uses it."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'drop database if exists "{name}" with (force)')
    await admin.close()


class Counting(Database):
    """The same pool; every query is noted."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        super().__init__(pool)
        self.queries: list[str] = []

    @asynccontextmanager
    async def transaction(self, tenant_id: UUID | None, *, snapshot: bool = False) -> AsyncIterator[Connection]:
        def note(record: Any) -> None:
            own = "typeinfo_tree" in record.query or "'jit'" in record.query
            if not own:  # what the driver itself asks of a connection that is new
                self.queries.append(record.query)

        async with super().transaction(tenant_id, snapshot=snapshot) as connection:
            connection.add_query_logger(note)
            try:
                yield connection
            finally:
                connection.remove_query_logger(note)
