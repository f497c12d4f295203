"""The SQL of editions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from parindex.publication.keys import PublicKey
from parindex.publication.model import EditionDecision, EditionRow, NewEdition, RetractionRow
from parindex.store.database import Connection

_SUMMARY = """e.id, e.number, e.cycle_id, e.computation_id, e.family, e.year, e.tier, e.serial, e.digest,
    e.key_id, e.decision_number, e.decision_date, e.decision_signer, e.published_at, c.marked,
    (e.published_at at time zone (select t.time_zone from tenants t where t.id = e.tenant_id))::date as published_on,
    r.id is not null as retracted"""
_FROM = """from editions e join cycles c on c.tenant_id = e.tenant_id and c.id = e.cycle_id
    left join edition_retractions r on r.tenant_id = e.tenant_id and r.edition_id = e.id"""


async def insert(connection: Connection, new: NewEdition) -> None:
    """Store an edition for ever."""
    await connection.execute(
        """insert into editions (tenant_id, id, number, cycle_id, computation_id, family, year, tier, serial,
            content, digest, key_id, signature, decision_number, decision_date, decision_signer, published_at, published_by,
            audit_block, audit_hash, previous_id)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
            $14, $15, $16, $17, $18, $19, $20)""",
        *msgspec.structs.astuple(new),
    )


async def insert_order(
    connection: Connection, order_id: UUID, cycle_id: UUID, decided: EditionDecision, by: str
) -> None:
    """Keep the decision under which a year is to be published."""
    await connection.execute(
        """insert into publication_orders (tenant_id, id, cycle_id, decision_number, decision_date, decision_signer,
            asked_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6)""",
        order_id, cycle_id, decided.number, decided.date, decided.signer, by,
    )  # fmt: skip


async def order(connection: Connection, order_id: UUID) -> tuple[UUID, EditionDecision]:
    """The cycle and the decision of an order."""
    row = await connection.fetchrow(
        """select cycle_id, decision_number as number, decision_date as date, decision_signer as signer
        from publication_orders where id = $1""",
        order_id,
    )
    assert row is not None
    values = dict(row)
    return values.pop("cycle_id"), EditionDecision(**values)


async def by_number(connection: Connection, number: str) -> EditionRow | None:
    """An edition by its number, retracted or not."""
    row = await connection.fetchrow(f"select {_SUMMARY} {_FROM} where e.number = $1", number)
    return EditionRow(**dict(row)) if row else None


async def by_id(connection: Connection, edition_id: UUID) -> EditionRow:
    """An edition that is stored, retracted or not."""
    row = await connection.fetchrow(f"select {_SUMMARY} {_FROM} where e.id = $1", edition_id)
    assert row is not None
    return EditionRow(**dict(row))


async def last(connection: Connection, family: str, year: int, tier: str) -> EditionRow | None:
    """The last edition of a year, retracted or not."""
    row = await connection.fetchrow(
        f"""select {_SUMMARY} {_FROM} where e.family = $1 and e.year = $2 and e.tier = $3
        order by e.serial desc limit 1""",
        family,
        year,
        tier,
    )
    return EditionRow(**dict(row)) if row else None


async def by_computation(connection: Connection, computation_id: UUID) -> EditionRow | None:
    """The edition that publishes a computation."""
    row = await connection.fetchrow(
        f"select {_SUMMARY} {_FROM} where e.computation_id = $1",
        computation_id,
    )
    return EditionRow(**dict(row)) if row else None


async def current(connection: Connection, family: str, year: int, tier: str) -> EditionRow | None:
    """The newest edition of a year that is not retracted."""
    row = await connection.fetchrow(
        f"""select {_SUMMARY} {_FROM} where e.family = $1 and e.year = $2 and e.tier = $3 and r.id is null
        order by e.serial desc limit 1""",
        family,
        year,
        tier,
    )
    return EditionRow(**dict(row)) if row else None


async def newest(connection: Connection, family: str, tier: str, before: int) -> EditionRow | None:
    """The newest edition of a family and tier of an earlier year that is not retracted."""
    row = await connection.fetchrow(
        f"""select {_SUMMARY} {_FROM} where e.family = $1 and e.tier = $2 and e.year < $3 and r.id is null
        order by e.year desc, e.serial desc limit 1""",
        family,
        tier,
        before,
    )
    return EditionRow(**dict(row)) if row else None


async def next_after(connection: Connection, family: str, tier: str, year: int) -> EditionRow | None:
    """The newest edition of the first later year of a family and tier that is not retracted."""
    row = await connection.fetchrow(
        f"""select {_SUMMARY} {_FROM} where e.family = $1 and e.tier = $2 and e.year > $3 and r.id is null
        order by e.year, e.serial desc limit 1""",
        family,
        tier,
        year,
    )
    return EditionRow(**dict(row)) if row else None


async def by_decision(connection: Connection, number: str) -> EditionRow | None:
    """The newest edition that was published under a decision of a number."""
    row = await connection.fetchrow(
        f"select {_SUMMARY} {_FROM} where e.decision_number = $1 order by e.published_at desc limit 1", number
    )
    return EditionRow(**dict(row)) if row else None


async def listed(connection: Connection) -> list[EditionRow]:
    """All editions, the newest year first, retracted ones too."""
    rows = await connection.fetch(f"select {_SUMMARY} {_FROM} order by e.year desc, e.family, e.tier, e.serial desc")
    return [EditionRow(**dict(row)) for row in rows]


async def of_year(connection: Connection, family: str, year: int, tier: str) -> list[EditionRow]:
    """All editions of one year, the newest first, retracted ones too."""
    rows = await connection.fetch(
        f"""select {_SUMMARY} {_FROM} where e.family = $1 and e.year = $2 and e.tier = $3
        order by e.serial desc""",
        family,
        year,
        tier,
    )
    return [EditionRow(**dict(row)) for row in rows]


async def content(connection: Connection, edition_id: UUID) -> bytes | None:
    """The signed file of an edition that is not retracted."""
    found: bytes | None = await connection.fetchval(
        """select e.content from editions e where e.id = $1 and not exists (
            select from edition_retractions r where r.tenant_id = e.tenant_id and r.edition_id = e.id)""",
        edition_id,
    )
    return found


async def next_serial(connection: Connection, family: str, year: int, tier: str) -> int:
    """The serial that a new edition of a year gets; the cycle's row is locked by the caller."""
    return int(
        await connection.fetchval(
            "select coalesce(max(serial), 0) + 1 from editions where family = $1 and year = $2 and tier = $3",
            family,
            year,
            tier,
        )
    )


async def insert_retraction(
    connection: Connection,
    retraction_id: UUID,
    edition_id: UUID,
    digest: str,
    decision: tuple[str, date, str],
    reason: str,
    successor_id: UUID | None,
    by: str,
) -> None:
    """Seal an edition's content."""
    await connection.execute(
        """insert into edition_retractions (tenant_id, id, edition_id, digest, decision_number, decision_date,
            decision_signer, reason, successor_id, retracted_by)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        retraction_id,
        edition_id,
        digest,
        *decision,
        reason,
        successor_id,
        by,
    )


async def retraction(connection: Connection, edition_id: UUID) -> RetractionRow | None:
    """Why an edition is no longer shown."""
    row = await connection.fetchrow(
        """select r.decision_number, r.decision_date, r.decision_signer, r.reason, r.digest, r.retracted_at,
            s.number as successor
        from edition_retractions r left join editions s on s.tenant_id = r.tenant_id and s.id = r.successor_id
        where r.edition_id = $1""",
        edition_id,
    )
    return RetractionRow(**dict(row)) if row else None


async def known_keys(connection: Connection) -> tuple[PublicKey, ...]:
    """The public keys that signed editions of the tenant, the newest first."""
    rows = await connection.fetch("select key_id, public_key from signing_keys order by known_at desc, key_id")
    return tuple(PublicKey(**dict(row)) for row in rows)


async def keep_key(connection: Connection, key: PublicKey) -> None:
    """Know a key from now on."""
    await connection.execute(
        """insert into signing_keys (tenant_id, key_id, public_key)
        values (current_setting('parindex.tenant')::uuid, $1, $2) on conflict do nothing""",
        key.key_id, key.public_key,
    )  # fmt: skip


async def used_keys(connection: Connection) -> set[str]:
    """Ids of the keys that signed editions."""
    return {row["key_id"] for row in await connection.fetch("select distinct key_id from editions")}
