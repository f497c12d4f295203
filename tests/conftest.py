"""One server a run, one migrated template, one database a test: tests see a real PostgreSQL and never each other.

``PARINDEX_POSTGRES_BIN`` chooses another server's programs, so that the suite also runs on the oldest version served.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import settings
from litestar import Litestar

from parindex import jobs
from parindex.access import people, sessions, tenants
from parindex.api.shared.services import Services
from parindex.app import compose, create_app
from parindex.settings import Settings
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer, find_binaries, major_version
from parindex.store.migrate import create_roles, migrate
from parindex.surveys.answers.group_commit import Intake
from tests import databases
from tests.surveys.survey_fields import Field, a_field

pytest_plugins = ["tests.browsing", "tests.counting_statements"]

# A run says the same twice; `--hypothesis-profile=explore` looks where no run has looked before.
settings.register_profile("explore", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

_numbers = count()

ROOM = 6 * 2**30
"""Bytes that have to be free in memory before the tests' cluster is put there: it takes up to three."""

JOB_PAGE = re.compile(r"/work/jobs/[0-9a-f-]{36}$")
"""Where a form leads that asks for a job."""


def _test_data() -> Path:
    """Where the cluster lies: in memory where there is room, for each test copies a database of a thousand files."""
    named, memory = os.environ.get("PARINDEX_TEST_DATA"), Path("/dev/shm")
    if named:
        return Path(named)
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM
    return memory if roomy else Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running server, shared by all workers of the run; its cluster is made once and kept between runs."""
    version = major_version(find_binaries())
    folder = _test_data() / f"parindex-tests-{os.geteuid()}-{version}"
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
    asyncio.run(databases.drop(server, name))


@pytest.fixture
async def database_name(server: EmbeddedServer, template: str) -> AsyncIterator[str]:
    """A fresh database of this test."""
    name = f"{template.replace('template', 'test')}_{next(_numbers)}"
    await databases.clone(server, template, name)
    yield name
    await databases.drop(server, name)


@pytest.fixture
async def db(server: EmbeddedServer, database_name: str) -> AsyncIterator[Database]:
    """The database as the application's role."""
    database = await Database.connect(
        server.url("parindex_app", database_name), size=4, owner=server.url("parindex_migrator", database_name)
    )
    yield database
    await database.close()


@pytest.fixture
async def clocked(db: Database) -> AsyncIterator[Database]:
    """The database as the owner of the tables, who may set ``clock`` to the moment that is now."""
    async with db.at(datetime.now(UTC)) as database:
        yield database


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


@pytest.fixture
async def services(server: EmbeddedServer, database_name: str, tmp_path: Path) -> Services:
    """An installation of its own; the application that serves it closes it."""
    return await compose(
        Settings(data=tmp_path / "data", base_url="http://parindex.test"), server.url("parindex_app", database_name), pool=4,
        owner_url=server.url("parindex_migrator", database_name),
    )  # fmt: skip


@pytest.fixture(scope="session")
def empty_application() -> tuple[Litestar, Services]:
    """An application of the whole run, and its services to be filled: making one takes longer than most tests."""
    empty = object.__new__(Services)
    return create_app(empty), empty


@pytest.fixture
def app(services: Services, empty_application: tuple[Litestar, Services]) -> Litestar:
    """The application over this test's services, also what the test changes in them."""
    application, empty = empty_application
    empty.__dict__ = vars(services)
    return application


@pytest.fixture
async def client(services: Services, tenant: UUID, app: Litestar) -> AsyncIterator[AsyncClient]:
    """A visitor's browser without JavaScript; a job that a form asks for is done before the answer is read."""
    transport = ASGITransport(app, raise_app_exceptions=False)

    async def do_jobs(response: Response) -> None:
        if re.search(JOB_PAGE, response.headers.get("location", "")) and "/work/jobs/" not in response.request.url.path:
            await jobs.run_until_idle(services.db, services.jobs)

    hooks = {"response": [do_jobs]}
    async with (
        running(app),
        AsyncClient(transport=transport, base_url="http://parindex.test", event_hooks=hooks) as browser,
    ):
        yield browser


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Start and stop an application in one task of its own: fixtures are set up and torn down in two."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    living = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({living, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if living.done():
            await living
        yield
    finally:
        stop.set()
        await living


@pytest.fixture
async def signed_in(client: AsyncClient, db: Database, tenant: UUID) -> Callable[..., Awaitable[UUID]]:
    """``await signed_in("specialist", agency_id=…)`` signs the client in as a new person; gives the person's id."""

    async def sign_in(*roles: str, agency_id: UUID | None = None, name: str = "Nguyễn Thu Hạnh") -> UUID:
        login = f"nguoi-{next(_numbers)}"
        async with db.transaction(tenant) as connection:
            person = await people.add_person(
                connection, login=login, name=name, roles=roles, agency_id=agency_id, password_hash=_password_hash()
            )
        token = await sessions.sign_in(db, tenant, login, PASSWORD)
        for kind in (sessions.COOKIE, "csrftoken"):
            client.cookies.delete(kind)
        client.cookies.set(sessions.COOKIE, token)
        return person

    return sign_in


PASSWORD = "mật khẩu của kiểm thử"


@cache
def _password_hash() -> str:
    return people.hash_password(PASSWORD)


async def post_form(client: AsyncClient, path: str, **fields: str | list[str]) -> Response:
    """Post a form as a page does: with the token of the cookie that a page has set.

    Where it asks for a job, the answer is that of the job's page, which leads on once the job is done.
    """
    elsewhere = path.startswith("/t/khac/")
    await client.get("/t/khac/sign-in" if elsewhere else "/sign-in")
    token = client.cookies["csrftoken_khac" if elsewhere else "csrftoken"]
    answer = await client.post(path, data={"_csrf_token": token, **fields})
    location = answer.headers.get("location", "")
    asked = JOB_PAGE.search(location) and "/work/jobs/" not in path
    return await client.get(location) if asked else answer


async def post_checked(client: AsyncClient, path: str, **fields: str | list[str]) -> Response:
    """Post the form of the page before a deed as somebody does who ticks every line, also those that the decision adds."""
    answer = await client.get(path)
    for _ in range(2):
        answer = await post_form(client, path, **fields, **ticked(answer.text))
        if answer.status_code != 422 or "chưa được xác nhận" not in answer.text:
            break
    return answer


def ticked(page: str) -> dict[str, str | list[str]]:
    """What the page before a deed sends once every line is ticked."""
    shown = re.search(r'name="shown" value="(\w*)"', page)
    return {
        "shown": shown[1] if shown else "",
        "confirm": re.findall(r'name="confirm" value="([\w-]+)"', page),
    }


@pytest.fixture
async def field(db: Database, tenant: UUID) -> Field:
    """An open survey round of the installation's own tenant."""
    return await a_field(db, tenant)


@pytest.fixture
async def intake(server: EmbeddedServer, database_name: str) -> AsyncIterator[Intake]:
    """An intake with a pool of its own."""
    database = await Database.connect(server.url("parindex_app", database_name), size=3)
    running = Intake(database)
    yield running
    await running.stop()
