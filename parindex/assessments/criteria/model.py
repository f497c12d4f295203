"""Drafts of criteria sets: what was uploaded, what is wrong with it, who read, disputed and approved it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from parindex.approvals.model import LineFault, OutlineLine

RevisionWay: TypeAlias = Literal["file", "clone", "rule", "cases", "appraisers"]
"""How a version of a draft came to be."""


class DraftRevision(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a draft; it never changes."""

    number: int
    """From 1."""

    way: RevisionWay
    """How it came to be."""

    file_name: str
    """Of the file that the draft comes from."""

    file_sha256: str | None
    """That file's content; ``None`` where there was none."""

    document: str | None
    """The canonical set as JSON; ``None`` while something is wrong with it."""

    digest: str | None
    """SHA-256 of the document."""

    outline: tuple[OutlineLine, ...]
    """Its rows."""

    faults: tuple[LineFault, ...]
    """Everything that is wrong or to be looked at."""

    cases: str
    """Its worked cases as YAML; empty for none."""

    case_count: int
    """How many there are."""

    by_person: str
    """Who made it."""

    by_name: str | None
    """Their name; ``None`` for a command."""

    at: datetime
    """When."""

    @property
    def errors(self) -> tuple[LineFault, ...]:
        """What keeps it from being handed over."""
        return tuple(fault for fault in self.faults if fault.level != "note")


class CriteriaDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a set on its way to be published."""

    id: UUID
    """UUIDv7."""

    family: str
    """Its family."""

    version: str
    """The version that it will be."""

    tier: str
    """Tier of the agencies."""

    base_id: UUID | None
    """The published set that it is compared with."""

    published_id: UUID | None
    """What it was published as."""

    state: str
    """Of :data:`DRAFT_STATES`."""


class SetUse(msgspec.Struct, frozen=True, kw_only=True):
    """A year that is bound to a published set."""

    cycle_id: UUID
    """The year's cycle."""

    criteria_set_id: UUID
    """The set."""

    family: str
    """The index."""

    year: int
    """The year that is assessed."""

    tier: str
    """The tier of its agencies."""

    state: str
    """Its state."""
