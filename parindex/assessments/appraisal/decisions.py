"""What was decided on an entry, and what agencies still have to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from parindex.assessments.appraisal import queries
from parindex.assessments.model import AppraisalDecision, Sheet, StagePoints
from parindex.assessments.sheets import history
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


class SheetOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a sheet that is closed."""

    stages: Mapping[UUID, Mapping[str, StagePoints]]
    """The points of every entry by stage."""

    decisions: Sequence[AppraisalDecision]
    """Every decision, newest first."""


async def outcome(connection: Connection, sheet: Sheet) -> SheetOutcome | None:
    """What became of a sheet; nothing while it is not closed."""
    if sheet.state != "closed":
        return None
    return SheetOutcome(
        stages=await history.stages_of_sheet(connection, sheet.id),
        decisions=await queries.of_sheet(connection, sheet.id),
    )


async def of_entry(connection: Connection, entry_id: UUID) -> list[AppraisalDecision]:
    """Every decision on an entry, newest first."""
    return await queries.of_entry(connection, entry_id)


async def requests_of_agency(connection: Connection, agency_id: UUID) -> list[OpenRequest]:
    """Every request that an agency has not answered."""
    return [OpenRequest(**dict(row)) for row in await queries.requests_of_agency(connection, agency_id)]
