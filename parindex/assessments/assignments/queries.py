"""The SQL of assigned leaves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from parindex.assessments.assignments.model import AssignedLeaf, Assignments, Colleague, HandIn
from parindex.store.database import Connection
from parindex.store.ids import new_id

_DECLARES = """p.disabled_at is null and exists (select from grants g
    where g.tenant_id = p.tenant_id and g.person_id = p.id and g.role in ('specialist', 'focal_point')
    and g.valid_from <= rights_now() and (g.valid_to is null or g.valid_to > rights_now()))"""
"""Whether a person ``p`` may declare leaves of their agency now."""


async def of_sheet(connection: Connection, sheet_id: UUID) -> Assignments:
    """Who has which leaf now, the owner first."""
    rows = await connection.fetch(
        f"""select l.code, l.person_id, p.agency_id, l.part, p.name, l.since,
            p.agency_id = coalesce(o.owner_id, s.agency_id) and {_DECLARES} as present,
            exists (select from people f join grants g on g.tenant_id = f.tenant_id and g.person_id = f.id
                where f.tenant_id = s.tenant_id and f.agency_id = s.agency_id and f.disabled_at is null
                and g.role = 'focal_point' and g.valid_from <= rights_now()
                and (g.valid_to is null or g.valid_to > rights_now())) as bundled
        from leaf_assignments l join people p on p.tenant_id = l.tenant_id and p.id = l.person_id
        join sheets s on s.tenant_id = l.tenant_id and s.id = l.sheet_id
        left join leaf_owners o on o.tenant_id = s.tenant_id and o.cycle_id = s.cycle_id and o.agency_id = s.agency_id
            and o.code = l.code
        where l.sheet_id = $1 and l.ended_at is null
        order by l.code, array_position(array['owner', 'contributor', 'monitor'], l.part), l.since, l.id""",  # noqa: S608
        sheet_id,
    )
    found: dict[str, list[AssignedLeaf]] = {}
    bundled = False
    for row in rows:
        values = dict(row)
        bundled = values.pop("bundled")
        found.setdefault(row["code"], []).append(AssignedLeaf(**values))
    return Assignments(by_code=found, bundled=bundled)


async def colleagues(connection: Connection, agency_id: UUID) -> list[Colleague]:
    """Whoever of an agency may be given leaves, by name."""
    rows = await connection.fetch(
        f"select p.id, p.name from people p where p.agency_id = $1 and {_DECLARES} order by p.name, p.id",  # noqa: S608
        agency_id,
    )
    return [Colleague(**dict(row)) for row in rows]


async def end(connection: Connection, sheet_id: UUID, codes: Sequence[str], person_ids: Sequence[UUID]) -> None:
    """End what these have of these leaves: the two columns side by side."""
    await connection.execute(
        """update leaf_assignments l set ended_at = clock_timestamp()
        from unnest($2::text[], $3::uuid[]) as o (code, person_id)
        where l.sheet_id = $1 and l.code = o.code and l.person_id = o.person_id and l.ended_at is null""",
        sheet_id, list(codes), list(person_ids),
    )  # fmt: skip


async def begin(connection: Connection, sheet_id: UUID, codes: Sequence[str], person_id: UUID, part: str) -> None:
    """Give somebody leaves."""
    await connection.execute(
        """insert into leaf_assignments (tenant_id, id, sheet_id, code, person_id, part)
        select current_setting('parindex.tenant')::uuid, l.id, $1, l.code, $4, $5
        from unnest($2::uuid[], $3::text[]) as l (id, code)""",
        sheet_id, [new_id() for _ in codes], list(codes), person_id, part,
    )  # fmt: skip


async def hand_ins(connection: Connection, sheet_id: UUID) -> dict[UUID, HandIn]:
    """The newest hand-in of each entry of a sheet that has any."""
    rows = await connection.fetch(
        """select distinct on (h.entry_id) h.entry_id, h.row_version, p.name, h.at, h.given_back_at,
            b.name as given_back_by, h.reason
        from entries e join leaf_hand_ins h on h.tenant_id = e.tenant_id and h.entry_id = e.id
        join people p on p.tenant_id = h.tenant_id and p.id = h.person_id
        left join people b on b.tenant_id = h.tenant_id and b.id = h.given_back_by
        where e.sheet_id = $1 order by h.entry_id, h.at desc, h.id desc""",
        sheet_id,
    )
    return {row["entry_id"]: HandIn(**dict(row)) for row in rows}


async def hand_in(connection: Connection, entries: Sequence[tuple[UUID, int]], person_id: UUID) -> None:
    """Hand in entries: (id, version)."""
    await connection.execute(
        """insert into leaf_hand_ins (tenant_id, id, entry_id, row_version, person_id)
        select current_setting('parindex.tenant')::uuid, l.id, l.entry_id, l.row_version, $4
        from unnest($1::uuid[], $2::uuid[], $3::integer[]) as l (id, entry_id, row_version)""",
        [new_id() for _ in entries], [one for one, _ in entries], [version for _, version in entries], person_id,
    )  # fmt: skip


async def give_back(connection: Connection, entry_ids: Sequence[UUID], person_id: UUID, reason: str) -> None:
    """Give back whatever of these entries is handed in."""
    await connection.execute(
        """update leaf_hand_ins set given_back_at = clock_timestamp(), given_back_by = $2, reason = $3
        where entry_id = any($1) and given_back_at is null""",
        list(entry_ids), person_id, reason,
    )  # fmt: skip


async def held(connection: Connection, person_id: UUID) -> dict[UUID, frozenset[str]]:
    """The leaves that somebody declares, by sheet."""
    rows = await connection.fetch(
        """select sheet_id, array_agg(code) as codes from leaf_assignments
        where person_id = $1 and ended_at is null and part in ('owner', 'contributor') group by sheet_id""",
        person_id,
    )
    return {row["sheet_id"]: frozenset(row["codes"]) for row in rows}


async def declared_by(connection: Connection, sheet_id: UUID, actor: str) -> list[str]:
    """Leaves and common facts of a sheet that stand as somebody declared them last, by code or name."""
    rows = await connection.fetch(
        """select code as name from entries where sheet_id = $1 and updated_by = $2 and retired_by is null
        union all select name from sheet_inputs where sheet_id = $1 and updated_by = $2 order by name""", sheet_id, actor
    )  # fmt: skip
    return [row["name"] for row in rows]
