"""Who appraises what in a year: bodies in their own name, substitutes where a body would appraise itself, the agency above."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from parindex.access import Person
from parindex.assessments.cycles import queries as cycle_queries
from parindex.store.database import Connection


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """For which bodies a person's agency appraises in a year."""

    bodies: frozenset[str]
    """In its own name: every agency but itself."""

    substitute: Mapping[str, UUID]
    """As substitute: by body, the one agency whose sheet it appraises."""

    agency_id: UUID | None
    """The person's agency."""

    above: frozenset[str] = frozenset()
    """Bodies of which the agency above each agency appraises; ``bodies`` and ``substitute`` hold where there is none."""

    below: frozenset[UUID] = frozenset()
    """Agencies that lie below the person's, where there are such bodies."""

    topmost: frozenset[UUID] = frozenset()
    """Agencies above which there is none, where there are such bodies."""

    @property
    def named(self) -> frozenset[UUID]:
        """The agencies that it treats unlike all others."""
        own = () if self.agency_id is None else (self.agency_id,)
        return frozenset((*self.substitute.values(), *own)) | self.below | self.topmost

    def covers(self, body: str | None, agency_id: UUID | None) -> bool:
        """Whether the mandate covers a body's areas of an agency's sheet; never its own.

        ``None`` stands for any agency that it does not name.
        """
        if body is None or agency_id is None:
            return body in self.bodies and body not in self.above
        if agency_id == self.agency_id:
            return False
        if body in self.above and agency_id not in self.topmost:
            return agency_id in self.below
        return self.substitute.get(body) == agency_id or body in self.bodies

    def leads(self, body: str | None) -> bool:
        """Whether the mandate covers a body's areas in its own name."""
        return body in self.bodies or (body in self.above and bool(self.below))

    def touches(self, body: str | None) -> bool:
        """Whether the mandate covers a body's areas for any agency."""
        return body is not None and (self.leads(body) or body in self.substitute)


async def mandate(connection: Connection, person: Person, cycle_id: UUID) -> Mandate:
    """What a person may appraise in a year."""
    rows = await cycle_queries.bodies(connection, cycle_id)
    above = frozenset(row["body"] for row in rows if row["above"])
    parents = await cycle_queries.parents(connection, cycle_id) if above else {}
    return Mandate(
        bodies=frozenset(row["body"] for row in rows if row["agency_id"] == person.agency_id),
        substitute={row["body"]: row["agency_id"] for row in rows if row["substitute_id"] == person.agency_id},
        agency_id=person.agency_id,
        above=above,
        below=frozenset(one for one, parent in parents.items() if parent is not None and parent == person.agency_id),
        topmost=frozenset(one for one, parent in parents.items() if parent is None),
    )
