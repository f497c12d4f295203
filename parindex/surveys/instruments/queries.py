"""SQL of drafts of questionnaires, and of published ones in the office."""

from __future__ import annotations

from uuid import UUID

from parindex.approvals.model import StepValues
from parindex.store.database import Connection, Row

_TENANT = "current_setting('parindex.tenant')::uuid"


async def insert_draft(
    connection: Connection, draft_id: UUID, family: str, version: str, base_id: UUID | None, by: str
) -> bool:
    """Begin a draft; ``False`` where one of its version is under way or was published."""
    row = await connection.fetchrow(
        f"""insert into instrument_drafts (tenant_id, id, family, version, base_id, created_by)
        values ({_TENANT}, $1, $2, $3, $4, $5)
        on conflict (tenant_id, family, version) where state <> 'withdrawn' do nothing returning 1""",  # noqa: S608
        draft_id, family, version, base_id, by,
    )  # fmt: skip
    return row is not None


async def insert_revision(connection: Connection, draft_id: UUID, values: StepValues) -> int:
    """Add a version to a draft; gives its number."""
    number: int = await connection.fetchval(
        f"""insert into instrument_revisions (tenant_id, draft_id, number, file_name, source, document, digest, outline,
            problems, by_person, way)
        select {_TENANT}, $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9
        from instrument_revisions where draft_id = $1 returning number""",  # noqa: S608
        draft_id, values["file_name"], values["source"], values["document"], values["digest"], values["outline"],
        values["faults"], values["by"], values["way"],
    )  # fmt: skip
    return number


async def draft(connection: Connection, draft_id: UUID, *, hold: bool = False) -> Row | None:
    """A draft; ``hold``: nobody changes it until the transaction ends."""
    return await connection.fetchrow(
        f"""select id, family, version, base_id, published_id, state from instrument_drafts
        where id = $1{" for update" if hold else ""}""",  # noqa: S608
        draft_id,
    )


async def drafts(connection: Connection) -> list[Row]:
    """Every draft with its newest version, newest first."""
    return await connection.fetch(
        """select d.id, d.family, d.version, '' as tier, d.state, r.number, p.name as by_name, r.at,
            json_array_length(r.problems::json) as errors
        from instrument_drafts d cross join lateral (
            select r.number, r.problems, r.by_person, r.at from instrument_revisions r
            where r.tenant_id = d.tenant_id and r.draft_id = d.id order by r.number desc limit 1) r
        left join people p on p.tenant_id = d.tenant_id and p.id::text = r.by_person
        order by r.at desc, d.id desc"""
    )


async def newest_revision(connection: Connection, draft_id: UUID) -> Row | None:
    """The newest version of a draft."""
    return await connection.fetchrow(
        """select r.number, coalesce(r.way, 'file') as way, r.file_name, r.source, r.document, r.digest, r.outline, r.problems as faults, r.by_person,
            p.name as by_name, r.at
        from instrument_revisions r left join people p on p.tenant_id = r.tenant_id and p.id::text = r.by_person
        where r.draft_id = $1 order by r.number desc limit 1""",
        draft_id,
    )


async def base_of(connection: Connection, code: str, version: str) -> UUID | None:
    """The published version before this one; where none is, the last that was published."""
    found: UUID | None = await connection.fetchval(
        """select id from instruments where code = $1
        order by version < $2 desc, case when version < $2 then version end desc nulls last, published_at desc, id desc
        limit 1""",
        code, version,
    )  # fmt: skip
    return found


async def published(connection: Connection) -> list[Row]:
    """Published versions with the number of rounds that ask them, newest first."""
    return await connection.fetch(
        """select i.id, i.code, i.version, i.digest, i.published_at,
            (select count(*) from survey_rounds r where r.tenant_id = i.tenant_id and r.instrument_id = i.id)::int as rounds
        from instruments i order by i.published_at desc, i.id desc"""
    )


async def source_of(connection: Connection, instrument_id: UUID) -> str | None:
    """The text that a published version was read from."""
    found: str | None = await connection.fetchval("select source from instruments where id = $1", instrument_id)
    return found
