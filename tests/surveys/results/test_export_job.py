"""The file of a large round: made by a job, kept some days, given to whoever may take it, gone after."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient, Response

from parindex import jobs
from parindex.api.shared.services import Services
from parindex.store import kept_files
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.results import export_job, microdata
from tests.conftest import post_form
from tests.jobs.small_jobs import state, until, worker
from tests.surveys.results.test_microdata import locked
from tests.surveys.survey_fields import Field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SignIn = Callable[..., Awaitable[UUID]]
BROWSER = {"accept": "text/html,application/xhtml+xml"}
REASON = "Tính lại sai số theo đề nghị của Hội đồng"


@pytest.fixture
async def large(intake: Intake, field: Field, db: Database, monkeypatch: pytest.MonkeyPatch) -> Field:
    """A locked round that is larger than what is sent at once."""
    await locked(intake, db, field, len(field.tokens))
    monkeypatch.setattr(export_job, "AT_ONCE", len(field.tokens) - 1)
    return field


def address(field: Field) -> str:
    return f"/work/surveys/{field.round.id}"


async def take(client: AsyncClient, field: Field, reason: str = REASON, **headers: str) -> Response:
    """The file, as the page's form asks for it."""
    await client.get("/work")
    fields = {"_csrf_token": client.cookies["csrftoken"], "reason": reason}
    return await client.post(f"{address(field)}/responses.csv", data=fields, headers=headers)


async def taken(owner: Owner) -> list[tuple[str, str]]:
    rows = await owner.fetch("select actor, after::text from audit_rows where tag = 'surveys:responses:export'")
    return [tuple(row) for row in rows]


async def test_the_page_offers_to_make_the_file_and_then_to_take_it(
    client: AsyncClient, signed_in: SignIn, large: Field, owner: Owner
) -> None:
    person = await signed_in("index_manager")
    before = (await client.get(f"{address(large)}/exact-file")).text
    assert "responses.csv" not in before
    assert f'action="{address(large)}/responses"' in before
    shown = await post_form(client, f"{address(large)}/responses")
    assert (shown.status_code, shown.headers["location"]) == (303, f"{address(large)}/exact-file")
    after = (await client.get(f"{address(large)}/exact-file")).text
    assert f'action="{address(large)}/responses.csv"' in after
    assert f'action="{address(large)}/responses"' not in after
    assert await taken(owner) == []
    given = await take(client, large)
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/csv; charset=utf-8"
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["cache-control"] == "no-store"
    assert len(given.text.splitlines()) == 1 + len(large.tokens)
    assert (await take(client, large)).content == given.content
    told = {"rows": 48, "reason": REASON, "withheld_agencies": 0}
    assert [(actor, json.loads(after)) for actor, after in await taken(owner)] == [(str(person), told)] * 2


async def test_the_file_as_it_is_kept_says_what_the_one_that_is_sent_at_once_says(
    client: AsyncClient, signed_in: SignIn, large: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines(text: str) -> list[list[str]]:
        cells = [line.split(",") for line in text.splitlines()]
        return [[*line[:1], *line[3:]] for line in cells]

    await signed_in("index_manager")
    monkeypatch.setattr(kept_files, "PIECE", 100)
    await post_form(client, f"{address(large)}/responses")
    kept = (await take(client, large)).text
    monkeypatch.setattr(export_job, "DAYS", 0)
    monkeypatch.setattr(export_job, "AT_ONCE", len(large.tokens))
    monkeypatch.setattr(export_job, "ready", nothing)
    assert lines((await take(client, large)).text) == lines(kept)


async def nothing(*_: object) -> None:
    return None


async def test_the_address_leads_a_browser_to_the_job_and_tells_a_program_to_come_again(
    client: AsyncClient, signed_in: SignIn, large: Field, owner: Owner
) -> None:
    await signed_in("index_manager")
    asked = await take(client, large, accept="text/csv")
    assert (asked.status_code, asked.headers["retry-after"]) == (202, "2")
    place = asked.headers["location"]
    again = await owner.fetchval("select count(*) from jobs where kind = $1", export_job.KIND.name)
    assert (again, asked.json()) == (1, {"job": place})
    assert (await client.get(place)).headers["location"] == f"{address(large)}/exact-file"
    await owner.execute("delete from kept_files")
    led = await take(client, large, **BROWSER)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/work/jobs/")
    await client.get(led.headers["location"])
    given = await take(client, large, **BROWSER)
    assert given.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("over", [0, 1])
async def test_a_round_of_just_so_many_responses_is_sent_at_once_and_one_more_is_not(
    client: AsyncClient, signed_in: SignIn, large: Field, monkeypatch: pytest.MonkeyPatch, over: int
) -> None:
    await signed_in("index_manager")
    monkeypatch.setattr(export_job, "AT_ONCE", len(large.tokens) - over)
    assert ("responses.csv" in (await client.get(f"{address(large)}/exact-file")).text) is not bool(over)
    assert (await take(client, large)).status_code == (202 if over else 200)


async def test_others_neither_make_nor_take_the_file(
    client: AsyncClient, signed_in: SignIn, large: Field, owner: Owner
) -> None:
    await signed_in("index_manager")
    await post_form(client, f"{address(large)}/responses")
    for role in ("secretary", "auditor", "appraiser", "administrator"):
        await signed_in(role)
        assert (await take(client, large)).status_code == 403
        assert (await client.get(f"{address(large)}/exact-file")).status_code == 403
        assert (await post_form(client, f"{address(large)}/responses")).status_code == 403
        assert "exact-file" not in (await client.get(address(large))).text
    assert await owner.fetchval("select count(*) from jobs where kind = $1", export_job.KIND.name) == 1


async def test_a_file_of_another_tenant_is_not_there(
    large: Field, db: Database, other_tenant: UUID, services: Services
) -> None:
    async with db.transaction(large.tenant_id) as connection:
        await export_job.ask(connection, large.round.id, by="system")
    await jobs.run_until_idle(services.db, services.jobs)
    async with db.transaction(large.tenant_id) as connection:
        file = await export_job.ready(connection, large.round.id)
    assert file is not None
    async with db.transaction(other_tenant) as connection:
        assert await export_job.ready(connection, large.round.id) is None
    with pytest.raises(FileNotFoundError):
        await anext(kept_files.read(db, other_tenant, file))


async def test_a_file_is_taken_until_it_expires_and_the_schedule_drops_it(
    client: AsyncClient, signed_in: SignIn, large: Field, owner: Owner, services: Services
) -> None:
    await signed_in("index_manager")
    await post_form(client, f"{address(large)}/responses")
    made, expires = await owner.fetchrow("select made_at, expires_at from kept_files") or (None, None)
    assert expires - made == pytest.approx(timedelta(days=export_job.DAYS), abs=timedelta(minutes=5))
    await owner.execute("update kept_files set made_at = now() - interval '4 days', expires_at = now()")
    assert (await take(client, large)).status_code == 202
    await jobs.run_until_idle(services.db, services.jobs)
    assert await owner.fetchval("select count(*) from kept_files") == 2
    async with services.db.transaction(large.tenant_id) as connection:
        await jobs.enqueue(
            connection, jobs.Job(kind=export_job.FORGETTING, payload=export_job.NoSubject(), by="system")
        )
    await jobs.run_until_idle(services.db, services.jobs)
    assert await owner.fetchval("select count(*) from kept_files") == 1
    assert await owner.fetchval("select count(distinct file_id) from kept_file_pieces") == 1
    assert (await take(client, large)).status_code == 200


async def test_a_failed_making_is_told_on_the_page_and_can_be_asked_again(
    client: AsyncClient, signed_in: SignIn, large: Field, monkeypatch: pytest.MonkeyPatch, owner: Owner
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    await signed_in("index_manager")
    with monkeypatch.context() as patched:
        patched.setattr(microdata, "plan", broken)
        await post_form(client, f"{address(large)}/responses")
    await owner.execute(
        """update jobs set state = 'failed', ended_at = now(), error_code = 'internal', error_values = '{"reference": "1a2b"}'
        where kind = $1""",
        export_job.KIND.name,
    )
    shown = (await client.get(f"{address(large)}/exact-file")).text
    assert "1a2b" in shown
    assert f'action="{address(large)}/responses"' in shown


async def test_a_slow_reader_of_a_kept_file_holds_no_connection(
    large: Field, db: Database, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_files, "PIECE", 100)
    async with db.transaction(large.tenant_id) as connection:
        await export_job.ask(connection, large.round.id, by="system")
    await jobs.run_until_idle(services.db, services.jobs)
    async with db.transaction(large.tenant_id) as connection:
        file = await export_job.ready(connection, large.round.id)
    assert file is not None
    readers = [kept_files.read(db, large.tenant_id, file) for _ in range(2 * db.pool.get_max_size())]
    first = [await anext(reader) for reader in readers]
    assert db.pool.get_idle_size() == db.pool.get_size()
    rest = await asyncio.gather(*(whole(reader) for reader in readers))
    assert {len(begin + end) for begin, end in zip(first, rest, strict=True)} == {file.size}


async def whole(pieces: object) -> bytes:
    return b"".join([piece async for piece in pieces])  # type: ignore[attr-defined]


async def test_a_file_whose_worker_was_killed_is_made_whole_once(
    large: Field, db: Database, server: EmbeddedServer, database_name: str, owner: Owner, tmp_path: Path
) -> None:
    async def waits() -> bool:
        return bool(await owner.fetchval("select count(*) from pg_locks where not granted"))

    async def done() -> bool:
        return await state(owner, job) == "done"

    async with db.transaction(large.tenant_id) as connection:
        job = await export_job.ask(connection, large.round.id, by="system")
    url, program = server.url("parindex_app", database_name), "tests.jobs.product_worker"
    async with owner.transaction():
        await owner.execute("lock table kept_file_pieces in share mode")
        async with worker(url, serve=str(tmp_path / "data"), program=program) as first:
            await until(waits)
            first.send(signal.SIGKILL)
            await first.gone()
    async with worker(url, serve=str(tmp_path / "data"), program=program):
        await until(done)
    async with db.transaction(large.tenant_id) as connection:
        file = await export_job.ready(connection, large.round.id)
    assert file is not None
    content = await whole(kept_files.read(db, large.tenant_id, file))
    assert len(content) == file.size
    assert len(content.splitlines()) == 1 + file.counts["rows"] == 1 + len(large.tokens)
    assert await owner.fetchval("select count(*) from kept_files") == 1


async def test_the_lines_told_while_a_file_is_made_are_those_of_answers(
    large: Field, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heading is none of them."""
    monkeypatch.setattr(kept_files, "PIECE", 1)
    async with db.transaction(large.tenant_id) as connection:
        data = await microdata.plan(connection, large.round.id)
    told: list[int] = []
    database = db

    class Running:
        db, tenant_id = database, large.tenant_id

        async def progress(self, done: int, _of: int, _what: str) -> None:
            told.append(done)

    lines, expected = -1, []
    async for piece in export_job._told(Running(), data):  # type: ignore[arg-type]
        lines += piece.count(b"\n")
        expected.append(lines)
    assert told == expected
    assert told[0] < told[-1] == data.rows


@pytest.mark.parametrize("responses", [0, 1])
async def test_the_file_of_a_small_round_has_one_line_to_tell_of(
    intake: Intake, field: Field, db: Database, services: Services, owner: Owner, responses: int
) -> None:
    await locked(intake, db, field, responses)
    async with db.transaction(field.tenant_id) as connection:
        job = await export_job.ask(connection, field.round.id, by="system")
    await jobs.run_until_idle(services.db, services.jobs)
    assert await state(owner, job) == "done"
    assert await owner.fetchval("select total from job_progress where job_id = $1", job) == 1
