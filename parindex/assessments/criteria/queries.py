"""SQL of published criteria sets."""

from __future__ import annotations

from uuid import UUID

from parindex.store.database import Connection, Row


async def insert(
    connection: Connection,
    set_id: UUID,
    family: str,
    version: str,
    digest: str,
    document: str,
    source: str,
    by: str,
) -> None:
    """Publish a version: it never changes after this."""
    await connection.execute(
        """insert into criteria_sets (tenant_id, id, family, version, digest, document, source, published_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7)""",
        set_id, family, version, digest, document, source, by,
    )  # fmt: skip


async def by_version(connection: Connection, family: str, version: str) -> Row | None:
    """(id, digest) of a version."""
    return await connection.fetchrow(
        "select id, digest from criteria_sets where family = $1 and version = $2", family, version
    )


async def digest_of(connection: Connection, set_id: UUID) -> str | None:
    """The digest of a published set."""
    found: str | None = await connection.fetchval("select digest from criteria_sets where id = $1", set_id)
    return found


async def document_of(connection: Connection, set_id: UUID) -> str | None:
    """The whole set as JSON."""
    found: str | None = await connection.fetchval("select document from criteria_sets where id = $1", set_id)
    return found


async def listed(connection: Connection) -> list[Row]:
    """Every published version, newest first, without its content."""
    return await connection.fetch(
        "select id, family, version, digest, published_at from criteria_sets order by published_at desc, id desc"
    )


async def appraisers_of(connection: Connection, set_id: UUID) -> dict[str, tuple[str, str | None]]:
    """Names (Vietnamese, English) of the agencies that appraise for each body, in the newest year of a set."""
    rows = await connection.fetch(
        """select distinct on (b.body) b.body, a.name_vi, a.name_en
        from cycle_bodies b join cycles c on c.tenant_id = b.tenant_id and c.id = b.cycle_id
        join agencies a on a.tenant_id = b.tenant_id and a.id = b.agency_id
        where c.criteria_set_id = $1 order by b.body, c.year desc""",
        set_id,
    )
    return {row["body"]: (row["name_vi"], row["name_en"]) for row in rows}


async def source_of(connection: Connection, set_id: UUID) -> str | None:
    """The text that a set was read from."""
    found: str | None = await connection.fetchval("select source from criteria_sets where id = $1", set_id)
    return found
