"""The last administrator: nobody takes the office its own key, not even by mistake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parindex.access import queries
from parindex.errors import Refused
from parindex.store.database import Connection


@asynccontextmanager
async def kept(connection: Connection) -> AsyncIterator[None]:
    """Around what takes an account or a role away: an administrator who can sign in is left, without a last day.

    Two who do it at once come one after the other. Where there was none before, nothing is refused.

    Raises:
        Refused: ``last_administrator``.
    """
    await queries.hold_administrators(connection)
    before = await queries.count_administrators(connection)
    yield
    if before and not await queries.count_administrators(connection):
        raise Refused("last_administrator")
