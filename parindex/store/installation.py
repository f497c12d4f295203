"""The database that this installation runs on: a real server named by the settings, or the embedded one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import msgspec

from parindex.settings import Settings
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles, migrate

DATABASE = "parindex"


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """One database, three roles."""

    app: str
    """As parindex_app, who owns nothing."""

    migrator: str
    """As parindex_migrator, who owns the tables."""

    sealer: str
    """As parindex_sealer, who chains the audit record."""


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Addresses]:
    """A migrated database; the embedded server runs for as long as it is used.

    Raises:
        ServerFailure: the embedded server cannot be had.
        asyncpg.PostgresError, OSError: a real server cannot be reached or refuses.
    """
    if settings.database_url and settings.database_migrator_url and settings.database_sealer_url:
        addresses = Addresses(
            app=settings.database_url, migrator=settings.database_migrator_url, sealer=settings.database_sealer_url
        )
        await migrate(addresses.migrator)
        yield addresses
        return
    with EmbeddedServer(settings.data / "postgres") as server:
        await _prepare(server)
        addresses = Addresses(
            app=server.url("parindex_app"),
            migrator=server.url("parindex_migrator"),
            sealer=server.url("parindex_sealer"),
        )
        await migrate(addresses.migrator)
        yield addresses


async def _prepare(server: EmbeddedServer) -> None:
    """The database and the roles of a new cluster; harmless when repeated, also by two processes at once."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    try:
        if not await admin.fetchval("select exists (select from pg_database where datname = $1)", DATABASE):
            try:
                await admin.execute(f'create database "{DATABASE}"')
            except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                pass
    finally:
        await admin.close()
    inside = await asyncpg.connect(server.url("postgres", DATABASE))
    try:
        await create_roles(inside, DATABASE)
    finally:
        await inside.close()
