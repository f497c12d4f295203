"""The groups of a filter form, as ``components/filters.html`` draws them."""

from __future__ import annotations

import msgspec


class FilterOption(msgspec.Struct, frozen=True, kw_only=True):
    """One choice."""

    value: str
    """What the address says; empty: all."""

    label: str
    """What people read."""


class FilterGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Choices of which one holds."""

    name: str
    """Its name in the address."""

    label: str
    """What is chosen."""

    value: str
    """What holds now."""

    options: tuple[FilterOption, ...]
    """All choices."""
