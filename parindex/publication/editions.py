"""The editions of a tenant: listing them, and which of them stands for its year."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from parindex.publication import queries
from parindex.publication.model import EditionRow
from parindex.store.database import Connection


async def listed(connection: Connection) -> list[EditionRow]:
    """All editions, the newest year first, retracted ones too."""
    return await queries.listed(connection)


async def of_year(connection: Connection, family: str, year: int, tier: str) -> list[EditionRow]:
    """All editions of one year, the newest first, retracted ones too."""
    return await queries.of_year(connection, family, year, tier)


async def current(connection: Connection, family: str, year: int, tier: str) -> EditionRow | None:
    """The edition that stands for a year; none where nothing of it is published or all of it is retracted."""
    return await queries.current(connection, family, year, tier)


async def newest(connection: Connection, family: str, tier: str, *, before: int = 9999) -> EditionRow | None:
    """The edition that stands for the newest year before another."""
    return await queries.newest(connection, family, tier, before)


async def of_computation(connection: Connection, computation_id: UUID) -> EditionRow | None:
    """The edition that a computation was published in."""
    return await queries.by_computation(connection, computation_id)


async def numbered(connection: Connection, number: str) -> EditionRow | None:
    """The edition of a number, retracted or not."""
    return await queries.by_number(connection, number)


def newest_of_each(rows: Sequence[EditionRow]) -> list[EditionRow]:
    """The newest edition of each family and tier that is not retracted; rows come newest first."""
    newest: dict[tuple[str, str], EditionRow] = {}
    for row in rows:
        if not row.retracted:
            newest.setdefault((row.family, row.tier), row)
    return list(newest.values())


def current_of_each_year(rows: Sequence[EditionRow]) -> list[EditionRow]:
    """The edition shown for each family, year and tier, newest first."""
    shown: dict[tuple[str, int, str], EditionRow] = {}
    for row in rows:
        if not row.retracted:
            shown.setdefault((row.family, row.year, row.tier), row)
    return list(shown.values())
