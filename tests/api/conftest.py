"""Counting what a page asks of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest


@pytest.fixture
def count_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A function that tells how many statements were sent so far."""
    sent = 0

    def counting(method: Any) -> Any:
        async def counted(self: Any, *given: Any, **named: Any) -> Any:
            nonlocal sent
            sent += 1
            return await method(self, *given, **named)

        return counted

    for name in ("fetch", "fetchrow", "fetchval", "execute", "executemany"):
        monkeypatch.setattr(asyncpg.Connection, name, counting(getattr(asyncpg.Connection, name)))
    return lambda: sent
