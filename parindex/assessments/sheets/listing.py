"""The sheets of an agency, a year each."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from parindex.assessments.model import Sheet
from parindex.assessments.sheets import queries
from parindex.store.database import Connection


async def of_agency(connection: Connection, agency_id: UUID) -> Mapping[UUID, Sheet]:
    """By cycle."""
    return {sheet.cycle_id: sheet for sheet in await queries.all_of_agency(connection, agency_id)}


async def with_part_of(connection: Connection, agency_id: UUID) -> list[Sheet]:
    """The sheets of others of which an agency declares leaves."""
    return await queries.with_part_of(connection, agency_id)
