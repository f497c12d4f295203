"""The SQL of owner bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from parindex.store.database import Connection, Row


async def of_cycle(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(agency_id, agency, code, owner_id, owner) of every leaf that has an owner body; agency and owner by their codes."""
    return await connection.fetch(
        """select o.agency_id, a.code as agency, o.code, o.owner_id, w.code as owner from leaf_owners o
        join agencies a on a.tenant_id = o.tenant_id and a.id = o.agency_id
        join agencies w on w.tenant_id = o.tenant_id and w.id = o.owner_id
        where o.cycle_id = $1 order by o.agency_id, o.code""",
        cycle_id,
    )


async def below(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(id, code, name, above) of the agencies below those that take part, as the registry stands today."""
    return await connection.fetch(
        """select w.id, w.code, w.name_vi as name, w.parent_id as above from cycle_agencies c
        join agencies w on w.tenant_id = c.tenant_id and w.parent_id = c.agency_id
        where c.cycle_id = $1 and (w.valid_to is null or w.valid_to > parindex_now()::date)
        order by w.official_order nulls last, w.sort_key, w.code""",
        cycle_id,
    )


async def replace(connection: Connection, cycle_id: UUID, owners: Mapping[UUID, Mapping[str, UUID]]) -> None:
    """Let these and no others own leaves of some sheets."""
    await connection.execute(
        "delete from leaf_owners where cycle_id = $1 and agency_id = any($2)", cycle_id, list(owners)
    )
    rows = [(agency, code, owner) for agency, named in owners.items() for code, owner in named.items()]
    await connection.execute(
        """insert into leaf_owners (tenant_id, cycle_id, agency_id, code, owner_id)
        select current_setting('parindex.tenant')::uuid, $1, o.agency_id, o.code, o.owner_id
        from unnest($2::uuid[], $3::text[], $4::uuid[]) as o (agency_id, code, owner_id)""",
        cycle_id, *([row[place] for row in rows] for place in range(3)),
    )  # fmt: skip


async def drop_others(connection: Connection, cycle_id: UUID, codes: Sequence[str]) -> None:
    """Nobody owns a leaf that a draft's set does not have."""
    await connection.execute(
        "delete from leaf_owners where cycle_id = $1 and code <> all($2::text[])", cycle_id, list(codes)
    )


async def carry_over(connection: Connection, source_id: UUID, cycle_id: UUID, codes: Sequence[str]) -> None:
    """Owners of another year, where agency, leaf and body are still what they were and the body does not appraise."""
    await connection.execute(
        """insert into leaf_owners (tenant_id, cycle_id, agency_id, code, owner_id)
        select o.tenant_id, c.cycle_id, o.agency_id, o.code, o.owner_id from leaf_owners o
        join cycle_agencies c on c.tenant_id = o.tenant_id and c.cycle_id = $2 and c.agency_id = o.agency_id
        join agencies w on w.tenant_id = o.tenant_id and w.id = o.owner_id and w.parent_id = o.agency_id
            and (w.valid_to is null or w.valid_to > parindex_now()::date)
        where o.cycle_id = $1 and o.code = any($3::text[]) and not exists (
            select from cycle_bodies b where b.tenant_id = o.tenant_id and b.cycle_id = $2
            and o.owner_id in (b.agency_id, b.substitute_id))""",
        source_id, cycle_id, list(codes),
    )  # fmt: skip


_NOT_OVER = "('published', 'archived', 'cancelled')"


async def owned_by(connection: Connection, bodies: Sequence[UUID]) -> list[Row]:
    """(cycle_id, family, year, state, agency, leaves) of the sheets of which bodies own leaves in years that are not over."""
    return await connection.fetch(
        f"""select y.id as cycle_id, y.family, y.year, y.state, coalesce(a.short_name, a.name_vi) as agency,
            count(*)::int as leaves
        from leaf_owners o join cycles y on y.tenant_id = o.tenant_id and y.id = o.cycle_id
        join agencies a on a.tenant_id = o.tenant_id and a.id = o.agency_id
        where o.owner_id = any($1) and y.state not in {_NOT_OVER}
        group by y.id, y.family, y.year, y.state, a.id, a.short_name, a.name_vi
        order by y.year desc, y.family, y.id, agency""",  # noqa: S608
        list(bodies),
    )


async def leaves_of(connection: Connection, bodies: Sequence[UUID]) -> list[Row]:
    """(cycle_id, state, agency_id, code, owner_id) of every leaf that bodies own in years that are not over."""
    return await connection.fetch(
        f"""select o.cycle_id, y.state, o.agency_id, o.code, o.owner_id
        from leaf_owners o join cycles y on y.tenant_id = o.tenant_id and y.id = o.cycle_id
        where o.owner_id = any($1) and y.state not in {_NOT_OVER} order by o.cycle_id, o.agency_id, o.code for update of o""",  # noqa: S608
        list(bodies),
    )


async def above(connection: Connection, agency_id: UUID) -> UUID | None:
    """The agency above one."""
    found: UUID | None = await connection.fetchval("select parent_id from agencies where id = $1", agency_id)
    return found


async def move(
    connection: Connection, cycle_id: UUID, leaves: Sequence[tuple[UUID, str]], owner: UUID | None
) -> None:  # fmt: skip
    """Let another body own some leaves: (agency, code)."""
    await connection.execute(
        """update leaf_owners o set owner_id = $4 from unnest($2::uuid[], $3::text[]) as m (agency_id, code)
        where o.cycle_id = $1 and o.agency_id = m.agency_id and o.code = m.code""",
        cycle_id, [one for one, _ in leaves], [code for _, code in leaves], owner,
    )  # fmt: skip


async def drop(connection: Connection, cycle_id: UUID, leaves: Sequence[tuple[UUID, str]]) -> None:
    """Let no body own some leaves: (agency, code)."""
    await connection.execute(
        """delete from leaf_owners o using unnest($2::uuid[], $3::text[]) as m (agency_id, code)
        where o.cycle_id = $1 and o.agency_id = m.agency_id and o.code = m.code""",
        cycle_id, [one for one, _ in leaves], [code for _, code in leaves],
    )  # fmt: skip


async def insert_moves(
    connection: Connection, deed_id: UUID, cycle_id: UUID, moves: Sequence[tuple[UUID, str, UUID, UUID | None]],
    decision: str, day: date, by: str,
) -> None:  # fmt: skip
    """Keep whose leaves went to whom: (agency, code, owner before, owner after)."""
    await connection.execute(
        """insert into leaf_owner_moves (tenant_id, deed_id, cycle_id, agency_id, code, owner_before, owner_after, decision,
            effective_on, by_person)
        select current_setting('parindex.tenant')::uuid, $1, $2, m.agency_id, m.code, m.owner_before, m.owner_after, $7, $8, $9
        from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[]) as m (agency_id, code, owner_before, owner_after)""",
        deed_id, cycle_id, *([row[place] for row in moves] for place in range(4)), decision, day, by,
    )  # fmt: skip


async def moves(connection: Connection, cycle_id: UUID) -> list[Row]:
    """(agency_id, before, after, leaves, decision, effective_on) of owner bodies that ended in a year, the earliest first."""
    return await connection.fetch(
        """select m.agency_id, b.name_vi as before, n.name_vi as after, array_agg(m.code order by m.code) as leaves,
            m.decision, m.effective_on
        from leaf_owner_moves m join agencies b on b.tenant_id = m.tenant_id and b.id = m.owner_before
        left join agencies n on n.tenant_id = m.tenant_id and n.id = m.owner_after
        where m.cycle_id = $1
        group by m.agency_id, m.deed_id, b.id, b.name_vi, n.id, n.name_vi, m.decision, m.effective_on
        order by m.effective_on, min(m.at), b.name_vi""",
        cycle_id,
    )
