"""The SQL of published questionnaires."""

from __future__ import annotations

from uuid import UUID

from parindex.store.database import Connection, Row

_TENANT = "current_setting('parindex.tenant')::uuid"


async def insert_instrument(
    connection: Connection, row_id: UUID, code: str, version: str, digest: str, document: str, source: str, actor: str
) -> None:
    """A published version."""
    await connection.execute(
        f"""insert into instruments (tenant_id, id, code, version, digest, document, source, published_by)
        values ({_TENANT}, $1, $2, $3, $4, $5, $6, $7)""",  # noqa: S608
        row_id, code, version, digest, document, source, actor,
    )  # fmt: skip


async def instrument_of_version(connection: Connection, code: str, version: str) -> Row | None:
    """Id and digest of a published version."""
    return await connection.fetchrow(
        "select id, digest from instruments where code = $1 and version = $2", code, version
    )


async def instrument_document(connection: Connection, instrument_id: UUID) -> str | None:
    """The canonical JSON of a version."""
    document: str | None = await connection.fetchval("select document from instruments where id = $1", instrument_id)
    return document
