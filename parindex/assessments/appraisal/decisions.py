"""What was decided on an entry, and what agencies still have to answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from parindex.assessments.appraisal import queries
from parindex.assessments.model import AppraisalDecision
from parindex.store.database import Connection


class OpenRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request for explanation that an agency has not answered."""

    sheet_id: UUID
    """The sheet."""

    code: str
    """The leaf."""

    reason: str
    """What the appraiser asks."""

    at: datetime
    """When."""


async def of_entry(connection: Connection, entry_id: UUID) -> list[AppraisalDecision]:
    """Every decision on an entry, newest first."""
    return await queries.of_entry(connection, entry_id)


async def requests_of_agency(connection: Connection, agency_id: UUID) -> list[OpenRequest]:
    """Every request that an agency has not answered."""
    return [OpenRequest(**dict(row)) for row in await queries.requests_of_agency(connection, agency_id)]
