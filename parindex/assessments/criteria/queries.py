"""SQL of criteria sets: published ones, and drafts on their way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
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


async def appraisers_of(connection: Connection, set_id: UUID) -> list[Row]:
    """(body, name_vi, name_en, above) of the agencies that appraise for each body, in the newest year of a set."""
    return await connection.fetch(
        """select distinct on (b.body) b.body, a.name_vi, a.name_en, coalesce(b.above, false) as above
        from cycle_bodies b join cycles c on c.tenant_id = b.tenant_id and c.id = b.cycle_id
        join agencies a on a.tenant_id = b.tenant_id and a.id = b.agency_id
        where c.criteria_set_id = $1 order by b.body, c.year desc""",
        set_id,
    )


async def source_of(connection: Connection, set_id: UUID) -> str | None:
    """The text that a set was read from."""
    found: str | None = await connection.fetchval("select source from criteria_sets where id = $1", set_id)
    return found


# drafts

_DRAFT = "select d.id, d.family, d.version, d.tier, d.base_id, d.published_id, d.state from criteria_drafts d"

_REVISION = """select r.number, r.way, r.file_name, r.file_sha256, r.document, r.digest, r.outline, r.problems as faults,
    r.cases, r.case_count, r.by_person, p.name as by_name, r.at
    from criteria_revisions r left join people p on p.tenant_id = r.tenant_id and p.id::text = r.by_person"""


async def keep_file(connection: Connection, sha256: str, content: bytes) -> None:
    """Keep an uploaded file; the same bytes are kept once."""
    await connection.execute(
        """insert into criteria_files (tenant_id, sha256, content)
        values (current_setting('parindex.tenant')::uuid, $1, $2) on conflict do nothing""",
        sha256, content,
    )  # fmt: skip


async def file_content(connection: Connection, sha256: str) -> bytes | None:
    """An uploaded file."""
    found: bytes | None = await connection.fetchval("select content from criteria_files where sha256 = $1", sha256)
    return found


async def insert_draft(
    connection: Connection, draft_id: UUID, family: str, version: str, tier: str, base_id: UUID | None, by: str
) -> bool:
    """Begin a draft; ``False`` where one of its version is under way or was published."""
    row = await connection.fetchrow(
        """insert into criteria_drafts (tenant_id, id, family, version, tier, base_id, created_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, family, version) where state <> 'withdrawn' do nothing returning 1""",
        draft_id, family, version, tier, base_id, by,
    )  # fmt: skip
    return row is not None


async def insert_revision(connection: Connection, draft_id: UUID, values: Mapping[str, Any]) -> int:
    """Add a version to a draft; gives its number."""
    number: int = await connection.fetchval(
        """insert into criteria_revisions (tenant_id, draft_id, number, way, file_name, file_sha256, document, digest,
            outline, problems, cases, case_count, by_person)
        select current_setting('parindex.tenant')::uuid, $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9,
            $10, $11 from criteria_revisions where draft_id = $1
        returning number""",
        draft_id, values["way"], values["file_name"], values["file_sha256"], values["document"], values["digest"],
        values["outline"], values["faults"], values["cases"], values["case_count"], values["by"],
    )  # fmt: skip
    return number


async def draft(connection: Connection, draft_id: UUID, *, hold: bool = False) -> Row | None:
    """A draft; ``hold``: nobody changes it until the transaction ends."""
    return await connection.fetchrow(f"{_DRAFT} where d.id = $1{' for update' if hold else ''}", draft_id)


async def draft_of_version(connection: Connection, family: str, version: str) -> UUID | None:
    """The draft of a version that is under way or was published."""
    found: UUID | None = await connection.fetchval(
        "select id from criteria_drafts where family = $1 and version = $2 and state <> 'withdrawn'", family, version
    )
    return found


async def drafts(connection: Connection) -> list[Row]:
    """Every draft with its newest version, newest first."""
    return await connection.fetch(
        """select d.id, d.family, d.version, d.tier, d.state, r.number, p.name as by_name, r.at,
            (select count(*) from jsonb_array_elements(r.problems::jsonb) f where f ->> 'level' <> 'note')::int as errors
        from criteria_drafts d cross join lateral (
            select r.number, r.problems, r.by_person, r.at from criteria_revisions r
            where r.tenant_id = d.tenant_id and r.draft_id = d.id order by r.number desc limit 1) r
        left join people p on p.tenant_id = d.tenant_id and p.id::text = r.by_person
        order by r.at desc, d.id desc"""
    )


async def newest_revision(connection: Connection, draft_id: UUID) -> Row | None:
    """The newest version of a draft."""
    return await connection.fetchrow(f"{_REVISION} where r.draft_id = $1 order by r.number desc limit 1", draft_id)


async def last_whole_revision(connection: Connection, draft_id: UUID) -> Row | None:
    """The newest version of a draft that is a set."""
    return await connection.fetchrow(
        f"{_REVISION} where r.draft_id = $1 and r.document is not null order by r.number desc limit 1", draft_id
    )


# published sets in the office


async def uses(connection: Connection) -> list[Row]:
    """Years with the sets that they are bound to, newest first."""
    return await connection.fetch(
        "select id as cycle_id, criteria_set_id, family, year, tier, state from cycles order by year desc, tier, family"
    )


async def name_of(connection: Connection, person: str) -> str | None:
    """What a person is called; ``None`` for a command."""
    found: str | None = await connection.fetchval("select name from people where id::text = $1", person)
    return found


async def base_of(connection: Connection, family: str, tier: str, supersedes: str | None) -> UUID | None:
    """The published set that a new one is compared with: the one it replaces, else the newest of its family or tier."""
    found: UUID | None = await connection.fetchval(
        """select id from criteria_sets where family = $1 or document::jsonb ->> 'tier' = $2
        order by family = $1 desc, (family = $1 and version = $3) is true desc, published_at desc, id desc limit 1""",
        family, tier, supersedes,
    )  # fmt: skip
    return found
