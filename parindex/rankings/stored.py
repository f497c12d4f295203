"""What of a year stands in the database: its cycle with the criteria set, its agencies, its computations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from parindex.rankings.model import Mark


class CycleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A cycle with its criteria set."""

    id: UUID
    """Of the cycle."""

    family: str
    """Family of the ranking."""

    year: int
    """The year that is measured."""

    tier: str
    """Tier of the agencies."""

    state: str
    """State of the cycle."""

    marked: Mark | None
    """What every page must say about the data."""

    group_by: str | None = None
    """The attribute within whose values agencies are also ranked."""

    set_family: str
    """Family of the criteria set."""

    set_version: str
    """Version of the criteria set."""

    set_digest: str
    """Its digest."""

    set_document: str
    """The set as JSON."""


class CycleAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency that takes part in a cycle."""

    id: UUID
    """Of the agency."""

    code: str
    """Official code."""

    name_vi: str
    """Name."""

    name_en: str | None
    """English name."""

    region: str | None
    """Region."""

    ranked: bool
    """False: scored, not ranked."""

    attributes: dict[str, Any]
    """Attributes that the set asks for."""

    ends_on: date | None = None
    """First day on which it no longer exists."""

    derived: bool = False
    """It was formed within the year, has no sheet of its own, and its result is the mean of those it was formed from."""


class StoredComputation(msgspec.Struct, frozen=True, kw_only=True):
    """A computed year as it is stored."""

    id: UUID
    """UUIDv7."""

    cycle_id: UUID
    """The cycle."""

    at: datetime
    """When it was computed."""

    by_person: str
    """Who asked for it."""

    digest: str
    """SHA-256 of the document."""

    document: bytes
    """The document, canonical JSON."""
