"""The review of rights that the law asks for every six months: the report, and that it was made."""

from __future__ import annotations

from collections.abc import Mapping
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

MOST_SHOWN: Final = 200
"""People of a list that the page shows; the files have all."""

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


class RightsSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a review shows: counts, and who is to be looked at."""

    holders: Mapping[str, int]
    """People in use who hold a role now, by role."""

    total: int
    """Accounts in use."""

    unused: tuple[ListedPerson, ...]
    """Accounts that are not used, the longest first."""

    several: tuple[ListedPerson, ...]
    """Who hold several roles."""

    due: datetime | None
    """When the next review is due."""

    made: tuple[ReviewMade, ...]
    """Reviews that were made, the newest first."""


async def summary(connection: Connection, person: Person | None) -> RightsSummary:
    """What a review looks at first; :func:`report` has every account.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    access.require(person, "person:read")
    unused = await staff_queries.unused(connection, MOST_SHOWN)
    several = await staff_queries.of_several_roles(connection, MOST_SHOWN)
    known = {one.id: one for one in await staff_queries.of_ids(connection, [*unused, *several])}
    return RightsSummary(
        holders=await staff_queries.holders(connection),
        total=await queries.in_use(connection),
        unused=tuple(known[one] for one in unused),
        several=tuple(known[one] for one in several),
        due=await queries.review_due(connection, MONTHS),
        made=tuple(ReviewMade(**dict(row)) for row in await queries.reviews(connection, SHOWN)),
    )


async def report(connection: Connection, person: Person | None) -> RightsReport:
    """Every account with its roles and its use.

    Raises:
        Refused: ``sign_in_needed``, ``not_allowed``.
    """
    access.require(person, "person:read")
    return RightsReport(people=tuple(await staff_queries.everybody(connection, None)))


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
