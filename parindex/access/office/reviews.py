"""The review of rights that the law asks for every six months: the report, and that it was made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from parindex import access, audit
from parindex.access.model import Person
from parindex.access.office import queries
from parindex.access.staff import queries as staff_queries
from parindex.access.staff.model import ListedPerson
from parindex.store.database import Connection
from parindex.store.ids import new_id

MONTHS: Final = 6
"""Between two reviews."""

SHOWN: Final = 10
"""Reviews that the page shows."""


class ReviewMade(msgspec.Struct, frozen=True, kw_only=True):
    """A review that was made."""

    at: datetime
    """When."""

    who: str | None
    """By whom."""

    accounts: int
    """Accounts that there were."""

    note: str
    """What was found."""


class RightsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at in a review."""

    people: tuple[ListedPerson, ...]
    """Every account with its roles."""

    due: datetime | None
    """When the next review is due."""

    made: tuple[ReviewMade, ...]
    """Reviews that were made, the newest first."""


async def report(connection: Connection, person: Person | None) -> RightsReport:
    """Every account with its roles, its use, and when rights were reviewed.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    access.require(person, "person:read")
    made: Sequence[ReviewMade] = [ReviewMade(**dict(row)) for row in await queries.reviews(connection, SHOWN)]
    return RightsReport(
        people=tuple(await staff_queries.everybody(connection, None)),
        due=await queries.review_due(connection, MONTHS),
        made=tuple(made),
    )


async def due(connection: Connection) -> datetime | None:
    """When the next review is due; ``None`` where there is nobody yet."""
    return await queries.review_due(connection, MONTHS)


async def record(connection: Connection, person: Person | None, note: str) -> None:
    """Put on record that the rights of all accounts were reviewed.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    actor = access.require(person, "rights:review").actor
    accounts = (await staff_queries.counts(connection, None))["all"]
    review_id = new_id()
    await queries.insert_review(connection, review_id, actor, accounts, note)
    await audit.record(
        connection, actor=actor, tag="access:rights:review", subject=str(review_id), after={"accounts": accounts}
    )
