"""Work that nobody holds: told to whoever can give somebody the role that it waits for."""

from __future__ import annotations

from collections.abc import Sequence

from parindex.access import policy
from parindex.access.handovers import queries
from parindex.access.handovers.model import UnheldWork
from parindex.access.model import Person
from parindex.errors import Refused
from parindex.store.database import Connection


async def shown(connection: Connection, person: Person | None) -> Sequence[UnheldWork]:
    """What nobody can do: of the whole tenant for who sees everybody, of the own agency for its focal point.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    if policy.may(person, "person:read"):
        return await queries.unheld(connection, None)
    reader = policy.require(person, "person:read", own=True)
    if reader.agency_id is None:
        raise Refused("not_allowed")
    return await queries.unheld(connection, reader.agency_id)


async def waits(connection: Connection, person: Person) -> int:
    """How much of it there is for somebody; none for whoever can change nothing of it."""
    own = person.agency_id is not None and policy.may(person, "person:grant", own=True)
    if not own and not policy.may(person, "person:grant"):
        return 0
    return len(await shown(connection, person))
