"""The SQL of what the office needs for itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parindex.store.database import Connection, Row


async def settings(connection: Connection) -> dict[str, Any]:
    """What the tenant decided, by name."""
    rows = await connection.fetch("select name, value::text as value from tenant_settings")
    return {row["name"]: msgspec.json.decode(row["value"]) for row in rows}


async def write_setting(connection: Connection, name: str, value: Any) -> None:
    """One decision."""
    await connection.execute(
        """insert into tenant_settings (tenant_id, name, value)
        values (current_setting('parindex.tenant')::uuid, $1, $2::jsonb)
        on conflict (tenant_id, name) do update set value = excluded.value""",
        name, msgspec.json.encode(value).decode(),
    )  # fmt: skip


async def insert_review(connection: Connection, review_id: UUID, by: str, accounts: int, note: str) -> None:
    """A review of rights that was made."""
    await connection.execute(
        """insert into rights_reviews (tenant_id, id, by_person, accounts, note)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        review_id, by, accounts, note,
    )  # fmt: skip


async def reviews(connection: Connection, limit: int) -> list[Row]:
    """(at, who, accounts, note) of the reviews that were made, the newest first."""
    return await connection.fetch(
        """select r.at, p.name as who, r.accounts, r.note from rights_reviews r
        left join people p on p.tenant_id = r.tenant_id and p.id::text = r.by_person order by r.at desc limit $1""",
        limit,
    )


async def in_use(connection: Connection) -> int:
    """Accounts that are not closed."""
    count: int = await connection.fetchval("select count(*) from people where disabled_at is null")
    return count


async def review_due(connection: Connection, months: int) -> datetime | None:
    """When the next review is due: so long after the last one, or after the first account was made."""
    due: datetime | None = await connection.fetchval(
        """select coalesce((select max(at) from rights_reviews), (select min(created_at) from people))
            + make_interval(months => $1)""",
        months,
    )
    return due


async def any_administrator(connection: Connection) -> bool:
    """Whether somebody was made administrator whose account is not closed, also one who has not set a password yet."""
    found: bool = await connection.fetchval(
        """select exists (select from people p
            join grants g on g.tenant_id = p.tenant_id and g.person_id = p.id and g.role = 'administrator'
            where p.disabled_at is null and (g.valid_to is null or g.valid_to > rights_now()))"""
    )
    return found


async def insert_first_link(connection: Connection, link_id: UUID, token_hash: bytes, expires_at: datetime) -> None:
    """A link by which the first administrator is made; earlier ones are dead."""
    await connection.execute("update first_links set used_at = now() where used_at is null")
    await connection.execute(
        """insert into first_links (tenant_id, id, token_hash, expires_at)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3)""",
        link_id, token_hash, expires_at,
    )  # fmt: skip


async def first_link_open(connection: Connection, token_hash: bytes) -> bool:
    """Whether a link can still be used."""
    found: bool = await connection.fetchval(
        "select exists (select from first_links where token_hash = $1 and used_at is null and expires_at > now())",
        token_hash,
    )
    return found


async def use_first_link(connection: Connection, token_hash: bytes) -> bool:
    """Use a link up; false where it was used meanwhile."""
    done = await connection.fetchval(
        """update first_links set used_at = now() where token_hash = $1 and used_at is null and expires_at > now()
        returning true""",
        token_hash,
    )
    return bool(done)
