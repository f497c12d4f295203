"""Invitations: a token of 128 bits in a link, of which only the SHA-256 is kept."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4, uuid5

import asyncpg

from parindex import audit
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.surveys.rounds import opening, queries

MOST: Final = 5_000
"""Invitations made at once."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def new_token() -> str:
    """128 random bits in 22 characters that need no escaping in an address."""
    return base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def well_formed(token: str) -> bool:
    """Whether this can be a token at all."""
    return _TOKEN.match(token) is not None


async def make(
    connection: Connection, round_id: UUID, units: Sequence[UUID], *, actor: str, asked: UUID | None = None
) -> list[str]:
    """Make one invitation for each entry of ``units``; the tokens are seen here and never again.

    Args:
        connection: In a transaction.
        round_id: An open round.
        units: The sample unit of each.
        actor: Who makes them.
        asked: Name of the request: the same one for the same units makes nothing again.

    Raises:
        Refused: ``round_closed``; ``too_many_invitations``; ``invitations_made``.
    """
    if len(units) > MOST:
        raise Refused("too_many_invitations", most=MOST)
    tokens = [new_token() for _ in units]
    named = uuid4() if asked is None else uuid5(asked, ",".join(map(str, units)))
    try:
        await _store(connection, round_id, tokens, units, [uuid5(named, str(n)) for n in range(len(units))], actor)
    except asyncpg.UniqueViolationError:
        raise Refused("invitations_made") from None
    return tokens


async def store(
    connection: Connection, round_id: UUID, tokens: Sequence[str], units: Sequence[UUID], *, actor: str
) -> None:
    """Store invitations whose tokens are known: printed beforehand, or simulated.

    Raises:
        Refused: ``round_closed``.
    """
    await _store(connection, round_id, tokens, units, [uuid4() for _ in units], actor)


async def _store(
    connection: Connection,
    round_id: UUID,
    tokens: Sequence[str],
    units: Sequence[UUID],
    ids: Sequence[UUID],
    actor: str,
) -> None:
    await queries.share_gate(connection, round_id)
    if (await opening.get(connection, round_id)).state != "open":
        raise Refused("round_closed")
    await queries.insert_invitations(connection, round_id, ids, [token_hash(token) for token in tokens], units)
    await audit.record(
        connection, actor=actor, tag="surveys:invitations:make", subject=str(round_id), after={"count": len(units)}
    )
