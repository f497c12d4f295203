"""One step of a sheet's way, with its own time."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of a sheet's way."""

    from_state: str
    """Before."""

    to_state: str
    """After."""

    at: datetime
    """When."""

    by_person: str
    """Person id or ``system``."""

    by_name: str | None
    """Name of that person."""

    reason: str | None
    """Why, where a reason was asked for."""

    receipt: str | None
    """Mã biên nhận of a submission."""

    for_name: str | None = None
    """Name of the person in whose place it was done."""
