"""The SQL of code lists."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from parindex.agencies.code_lists.model import CodeEntry, CodeList, ListVersion
from parindex.store.database import Connection, Row

_VERSION: Final = """list, version, jsonb_array_length(entries) as entries, digest, basis_number, basis_date, at"""


async def lock(connection: Connection, name: str) -> None:
    """Let one transaction at a time issue a version of a list."""
    await connection.execute(
        "select pg_advisory_xact_lock(hashtextextended('codes ' || $1 || current_setting('parindex.tenant'), 0))", name
    )


async def insert(
    connection: Connection, name: str, version: int, entries: str, digest: str, basis: tuple[str, date], by: str
) -> None:
    """Add a version, its codes as JSON."""
    await connection.execute(
        """insert into code_list_versions (tenant_id, list, version, entries, digest, basis_number, basis_date, by_person)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3::jsonb, $4, $5, $6, $7)""",
        name, version, entries, digest, *basis, by,
    )  # fmt: skip


async def versions(connection: Connection, name: str | None = None) -> list[ListVersion]:
    """Versions of a list, or of all, the newest first."""
    rows = await connection.fetch(
        f"""select {_VERSION} from code_list_versions where $1::text is null or list = $1
        order by list, version desc""",  # noqa: S608 - columns
        name,
    )
    return [_held(row) for row in rows]


async def one(connection: Connection, name: str, version: int | None = None) -> CodeList | None:
    """A version of a list, or the newest."""
    row = await connection.fetchrow(
        f"""select {_VERSION}, entries::text as codes from code_list_versions
        where list = $1 and ($2::integer is null or version = $2) order by version desc limit 1""",  # noqa: S608
        name, version,
    )  # fmt: skip
    if row is None:
        return None
    return CodeList(held=_held(row), entries=msgspec.json.decode(row["codes"], type=tuple[CodeEntry, ...]))


def _held(row: Row) -> ListVersion:
    return ListVersion(**{name: row[name] for name in ListVersion.__struct_fields__})
