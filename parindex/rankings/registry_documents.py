"""What a computed year says of the registry: from whom an agency took over, and what was chosen for one that ended."""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec


class _RegistryPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Immutable, closed, built by keyword, as every part of a computed year."""


class FormedDocument(_RegistryPart, frozen=True):
    """From whom an agency took over."""

    on: datetime.date
    """Its first day as such."""

    names: tuple[str, ...]
    """Names of its predecessors, in the order of the registry."""

    codes: tuple[str, ...]
    """Their codes."""

    decision: str
    """Number of the document."""


class MergerDocument(_RegistryPart, frozen=True):
    """What became of agencies that ended while the year was open."""

    treatment: Literal["inherit", "alone"]
    """``inherit``: successors take part for their own period, predecessors do not. ``alone``: predecessors are scored and
    not ranked."""

    effective_on: datetime.date
    """First day of the successors."""

    decision: str
    """Number of the document."""

    predecessors: tuple[str, ...]
    """Codes of the agencies that ended."""

    successors: tuple[str, ...]
    """Codes of those that take part in their place; none where the predecessors are scored alone."""
