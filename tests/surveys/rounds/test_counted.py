"""Answers beside the record: by number, and once locked by one digest."""

from __future__ import annotations

from typing import TypeAlias

import asyncpg
import pytest

from parindex import audit
from parindex.store.database import Database
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import counted, lock
from tests.surveys.rounds.test_lock import fill
from tests.surveys.survey_fields import Field, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def found(db: Database, field: Field) -> set[tuple[str, str]]:
    async with db.transaction(field.tenant_id) as connection:
        return {(each.table, each.why) for each in await counted.differences(connection)}


@pytest.mark.parametrize(
    ("falsifying", "expected"),
    [
        ("delete from response_drafts", set()),
        ("delete from responses where id = (select id from responses limit 1)", {("responses", "number")}),
        ("delete from invitations where id = (select id from invitations where not used limit 1)",
         {("invitations", "number")}),
    ],
)  # fmt: skip
async def test_answers_of_an_open_round_are_counted(
    intake: Intake, field: Field, db: Database, owner: Owner, falsifying: str, expected: set[tuple[str, str]]
) -> None:
    await fill(intake, field)
    assert await found(db, field) == set()
    await owner.execute("set session_replication_role = replica")
    await owner.execute(falsifying)
    assert await found(db, field) == expected


@pytest.mark.parametrize(
    "falsifying",
    [
        "update responses set answers[1] = 5 - coalesce(answers[1], 0) where id = (select min(id::text)::uuid from responses)",
        "update responses set answers = answers || 1::smallint where id = (select min(id::text)::uuid from responses)",
        "update responses set sample_unit = (select u.id from sample_units u where u.id <> responses.sample_unit limit 1)",
        "update response_texts set words = words || '.'",
        "delete from response_texts where response_id = (select min(response_id::text)::uuid from response_texts)",
        "update response_links set invitation_id = (select id from invitations where not used limit 1)",
        "delete from response_links where response_id = (select min(id::text)::uuid from responses)",
    ],
)
async def test_a_changed_answer_of_an_open_round_is_found(
    intake: Intake, field: Field, db: Database, owner: Owner, falsifying: str
) -> None:
    await fill(intake, field)
    at_the_desk = submission(field, token_hash=None, sample_unit=field.units[0].id, channel="kiosk")
    await intake.submit(field.tenant_id, field.round.id, at_the_desk)
    assert await found(db, field) == set()
    await owner.execute("set session_replication_role = replica")
    await owner.execute("alter table response_links drop constraint uq_response_links_invitation")
    await owner.execute(falsifying)
    assert await found(db, field) == {("responses", "content")}


@pytest.mark.parametrize(
    ("falsifying", "expected"),
    [
        ("update responses set answers[1] = 5 - coalesce(answers[1], 0) where id = (select min(id::text)::uuid from responses)",
         {("responses", "content")}),
        ("update responses set part = 'late' where id = (select min(id::text)::uuid from responses)",
         {("responses", "content")}),
        ("update invitations set used = not used", {("invitations", "content")}),
        ("delete from responses where id = (select min(id::text)::uuid from responses)",
         {("responses", "content"), ("responses", "number")}),
    ],
)  # fmt: skip
async def test_a_falsified_answer_of_a_locked_round_is_found(
    intake: Intake, field: Field, db: Database, owner: Owner, falsifying: str, expected: set[tuple[str, str]]
) -> None:
    await fill(intake, field)
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    assert await found(db, field) == set()
    await owner.execute("set session_replication_role = replica")
    await owner.execute(falsifying)
    assert await found(db, field) == expected


async def test_an_answer_falsified_after_an_earlier_lock_was_written_anew_is_found(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    """The record then holds two digests of the responses: the later one counts."""
    await fill(intake, field)
    await lock.lock(db, field.tenant_id, field.round.id, decision="1", reason="x", actor="system")
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update responses set part = 'late'")
    assert await found(db, field) == {("responses", "content")}
    async with db.transaction(field.tenant_id) as connection:
        told = await counted.digests(connection, field.round.id)
        await audit.record(
            connection, actor="system", tag="surveys:round:coarsen", subject=str(field.round.id),
            after={"digests": {"responses": told["responses"]}},
        )  # fmt: skip
    assert await found(db, field) == set()
    await owner.execute("update invitations set used = not used")
    assert await found(db, field) == {("invitations", "content")}
