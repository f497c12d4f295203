"""Shapes of assigned leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from parindex.errors import N_

LeafPart = Literal["owner", "contributor", "monitor"]

PARTS: Final[Mapping[LeafPart, str]] = {
    "owner": N_("Chủ trì"),
    "contributor": N_("Phối hợp"),
    "monitor": N_("Theo dõi"),
}
"""What somebody has to do with a leaf, and its name: the owner answers for it, contributors declare too, monitors look."""

DECLARING: Final[frozenset[LeafPart]] = frozenset({"owner", "contributor"})
"""Whoever declares an assigned leaf, beside the focal point."""


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody has a leaf."""

    person_id: UUID
    """Who."""

    part: LeafPart
    """One of :data:`PARTS`."""


class AssignedLeaf(Assignment, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody has a leaf, as pages tell it."""

    code: str
    """The leaf."""

    agency_id: UUID | None
    """Agency of the person."""

    name: str
    """Name of the person."""

    since: datetime
    """From when on."""

    present: bool
    """Whether the person still may declare it: their account is in use, their role holds, the leaf is of their agency."""


class HandIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest hand-in of a leaf."""

    entry_id: UUID
    """Of which entry."""

    row_version: int
    """The version of the entry that was handed in."""

    name: str
    """Who handed it in."""

    at: datetime
    """When."""

    given_back_at: datetime | None
    """When it was given back; ``None``: it was not."""

    given_back_by: str | None
    """Who gave it back."""

    reason: str | None
    """Why."""

    def holds(self, row_version: int) -> bool:
        """Whether the entry is still what was handed in, and was not given back."""
        return self.given_back_at is None and self.row_version == row_version


class Colleague(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who may be given leaves."""

    id: UUID
    """The person."""

    name: str
    """Their name."""


class Assignments(msgspec.Struct, frozen=True, kw_only=True):
    """Who has which leaf of a sheet now."""

    by_code: Mapping[str, Sequence[AssignedLeaf]] = {}
    """By leaf, the owner first; no leaf that nobody has."""

    bundled: bool = False
    """Whether leaves are assigned and the agency has a focal point who hands in the sheet."""

    def of(self, code: str) -> Sequence[AssignedLeaf]:
        """Whoever has a leaf."""
        return self.by_code.get(code, ())

    def owner(self, code: str) -> AssignedLeaf | None:
        """Whoever answers for a leaf."""
        return next((one for one in self.of(code) if one.part == "owner"), None)

    def declared_by(self, code: str, agency_id: UUID | None) -> Sequence[AssignedLeaf]:
        """Who of an agency declares a leaf; empty where anybody of it does."""
        return [one for one in self.of(code) if one.part in DECLARING and one.present and one.agency_id == agency_id]

    def held_by(self, person_id: UUID, parts: frozenset[LeafPart] = DECLARING) -> frozenset[str]:
        """The leaves in which somebody has one of some parts."""
        return frozenset(
            code
            for code, held in self.by_code.items()
            for one in held
            if one.person_id == person_id and one.part in parts
        )
