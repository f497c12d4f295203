"""What the catalogue holds of each failure."""

from __future__ import annotations

import msgspec


class FailureKind(msgspec.Struct, frozen=True):
    """One kind of failure."""

    status: int
    """HTTP status."""

    title: str
    """What happened, in Vietnamese; a message id."""

    detail: str = ""
    """Why, and what to do; may name values as ``%(name)s``."""
