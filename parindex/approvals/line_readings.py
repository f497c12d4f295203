"""A second person reads a draft line by line; a line that changed since has to be read again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from parindex import access, audit
from parindex.access import Person
from parindex.approvals import queries
from parindex.approvals.model import Drafted, Opened, ReadingSoFar
from parindex.store.database import Connection


async def readings(kind: Drafted, connection: Connection, held: Opened) -> list[ReadingSoFar]:
    """Who has read how much of a draft as it is now, the furthest first."""
    now = kind.lines(held)
    found: dict[UUID, tuple[str, set[str], datetime]] = {}
    for row in await queries.readings(connection, kind.tables, held.draft.id):
        name, codes, last = found.get(row["person_id"], (row["name"], set(), row["at"]))
        if now.get(row["code"]) == row["line_digest"]:
            codes.add(row["code"])
        found[row["person_id"]] = (name, codes, max(last, row["at"]))
    told = [
        ReadingSoFar(person_id=who, name=name, codes=frozenset(codes), last=last)
        for who, (name, codes, last) in found.items()
    ]
    return sorted(told, key=lambda one: (-len(one.codes), one.name))


async def mark_read(
    kind: Drafted, connection: Connection, person: Person | None, draft_id: UUID, codes: Collection[str]
) -> int:
    """Put down that a person has read lines as they are now. Gives how many.

    Raises:
        Refused: ``not_found``, ``not_allowed``.
    """
    held = await kind.opened(connection, person, draft_id, hold=False)
    reader = access.require(person, f"{kind.thing}:approve", state=held.draft.state, own=False)
    now = kind.lines(held)
    lines = {code: now[code] for code in codes if code in now}
    if lines:
        await queries.mark_read(connection, kind.tables, draft_id, reader.id, lines)
        await audit.record(
            connection, actor=reader.actor, tag=f"{kind.told}:read", subject=str(draft_id),
            after={"revision": held.revision.number, "lines": sorted(lines)},
        )  # fmt: skip
    return len(lines)
