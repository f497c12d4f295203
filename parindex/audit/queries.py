"""The SQL of the audit record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from parindex.audit.model import AuditRow, Block, Head, digest_of
from parindex.store.database import Connection, Row

SEALER_LOCK = 7_061_908

FETCHED = 2_000
"""Rows read at once."""

_ROW = "tenant_id, id, at, actor, tag, subject, before, after"


async def insert(connection: Connection, rows: Sequence[tuple[UUID, str, str, str, str | None, str | None]]) -> None:
    """Rows (id, actor, tag, subject, before, after) in the tenant of the transaction, in one statement."""
    await connection.execute(
        """insert into audit_rows (tenant_id, id, actor, tag, subject, before, after)
        select current_setting('parindex.tenant')::uuid, id, actor, tag, subject, before::jsonb, after::jsonb
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            as given (id, actor, tag, subject, before, after)""",
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def rows_of(connection: Connection, tag: str, subjects: Sequence[str]) -> list[Row]:
    """(at, actor, after) of the rows of a tag about some subjects, newest first."""
    return await connection.fetch(
        """select at, actor, after::text as after from audit_rows
        where subject = any($2::text[]) and tag = $1 order by at desc, id desc""",
        tag, list(subjects),
    )  # fmt: skip


async def only_sealer(connection: Connection) -> bool:
    """Whether this transaction alone may seal now."""
    return bool(await connection.fetchval("select pg_try_advisory_xact_lock($1)", SEALER_LOCK))


async def newest_block(connection: Connection) -> Head:
    """The head of the chain."""
    row = await connection.fetchrow("select number, hash from audit_blocks order by number desc limit 1")
    return Head(number=row["number"], hash=row["hash"].hex()) if row else Head(number=0, hash=bytes(32).hex())


async def unsealed(connection: Connection, limit: int) -> list[AuditRow]:
    """Committed rows that no block holds.

    A row of a transaction below the last block's horizon was visible to that block, so it is not looked at
    again; a block whose ceiling lies at or below that horizon cannot hold a newer one. In a restored cluster,
    whose transaction numbers start anew, the horizon is 0 and every block is asked.
    """
    rows = await connection.fetch(
        f"""with last as (
            select coalesce((
                select case when horizon <= pg_snapshot_xmin(pg_current_snapshot()) then horizon end
                from audit_blocks order by number desc limit 1), '0'::xid8) as horizon
        ), held as (
            select unnest(row_ids) as id from audit_blocks, last where ceiling > last.horizon
        )
        select {_ROW} from audit_rows, last
        where transaction >= last.horizon and not exists (select from held where held.id = audit_rows.id)
        order by id limit $1""",  # noqa: S608 - a constant column list
        limit,
    )
    return [_row(row) for row in rows]


async def count_unsealed(connection: Connection) -> int:
    """How many rows no block holds."""
    return int(
        await connection.fetchval(
            """select count(*) from audit_rows where not exists (
                select from (select unnest(row_ids) as id from audit_blocks) held where held.id = audit_rows.id)"""
        )
    )


async def open_year(connection: Connection, year: int) -> bool:
    """Make the partition of a year; whether there was none."""
    return bool(await connection.fetchval("select open_audit_year($1)", year))


async def has_year(connection: Connection, year: int) -> bool:
    """Whether the rows of a year have a partition of their own."""
    return bool(await connection.fetchval("select has_audit_year($1)", year))


async def insert_block(connection: Connection, block: Block, *, exhausted: bool) -> None:
    """Append a block; its horizon moves on only when every visible row is in it or before it."""
    await connection.execute(
        """insert into audit_blocks (number, row_ids, merkle_root, previous_hash, hash, horizon, ceiling)
        values ($1, $2, $3, $4, $5,
            case when $6 then pg_snapshot_xmin(pg_current_snapshot()) else '0'::xid8 end,
            pg_snapshot_xmax(pg_current_snapshot()))""",
        block.number, list(block.row_ids), block.merkle_root, block.previous_hash, block.hash, exhausted,
    )  # fmt: skip


async def heads_since(connection: Connection, number: int) -> list[Head]:
    """The heads from a block on, that one among them."""
    rows = await connection.fetch("select number, hash from audit_blocks where number >= $1 order by number", number)
    return [Head(number=row["number"], hash=row["hash"].hex()) for row in rows]


async def sealed(connection: Connection) -> AsyncIterator[tuple[Block, list[bytes]]]:
    """All blocks in order, each with the digests of its rows that are still there; inside a transaction.

    One pass over blocks and rows: they are joined and put in order by the server. Left to itself it takes a block for
    a handful of rows and looks each up in every partition.
    """
    for setting, value in (("enable_nestloop", "off"), ("jit", "off"), ("work_mem", "128MB")):
        await connection.execute("select set_config($1, $2, true)", setting, value)
    rows = await connection.cursor(
        """select held.number, r.tenant_id::text, r.id::text,
            to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'), r.actor, r.tag, r.subject, r.before, r.after
        from (select b.number, u.id, u.place
            from audit_blocks b cross join unnest(b.row_ids) with ordinality u (id, place)) held
        join audit_rows r on r.id = held.id order by held.number, held.place"""
    )
    fetched: list[Row] = []
    place = 0
    async for held in connection.cursor(
        "select number, row_ids, merkle_root, previous_hash, hash from audit_blocks order by number", prefetch=500
    ):
        number, digests = held["number"], []
        while True:
            if place == len(fetched):
                fetched, place = await rows.fetch(FETCHED), 0
            if not fetched or fetched[place][0] != number:
                break
            digests.append(_digest(*fetched[place]))
            place += 1
        yield Block(**{**dict(held), "row_ids": tuple(held["row_ids"])}), digests


def _digest(
    _: int, tenant_id: str, row_id: str, at: str, actor: str, tag: str, subject: str,
    before: str | None, after: str | None,
) -> bytes:  # fmt: skip
    return digest_of(tenant_id, row_id, at, actor, tag, subject, _read(before), _read(after))


def _row(row: Any) -> AuditRow:
    values = dict(row)
    return AuditRow(**{**values, "before": _read(values["before"]), "after": _read(values["after"])})


def _read(value: str | None) -> Any:
    return None if value is None else msgspec.json.decode(value)
