"""Sent twice, stored once; told after the commit; nothing burned by what is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from parindex.errors import Refused
from parindex.store.database import Database
from parindex.store.embedded import EmbeddedServer
from parindex.surveys.answers import withdrawal
from parindex.surveys.answers.group_commit import Intake
from parindex.surveys.rounds import lock
from parindex.text import TIME_ZONE
from tests.surveys.survey_fields import Field, a_field, answered, submission

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def send(intake: Intake, field: Field, sent: object) -> object:
    return await intake.submit(field.tenant_id, field.round.id, sent)  # type: ignore[arg-type]


async def refusal(intake: Intake, field: Field, sent: object) -> str:
    with pytest.raises(Refused) as refused:
        await send(intake, field, sent)
    return refused.value.code


async def count(owner: Owner, table: str) -> int:
    return int(await owner.fetchval(f"select count(*) from {table}"))


async def test_identical_posts_at_once_are_stored_once_and_all_succeed(
    intake: Intake, field: Field, owner: Owner
) -> None:
    sent = submission(field)
    told = await asyncio.gather(*(send(intake, field, sent) for _ in range(20)))
    assert len({receipt.code for receipt in told}) == 1
    assert [receipt.repeated for receipt in told].count(False) == 1
    assert await count(owner, "responses") == 1
    assert await count(owner, "response_links") == 1


async def test_the_same_name_with_other_content_is_refused_and_the_first_is_kept(
    intake: Intake, field: Field, owner: Owner
) -> None:
    sent = submission(field)
    await send(intake, field, sent)
    other = submission(field, client_id=sent.client_id, answers=tuple(answered(field.layout, value=1)))
    assert await refusal(intake, field, other) == "response_differs"
    stored = await owner.fetchval("select answers from responses")
    assert tuple(stored) == sent.answers


async def test_a_name_used_with_another_invitation_does_not_use_that_invitation_up(
    intake: Intake, field: Field, owner: Owner
) -> None:
    sent = submission(field, 0)
    await send(intake, field, sent)
    assert await refusal(intake, field, submission(field, 1, client_id=sent.client_id)) == "response_differs"
    assert await owner.fetchval("select count(*) from invitations where used") == 1


async def test_one_invitation_takes_one_response_even_when_two_race(intake: Intake, field: Field, owner: Owner) -> None:
    told = await asyncio.gather(*(send(intake, field, submission(field, 0)) for _ in range(8)), return_exceptions=True)
    refused = [each.code for each in told if isinstance(each, Refused)]
    assert refused == ["invitation_used"] * 7
    assert await count(owner, "responses") == 1


async def test_two_processes_racing_for_one_invitation_store_one_response(
    server: EmbeddedServer, database_name: str, field: Field, owner: Owner
) -> None:
    intakes = [Intake(await Database.connect(server.url("parindex_app", database_name), size=2)) for _ in range(2)]
    told = await asyncio.gather(
        *(send(intakes[i % 2], field, submission(field, i // 4)) for i in range(16)), return_exceptions=True
    )
    for running in intakes:
        await running.stop()
    assert sum(not isinstance(each, BaseException) for each in told) == 4
    assert {each.code for each in told if isinstance(each, Refused)} == {"invitation_used"}
    assert await count(owner, "responses") == 4


async def test_an_invented_token_is_unknown(intake: Intake, field: Field, owner: Owner) -> None:
    assert await refusal(intake, field, submission(field, token_hash=bytes(32))) == "invitation_unknown"
    assert await count(owner, "responses") == 0


async def test_an_answer_without_invitation_needs_a_unit_of_this_round(
    intake: Intake, field: Field, owner: Owner
) -> None:
    code = await refusal(intake, field, submission(field, token_hash=None, sample_unit=uuid4(), channel="kiosk"))
    assert code == "sample_unit_unknown"
    kept = submission(field, token_hash=None, sample_unit=field.units[0].id, channel="kiosk")
    await send(intake, field, kept)
    assert await owner.fetchval("select channel from response_paradata") == "kiosk"


LAST_SECOND = datetime(2099, 12, 31, 23, 59, 59, tzinfo=TIME_ZONE)
MIDNIGHT = datetime(2100, 1, 1, tzinfo=TIME_ZONE)


async def test_the_last_second_of_the_last_day_is_in_time_and_the_next_is_too_late(
    clocked: Database, field: Field
) -> None:
    intake = Intake(clocked)
    clocked.clock = LAST_SECOND
    sent = submission(field)
    await send(intake, field, sent)
    clocked.clock = MIDNIGHT
    assert await refusal(intake, field, submission(field, 1)) == "round_over"
    assert (await send(intake, field, sent)).repeated  # type: ignore[attr-defined]


async def test_the_first_second_of_the_first_day_is_in_time_and_the_one_before_is_too_early(
    clocked: Database, field: Field
) -> None:
    intake = Intake(clocked)
    clocked.clock = datetime(2026, 10, 31, 23, 59, 59, tzinfo=TIME_ZONE)
    assert await refusal(intake, field, submission(field)) == "round_not_open"
    clocked.clock += timedelta(seconds=1)
    assert not (await send(intake, field, submission(field))).repeated  # type: ignore[attr-defined]


async def test_the_last_day_ends_in_the_zone_of_the_tenant(clocked: Database, field: Field, owner: Owner) -> None:
    await owner.execute("update tenants set time_zone = 'Pacific/Kiritimati'")
    intake, there = Intake(clocked), ZoneInfo("Pacific/Kiritimati")
    clocked.clock = LAST_SECOND.replace(tzinfo=there)
    await send(intake, field, submission(field))
    clocked.clock = MIDNIGHT.replace(tzinfo=there)
    assert await refusal(intake, field, submission(field, 1)) == "round_over"


async def test_the_database_itself_refuses_an_answer_after_the_last_day(clocked: Database, field: Field) -> None:
    """Whatever way it comes: the gate is asked by whoever stores, the trigger by nobody."""
    clocked.clock = MIDNIGHT
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        async with clocked.transaction(field.tenant_id) as connection:
            await connection.execute(
                """insert into responses (tenant_id, survey_round, id, client_id, content, day, channel, sample_unit, answers)
                values ($1, $2, gen_random_uuid(), gen_random_uuid(), '', '2099-12-31', 'post', $3, '{1}')""",
                field.tenant_id, field.round.id, field.units[0].id,
            )  # fmt: skip
    assert refused.value.constraint_name == "ck_responses_in_time"


async def test_the_application_cannot_set_the_clock_of_a_round(db: Database, field: Field) -> None:
    db.clock = MIDNIGHT
    assert not (await send(Intake(db), field, submission(field))).repeated  # type: ignore[attr-defined]


async def test_after_the_lock_everything_is_told_that_the_round_is_closed(
    intake: Intake, field: Field, db: Database
) -> None:
    sent = submission(field)
    receipt = await send(intake, field, sent)
    await lock.lock(db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc thu thập", actor="system")
    other = submission(field, client_id=sent.client_id, answers=tuple(answered(field.layout, value=1)))
    for again in (sent, other, submission(field, 1), submission(field, token_hash=bytes(32))):
        assert await refusal(intake, field, again) == "round_closed"
    with pytest.raises(Refused, match="round_closed"):
        async with db.transaction(field.tenant_id) as connection:
            await withdrawal.withdraw(connection, field.round.id, receipt.code)  # type: ignore[attr-defined]


async def test_a_bad_row_spoils_only_itself(intake: Intake, field: Field, owner: Owner) -> None:
    bad = submission(field, 0, answers=(99_999,) * field.layout.length)
    told = await asyncio.gather(
        send(intake, field, bad),
        *(send(intake, field, submission(field, i)) for i in range(1, 9)),
        return_exceptions=True,
    )
    assert isinstance(told[0], Refused)
    assert told[0].code == "response_refused"
    assert not any(isinstance(each, BaseException) for each in told[1:])
    assert await count(owner, "responses") == 8


async def test_a_full_queue_tells_to_come_back_and_stores_nothing_of_it(
    server: EmbeddedServer, database_name: str, field: Field, owner: Owner
) -> None:
    intake = Intake(await Database.connect(server.url("parindex_app", database_name), size=2), capacity=3)
    told = await asyncio.gather(*(send(intake, field, submission(field, i)) for i in range(6)), return_exceptions=True)
    await intake.stop()
    assert [each.code for each in told if isinstance(each, Refused)] == ["intake_full"] * 3
    assert await count(owner, "responses") == 3


async def test_a_killed_connection_is_outcome_unknown_and_the_repetition_is_stored_once(
    intake: Intake, field: Field, owner: Owner
) -> None:
    sent = submission(field)
    await owner.execute("begin")
    await owner.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", str(field.round.id))
    first = asyncio.create_task(send(intake, field, sent))
    killed = 0
    while not killed:
        await asyncio.sleep(0.02)
        killed = await owner.fetchval(
            """select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and usename = 'parindex_app' and wait_event_type = 'Lock'"""
        )
    with pytest.raises(Refused, match="outcome_unknown"):
        await first
    await owner.execute("rollback")
    assert await count(owner, "responses") == 0
    receipt = await send(intake, field, sent)
    assert not receipt.repeated  # type: ignore[attr-defined]
    assert await count(owner, "responses") == 1


async def test_a_server_that_went_away_is_told_and_the_intake_recovers(
    intake: Intake, field: Field, owner: Owner
) -> None:
    await send(intake, field, submission(field, 0))
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'parindex_app'"
    )
    sent = submission(field, 1)
    codes = set()
    for _ in range(20):
        told = (await asyncio.gather(send(intake, field, sent), return_exceptions=True))[0]
        if not isinstance(told, Refused):
            break
        codes.add(told.code)
    assert codes <= {"outcome_unknown", "database_unavailable"}
    assert await count(owner, "responses") == 2


async def test_another_tenant_cannot_answer_or_see_the_round(
    intake: Intake, field: Field, db: Database, other_tenant: UUID, owner: Owner
) -> None:
    with pytest.raises(Refused, match="survey_round_unknown"):
        await intake.submit(other_tenant, field.round.id, submission(field))
    await send(intake, field, submission(field))
    theirs = await a_field(db, other_tenant)
    async with db.transaction(other_tenant) as connection:
        for table in ("survey_rounds", "sample_units", "invitations", "survey_round_secrets"):
            owners = await connection.fetch(f"select distinct tenant_id from {table}")
            assert [row["tenant_id"] for row in owners] == [other_tenant]
        assert await connection.fetchval("select count(*) from responses") == 0
    assert theirs.round.id != field.round.id


async def test_the_application_cannot_reach_a_partition_or_contact_data_directly(field: Field, db: Database) -> None:
    name = "responses_" + field.round.id.hex
    for statement in (
        f"select * from {name}", f"delete from {name}", f"drop table {name}", "alter table responses disable row level security",
        "select * from contact.people", "update invitations set sample_unit = null", "update responses set answers = '{1}'",
        "update survey_rounds set state = 'open'", "truncate responses",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(field.tenant_id) as connection:
                await connection.execute(statement)


async def test_a_batch_writes_one_audit_row_without_answers(intake: Intake, field: Field, owner: Owner) -> None:
    await asyncio.gather(*(send(intake, field, submission(field, i)) for i in range(12)))
    rows = await owner.fetch("select subject, after::text from audit_rows where tag = 'surveys:responses:store'")
    assert 1 <= len(rows) < 12
    assert {row["subject"] for row in rows} == {str(field.round.id)}
    assert all(set(json.loads(row["after"])) == {"count", "digest"} for row in rows)


async def test_a_response_keeps_its_day_and_no_finer_time(field: Field, owner: Owner) -> None:
    columns = await owner.fetch(
        """select table_name, column_name, data_type from information_schema.columns
        where table_name in ('responses', 'response_texts', 'response_links', 'response_drafts', 'invitations')"""
    )
    timed = [
        (row["table_name"], row["column_name"]) for row in columns if row["data_type"].startswith(("time", "date"))
    ]
    assert timed == [("responses", "day")]


async def test_a_receipt_withdraws_the_response_and_the_invitation_stays_used(
    intake: Intake, field: Field, db: Database, owner: Owner
) -> None:
    receipt = await send(intake, field, submission(field, texts={"A.2": "Tày"}))
    async with db.transaction(field.tenant_id) as connection:
        await withdrawal.withdraw(connection, field.round.id, receipt.code.lower())  # type: ignore[attr-defined]
    for table in ("responses", "response_texts", "response_links"):
        assert await count(owner, table) == 0
    assert await refusal(intake, field, submission(field)) == "invitation_used"
    with pytest.raises(Refused, match="receipt_unknown"):
        async with db.transaction(field.tenant_id) as connection:
            await withdrawal.withdraw(connection, field.round.id, receipt.code)  # type: ignore[attr-defined]
    assert await owner.fetchval("select count(*) from audit_rows where tag = 'surveys:response:withdraw'") == 1
