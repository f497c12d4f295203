"""Bring a database to the newest version, one process at a time.

Each version is a transaction of its own, so that a lock is held for one version's work only, and what was reached
before a failure is kept. While it runs the version before it serves: a version waits a few seconds for a lock, says
so when it does not get it, and can be run again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any, Final

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from parindex.messages import N_, Message
from parindex.places import data_folder
from parindex.store.causes import database_cause
from parindex.store.database import Connection as AnyConnection
from parindex.store.embedded import ServerFailure

LOCK: Final = 7_061_907
ROLES_LOCK: Final = 7_061_909
ROLES: Final = ("parindex_migrator", "parindex_app", "parindex_sealer", "parindex_contact")
PATIENCE: Final = 900
"""Seconds that a process waits for another one that is migrating."""

LOCK_NOT_HAD: Final = "55P03"
TOOK_TOO_LONG: Final = "57014"


def role_statements(database: str) -> tuple[str, ...]:
    """What an administrator runs once: four roles, none of which can bypass row-level security.

    One block, which two who run it at once run after each other: grants change rows of shared catalogues, and a
    server refuses the second of two changes. Passwords are set apart from this (``\\password parindex_app``) where
    the server asks for them. The owner of the tables ends the write-ahead log at the lock of a survey round, which
    needs two rights that an owner has not.
    """
    creating = "\n".join(
        f"    begin create role {role} login nosuperuser nobypassrls nocreatedb nocreaterole;\n"
        "    exception when duplicate_object or unique_violation then null; end;"
        for role in ROLES
    )
    return (
        f"""do $$ begin
    perform pg_advisory_xact_lock({ROLES_LOCK});
{creating}
    grant create, connect, temporary on database "{database}" to parindex_migrator;
    grant connect on database "{database}" to parindex_app, parindex_sealer, parindex_contact;
    grant create, usage on schema public to parindex_migrator;
    revoke create on schema public from public;
    grant execute on function pg_switch_wal() to parindex_migrator;
    grant pg_checkpoint to parindex_migrator;
end $$""",
    )


async def create_roles(connection: asyncpg.Connection[asyncpg.Record], database: str) -> None:
    """Run :func:`role_statements` as a superuser; harmless when repeated.

    Its lock reaches as far as this database. Roles belong to the whole cluster: what somebody does to them from
    another database in the same moment is refused by the server, and tried again here.
    """
    for left in reversed(range(10)):
        try:
            for statement in role_statements(database):
                await connection.execute(statement)
        except asyncpg.InternalServerError:
            if not left:
                raise
            await asyncio.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - only to part two who try at once
        else:
            return


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


async def migrate(url: str, *, version: str = "head") -> None:
    """Run what is missing as the owner of the tables; a second process waits for the first.

    Args:
        url: ``postgresql://`` address as role parindex_migrator.
        version: Where to stop.

    Raises:
        ServerFailure: the database refuses; nothing of the version that failed remains, those before it do.
    """
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    reached: list[str] = []
    try:
        async with engine.connect() as connection:
            await _alone(connection)
            await _set_limits(connection)
            await connection.execute(
                text(
                    "create table if not exists schema_version "
                    "(version_num varchar(32), constraint pk_schema_version primary key (version_num))"
                )
            )
            await connection.commit()
            await connection.run_sync(_upgrade, version, reached.append)
            await connection.commit()
            await connection.execute(text(f"select pg_advisory_unlock({LOCK})"))
    except DBAPIError as error:
        raise _failure(error, reached[-1] if reached else None) from error
    finally:
        await engine.dispose()


async def _alone(connection: AsyncConnection) -> None:
    """Be the one process that migrates.

    Asks again and again: whoever waits inside a statement holds a snapshot, and the process that migrates waits for
    every snapshot when it builds an index beside running work.

    Raises:
        ServerFailure: another process has been at it for too long.
    """
    deadline = time.monotonic() + PATIENCE
    while not (await connection.execute(text(f"select pg_try_advisory_lock({LOCK})"))).scalar():
        await connection.rollback()
        if time.monotonic() > deadline:
            raise ServerFailure(
                N_("một tiến trình khác đã nâng cấp cơ sở dữ liệu này suốt %(seconds)s giây"), seconds=PATIENCE
            )
        await asyncio.sleep(0.1)
    await connection.commit()


LIMITS: Final = ("set lock_timeout = '5s'", "set statement_timeout = '60s'")
"""For a version that sets none of its own."""


async def _set_limits(connection: AsyncConnection) -> None:
    for statement in LIMITS:
        await connection.execute(text(statement))


def _upgrade(connection: Connection, version: str, beginning: Callable[[str], None]) -> None:
    """Run the versions; ``beginning`` is told each before it begins."""
    script = ScriptDirectory.from_config(_config())
    at = connection.execute(text("select version_num from schema_version")).scalar()
    connection.commit()
    waiting = [found.revision for found in script.iterate_revisions(version, at or "base")]
    if not waiting:
        return
    beginning(waiting.pop())

    def between(**_: Any) -> None:
        for statement in LIMITS:
            connection.execute(text(statement))
        if waiting:
            beginning(waiting.pop())

    config = _config()
    config.attributes["connection"] = connection
    config.attributes["between"] = between
    command.upgrade(config, version)


def _cause(error: DBAPIError) -> Message:
    """Of the driver's own error, which SQLAlchemy wraps."""
    return database_cause(getattr(error.orig, "__cause__", None) or error.orig or error)


def _failure(error: DBAPIError, version: str | None) -> ServerFailure:
    """Why the database cannot be migrated, and what to do about it."""
    what = Message(N_("không nâng cấp được cơ sở dữ liệu"))
    if version is not None:
        what = Message(N_("không nâng cấp được cơ sở dữ liệu lên phiên bản %(version)s"), version=version)
    messages = {
        LOCK_NOT_HAD: N_(
            "%(what)s lúc này: có người đang làm việc với bảng cần thay đổi, và việc nâng cấp không chờ ai quá vài giây. "
            "Cơ sở dữ liệu vẫn ở phiên bản trước; hãy chạy lại lệnh, hoặc kết thúc các giao dịch dài nhất trước "
            "(%(cause)s)"
        ),
        TOOK_TOO_LONG: N_(
            "%(what)s: một câu lệnh chạy lâu hơn mức phiên bản này cho phép. Cơ sở dữ liệu vẫn ở phiên bản trước; hãy "
            "chạy lại lệnh khi máy chủ ít việc (%(cause)s)"
        ),
    }
    message = messages.get(getattr(error.orig, "sqlstate", ""), N_("%(what)s: %(cause)s"))
    return ServerFailure(message, what=what, cause=_cause(error))


async def current(connection: AnyConnection) -> str | None:
    """The version of a database; ``None`` for one that was never migrated."""
    if await connection.fetchval("select to_regclass('schema_version')") is None:
        return None
    version: str | None = await connection.fetchval("select version_num from schema_version")
    return version
