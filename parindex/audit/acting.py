"""In whose place whoever does a deed now stands: the policy table notes it, the record tells it.

It holds for the task of a request. Whoever does a deed by a right of their own, or somebody else, is not told to stand in.
"""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

import msgspec


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """A deed in another's place."""

    actor: str
    """Who does it."""

    of: UUID
    """In whose place."""

    delegation: UUID
    """By which delegation."""


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def note(actor: str, of: UUID, delegation: UUID) -> None:
    """From now on this actor stands in for another."""
    _acting.set(Acting(actor=actor, of=of, delegation=delegation))


def clear(actor: str | None = None) -> None:
    """This actor acts by a right of their own; ``None``: nobody stands in for anybody."""
    held = _acting.get()
    if held is not None and actor in (None, held.actor):
        _acting.set(None)


def of(actor: str) -> Acting | None:
    """In whose place an actor stands now."""
    held = _acting.get()
    return held if held is not None and held.actor == actor else None


def person_of(actor: str) -> UUID | None:
    """The person in whose place an actor stands now."""
    held = of(actor)
    return held.of if held else None
