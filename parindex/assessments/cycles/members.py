"""Who takes part in a year and who appraises in it, beside whom the registry holds on its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from parindex import agencies
from parindex.agencies import Agency
from parindex.assessments.cycles import queries
from parindex.assessments.cycles.steps import Participant
from parindex.assessments.model import Cycle
from parindex.store.database import Connection
from parindex.text import local_day


class AppraisingBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which agency a body of the criteria set is."""

    agency: str
    """Name of the agency that appraises."""

    substitute: str
    """Name of the agency that appraises the first one's own sheet."""

    above: bool
    """Whether the agency above each agency appraises, and those two only where there is none."""


async def of_cycle(connection: Connection, cycle_id: UUID) -> Mapping[UUID, Participant]:
    """Who takes part, in official order."""
    return {
        row["agency_id"]: Participant(
            agency_id=row["agency_id"], attributes=msgspec.json.decode(row["attributes"]), ranked=row["ranked"]
        )
        for row in await queries.agencies(connection, cycle_id)
    }


async def names(connection: Connection, cycle_id: UUID) -> Mapping[UUID, str]:
    """Names of those that take part, in official order."""
    return {row["agency_id"]: row["name"] for row in await queries.agencies(connection, cycle_id)}


async def registered(connection: Connection, cycle: Cycle) -> list[Agency]:
    """The agencies of the year's tier that the registry holds on its first day, in official order."""
    day = local_day(cycle.opens_at or datetime.now(UTC))
    return await agencies.listed(connection, tier=cycle.tier, day=day)


async def bodies(connection: Connection, cycle_id: UUID) -> Mapping[str, AppraisingBody]:
    """Who appraises, by the body that the criteria set names."""
    return {
        row["body"]: AppraisingBody(agency=row["agency"], substitute=row["substitute"], above=row["above"])
        for row in await queries.bodies(connection, cycle_id)
    }
