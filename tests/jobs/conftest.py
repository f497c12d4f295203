"""A table in which jobs leave what they did."""

from __future__ import annotations

import asyncpg
import pytest

from tests.jobs.small_jobs import make_table


@pytest.fixture(autouse=True)
async def written(owner: asyncpg.Connection[asyncpg.Record]) -> None:
    """The table of this test's database."""
    await make_table(owner)
