"""SQL of the evidence register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from parindex.assessments.model import Attached, Document
from parindex.store.database import Connection, Row
from parindex.text import fold

_DOCUMENT = """d.id, d.agency_id, d.number, d.issued_on, d.issuer, d.abstract, d.sha256, d.file_name,
    f.media_type, f.size, d.registered_at, d.withdrawn_at,
    (select count(*) from entry_documents u where u.tenant_id = d.tenant_id and u.document_id = d.id
        and u.detached_at is null) as uses"""
_FROM = "documents d join evidence_files f on f.tenant_id = d.tenant_id and f.sha256 = d.sha256"


async def insert_file(connection: Connection, sha256: str, size: int, media_type: str) -> None:
    """Remember a stored content; the same content again changes nothing."""
    await connection.execute(
        """insert into evidence_files (tenant_id, sha256, size, media_type)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3)
        on conflict on constraint pk_evidence_files do nothing""",
        sha256, size, media_type,
    )  # fmt: skip


async def lock_room(connection: Connection, agency_id: UUID) -> None:
    """Let one transaction at a time add files of an agency."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended('room ' || $1, 0))", str(agency_id))


async def used_bytes(connection: Connection, agency_id: UUID, *, without: str = "") -> int:
    """Bytes of the contents that an agency's documents have, each once; one content may be left out."""
    found: int = await connection.fetchval(
        """select coalesce(sum(f.size), 0)::bigint from evidence_files f
        where f.sha256 <> $2 and exists (select 1 from documents d
            where d.tenant_id = f.tenant_id and d.sha256 = f.sha256 and d.agency_id = $1)""",
        agency_id, without,
    )  # fmt: skip
    return found


async def stored_files(connection: Connection) -> list[Row]:
    """Digest and size of every content of the tenant."""
    return await connection.fetch("select sha256, size from evidence_files")


async def insert_document(
    connection: Connection,
    document_id: UUID,
    agency_id: UUID,
    number: str,
    issued_on: date,
    issuer: str,
    abstract: str,
    sha256: str,
    file_name: str,
    by: str,
) -> UUID | None:
    """Register a document; ``None`` when the same record with the same file is there already."""
    found: UUID | None = await connection.fetchval(
        """insert into documents (tenant_id, id, agency_id, number, issued_on, issuer, abstract, sha256,
            file_name, not_secret, search_key, registered_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, true, $9, $10)
        on conflict on constraint uq_documents_record do nothing returning id""",
        document_id, agency_id, number, issued_on, issuer, abstract, sha256, file_name,
        fold(f"{number} {issuer} {abstract}"), by,
    )  # fmt: skip
    return found


async def same_record(
    connection: Connection, agency_id: UUID, number: str, issued_on: date, sha256: str
) -> UUID | None:
    """The record that an agency has already made of this document."""
    found: UUID | None = await connection.fetchval(
        """select id from documents where agency_id = $1 and number = $2 and issued_on = $3 and sha256 = $4""",
        agency_id, number, issued_on, sha256,
    )  # fmt: skip
    return found


async def document(connection: Connection, document_id: UUID) -> Document | None:
    """One record."""
    row = await connection.fetchrow(f"select {_DOCUMENT} from {_FROM} where d.id = $1", document_id)  # noqa: S608
    return Document(**dict(row)) if row else None


async def of_agency(
    connection: Connection, agency_id: UUID, search: str = "", *, most: int = 200, after: int = 0
) -> list[Document]:
    """The register of an agency, newest first, without what was withdrawn; search reads without marks."""
    rows = await connection.fetch(
        f"""select {_DOCUMENT} from {_FROM}
        where d.agency_id = $1 and d.withdrawn_at is null and strpos(d.search_key, $2) > 0
        order by d.registered_at desc, d.id desc limit $3 offset $4""",  # noqa: S608
        agency_id, fold(search), most, after,
    )  # fmt: skip
    return [Document(**dict(row)) for row in rows]


async def counted(connection: Connection, agency_id: UUID, search: str) -> int:
    """How many documents of an agency's register a search finds."""
    found: int = await connection.fetchval(
        """select count(*) from documents d
        where d.agency_id = $1 and d.withdrawn_at is null and strpos(d.search_key, $2) > 0""",
        agency_id, fold(search),
    )  # fmt: skip
    return found


async def perhaps_same(connection: Connection, agency_id: UUID, issued_on: date, sha256: str) -> list[Document]:
    """Documents of an agency with this content or of this day, not withdrawn."""
    rows = await connection.fetch(
        f"""select {_DOCUMENT} from {_FROM}
        where d.agency_id = $1 and d.withdrawn_at is null and (d.sha256 = $3 or d.issued_on = $2)
        order by d.registered_at, d.id""",  # noqa: S608
        agency_id, issued_on, sha256,
    )  # fmt: skip
    return [Document(**dict(row)) for row in rows]


async def registered_by(connection: Connection, document_id: UUID) -> str | None:
    """The name of who registered a document; ``None`` for the system."""
    found: str | None = await connection.fetchval(
        """select p.name from documents d
        join people p on p.tenant_id = d.tenant_id and p.id::text = d.registered_by where d.id = $1""",
        document_id,
    )
    return found


async def uses_of(connection: Connection, document_id: UUID) -> list[Row]:
    """(year, family, sheet_id, agency_id, state, code, pages) of every leaf that a document is attached to, newest year first."""
    return await connection.fetch(
        """select y.year, y.family, s.id as sheet_id, s.agency_id, s.state, e.code, x.pages, o.owner_id
        from entry_documents x
        join entries e on e.tenant_id = x.tenant_id and e.id = x.entry_id
        join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        join cycles y on y.tenant_id = s.tenant_id and y.id = s.cycle_id
        left join leaf_owners o on o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id and o.agency_id = s.agency_id
            and o.code = e.code
        where x.document_id = $1 and x.detached_at is null
        order by y.year desc, y.family, s.id, x.attached_at""",
        document_id,
    )


async def of_sheet(connection: Connection, sheet_id: UUID) -> list[Attached]:
    """What is attached to the entries of a sheet, in the order of attaching; uses are counted once a document."""
    rows = await connection.fetch(
        """with attached as materialized (
            select x.tenant_id, x.id, x.entry_id, x.document_id, x.pages, x.attached_at
            from entry_documents x
            where x.entry_id = any (array(select e.id from entries e where e.sheet_id = $1))
                and x.detached_at is null
        ), used as materialized (
            select d.document_id, (select count(*) from entry_documents u where u.tenant_id = d.tenant_id
                and u.document_id = d.document_id and u.detached_at is null) as uses
            from (select distinct tenant_id, document_id from attached) d
        )
        select x.id as attachment_id, x.entry_id, x.pages, d.id, d.agency_id, d.number, d.issued_on, d.issuer,
            d.abstract, d.sha256, d.file_name, f.media_type, f.size, d.registered_at, d.withdrawn_at, used.uses
        from attached x
        join used on used.document_id = x.document_id
        join documents d on d.tenant_id = x.tenant_id and d.id = x.document_id
        join evidence_files f on f.tenant_id = d.tenant_id and f.sha256 = d.sha256
        order by x.attached_at, x.id""",
        sheet_id,
    )
    return [_attached(row) for row in rows]


async def of_entry(connection: Connection, entry_id: UUID) -> list[Attached]:
    """What is attached to one entry."""
    rows = await connection.fetch(
        f"""select x.id as attachment_id, x.entry_id, x.pages, {_DOCUMENT}
        from entry_documents x, {_FROM} where x.entry_id = $1 and x.detached_at is null
        and d.tenant_id = x.tenant_id and d.id = x.document_id order by x.attached_at, x.id""",  # noqa: S608
        entry_id,
    )
    return [_attached(row) for row in rows]


async def of_entry_then(connection: Connection, entry_id: UUID, at: datetime) -> list[Attached]:
    """What was attached to one entry at a moment, also what was taken off or withdrawn since."""
    rows = await connection.fetch(
        f"""select x.id as attachment_id, x.entry_id, x.pages, {_DOCUMENT}
        from entry_documents x, {_FROM} where x.entry_id = $1 and x.attached_at <= $2
        and (x.detached_at is null or x.detached_at > $2)
        and d.tenant_id = x.tenant_id and d.id = x.document_id order by x.attached_at, x.id""",  # noqa: S608
        entry_id, at,
    )  # fmt: skip
    return [_attached(row) for row in rows]


async def of_year_before(
    connection: Connection, owner_id: UUID, agency_id: UUID, family: str, year: int, tier: str, code: str
) -> list[Attached]:
    """What was attached to the leaf of the same code in the year before, of one owner's register, not withdrawn since."""
    rows = await connection.fetch(
        f"""select x.id as attachment_id, x.entry_id, x.pages, {_DOCUMENT}
        from cycles y join sheets s on s.tenant_id = y.tenant_id and s.cycle_id = y.id
        join entries e on e.tenant_id = s.tenant_id and e.sheet_id = s.id
        join entry_documents x on x.tenant_id = e.tenant_id and x.entry_id = e.id and x.detached_at is null
        join documents d on d.tenant_id = x.tenant_id and d.id = x.document_id
        join evidence_files f on f.tenant_id = d.tenant_id and f.sha256 = d.sha256
        where d.agency_id = $1 and d.withdrawn_at is null and s.agency_id = $2 and y.family = $3 and y.year = $4 - 1
            and y.tier = $5 and e.code = $6
        order by x.attached_at, x.id""",  # noqa: S608
        owner_id, agency_id, family, year, tier, code,
    )  # fmt: skip
    return [_attached(row) for row in rows]


async def proved(connection: Connection, entry_ids: Sequence[UUID]) -> set[UUID]:
    """Those of some entries to which a document is attached."""
    rows = await connection.fetch(
        """select distinct entry_id from entry_documents
        where entry_id = any($1::uuid[]) and detached_at is null""",
        list(entry_ids),
    )
    return {row["entry_id"] for row in rows}


async def attach(connection: Connection, rows: Sequence[tuple[UUID, UUID, UUID, str]], by: str) -> None:
    """Attach documents: (id, entry, document, pages); attaching twice changes nothing."""
    await connection.executemany(
        """insert into entry_documents (tenant_id, id, entry_id, document_id, pages, attached_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5)
        on conflict (tenant_id, entry_id, document_id) where detached_at is null do nothing""",
        [(*row, by) for row in rows],
    )


async def detach(connection: Connection, attachment_id: UUID, entry_id: UUID, by: str) -> UUID | None:
    """Take a document off an entry; the attachment stays on record. The document, if it was attached."""
    found: UUID | None = await connection.fetchval(
        """update entry_documents set detached_at = clock_timestamp(), detached_by = $3
        where id = $1 and entry_id = $2 and detached_at is null returning document_id""",
        attachment_id, entry_id, by,
    )  # fmt: skip
    return found


async def withdraw(connection: Connection, document_id: UUID, by: str, reason: str) -> bool:
    """Take a record out of the register without removing it."""
    done = await connection.execute(
        """update documents set withdrawn_at = clock_timestamp(), withdrawn_by = $2, withdrawal_reason = $3
        where id = $1 and withdrawn_at is null""",
        document_id, by, reason,
    )  # fmt: skip
    return done.endswith(" 1")


async def sheets_using(connection: Connection, document_id: UUID) -> list[Row]:
    """(state, agency_id, cycle_id, owner_id) of the sheets that a document is attached to, with owner bodies of its leaves."""
    return await connection.fetch(
        """select distinct s.state, s.agency_id, s.cycle_id, o.owner_id from entry_documents x
        join entries e on e.tenant_id = x.tenant_id and e.id = x.entry_id
        join sheets s on s.tenant_id = e.tenant_id and s.id = e.sheet_id
        left join leaf_owners o on o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id and o.agency_id = s.agency_id
            and o.code = e.code
        where x.document_id = $1 and x.detached_at is null""",
        document_id,
    )


def _attached(row: Row) -> Attached:
    values = dict(row)
    return Attached(
        id=values.pop("attachment_id"),
        entry_id=values.pop("entry_id"),
        pages=values.pop("pages"),
        document=Document(**values),
    )
