"""What waits for the administrator: links that ran out, accounts that are not used, a review that is due."""

from __future__ import annotations

from datetime import datetime

import msgspec

from parindex.access.office import reviews
from parindex.access.staff import queries
from parindex.store.database import Connection


class OfficeWaits(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, counted."""

    expired: int
    """People who were never in and whose link ran out, or who have none."""

    idle: int
    """Accounts that are locked because they are not used, or will be within a week."""

    review_due: datetime | None
    """When the next review of rights is due."""


async def waits(connection: Connection) -> OfficeWaits:
    """What waits."""
    found = await queries.waiting(connection)
    return OfficeWaits(expired=found["expired"], idle=found["idle"], review_due=await reviews.due(connection))
