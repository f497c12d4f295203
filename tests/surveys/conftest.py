"""An open round, and an intake beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.surveys.intake import Intake
from tests.surveys.survey_fields import Field, a_field


@pytest.fixture
async def field(db: Database, tenant: UUID) -> Field:
    """An open round of the installation's own tenant."""
    return await a_field(db, tenant)


@pytest.fixture
async def intake(server: EmbeddedServer, database_name: str) -> AsyncIterator[Intake]:
    """An intake with a pool of its own."""
    database = await Database.connect(server.url("parindex_app", database_name), size=3)
    running = Intake(database)
    yield running
    await running.stop()
