"""What the lock of a round erased cannot be read from the database's write-ahead log."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg

from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.store.inspection import log_copies
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import lock
from tests.surveys.rounds.test_lock import fill
from tests.surveys.survey_fields import Field

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def standing(server: EmbeddedServer, links: list[tuple[UUID, UUID]]) -> int:
    """How many links can be read from the files of the log: both ids of a row, one right after the other."""
    found: set[tuple[UUID, UUID]] = set()
    for file in Path(server.cluster / "pg_wal").iterdir():
        if file.is_file():
            content = file.read_bytes()
            found |= {link for link in links if link[0].bytes + link[1].bytes in content}
    return len(found)


async def written(server: EmbeddedServer, owner: Owner, links: list[tuple[UUID, UUID]]) -> None:
    """The rows of the links stand in the files of the log: a commit that waits for them has them written.

    A lock of another test, on the same server, may have ended the log meanwhile; then they are written once more. More
    than half is enough: a row that lies over two pages of the log is not seen.
    """
    await owner.execute("set synchronous_commit = on")
    await owner.execute("create table copies (response_id uuid, invitation_id uuid)")
    for _ in range(20):
        if standing(server, links) > len(links) // 2:
            return
        await owner.executemany("insert into copies values ($1, $2)", links)
    raise AssertionError("no row stands in the log")


async def test_after_the_lock_no_answer_is_joined_to_its_invitation_from_the_write_ahead_log(
    server: EmbeddedServer, intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    links = [tuple(row) for row in await owner.fetch("select response_id, invitation_id from response_links")]
    await written(server, owner, links)
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    assert standing(server, links) == 0


async def test_the_embedded_server_keeps_no_old_file_of_the_log_under_a_new_name(owner: Owner) -> None:
    found = await log_copies(owner)
    assert (found.archived, found.replicas, found.recycled, found.endless) == (False, 0, False, False)


async def test_a_slot_that_keeps_the_log_is_seen(owner: Owner, database_name: str) -> None:
    assert (await log_copies(owner)).slots == 0
    await owner.fetchval("select pg_create_physical_replication_slot($1)", f"slot_{database_name}")
    try:
        assert (await log_copies(owner)).slots == 1
    finally:
        await owner.fetchval("select pg_drop_replication_slot($1)", f"slot_{database_name}")


async def test_a_lock_comes_to_its_end_where_the_owner_may_not_end_the_log(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    await fill(intake, field)
    await owner.execute("revoke execute on function pg_switch_wal() from parindex_migrator")
    assert (await log_copies(owner)).endless
    assert await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system") > 0
