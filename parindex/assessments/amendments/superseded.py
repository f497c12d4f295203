"""What had been declared of a leaf before a corrected set opened it again, as it was."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import msgspec

from parindex.assessments.amendments import queries
from parindex.assessments.amendments.model import SupersededEntry
from parindex.assessments.criteria.published_sets import published
from parindex.assessments.evidence import queries as evidence_queries
from parindex.store.database import Connection


async def of_entry(connection: Connection, entry_id: UUID) -> list[SupersededEntry]:
    """What was declared of an entry under each version before, the newest first; nothing where nobody had declared it."""
    found = []
    for row in await queries.superseded(connection, entry_id):
        values = dict(row)
        points = msgspec.json.decode(values.pop("points"), type=dict[str, Decimal | None])
        before = SupersededEntry(
            older=await published(connection, values.pop("older_id")),
            facts=msgspec.json.decode(values.pop("shared"), type=dict[str, str])
            | msgspec.json.decode(values.pop("facts"), type=dict[str, str]),
            points=points.get("self"),
            documents=tuple(await evidence_queries.of_entry_then(connection, entry_id, row["at"])),
            **values,
        )
        if before.holds:
            found.append(before)
    return found
