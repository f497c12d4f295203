"""The SQL of sheets of people that were sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from parindex.access.imports.model import HeldImport, KnownAccount, KnownAgency
from parindex.access.staff import queries as staff_queries
from parindex.store.database import Connection


async def insert(connection: Connection, import_id: UUID, by: UUID, file_name: str, content: bytes) -> None:
    """Keep a sheet."""
    await connection.execute(
        """insert into people_imports (tenant_id, id, by_person, file_name, content)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        import_id, by, file_name, content,
    )  # fmt: skip


async def by_id(connection: Connection, import_id: UUID, by: UUID) -> HeldImport | None:
    """A sheet, of whoever sent it."""
    row = await connection.fetchrow(
        """select id, file_name, content, at, written_at, written from people_imports where id = $1 and by_person = $2""",
        import_id, by,
    )  # fmt: skip
    return None if row is None else HeldImport(**{**dict(row), "written": tuple(row["written"])})


async def hold(connection: Connection, import_id: UUID) -> bool:
    """Whether a sheet waits to be written; nobody else writes it meanwhile."""
    row = await connection.fetchrow(
        "select written_at from people_imports where id = $1 for update", import_id
    )  # fmt: skip
    return row is not None and row["written_at"] is None


async def mark_written(connection: Connection, import_id: UUID, people: Sequence[UUID]) -> None:
    """Its good rows were written."""
    await connection.execute(
        "update people_imports set written_at = now(), written = $2 where id = $1", import_id, list(people)
    )


async def drop(connection: Connection, import_id: UUID, by: UUID) -> None:
    """Forget a sheet, of whoever sent it."""
    await connection.execute("delete from people_imports where id = $1 and by_person = $2", import_id, by)


async def forget(connection: Connection, kept: timedelta) -> int:
    """Forget sheets of long ago; how many."""
    rows = await connection.fetch("delete from people_imports where at < now() - $1::interval returning id", kept)
    return len(rows)


async def agencies(connection: Connection) -> list[KnownAgency]:
    """Agencies of today."""
    return [KnownAgency(**dict(row)) for row in await staff_queries.agencies_of_today(connection)]


async def accounts(connection: Connection, logins: Sequence[str]) -> dict[str, KnownAccount]:
    """Accounts of some logins, with the roles that hold or will."""
    rows = await connection.fetch(
        """select p.id, p.login, p.name, p.agency_id, a.name_vi as agency, p.disabled_at is not null as closed,
            p.password_hash is not null as signs_in,
            (select array_agg(g.role order by g.id) from grants g where g.tenant_id = p.tenant_id and g.person_id = p.id
                and (g.valid_to is null or g.valid_to > rights_now())) as roles,
            (select array_agg(g.valid_from order by g.id) from grants g where g.tenant_id = p.tenant_id
                and g.person_id = p.id and (g.valid_to is null or g.valid_to > rights_now())) as since,
            (select array_agg(g.valid_to order by g.id) from grants g where g.tenant_id = p.tenant_id
                and g.person_id = p.id and (g.valid_to is null or g.valid_to > rights_now())) as until
        from people p left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id
        where p.login = any($1)""",
        list(logins),
    )
    return {
        row["login"]: KnownAccount(
            id=row["id"], name=row["name"], agency_id=row["agency_id"], agency=row["agency"], closed=row["closed"],
            signs_in=row["signs_in"],
            roles=tuple(zip(row["roles"] or (), row["since"] or (), row["until"] or (), strict=True)),
        )
        for row in rows
    }  # fmt: skip
