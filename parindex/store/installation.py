"""The database that this installation runs on: a real server named by the settings, or the embedded one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import asyncpg
import msgspec

from parindex.messages import N_
from parindex.settings import Settings
from parindex.store.causes import database_cause
from parindex.store.embedded import EmbeddedServer, ServerFailure
from parindex.store.migrate import ROLES_LOCK, create_roles, migrate
from parindex.store.secrets import installation_folder

log = logging.getLogger("parindex.store")

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
async def database(
    settings: Settings, *, migrated: bool = True, broken: Callable[[str], Awaitable[bool]] | None = None
) -> AsyncIterator[Addresses]:
    """The database; the embedded server runs for as long as it is used.

    Args:
        settings: Name a real server, or the folder of the embedded one.
        migrated: Bring it to the newest version first; False leaves it as it is found.
        broken: Asked with the application's address; where it answers yes, the embedded server's database is
            thrown away and made anew. A real server's database is never thrown away.

    Raises:
        ServerFailure: the embedded server cannot be had, or a real one refuses; says which address.
    """
    if settings.database_url and settings.database_migrator_url and settings.database_sealer_url:
        addresses = Addresses(
            app=settings.database_url, migrator=settings.database_migrator_url, sealer=settings.database_sealer_url
        )
        await _try(addresses)
        if migrated:
            await migrate(addresses.migrator)
        yield addresses
        return
    with EmbeddedServer(installation_folder(settings.data) / "postgres") as server:
        await _prepare(server)
        addresses = Addresses(
            app=server.url("parindex_app"),
            migrator=server.url("parindex_migrator"),
            sealer=server.url("parindex_sealer"),
        )
        if migrated:
            await migrate(addresses.migrator)
        if broken and await broken(addresses.app):
            await _drop(server)
            await _prepare(server)
            await migrate(addresses.migrator)
        watching = asyncio.create_task(keep_alive(server))
        try:
            yield addresses
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def keep_alive(server: EmbeddedServer, *, every: float = 2) -> None:
    """Start the embedded server again when it died; a real server has people for that.

    Args:
        server: One that this process uses.
        every: Seconds between looks.
    """
    while True:
        await asyncio.sleep(every)
        if await asyncio.to_thread(server.lives):
            continue
        log.error("the embedded PostgreSQL died and is started again", extra={"log": str(server.log)})
        with suppress(ServerFailure):
            await asyncio.to_thread(server.revive)


async def _drop(server: EmbeddedServer) -> None:
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    try:
        await admin.execute(f'drop database "{DATABASE}" with (force)')
    finally:
        await admin.close()


async def _try(addresses: Addresses) -> None:
    """Open and close a connection as each role, so that a refusal names the setting that is wrong."""
    for variable, url in (
        ("DATABASE_MIGRATOR_URL", addresses.migrator),
        ("DATABASE_URL", addresses.app),
        ("DATABASE_SEALER_URL", addresses.sealer),
    ):
        try:
            connection = await asyncpg.connect(url, timeout=10)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            raise ServerFailure(
                N_("%(variable)s: không kết nối được cơ sở dữ liệu (“%(database)s”: %(cause)s)"),
                variable=variable, database=_database_of(url), cause=database_cause(error),
            ) from error  # fmt: skip
        await connection.close()


def _database_of(url: str) -> str:
    """The name that an address gives; nothing where it gives none or is no address."""
    with suppress(ValueError):
        return urlsplit(url).path.removeprefix("/")
    return ""


async def _prepare(server: EmbeddedServer) -> None:
    """The database and the roles of a new cluster; harmless when repeated, and one process after the other."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    try:
        await admin.execute(f"select pg_advisory_lock({ROLES_LOCK})")
        if not await admin.fetchval("select exists (select from pg_database where datname = $1)", DATABASE):
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await admin.execute(f'create database "{DATABASE}"')
        inside = await asyncpg.connect(server.url("postgres", DATABASE))
        try:
            await create_roles(inside, DATABASE)
        finally:
            await inside.close()
    finally:
        await admin.close()
