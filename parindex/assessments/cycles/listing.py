"""The years of a tenant, and when each came to its steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from parindex.assessments.cycles import queries
from parindex.assessments.model import Cycle
from parindex.errors import Refused
from parindex.store.database import Connection


async def every(connection: Connection) -> list[Cycle]:
    """Every year, newest first."""
    return await queries.listed(connection)


async def by_id(connection: Connection, cycle_id: UUID) -> Cycle:
    """One year.

    Raises:
        Refused: ``not_found``.
    """
    cycle = await queries.by_id(connection, cycle_id)
    if cycle is None:
        raise Refused("not_found")
    return cycle


async def reached(connection: Connection, cycle_id: UUID) -> Mapping[str, datetime]:
    """When a year came to each state that it has reached, the last time."""
    return {step["to_state"]: step["at"] for step in await queries.transitions(connection, cycle_id)}
