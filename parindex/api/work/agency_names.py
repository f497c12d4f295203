"""Agencies as people type them: by code, by name or by the name for narrow columns, in letters of any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from parindex.reading.text import one_line


def as_typed(name: str) -> str:
    """A name by which two that are typed differently are one."""
    return one_line(name).casefold()


def bearers(agencies: Iterable[tuple[UUID, Iterable[str]]]) -> Mapping[str, set[UUID]]:
    """Who bears each name: one agency, or several of which none is meant for certain.

    Args:
        agencies: (id, its code and names) of each.
    """
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for agency_id, names in agencies:
        for name in names:
            found[as_typed(name)].add(agency_id)
    return dict(found)
