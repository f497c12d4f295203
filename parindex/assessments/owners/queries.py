"""The SQL of owner bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
