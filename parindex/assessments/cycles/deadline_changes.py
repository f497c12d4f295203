"""A deadline that was moved, and the paper by which it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from parindex.audit.reasoned_decision import ReasonedDecision


class DeadlineChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A deadline that was moved, for one agency or for all."""

    cycle_id: UUID
    """The year."""

    agency: str | None
    """Short name of the agency; ``None``: all."""

    due_before: datetime | None
    """When sheets were due before."""

    closes_before: datetime | None
    """When they were taken until before."""

    due: datetime
    """When they are due since."""

    closes: datetime
    """Until when they are taken since."""

    decided: ReasonedDecision
    """By which paper."""

    by_name: str | None
    """Who entered it."""

    at: datetime
    """When it was entered."""
