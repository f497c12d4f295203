"""One server a run, one migrated template, one database a test: tests see a real PostgreSQL and never each other.

``PARINDEX_POSTGRES_BIN`` chooses another server's programs, so that the suite also runs on the oldest version served.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from parindex.access import tenants
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer, find_binaries, major_version
from parindex.store.migrate import create_roles, migrate

_numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running server, shared by all workers of the run; its cluster is made once and kept between runs."""
    version = major_version(find_binaries())
    folder = Path(os.environ.get("PARINDEX_TEST_DATA", tempfile.gettempdir())) / f"parindex-tests-{os.geteuid()}-{version}"
    with EmbeddedServer(folder, durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: EmbeddedServer, worker_id: str) -> Iterator[str]:
    """The name of a migrated database with two tenants, which every test's database is cloned from."""
    name = f"template_{os.getpid()}_{worker_id}"

    async def make() -> None:
        admin = await asyncpg.connect(server.url("postgres", "postgres"))
        await admin.execute(f'create database "{name}"')
        await admin.close()
        inside = await asyncpg.connect(server.url("postgres", name))
        await create_roles(inside, name)
        await inside.close()
        await migrate(server.url("parindex_migrator", name))
        database = await Database.connect(server.url("parindex_app", name), size=1)
        for code, title in (("demo", "Đơn vị chủ trì mô phỏng"), ("khac", "Đơn vị chủ trì khác")):
            async with database.transaction(None) as connection:
                await tenants.add(connection, code=code, name_vi=title)
        await database.close()

    asyncio.run(make())
    yield name
    asyncio.run(drop_database(server, name))


async def drop_database(server: EmbeddedServer, name: str) -> None:
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'drop database if exists "{name}" with (force)')
    await admin.close()


@pytest.fixture
async def database_name(server: EmbeddedServer, template: str) -> AsyncIterator[str]:
    """A fresh database of this test."""
    name = f"{template.replace('template', 'test')}_{next(_numbers)}"
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}" template "{template}" strategy file_copy')
    await admin.close()
    yield name
    await drop_database(server, name)


@pytest.fixture
async def db(server: EmbeddedServer, database_name: str) -> AsyncIterator[Database]:
    """The database as the application's role."""
    database = await Database.connect(server.url("parindex_app", database_name), size=4)
    yield database
    await database.close()


@pytest.fixture
async def sealer(server: EmbeddedServer, database_name: str) -> AsyncIterator[Database]:
    """The database as the sealer's role."""
    database = await Database.connect(server.url("parindex_sealer", database_name), size=2)
    yield database
    await database.close()


@pytest.fixture
async def owner(server: EmbeddedServer, database_name: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A superuser's connection, for looking behind the application's back."""
    connection = await asyncpg.connect(server.url("postgres", database_name))
    yield connection
    await connection.close()


@pytest.fixture
async def tenant(db: Database) -> UUID:
    """The installation's own tenant."""
    found = await tenants.by_code(db, "demo")
    assert found is not None
    return found.id


@pytest.fixture
async def other_tenant(db: Database) -> UUID:
    """A second tenant, which must never be seen from the first."""
    found = await tenants.by_code(db, "khac")
    assert found is not None
    return found.id
