"""The SQL of delegations."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from parindex.access.delegations.model import DELEGABLE, Delegation, DelegationKind
from parindex.access.model import SYSTEM
from parindex.store.database import Connection

_DELEGATION: Final = """select d.id, d.kind, d.from_person, f.name as from_name, a.name_vi as from_agency, d.to_person,
    q.name as to_name, d.valid_from, d.valid_to, d.reason, d.basis, r.name as recorded_by, d.revoked_at,
    v.name as revoked_by
    from delegations d
    join people f on f.tenant_id = d.tenant_id and f.id = d.from_person
    join people q on q.tenant_id = d.tenant_id and q.id = d.to_person
    left join agencies a on a.tenant_id = f.tenant_id and a.id = f.agency_id
    left join people r on r.tenant_id = d.tenant_id and r.id::text = d.recorded_by
    left join people v on v.tenant_id = d.tenant_id and v.id::text = d.revoked_by"""


async def insert(
    connection: Connection, delegation_id: UUID, kind: DelegationKind, who: tuple[UUID, UUID],
    period: tuple[datetime, datetime], words: tuple[str, str], by: str,
) -> None:  # fmt: skip
    """A delegation: from whom to whom, from when to when, reason and basis."""
    await connection.execute(
        """insert into delegations (tenant_id, id, kind, from_person, to_person, valid_from, valid_to, reason, basis,
            recorded_by, role)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        delegation_id, kind, *who, *period, *words, by, DELEGABLE[kind].role,
    )  # fmt: skip


async def by_id(connection: Connection, delegation_id: UUID) -> Delegation | None:
    """One delegation."""
    row = await connection.fetchrow(f"{_DELEGATION} where d.id = $1", delegation_id)
    return None if row is None else Delegation(**dict(row))


async def of_person(connection: Connection, person_id: UUID) -> list[Delegation]:
    """From a person and to them, the newest first."""
    rows = await connection.fetch(
        f"{_DELEGATION} where d.from_person = $1 or d.to_person = $1 order by d.valid_from desc, d.id desc", person_id
    )
    return [Delegation(**dict(row)) for row in rows]


async def standing(connection: Connection) -> list[Delegation]:
    """All that hold or will hold, by their first day."""
    rows = await connection.fetch(
        f"{_DELEGATION} where d.revoked_at is null and d.valid_to > rights_now() order by d.valid_from, d.id"
    )
    return [Delegation(**dict(row)) for row in rows]


async def over(connection: Connection, limit: int) -> list[Delegation]:
    """Those that are over or were taken back, the newest first."""
    rows = await connection.fetch(
        f"""{_DELEGATION} where d.revoked_at is not null or d.valid_to <= rights_now()
        order by coalesce(d.revoked_at, d.valid_to) desc limit $1""",
        limit,
    )
    return [Delegation(**dict(row)) for row in rows]


async def revoke(connection: Connection, delegation_id: UUID, by: str) -> bool:
    """Take a delegation back; false where it was taken back already."""
    done = await connection.fetchval(
        """update delegations set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null
        returning true""",
        delegation_id, by,
    )  # fmt: skip
    return bool(done)


async def covers(
    connection: Connection, person_id: UUID, role: str, first: datetime, after: datetime
) -> bool:  # fmt: skip
    """Whether a person holds a role of their own for the whole of a time."""
    found: bool = await connection.fetchval(
        """select exists (select from grants where person_id = $1 and role = $2 and valid_from <= $3
            and (valid_to is null or valid_to >= $4))""",
        person_id, role, first, after,
    )  # fmt: skip
    return found


async def overlapping(
    connection: Connection, kind: DelegationKind, from_person: UUID, period: tuple[datetime, datetime]
) -> bool:
    """Whether a person has lent the same already for some of a time."""
    found: bool = await connection.fetchval(
        """select exists (select from delegations where kind = $1 and from_person = $2 and revoked_at is null
            and valid_from < $4 and valid_to > $3)""",
        kind, from_person, *period,
    )  # fmt: skip
    return found


async def givers(connection: Connection) -> list[tuple[UUID, str, str]]:
    """(id, name, agency) of people in use who hold a role of which something may be lent, by name."""
    rows = await connection.fetch(
        """select p.id, p.name, coalesce(a.short_name, a.name_vi, '') as agency from people p
        left join agencies a on a.tenant_id = p.tenant_id and a.id = p.agency_id
        left join person_traces t on t.tenant_id = p.tenant_id and t.person_id = p.id
        where p.disabled_at is null and exists (select from grants g where g.tenant_id = p.tenant_id
            and g.person_id = p.id and g.role = any($1) and (g.valid_to is null or g.valid_to > rights_now()))
        order by t.sort_key nulls last, p.login limit 500""",
        sorted({one.role for one in DELEGABLE.values()}),
    )
    return [(row["id"], row["name"], row["agency"]) for row in rows]


async def colleagues(connection: Connection, person_id: UUID) -> list[tuple[UUID, str]]:
    """(id, name) of people in use of the same agency, by name; a system signs in nowhere and stands in for nobody."""
    rows = await connection.fetch(
        """select q.id, q.name from people p
        join people q on q.tenant_id = p.tenant_id and q.agency_id is not distinct from p.agency_id and q.id <> p.id
        left join person_traces t on t.tenant_id = q.tenant_id and t.person_id = q.id
        where p.id = $1 and q.disabled_at is null and not exists (select from grants g where g.tenant_id = q.tenant_id
            and g.person_id = q.id and g.role = $2 and (g.valid_to is null or g.valid_to > rights_now()))
        order by t.sort_key nulls last, q.login limit 200""",
        person_id,
        SYSTEM,
    )
    return [(row["id"], row["name"]) for row in rows]
