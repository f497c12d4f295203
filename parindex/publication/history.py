"""How a published leaf came to its points: what was declared, each stage's points, the last decision.

The edition holds what was accepted, which alone its numbers follow from. This is read from the closed sheets
beside it, and only for a year that is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from parindex.assessments.appraisal import queries as appraisal_queries
from parindex.assessments.model import AppraisalDecision
from parindex.assessments.sheets import queries as sheet_queries
from parindex.store.database import Connection


class LeafHistory(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf of one agency, before and after appraisal."""

    declared: Mapping[str, str]
    """Facts as the agency declared them, canonical text by full name."""

    points: Mapping[str, Decimal | None]
    """Points by stage: ``self``, ``round1``, ``round2``, ``final``."""

    explanation: str
    """What the agency explained."""

    decision: AppraisalDecision | None
    """The last decision of the appraisers."""


async def of_leaf(
    connection: Connection, cycle_id: UUID, agency: str, code: str, *, until: datetime
) -> LeafHistory | None:
    """The history of a leaf until an edition was published; none where the year was imported, or surveys decide it.

    What a correction decides afterwards is of the edition that comes of it.
    """
    sheets = [one for one in await sheet_queries.of_cycle(connection, cycle_id) if one.state != "handed_over"]
    sheet = next((one for one in sheets if one.agency_code == agency), None)  # whose code may be borne by who took over
    if sheet is None or sheet.state != "closed":
        return None
    entry = next((one for one in await sheet_queries.entries(connection, sheet.id) if one.code == code), None)
    if entry is None:
        return None
    shared = {one.name: one.value for one in await sheet_queries.shared(connection, sheet.id) if one.value is not None}
    stages = (await sheet_queries.points_of_sheet(connection, sheet.id)).get(entry.id, {})
    made = await appraisal_queries.of_entry(connection, entry.id)
    decisions = [one for one in made if one.kind != "ask" and one.at <= until]
    judged = {} if entry.judged is None else {f"{code}.judged": f"{entry.judged:f}"}
    return LeafHistory(
        declared={**shared, **entry.facts, **judged},
        points={stage: one.points for stage, one in stages.items()},
        explanation=entry.explanation,
        decision=decisions[0] if decisions else None,
    )
