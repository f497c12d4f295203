"""A published year that was reopened, and the paper by which it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from parindex.audit.reasoned_decision import ReasonedDecision


class YearCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A published year that was reopened."""

    id: UUID
    """UUIDv7."""

    cycle_id: UUID
    """The year."""

    edition_id: UUID
    """The edition that the correction supersedes."""

    decided: ReasonedDecision
    """By which paper; its reason is printed with the edition that comes of it."""

    by_name: str | None
    """Who entered it."""

    at: datetime
    """When."""
