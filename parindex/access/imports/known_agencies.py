"""Agencies that a sheet of people may name."""

from __future__ import annotations

from parindex.access.imports import queries
from parindex.access.imports.model import KnownAgency
from parindex.store.database import Connection


async def of_today(connection: Connection) -> list[KnownAgency]:
    """Every agency of today, in Vietnamese order."""
    return await queries.agencies(connection)
