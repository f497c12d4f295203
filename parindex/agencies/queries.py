"""The SQL of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from parindex.agencies.model import Agency, NewAgency
from parindex.store.database import Connection, Row
from parindex.text import fold, sort_key

_COLUMNS = "id, code, name_vi, name_en, short_name, tier, region, official_order, valid_from, valid_to"
_ORDER = "official_order nulls last, sort_key, code"


async def insert(connection: Connection, agencies: Iterable[tuple[UUID, NewAgency]]) -> None:
    """Add agencies with the keys that they are sorted and searched by."""
    await connection.executemany(
        """insert into agencies (tenant_id, id, code, name_vi, name_en, short_name, tier, region,
            official_order, sort_key, search_key, valid_from, valid_to)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        [
            (
                agency_id, new.code, new.name_vi, new.name_en, new.short_name, new.tier, new.region,
                new.official_order, sort_key(new.name_vi), fold(f"{new.code} {new.name_vi}"),
                new.valid_from, new.valid_to,
            )
            for agency_id, new in agencies
        ],
    )  # fmt: skip


async def valid_on(connection: Connection, day: date, tier: str | None = None, search: str = "") -> list[Agency]:
    """Agencies that exist on a day, by official order and then in Vietnamese order."""
    rows = await connection.fetch(
        f"""select {_COLUMNS} from agencies
        where valid_from <= $1 and (valid_to is null or valid_to > $1)
        and ($2::text is null or tier = $2) and strpos(search_key, $3) > 0
        order by {_ORDER}""",  # noqa: S608 - constant column lists
        day, tier, fold(search),
    )  # fmt: skip
    return [_agency(row) for row in rows]


async def by_id(connection: Connection, agency_id: UUID) -> Agency | None:
    """One agency, whether it still exists or not."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from agencies where id = $1",  # noqa: S608
        agency_id,
    )
    return _agency(row) if row else None


async def by_code(connection: Connection, code: str, day: date) -> Agency | None:
    """The agency that bears a code on a day."""
    row = await connection.fetchrow(
        f"""select {_COLUMNS} from agencies
        where code = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2)""",  # noqa: S608
        code, day,
    )  # fmt: skip
    return _agency(row) if row else None


async def bearing(connection: Connection, codes: list[str]) -> list[Agency]:
    """Every agency that has borne, bears or will bear one of these codes, the earliest first."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from agencies where code = any($1) order by code, valid_from",  # noqa: S608
        codes,
    )
    return [_agency(row) for row in rows]


async def update(connection: Connection, agency: Agency) -> None:
    """Give an agency other names, region, place in the list or end."""
    await connection.execute(
        """update agencies set name_vi = $2, name_en = $3, short_name = $4, region = $5, official_order = $6,
            valid_to = $7, sort_key = $8, search_key = $9 where id = $1""",
        agency.id, agency.name_vi, agency.name_en, agency.short_name, agency.region, agency.official_order,
        agency.valid_to, sort_key(agency.name_vi), fold(f"{agency.code} {agency.name_vi}"),
    )  # fmt: skip


async def overlapping(connection: Connection, codes: list[str]) -> list[tuple[str, date, date | None]]:
    """(code, from, to) of every agency that has borne one of these codes."""
    rows = await connection.fetch("select code, valid_from, valid_to from agencies where code = any($1)", codes)
    return [(row["code"], row["valid_from"], row["valid_to"]) for row in rows]


async def end(connection: Connection, agency_id: UUID, day: date) -> None:
    """Let an agency's validity end."""
    await connection.execute("update agencies set valid_to = $2 where id = $1", agency_id, day)


async def insert_successor(
    connection: Connection, predecessor: UUID, successor: UUID, decision: str, day: date
) -> None:
    """Record that one agency takes over from another."""
    await connection.execute(
        """insert into agency_successors (tenant_id, predecessor_id, successor_id, decision, effective_on)
        values (current_setting('parindex.tenant')::uuid, $1, $2, $3, $4)""",
        predecessor, successor, decision, day,
    )  # fmt: skip


def _agency(row: Row) -> Agency:
    return Agency(**dict(row))
