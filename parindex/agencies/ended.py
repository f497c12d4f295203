"""Agencies that ended, by the deed that ended them: merged, split or closed, and who took over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from parindex.agencies import queries
from parindex.store.database import Connection

A_PAGE: Final = 100
"""Deeds of a page."""


class AgencyNamed(msgspec.Struct, frozen=True, kw_only=True):
    """An agency by its name."""

    code: str
    """Its code."""

    name: str
    """Its name as it begins, is or ended."""


class EndingDeed(msgspec.Struct, frozen=True, kw_only=True):
    """A deed by which agencies ended."""

    id: UUID
    """Its id."""

    kind: str
    """``merge``, ``split`` or ``close``."""

    effective_on: date
    """First day on which they are no more."""

    basis_number: str | None
    """Số, ký hiệu of the document."""

    basis_date: date | None
    """Its day."""

    ended: tuple[AgencyNamed, ...]
    """Those that ended, in the order of the registry."""

    successors: tuple[AgencyNamed, ...]
    """Who took over; none where they were closed."""


class EndingDeeds(msgspec.Struct, frozen=True, kw_only=True):
    """A page of them."""

    deeds: tuple[EndingDeed, ...]
    """The latest day first."""

    total: int
    """Of all pages."""

    years: tuple[int, ...]
    """Years on whose days agencies ended, the latest first."""


async def ended(connection: Connection, *, year: int | None = None, number: int = 1) -> EndingDeeds:
    """Deeds by which agencies ended, without those that were taken back.

    Args:
        connection: In a transaction of the tenant.
        year: On whose days; all where it is not given.
        number: Of the page, from 1.
    """
    rows = await queries.ending_deeds(connection, year, most=A_PAGE, skip=(number - 1) * A_PAGE)
    return EndingDeeds(
        deeds=tuple(
            EndingDeed(
                id=row["id"], kind=row["kind"], effective_on=row["effective_on"], basis_number=row["basis_number"],
                basis_date=row["basis_date"], ended=_named(row["ended"]), successors=_named(row["successors"]),
            )
            for row in rows
        ),
        total=rows[0]["total"] if rows else 0,
        years=tuple(await queries.ending_years(connection)),
    )  # fmt: skip


def _named(pairs: Sequence[Sequence[str]]) -> tuple[AgencyNamed, ...]:
    return tuple(AgencyNamed(code=code, name=name) for code, name in pairs)
