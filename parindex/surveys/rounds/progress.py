"""How far the field work of rounds is: drawn, answered, by agency."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from parindex.store.database import Connection
from parindex.surveys.rounds import queries


class FieldTotals(msgspec.Struct, frozen=True, kw_only=True):
    """A round's field work as a whole."""

    drawn: int
    """People drawn."""

    units: int
    """Sample units."""

    answered: int
    """Responses."""


class SampledAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency of a round's sample."""

    id: UUID
    """Its id."""

    code: str
    """Official code."""

    name_vi: str
    """Vietnamese name."""

    name_en: str | None
    """English name."""


async def totals(connection: Connection) -> Mapping[UUID, FieldTotals]:
    """The field work of every round, by its id."""
    return {
        row["id"]: FieldTotals(drawn=int(row["drawn"]), units=int(row["units"]), answered=int(row["answered"]))
        for row in await queries.field_totals(connection)
    }


async def agencies(connection: Connection, round_id: UUID) -> Mapping[UUID, SampledAgency]:
    """The agencies of a round's sample by id, in official order."""
    return {row["id"]: SampledAgency(**dict(row)) for row in await queries.agency_names(connection, round_id)}
