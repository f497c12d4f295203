"""Counting what a page or a deed asks of the database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest


@pytest.fixture
def count_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """A function that tells how many statements this test's own thread has sent so far.

    Servers that other modules left running have threads of their own, and their sealers ask every 0.4 seconds.
    """
    sent = 0
    mine = threading.get_ident()

    def counting(method: Any) -> Any:
        async def counted(self: Any, *given: Any, **named: Any) -> Any:
            nonlocal sent
            sent += threading.get_ident() == mine
            return await method(self, *given, **named)

        return counted

    def opening(self: Any, *given: Any, **named: Any) -> Any:
        nonlocal sent
        sent += threading.get_ident() == mine
        return cursor(self, *given, **named)

    for name in ("fetch", "fetchrow", "fetchval", "execute", "executemany", "copy_from_query"):
        monkeypatch.setattr(asyncpg.Connection, name, counting(getattr(asyncpg.Connection, name)))
    cursor = asyncpg.Connection.cursor
    monkeypatch.setattr(asyncpg.Connection, "cursor", opening)
    return lambda: sent
