"""What a database is like, as its own catalogue tells."""

from __future__ import annotations

from typing import Final

import msgspec

from parindex.store.database import Connection
from parindex.store.migrate import current

_ROLE: Final = "select rolname, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user"
_EXPOSED: Final = """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where a.attname = 'tenant_id' and c.relkind in ('r', 'p') and not c.relispartition
    and not (c.relrowsecurity and c.relforcerowsecurity) order by c.relname"""


_COPIES: Final = """select
    current_setting('archive_mode') <> 'off' as archived,
    (select count(*) from pg_stat_replication) as replicas,
    (select count(*) from pg_replication_slots) as slots,
    current_setting('wal_recycle') <> 'off' as recycled,
    not (has_function_privilege('parindex_migrator', 'pg_switch_wal()', 'execute')
        and pg_has_role('parindex_migrator', 'pg_checkpoint', 'usage')) as endless"""


class LogCopies(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the write-ahead log stays beyond the lock of a survey round."""

    archived: bool
    """Whether its files are archived."""

    replicas: int
    """Servers that are sent it."""

    slots: int
    """Replication slots that keep it."""

    recycled: bool
    """Whether old files are kept under new names, with what stands in them."""

    endless: bool
    """Whether the owner of the tables may not end it."""


class Inspection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Facts that the platform's promises rest on."""

    major_version: int
    """Of the server, such as 15."""

    schema: str | None
    """Newest migration that ran; ``None`` where none did."""

    role: str
    """Role of the connection."""

    bypasses: bool
    """Whether the role is above row-level security."""

    exposed: tuple[str, ...]
    """Tables of tenants that row-level security does not guard."""


async def inspect(connection: Connection) -> Inspection:
    """Look; changes nothing."""
    version = await connection.fetchval("show server_version_num")
    role = await connection.fetchrow(_ROLE)
    exposed = await connection.fetch(_EXPOSED)
    return Inspection(
        major_version=int(version) // 10000,
        schema=await current(connection),
        role=role["rolname"] if role else "",
        bypasses=role is None or role["bypasses"],
        exposed=tuple(row["relname"] for row in exposed),
    )


async def log_copies(connection: Connection) -> LogCopies:
    """Look where the write-ahead log goes."""
    row = await connection.fetchrow(_COPIES)
    assert row is not None
    return LogCopies(**dict(row))
