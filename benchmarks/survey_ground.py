"""What benchmarks of surveys stand on: a migrated database with one tenant, one year and one open round."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import asyncpg

from parindex.access import tenants
from parindex.store.database import Connection, Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.ids import new_id
from parindex.store.migrate import create_roles, migrate
from parindex.surveys.model import Round
from parindex.surveys.questionnaire import loading
from parindex.surveys.rounds import opening


@asynccontextmanager
async def migrated(
    server: EmbeddedServer,
) -> AsyncIterator[tuple[asyncpg.Connection[asyncpg.Record], Database, UUID]]:
    """A new database ``bench``: its owner's connection, the application's connections, the tenant."""
    outside = await asyncpg.connect(server.url("postgres", "postgres"))
    await outside.execute("create database bench")
    await outside.close()
    owner = await asyncpg.connect(server.url("postgres", "bench"))
    await create_roles(owner, "bench")
    await migrate(server.url("parindex_migrator", "bench"))
    database = await Database.connect(
        server.url("parindex_app", "bench"), size=2, owner=server.url("parindex_migrator", "bench")
    )
    async with database.transaction(None) as connection:
        tenant_id = await tenants.add(connection, code="demo", name_vi="Đo hiệu năng")
    yield owner, database, tenant_id
    await database.close()
    await owner.close()


async def open_round(connection: Connection, tenant_id: UUID, agencies: Sequence[UUID]) -> Round:
    """A round of SIPAS that is open for a long time, in a year with these agencies."""
    criteria, cycle = new_id(), new_id()
    await connection.execute(
        "insert into criteria_sets (tenant_id, id, family, version, digest, document, source, published_by)"
        " values ($1, $2, 'do', '1', repeat('0', 64), '', '', 'system')", tenant_id, criteria,
    )  # fmt: skip
    await connection.execute(
        "insert into cycles (tenant_id, id, family, year, tier, criteria_set_id) values ($1, $2, 'do', 2026, 'province', $3)",
        tenant_id, cycle, criteria,
    )  # fmt: skip
    await connection.executemany(
        "insert into agencies (tenant_id, id, code, name_vi, tier, sort_key, search_key, valid_from)"
        " values ($1, $2, $3, $3, 'province', $3, $3, '2025-01-01')",
        [(tenant_id, agency, f"tinh-{place}") for place, agency in enumerate(agencies)],
    )  # fmt: skip
    instrument, source = loading.bundled("sipas", "2026")
    instrument_id = await opening.publish(connection, instrument, source, actor="system")
    return await opening.open_round(
        connection, cycle_id=cycle, instrument_id=instrument_id, form="short", title_vi="Đo",
        opens_on=date(2020, 1, 1), closes_on=date(2099, 12, 31), actor="system",
    )  # fmt: skip
