"""What happened to an entry, from the record of changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parindex.assessments.sheets import queries
from parindex.store.database import Connection


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    at: datetime
    """When."""

    who: str | None
    """Name of the person; ``None`` for the system."""

    tag: str
    """``source:subject:action``."""

    before: Mapping[str, Any]
    """What it was."""

    after: Mapping[str, Any]
    """What it became."""


async def of_entry(connection: Connection, entry_id: UUID, limit: int = 8) -> list[Event]:
    """The newest changes of an entry, newest first."""
    return [
        Event(
            at=row["at"],
            who=row["name"],
            tag=row["tag"],
            before=_content(row["before"]),
            after=_content(row["after"]),
        )
        for row in await queries.changes_of(connection, [str(entry_id)], limit)
    ]


def _content(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(text) if text else {}
    return found
