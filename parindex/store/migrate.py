"""Bring a database to the newest version, one process at a time."""

from __future__ import annotations

from typing import Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from parindex.places import data_folder
from parindex.store.database import Connection as AnyConnection
from parindex.store.embedded import ServerFailure

LOCK: Final = 7_061_907
ROLES: Final = ("parindex_migrator", "parindex_app", "parindex_sealer", "parindex_contact")


def role_statements(database: str) -> tuple[str, ...]:
    """What an administrator runs once: four roles, none of which can bypass row-level security.

    Passwords are set apart from this (``\\password parindex_app``) where the server asks for them.
    """
    create = tuple(
        f"""do $$ begin create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole;
        exception when duplicate_object or unique_violation then null; end $$"""
        for role in ROLES
    )
    return (
        *create,
        f'grant create, connect, temporary on database "{database}" to parindex_migrator',
        f'grant connect on database "{database}" to parindex_app, parindex_sealer, parindex_contact',
        "grant create, usage on schema public to parindex_migrator",
        "revoke create on schema public from public",
    )


async def create_roles(connection: asyncpg.Connection[asyncpg.Record], database: str) -> None:
    """Run :func:`role_statements` as a superuser; harmless when repeated."""
    for statement in role_statements(database):
        await connection.execute(statement)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(data_folder("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The version that this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations found")
    return head


async def migrate(url: str) -> None:
    """Run what is missing as the owner of the tables; a second process waits for the first.

    Args:
        url: ``postgresql://`` address as role parindex_migrator.

    Raises:
        ServerFailure: the database refuses; nothing of the failed step remains.
    """
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            await connection.execute(text("set lock_timeout = '60s'"))
            await connection.execute(text(f"select pg_advisory_lock({LOCK})"))
            await connection.execute(text("set lock_timeout = '5s'"))
            await connection.execute(
                text(
                    "create table if not exists schema_version "
                    "(version_num varchar(32), constraint pk_schema_version primary key (version_num))"
                )
            )
            await connection.commit()
            await connection.run_sync(_upgrade)
            await connection.commit()
            await connection.execute(text(f"select pg_advisory_unlock({LOCK})"))
    except DBAPIError as error:
        raise ServerFailure(f"the database cannot be migrated: {error.orig}") from error
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def current(connection: AnyConnection) -> str | None:
    """The version of a database; ``None`` for one that was never migrated."""
    if await connection.fetchval("select to_regclass('schema_version')") is None:
        return None
    version: str | None = await connection.fetchval("select version_num from schema_version")
    return version
