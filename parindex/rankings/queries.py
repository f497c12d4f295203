"""The SQL of computed years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from parindex.agencies.ledger import today
from parindex.rankings.stored import CycleAgency, CycleRow, StoredComputation
from parindex.store.database import Connection

_CYCLE = """select c.id, c.family, c.year, c.tier, c.state, c.marked, c.group_by, s.family as set_family,
    s.version as set_version, s.digest as set_digest, s.document as set_document
    from cycles c join criteria_sets s on s.tenant_id = c.tenant_id and s.id = c.criteria_set_id"""

_COMPUTATION = "select id, cycle_id, at, by_person, digest, document from year_computations"


async def cycle(connection: Connection, cycle_id: UUID) -> CycleRow | None:
    """A cycle by id."""
    row = await connection.fetchrow(f"{_CYCLE} where c.id = $1", cycle_id)
    return CycleRow(**dict(row)) if row else None


async def cycle_of(connection: Connection, family: str, year: int, tier: str) -> CycleRow | None:
    """A cycle by what it measures."""
    row = await connection.fetchrow(f"{_CYCLE} where c.family = $1 and c.year = $2 and c.tier = $3", family, year, tier)
    return CycleRow(**dict(row)) if row else None


async def cycles(connection: Connection) -> list[CycleRow]:
    """All cycles, newest year first."""
    rows = await connection.fetch(f"{_CYCLE} order by c.year desc, c.family, c.tier")
    return [CycleRow(**dict(row)) for row in rows]


async def agencies(connection: Connection, cycle_id: UUID, day: date | None = None) -> list[CycleAgency]:
    """The agencies of a cycle as they were on a day or ended before it (today where none is given), without those that
    handed their sheet over: the official list first, then Vietnamese order."""
    rows = await connection.fetch(
        """select a.id, a.code, p.name_vi, p.name_en, p.region, ca.ranked, ca.attributes, a.valid_to as ends_on,
            exists (
                select from cycle_mergers m where m.tenant_id = ca.tenant_id and m.cycle_id = ca.cycle_id
                    and m.treatment = 'weighted' and ca.agency_id = any(m.successors)
            ) and not exists (
                select from sheets s where s.tenant_id = ca.tenant_id and s.cycle_id = ca.cycle_id
                    and s.agency_id = ca.agency_id
            ) as derived
        from cycle_agencies ca join agencies a on a.tenant_id = ca.tenant_id and a.id = ca.agency_id
        cross join lateral (
            select * from agency_periods p where p.tenant_id = a.tenant_id and p.agency_id = a.id
                and (p.valid_to is null or p.valid_to > p.valid_from)
            order by p.valid_from > $2, case when p.valid_from > $2 then p.valid_from end,
                p.valid_from desc limit 1) p
        where ca.cycle_id = $1 and not exists (
            select from sheets s where s.tenant_id = ca.tenant_id and s.cycle_id = ca.cycle_id
            and s.agency_id = ca.agency_id and s.state = 'handed_over')
        order by p.official_order nulls last, p.sort_key, a.code""",
        cycle_id, min(day or today(), today()),
    )  # fmt: skip
    return [CycleAgency(**{**dict(row), "attributes": _decoded(row["attributes"])}) for row in rows]


async def insert_computation(
    connection: Connection, computation_id: UUID, cycle_id: UUID, by: str, digest: str, document: bytes
) -> None:
    """Append a computed year."""
    await connection.execute(
        """insert into year_computations (tenant_id, id, cycle_id, at, by_person, digest, document)
        values (current_setting('parindex.tenant')::uuid, $1, $2, clock_timestamp(), $3, $4, $5)""",
        computation_id,
        cycle_id,
        by,
        digest,
        document,
    )


async def latest_computation(
    connection: Connection, cycle_id: UUID, *, before: datetime | None = None
) -> StoredComputation | None:
    """The newest computation of a cycle, or the newest before a moment; ids are in the order of time."""
    row = await connection.fetchrow(
        f"""{_COMPUTATION} where cycle_id = $1 and ($2::timestamptz is null or at < $2) order by id desc limit 1""",
        cycle_id, before,
    )  # fmt: skip
    return StoredComputation(**dict(row)) if row else None


async def computed_at(connection: Connection, cycles: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of some cycles was computed last."""
    rows = await connection.fetch(
        "select cycle_id, max(at) as at from year_computations where cycle_id = any($1) group by 1", list(cycles)
    )
    return {row["cycle_id"]: row["at"] for row in rows}


async def computation(connection: Connection, computation_id: UUID) -> StoredComputation:
    """A computation that is stored."""
    row = await connection.fetchrow(f"{_COMPUTATION} where id = $1", computation_id)
    assert row is not None
    return StoredComputation(**dict(row))


def _decoded(value: Any) -> dict[str, Any]:
    return msgspec.json.decode(value) if isinstance(value, str | bytes) else dict(value or {})


async def returned(connection: Connection, cycle_id: UUID) -> str | None:
    """The reason with which the approver sent a year back, where that was its last step."""
    row = await connection.fetchrow(
        """select from_state, reason from cycle_transitions where cycle_id = $1 order by at desc, id desc limit 1""",
        cycle_id,
    )
    return row["reason"] if row and row["from_state"] == "approval" else None
